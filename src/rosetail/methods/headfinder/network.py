"""The head finder: a small CenterNet that detects heads in drawings as peaks of a heat map.

Zhou, Wang and Krähenbühl 2019, "Objects as Points": a head is a peak of the heat map at its centre;
further maps give its offset from the cell's centre, its size and its landmarks there.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.faces.drawn_heads import MULTIPLE


class HeadMaps(NamedTuple):
    """Maps over cells of 8x8 pixels, all (N, C, H/8, W/8).

    ``head``: logit of a head's centre (1 channel). The others are valid at a head: ``shift``: x, y
    of the head's centre from the cell's centre, in cells; ``size``: logarithm of the side of the
    head's square over 64 pixels; ``landmarks``: x, y of left eye, right eye, nose, left and right
    mouth corner from the head's centre, in sides.
    """

    head: Tensor
    shift: Tensor
    size: Tensor
    landmarks: Tensor


class ConvNorm(nn.Sequential):
    """3x3 convolution (or another ``kernel``), batch norm, ReLU."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1):
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )


class ResidualConv(nn.Module):
    """x + conv(x)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = ConvNorm(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x)


class ToEighth(nn.Sequential):
    """Pictures (N, 3, H, W) to maps (N, 2 width, H/8, W/8)."""

    def __init__(self, width: int) -> None:
        quarter, eighth = width * 3 // 2, width * 2
        super().__init__(
            ConvNorm(3, width, stride=2),
            ConvNorm(width, quarter, stride=2),
            ResidualConv(quarter),
            ConvNorm(quarter, eighth, stride=2),
            ResidualConv(eighth),
        )


class HeadFinder(nn.Module):
    """Pictures (N, 3, H, W) in [-1, 1], sides multiples of 32 (ValueError), to HeadMaps.

    A feature pyramid: down to 1/32 and back to 1/8, with skip connections. About 140 thousand
    parameters with ``width`` 16.
    """

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        eighth, sixteenth, deepest = width * 2, width * 3, width * 7 // 2
        self.to_eighth = ToEighth(width)
        self.to_sixteenth = nn.Sequential(
            ConvNorm(eighth, sixteenth, stride=2), ResidualConv(sixteenth)
        )
        self.to_deepest = nn.Sequential(
            ConvNorm(sixteenth, deepest, stride=2), ResidualConv(deepest)
        )
        self.deepest_across = ConvNorm(deepest, eighth, kernel=1)
        self.sixteenth_across = ConvNorm(sixteenth, eighth, kernel=1)
        self.at_sixteenth = ConvNorm(eighth, eighth)
        self.at_eighth = ConvNorm(eighth, eighth)
        last = nn.Conv2d(eighth, 14, 1)
        self.out = nn.Sequential(ConvNorm(eighth, eighth), last)
        # Heads are rare: the initial probability of one in a hundred keeps the first steps stable.
        nn.init.zeros_(last.weight)
        last.bias = nn.Parameter(torch.tensor([-4.6] + [0.0] * 13))

    def forward(self, x: Tensor) -> HeadMaps:
        if x.shape[2] % MULTIPLE or x.shape[3] % MULTIPLE:
            raise ValueError(
                f"sides are {tuple(x.shape[2:])}; they must be multiples of {MULTIPLE}"
            )
        eighth = self.to_eighth(x)
        sixteenth = self.to_sixteenth(eighth)
        deepest = self.to_deepest(sixteenth)
        up = double(self.deepest_across(deepest)) + self.sixteenth_across(sixteenth)
        up = double(self.at_sixteenth(up)) + eighth
        head, shift, size, landmarks = self.out(self.at_eighth(up)).split((1, 2, 1, 10), 1)
        return HeadMaps(head, shift, size, landmarks)


def double(x: Tensor) -> Tensor:
    """Nearest-neighbour upsampling to twice the height and width."""
    return F.interpolate(x, scale_factor=2, mode="nearest")
