"""Downsample and upsample with StyleGAN2's [1, 3, 3, 1] blur, as plain depthwise convolutions.

The published code calls a CUDA kernel ("upfirdn2d") that zero-pads, upsamples, filters and
downsamples. On a CPU a depthwise convolution with a constant 4x4 kernel computes the same many
times faster. Upsampling with this filter is bilinear, with black beyond the border.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def blur_kernel(like: Tensor, gain: float = 1.0) -> Tensor:
    """Outer product of [1, 3, 3, 1] with sum ``gain``, per channel of ``like``: (C, 1, 4, 4)."""
    row = torch.tensor([1.0, 3.0, 3.0, 1.0], device=like.device) / 8
    kernel = (gain * torch.outer(row, row)).to(like.dtype)
    return kernel.expand(int(like.shape[1]), 1, 4, 4)


def blur(x: Tensor, padding: int, gain: float = 1.0) -> Tensor:
    """Blur each channel of (N, C, H, W), with ``padding`` zeros on every side."""
    return F.conv2d(x, blur_kernel(x, gain), padding=padding, groups=x.shape[1])


def blur_before_halving(x: Tensor) -> Tensor:
    """(N, C, H, W) to (N, C, H + 1, W + 1); a 3x3 convolution of stride 2 then gives H/2 x W/2."""
    return blur(x, 2)


def halve(x: Tensor) -> Tensor:
    """Blur and downsample by 2: (N, C, H, W) to (N, C, H/2, W/2).

    [1, 3, 3, 1] is [1, 1] convolved three times, so this is three 2x2 average pools, the last with
    stride 2. A depthwise convolution of stride 2 would need one pass, but PyTorch computes its
    gradient on a CPU several times slower.
    """
    if torch._C._get_tracing_state() is not None:  # for engines, one convolution is faster
        return F.conv2d(x, blur_kernel(x), stride=2, padding=1, groups=int(x.shape[1]))
    return F.avg_pool2d(F.avg_pool2d(F.avg_pool2d(F.pad(x, (1, 1, 1, 1)), 2, 1), 2, 1), 2, 2)


def blur_after_doubling(x: Tensor) -> Tensor:
    """(N, C, 2 H + 1, 2 W + 1), from a 3x3 transposed convolution of stride 2, to (N, C, 2 H, 2 W).

    The gain of 4 compensates for the zeros that such a convolution inserts between pixels.
    """
    return blur(x, 1, 4.0)


def double(x: Tensor) -> Tensor:
    """Upsample by 2, (N, C, H, W) to (N, C, 2 H, 2 W); equals inserting zeros and a blur of gain 4.

    Along each axis a result is 3/4 of the nearer pixel plus 1/4 of the farther one.
    """
    framed = F.pad(x, (1, 1, 1, 1))
    larger = F.interpolate(framed, scale_factor=2, mode="bilinear", align_corners=False)
    return larger[:, :, 2:-2, 2:-2]
