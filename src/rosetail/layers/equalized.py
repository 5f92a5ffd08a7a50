"""Layers with an equalised learning rate (Karras et al. 2018, "Progressive Growing of GANs") and
the residual blocks of StyleGAN2 built from them.

Weights are drawn from N(0, 1) and scaled to He's standard deviation, 1 / sqrt(fan in), each time
they are used, so that Adam updates all layers at one relative rate. A leaky ReLU after a layer is
multiplied by sqrt(2) to preserve variance. Because leaky(x) sqrt(2) = leaky(x sqrt(2)), that gain
is folded into the weights, as is any later constant factor.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.resample import blur_before_halving, halve

SLOPE = 0.2  # of every leaky ReLU
ROOT2 = math.sqrt(2)


def leaky(x: Tensor) -> Tensor:
    """In-place leaky ReLU; its gradient needs only the sign of the output."""
    return F.leaky_relu(x, SLOPE, inplace=True)


class EqualConv(nn.Module):
    """A convolution (N, I, H, W) to (N, O, H', W'), weights times 1 / sqrt(I kernel²).

    ``active`` adds the leaky ReLU and its sqrt(2); ``gain`` multiplies the result.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        *,
        stride: int = 1,
        padding: int | None = None,
        bias: bool = True,
        active: bool = True,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None
        self.stride = stride
        self.padding = kernel // 2 if padding is None else padding
        self.active = active
        self.gain = gain * (ROOT2 if active else 1.0)
        self.scale = self.gain / math.sqrt(in_channels * kernel**2)

    def forward(self, x: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias * self.gain
        x = F.conv2d(x, self.weight * self.scale, bias, self.stride, self.padding)
        return leaky(x) if self.active else x


class EqualLinear(nn.Module):
    """(N, I) to (N, O), weights times ``rate`` / sqrt(I), biases times ``rate``.

    ``rate`` is the layer's learning-rate multiplier (0.01 in mapping networks): parameters are
    stored divided by it. Biases start at ``bias``. ``active`` adds the leaky ReLU and its sqrt(2).
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        bias: float = 0.0,
        rate: float = 1.0,
        active: bool = False,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / rate)
        self.bias = nn.Parameter(torch.full((out_features,), bias))
        self.active = active
        gain = ROOT2 if active else 1.0
        self.scale = gain * rate / math.sqrt(in_features)
        self.bias_scale = gain * rate

    def forward(self, x: Tensor) -> Tensor:
        x = F.linear(x, self.weight * self.scale, self.bias * self.bias_scale)
        return leaky(x) if self.active else x


class DownBlock(nn.Module):
    """Residual block that halves the size: (N, I, H, W) to (N, O, H/2, W/2).

    Computes (main + skip) / sqrt(2); the factor is folded into the weights of both branches.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.first = EqualConv(in_channels, in_channels, 3)
        self.second = EqualConv(in_channels, out_channels, 3, stride=2, padding=0, gain=1 / ROOT2)
        self.skip = EqualConv(
            in_channels, out_channels, 1, bias=False, active=False, gain=1 / ROOT2
        )

    def forward(self, x: Tensor) -> Tensor:
        main = self.second(blur_before_halving(self.first(x)))
        return cast(Tensor, main + self.skip(halve(x)))


class ResBlock(nn.Module):
    """Residual block that keeps the shape (N, C, H, W): (main + x) / sqrt(2)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = EqualConv(channels, channels, 3)
        self.second = EqualConv(channels, channels, 3, gain=1 / ROOT2)

    def forward(self, x: Tensor) -> Tensor:
        return torch.add(self.second(self.first(x)), x, alpha=1 / ROOT2)


class BlurredConv(nn.Module):
    """Blur, 3x3 convolution of stride 2, leaky ReLU: (N, I, H, W) to (N, O, H/2, W/2)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = EqualConv(in_channels, out_channels, 3, stride=2, padding=0)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.conv(blur_before_halving(x)))
