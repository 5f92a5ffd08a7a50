"""Tags and landmarks of a portrait: one small net with two heads.

Tags are read off what the whole picture holds (mean and greatest of the deepest map), landmarks as
the mean place under a heat map each (Sun and others, "Integral Human Pose Regression", 2018), which
is finer than a cell.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from rosetail.nets.headfinder import ConvNorm, Same, double

MULTIPLE = 32
POINTS = 5


class Read(NamedTuple):
    """`tags`: logits (N, T). `landmarks`: x, y in shares of the picture (N, 5, 2): left eye, right
    eye, nose, left and right mouth corner."""

    tags: Tensor
    landmarks: Tensor


class Tagger(nn.Module):
    """Portraits (N, 3, S, S) in [-1, 1], S a multiple of 32 (ValueError), to tags and landmarks.

    About 560 thousand parameters with ``width`` 32.
    """

    def __init__(self, tags: int, width: int = 32) -> None:
        super().__init__()
        quarter, eighth, deep = width * 3 // 2, width * 2, width * 3
        self.to_eighth = nn.Sequential(
            ConvNorm(3, width, stride=2),
            ConvNorm(width, quarter, stride=2),
            Same(quarter),
            ConvNorm(quarter, eighth, stride=2),
            Same(eighth),
        )
        self.to_sixteenth = nn.Sequential(ConvNorm(eighth, deep, stride=2), Same(deep), Same(deep))
        self.to_deepest = nn.Sequential(ConvNorm(deep, deep, stride=2), Same(deep))
        self.across = ConvNorm(deep, eighth, kernel=1)
        self.heat = nn.Sequential(ConvNorm(eighth, eighth), nn.Conv2d(eighth, POINTS, 1))
        self.tags = nn.Linear(2 * deep, tags)

    def forward(self, x: Tensor) -> Read:
        if x.shape[2] % MULTIPLE or x.shape[2] != x.shape[3]:
            raise ValueError(
                f"sides are {tuple(x.shape[2:])}; both must be one multiple of {MULTIPLE}"
            )
        eighth = self.to_eighth(x)
        sixteenth = self.to_sixteenth(eighth)
        deepest = self.to_deepest(sixteenth)
        pooled = torch.cat([deepest.mean((2, 3)), deepest.amax((2, 3))], 1)
        heat = self.heat(double(self.across(sixteenth)) + eighth).float().flatten(2)
        places = heat.softmax(2) @ centres(x.shape[2] // 8).to(heat)
        return Read(self.tags(pooled), places)


def centres(cells: int) -> Tensor:
    """x, y of the cells' middles in shares of the picture, row by row (cells², 2)."""
    place = (torch.arange(cells) + 0.5) / cells
    y, x = torch.meshgrid(place, place, indexing="ij")
    return torch.stack([x, y], 2).flatten(0, 1)
