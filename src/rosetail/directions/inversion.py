"""Inversion of a drawing: the code w that reproduces it, by gradient descent.

As in Creswell and Bharath (2018), with the pixel and feature losses of Trần and Vòng (2022, section
3.5). The content code is that of the drawing itself and stays fixed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from rosetail.arrays import Bytes, Floats
from rosetail.images import from_tensor, to_tensor
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.perceptual import relative_difference
from rosetail.methods.roses.network import Roses as Network
from rosetail.methods.stylegan2.projection import project

LAYERS = ("relu1_2", "relu2_2", "relu3_2")
FEATURE_WEIGHT = 0.3  # relative to the pixel loss
STEPS, LEARNING_RATE = 300, 0.05


class InvertedDrawing(NamedTuple):
    """``w`` (latent,), the picture it gives, uint8 [S, S, 3], and the loss of each step."""

    w: Floats
    picture: Bytes
    losses: list[float]


def invert(
    net: Network,
    content: Floats,
    drawing: Bytes,
    start: Floats,
    vgg: Vgg19Features,
    *,
    landmarks: Floats | None = None,
    steps: int = STEPS,
    progress: Callable[[int], None] | None = None,
) -> InvertedDrawing:
    """Minimize the difference of ``net``'s picture from ``drawing``, uint8 [S, S, 3].

    ``content`` (1, C, h, w) and ``landmarks`` [5, 2], if known, are those of the drawing; ``start``
    (latent,) is the initial w. Deterministic.
    """
    target = torch.from_numpy(to_tensor(drawing))
    maps = torch.from_numpy(np.asarray(content, np.float32))
    points = None if landmarks is None else torch.from_numpy(landmarks)[None]
    with torch.no_grad():
        target_features = vgg(target, LAYERS)

    def feature_loss(picture: Tensor, _: Tensor) -> Tensor:
        features = vgg(picture, LAYERS)
        losses = [relative_difference(features[name], target_features[name]) for name in LAYERS]
        return FEATURE_WEIGHT * torch.stack(losses).mean()

    result = project(
        lambda w: net.draw(maps, w, points),
        torch.from_numpy(np.asarray(start, np.float32))[None],
        target,
        features=feature_loss,
        steps=steps,
        rate=LEARNING_RATE,
        note=progress,
    )
    with torch.no_grad():
        picture = net.draw(maps, result.codes, points)
    return InvertedDrawing(result.codes[0].numpy(), from_tensor(picture.numpy())[0], result.losses)
