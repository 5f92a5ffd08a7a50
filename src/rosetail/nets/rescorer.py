"""The second opinion on tags: a small residual network (He and others 2016, basic blocks).

It judges edits whose directions the :class:`~rosetail.nets.tagger.Tagger` found, so it is built
otherwise: residual blocks all the way down, no close look at eyes and mouth, and landmarks read as
numbers, not off a map. Tags are read off means and greatest values at three depths: an eye is one
cell of the coarse maps, and in a mean over all of them it is lost.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.nets.headfinder import ConvNorm
from rosetail.nets.tagger import POINTS, Read

MULTIPLE = 32
MULTIPLE = 32
STAGES = (1, 2, 4, 6)  # channels in widths; every stage halves the side
BLOCKS = 2  # in a stage
READ = 3  # of the stages, the deepest ones, are read


class Basic(nn.Module):
    """Two 3x3 convolutions and the way around them, (N, I, H, W) to (N, O, H/stride, W/stride)."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.first = ConvNorm(inside, outside, stride=stride)
        self.second = _linear(ConvNorm(outside, outside))
        self.around = (
            nn.Identity()
            if stride == 1 and inside == outside
            else _linear(ConvNorm(inside, outside, kernel=1, stride=stride))
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(self.first(x)) + self.around(x))


class Rescorer(nn.Module):
    """Portraits (N, 3, S, S) in [-1, 1], S a multiple of 32 (ValueError), to tags and landmarks.

    About 830 thousand parameters with ``width`` 20.
    """

    def __init__(self, tags: int, width: int = 20) -> None:
        super().__init__()
        widths = [width, *(part * width for part in STAGES)]
        self.stem = ConvNorm(3, width, kernel=5, stride=2)
        self.stages = nn.ModuleList(
            nn.Sequential(
                Basic(inside, outside, 2), *(Basic(outside, outside, 1) for _ in range(BLOCKS - 1))
            )
            for inside, outside in pairwise(widths)
        )
        read = 2 * sum(widths[-READ:])
        self.tags = nn.Linear(read, tags)
        self.places = nn.Linear(read, 2 * POINTS)

    def forward(self, x: Tensor) -> Read:
        if x.shape[2] % MULTIPLE or x.shape[2] != x.shape[3]:
            raise ValueError(
                f"sides are {tuple(x.shape[2:])}; both must be one multiple of {MULTIPLE}"
            )
        x = self.stem(x)
        seen = []
        for number, stage in enumerate(self.stages):
            x = stage(x)
            if number >= len(self.stages) - READ:
                seen += [x.mean((2, 3)), x.amax((2, 3))]
        pooled = torch.cat(seen, 1)
        places = self.places(pooled).float().sigmoid().unflatten(1, (POINTS, 2))
        return Read(self.tags(pooled), places)


def _linear(layer: ConvNorm) -> nn.Sequential:
    """``layer`` without its ReLU."""
    return nn.Sequential(*list(layer)[:2])
