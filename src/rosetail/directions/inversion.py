"""A drawing to the character that draws it: from the encoder's guess by gradient descent.

As Creswell and Bharath (2018), with the pixel and feature error of [T1] §3.5. The content is the
drawing's own, so that w alone has to explain what it looks like.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail.images import from_tensor, to_tensor
from rosetail.layers.vgg import Vgg19Features
from rosetail.losses.perceptual import relative_difference
from rosetail.methods.roses.network import Roses as Network
from rosetail.methods.stylegan2.projection import project

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LAYERS = ("relu1_2", "relu2_2", "relu3_2")  # lines, strokes, parts
FEATURES = 0.3  # what features count, beside pixels
STEPS, RATE = 300, 0.05


class Inverted(NamedTuple):
    """``w`` (latent,), what it draws, uint8 [S, S, 3], and the loss of every step."""

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
    note: Callable[[int], None] | None = None,
) -> Inverted:
    """The w whose picture of ``content`` (1, C, h, w), with ``landmarks`` [5, 2] where they are
    known, is ``drawing``, uint8 [S, S, 3], as near as ``steps`` come from ``start`` (latent,). No
    chance is involved."""
    wanted = torch.from_numpy(to_tensor(drawing))
    places = torch.from_numpy(np.asarray(content, np.float32))
    known = None if landmarks is None else torch.from_numpy(landmarks)[None]
    with torch.no_grad():
        theirs = vgg(wanted, LAYERS)

    def apart(made: Tensor, _: Tensor) -> Tensor:
        ours = vgg(made, LAYERS)
        each = [relative_difference(ours[name], theirs[name]) for name in LAYERS]
        return FEATURES * torch.stack(each).mean()

    found = project(
        lambda w: net.draw(places, w, known),
        torch.from_numpy(np.asarray(start, np.float32))[None],
        wanted,
        features=apart,
        steps=steps,
        rate=RATE,
        note=note,
    )
    with torch.no_grad():
        drawn = net.draw(places, found.codes, known)
    return Inverted(found.codes[0].numpy(), from_tensor(drawn.numpy())[0], found.losses)
