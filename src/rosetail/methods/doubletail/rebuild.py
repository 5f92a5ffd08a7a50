"""Rebuild an exported stylizer from its own ONNX file, without the training weights.

The fast form (:mod:`rosetail.methods.doubletail.graph`) contains all weights of the plain form: its
shifts cancel out, its last convolution contains the 7x7 kernels whole, and its two attention
matrices equal a query and a value around an identity memory. Browsers run the plain form faster on
small pictures in single precision, so the studio's page uses it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from rosetail import weights
from rosetail.arrays import Floats
from rosetail.errors import WeightsMissing
from rosetail.images import check_output, writing
from rosetail.methods.doubletail.finish import FACT, Finish
from rosetail.methods.doubletail.graph import NORM_EPS, Form, stylize_graph
from rosetail.reading import reading

AnyPath = str | os.PathLike[str]

ATTENTION, TO_RGB = "main_rise.attention", "main_rise.to_rgb"
KERNEL = 7  # side of the last convolution's kernel
# Metadata that describes the form of the graph, not its weights.
FORM_FACTS = ("form", "multiple", "smallest", "input", "network", "calibration", FACT)


def rebuild(fast: onnx.ModelProto, form: Form, *, pixels: bool = True) -> onnx.ModelProto:
    """The stylizer ``fast`` in another form, or with floats instead of bytes (``pixels`` false).

    Raises WeightsMissing if ``fast`` is not the fast form of a double-tail stylizer.
    """
    facts = metadata(fast)
    return _graph(fast, form, Finish.of(facts), pixels=pixels)


def with_finish(fast: onnx.ModelProto, finish: Finish | None) -> onnx.ModelProto:
    """The same stylizer with another ``finish``. Raises WeightsMissing."""
    return _graph(fast, "fast", finish)


def change_finish(source: AnyPath, target: AnyPath, finish: Finish | None) -> Path:
    """Write the stylizer ``source`` with another finish to ``target``.

    Raises WeightsMissing if ``source`` is not a fast stylizer, OutputError.
    """
    check_output(target)
    with reading(source, "a fast stylizer", "give an exported look", WeightsMissing) as path:
        model = with_finish(onnx.load(path, load_external_data=False), finish)
    with writing(target) as part:
        part.write_bytes(model.SerializeToString())
    return Path(target)


def write_web_looks(folder: Path) -> list[Path]:
    """Write every shipped double-tail look in its plain form, and ``looks.json``, to ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in weights.styles():
        model = rebuild(onnx.load(weights.find(name)), "plain")
        target = folder / f"{name}.onnx"
        with writing(target) as part:
            part.write_bytes(model.SerializeToString())
        written.append(target)
    names = json.dumps([path.stem for path in written])
    (folder / "looks.json").write_text(names + "\n", encoding="utf-8")
    return written


def metadata(model: onnx.ModelProto) -> dict[str, str]:
    """The metadata of an ONNX model."""
    return {entry.key: entry.value for entry in model.metadata_props}


def generator_state(fast: onnx.ModelProto) -> dict[str, Floats]:
    """Weights of encoder and main tail under the names of
    :class:`rosetail.methods.doubletail.network.DoubleTail`. Raises WeightsMissing."""
    stored = {
        tensor.name.removesuffix(".half"): numpy_helper.to_array(tensor).astype(np.float32)
        for tensor in fast.graph.initializer
    }
    if f"{ATTENTION}.query" not in stored or f"{ATTENTION}.memory" in stored:
        raise WeightsMissing(
            "not the fast form of a double-tail stylizer; export one with: rosetail export"
        )
    state = {}
    for name, value in stored.items():
        if name.endswith(".weight"):
            state[name.removesuffix("weight") + "0.weight"] = value
        elif name.endswith(".mix"):
            state[name.removesuffix("mix") + "1.mix.weight"] = value[:, :, None, None]
    query, value = stored[f"{ATTENTION}.query"], stored[f"{ATTENTION}.value"]
    slots, channels = query.shape[:2]
    (last,) = (node for node in fast.graph.node if f"{ATTENTION}.value" in node.input)
    return state | {
        f"{ATTENTION}.query.weight": query,
        f"{ATTENTION}.memory": np.eye(slots, dtype=np.float32)[:, :, None, None],
        f"{ATTENTION}.value.weight": value,
        f"{ATTENTION}.norm.weight": np.ones(channels, np.float32),
        f"{ATTENTION}.norm.bias": stored[last.input[2]],
        f"{ATTENTION}.norm.running_mean": np.zeros(channels, np.float32),
        f"{ATTENTION}.norm.running_var": np.full(channels, 1 - NORM_EPS, np.float32),
        # The first of the four kernels is in the upper left corner of the 8x8 one.
        f"{TO_RGB}.weight": stored[TO_RGB][:3, :, :KERNEL, :KERNEL],
    }


def _graph(
    fast: onnx.ModelProto, form: Form, finish: Finish | None, *, pixels: bool = True
) -> onnx.ModelProto:
    facts = metadata(fast)
    kept = {name: value for name, value in facts.items() if name not in FORM_FACTS}
    if form == "fast" and "calibration" in facts:
        kept["calibration"] = facts["calibration"]
    state = generator_state(fast)
    shifts = _shifts(fast) if form == "fast" else None
    return stylize_graph(state, form, shifts=shifts, pixels=pixels, finish=finish, metadata=kept)


def _shifts(fast: onnx.ModelProto) -> dict[str, NDArray[Any]]:
    """The constants subtracted from convolutions, by unit."""
    stored = {tensor.name: tensor for tensor in fast.graph.initializer}
    return {
        node.name.removesuffix(".conv"): -numpy_helper.to_array(stored[node.input[2]])
        for node in fast.graph.node
        if node.op_type == "Conv" and node.name.endswith(".conv") and len(node.input) == 3
    }
