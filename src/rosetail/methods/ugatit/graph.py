"""The generator of U-GAT-IT as ONNX nodes, for
:func:`rosetail.export.layer_graphs.picture_graph`."""

from __future__ import annotations

from typing import cast

import numpy as np
from onnx import TensorProto
from torch import Tensor, nn

from rosetail.export.graph_builder import GraphBuilder
from rosetail.export.layer_graphs import add, array
from rosetail.methods.ugatit.network import EPS, LIN, AdaBlock, Attention, UGatItGenerator


def add_generator(g: GraphBuilder, net: UGatItGenerator, name: str, x: str) -> str:
    """The drawing alone; the logits of the attention are for training."""
    x = _attention(g, net.attention, add(g, net.down, "down", x))
    read = g.add("Reshape", _seen(g, net, x), g.ints(0, -1))
    for number in (0, 2):
        read = _linear(g, cast(nn.Linear, net.read[number]), f"read.{number}", read)
        read = g.add("Relu", read)
    gain, offset = (
        g.add("Unsqueeze", _linear(g, getattr(net, part), part, read), g.ints(2, 3))
        for part in ("gain", "offset")
    )
    for number, block in enumerate(net.styled):
        x = _styled(g, cast(AdaBlock, block), f"styled.{number}", x, gain, offset)
    for number, layer in enumerate(net.up):
        here = f"up.{number}"
        x = _lin(g, layer, here, x) if isinstance(layer, LIN) else add(g, layer, here, x)
    return x


def _attention(g: GraphBuilder, attention: Attention, x: str) -> str:
    weighed = [
        g.add("Mul", x, g.weight(array(layer.weight).reshape(-1, 1, 1), f"attention.{name}"))
        for name, layer in (("mean", attention.mean), ("peak", attention.peak))
    ]
    both = g.add("Concat", *weighed, axis=1)
    return g.add("Relu", add(g, attention.mix, "attention.mix", both))


def _seen(g: GraphBuilder, net: UGatItGenerator, x: str) -> str:
    """The map as the layers that read it take it; see the network."""
    if not net.side:
        return g.add("GlobalAveragePool", x)
    start = g.add("Slice", g.add("Shape", x), g.ints(0), g.ints(2))
    size = g.add("Concat", start, g.ints(net.side, net.side), axis=0)
    how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    return g.add("Resize", x, "", "", size, **how)


def _linear(g: GraphBuilder, layer: nn.Linear, name: str, x: str) -> str:
    inputs = [g.weight(array(layer.weight), f"{name}.weight")]
    if layer.bias is not None:
        inputs.append(g.floats(array(layer.bias)))
    return g.add("Gemm", x, *inputs, transB=1)


def _styled(g: GraphBuilder, block: AdaBlock, name: str, x: str, gain: str, offset: str) -> str:
    def normed(part: str, rho: Tensor, y: str) -> str:
        y = add(g, getattr(block, part), f"{name}.{part}", y)
        y = _norm(g, rho, f"{name}.{part}.rho", y)
        return g.add("Add", g.add("Mul", y, gain), offset)

    y = g.add("Relu", normed("first", block.first_norm.rho, x))
    return g.add("Add", x, normed("second", block.second_norm.rho, y))


def _lin(g: GraphBuilder, layer: LIN, name: str, x: str) -> str:
    gain, offset = (
        g.weight(array(getattr(layer, part)), f"{name}.{part}") for part in ("gain", "offset")
    )
    return g.add("Add", g.add("Mul", _norm(g, layer.rho, f"{name}.rho", x), gain), offset)


def _norm(g: GraphBuilder, rho: Tensor, name: str, x: str) -> str:
    """Layer-instance norm with unbiased variances: the count of values is read when it runs."""
    share = g.weight(array(rho), name)
    sizes = g.add("Cast", g.add("Shape", x), to=TensorProto.FLOAT)
    kinds = []
    for axes in ((2, 3), (1, 2, 3)):
        away = g.add("Sub", x, g.add("ReduceMean", x, g.ints(*axes), keepdims=1))
        variance = g.add("ReduceMean", g.add("Mul", away, away), g.ints(*axes), keepdims=1)
        count = g.add("ReduceProd", g.add("Gather", sizes, g.ints(*axes)), keepdims=0)
        unbiased = g.add("Div", count, g.add("Sub", count, g.floats(1.0)))
        variance = g.add("Add", g.add("Mul", variance, unbiased), g.floats(EPS))
        kinds.append(g.add("Div", away, g.add("Sqrt", variance)))
    rest = g.add("Sub", g.floats(np.float32(1)), share)
    return g.add("Add", g.add("Mul", kinds[0], share), g.add("Mul", kinds[1], rest))
