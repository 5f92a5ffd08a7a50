"""Trained weights to the one file that the runtime needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from rosetail.export.agreement import (
    SIZES,
    WORST_LEVELS,
    Exported,
    compare,
    demand,
    noise_photos,
)
from rosetail.export.weights_file import check_state, read_weights
from rosetail.images import check_output, to_tensor, writing
from rosetail.layers.blocks import ConvLADE
from rosetail.methods.doubletail.graph import Form, stylize_graph
from rosetail.methods.doubletail.network import DoubleTail

CALIBRATION_SIZE = 256
NOISE_PHOTOS = 8


def export_stylizer(
    weights: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    form: Form = "fast",
    photos: Iterable[NDArray[np.uint8]] | None = None,
    facts: Mapping[str, str] | None = None,
) -> Exported:
    """Write the double-tail generator in ``weights`` (.safetensors) as ONNX to ``out``.

    The file takes and gives bytes (uint8 [N, H, W, 3], RGB) of any size whose sides are multiples
    of 8, stores weights in half precision (about 2 MB) and carries what the safetensors header
    says plus ``facts`` (licence, data, commit, ...) as metadata. The fact ``eyes``, as in "32 64",
    tells the runtime between which eye distances in pixels the network draws well.

    ``photos``: a dozen pictures uint8 [H, W, 3] like those it will see, to centre bfloat16 on;
    without them, noise with a photo's spectrum.

    The file is compared with the network in ONNX Runtime and OpenVINO before it gets its name.

    Raises:
        InputError: ``weights`` is not a safetensors file of this generator.
        OutputError: ``out`` cannot be written.
        RosetailError: an engine gives another picture than the network.
    """
    check_output(out)
    net, header = load_generator(weights)
    calibration = [_calibration_square(photo) for photo in photos or ()]
    metadata = {
        "licence": "Apache-2.0",
        **header,
        **(facts or {}),
        "calibration": f"{len(calibration)} photos" if calibration else "noise",
    }
    calibration = calibration or noise_photos(NOISE_PHOTOS, seed=0, size=CALIBRATION_SIZE)
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    shifts = measure(net, calibration) if form == "fast" else None
    model = stylize_graph(state, form, shifts=shifts, metadata=metadata)
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
        agreements = compare(net, part, noise_photos(len(SIZES), seed=1))
        demand(agreements, WORST_LEVELS)
    path = Path(out)
    return Exported(path, path.stat().st_size, agreements)


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


def load_generator(path: str | os.PathLike[str]) -> tuple[DoubleTail, dict[str, str]]:
    """The generator in a safetensors file, in evaluation mode, and the file's metadata.

    The support tail may be absent; it takes no part in export. Raises InputError naming what does
    not fit.
    """
    state, header = read_weights(path)
    first = state.get("encoder.at_full.0.weight", torch.empty(0))
    net = DoubleTail(first.shape[0] or 32).eval()
    expected = {
        name: value
        for name, value in net.state_dict().items()
        if not name.startswith("support_rise.")
    }
    check_state(Path(path), state, expected, "a double-tail generator")
    net.load_state_dict({name: state[name] for name in expected}, strict=False)
    return net, header


def _calibration_square(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle of a photo, its shorter side brought to CALIBRATION_SIZE."""
    height, width = photo.shape[:2]
    scale = CALIBRATION_SIZE / min(height, width)
    size = max(CALIBRATION_SIZE, round(width * scale)), max(CALIBRATION_SIZE, round(height * scale))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    top, left = ((side - CALIBRATION_SIZE) // 2 for side in small.shape[:2])
    return np.ascontiguousarray(
        small[top : top + CALIBRATION_SIZE, left : left + CALIBRATION_SIZE], np.uint8
    )
