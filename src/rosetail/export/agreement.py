"""Compare an exported stylizer in each engine with the network in PyTorch, at three sizes.

One size would not reveal a graph that only works at the size it was exported with.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import nn

from rosetail.engines.backend import open_backend
from rosetail.engines.ports import Backend, Precision
from rosetail.errors import RosetailError
from rosetail.export.tracing import LARGE
from rosetail.images import to_tensor, writing

Network = TypeVar("Network", bound=nn.Module)

SIZES = ((64, 96), (136, 72), (200, 256))  # height, width
ENGINES = ("onnxruntime", "openvino")
# Rounding to bytes accounts for half a level, single precision for the rest.
WORST_LEVELS = 0.75


@dataclass(frozen=True)
class Agreement:
    """Difference between an engine and PyTorch on one picture, in levels 0..255."""

    engine: str
    height: int
    width: int
    worst: float  # largest difference
    psnr: float  # dB over 255

    def __str__(self) -> str:
        size = f"{self.width}x{self.height}"
        return f"{self.engine} {size}: {self.worst:.2f} levels off at most, {self.psnr:.1f} dB"


@dataclass(frozen=True)
class Exported:
    """An exported file, its size, and the difference of each engine from PyTorch."""

    path: Path
    bytes: int
    agreements: list[Agreement]


def write_compared(model: onnx.ModelProto, net: nn.Module, out: str | os.PathLike[str]) -> Exported:
    """Write ``model`` to ``out`` if every engine draws with it what ``net`` draws.

    Raises RosetailError if one does not, OutputError if ``out`` cannot be written.
    """
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
        agreements = compare(net, part, noise_photos(len(SIZES), seed=1))
        demand(agreements, WORST_LEVELS)
    path = Path(out)
    return Exported(path, path.stat().st_size, agreements)


def compare(
    net: nn.Module,
    model: Path,
    photos: Sequence[NDArray[np.uint8]],
    *,
    engines: Sequence[str] = ENGINES,
    precision: Precision = "f32",
) -> list[Agreement]:
    """Run ``model`` (an exported stylizer) and ``net`` on ``photos``, each cut to one of SIZES.

    A double-tail generator draws with its main tail. Weights of ``net`` must be rounded as in the
    file. There must be as many photos as SIZES, uint8, at least 200x256.
    """
    found = []
    for engine in engines:
        backend = open_backend(model, engine, precision=precision)
        for photo, (height, width) in zip(photos, SIZES, strict=True):
            picture = np.ascontiguousarray(photo[:height, :width])
            error = levels(backend, picture) - torch_levels(net, picture)
            psnr = 20 * np.log10(255 / max(float(np.sqrt(np.mean(error**2))), 1e-9))
            found.append(Agreement(engine, height, width, float(np.abs(error).max()), float(psnr)))
    return found


def demand(agreements: Sequence[Agreement], worst: float) -> None:
    """Raise RosetailError naming the engine and size that differ by more than ``worst`` levels."""
    for each in agreements:
        if not each.worst <= worst:
            raise RosetailError(
                f"{each.engine} differs from torch by {each.worst:.2f} levels at "
                f"{each.width}x{each.height} (at most {worst} is allowed); do not ship this file"
            )


def noise_photos(count: int, seed: int, size: int = 256) -> list[NDArray[np.uint8]]:
    """Substitutes for photos: colour noise with amplitude 1/frequency, as in natural pictures.

    Brightness, contrast and tint vary as in photos. Each is uint8 [size, size, 3].
    """
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size))
    fall = 1 / np.maximum(frequency, 1 / size)
    pictures = []
    for _ in range(count):
        spectrum = np.fft.rfft2(rng.standard_normal((3, size, size))) * fall
        planes = np.fft.irfft2(spectrum, s=(size, size))
        planes /= planes.std()
        # The channels of a photo are correlated.
        planes = 0.8 * planes.mean(0) * np.sqrt(3) + 0.3 * planes
        levels = (
            rng.uniform(70, 170) + rng.uniform(-20, 20, (3, 1, 1)) + rng.uniform(35, 65) * planes
        )
        pictures.append(np.clip(levels, 0, 255).astype(np.uint8).transpose(1, 2, 0).copy())
    return pictures


def torch_levels(net: nn.Module, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The network's output for uint8 [H, W, 3], not rounded: float32 [H, W, 3] in 0..255."""
    draw = getattr(net, "main", net)
    with torch.no_grad():
        answer = draw(torch.from_numpy(to_tensor(picture)))
    return np.asarray((answer[0].permute(1, 2, 0).numpy() + 1) * 127.5, np.float32)


def levels(backend: Backend, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The file's output in 0..255; rounded if the file returns bytes."""
    if backend.inputs["image"].dtype == np.uint8:
        return backend.run({"image": picture[None]})["anime"][0].astype(np.float32)
    answer = backend.run({"image": to_tensor(picture)})["anime"]
    return np.asarray((answer[0].transpose(1, 2, 0) + 1) * 127.5, np.float32)


def as_stored(net: Network) -> Network:
    """A copy with weights rounded to half precision as in the file; biases and gains, one number
    per channel, are not rounded."""
    rounded = copy.deepcopy(net)
    for value in rounded.parameters():
        if value.dim() > 1:
            value.data = value.data.half().float()
    return rounded


def round_large(net: Network) -> Network:
    """Round the weights that files store in half precision in any case, in place: those of more
    than LARGE numbers."""
    for value in net.parameters():
        if value.numel() > LARGE:
            value.data = value.data.half().float()
    return net
