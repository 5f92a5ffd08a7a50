"""Exported Roses files back to weights, so that training can begin where a shipped model is:
``python -m rosetail.methods.roses.warm_start MODEL FOLDER [CHANNELS]``, then ``--set
start=FOLDER``. With CHANNELS they begin to learn pictures twice as large (:func:`finer`).

Files hold half-precision weights with their equalised scales in them; these are taken out again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import nn

from rosetail.characters.directions_file import read_directions
from rosetail.errors import WeightsMissing
from rosetail.export.onnx_weights import held_in
from rosetail.images import make_folder, writing
from rosetail.layers.equalized import ROOT2, EqualConv, EqualLinear
from rosetail.layers.modulated import Modulated, StyledConv
from rosetail.methods.roses.export import Outside
from rosetail.methods.roses.network import Roses, RosesEncoder, RosesShape
from rosetail.weights import find_parts, read_header

READS_ALL = "style_hidden.weight"  # the moments of maps of every size
Network = TypeVar("Network", Roses, RosesEncoder)


def write_start(model: str, folder: str | os.PathLike[str], channels: int = 0) -> list[Path]:
    """``to_anime.safetensors``, the generator of a model, and ``reader.safetensors``, what it reads
    drawings with, into ``folder``; both :func:`finer` if ``channels`` are given. Raises
    UnknownStyle, WeightsMissing, OutputError."""
    to_anime, reader = generator_of(model), reader_of(model)
    if channels:
        to_anime, reader = finer(to_anime, channels), finer(reader, channels)
    parts: dict[str, nn.Module] = {"to_anime": to_anime, "reader": reader}
    written = []
    for name, network in parts.items():
        path = Path(folder) / f"{name}.safetensors"
        make_folder(path.parent)
        with writing(path) as hidden:
            save_file(network.state_dict(), hidden)
        written.append(path)
    return written


def generator_of(model: str, *, outside: bool = False) -> Roses:
    """The generator of a model, a name of the catalog or an exported run: as it was trained, or
    with what its files do ``outside`` of that. Raises UnknownStyle, WeightsMissing."""
    paths = find_parts(model)
    shape = _shape(paths["decode"])
    if not outside:
        shape = replace(shape, **Outside()._asdict())
    roses = Roses(shape)
    parts = {"encoder": "encode", "mapping": "map", "modulation": "scales", "decoder": "decode"}
    held = {name: held_in(paths[part]) for name, part in parts.items()}
    _fill(roses.encoder, held["encoder"])
    _fill(roses.mapping, held["mapping"], "mapping")
    _fill(roses.decoder, {**held["modulation"], **held["decoder"]})
    if shape.edits and "learned" in paths:
        learned = read_directions(paths["learned"])
        names = read_header(paths["decode"]).get("edits", "").split()
        with torch.no_grad():
            for row, name in zip(roses.edits, names, strict=True):
                if name in learned.tags:
                    found = learned.get(name)[1]
                    move = torch.from_numpy(np.asarray(found.vector, np.float32)) * found.scale
                    row.copy_(move / Roses.EDIT_LR_MULTIPLIER)
    return roses


def reader_of(model: str) -> RosesEncoder:
    """What a model reads drawings with. Raises as :func:`generator_of`."""
    paths = find_parts(model)
    if "read" not in paths:
        raise WeightsMissing(f"{model}: has no reader of drawings; export it again")
    encoder = RosesEncoder(replace(_shape(paths["read"]), **Outside()._asdict()))
    _fill(encoder, held_in(paths["read"]))
    return encoder


@torch.no_grad()
def finer(network: Network, channels: int) -> Network:
    """A generator or encoder for pictures twice as large, as progressive growing has it (Karras and
    others 2018): finest layers of ``channels`` are new, all others as they were."""
    shape = replace(network.shape, widths=(channels, *network.shape.widths))
    grown = type(network)(shape)
    old, new = network.state_dict(), grown.state_dict()
    for name, value in old.items():
        at = _one_coarser(name)
        if at is not None and not at.endswith(READS_ALL):
            new[at].copy_(value)
    name = next(each for each in old if each.endswith(READS_ALL))
    # The new maps come first and count nothing yet; the layer's scale goes by how many it reads.
    read, before = new[name].shape[1], old[name].shape[1]
    new[name].zero_()[:, read - before :] = old[name] * (read / before) ** 0.5
    return grown


def _one_coarser(name: str) -> str | None:
    """What a part is called beside a finer one; None for those that the finer ones take the place
    of."""
    parts = name.split(".")
    if "stem" in parts or "shares" in parts or ("close_ups" in parts and "out" in parts):
        return None
    if "down" in parts:
        number = parts.index("down") + 1
        parts[number] = str(int(parts[number]) + 1)
    return ".".join(parts)


def _shape(path: Path) -> RosesShape:
    try:
        values = json.loads(read_header(path)["shape"])
        return RosesShape(**{**values, "widths": tuple(values["widths"])})
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsMissing(f"{path}: does not tell its sizes; export the model again") from error


@torch.no_grad()
def _fill(network: nn.Module, held: Mapping[str, NDArray[np.float32]], at: str = "") -> None:
    """Every equalised and modulated layer of ``network`` from arrays by their names in the files;
    ``at`` goes before them, and what layers are called inside of others does not."""
    for name, layer in network.named_modules():
        stored = f"{at}.{name.removeprefix('layers.')}" if at else name.removesuffix(".conv")
        if isinstance(layer, EqualConv):
            _set(layer.weight, held[f"{stored}.weight"] / layer.scale)
            if layer.bias is not None:
                _set(layer.bias, held[f"{stored}.bias"] / layer.gain)
        elif isinstance(layer, EqualLinear):
            _set(layer.weight, held[f"{stored}.weight"].T / layer.scale)
            _set(layer.bias, held[f"{stored}.bias"] / layer.bias_scale)
        elif isinstance(layer, Modulated):
            weight, bias = held[f"{stored}.weight"], held[f"{stored}.bias"].reshape(-1)
            styled = isinstance(layer, StyledConv)
            if isinstance(layer, StyledConv) and layer.doubles:
                weight = weight.swapaxes(0, 1)
            _set(layer.weight, weight / layer.scale)
            _set(layer.get_parameter("bias"), bias / (ROOT2 if styled else 1.0))


def _set(parameter: torch.Tensor, value: NDArray[np.float32]) -> None:
    parameter.copy_(torch.from_numpy(np.ascontiguousarray(value, np.float32)))


if __name__ == "__main__":
    for path in write_start(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])):
        print(path)
