"""Weights as others published them: opened without running anything, checked tensor by tensor.

Every importer says which published name each tensor of ours has; what is missing, extra, of
another shape or not finite is named. What comes out is a file of ours: .safetensors, or .onnx
that ``rosetail stylize`` runs, with weights in single precision as published.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from rosetail.errors import InputError, OutputError
from rosetail.images import check_output, writing
from rosetail.methods.generators import export_any

State = Mapping[str, Tensor]
SUFFIXES = (".onnx", ".safetensors")


def read_pickle(path: Path, remedy: str, allowed: Sequence[type] = ()) -> Any:
    """What ``torch.save`` put into the file at ``path``; tensors and plain containers alone.

    ``allowed``: plain classes that may be among it. Raises InputError with the reason for
    anything else, ending with ``remedy``.
    """
    try:
        with torch.serialization.safe_globals(list(allowed)):
            return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; {remedy}") from error
    except (RuntimeError, pickle.UnpicklingError, EOFError, ValueError, KeyError) as error:
        raise InputError(
            f"{path}: not a readable checkpoint ({_cause(error)}); {remedy}"
        ) from error


def _cause(error: Exception) -> str:
    """The line of PyTorch's explanation that says what was in the way."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("WeightsUnpickler error", "Unsupported"))]
    return (telling or lines or ["damaged"])[0].rstrip(".")


def state_in(held: Any, name: str, path: Path, remedy: str) -> dict[str, Tensor]:
    """The state dict ``held[name]``, or ``held`` itself where ``name`` is empty.

    The prefix that DataParallel puts before names is dropped. Raises InputError.
    """
    state = held.get(name) if name and isinstance(held, dict) else held
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise InputError(f"{path}: holds no {name or 'dictionary of tensors'}; {remedy}")
    return {key.removeprefix("module."): value for key, value in state.items()}


def renamed(
    state: State, names: Mapping[str, str], wanted: State, spare: Collection[str] = ()
) -> dict[str, Tensor]:
    """The tensors of ``wanted``'s names and shapes, in single precision.

    ``names``: the published name of each of ours. Axes of length 1 do not count. ``spare`` names
    may be in ``state`` and are left there. Raises ValueError naming the first tensor at fault.
    """
    for odd in sorted(set(names.values()) ^ (set(state) - set(spare))):
        raise ValueError(f"tensor {odd} is {'extra' if odd in state else 'missing'}")
    found = {}
    for ours, theirs in names.items():
        tensor = state[theirs]
        if tensor.squeeze().shape != wanted[ours].squeeze().shape:
            raise ValueError(
                f"tensor {theirs} is {tuple(tensor.shape)}, not {tuple(wanted[ours].shape)}"
            )
        if not bool(torch.isfinite(tensor).all()):
            raise ValueError(f"tensor {theirs} holds numbers that are not finite")
        found[ours] = tensor.float().reshape(wanted[ours].shape).clone()
    return found


def shape_of(state: State, name: str) -> tuple[int, ...]:
    """The shape of a published tensor that tells the network's size. Raises ValueError."""
    if name not in state:
        raise ValueError(f"tensor {name} is missing")
    return tuple(state[name].shape)


def check_kernel(name: str, kernel: Tensor) -> None:
    """Raise ValueError unless ``kernel`` is the [1, 3, 3, 1] blur of any gain, which is built into
    our resampling; another one would draw other pictures."""
    row = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    ours = torch.outer(row, row)
    if kernel.shape != ours.shape or not torch.allclose(kernel / kernel.sum(), ours, atol=1e-5):
        raise ValueError(f"tensor {name} is not the [1, 3, 3, 1] blur")


def check_suffix(out: Path) -> None:
    """Raise OutputError unless ``out`` is an .onnx or .safetensors file that can be written."""
    if out.suffix not in SUFFIXES:
        raise OutputError(f"{out}: cannot write '{out.suffix}' files; use .onnx or .safetensors")
    check_output(out)


def write(net: nn.Module, facts: Mapping[str, str], out: str | os.PathLike[str]) -> Path:
    """The network as a file of ours, its suffix .safetensors or .onnx; ``facts`` as its header.

    Raises OutputError, and as :func:`rosetail.methods.generators.export_any` does.
    """
    path = Path(out)
    check_suffix(path)
    told = {"class": type(net).__name__, "network": "generator", "licence": "see the source"}
    with TemporaryDirectory() as scratch:
        kept = Path(scratch, "weights.safetensors")
        if path.suffix == ".onnx":
            safetensors.torch.save_file(net.state_dict(), kept, {**told, **facts})
            export_any(kept, path, half=False)
            return path
    with writing(path) as part:
        safetensors.torch.save_file(net.state_dict(), part, {**told, **facts})
    return path
