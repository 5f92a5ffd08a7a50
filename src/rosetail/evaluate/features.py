"""Features of a picture for all distances; VGG-19 runs once per picture."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from rosetail.images import to_tensor
from rosetail.layers.lpips import unit_length
from rosetail.metrics.features import LAYER, Backbone, InceptionPooled, Vgg19Pooled
from rosetail.metrics.lpips import Lpips, Maps, PerceptualNetwork, UnitVgg19


class PictureFeatures(NamedTuple):
    """``pooled`` (D,) for distances between sets, ``maps`` for distances between pictures."""

    pooled: NDArray[np.float64]
    maps: Maps


class FeatureExtractor:
    """A backbone for FID and KID and a network for perceptual distances.

    Both are VGG-19 (``vgg``) unless the weights of Inception v3 (``inception``) or of LPIPS
    (``lpips``) are given. Raises WeightsMissing.
    """

    def __init__(self, vgg: str | Path, inception: str | Path = "", lpips: str | Path = "") -> None:
        self.backbone: Backbone = InceptionPooled(inception) if inception else Vgg19Pooled(vgg)
        self.perceptual: PerceptualNetwork = Lpips(lpips) if lpips else UnitVgg19(vgg)

    @torch.inference_mode()
    def __call__(self, picture: NDArray[np.uint8]) -> PictureFeatures:
        """Features of uint8 RGB [H, W, 3]."""
        backbone, perceptual = self.backbone, self.perceptual
        if not (isinstance(backbone, Vgg19Pooled) and isinstance(perceptual, UnitVgg19)):
            return PictureFeatures(backbone(picture), perceptual.maps(picture))
        x = torch.from_numpy(to_tensor(picture)).contiguous(memory_format=torch.channels_last)
        features = perceptual.vgg(x, perceptual.layers)
        pooled = features[LAYER].double().mean((2, 3))[0].numpy()
        return PictureFeatures(
            pooled, [unit_length(features[layer]) for layer in perceptual.layers]
        )
