"""Backbones: what a picture looks like as one row of numbers.

The one that needs no download is VGG-19 relu3_4 averaged over positions, 256 numbers; papers use
Inception v3. Distances on different backbones do not compare, so every table says which it used:
``backbone.name``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail.images import to_tensor
from rosetail.layers.inception import FEATURES, Inception
from rosetail.layers.vgg import Vgg19Features
from rosetail.metrics.tensors import read_tensors

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

LAYER = "relu3_4"
SIDE = 299  # pixels that Inception looks at


class Backbone(Protocol):
    """Pictures, uint8 RGB (H, W, 3), to rows of ``width`` numbers, float64.

    ``name`` is for tables; ``fingerprint`` also tells the weights, and names cached statistics.
    """

    name: str
    width: int
    fingerprint: str

    def __call__(self, picture: Bytes) -> Floats: ...


class Vgg19Pooled:
    """relu3_4 of VGG-19 averaged over positions.

    ``weights`` is a VGG-19 safetensors file; raises WeightsMissing without it.
    """

    name = f"VGG-19 {LAYER}"
    width = 256

    def __init__(self, weights: str | Path) -> None:
        self.vgg = Vgg19Features(weights)
        digest = hashlib.sha256(Path(weights).read_bytes()).hexdigest()
        self.fingerprint = f"{self.name} {digest}"

    @torch.inference_mode()
    def __call__(self, picture: Bytes) -> Floats:
        x = torch.from_numpy(to_tensor(picture)).contiguous(memory_format=torch.channels_last)
        row: Floats = self.vgg(x, [LAYER])[LAYER].double().mean((2, 3))[0].numpy()
        return row


class InceptionPooled:
    """What published FID and KID are measured on: the pooled features of Inception v3.

    ``weights`` is the public PyTorch copy of the first code's network
    (pt_inception-2015-12-05-6726825d.pth, as torch-fidelity and pytorch-fid load it) or the same
    tensors as .safetensors. Pictures are brought to 299 pixels as that code did: bilinear between
    the pixels at place times scale, where others take pixel centres. Raises WeightsMissing naming
    the file and what it lacks.
    """

    name = "Inception v3 pool3"
    width = FEATURES

    def __init__(self, weights: str | Path) -> None:
        self.net = Inception().eval().requires_grad_(False)
        shapes = {
            name: tuple(value.shape)
            for name, value in self.net.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }
        self.net.load_state_dict(read_tensors(Path(weights), shapes), strict=False)
        digest = hashlib.sha256(Path(weights).read_bytes()).hexdigest()
        self.fingerprint = f"{self.name} {digest}"

    @torch.inference_mode()
    def __call__(self, picture: Bytes) -> Floats:
        levels = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
        x = (from_corner(from_corner(levels, 2, SIDE), 3, SIDE) - 128) / 128
        row: Floats = self.net(x)[0].double().numpy()
        return row


def from_corner(x: Tensor, axis: int, size: int) -> Tensor:
    """``x`` linearly resized along ``axis``, as TensorFlow 1 did: pixel i looks at place
    i * old / size."""
    old = x.shape[axis]
    place = torch.arange(size, dtype=torch.float32) * (old / size)
    first = place.long().clamp_max(old - 1)
    part = (place - first).view([-1 if each == axis else 1 for each in range(x.dim())])
    lower = x.index_select(axis, first)
    upper = x.index_select(axis, (first + 1).clamp_max(old - 1))
    return torch.lerp(lower, upper, part.expand_as(lower))


def pooled_features(pictures: Iterable[Bytes], weights: str | Path) -> Floats:
    """relu3_4 of every picture averaged over its positions, (N, 256).

    Pictures are uint8 RGB (H, W, 3), for faces cropped to the same place and size (256 px in our
    tables). ``weights`` is a VGG-19 safetensors file; raises WeightsMissing without it.
    """
    backbone = Vgg19Pooled(weights)
    return np.stack([backbone(picture) for picture in pictures])
