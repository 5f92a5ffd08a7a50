"""Turn exported Roses files back into weights, to start training from a shipped model.

:func:`write_start` writes the folder for ``rosetail train roses --set start=FOLDER``. Files hold
half-precision weights multiplied by their equalised scales; the scales are divided out again.
"""

from __future__ import annotations

import json
import os
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
from rosetail.export.onnx_weights import stored_weights
from rosetail.images import make_folder, writing
from rosetail.layers.equalized import ROOT2, EqualConv, EqualLinear
from rosetail.layers.modulated import Modulated, StyledConv
from rosetail.methods.roses.export import PostProcessing
from rosetail.methods.roses.network import Roses, RosesEncoder, RosesShape
from rosetail.reading import reading
from rosetail.weights import find_parts, read_header

READS_ALL = "style_hidden.weight"  # its inputs are the moments of the maps of all sizes
Network = TypeVar("Network", Roses, RosesEncoder)


def write_start(model: str, folder: str | os.PathLike[str], channels: int = 0) -> list[Path]:
    """Write the generator of a model as ``to_anime.safetensors`` and its encoder of drawings as
    ``reader.safetensors`` into ``folder``.

    With ``channels``, both are extended to pictures twice as large (:func:`finer`). Raises
    UnknownStyle, WeightsMissing, OutputError.
    """
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


def generator_of(model: str, *, post: bool = False) -> Roses:
    """The generator of a model: a name of the catalog or the folder of an exported run.

    With ``post``, including the post-processing of its files. Raises UnknownStyle, WeightsMissing.
    """
    paths = find_parts(model)
    shape = _shape(paths["decode"])
    if not post:
        shape = replace(shape, **PostProcessing()._asdict())
    roses = Roses(shape)
    parts = {"encoder": "encode", "mapping": "map", "modulation": "scales", "decoder": "decode"}
    stored = {name: stored_weights(paths[part]) for name, part in parts.items()}
    _fill(roses.encoder, stored["encoder"])
    _fill(roses.mapping, stored["mapping"], "mapping")
    _fill(roses.decoder, {**stored["modulation"], **stored["decoder"]})
    if shape.edits and "learned" in paths:
        learned = read_directions(paths["learned"])
        names = read_header(paths["decode"]).get("edits", "").split()
        with torch.no_grad():
            for row, name in zip(roses.edits, names, strict=True):
                if name in learned.tags:
                    edit = learned.get(name)[1]
                    vector = torch.from_numpy(np.asarray(edit.vector, np.float32)) * edit.scale
                    row.copy_(vector / Roses.EDIT_LR_MULTIPLIER)
    return roses


def reader_of(model: str) -> RosesEncoder:
    """The encoder of drawings of a model. Raises as :func:`generator_of`."""
    paths = find_parts(model)
    if "read" not in paths:
        raise WeightsMissing(f"{model}: has no encoder of drawings; export it again")
    encoder = RosesEncoder(replace(_shape(paths["read"]), **PostProcessing()._asdict()))
    _fill(encoder, stored_weights(paths["read"]))
    return encoder


@torch.no_grad()
def finer(network: Network, channels: int) -> Network:
    """A generator or encoder for pictures twice as large, as in progressive growing (Karras and
    others 2018). The finest layers, with ``channels``, are new; the others are copied."""
    shape = replace(network.shape, widths=(channels, *network.shape.widths))
    grown = type(network)(shape)
    old, new = network.state_dict(), grown.state_dict()
    for name, value in old.items():
        at = _one_coarser(name)
        if at is not None and not at.endswith(READS_ALL):
            new[at].copy_(value)
    name = next(each for each in old if each.endswith(READS_ALL))
    # Inputs from the new maps come first and start at zero; the scale depends on their number.
    read, before = new[name].shape[1], old[name].shape[1]
    new[name].zero_()[:, read - before :] = old[name] * (read / before) ** 0.5
    return grown


def _one_coarser(name: str) -> str | None:
    """The name of a parameter in the finer network; None if new layers replace it."""
    parts = name.split(".")
    if "stem" in parts or "shares" in parts or ("close_ups" in parts and "out" in parts):
        return None
    if "down" in parts:
        number = parts.index("down") + 1
        parts[number] = str(int(parts[number]) + 1)
    return ".".join(parts)


def _shape(path: Path) -> RosesShape:
    what = "a part of a model with its sizes in the header"
    with reading(path, what, "export the model again", WeightsMissing):
        values = json.loads(read_header(path)["shape"])
        return RosesShape(**{**values, "widths": tuple(values["widths"])})


@torch.no_grad()
def _fill(network: nn.Module, arrays: Mapping[str, NDArray[np.float32]], prefix: str = "") -> None:
    """Fill the equalised and modulated layers of ``network`` from the arrays of a file, whose names
    begin with ``prefix``."""
    for name, layer in network.named_modules():
        stored = name.removesuffix(".conv")
        if prefix:
            stored = f"{prefix}.{name.removeprefix('layers.')}"
        if isinstance(layer, EqualConv):
            _set(layer.weight, arrays[f"{stored}.weight"] / layer.scale)
            if layer.bias is not None:
                _set(layer.bias, arrays[f"{stored}.bias"] / layer.gain)
        elif isinstance(layer, EqualLinear):
            _set(layer.weight, arrays[f"{stored}.weight"].T / layer.scale)
            _set(layer.bias, arrays[f"{stored}.bias"] / layer.bias_scale)
        elif isinstance(layer, Modulated):
            weight, bias = arrays[f"{stored}.weight"], arrays[f"{stored}.bias"].reshape(-1)
            styled = isinstance(layer, StyledConv)
            if isinstance(layer, StyledConv) and layer.doubles:
                weight = weight.swapaxes(0, 1)
            _set(layer.weight, weight / layer.scale)
            _set(layer.get_parameter("bias"), bias / (ROOT2 if styled else 1.0))


def _set(parameter: torch.Tensor, value: NDArray[np.float32]) -> None:
    parameter.copy_(torch.from_numpy(np.ascontiguousarray(value, np.float32)))
