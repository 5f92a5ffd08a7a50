"""Random views of a batch, made on its device: turned, scaled, shifted, mirrored (kornia)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import kornia.augmentation as K
import torch
from kornia.geometry.transform import warp_affine
from torch import Tensor

STRAY = 0.3  # how far close views stray at most, to both sides together, of their side
MARGIN = 286 / 256  # of what is loaded over what is cut out of it, as published


@dataclass(frozen=True)
class JitterSettings:
    """How far views stray; the defaults are the published ones.

    ``turn`` and ``shear``: degrees to either side. ``scale``: least and greatest. ``shift``: share
    of the size, to every side.
    """

    turn: float = 20.0
    scale: tuple[float, float] = (0.8, 1.2)
    shift: float = 0.1
    shear: float = 0.15

    def __post_init__(self) -> None:
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError("scale must be two numbers above 0, the smaller one first")
        if min(self.turn, self.shift, self.shear) < 0:
            raise ValueError("turn, shift and shear must not be negative")


def loaded_side(size: int) -> int:
    """Side of the pictures to load for views of ``size`` pixels."""
    return round(size * MARGIN)


class Jitter:
    """Views of ``size`` pixels of larger squares; what a turn lets in is mirrored.

    A view shows ``size / loaded_side(size)`` of a square's width. Draws from torch's generator.
    """

    def __init__(self, size: int, told: JitterSettings) -> None:
        self.size = size
        self._affine = K.RandomAffine(
            degrees=told.turn,
            translate=(told.shift, told.shift),
            scale=told.scale,
            shear=told.shear,
            p=1.0,
        )
        self._mirror = K.RandomHorizontalFlip()

    @torch.no_grad()
    def views(self, pictures: Tensor, *, mirror: bool = False) -> Tensor:
        """(N, C, S, S) to (N, C, size, size): a view of its own for each picture."""
        seen = self._seen(pictures, self._matrices(pictures), self.size)
        return cast(Tensor, self._mirror(seen)) if mirror else seen

    @torch.no_grad()
    def together(
        self, pictures: Sequence[Tensor], points: Tensor, *, close: bool = False
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Batches of pictures that belong together, each row in one view; and where ``points``
        (N, P, 2), x and y in pixels, lie in these views. Those that are ``close`` show the half
        that is about the points, no larger than it was: size / 2 pixels."""
        matrices = self._matrices(pictures[0])
        side = self.size // 2 if close else self.size
        if close:
            middle = _moved(points, matrices).mean(1)
            middle = middle + side * (torch.rand_like(middle) - 0.5) * STRAY
            matrices[:, :2, 2] -= (middle - side / 2).clamp(0, self.size - side).round()
        views = tuple(self._seen(each, matrices, side) for each in pictures)
        return views, _moved(points, matrices)

    def _matrices(self, pictures: Tensor) -> Tensor:
        """From squares to views of them, (N, 3, 3): moved, a part cut out, and its size changed."""
        count, _, _, side = pictures.shape
        drawn = self._affine.forward_parameters(pictures.shape)
        moved = self._affine.compute_transformation(pictures, drawn, self._affine.flags)
        shown = side * self.size / loaded_side(self.size)
        scale = self.size / shown
        corner = torch.rand(count, 2, device=pictures.device) * (side - shown)
        cut = torch.eye(3, device=pictures.device).repeat(count, 1, 1)
        cut[:, :2, :2] *= scale
        cut[:, :2, 2] = (0.5 - corner) * scale - 0.5  # between middles of pixels
        return cut @ moved

    @staticmethod
    def _seen(pictures: Tensor, matrices: Tensor, side: int) -> Tensor:
        """Interpolated once, so that lines stay as sharp as they can."""
        seen = warp_affine(pictures, matrices[:, :2], (side, side), padding_mode="reflection")
        return seen.contiguous(memory_format=torch.channels_last)


def _moved(points: Tensor, matrices: Tensor) -> Tensor:
    """Points (N, P, 2) where matrices (N, 3, 3) take them."""
    return points @ matrices[:, :2, :2].mT + matrices[:, None, :2, 2]
