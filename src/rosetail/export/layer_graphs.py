"""Rows of PyTorch's own layers as ONNX nodes, for the networks that are nothing else.

Matrices and kernels are stored as the graph stores weights (half precision), biases, gains and
what norms add up in single precision. No number in a graph depends on the size of a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto
from torch import Tensor, nn

from rosetail.export.graph_builder import GraphBuilder
from rosetail.layers.residual import Residual

Writer = Callable[[GraphBuilder, Any, str, str], str]  # graph, layer, its name, input -> output


def picture_graph(
    net: nn.Module,
    facts: Mapping[str, str],
    *,
    write: Writer | None = None,
    pixels: bool = True,
    half: bool = True,
) -> onnx.ModelProto:
    """The ONNX model of a network that turns pictures into pictures.

    ``image`` and ``anime`` are uint8 [N, H, W, 3] in RGB, or with ``pixels`` false float32
    [N, 3, H, W] in [-1, 1]. ``facts`` go into the header. ``write`` is for networks that are more
    than a row of layers.
    """
    g = GraphBuilder(half=half)
    y = (write or add)(g, net, "", from_bytes(g, "image") if pixels else "image")
    if pixels:
        to_bytes(g, y, "anime")
    else:
        g.add("Identity", y, name="anime")
    shape: list[int | str] = ["n", "h", "w", 3] if pixels else ["n", 3, "h", "w"]
    port = (TensorProto.UINT8 if pixels else TensorProto.FLOAT, shape)
    layout = "NHWC RGB uint8" if pixels else "NCHW RGB float32 in [-1, 1]"
    return g.model({"image": port}, {"anime": port}, {**facts, "input": layout})


def from_bytes(g: GraphBuilder, image: str) -> str:
    """uint8 [N, H, W, 3] to float32 [N, 3, H, W] in [-1, 1]."""
    x = g.add("Transpose", g.add("Cast", image, to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    return g.add("Sub", g.add("Mul", x, g.floats(1 / 127.5)), g.floats(1.0))


def to_bytes(g: GraphBuilder, y: str, name: str) -> str:
    """float32 [N, 3, H, W] in [-1, 1] to uint8 [N, H, W, 3], rounded to nearest."""
    y = g.add("Round", g.add("Add", g.add("Mul", y, g.floats(127.5)), g.floats(127.5)))
    return g.add("Cast", g.add("Transpose", y, perm=[0, 2, 3, 1]), name=name, to=TensorProto.UINT8)


def add(g: GraphBuilder, layer: nn.Module, name: str, x: str) -> str:
    """One layer, or a row of them. Raises TypeError for a layer that has no writer here."""
    for kind, write in WRITERS.items():
        if isinstance(layer, kind) and type(layer).forward is kind.forward:  # and does no more
            return write(g, layer, name, x)
    raise TypeError(f"{name}: no way to write a {type(layer).__name__} as ONNX")


def array(tensor: Tensor) -> NDArray[np.float32]:
    """A parameter as NumPy holds it."""
    return tensor.detach().float().cpu().numpy()


def _row(g: GraphBuilder, row: nn.Sequential, name: str, x: str) -> str:
    for number, layer in enumerate(row):
        x = add(g, layer, f"{name}.{number}" if name else str(number), x)
    return x


def _residual(g: GraphBuilder, row: Residual, name: str, x: str) -> str:
    return g.add("Add", x, _row(g, row, name, x))


def _conv(g: GraphBuilder, conv: nn.Conv2d, name: str, x: str) -> str:
    inputs = [g.weight(array(conv.weight), f"{name}.weight")]
    if conv.bias is not None:
        inputs.append(g.floats(array(conv.bias)))
    rows, columns = (int(each) for each in conv.padding)
    pads = [rows, columns] * 2
    return g.add("Conv", x, *inputs, strides=list(conv.stride), pads=pads, group=conv.groups)


def _rise(g: GraphBuilder, conv: nn.ConvTranspose2d, name: str, x: str) -> str:
    inputs = [g.weight(array(conv.weight), f"{name}.weight")]
    if conv.bias is not None:
        inputs.append(g.floats(array(conv.bias)))
    rows, columns = (int(each) for each in conv.padding)
    return g.add(
        "ConvTranspose",
        x,
        *inputs,
        strides=list(conv.stride),
        pads=[rows, columns] * 2,
        output_padding=list(conv.output_padding),
    )


def _mirror(g: GraphBuilder, pad: nn.ReflectionPad2d, name: str, x: str) -> str:
    left, right, top, bottom = pad.padding
    return g.add("Pad", x, g.ints(0, 0, top, left, 0, 0, bottom, right), mode="reflect")


def _instance_norm(g: GraphBuilder, norm: nn.InstanceNorm2d, name: str, x: str) -> str:
    channels = norm.num_features
    gain = array(norm.weight) if norm.affine else np.ones(channels)
    bias = array(norm.bias) if norm.affine else np.zeros(channels)
    return g.add("InstanceNormalization", x, g.floats(gain), g.floats(bias), epsilon=norm.eps)


def _layer_norm(g: GraphBuilder, norm: nn.GroupNorm, name: str, x: str) -> str:
    """Group norm of one group: instance norm of all channels as one."""
    if norm.num_groups != 1:
        raise TypeError(f"{name}: only a group norm of one group can be written as ONNX")
    flat = g.add("Reshape", x, g.ints(0, 1, -1))
    flat = g.add("InstanceNormalization", flat, g.floats([1.0]), g.floats([0.0]), epsilon=norm.eps)
    x = g.add("Reshape", flat, g.add("Shape", x))
    gain, bias = (g.floats(array(each)[:, None, None]) for each in (norm.weight, norm.bias))
    return g.add("Add", g.add("Mul", x, gain), bias)


def _double(g: GraphBuilder, layer: nn.Upsample, name: str, x: str) -> str:
    if layer.scale_factor != 2 or layer.mode not in ("nearest", "bilinear"):
        raise TypeError(f"{name}: only doubling, nearest or bilinear, can be written as ONNX")
    linear = layer.mode == "bilinear"
    way = {"mode": "linear" if linear else "nearest"}
    placed = "align_corners" if layer.align_corners else "half_pixel"
    way["coordinate_transformation_mode"] = placed if linear else "asymmetric"
    if not linear:
        way["nearest_mode"] = "floor"
    return g.add("Resize", x, "", g.floats([1, 1, 2, 2]), **way)


WRITERS: dict[type[nn.Module], Writer] = {
    Residual: _residual,
    nn.Sequential: _row,
    nn.Conv2d: _conv,
    nn.ConvTranspose2d: _rise,
    nn.ReflectionPad2d: _mirror,
    nn.InstanceNorm2d: _instance_norm,
    nn.GroupNorm: _layer_norm,
    nn.Upsample: _double,
    nn.ReLU: lambda g, layer, name, x: g.add("Relu", x),
    nn.LeakyReLU: lambda g, layer, name, x: g.add("LeakyRelu", x, alpha=layer.negative_slope),
    nn.Tanh: lambda g, layer, name, x: g.add("Tanh", x),
}
