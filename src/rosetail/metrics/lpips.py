"""Learned perceptual distance (Zhang and others 2018, "The Unreasonable Effectiveness of Deep
Features as a Perceptual Metric") of two pictures, and how varied a cast of characters is.

Maps of a network are divided by their length at every place; the squared difference, summed over
channels and averaged over places, is added up over depths. The published metric runs on VGG-16 and
weighs channels by learned *heads*. Without those files VGG-19 serves, all channels alike: the same
order of things, other numbers. ``name`` says which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from rosetail.errors import InputError
from rosetail.images import to_tensor
from rosetail.layers.vgg import Vgg19Features
from rosetail.metrics.tensors import Shapes, read_tensors

Bytes = NDArray[np.uint8]
Maps = list[Tensor]

TINY = 1e-10  # added to lengths, as published
VGG16 = (2, 2, 3, 3, 3)  # convolutions in each block; the last map of each is looked at
VGG16_WIDTHS = (64, 128, 256, 512, 512)
# What [-1, 1] becomes before VGG-16: ImageNet's mean and deviation, in the published rounding.
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)


class Eye(Protocol):
    """``maps(picture)``: (1, C, h, w) for each depth, ready to be subtracted."""

    name: str

    def maps(self, picture: Bytes) -> Maps: ...


class UnitVgg19:
    """Unit-length maps of VGG-19, the last ReLU of every block its file holds, channels alike.

    Raises WeightsMissing without ``weights``, a VGG-19 safetensors file.
    """

    def __init__(self, weights: str | Path) -> None:
        self.vgg = Vgg19Features(weights)
        ends = ("relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4")
        self.layers = [end for end in ends if "conv" + end[4:] in self.vgg.names]
        self.name = f"unit-length VGG-19 to {self.layers[-1]}"

    @torch.inference_mode()
    def maps(self, picture: Bytes) -> Maps:
        found = self.vgg(torch.from_numpy(to_tensor(picture)), self.layers)
        return [unit(found[layer]) for layer in self.layers]


class Lpips:
    """The published metric: VGG-16 and its heads, version 0.1.

    ``trunk`` holds ``features.N.weight`` and ``features.N.bias`` as torchvision names VGG-16,
    ``heads`` ``lin0.model.1.weight`` to ``lin4``; both .safetensors, or .pth read as plain
    tensors. Raises WeightsMissing naming the file and what it lacks.
    """

    name = "LPIPS (VGG-16)"

    def __init__(self, trunk: str | Path, heads: str | Path) -> None:
        shapes: Shapes = {}
        place, inside = 0, 3
        for count, width in zip(VGG16, VGG16_WIDTHS, strict=True):
            for _ in range(count):
                shapes[f"features.{place}.weight"] = (width, inside, 3, 3)
                shapes[f"features.{place}.bias"] = (width,)
                place, inside = place + 2, width
            place += 1  # the pool
        self._trunk = read_tensors(Path(trunk), shapes)
        wanted: Shapes = {
            f"lin{i}.model.1.weight": (1, c, 1, 1) for i, c in enumerate(VGG16_WIDTHS)
        }
        # w (a - b)² is the square of √w a - √w b, so the heads can be part of the maps.
        self._heads = [
            head.clamp_min(0).sqrt() for head in read_tensors(Path(heads), wanted).values()
        ]

    @torch.inference_mode()
    def maps(self, picture: Bytes) -> Maps:
        shift, scale = (torch.tensor(each).view(1, 3, 1, 1) for each in (SHIFT, SCALE))
        x = (torch.from_numpy(to_tensor(picture)) - shift) / scale
        found: Maps = []
        place = 0
        for count, head in zip(VGG16, self._heads, strict=True):
            if found:
                x = F.max_pool2d(x, 2)
                place += 1
            for _ in range(count):
                weight, bias = (self._trunk[f"features.{place}.{k}"] for k in ("weight", "bias"))
                x = F.relu(F.conv2d(x, weight, bias, padding=1))
                place += 2
            found.append(unit(x) * head)
        return found


class Diversity(NamedTuple):
    """The mean over photos, and the mean pairwise distance of each photo's characters."""

    value: float
    each: list[float]


def distance(first: Bytes, second: Bytes, eye: Eye) -> float:
    """Between two pictures of one size, uint8 RGB (H, W, 3); 0 for equal ones.

    Raises ValueError where their sizes differ.
    """
    if first.shape != second.shape:
        raise ValueError(f"pictures {first.shape} and {second.shape} must have one size")
    return apart(eye.maps(first), eye.maps(second))


@torch.inference_mode()
def places(first: Maps, second: Maps, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Where two pictures of ``shape`` (H, W) differ: :func:`distance` before its means over places.

    From the maps an eye gives; coarser ones are drawn out to the size of the pictures.
    """
    total = torch.zeros(1, 1, *shape)
    for one, other in zip(first, second, strict=True):
        apart = (one - other).square().sum(1, keepdim=True)
        total += F.interpolate(apart, shape, mode="bilinear", align_corners=False)
    return np.asarray(total[0, 0].double().numpy())


def diversity(
    casts: Iterable[Sequence[Bytes]], eye: Eye, *, note: Callable[[int], None] | None = None
) -> Diversity:
    """Mean distance of all pairs within each of ``casts``: one photo's characters, usually ten.

    Pictures of a cast have one size. ``note`` is told the casts done. Raises InputError where a
    cast has fewer than two pictures or there is none.
    """
    each = []
    for number, cast in enumerate(casts):
        if len(cast) < 2:
            raise InputError(f"cast {number}: {len(cast)} pictures have no pairs; give two or more")
        maps = [eye.maps(picture) for picture in cast]
        each.append(float(np.mean([apart(*pair) for pair in combinations(maps, 2)])))
        if note is not None:
            note(number + 1)
    if not each:
        raise InputError("no casts to measure diversity of; give at least one")
    return Diversity(float(np.mean(each)), each)


def unit(maps: Tensor) -> Tensor:
    """Of length 1 over channels at every place."""
    return maps / (maps.square().sum(1, keepdim=True).sqrt() + TINY)


def apart(first: Maps, second: Maps) -> float:
    """The distance of two pictures by their maps: squared differences, averaged over places."""
    depths = [(a - b).square().sum(1).mean() for a, b in zip(first, second, strict=True)]
    return float(torch.stack(depths).sum())
