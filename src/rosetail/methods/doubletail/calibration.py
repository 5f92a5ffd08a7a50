"""What each channel of the generator's convolutions is about on photos.

The fast graph subtracts these constants (:mod:`rosetail.methods.doubletail.graph`): any values
give the same picture in exact arithmetic, good ones keep bfloat16 as exact as it is in the plain
graph.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from rosetail.images import to_tensor
from rosetail.layers.blocks import ConvLADE


def measure(net: nn.Module, photos: Iterable[NDArray[np.uint8]]) -> dict[str, NDArray[np.float32]]:
    """Mean over ``photos`` (uint8 [H, W, 3], sides multiples of 8) of every unit's convolution.

    Returns one float32 [channels] for each unit that the main tail uses, by the unit's name. The
    values have bfloat16's eight bits, so that every engine subtracts exactly what the graph adds
    back.
    """
    means: dict[str, list[torch.Tensor]] = {}
    hooks = []

    def watch(name: str) -> None:
        def note(_module: nn.Module, _inputs: object, output: torch.Tensor) -> None:
            means.setdefault(name, []).append(output.double().mean((0, 2, 3)))

        hooks.append(net.get_submodule(name)[0].register_forward_hook(note))  # type: ignore[index]

    for name, module in net.named_modules():
        if isinstance(module, ConvLADE):
            watch(name)
    try:
        with torch.no_grad():
            for photo in photos:
                net(torch.from_numpy(to_tensor(photo)))
    finally:
        for hook in hooks:
            hook.remove()
    return {
        name: torch.stack(values).mean(0).bfloat16().float().numpy()
        for name, values in means.items()
    }


def noise_photos(count: int, seed: int, size: int = 256) -> list[NDArray[np.uint8]]:
    """Stand-ins for photos: colour noise whose amplitude falls as 1/frequency, as in nature.

    Brightness, contrast and tint vary as they do between photos. uint8 [size, size, 3] each.
    """
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size))
    fall = 1 / np.maximum(frequency, 1 / size)
    pictures = []
    for _ in range(count):
        spectrum = np.fft.rfft2(rng.standard_normal((3, size, size))) * fall
        planes = np.fft.irfft2(spectrum, s=(size, size))
        planes /= planes.std()
        # Channels of a photo mostly rise and fall together.
        planes = 0.8 * planes.mean(0) * np.sqrt(3) + 0.3 * planes
        levels = (
            rng.uniform(70, 170) + rng.uniform(-20, 20, (3, 1, 1)) + rng.uniform(35, 65) * planes
        )
        pictures.append(np.clip(levels, 0, 255).astype(np.uint8).transpose(1, 2, 0).copy())
    return pictures
