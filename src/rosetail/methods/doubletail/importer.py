"""Import AnimeGANv3's published ONNX files (github.com/TachibanaYoshino/AnimeGANv3), made by
tf2onnx. Their input is NHWC float in [-1, 1]; sides are multiples of 8, or of 16 for the "tiny"
ones.

The graph is kept; conversions from and to bytes and a header are added. The multiple that sides
must have is the product of the graph's strides.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from rosetail.engines.backend import open_backend
from rosetail.errors import InputError, OutputError
from rosetail.images import check_output, writing
from rosetail.methods.foreign_weights import PUBLISHED_USE
from rosetail.reading import parsing, reading
from rosetail.weights import check_model

SOURCE = "github.com/TachibanaYoshino/AnimeGANv3"
REMEDY = "give an .onnx file of AnimeGANv3 as its authors published it"
OWN = "rosetail_"  # prefix of the names of added nodes
DOWN = {"Conv": "strides", "MaxPool": "strides", "AveragePool": "strides"}
MOST = 256  # more than eight halvings: not a network for pictures
SMALLEST_BLOCKS = 4  # cells of the deepest map, which reflection padding needs
WORST = 0.75  # largest difference in levels from the published graph, which does not round


def import_animegan3(checkpoint: str | os.PathLike[str], out: str | os.PathLike[str]) -> Path:
    """Convert the look in ``checkpoint`` to ``out``, an .onnx file for ``stylize``.

    Raises InputError with the reason if it is another kind of file, OutputError.
    """
    path, target = Path(checkpoint), Path(out)
    if target.suffix != ".onnx":
        raise OutputError(f"{target}: an ONNX graph is kept as .onnx; choose such a name")
    check_output(target)
    with reading(path, "a readable ONNX model", REMEDY):
        model = _read(path)
        multiple = multiple_of(model)
        if not 1 <= multiple <= MOST:
            raise ValueError(f"halves pictures too often, to 1/{multiple}")
    facts = {
        "network": "animegan3",
        "form": "published",
        "multiple": str(multiple),
        "smallest": str(SMALLEST_BLOCKS * multiple),
        "input": "NHWC RGB uint8",
        "licence": "see the source",
        "source": SOURCE,
        **PUBLISHED_USE,
    }
    with writing(target) as part, parsing(path, "a network for pictures", REMEDY):
        part.write_bytes(with_bytes(model, facts).SerializeToString())
        _prove(path, part, multiple)
    return target


def multiple_of(model: onnx.ModelProto) -> int:
    """Input pixels per cell of the deepest map, along a side.

    Strides multiply it, upsampling by a constant factor divides it; a resize to a size computed at
    run time is assumed not to change it.
    """
    constants = _constants(model)
    steps: dict[str, Fraction] = {model.graph.input[0].name: Fraction(1)}
    deepest = Fraction(1)
    for node in model.graph.node:
        before = [steps[name] for name in node.input if name in steps]
        if not before:
            continue
        step = max(before) * _shrinks(node, constants)
        deepest = max(deepest, step)
        steps |= dict.fromkeys(node.output, step)
    return math.ceil(deepest)


def with_bytes(model: onnx.ModelProto, facts: Mapping[str, str]) -> onnx.ModelProto:
    """The same network from ``image`` to ``anime``, both uint8 [N, H, W, 3] in RGB."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    graph = made.graph
    x, y = graph.input[0].name, graph.output[0].name

    def number(name: str, value: float) -> str:
        graph.initializer.append(helper.make_tensor(OWN + name, TensorProto.FLOAT, [], [value]))
        return OWN + name

    def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
        return helper.make_node(kind, inputs, [output], name=f"{OWN}{kind}_{output}", **attributes)

    half, one, top = number("half", 127.5), number("one", 1.0), number("top", 255.0)
    zero, nearest = number("zero", 0.0), number("nearest", 0.5)
    before = [
        node("Cast", ["image"], f"{OWN}levels", to=TensorProto.FLOAT),
        node("Div", [f"{OWN}levels", half], f"{OWN}scaled"),
        node("Sub", [f"{OWN}scaled", one], x),
    ]
    after = [
        node("Add", [y, one], f"{OWN}raised"),
        node("Mul", [f"{OWN}raised", half], f"{OWN}wide"),
        node("Max", [f"{OWN}wide", zero], f"{OWN}bottom"),
        node("Min", [f"{OWN}bottom", top], f"{OWN}held"),
        node("Add", [f"{OWN}held", nearest], f"{OWN}pushed"),
        node("Floor", [f"{OWN}pushed"], f"{OWN}whole"),
        node("Cast", [f"{OWN}whole"], "anime", to=TensorProto.UINT8),
    ]
    nodes = [*before, *graph.node, *after]
    del graph.node[:], graph.input[:], graph.output[:], made.metadata_props[:]
    graph.node.extend(nodes)
    for ports, name in ((graph.input, "image"), (graph.output, "anime")):
        shape: list[str | int] = ["n", "h", "w", 3]
        ports.append(helper.make_tensor_value_info(name, TensorProto.UINT8, shape))
    helper.set_model_props(made, dict(facts))
    onnx.checker.check_model(made)
    return made


