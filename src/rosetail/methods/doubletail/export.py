"""Export of trained double-tail generators to ONNX."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rosetail.export.agreement import Exported, as_stored, noise_photos, write_compared
from rosetail.export.weights_file import check_state, read_weights
from rosetail.images import check_output, to_tensor
from rosetail.layers.blocks import ConvLADE
from rosetail.methods.doubletail.graph import Form, stylize_graph
from rosetail.methods.doubletail.network import DoubleTail, Resize

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

    Input and output are bytes (uint8 [N, H, W, 3], RGB) of any size with sides that are multiples
    of 8. Weights are stored in half precision (about 2 MB). The metadata are those of
    ``weights`` plus ``facts`` (licence, data, commit, ...). The fact ``eyes``, such as "32 64", is
    the range of eye distances in pixels for which the network draws well.

    ``photos``: about a dozen typical pictures uint8 [H, W, 3] that bfloat16 is calibrated with;
    noise with a photo's spectrum by default.

    The file is compared with the network in ONNX Runtime and OpenVINO before it gets its name.

    Raises:
        InputError: ``weights`` is not a safetensors file of this generator.
        OutputError: ``out`` cannot be written.
        RosetailError: an engine's picture differs from the network's.
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
    shifts = measure_shifts(net, calibration) if form == "fast" else None
    model = stylize_graph(state, form, shifts=shifts, metadata=metadata)
    return write_compared(model, as_stored(net), out)


def measure_shifts(
    net: nn.Module, photos: Iterable[NDArray[np.uint8]]
) -> dict[str, NDArray[np.float32]]:
    """Channel means of the main path's convolutions over ``photos``, for the fast graph.

    ``photos`` are uint8 [H, W, 3], sides multiples of 8. Returns float32 [channels] by the unit's
    name, rounded to bfloat16, so that every engine subtracts exactly what the graph adds back. Any
    values give the same picture in exact arithmetic; these keep bfloat16 precise.
    """
    means: dict[str, list[Tensor]] = {}

    def note(name: str, _module: nn.Module, _inputs: object, output: Tensor) -> None:
        means.setdefault(name, []).append(output.double().mean((0, 2, 3)))

    hooks = [
        module[0].register_forward_hook(partial(note, name))
        for name, module in net.named_modules()
        if isinstance(module, ConvLADE)
    ]
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

    The support tail may be missing. Raises InputError naming the tensors that do not fit.
    """
    state, header = read_weights(path)
    first = state.get("encoder.at_full.0.weight", torch.empty(0))
    resize = cast(Resize, header.get("resize", "half_pixel"))
    net = DoubleTail(first.shape[0] or 32, resize=resize).eval()
    expected = {
        name: value
        for name, value in net.state_dict().items()
        if not name.startswith("support_rise.")
    }
    check_state(Path(path), state, expected, "a double-tail generator")
    net.load_state_dict({name: state[name] for name in expected}, strict=False)
    return net, header


def _calibration_square(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The middle square of a photo, resized to CALIBRATION_SIZE."""
    height, width = photo.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = photo[top : top + side, left : left + side]
    size = (CALIBRATION_SIZE, CALIBRATION_SIZE)
    return np.asarray(cv2.resize(square, size, interpolation=cv2.INTER_AREA), np.uint8)
