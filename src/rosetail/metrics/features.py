"""Features of pictures on the backbone that needs no download: VGG-19 relu3_4, 256 numbers each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from rosetail.images import to_tensor
from rosetail.nets.features import Vgg19Features

LAYER = "relu3_4"


def pooled_features(
    pictures: Iterable[NDArray[np.uint8]], weights: str | Path
) -> NDArray[np.float64]:
    """relu3_4 of every picture averaged over its positions, (N, 256).

    Pictures are uint8 RGB (H, W, 3), for faces cropped to the same place and size (256 px in our
    tables). ``weights`` is a VGG-19 safetensors file; raises WeightsMissing without it.
    """
    vgg = Vgg19Features(weights)
    rows = []
    with torch.inference_mode():
        for picture in pictures:
            x = torch.from_numpy(to_tensor(picture))
            x = x.contiguous(memory_format=torch.channels_last)
            rows.append(vgg(x, [LAYER])[LAYER].double().mean((2, 3))[0].numpy())
    return np.stack(rows)
