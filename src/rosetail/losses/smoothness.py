"""Smoothness losses: total variation, and variance within regions.

Region smoothing and fine-grained revision are ``content.vgg_content`` with fixed target pictures.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rosetail.losses.colour import LUMA

LEVELS = 8 / 127.5  # eight grey levels: the deviation between flat and busy regions


def total_variation(x: Tensor) -> Tensor:
    """L_tv of AnimeGANv3: half the mean squared step to the pixel below plus that to the right."""
    x = x.float()
    down = (x[:, :, 1:] - x[:, :, :-1]).square().mean()
    right = (x[:, :, :, 1:] - x[:, :, :, :-1]).square().mean()
    return (down + right) / 2


def region_variance(x: Tensor, regions: Tensor) -> Tensor:
    """Mean over regions of v / (v + LEVELS²), v being the variance of grey in a region.

    ``x`` (N, 3, H, W) in [-1, 1], ``regions`` (N, H, W) labels from 0. The bound spares regions
    with lines or contours; the loss flattens those with little variance, as a median measures.
    """
    luma = x.new_tensor(LUMA, dtype=torch.float32)
    grey = (x.float() * luma[:, None, None]).sum(1)
    first = torch.arange(len(x), device=x.device) * (int(regions.max()) + 1)
    labels = (regions.long() + first[:, None, None]).flatten()
    values = grey.flatten()
    count = torch.bincount(labels, minlength=int(first[-1]) + int(regions.max()) + 1).float()
    held = count.clamp_min(1)
    mean = torch.zeros_like(held).index_add(0, labels, values) / held
    apart = (values - mean[labels]).square()
    variance = torch.zeros_like(held).index_add(0, labels, apart) / held
    return (variance / (variance + LEVELS**2))[count > 0].mean()
