"""A StyleGAN2 with its reader as ONNX nodes, for
:func:`rosetail.export.layer_graphs.picture_graph`.

The style that photos are drawn in is fixed in the file: its layers' scales are constants. Only the
coarse layers, which the photo has its say in, compute theirs when the graph runs.
"""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor

from rosetail.export.agreement import as_stored
from rosetail.export.graph_builder import GraphBuilder
from rosetail.export.layer_graphs import array
from rosetail.layers.equalized import ROOT2, SLOPE, DownBlock, EqualConv, EqualLinear
from rosetail.layers.modulated import EPSILON, Modulated
from rosetail.methods.stylegan2.network import NoisyConv, Reader, StyleGan2

FIR = np.outer([1, 3, 3, 1], [1, 3, 3, 1]).astype(np.float32) / 64
LINEAR = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}


def add_stylegan2(g: GraphBuilder, net: StyleGan2, name: str, photo: str) -> str:
    """A photo of any size drawn in the style of ``net.shown``, at its size."""
    net = as_stored(net) if g.half else net  # constants come from the numbers that are stored
    side = net.shape.side
    codes = _read(g, net.reader, _resized(g, photo, g.ints(side, side)))
    with torch.no_grad():
        shown = net.calm(net.shown)[0]
    drawing = _Drawing(g, net, codes, shown)
    picture = g.add("Clip", drawing.picture(), g.floats(-1.0), g.floats(1.0))
    return _resized(g, picture, g.add("Slice", g.add("RosesShape", photo), g.ints(2), g.ints(4)))


def _resized(g: GraphBuilder, x: str, size: str) -> str:
    start = g.add("Slice", g.add("RosesShape", x), g.ints(0), g.ints(2))
    return g.add("Resize", x, "", "", g.add("Concat", start, size, axis=0), **LINEAR)


def _scaled(g: GraphBuilder, value: Tensor, name: str, scale: float) -> str:
    """Weights as they are kept, times their equalised scale: engines multiply them once."""
    return g.add("Mul", g.weight(array(value), name), g.floats(scale))


def _conv(g: GraphBuilder, layer: EqualConv, name: str, x: str) -> str:
    inputs = [_scaled(g, layer.weight, f"{name}.weight", layer.scale)]
    if layer.bias is not None:
        inputs.append(g.floats(array(layer.bias) * layer.gain))
    size = layer.weight.shape[-1]
    pads, strides = [layer.padding] * 4, [layer.stride] * 2
    x = g.add("Conv", x, *inputs, pads=pads, kernel_shape=[size] * 2, strides=strides)
    return g.add("LeakyRelu", x, alpha=SLOPE) if layer.active else x


def _linear(g: GraphBuilder, layer: EqualLinear, name: str, x: str) -> str:
    weight = _scaled(g, layer.weight, f"{name}.weight", layer.scale)
    bias = g.floats(array(layer.bias) * layer.bias_scale)
    x = g.add("Gemm", x, weight, bias, transB=1)
    return g.add("LeakyRelu", x, alpha=SLOPE) if layer.active else x


def _blur(
    g: GraphBuilder, x: str, channels: int, padding: int, *, stride: int = 1, gain: float = 1
) -> str:
    kernel = g.floats(np.broadcast_to(gain * FIR, (channels, 1, 4, 4)))
    pads, strides = [padding] * 4, [stride] * 2
    return g.add("Conv", x, kernel, pads=pads, kernel_shape=[4, 4], strides=strides, group=channels)


def _read(g: GraphBuilder, reader: Reader, x: str) -> str:
    """Codes relative to the mean, (N, layers * latent)."""
    x = _conv(g, reader.stem, "reader.stem", x)
    for number, each in enumerate(reader.down):
        block, name = cast(DownBlock, each), f"reader.down.{number}"
        inside = block.first.weight.shape[1]
        main = _blur(g, _conv(g, block.first, f"{name}.first", x), inside, 2)
        main = _conv(g, block.second, f"{name}.second", main)
        skip = _conv(g, block.skip, f"{name}.skip", _blur(g, x, inside, 1, stride=2))
        x = g.add("Add", main, skip)
    hidden = _linear(g, reader.hidden, "reader.hidden", g.add("Flatten", x))
    return _linear(g, reader.out, "reader.out", hidden)


