"""Backbones that turn a picture into a feature vector for FID and KID.

VGG-19 relu3_4, averaged over positions (256 numbers), is the default; published values use
Inception v3 (2048 numbers). Distances on different backbones are not comparable, so tables name
the backbone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from rosetail.arrays import Bytes, Doubles
from rosetail.images import to_tensor
from rosetail.layers.inception import FEATURES, Inception
from rosetail.layers.tensor_files import read_tensors
from rosetail.layers.vgg import Vgg19Features

LAYER = "relu3_4"
INCEPTION_SIDE = 299  # pixels


class Backbone(Protocol):
    """Maps a picture, uint8 RGB [H, W, 3], to float64 (``width``,). ``name`` is for tables."""

    name: str
    width: int

    def __call__(self, picture: Bytes) -> Doubles: ...


class Vgg19Pooled:
    """relu3_4 of VGG-19 averaged over positions.

    ``weights`` is a VGG-19 .safetensors file. Raises WeightsMissing.
    """

    name = f"VGG-19 {LAYER}"
    width = 256

    def __init__(self, weights: str | Path) -> None:
        self.vgg = Vgg19Features(weights)

    @torch.inference_mode()
    def __call__(self, picture: Bytes) -> Doubles:
        x = torch.from_numpy(to_tensor(picture)).contiguous(memory_format=torch.channels_last)
        row: Doubles = self.vgg(x, [LAYER])[LAYER].double().mean((2, 3))[0].numpy()
        return row


class InceptionPooled:
    """Pooled features of Inception v3, the backbone of published FID and KID values.

    ``weights`` is the PyTorch port of the original TensorFlow network that torch-fidelity and
    pytorch-fid use (pt_inception-2015-12-05-6726825d.pth), or the same tensors as .safetensors.
    Raises WeightsMissing naming the file and the tensor at fault.
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

    @torch.inference_mode()
    def __call__(self, picture: Bytes) -> Doubles:
        levels = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
        x = resized_as_tensorflow(levels, 2, INCEPTION_SIDE)
        x = resized_as_tensorflow(x, 3, INCEPTION_SIDE)
        row: Doubles = self.net((x - 128) / 128)[0].double().numpy()
        return row


def resized_as_tensorflow(x: Tensor, axis: int, size: int) -> Tensor:
    """``x`` resized linearly along ``axis`` as TensorFlow 1 did: output i samples i * old / size.

    PyTorch aligns pixel centres instead, which changes published values.
    """
    old = x.shape[axis]
    position = torch.arange(size, dtype=torch.float32) * (old / size)
    first = position.long().clamp_max(old - 1)
    weight = (position - first).view([-1 if each == axis else 1 for each in range(x.dim())])
    lower = x.index_select(axis, first)
    upper = x.index_select(axis, (first + 1).clamp_max(old - 1))
    return torch.lerp(lower, upper, weight.expand_as(lower))
