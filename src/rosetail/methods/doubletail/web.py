"""A shipped look as browsers run it best: the plain graph, from the fast one's own numbers.

The fast form's rewrites (:mod:`rosetail.methods.doubletail.graph`) save passes over memory, which
pays in OpenVINO and on large pictures. A browser draws small ones in single precision, where the
plain operators are faster. Nothing is lost on the way: the shifts of the fast form change no
picture, its last convolution holds the 7x7 kernels whole, and its two attention matrices are what
a memory of unit vectors gives.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from rosetail import weights
from rosetail.errors import InputError
from rosetail.images import writing
from rosetail.methods.doubletail.finish import FACT, Finish
from rosetail.methods.doubletail.graph import NORM_EPS, stylize_graph

Floats = NDArray[np.float32]

ATTENTION, TO_RGB = "main_rise.attention", "main_rise.to_rgb"
KERNEL = 7  # of the last convolution
OWN = (
    "form",
    "multiple",
    "smallest",
    "input",
    "network",
    "calibration",
    FACT,
)  # of the graph's form


def web_graph(source: str | os.PathLike[str]) -> onnx.ModelProto:
    """The plain graph with the weights of the fast one at ``source``.

    Raises InputError for a file that is no fast double-tail graph.
    """
    model = onnx.load(os.fspath(source))
    facts = {entry.key: entry.value for entry in model.metadata_props}
    if facts.get("form") != "fast" or facts.get("network") != "doubletail":
        raise InputError(f"{source}: not a fast graph of a look; give one that was exported so")
    told = {name: value for name, value in facts.items() if name not in OWN}
    return stylize_graph(plain_weights(model), "plain", finish=Finish.of(facts), metadata=told)


def plain_weights(model: onnx.ModelProto) -> dict[str, Floats]:
    """The state of the generator, by the names of :mod:`rosetail.methods.doubletail.network`."""
    stored = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    made: dict[str, Floats] = {}
    for name, value in stored.items():
        unit, _, part = name.removesuffix(".half").rpartition(".")
        array = value.astype(np.float32)
        if unit == ATTENTION or name.startswith((TO_RGB, "constant_")):
            continue
        if part == "weight":
            made[f"{unit}.0.weight"] = array
        elif part == "mix":
            made[f"{unit}.1.mix.weight"] = array[:, :, None, None]
    # Of the four kernels of a block, the first lies at the corner.
    made[f"{TO_RGB}.weight"] = stored[f"{TO_RGB}.half"][:3, :, :KERNEL, :KERNEL].astype(np.float32)
    return made | _attention(model, stored)


def _attention(model: onnx.ModelProto, stored: dict[str, NDArray[np.generic]]) -> dict[str, Floats]:
    """The two fused matrices as query and value about a memory of unit vectors."""
    query, value = (
        stored[f"{ATTENTION}.{part}.half"].astype(np.float32) for part in ("query", "value")
    )
    (node,) = [each for each in model.graph.node if f"{ATTENTION}.value" in each.input]
    slots = query.shape[0]
    ones = np.ones(value.shape[0], np.float32)
    return {
        f"{ATTENTION}.memory": np.eye(slots, dtype=np.float32)[:, :, None, None],
        f"{ATTENTION}.query.weight": query,
        f"{ATTENTION}.value.weight": value,
        f"{ATTENTION}.norm.weight": ones,
        f"{ATTENTION}.norm.running_var": ones * np.float32(1 - NORM_EPS),
        f"{ATTENTION}.norm.running_mean": 0 * ones,
        f"{ATTENTION}.norm.bias": stored[node.input[2]].astype(np.float32),
    }


def write_shipped(folder: Path) -> list[Path]:
    """Every shipped look that is a double-tail generator, for browsers, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name in weights.styles():
        target = folder / f"{name}.onnx"
        with writing(target) as part:
            part.write_bytes(web_graph(weights.find(name)).SerializeToString())
        made.append(target)
    listed = folder / "looks.json"
    listed.write_text(json.dumps([path.stem for path in made]) + "\n", encoding="utf-8")
    return made


if __name__ == "__main__":
    import sys

    for path in write_shipped(Path(sys.argv[1])):
        print(path, path.stat().st_size)
