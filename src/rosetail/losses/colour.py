"""Colour losses: greyscale pictures for style, and a Lab distance that keeps a photo's colours."""

from __future__ import annotations

import torch
from torch import Tensor

# sRGB (IEC 61966-2-1) to XYZ, rows divided by the D65 white point (2 degree observer).
WHITE = (0.95047, 1.0, 1.08883)
RGB_TO_XYZ = (
    (0.412453, 0.357580, 0.180423),
    (0.212671, 0.715160, 0.072169),
    (0.019334, 0.119193, 0.950227),
)
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


def _mix(x: Tensor, weights: tuple[float, float, float]) -> Tensor:
    """Weighted sum of the three channels, (N, H, W); elementwise, so that autocast skips it."""
    return x[:, 0] * weights[0] + x[:, 1] * weights[1] + x[:, 2] * weights[2]


def grey(x: Tensor, channels: int = 3) -> Tensor:
    """Luma of RGB in [-1, 1], (N, 3, H, W) to (N, channels, H, W): 3 for VGG, 1 for a critic."""
    return _mix(x, LUMA)[:, None].expand(-1, channels, -1, -1)


def rgb_to_lab(x: Tensor) -> Tensor:
    """sRGB in [-1, 1] to CIE L*a*b* (D65), (N, 3, H, W) float32: L 0-100, a and b about -128-127.

    Differentiable everywhere; values outside [-1, 1] are clamped.
    """
    rgb = ((x.float() + 1) / 2).clamp(0, 1)
    # The unused branch of a `where` still has a gradient, so avoid the infinite slope at 0.
    linear = torch.where(
        rgb > 0.04045, ((rgb.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4, rgb / 12.92
    )
    xyz = [
        _mix(linear, (row[0] / white, row[1] / white, row[2] / white))
        for row, white in zip(RGB_TO_XYZ, WHITE, strict=True)
    ]
    fx, fy, fz = (
        torch.where(v > 0.008856, v.clamp_min(0.008856) ** (1 / 3), 7.787 * v + 16 / 116)
        for v in xyz
    )
    return torch.stack((116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)), 1)


def lab_colour(output: Tensor, photo: Tensor) -> Tensor:
    """L_col of AnimeGANv3: mean absolute Lab difference, with double weight on L (scaled to 1).

    a and b are scaled by their range of 255. Both pictures are (N, 3, H, W) RGB in [-1, 1].
    """
    apart = (rgb_to_lab(output) - rgb_to_lab(photo)).abs().mean((0, 2, 3))
    return 2 * apart[0] / 100 + apart[1] / 255 + apart[2] / 255
