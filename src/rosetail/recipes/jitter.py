"""Random views of a batch, made on its device: turned, scaled, shifted, mirrored (kornia)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import kornia.augmentation as K
import torch
from torch import Tensor, nn

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

    Draws from torch's generator.
    """

    def __init__(self, size: int, told: JitterSettings) -> None:
        self._affine = K.RandomAffine(
            degrees=told.turn,
            translate=(told.shift, told.shift),
            scale=told.scale,
            shear=told.shear,
            padding_mode="reflection",
            p=1.0,
        )
        self._crop = K.RandomCrop((size, size))
        self._moved = nn.Sequential(self._affine, self._crop)
        self._mirror = K.RandomHorizontalFlip()

    @torch.no_grad()
    def views(self, pictures: Tensor, *, mirror: bool = False) -> Tensor:
        """(N, C, S, S) to (N, C, size, size): a view of its own for each picture."""
        seen = self._moved(pictures.contiguous())
        seen = self._mirror(seen) if mirror else seen
        return cast(Tensor, seen).contiguous(memory_format=torch.channels_last)

    def together(
        self, pictures: Sequence[Tensor], points: Tensor
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Batches of pictures that belong together, each row in one view; and where ``points``
        (N, P, 2), x and y in pixels, lie in these views."""
        seen = self.views(torch.cat(list(pictures), 1)).split(3, 1)
        views = tuple(each.contiguous(memory_format=torch.channels_last) for each in seen)
        moved = cast(Tensor, self._crop.transform_matrix) @ self._affine.transform_matrix
        places = points @ moved[:, :2, :2].mT + moved[:, None, :2, 2]
        return views, places