def _read(path: Path) -> onnx.ModelProto:
    """Load and check the model: NHWC floats of any size, no external data or custom operators."""
    check_model(path)
    model = onnx.load(str(path), load_external_data=False)
    onnx.checker.check_model(model)
    wrong = _wrong(model)
    if wrong:
        raise ValueError(wrong)
    return model


def _wrong(model: onnx.ModelProto) -> str:
    """The reason why the model is unsupported, or ""."""
    graph = model.graph
    stored = {each.name for each in graph.initializer}
    inputs = [port for port in graph.input if port.name not in stored]
    strange = {node.domain for node in graph.node} - {"", "ai.onnx"}
    if strange or model.functions:
        return (
            f"needs operators that are not ONNX's own ({', '.join(sorted(strange)) or 'its own'})"
        )
    if len(inputs) != 1 or len(graph.output) != 1 or len(graph.input) != 1:
        return f"takes {len(inputs)} inputs and gives {len(graph.output)} outputs"
    for port in (graph.input[0], graph.output[0]):
        tensor = port.type.tensor_type
        sides = [side.dim_value for side in tensor.shape.dim]
        if tensor.elem_type != TensorProto.FLOAT or len(sides) != 4:
            return f"{port.name} is not a batch of float pictures"
        if sides[3] not in (0, 3) or (sides[1] == 3 and sides[3] != 3):
            return f"{port.name} is {sides}, not NHWC with three channels"
        if port is graph.input[0] and (sides[1] or sides[2]):
            return f"takes pictures of {sides[2]}x{sides[1]} only"
    return ""


def _constants(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    found = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].HasField("t"):
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return found


def _shrinks(node: onnx.NodeProto, constants: Mapping[str, np.ndarray]) -> Fraction:
    """The downsampling factor of a node along a side; below 1 if it upsamples."""
    attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    if node.op_type in DOWN:
        return Fraction(max(attributes.get("strides", [1])))
    if node.op_type == "ConvTranspose":
        return Fraction(1, max(attributes.get("strides", [1])))
    if node.op_type in ("Resize", "Upsample"):
        given = [constants[name] for name in node.input[1:] if name in constants]
        scales = next((each for each in given if each.dtype.kind == "f" and each.size == 4), None)
        if scales is not None:
            return 1 / Fraction(float(scales.max())).limit_denominator(64)
    return Fraction(1)


def _prove(published: Path, ours: Path, multiple: int) -> None:
    """Raise InputError unless ``ours`` in every engine agrees with ``published`` in ONNX Runtime,
    at two sizes whose sides are odd multiples of ``multiple``."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(published), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    rng = np.random.default_rng(0)
    for engine in ("onnxruntime", "openvino"):
        backend = open_backend(ours, engine, precision="f32")
        for sides in ((5, 7), (9, 5)):
            height, width = (side * multiple for side in sides)
            photo = rng.integers(0, 256, (1, height, width, 3), np.uint8)
            x = photo.astype(np.float32) / np.float32(127.5) - np.float32(1)
            wanted = np.clip((session.run(None, {name: x})[0] + 1) * 127.5, 0, 255)
            made = backend.run({"image": photo})["anime"]
            if made.shape != photo.shape:
                raise InputError(f"{published}: draws {height}x{width} as {made.shape}; {REMEDY}")
            worst = float(np.abs(made - wanted).max())
            if not worst <= WORST:
                raise InputError(
                    f"{published}: {engine} draws it {worst:.1f} levels differently; {REMEDY}"
                )
