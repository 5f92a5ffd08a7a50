"""The guided filter that the support tail's output passes before its losses."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def guided_filter(x: Tensor, guide: Tensor, radius: int = 2, eps: float = 0.01) -> Tensor:
    """Edge-preserving smoothing of ``x`` by ``guide`` (He, Sun and Tang 2013), differentiable.

    Each channel of ``x`` is smoothed by the same channel of ``guide`` (or by its only one), both
    (N, C, H, W) in [-1, 1]; float32 out. ``radius`` is in pixels; ``eps`` is a variance for
    pictures in [0, 1], as in the paper: regions varying less than that become flat. Windows are
    cut off at the border. AnimeGANv3 filters its output by itself with 2 and 0.01.
    """
    x, guide = x.float(), guide.float()
    mean_x, mean_guide = _box(x, radius), _box(guide, radius)
    covariance = _box(guide * x, radius) - mean_guide * mean_x
    variance = _box(guide * guide, radius) - mean_guide * mean_guide
    slope = covariance / (variance + 4 * eps)  # [-1, 1] is twice as wide: variances are 4 times
    level = mean_x - slope * mean_guide
    return torch.addcmul(_box(level, radius), _box(slope, radius), guide)


def _box(x: Tensor, radius: int) -> Tensor:
    """Mean over the (2 radius + 1) square around each pixel, without what lies outside."""
    return F.avg_pool2d(x, 2 * radius + 1, stride=1, padding=radius, count_include_pad=False)
