"""Import published weights: files are read without running code and checked tensor by tensor.

An importer maps our parameter names to the published ones; errors name a tensor that is missing,
extra, of another shape or not finite. The result is .safetensors, or .onnx for ``rosetail
stylize``, in single precision as published.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from rosetail.errors import InputError, OutputError
from rosetail.images import check_output, writing
from rosetail.methods.generators import export_network
from rosetail.reading import parsing, reading

State = Mapping[str, Tensor]
SUFFIXES = (".onnx", ".safetensors")
# How imported looks run: at the picture's own size, in single precision, as by their authors.
PUBLISHED_USE = {"eyes": "any", "precision": "f32"}


def read_pickle(path: Path, remedy: str, allowed: Sequence[type] = ()) -> Any:
    """Load a ``torch.save`` file of tensors and plain containers.

    ``allowed``: further plain classes it may contain. Raises InputError with the reason, ending
    with ``remedy``, for anything else.
    """
    with (
        reading(path, "a readable checkpoint", remedy) as file,
        torch.serialization.safe_globals(list(allowed)),
    ):
        return torch.load(file, map_location="cpu", weights_only=True)


def state_in(checkpoint: Any, name: str, path: Path, remedy: str) -> dict[str, Tensor]:
    """The state dict ``checkpoint[name]``, or ``checkpoint`` itself if ``name`` is empty.

    The prefix of DataParallel is removed from its names. Raises InputError.
    """
    state = checkpoint.get(name) if name and isinstance(checkpoint, dict) else checkpoint
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise InputError(f"{path}: holds no {name or 'dictionary of tensors'}; {remedy}")
    return {key.removeprefix("module."): value for key, value in state.items()}


def renamed(
    state: State, names: Mapping[str, str], wanted: State, spare: Collection[str] = ()
) -> dict[str, Tensor]:
    """The published tensors under our names and in the shapes of ``wanted``, in single precision.

    ``names`` maps our names to the published ones. Axes of length 1 are ignored when shapes are
    compared. ``spare`` names may be in ``state`` and are not used. Raises ValueError naming the
    first tensor that does not fit.
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
        found[ours] = tensor.detach().float().reshape(wanted[ours].shape).contiguous()
    return found


def shape_of(state: State, name: str) -> tuple[int, ...]:
    """The shape of a published tensor. Raises ValueError if it is missing."""
    if name not in state:
        raise ValueError(f"tensor {name} is missing")
    return tuple(state[name].shape)


def check_kernel(name: str, kernel: Tensor) -> None:
    """Raise ValueError unless ``kernel`` is our [1, 3, 3, 1] blur times any gain."""
    row = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    ours = torch.outer(row, row)
    if kernel.shape != ours.shape or not torch.allclose(kernel / kernel.sum(), ours, atol=1e-5):
        raise ValueError(f"tensor {name} is not the [1, 3, 3, 1] blur")


def check_suffix(out: Path) -> None:
    """Raise OutputError unless ``out`` is an .onnx or .safetensors file that can be written."""
    if out.suffix not in SUFFIXES:
        raise OutputError(f"{out}: cannot write '{out.suffix}' files; use .onnx or .safetensors")
    check_output(out)


def import_generator(
    checkpoint: str | os.PathLike[str],
    out: str | os.PathLike[str],
    build: Callable[[State], tuple[nn.Module, dict[str, str]]],
    remedy: str,
    name: str = "",
) -> Path:
    """Write the generator that ``build`` makes from a published state dict to ``out``.

    ``name`` is the state dict's name in ``checkpoint``, see :func:`state_in`. ``build`` returns
    the network and its header, and raises ValueError for tensors that do not fit. Raises
    InputError ending with ``remedy``, and as :func:`write`.
    """
    path = Path(checkpoint)
    check_suffix(Path(out))
    state = state_in(read_pickle(path, remedy), name, path, remedy)
    with parsing(path, "a generator of this method", remedy):
        net, facts = build(state)
    return write(net, facts, out)


def write(net: nn.Module, facts: Mapping[str, str], out: str | os.PathLike[str]) -> Path:
    """Write a network to a .safetensors or .onnx file with ``facts`` in its header.

    Raises OutputError, and as :func:`rosetail.methods.generators.export_network` does.
    """
    path = Path(out)
    check_suffix(path)
    header = {"class": type(net).__name__, "network": "generator", "licence": "see the source"}
    header |= PUBLISHED_USE
    if path.suffix == ".onnx":
        export_network(net, {**header, **facts}, path, half=False)
        return path
    with writing(path) as part:
        safetensors.torch.save_file(net.state_dict(), part, {**header, **facts})
    return path
