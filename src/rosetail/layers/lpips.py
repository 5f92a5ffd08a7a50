"""LPIPS (Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual
Metric"), version 0.1 on VGG-16: a metric, and the perceptual term of GANs N' Roses' loss.

Feature maps are normalized to unit length at every position. The squared difference, weighted per
channel by learned *heads* and summed over channels, is averaged over positions and added up over
five depths.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.tensor_files import Shapes, read_tensors

TINY = 1e-10  # added to norms, as published
VGG16 = (2, 2, 3, 3, 3)  # convolutions of each block; the last map of each block is used
VGG16_WIDTHS = (64, 128, 256, 512, 512)
# Input normalization for pictures in [-1, 1]: ImageNet mean and deviation, rounded as published.
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)


class LpipsVgg16(nn.Module):
    """Distance of pictures (N, 3, H, W), RGB in [-1, 1]: one number, the mean over the batch.

    ``path`` is a file of `rosetail import lpips`: ``features.N.weight`` and ``features.N.bias`` of
    VGG-16 under torchvision's names, ``lin0.model.1.weight`` to ``lin4`` as in the ``lpips``
    package. Parameters are frozen; gradients flow to pictures. Raises WeightsMissing naming the
    file and the missing tensor.
    """

    shift: Tensor
    scale: Tensor

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        tensors = list(read_tensors(Path(path), self.shapes()).values())
        weights, heads = tensors[: -len(VGG16)], tensors[-len(VGG16) :]
        self.weights = nn.ParameterList(weights[0::2])
        self.biases = nn.ParameterList(weights[1::2])
        # w (a - b)² = (√w a - √w b)², so the heads can be part of the maps.
        self.roots = nn.ParameterList(head.clamp_min(0).sqrt() for head in heads)
        for name, values in (("shift", SHIFT), ("scale", SCALE)):
            self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False).eval()

    @staticmethod
    def shapes() -> Shapes:
        """The tensors of the file: convolutions in order, then heads."""
        shapes: Shapes = {}
        place, inside = 0, 3
        for count, width in zip(VGG16, VGG16_WIDTHS, strict=True):
            for _ in range(count):
                shapes[f"features.{place}.weight"] = (width, inside, 3, 3)
                shapes[f"features.{place}.bias"] = (width,)
                place, inside = place + 2, width
            place += 1  # the pool
        heads = {f"lin{i}.model.1.weight": (1, c, 1, 1) for i, c in enumerate(VGG16_WIDTHS)}
        return shapes | heads

    def maps(self, x: Tensor) -> list[Tensor]:
        """Unit-length maps at five depths, times the square roots of the heads."""
        x = (x - self.shift) / self.scale
        convs = iter(zip(self.weights, self.biases, strict=True))
        maps: list[Tensor] = []
        for count, root in zip(VGG16, self.roots, strict=True):
            if maps:
                x = F.max_pool2d(x, 2)
            for _ in range(count):
                weight, bias = next(convs)
                x = F.relu(F.conv2d(x, weight, bias, padding=1))
            maps.append(unit_length(x) * cast(Tensor, root))
        return maps

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return map_distance(self.maps(first), self.maps(second))


def unit_length(maps: Tensor) -> Tensor:
    """Normalize (N, C, H, W) to unit length over channels at every position."""
    return maps / (maps.square().sum(1, keepdim=True).sqrt() + TINY)


def map_distance(first: Sequence[Tensor], second: Sequence[Tensor]) -> Tensor:
    """Squared differences summed over channels, averaged over batch and positions, summed over
    depths."""
    depths = [(a - b).square().sum(1).mean() for a, b in zip(first, second, strict=True)]
    return torch.stack(depths).sum()
