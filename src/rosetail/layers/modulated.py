"""StyleGAN2's modulated convolution (Karras and others 2020, "Analyzing and Improving ...", §2.2).

The paper builds weights for every sample, w'_oik = s_i w_oik, and divides each output channel by
its expected norm, sqrt(sum_ik w'_oik² + eps). Convolution is linear, so scaling the input by s and
dividing the output gives the same result with one shared weight. This needs no grouped convolution
over the batch, and the backward pass costs as little as that of an ordinary convolution.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.equalized import ROOT2, EqualLinear, leaky
from rosetail.layers.resample import blur_after_doubling

EPSILON = 1e-8


def demodulation(weight: Tensor, style: Tensor) -> Tensor:
    """1 / sqrt(sum_ik (s_i w_oik)² + eps) for weights (O, I, k, k) and styles (N, I): (N, O)."""
    return torch.rsqrt(style.square() @ weight.square().sum((2, 3)).t() + EPSILON)


def per_channel(x: Tensor, values: Tensor) -> Tensor:
    """Reshape ``values`` (N, C) to (N, C, 1, 1), in ``x``'s type, to scale its channels."""
    return values[:, :, None, None].to(x.dtype)


class Modulated(nn.Module):
    """Weights (O, I, k, k) and the affine map from w (N, latent) to their scales s (N, I)."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, latent: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel, kernel))
        self.scale = 1 / math.sqrt(in_channels * kernel**2)
        self.modulation = EqualLinear(latent, in_channels, bias=1.0)

    def scaled(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """The shared weight with its equalised scale, and the styles s (N, I).

        Always in single precision: an error of half a percent in a scale is visible as a tint.
        """
        with torch.autocast(w.device.type, enabled=False):
            return self.weight * self.scale, cast(Tensor, self.modulation(w.float()))


class StyledConv(Modulated):
    """Modulated, demodulated 3x3 convolution, bias, leaky ReLU times sqrt(2).

    Maps (N, I, H, W) and w (N, latent) to (N, O, H, W), or to twice the size if ``doubles``.
    """

    def __init__(
        self, in_channels: int, out_channels: int, latent: int, *, doubles: bool = False
    ) -> None:
        super().__init__(in_channels, out_channels, 3, latent)
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.doubles = doubles

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return leaky(self.summed(x, w))

    def summed(self, x: Tensor, w: Tensor) -> Tensor:
        """The output before the leaky ReLU, already multiplied by sqrt(2)."""
        weight, style = self.scaled(w)
        x = x * per_channel(x, style)
        if self.doubles:
            x = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
            x = blur_after_doubling(x)
        else:
            x = F.conv2d(x, weight, padding=1)
        size = per_channel(x, demodulation(weight, style) * ROOT2)
        return torch.addcmul(per_channel(x, self.bias[None] * ROOT2), x, size)


class ToRgb(Modulated):
    """Modulated 1x1 convolution, not demodulated: (N, I, H, W) to a picture.

    Each position yields ``fold`` x ``fold`` pixels with ``numbers`` channels: (N, numbers, fold H,
    fold W).
    """

    def __init__(self, in_channels: int, latent: int, fold: int = 1, numbers: int = 3) -> None:
        super().__init__(in_channels, numbers * fold**2, 1, latent)
        self.bias = nn.Parameter(torch.zeros(numbers * fold**2))
        self.fold = fold

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        weight, style = self.scaled(w)
        x = F.conv2d(x * per_channel(x, style), weight, self.bias)
        return x if self.fold == 1 else F.pixel_shuffle(x, self.fold)


class StyledResBlock(nn.Module):
    """Residual block of two styled convolutions; keeps the shape (N, C, H, W)."""

    def __init__(self, channels: int, latent: int) -> None:
        super().__init__()
        self.first = StyledConv(channels, channels, latent)
        self.second = StyledConv(channels, channels, latent)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return (self.second(self.first(x, w), w) + x) / ROOT2


class UpBlock(nn.Module):
    """Two styled convolutions, the first at twice the size: (N, I, H, W) to (N, O, 2 H, 2 W)."""

    def __init__(self, in_channels: int, out_channels: int, latent: int) -> None:
        super().__init__()
        self.up = StyledConv(in_channels, out_channels, latent, doubles=True)
        self.same = StyledConv(out_channels, out_channels, latent)

    def forward(self, x: Tensor, w: Tensor, added: Tensor | None = None) -> Tensor:
        """``added`` (N, O, 2 H, 2 W) is added between the two convolutions."""
        x = self.up(x, w)
        return cast(Tensor, self.same(x if added is None else x + added, w))