class _Drawing:
    """The synthesis, told by the codes of the photo in coarse layers and by the style in others."""

    def __init__(self, g: GraphBuilder, net: StyleGan2, codes: str, shown: Tensor) -> None:
        self.g, self.net, self.codes, self.shown = g, net, codes, shown
        count = g.add("Slice", g.add("RosesShape", codes), g.ints(0), g.ints(1))
        self.start = g.add("Expand", g.weight(array(net.synthesis.start), "start"), g.add(
            "Concat", count, g.ints(1, 1, 1), axis=0))  # fmt: skip

    def picture(self) -> str:
        g, synthesis = self.g, self.net.synthesis
        x = self.styled(synthesis.first, "first", 0, self.start)
        picture = self.rgb(0, 1, x)
        for number, (up, same) in enumerate(zip(synthesis.up, synthesis.same, strict=True)):
            place = 1 + 2 * number
            x = self.styled(cast(NoisyConv, up), f"up.{number}", place, x)
            x = self.styled(cast(NoisyConv, same), f"same.{number}", place + 1, x)
            rgb = self.rgb(number + 1, place + 2, x)
            picture = g.add("Add", self.doubled(picture), rgb)
        return picture

    def style(self, layer: Modulated, name: str, place: int) -> str:
        """The scales of a layer's inputs, (N or 1, I)."""
        if place >= self.net.shape.coarse:
            with torch.no_grad():
                return self.g.floats(array(layer.modulation(self.shown[None])))
        latent = self.net.shape.latent
        ends = (self.g.ints(place * latent), self.g.ints((place + 1) * latent), self.g.ints(1))
        code = self.g.add("Slice", self.codes, *ends)
        code = self.g.add("Add", code, self.g.floats(array(self.net.w_mean)))
        return _linear(self.g, layer.modulation, f"{name}.modulation", code)

    def wide(self, scales: str) -> str:
        return self.g.add("Unsqueeze", scales, self.g.ints(2, 3))

    def styled(self, layer: NoisyConv, name: str, place: int, x: str) -> str:
        g = self.g
        style = self.style(layer, name, place)
        x = g.add("Mul", x, self.wide(style))
        if layer.doubles:
            weight = _scaled(g, layer.weight.transpose(0, 1), f"{name}.weight", layer.scale)
            x = g.add("ConvTranspose", x, weight, kernel_shape=[3, 3], strides=[2, 2])
            x = _blur(g, x, layer.weight.shape[0], 1, gain=4)
        else:
            weight = _scaled(g, layer.weight, f"{name}.weight", layer.scale)
            x = g.add("Conv", x, weight, kernel_shape=[3, 3], pads=[1] * 4)
        energy = (array(layer.weight).astype(np.float64) * layer.scale) ** 2
        sums = g.add("MatMul", g.add("Mul", style, style), g.floats(energy.sum((2, 3)).T))
        size = g.add("Sqrt", g.add("Add", sums, g.floats(EPSILON)))
        x = g.add("Mul", x, self.wide(g.add("Div", g.floats(ROOT2), size)))
        noise = array(layer.noise[0] * layer.strength)
        rest = (array(layer.bias)[:, None, None] + noise) * ROOT2
        return g.add("LeakyRelu", g.add("Add", x, g.floats(rest)), alpha=SLOPE)

    def rgb(self, number: int, place: int, x: str) -> str:
        layer = cast(Modulated, self.net.synthesis.rgb[number])
        x = self.g.add("Mul", x, self.wide(self.style(layer, f"rgb.{number}", place)))
        weight = _scaled(self.g, layer.weight, f"rgb.{number}.weight", layer.scale)
        bias = self.g.floats(array(cast(Tensor, layer.bias)))
        return self.g.add("Conv", x, weight, bias, kernel_shape=[1, 1])

    def doubled(self, picture: str) -> str:
        """Bilinear with black beyond the border, as the blur doubles."""
        g = self.g
        framed = g.add("Pad", picture, g.ints(0, 0, 1, 1, 0, 0, 1, 1), g.floats(0.0))
        larger = g.add("Resize", framed, "", g.floats([1, 1, 2, 2]), **LINEAR)
        return g.add("Slice", larger, g.ints(2, 2), g.ints(-2, -2), g.ints(2, 3))
