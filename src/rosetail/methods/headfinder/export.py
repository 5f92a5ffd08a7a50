"""The finder of drawn heads to the ONNX file that :mod:`rosetail.faces.drawn_heads` runs.

Run once, when the weights change: ``python -m rosetail.methods.headfinder.export RUN OUT.onnx``.

The graph takes ``picture``, NCHW RGB in [-1, 1], sides multiples of 32, and gives the maps of
:class:`rosetail.methods.headfinder.network.HeadMaps`: ``head`` as a probability, the others as
they are. Batch norms are folded into the convolutions before them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto
from safetensors import safe_open
from torch import nn

from rosetail.export.graph_builder import GraphBuilder
from rosetail.faces.drawn_heads import MULTIPLE
from rosetail.images import check_output, writing
from rosetail.methods.headfinder.network import HeadFinder, Same
from rosetail.training import checkpoint

Floats = NDArray[np.float32]

OUTPUTS = {"head": 1, "shift": 2, "size": 1, "landmarks": 10}  # channels


def export_headfinder(run: Path, out: Path) -> Path:
    """Write the finder of training run ``run`` to ``out``; raises OutputError, InputError."""
    check_output(out)
    with TemporaryDirectory() as scratch:
        weights = checkpoint.export_weights(run, Path(scratch, "finder.safetensors"))
        with safe_open(str(weights), framework="pt") as file:
            facts = dict(file.metadata())
        finder = HeadFinder(int(facts["width"]))
        checkpoint.load_weights(finder, weights)
    model = headfinder_graph(finder, facts)
    with writing(out) as part:
        part.write_bytes(model.SerializeToString())
    return out


def headfinder_graph(finder: HeadFinder, facts: Mapping[str, str]) -> onnx.ModelProto:
    """The finder as a graph; ``facts`` become its metadata."""
    graph = GraphBuilder(half=True)

    eighth = add_row(graph, finder.to_eighth, "eighth", "picture")
    sixteenth = add_row(graph, finder.to_sixteenth, "sixteenth", eighth)
    deepest = add_row(graph, finder.to_deepest, "deepest", sixteenth)
    risen = add_doubled(graph, add_layer(graph, finder.deepest_across, "deepest_across", deepest))
    across = add_layer(graph, finder.sixteenth_across, "sixteenth_across", sixteenth)
    up = graph.add("Add", risen, across)
    risen = add_doubled(graph, add_layer(graph, finder.at_sixteenth, "at_sixteenth", up))
    up = add_layer(graph, finder.at_eighth, "at_eighth", graph.add("Add", risen, eighth))
    maps = add_row(graph, finder.out, "out", up)
    first = 0
    for name, channels in OUTPUTS.items():
        bounds = graph.ints(first), graph.ints(first + channels), graph.ints(1)
        cut = graph.add("Slice", maps, *bounds, name=name if name != "head" else "")
        if name == "head":
            graph.add("Sigmoid", cut, name=name)
        first += channels
    model = graph.model(
        {"picture": (TensorProto.FLOAT, ["batch", 3, "height", "width"])},
        {
            name: (TensorProto.FLOAT, ["batch", channels, "rows", "columns"])
            for name, channels in OUTPUTS.items()
        },
        {
            "licence": "Apache-2.0",
            **facts,
            "network": "headfinder",
            "multiple": str(MULTIPLE),
            "value_range": "NCHW RGB, -1..1",
            "storage": "float16",
        },
    )
    model.graph.name = "headfinder"
    return model


def add_row(graph: GraphBuilder, layers: nn.Sequential, name: str, x: str) -> str:
    """One layer after another."""
    for number, layer in enumerate(layers):
        x = add_layer(graph, layer, f"{name}.{number}", x)
    return x


def add_layer(graph: GraphBuilder, layer: nn.Module, name: str, x: str) -> str:
    """A ConvNorm, a Same or a plain convolution of :mod:`rosetail.methods.headfinder.network`."""
    if isinstance(layer, Same):
        return graph.add("Add", x, add_layer(graph, layer.conv, name, x))
    if isinstance(layer, nn.Conv2d):
        plain = (value.numpy() for value in layer.state_dict().values())
        return _conv(graph, layer, next(plain), next(plain), name, x)
    conv, norm = cast(nn.Conv2d, layer[0]), cast(nn.BatchNorm2d, layer[1])  # type: ignore[index]
    return graph.add("Relu", _conv(graph, conv, *_folded(conv, norm), name, x))


def _conv(
    graph: GraphBuilder, conv: nn.Conv2d, kernel: Floats, bias: Floats, name: str, x: str
) -> str:
    names = graph.weight(kernel, f"{name}.weight"), graph.weight(bias, f"{name}.bias")
    return graph.add(
        "Conv",
        x,
        *names,
        pads=[int(conv.padding[0])] * 4,
        kernel_shape=list(conv.kernel_size),
        strides=list(conv.stride),
    )


def _folded(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[Floats, Floats]:
    """Kernel and bias of the convolution with its batch norm's running statistics in them."""
    state = {name: value.double().numpy() for name, value in norm.state_dict().items()}
    scale = state["weight"] / np.sqrt(state["running_var"] + norm.eps)
    kernel = conv.weight.detach().double().numpy() * scale[:, None, None, None]
    bias = state["bias"] - state["running_mean"] * scale
    return kernel.astype(np.float32), bias.astype(np.float32)


def add_doubled(graph: GraphBuilder, x: str) -> str:
    """Each value four times."""
    return graph.add(
        "Resize",
        x,
        "",
        graph.floats([1, 1, 2, 2]),
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


if __name__ == "__main__":
    written = export_headfinder(Path(sys.argv[1]), Path(sys.argv[2]))
    print(written, written.stat().st_size)
