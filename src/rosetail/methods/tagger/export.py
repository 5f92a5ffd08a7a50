"""Export the tagger to one ONNX file.

The graph's input ``picture`` is NCHW RGB in [-1, 1]; its sides are the header's ``size``. The
outputs are ``tags``, probabilities (N, T) in the order of the header's ``tags``, and ``landmarks``
(N, 5, 2) as shares of the picture's size.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from rosetail.data.painted import read_painted
from rosetail.export.tracing import Shape, reader_graph
from rosetail.images import check_output, writing
from rosetail.methods.headfinder.export import folded
from rosetail.methods.tagger.network import POINTS, TaggerNetwork
from rosetail.methods.tagger.recipe import TagScores, evaluate
from rosetail.methods.tagger.resnet import ResNet50
from rosetail.training.checkpoint import averaged_network


def export_tagger(run: Path, out: Path) -> Path:
    """Write the tagger of training run ``run`` to ``out``. Raises OutputError, InputError."""
    check_output(out)
    model = tagger_graph(*_load(run))
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
    return out


def evaluate_tagger(run: Path, painted: Path) -> TagScores:
    """Accuracy of the tagger of training run ``run`` on the paintings in folder ``painted``, which
    should not be its training data. Raises InputError."""
    tagger, facts = _load(run)
    size = int(facts["size"])
    return evaluate(tagger, facts["tags"].split(","), read_painted(painted, size), size)


def tagger_graph(tagger: TaggerNetwork | ResNet50, facts: Mapping[str, str]) -> onnx.ModelProto:
    """The tagger as an ONNX model with ``facts``, among them ``size`` and ``tags``, in its
    metadata."""
    size = int(facts["size"])
    shapes: dict[str, Shape] = {
        "picture": ["batch", 3, size, size],
        "tags": ["batch", tagger.tags.out_features],
        "landmarks": ["batch", POINTS, 2],
    }
    example = torch.zeros(1, 3, size, size)
    return reader_graph(
        _TaggerPorts(folded(tagger)), example, shapes, facts, network="tagger", multiple=size
    )


def _load(run: Path) -> tuple[TaggerNetwork | ResNet50, dict[str, str]]:
    def build(facts: Mapping[str, str]) -> TaggerNetwork | ResNet50:
        kind = ResNet50 if facts["class"] == "ResNet50" else TaggerNetwork
        return kind(len(facts["tags"].split(",")), int(facts["width"]))

    return averaged_network(run, build)


class _TaggerPorts(nn.Module):
    def __init__(self, net: TaggerNetwork | ResNet50) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        read = self.net(picture)
        return read.tags.sigmoid(), read.landmarks
