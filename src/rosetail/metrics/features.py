"""Backbones: what a picture looks like as one row of numbers.

The one that needs no download is VGG-19 relu3_4 averaged over positions, 256 numbers. Distances
on different backbones do not compare, so every table says which it used: ``backbone.name``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from rosetail.images import to_tensor
from rosetail.nets.features import Vgg19Features

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

LAYER = "relu3_4"


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


def pooled_features(pictures: Iterable[Bytes], weights: str | Path) -> Floats:
    """relu3_4 of every picture averaged over its positions, (N, 256).

    Pictures are uint8 RGB (H, W, 3), for faces cropped to the same place and size (256 px in our
    tables). ``weights`` is a VGG-19 safetensors file; raises WeightsMissing without it.
    """
    backbone = Vgg19Pooled(weights)
    return np.stack([backbone(picture) for picture in pictures])
