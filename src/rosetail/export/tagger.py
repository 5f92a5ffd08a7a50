"""The reader of tags and landmarks, or the re-scorer, to one ONNX file.

Run once, when the weights change: ``python -m rosetail.export.tagger RUN OUT.onnx``. With a folder
of paintings as a third word it prints what the card needs: every tag's precision and recall there.

The graph takes ``picture``, NCHW RGB in [-1, 1], as wide and high as its header's ``size``, and
gives ``tags``, probabilities (N, T) in the order of the header's ``tags``, and ``landmarks``
(N, 5, 2) in shares of the picture.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import onnx
from onnx import TensorProto
from safetensors import safe_open
from torch import nn

from rosetail.data.painted import read_painted
from rosetail.export.build import GraphBuilder
from rosetail.export.headfinder import add_doubled, add_layer, add_normed, add_row
from rosetail.images import check_output, writing
from rosetail.nets.rescorer import Basic, Rescorer
from rosetail.nets.tagger import POINTS, Tagger, centres
from rosetail.recipes import checkpoint
from rosetail.recipes.tagger import Verdict, judge

NETWORKS: dict[str, type[Tagger | Rescorer]] = {"Tagger": Tagger, "Rescorer": Rescorer}


def export_tagger(run: Path, out: Path) -> Path:
    """Write the tagger or re-scorer of training run ``run`` to ``out``.

    Raises OutputError, InputError.
    """
    check_output(out)
    with TemporaryDirectory() as scratch:
        tagger, facts = _load(run, Path(scratch, "tagger.safetensors"))
    model = tagger_graph(tagger, facts)
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
    return out


def tagger_graph(tagger: Tagger | Rescorer, facts: Mapping[str, str]) -> onnx.ModelProto:
    """The tagger as a graph; ``facts``, among them ``size`` and ``tags``, become its metadata."""
    graph = GraphBuilder(half=True)
    if isinstance(tagger, Rescorer):
        _add_rescorer(graph, tagger)
    else:
        _add_tagger(graph, tagger, int(facts["size"]))
    return _model(graph, tagger.tags.out_features, facts)


def _add_tagger(graph: GraphBuilder, tagger: Tagger, size: int) -> None:
    eighth = add_row(graph, tagger.to_eighth, "eighth", "picture")
    sixteenth = add_row(graph, tagger.to_sixteenth, "sixteenth", eighth)
    deepest = add_row(graph, tagger.to_deepest, "deepest", sixteenth)
    pooled = [graph.add(kind, deepest) for kind in ("GlobalAveragePool", "GlobalMaxPool")]
    flat = graph.add("Flatten", graph.add("Concat", *pooled, axis=1))
    graph.add("Sigmoid", _linear(graph, tagger.tags, "tags", flat), name="tags")
    risen = add_doubled(graph, add_layer(graph, tagger.across, "across", sixteenth))
    heat = add_row(graph, tagger.heat, "heat", graph.add("Add", risen, eighth))
    cells = size // 8
    rows = graph.add("Reshape", heat, graph.ints(-1, POINTS, cells * cells))
    chances = graph.add("Softmax", rows, axis=2)
    graph.add("MatMul", chances, graph.floats(centres(cells).numpy()), name="landmarks")


def _add_rescorer(graph: GraphBuilder, net: Rescorer) -> None:
    x = add_layer(graph, net.stem, "stem", "picture")
    for number, each in enumerate(net.blocks):
        block, name = cast(Basic, each), f"blocks.{number}"
        y = add_layer(graph, block.first, f"{name}.first", x)
        y = add_normed(graph, block.second, f"{name}.second", y)
        if isinstance(block.around, nn.Sequential):
            x = add_normed(graph, block.around, f"{name}.around", x)
        x = graph.add("Relu", graph.add("Add", y, x))
    flat = graph.add("Flatten", graph.add("GlobalAveragePool", x), axis=1)
    graph.add("Sigmoid", _linear(graph, net.tags, "tags", flat), name="tags")
    places = graph.add("Sigmoid", _linear(graph, net.places, "places", flat))
    graph.add("Reshape", places, graph.ints(-1, POINTS, 2), name="landmarks")


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
    """How well the network of training run ``run`` reads the paintings in ``painted``, a folder it
    was not taught by. Raises InputError."""
    with TemporaryDirectory() as scratch:
        tagger, facts = _load(run, Path(scratch, "tagger.safetensors"))
    size = int(facts["size"])
    return judge(tagger.eval(), facts["tags"].split(","), read_painted(painted, size), size)


def _load(run: Path, weights: Path) -> tuple[Tagger | Rescorer, dict[str, str]]:
    checkpoint.export_weights(run, weights)
    with safe_open(str(weights), framework="pt") as file:
        facts = dict(file.metadata())
    tagger = NETWORKS[facts["class"]](len(facts["tags"].split(",")), int(facts["width"]))
    checkpoint.load_weights(tagger, weights)
    return tagger, facts


if __name__ == "__main__":
    told = [Path(word) for word in sys.argv[1:]]
    written = export_tagger(told[0], told[1])
    print(written, written.stat().st_size)
    if len(told) > 2:
        print(judged(told[0], told[2]).table())
