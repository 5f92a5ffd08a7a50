"""The reader of tags and landmarks to one ONNX file.

Run once, when the weights change: ``python -m rosetail.methods.tagger.export RUN OUT.onnx``. With
a folder of paintings as a third word it prints what the card needs: every tag's precision and
recall there.

The graph takes ``picture``, NCHW RGB in [-1, 1], as wide and high as its header's ``size``, and
gives ``tags``, probabilities (N, T) in the order of the header's ``tags``, and ``landmarks``
(N, 5, 2) in shares of the picture.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto
from safetensors import safe_open
from torch import nn

from rosetail.data.painted import read_painted
from rosetail.export.graph_builder import GraphBuilder
from rosetail.images import check_output, writing
from rosetail.methods.headfinder.export import add_doubled, add_layer, add_row
from rosetail.methods.tagger.network import (
    EYE_REACH,
    MOUTH_REACH,
    PATCH,
    POINTS,
    TaggerNetwork,
    centres,
)
from rosetail.methods.tagger.recipe import Verdict, judge
from rosetail.training import checkpoint

Floats = NDArray[np.float32]


def export_tagger(run: Path, out: Path) -> Path:
    """Write the tagger of training run ``run`` to ``out``.

    Raises OutputError, InputError.
    """
    check_output(out)
    with TemporaryDirectory() as scratch:
        tagger, facts = _load(run, Path(scratch, "tagger.safetensors"))
    model = tagger_graph(tagger, facts)
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
    return out


def tagger_graph(tagger: TaggerNetwork, facts: Mapping[str, str]) -> onnx.ModelProto:
    """The tagger as a graph; ``facts``, among them ``size`` and ``tags``, become its metadata."""
    graph = GraphBuilder(half=True)
    _add_tagger(graph, tagger, int(facts["size"]))
    return _model(graph, tagger.tags.out_features, facts)


def _add_tagger(graph: GraphBuilder, tagger: TaggerNetwork, size: int) -> None:
    whole = graph.add("AveragePool", "picture", kernel_shape=[2, 2], strides=[2, 2])
    eighth = add_row(graph, tagger.to_eighth, "eighth", whole)
    sixteenth = add_row(graph, tagger.to_sixteenth, "sixteenth", eighth)
    deepest = add_row(graph, tagger.to_deepest, "deepest", sixteenth)
    risen = add_doubled(graph, add_layer(graph, tagger.across, "across", sixteenth))
    heat = add_row(graph, tagger.heat, "heat", graph.add("Add", risen, eighth))
    cells = size // 16
    rows = graph.add("Reshape", heat, graph.ints(-1, POINTS, cells * cells))
    chances = graph.add("Softmax", rows, axis=2)
    graph.add("MatMul", chances, graph.floats(centres(cells).numpy()), name="landmarks")
    left, right, mouth = (_close_up(graph, each) for each in looks())
    eyes = [
        add_row(graph, tagger.eyes, f"eyes.{side}", each)
        for side, each in (("left", left), ("right", right))
    ]
    both = graph.add("Mul", graph.add("Add", *eyes), graph.floats(0.5)), graph.add("Max", *eyes)
    seen = [deepest, *both, add_row(graph, tagger.mouth, "mouth", mouth)]
    pooled = [
        graph.add(kind, each) for each in seen for kind in ("GlobalAveragePool", "GlobalMaxPool")
    ]
    flat = graph.add("Flatten", graph.add("Concat", *pooled, axis=1))
    graph.add("Sigmoid", _linear(graph, tagger.tags, "tags", flat), name="tags")


def looks() -> list[Floats]:
    """For each close-up of :func:`rosetail.methods.tagger.network.close_ups` a matrix (3, 5) from
    landmarks to its centre and the ways to its right and lower edges; the last turned by a quarter
    besides."""
    left, right = np.eye(5)[:2]
    apart = right - left
    mouth = np.array([0, 0, 0, 0.5, 0.5])
    return [
        np.stack([centre, across * reach * apart, reach * apart]).astype(np.float32)
        for centre, across, reach in (
            (left, 1, EYE_REACH), (right, -1, EYE_REACH), (mouth, 1, MOUTH_REACH)
        )
    ]  # fmt: skip


def _close_up(graph: GraphBuilder, look: Floats) -> str:
    """The patch (N, 3, PATCH, PATCH) of the picture that ``look`` says."""
    ways = graph.add("MatMul", graph.floats(look), "landmarks")  # (N, 3, 2)
    # (x, y) turned by a quarter is (-y, x): the way down, from a vector across.
    turned = graph.add("MatMul", ways, graph.floats([[0, 1], [-1, 0]]))
    first = graph.add("Slice", ways, graph.ints(0), graph.ints(2), graph.ints(1))
    last = graph.add("Slice", turned, graph.ints(2), graph.ints(3), graph.ints(1))
    frame = graph.add("Concat", first, last, axis=1)
    steps = np.linspace(-1, 1, PATCH)
    down, across = np.meshgrid(steps, steps, indexing="ij")
    grid = np.stack([np.ones_like(across), across, down], 2).reshape(-1, 3)
    places = graph.add("MatMul", graph.floats(grid), frame)  # shares of the picture
    wide = graph.add("Sub", graph.add("Mul", places, graph.floats(2)), graph.floats(1))
    shaped = graph.add("Reshape", wide, graph.ints(-1, PATCH, PATCH, 2))
    return graph.add("GridSample", "picture", shaped, padding_mode="border", align_corners=0)


def _linear(graph: GraphBuilder, layer: nn.Linear, name: str, x: str) -> str:
    weight = graph.weight(layer.weight.detach().numpy(), f"{name}.weight")
    bias = graph.weight(layer.bias.detach().numpy(), f"{name}.bias")
    return graph.add("Gemm", x, weight, bias, transB=1)


def _model(graph: GraphBuilder, count: int, facts: Mapping[str, str]) -> onnx.ModelProto:
    size = int(facts["size"])
    model = graph.model(
        {"picture": (TensorProto.FLOAT, ["batch", 3, size, size])},
        {
            "tags": (TensorProto.FLOAT, ["batch", count]),
            "landmarks": (TensorProto.FLOAT, ["batch", POINTS, 2]),
        },
        {
            "licence": "Apache-2.0",
            **facts,
            "network": "tagger",
            "multiple": str(size),
            "value_range": "NCHW RGB, -1..1",
            "storage": "float16",
        },
    )
    model.graph.name = "tagger"
    return model


def judged(run: Path, painted: Path) -> Verdict:
    """How well the tagger of training run ``run`` reads the paintings in ``painted``, a folder it
    was not taught by. Raises InputError."""
    with TemporaryDirectory() as scratch:
        tagger, facts = _load(run, Path(scratch, "tagger.safetensors"))
    size = int(facts["size"])
    return judge(tagger.eval(), facts["tags"].split(","), read_painted(painted, size), size)


def _load(run: Path, weights: Path) -> tuple[TaggerNetwork, dict[str, str]]:
    checkpoint.export_weights(run, weights)
    with safe_open(str(weights), framework="pt") as file:
        facts = dict(file.metadata())
    tagger = TaggerNetwork(len(facts["tags"].split(",")), int(facts["width"]))
    checkpoint.load_weights(tagger, weights)
    return tagger, facts


if __name__ == "__main__":
    told = [Path(word) for word in sys.argv[1:]]
    written = export_tagger(told[0], told[1])
    print(written, written.stat().st_size)
    if len(told) > 2:
        print(judged(told[0], told[2]).table())
