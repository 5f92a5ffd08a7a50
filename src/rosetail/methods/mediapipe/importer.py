"""Convert MediaPipe's face models from TensorFlow Lite to ONNX files for :mod:`rosetail.faces`.

The files come with the PyPI package ``mediapipe`` (Google, Apache-2.0). Every ONNX file takes
``picture``, NCHW RGB in [-1, 1]; the range of the original is restored by the first two nodes.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper

from rosetail.images import writing
from rosetail.methods.mediapipe.tflite_graph import TfliteGraph
from rosetail.reading import reading

CREDIT = "MediaPipe by Google, Apache-2.0; models of the PyPI package mediapipe 0.10.14"


class Model(NamedTuple):
    """A MediaPipe file: its name, whether its input range is [0, 1], the names of its outputs."""

    source: str
    unit_range: bool
    outputs: tuple[str, ...]


MODELS = {
    "face_mesh": Model("face_landmark.tflite", True, ("points", "presence")),
    "iris": Model("iris_landmark.tflite", True, ("contour", "iris")),
    "blazeface_short": Model("face_detection_short_range.tflite", False, ("boxes", "scores")),
    "blazeface_full": Model("face_detection_full_range_sparse.tflite", False, ("boxes", "scores")),
    "person": Model("selfie_segmentation.tflite", True, ("person",)),
}


def import_mediapipe(folder: str | os.PathLike[str], out: str | os.PathLike[str]) -> list[Path]:
    """Convert the models in ``folder`` to ONNX files in the folder ``out``; return their paths.

    Raises InputError if a model is missing or is not a TensorFlow Lite file.
    """
    written = []
    Path(out).mkdir(parents=True, exist_ok=True)
    for name, model in MODELS.items():
        source = Path(folder, model.source)
        with reading(source, "a TensorFlow Lite file", "take it from the mediapipe wheel"):
            content = source.read_bytes()
            if content[4:8] != b"TFL3":
                raise ValueError("another kind of file")
            made = convert(name, content)
        target = Path(out, f"{name}.onnx")
        with writing(target) as part:
            onnx.save(made, str(part))
        written.append(target)
    return written


def convert(name: str, content: bytes) -> onnx.ModelProto:
    """The ONNX model called ``name`` in MODELS from the bytes of its TensorFlow Lite file."""
    model = MODELS[name]
    graph = TfliteGraph(content)
    source = "picture"
    if model.unit_range:
        half = graph.store("half", np.array(0.5, np.float32))
        source = graph.add("Mul", [source, half], "halved")
        source = graph.add("Add", [source, half], "unit")
    graph.convert(source)
    outputs = []
    for number, output in enumerate(model.outputs):
        index = graph.graph.Outputs(number)
        shape = graph.shape(index)
        if len(shape) == 4:
            shape = [shape[0], shape[3], *shape[1:3]]
        graph.rename(graph.names[index], output)
        outputs.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, shape))
    _, height, width, channels = graph.shape(graph.graph.Inputs(0))
    picture = helper.make_tensor_value_info(
        "picture", TensorProto.FLOAT, [1, channels, height, width]
    )
    body = helper.make_graph(graph.nodes, name, [picture], outputs, graph.weights)
    opset = [helper.make_opsetid("", 17)]
    made = helper.make_model(body, opset_imports=opset, ir_version=8, producer_name="rosetail")
    facts = {
        "network": f"MediaPipe {model.source}",
        "value_range": "NCHW RGB, -1..1",
        "storage": "float16",
        "licence": "Apache-2.0",
        "credit": CREDIT,
    }
    helper.set_model_props(made, facts)
    onnx.checker.check_model(made, full_check=True)
    return made
