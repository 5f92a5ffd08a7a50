"""What a look costs: numbers in it, multiply-adds of a picture, memory.

Multiply-adds are counted from the shapes that arrays have when the graph runs, so sizes that are
worked out on the way count as they are.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from rosetail.errors import RosetailError
from rosetail.export.weights_file import read_weights
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.plain_graph import plain_twin
from rosetail.methods.generators import KINDS
from rosetail.weights import read_header

Shape = tuple[int, ...]
COUNTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16)
MEASURE = "rosetail.evaluate.memory"  # run by itself


def published_form(look: Path) -> onnx.ModelProto:
    """The network as it is published: a double-tail look without the rewrites that make it fast."""
    model, facts = onnx.load(look), read_header(look)
    if facts.get("network") == "doubletail" and facts.get("form") == "fast":
        return plain_twin(model, pixels=True)
    return model


def parameters(look: Path) -> int:
    """Numbers that training found and drawing uses.

    Of our networks they are counted as their classes have them; of other graphs all floats are
    counted that come in rows.
    """
    facts = read_header(look)
    kind = KINDS.get(facts.get("class", ""))
    if kind is not None:
        return sum(each.numel() for each in kind.build(facts).parameters())
    if facts.get("form") == "fast":  # of double-tail looks alone; more is stored than was learned
        named = DoubleTail(_width(look)).named_parameters()
        return sum(each.numel() for name, each in named if not name.startswith("support_rise."))
    stored = onnx.load(look).graph.initializer
    floats = (each for each in stored if each.data_type in FLOATS)
    return sum(size for each in floats if (size := int(np.prod(each.dims))) > 1)


def _width(look: Path) -> int:
    """Channels of a double-tail generator's first convolution."""
    first = next(node for node in onnx.load(look).graph.node if node.op_type == "Conv")
    shapes = {each.name: each.dims for each in onnx.load(look).graph.initializer}
    name = first.input[1]
    return int(shapes[name if name in shapes else f"{name}.half"][0])


def multiply_adds(model: onnx.ModelProto, side: int = 256) -> int:
    """Of a picture of ``side`` pixels square: convolutions and matrix products."""
    shapes = _shapes_when_run(model, side)
    return sum(_of_node(node, shapes) for node in model.graph.node if node.op_type in COUNTED)


def peak_memory(look: Path, size: tuple[int, int], backend: str = "auto") -> int:
    """Bytes that a process of its own holds at most while it draws one picture of ``size``
    (height, width) with ``look``. Raises RosetailError where it fails."""
    command = [sys.executable, "-m", MEASURE, str(look), str(size[0]), str(size[1]), backend]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        cause = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise RosetailError(f"{look}: could not draw {size[1]}x{size[0]} ({cause}); free memory")
    return int(done.stdout.split()[-1])


def _shapes_when_run(model: onnx.ModelProto, side: int) -> dict[str, Shape]:
    """The shapes of what counted nodes take and give."""
    asked: dict[str, None] = {}
    for node in model.graph.node:
        if node.op_type in COUNTED:
            asked |= dict.fromkeys([*node.input[:2], node.output[0]])
    stored = {each.name: tuple(each.dims) for each in model.graph.initializer}
    own = {port.name for port in (*model.graph.input, *model.graph.output)}
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    names = [name for name in asked if name not in stored and name not in own]
    watched.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in names)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    port = session.get_inputs()[0]
    picture: NDArray[Any] = np.random.default_rng(0).integers(0, 256, (1, side, side, 3), np.uint8)
    found = session.run(names, {port.name: picture}) if names else []
    shapes = {name: each.shape for name, each in zip(names, found, strict=True)}
    return {**stored, port.name: picture.shape, **shapes}


def _of_node(node: onnx.NodeProto, shapes: dict[str, Shape]) -> int:
    first, second = (shapes[name] for name in node.input[:2])
    out = shapes[node.output[0]]
    if node.op_type == "Conv":
        return int(np.prod(out) * np.prod(second[1:]))
    if node.op_type == "ConvTranspose":
        return int(np.prod(first) * np.prod(second[1:]))
    return int(np.prod(out) * first[-1])


def stored(weights: Path) -> int:
    """Numbers in a .safetensors file, noise and means included."""
    return sum(each.numel() for each in read_weights(weights)[0].values())
