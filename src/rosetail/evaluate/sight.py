"""One look at a picture for all that is measured of it: VGG-19 runs once, not three times."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from rosetail.images import to_tensor
from rosetail.metrics.features import LAYER, Backbone, InceptionPooled, Vgg19Pooled
from rosetail.metrics.lpips import Maps, UnitVgg19, apart, unit

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Seen(NamedTuple):
    """``features`` (D,) of the backbone; ``maps``: what distances between pictures compare."""

    features: Floats
    maps: Maps


class Sight:
    """``backbone`` and ``eye`` of a comparison; ``name`` is the backbone's, for tables.

    ``vgg`` is the eye and, without ``inception``, the backbone too. Raises WeightsMissing.
    """

    backbone: Backbone

    def __init__(self, vgg: str | Path, inception: str | Path = "") -> None:
        self.eye = UnitVgg19(vgg)
        self.backbone = InceptionPooled(inception) if inception else Vgg19Pooled(vgg)
        self.name = self.backbone.name

    @torch.inference_mode()
    def __call__(self, picture: Bytes) -> Seen:
        """uint8 [H, W, 3]."""
        x = torch.from_numpy(to_tensor(picture)).contiguous(memory_format=torch.channels_last)
        found = self.eye.vgg(x, self.eye.layers)
        if isinstance(self.backbone, Vgg19Pooled):
            features = found[LAYER].double().mean((2, 3))[0].numpy()
        else:
            features = self.backbone(picture)
        return Seen(features, [unit(found[layer]) for layer in self.eye.layers])

    def apart(self, first: Seen, second: Seen) -> float:
        """As :func:`rosetail.metrics.lpips.distance` of the two pictures."""
        return apart(first.maps, second.maps)
