"""The reader of tags and landmarks to one ONNX file.

Run once, when the weights change: ``python -m rosetail.export.tagger RUN OUT.onnx``.

The graph takes ``picture``, NCHW RGB in [-1, 1], as wide and high as its header's ``size``, and
gives ``tags``, probabilities (N, T) in the order of the header's ``tags``, and ``landmarks``
(N, 5, 2) in shares of the picture.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from onnx import TensorProto
from safetensors import safe_open

from rosetail.export.build import GraphBuilder
from rosetail.export.headfinder import add_doubled, add_layer, add_row
from rosetail.images import check_output, writing
from rosetail.nets.tagger import POINTS, Tagger, centres
from rosetail.recipes import checkpoint


def export_tagger(run: Path, out: Path) -> Path:
    """Write the tagger of training run ``run`` to ``out``; raises OutputError, InputError."""
    check_output(out)
    with TemporaryDirectory() as scratch:
        weights = checkpoint.export_weights(run, Path(scratch, "tagger.safetensors"))
        with safe_open(str(weights), framework="pt") as file:
            facts = dict(file.metadata())
        tagger = Tagger(len(facts["tags"].split(",")), int(facts["width"]))
        checkpoint.load_weights(tagger, weights)
    model = tagger_graph(tagger, facts)
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
    return out


def tagger_graph(tagger: Tagger, facts: Mapping[str, str]) -> onnx.ModelProto:
    """The tagger as a graph; ``facts``, among them ``size`` and ``tags``, become its metadata."""
    graph, size = GraphBuilder(half=True), int(facts["size"])
    eighth = add_row(graph, tagger.to_eighth, "eighth", "picture")
    sixteenth = add_row(graph, tagger.to_sixteenth, "sixteenth", eighth)
    deepest = add_row(graph, tagger.to_deepest, "deepest", sixteenth)
    pooled = [graph.add(kind, deepest) for kind in ("GlobalAveragePool", "GlobalMaxPool")]
    flat = graph.add("Flatten", graph.add("Concat", *pooled, axis=1))
    weight = graph.weight(tagger.tags.weight.detach().numpy(), "tags.weight")
    bias = graph.weight(tagger.tags.bias.detach().numpy(), "tags.bias")
    graph.add("Sigmoid", graph.add("Gemm", flat, weight, bias, transB=1), name="tags")
    risen = add_doubled(graph, add_layer(graph, tagger.across, "across", sixteenth))
    heat = add_row(graph, tagger.heat, "heat", graph.add("Add", risen, eighth))
    cells = size // 8
    rows = graph.add("Reshape", heat, graph.ints(-1, POINTS, cells * cells))
    chances = graph.add("Softmax", rows, axis=2)
    graph.add("MatMul", chances, graph.floats(centres(cells).numpy()), name="landmarks")
    count = tagger.tags.out_features
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


if __name__ == "__main__":
    written = export_tagger(Path(sys.argv[1]), Path(sys.argv[2]))
    print(written, written.stat().st_size)
