"""Read weights in safetensors files and check them against the network they are for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open

from rosetail.errors import InputError, SettingsError
from rosetail.reading import reading


def read_weights(path: str | os.PathLike[str]) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors of a safetensors file in single precision, and its metadata.

    Raises InputError naming the file if it is not one.
    """
    with (
        reading(path, "a safetensors file", "give trained weights") as source,
        safe_open(str(source), framework="pt") as file,
    ):
        state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        return state, dict(file.metadata() or {})


def check_state(
    source: Path,
    state: Mapping[str, torch.Tensor],
    expected: Mapping[str, torch.Tensor],
    what: str,
) -> None:
    """Raise InputError unless ``state`` has all of ``expected``, in its shapes and finite.

    ``what`` describes the network, such as "a double-tail generator".
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


def eyes_fact(least: float, most: float) -> str:
    """The metadata entry ``eyes``. Raises SettingsError unless 8 <= least < most <= 1000."""
    if not 8 <= least < most <= 1000:
        raise SettingsError(f"eyes {least} {most}: give two distances in pixels, 8 to 1000")
    return f"{least:g} {most:g}"
