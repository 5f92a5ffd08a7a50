"""Distances of VGG-19 feature maps, relative to the size of the target's features."""

from __future__ import annotations

from types import EllipsisType

import torch
from torch import Tensor

from rosetail.layers.vgg import Vgg19Features

LAYERS = ("relu1_2", "relu2_2", "relu3_2")
Window = tuple[EllipsisType, slice, slice]


def relative_difference(output_map: Tensor, target_map: Tensor) -> Tensor:
    """Mean absolute difference of two maps divided by the target's mean absolute value, so that
    all depths have equal weight."""
    difference = (output_map - target_map).abs().mean(dtype=torch.float32)
    return difference / target_map.abs().mean(dtype=torch.float32)


def feature_difference(vgg: Vgg19Features, output: Tensor, target: Tensor) -> Tensor:
    """:func:`relative_difference` of VGG-19 maps of pictures (N, 3, H, W) in [-1, 1], averaged over
    LAYERS. Gradients flow to ``output``."""
    with torch.no_grad():
        targets = vgg(target, LAYERS)
    outputs = vgg(output, LAYERS)
    return torch.stack(
        [relative_difference(outputs[name], targets[name]) for name in LAYERS]
    ).mean()


def windowed_feature_difference(vgg: Vgg19Features, output: Tensor, target: Tensor) -> Tensor:
    """:func:`feature_difference` in a random :func:`half_window`, at a quarter of the cost."""
    window = half_window(output)
    return feature_difference(vgg, output[window], target[window])


def half_window(pictures: Tensor) -> Window:
    """A random window of half the height and width of pictures (N, C, H, W), as an index."""
    height, width = (each // 2 for each in pictures.shape[-2:])
    top, left = (int(torch.randint(each + 1, ())) for each in (height, width))
    return ..., slice(top, top + height), slice(left, left + width)
