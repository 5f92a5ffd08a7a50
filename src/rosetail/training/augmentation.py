"""Random views of a batch, made on its device: turned, scaled, shifted, mirrored (kornia)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import kornia.augmentation as K
import torch
from kornia.geometry.transform import warp_affine
from torch import Tensor

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
        seen = self._seen(pictures, self._matrices(pictures))
        return cast(Tensor, self._mirror(seen)) if mirror else seen

    @torch.no_grad()
    def together(
        self, pictures: Sequence[Tensor], points: Tensor
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Batches of pictures that belong together, each row in one view; and where ``points``
        (N, P, 2), x and y in pixels, lie in these views."""
        matrices = self._matrices(pictures[0])
        views = tuple(self._seen(each, matrices) for each in pictures)
        return views, points @ matrices[:, :2, :2].mT + matrices[:, None, :2, 2]

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

    def _seen(self, pictures: Tensor, matrices: Tensor) -> Tensor:
        """Interpolated once, so that lines stay as sharp as they can."""
        size = (self.size, self.size)
        seen = warp_affine(pictures, matrices[:, :2], size, padding_mode="reflection")
        return seen.contiguous(memory_format=torch.channels_last)
