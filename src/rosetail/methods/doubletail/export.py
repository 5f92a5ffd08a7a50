"""Trained weights to the one file that the runtime needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rosetail.errors import InputError, SettingsError
from rosetail.export.agreement import SIZES, Agreement, compare, demand
from rosetail.images import check_output, writing
from rosetail.methods.doubletail.calibration import measure, noise_photos
from rosetail.methods.doubletail.graph import Form, stylize_graph
from rosetail.methods.doubletail.network import DoubleTail

CALIBRATION_SIZE = 256
NOISE_PHOTOS = 8
# Bytes are rounded to nearest, which is half a level; the rest is single precision.
WORST_LEVELS = 0.75


@dataclass(frozen=True)
class Exported:
    """What was written and how near each engine is to the network in single precision."""

    path: Path
    bytes: int
    agreements: list[Agreement]


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


def eyes_fact(least: float, most: float) -> str:
    """The fact ``eyes`` of a file. Raises SettingsError unless 8 <= least < most <= 1000."""
    if not 8 <= least < most <= 1000:
        raise SettingsError(f"eyes {least} {most}: give two distances in pixels, 8 to 1000")
    return f"{least:g} {most:g}"


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


def read_weights(path: str | os.PathLike[str]) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors of a safetensors file in single precision, and its metadata.

    Raises InputError naming the file where it is none.
    """
    source = Path(path)
    try:
        with safe_open(str(source), framework="pt") as file:
            state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
            return state, dict(file.metadata() or {})
    except (OSError, SafetensorError) as error:
        cause = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{source}: not a safetensors file ({cause}); give trained weights"
        ) from error


def check_state(
    source: Path,
    state: Mapping[str, torch.Tensor],
    expected: Mapping[str, torch.Tensor],
    what: str,
) -> None:
    """Raise InputError unless ``state`` has all of ``expected``, in its shapes and finite.

    ``what`` names the network, as in "a double-tail generator".
    """
    wrong = [
        f"{name} is {list(state[name].shape) if name in state else 'missing'}, "
        f"not {list(value.shape)}"
        for name, value in expected.items()
        if name not in state or state[name].shape != value.shape
    ]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise InputError(
            f"{source}: not {what}: {'; '.join(wrong[:3])}{more}; "
            "give the weights of a training run"
        )
    spoilt = [name for name in expected if not torch.isfinite(state[name]).all()]
    if spoilt:
        raise InputError(
            f"{source}: {spoilt[0]} holds numbers that are not finite; use an earlier checkpoint"
        )


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
