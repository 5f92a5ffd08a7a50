"""Learned perceptual distance (LPIPS, Zhang et al. 2018, arXiv 1801.03924) and diversity.

The published metric (:mod:`rosetail.layers.lpips`) uses VGG-16 and learned channel weights
(*heads*). Without those files VGG-19 with equal weights is used: it ranks
pictures similarly, but its values are not comparable. ``name`` identifies the one in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from rosetail.arrays import Bytes
from rosetail.errors import InputError
from rosetail.images import to_tensor
from rosetail.layers.lpips import LpipsVgg16, map_distance, unit_length
from rosetail.layers.vgg import Vgg19Features

Maps = list[Tensor]


class PerceptualNetwork(Protocol):
    """``maps(picture)`` gives one map (1, C, h, w) per layer; their squared differences sum up to
    the distance. ``name`` is for tables."""

    name: str

    def maps(self, picture: Bytes) -> Maps: ...


class UnitVgg19:
    """Normalized maps of VGG-19: the last ReLU of each block that the file holds.

    ``weights`` is a VGG-19 .safetensors file. Raises WeightsMissing.
    """

    def __init__(self, weights: str | Path) -> None:
        self.vgg = Vgg19Features(weights)
        ends = ("relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4")
        self.layers = [end for end in ends if "conv" + end[4:] in self.vgg.names]
        self.name = f"unit-length VGG-19 to {self.layers[-1]}"

    @torch.inference_mode()
    def maps(self, picture: Bytes) -> Maps:
        features = self.vgg(torch.from_numpy(to_tensor(picture)), self.layers)
        return [unit_length(features[layer]) for layer in self.layers]


class Lpips:
    """The published metric, version 0.1, with VGG-16, from a file of `rosetail import lpips`.

    Raises WeightsMissing naming the file and the tensor at fault.
    """

    name = "LPIPS (VGG-16)"

    def __init__(self, weights: str | Path) -> None:
        self._network = LpipsVgg16(weights)

    @torch.inference_mode()
    def maps(self, picture: Bytes) -> Maps:
        return self._network.maps(torch.from_numpy(to_tensor(picture)))


def distance(first: Maps, second: Maps) -> float:
    """Perceptual distance of two pictures from their maps; 0 for equal pictures.

    Raises ValueError for pictures of different sizes.
    """
    if first[0].shape != second[0].shape:
        sizes = " and ".join(str(tuple(maps[0].shape[2:])) for maps in (first, second))
        raise ValueError(f"pictures of {sizes} pixels must have one size")
    return float(map_distance(first, second))


@torch.inference_mode()
def distance_map(first: Maps, second: Maps, size: tuple[int, int]) -> NDArray[np.float64]:
    """:func:`distance` before averaging over positions, resized to ``size`` (H, W)."""
    total = torch.zeros(1, 1, *size)
    for one, other in zip(first, second, strict=True):
        layer = (one - other).square().sum(1, keepdim=True)
        total += F.interpolate(layer, size, mode="bilinear", align_corners=False)
    return np.asarray(total[0, 0].double().numpy())


def diversity(pictures: Sequence[Bytes], network: PerceptualNetwork) -> float:
    """Mean distance over all pairs of ``pictures``, of one size. InputError for fewer than two."""
    if len(pictures) < 2:
        raise InputError(f"{len(pictures)} pictures have no pairs; give two or more")
    maps = [network.maps(picture) for picture in pictures]
    return float(np.mean([distance(*pair) for pair in combinations(maps, 2)]))
