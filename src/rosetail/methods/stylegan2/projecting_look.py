"""A StyleGAN2 without an encoder as a style: each photo is projected into it.

It has the interface of an engine (:mod:`rosetail.engines.ports`), so it works for pictures and
clips like any style, but slower, in proportion to the number of steps in its file. In a clip, each
frame starts from the codes of the previous frame.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from rosetail.engines.ports import Arrays, Port
from rosetail.errors import InputError
from rosetail.export.weights_file import check_state, read_weights
from rosetail.images import from_tensor, to_tensor
from rosetail.methods.stylegan2.network import StyleGan2, StyleGan2Shape
from rosetail.methods.stylegan2.projection import project
from rosetail.reading import parsing
from rosetail.stylizer.scale import eyes_range
from rosetail.stylizer.stylizer import Stylizer
from rosetail.training import settings

PORT = Port(np.dtype(np.uint8), (None, None, None, 3))
STEPS = 300  # default if the file does not say
MAX_STEPS = 100_000
NEXT_SHARE = 0.2  # fraction of the steps for a picture similar to the previous one
ALIKE = 0.02  # mean squared error, in [-1, 1], up to which pictures are similar


class ProjectingStylizer(Stylizer):
    """:class:`rosetail.Stylizer` for the .safetensors file of a StyleGAN2; needs PyTorch.

    Raises InputError for a file of another network.
    """

    in_order = True

    def __init__(self, weights: str | os.PathLike[str]) -> None:
        path = Path(weights)
        net, facts, steps = read_stylegan2(path)
        self.path = path
        self.style, self.multiple, self.smallest = path.stem, 1, 1
        with parsing(path, "a StyleGAN2 with sizes of eyes", "import it again"):
            self.eyes = eyes_range(facts.get("eyes"))
        self.backend = ProjectionEngine(net, steps)


class ProjectionEngine:
    """``run`` finds the codes of a photo in ``steps`` steps and draws them in the shown style."""

    name = "projection (PyTorch)"
    inputs: Mapping[str, Port] = {"image": PORT}
    outputs: Mapping[str, Port] = {"anime": PORT}

    def __init__(self, net: StyleGan2, steps: int) -> None:
        self.net, self.steps = net, steps
        self._before: tuple[Tensor, Tensor] | None = None  # picture and codes
        self._turn = Lock()

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        with self._turn:
            drawn = [self._drawn(np.asarray(photo, np.uint8)) for photo in feeds["image"]]
        return {"anime": np.stack(drawn)}

    def _drawn(self, photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
        net, size = self.net, photo.shape[:2]
        seen = _resized(torch.from_numpy(to_tensor(photo)), (net.shape.side, net.shape.side))
        codes = self._codes(seen)
        with torch.no_grad():
            drawn = net.draw(net.mixed(codes, net.calm(net.shown))).clamp(-1, 1)
            return from_tensor(_resized(drawn, size).numpy())[0]

    def _codes(self, seen: Tensor) -> Tensor:
        """Codes (1, layers, latent) of ``seen`` (1, 3, side, side)."""
        start, steps = self.net.everywhere(self.net.w_mean[None]), self.steps
        if self._before is not None and F.mse_loss(self._before[0], seen) < ALIKE:
            start, steps = self._before[1], max(1, round(NEXT_SHARE * steps))
        codes = project(self.net.draw, start, seen, steps=steps).codes
        self._before = seen, codes
        return codes


def read_stylegan2(path: Path) -> tuple[StyleGan2, Mapping[str, str], int]:
    """A StyleGAN2 from its .safetensors file, the facts of its header, and the steps of a
    projection. Its encoder has random weights if the header says ``reader: none``.

    Raises InputError for a file of another network.
    """
    state, facts = read_weights(path)
    if facts.get("class") != "StyleGan2":
        raise InputError(
            f"{path}: only a StyleGAN2 is run from .safetensors; write the others as .onnx with "
            "rosetail export"
        )
    with parsing(path, "a StyleGAN2 with its sizes in the header", "import it again"):
        net = StyleGan2(settings.build(StyleGan2Shape, json.loads(facts["shape"])))
        steps = int(facts.get("projection", STEPS))
        if not 1 <= steps <= MAX_STEPS:
            raise ValueError(f"{steps} steps")
    wanted = net.state_dict()
    if facts.get("reader") == "none":
        wanted = {name: each for name, each in wanted.items() if not name.startswith("reader.")}
    check_state(path, state, wanted, "a StyleGAN2")
    net.load_state_dict({name: state[name] for name in wanted}, strict=False)
    return net.eval().requires_grad_(False), facts, steps


def _resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    if picture.shape[2:] == size:
        return picture
    smaller = picture.shape[2] * picture.shape[3] > size[0] * size[1]
    return F.interpolate(picture, size, mode="bilinear", align_corners=False, antialias=smaller)
