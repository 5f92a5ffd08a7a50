"""Random views of a batch, computed on its device: affine transform, crop, mirroring (kornia)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import kornia.augmentation as K
import torch
from kornia.geometry.transform import warp_affine
from torch import Tensor

MARGIN = 286 / 256  # size of the loaded pictures relative to the crops, as published


@dataclass(frozen=True)
class JitterSettings:
    """Range of the random affine transform.

    ``degrees`` and ``shear``: maximum in either direction. ``scale``: minimum and maximum.
    ``translate``: maximum as a share of the size. ``probability`` of the transform; every view is
    cropped. ``padding``: fill outside the picture. GANs N' Roses was published with probability
    0.5 and padding "zeros".
    """

    degrees: float = 20.0
    scale: tuple[float, float] = (0.8, 1.2)
    translate: float = 0.1
    shear: float = 0.15
    probability: float = 1.0
    padding: Literal["reflection", "zeros", "border"] = "reflection"

    def __post_init__(self) -> None:
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError("scale must be two numbers above 0, the smaller one first")
        if min(self.degrees, self.translate, self.shear) < 0:
            raise ValueError("degrees, translate and shear must not be negative")
        if not 0 <= self.probability <= 1:
            raise ValueError("probability must be in [0, 1]")


def loaded_side(size: int) -> int:
    """Side of the pictures to load for views of ``size`` pixels."""
    return round(size * MARGIN)


class Jitter:
    """Random views of ``size`` pixels from larger square pictures, with torch's generator.

    A view covers ``size / loaded_side(size)`` of a picture's width. The transform and the crop
    are applied in one interpolation.
    """

    def __init__(self, size: int, settings: JitterSettings) -> None:
        self.size = size
        self.settings = settings
        self._affine = K.RandomAffine(
            degrees=settings.degrees,
            translate=(settings.translate, settings.translate),
            scale=settings.scale,
            shear=settings.shear,
            p=1.0,
        )
        self._mirror = K.RandomHorizontalFlip()

    @torch.no_grad()
    def views(self, pictures: Tensor, *, mirror: bool = False) -> Tensor:
        """One random view of each picture: (N, C, S, S) to (N, C, size, size)."""
        views = self._warped(pictures, self._matrices(pictures))
        return cast(Tensor, self._mirror(views)) if mirror else views

    @torch.no_grad()
    def together(
        self, pictures: Sequence[Tensor], points: Tensor
    ) -> tuple[tuple[Tensor, ...], Tensor]:
        """Apply the same views to several batches, row by row; also map ``points`` (N, P, 2), x and
        y in pixels, to these views."""
        matrices = self._matrices(pictures[0])
        views = tuple(self._warped(each, matrices) for each in pictures)
        return views, points @ matrices[:, :2, :2].mT + matrices[:, None, :2, 2]

    def _matrices(self, pictures: Tensor) -> Tensor:
        """Transforms from pictures to views, (N, 3, 3): affine, then crop, then resize."""
        count, _, _, side = pictures.shape
        drawn = self._affine.forward_parameters(pictures.shape)
        affine = self._affine.compute_transformation(pictures, drawn, self._affine.flags)
        if self.settings.probability < 1:
            applied = torch.rand(count, 1, 1, device=pictures.device) < self.settings.probability
            affine = torch.where(applied, affine, torch.eye(3, device=pictures.device))
        shown = side * self.size / loaded_side(self.size)
        scale = self.size / shown
        corner = torch.rand(count, 2, device=pictures.device) * (side - shown)
        crop = torch.eye(3, device=pictures.device).repeat(count, 1, 1)
        crop[:, :2, :2] *= scale
        crop[:, :2, 2] = (0.5 - corner) * scale - 0.5  # between pixel centres
        return crop @ affine

    def _warped(self, pictures: Tensor, matrices: Tensor) -> Tensor:
        size = (self.size, self.size)
        views = warp_affine(pictures, matrices[:, :2], size, padding_mode=self.settings.padding)
        return views.contiguous(memory_format=torch.channels_last)
