"""The Roses generator as ONNX graphs, cut where work is done once and where it is done often.

====== ========================== =================== ==============================================
graph  takes                      gives               how often it runs
====== ========================== =================== ==============================================
encode ``image`` bytes            ``content, style``  once a photo
map    ``z`` (N, style)           ``w`` (N, latent)   once a character
scales ``w`` (N, latent)          ``scales`` (N, S)   once an edit
decode ``content``, ``scales``,   ``anime`` bytes     for every picture; one content in many styles
       ``landmarks``              ``figure`` bytes    when its first side is 1
====== ========================== =================== ==============================================

Bytes are uint8 [N, H, W, 3], RGB. ``figure``, which only a palette has, is RGBA, without the
ground: the colours are the figure's own right up to its border. ``landmarks`` (N, 5, 2), of the
content, x and y from -1 to 1 and NaN where they are not known, a template asks for. ``scales`` are
the styles s of every modulated convolution and, where it is demodulated, sqrt(2) over the expected
size of each output, all in one row (:func:`layers` has the order, the header of ``scales`` tells
it). They are a graph of their own because they want single precision, which costs nothing there,
while the convolutions may run in less.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from torch import Tensor

from rosetail.engines.ports import EXACT
from rosetail.export.graph_builder import GraphBuilder
from rosetail.layers.equalized import (
    ROOT2,
    SLOPE,
    BlurredConv,
    DownBlock,
    EqualConv,
    EqualLinear,
    ResBlock,
)
from rosetail.layers.modulated import Modulated, StyledConv, ToRgb
from rosetail.methods.doubletail.finish import Finish, strokes
from rosetail.methods.roses.close_up import FACE, FADE, HEAD, LEAST, PART, CloseUp, Zones
from rosetail.methods.roses.network import EPSILON, Roses, RosesDecoder
from rosetail.methods.roses.palette import (
    FULL_EDGE,
    LEAST_EDGE,
    LEAST_STROKE,
    LIGHT_STROKES,
    PaletteDecoder,
)
from rosetail.methods.roses.template import BASE, LANDMARKS, PLANES, POINTS, Template

FLOAT, BYTE = TensorProto.FLOAT, TensorProto.UINT8
IMAGE = (BYTE, ["n", "h", "w", 3])
INK = Finish(dark=1.0, light=LIGHT_STROKES, least=LEAST_STROKE)
LEAST_SHARE = 1 / 255  # below it nothing of a figure shows
FIR = np.outer([1, 3, 3, 1], [1, 3, 3, 1]).astype(np.float32) / 64


def encode_graph(roses: Roses, facts: Mapping[str, str], *, half: bool = True) -> onnx.ModelProto:
    """Photo to content and style. ``facts`` join the metadata; ``half``: weights stored so."""
    net = _Graph(half)
    g, encoder = net.graph, roses.encoder
    image, larger = _from_bytes(g, "image"), roses.shape.larger
    if larger > 1:
        image = g.add("AveragePool", image, kernel_shape=[larger] * 2, strides=[larger] * 2)
    maps = [net.conv(encoder.stem, "stem", image)]
    for number, block in enumerate(encoder.down):
        maps.append(net.halved(cast(DownBlock, block), f"down.{number}", maps[-1]))
    x = maps[-1] = net.kept(encoder.kept, "kept", maps[-1])
    first, second = (cast(EqualConv, each) for each in encoder.content)
    g.add(
        "Identity", net.conv(second, "content.1", net.conv(first, "content.0", x)), name="content"
    )
    for number, each in enumerate(encoder.style_down):
        x = net.blurred(cast(BlurredConv, each), f"style_down.{number}", x)
    if roses.shape.side:
        flat = g.add("Flatten", x)
    else:
        flat = g.add("Concat", *(part for each in [*maps, x] for part in _moments(g, each)), axis=1)
    hidden = net.linear(encoder.style_hidden, "style_hidden", flat)
    net.linear(encoder.style_out, "style_out", hidden, called="style")
    content = ["n", roses.shape.widths[-1], "content_h", "content_w"]
    outputs = {"content": (FLOAT, content), "style": (FLOAT, ["n", roses.shape.style])}
    return _finished(g, "encode", roses, {"image": IMAGE}, outputs, facts)


def map_graph(roses: Roses, facts: Mapping[str, str]) -> onnx.ModelProto:
    """Style codes z to w; weights stored in single precision."""
    net = _Graph(half=False)
    x = "z"
    last = roses.shape.mapping - 1
    for number, each in enumerate(roses.mapping.layers):
        name = "w" if number == last else ""
        x = net.linear(cast(EqualLinear, each), f"mapping.{number}", x, called=name)
    inputs = {"z": (FLOAT, ["n", roses.shape.style])}
    outputs = {"w": (FLOAT, ["n", roses.shape.latent])}
    return _finished(net.graph, "map", roses, inputs, outputs, facts)


def scales_graph(roses: Roses, facts: Mapping[str, str]) -> onnx.ModelProto:
    """w to the scales of every layer; weights stored in single precision."""
    net = _Graph(half=False)
    g = net.graph
    rows = []
    for name, layer in layers(roses.decoder):
        style = net.linear(layer.modulation, f"{name}.modulation", "w")
        rows.append(style)
        if isinstance(layer, StyledConv):
            energy = _array(layer.weight * layer.scale).astype(np.float64) ** 2
            squares = g.weight(energy.sum((2, 3)).T / 2, f"{name}.squares")
            sizes = g.add("MatMul", g.add("Mul", style, style), squares)
            sizes = g.add("Sqrt", g.add("Add", sizes, g.floats(0.5e-8)))
            rows.append(g.add("Reciprocal", sizes))
    for name, linear in numbers(roses.decoder):
        rows.append(net.linear(linear, name, "w"))
    g.add("Concat", *rows, name="scales", axis=1)
    inputs = {"w": (FLOAT, ["n", roses.shape.latent])}
    outputs = {"scales": (FLOAT, ["n", sum(widths(roses.decoder))])}
    told = {**facts, "layers": layout(roses.decoder), "groups": " ".join(groups(roses))}
    return _finished(g, "scales", roses, inputs, outputs, told)


def decode_graph(
    roses: Roses,
    facts: Mapping[str, str],
    *,
    half: bool = True,
) -> onnx.ModelProto:
    """Content and scales to a picture."""
    net = _Graph(half)
    g, decoder = net.graph, roses.decoder
    draw = _Drawing(net, decoder)
    template = template_of(decoder)
    points = draw.points(template) if template else ""
    told = _held(g, points) if [*close_ups(decoder)] else ""
    added = draw.template(template, points) if template else []
    begin = g.add("Add", "content", added[0]) if added else "content"
    x = draw.styled("block.second", draw.styled("block.first", begin))
    x = g.add("Mul", g.add("Add", x, begin), g.floats(1 / ROOT2))
    maps = [draw.styled("first", x)]
    for number in range(len(decoder.rise)):
        grown = draw.styled(f"rise.{number}.up", maps[-1])
        if number + 1 < len(added):
            grown = g.add("Add", grown, added[number + 1])
        if number + 1 == len(decoder.rise):
            for name, each in close_ups(decoder):
                grown = g.add("Add", grown, draw.close_up(each, name, points, told, grown))
        maps.append(draw.styled(f"rise.{number}.same", grown))
    outputs = {"anime": (BYTE, ["out_n", "h", "w", 3])}
    if isinstance(decoder, PaletteDecoder):
        picture, figure = draw.mixed(decoder, maps[-1], points)
        _to_bytes(g, figure, "figure")
        outputs["figure"] = (BYTE, ["out_n", "h", "w", 4])
    else:
        picture = draw.summed(decoder, maps)
    _to_bytes(g, picture, "anime")
    content = ["content_n", roses.shape.widths[-1], "content_h", "content_w"]
    inputs = {
        "content": (FLOAT, content),
        "scales": (FLOAT, ["n", sum(widths(decoder))]),
    }
    if template:
        inputs["landmarks"] = (FLOAT, ["content_n", LANDMARKS, 2])
    return _finished(g, "decode", roses, inputs, outputs, facts)


def layers(decoder: RosesDecoder | PaletteDecoder) -> Iterator[tuple[str, Modulated]]:
    """The modulated convolutions in the order of their scales: name and layer."""
    for name, layer in decoder.named_modules():
        if isinstance(layer, Modulated):
            yield name, layer


def template_of(decoder: RosesDecoder | PaletteDecoder) -> Template | None:
    """What draws the style's own maps, if anything does."""
    return decoder.template if isinstance(decoder, PaletteDecoder) else None


def close_ups(decoder: RosesDecoder | PaletteDecoder) -> Iterator[tuple[str, CloseUp]]:
    """What draws eyes, mouth and head apart, by name."""
    if isinstance(decoder, PaletteDecoder):
        for number, each in enumerate(decoder.close_ups):
            yield f"close_ups.{number}", cast(CloseUp, each)


def numbers(decoder: RosesDecoder | PaletteDecoder) -> Iterator[tuple[str, EqualLinear]]:
    """What else w says, behind the scales of all layers: the numbers of a template and of close-ups
    and last of all a palette's colours."""
    if template := template_of(decoder):
        yield "template.numbers", template.numbers
    for name, closer in close_ups(decoder):
        yield f"{name}.numbers", closer.numbers
    if isinstance(decoder, PaletteDecoder):
        yield "palette", decoder.palette


def widths(decoder: RosesDecoder | PaletteDecoder) -> list[int]:
    """How many scales each layer has: one an input channel, one an output where demodulated. Behind
    them come :func:`numbers`."""
    found = []
    for _, layer in layers(decoder):
        outside, inside = layer.weight.shape[:2]
        found.append(inside + (outside if isinstance(layer, StyledConv) else 0))
    return [*found, *(len(layer.bias) for _, layer in numbers(decoder))]


def groups(roses: Roses) -> list[str]:
    """Names of the groups of layers, one a resolution, coarse to fine: its part of the side. The
    colours of a palette are the last group."""
    last = len(roses.decoder.rise)
    names = [f"1/{roses.shape.fold * 2 ** (last - number)}" for number in range(last + 1)]
    return [*names, "palette"] if roses.shape.palette else names


def layout(decoder: RosesDecoder | PaletteDecoder) -> str:
    """JSON: for each layer in the order of the scales, styles, sizes and its group's number. What a
    template is made of is the coarsest group's, and that of close-ups the finest's."""
    last = len(decoder.rise)
    others = {"template": 0, "palette": last + 1}
    rows = []
    for (name, layer), width in zip(layers(decoder), widths(decoder), strict=False):
        styles = layer.weight.shape[1]
        part, *number = name.split(".")
        group = int(number[0]) + 1 if part == "rise" else last if part == "shares" else 0
        rows.append([styles, width - styles, group])
    for name, linear in numbers(decoder):
        rows.append([len(linear.bias), 0, others.get(name.split(".")[0], last)])
    return json.dumps(rows)


class _Graph:
    """Equalised layers as nodes, their scales and gains in the weights."""

    def __init__(self, half: bool) -> None:
        self.graph = GraphBuilder(half=half)

    def conv(self, layer: EqualConv, name: str, x: str) -> str:
        g = self.graph
        names = [g.weight(_array(layer.weight * layer.scale), f"{name}.weight")]
        if layer.bias is not None:
            names.append(g.weight(_array(layer.bias * layer.gain), f"{name}.bias"))
        size = layer.weight.shape[-1]
        x = g.add(
            "Conv",
            x,
            *names,
            kernel_shape=[size] * 2,
            strides=[layer.stride] * 2,
            pads=[layer.padding] * 4,
        )
        return self.leaky(x) if layer.active else x

    def linear(self, layer: EqualLinear, name: str, x: str, *, called: str = "") -> str:
        g = self.graph
        weight = g.weight(_array(layer.weight * layer.scale).T, f"{name}.weight")
        bias = g.weight(_array(layer.bias * layer.bias_scale), f"{name}.bias")
        sums = g.add("MatMul", x, weight)
        if not layer.active:
            return g.add("Add", sums, bias, name=called)
        return self.leaky(g.add("Add", sums, bias), called)

    def leaky(self, x: str, name: str = "") -> str:
        return self.graph.add("LeakyRelu", x, name=name, alpha=SLOPE)

    def blur(self, x: str, channels: int, padding: int, *, stride: int = 1, gain: float = 1) -> str:
        """Depthwise, with one constant kernel for each number of channels."""
        g = self.graph
        kernel = g.floats(np.broadcast_to(gain * FIR, (channels, 1, 4, 4)))
        return g.add(
            "Conv",
            x,
            kernel,
            group=channels,
            kernel_shape=[4, 4],
            strides=[stride] * 2,
            pads=[padding] * 4,
        )

    def blurred(self, layer: BlurredConv, name: str, x: str) -> str:
        return self.conv(layer.conv, name, self.blur(x, layer.conv.weight.shape[1], 2))

    def halved(self, block: DownBlock, name: str, x: str) -> str:
        inside = block.first.weight.shape[1]
        main = self.blur(self.conv(block.first, f"{name}.first", x), inside, 2)
        main = self.conv(block.second, f"{name}.second", main)
        skip = self.conv(block.skip, f"{name}.skip", self.blur(x, inside, 1, stride=2))
        return self.graph.add("Add", main, skip)

    def kept(self, block: ResBlock, name: str, x: str) -> str:
        g = self.graph
        main = self.conv(block.second, f"{name}.second", self.conv(block.first, f"{name}.first", x))
        return g.add("Add", main, g.add("Mul", x, g.floats(1 / ROOT2)))


class _Drawing:
    """The decoder's modulated layers, reading their scales from the input."""

    def __init__(self, net: _Graph, decoder: RosesDecoder | PaletteDecoder) -> None:
        self.net = net
        self.layers = dict(layers(decoder))
        ends = np.cumsum(widths(decoder)).tolist()
        parts = [*self.layers, *(name for name, _ in numbers(decoder))]
        self.starts = dict(zip(parts, [0, *ends], strict=False))

    def part(self, first: int, count: int) -> str:
        """That part of the scales, (N, count)."""
        g = self.net.graph
        return g.add("Slice", "scales", g.ints(first), g.ints(first + count), g.ints(1))

    def scale(self, first: int, count: int) -> str:
        """That part of the scales as (N, count, 1, 1)."""
        g = self.net.graph
        return g.add("Unsqueeze", self.part(first, count), g.ints(2, 3))

    def template(self, template: Template, points: str) -> list[str]:
        """What is added to the content's maps, and to those of twice and four times its size."""
        g = self.net.graph
        numbers = self.part(self.starts["template.numbers"], len(template.numbers.bias))
        maps = self.grown(template, "template", numbers, PLANES)
        bent = self.bent(maps, self.places(template, points), "border")
        pooled = [
            g.add("AveragePool", bent, kernel_shape=[times] * 2, strides=[times] * 2)
            for times in (4, 2)
        ]
        return [
            self.net.conv(cast(EqualConv, out), f"template.out.{number}", x)
            for number, (out, x) in enumerate(zip(template.out, [*pooled, bent], strict=True))
        ]

    def close_up(self, closer: CloseUp, name: str, points: str, held: str, x: str) -> str:
        """What is added to ``x``, a map of the picture's own layers."""
        g = self.net.graph
        state = self.net.linear(closer.state, f"{name}.state", held)
        numbers = self.part(self.starts[f"{name}.numbers"], len(closer.numbers.bias))
        told = g.add("Concat", *_as_many(g, numbers, state), axis=1)
        told = self.net.linear(closer.hidden, f"{name}.hidden", told)
        maps = self.grown(closer, name, told, closer.zones.maps)
        places = _zone_places(g, points, closer.zones, x, f"{name}.places{EXACT}")
        return self.net.conv(closer.out, f"{name}.out", self.bent(maps, places, "zeros"))

    def grown(self, layers: Template | CloseUp, name: str, told: str, planes: int) -> str:
        """Maps (N, planes, C, S, S) that a style draws in their own place."""
        g = self.net.graph
        x = self.net.linear(layers.spread, f"{name}.spread", told)
        x = g.add("Reshape", x, g.ints(0, -1, BASE, BASE))
        for number, conv in enumerate(layers.grow):
            larger = _resized(g, x, 2, "linear")
            x = self.net.conv(cast(EqualConv, conv), f"{name}.grow.{number}", larger)
        side = BASE * 2 ** len(layers.grow)
        return g.add("Reshape", x, g.ints(0, planes, -1, side, side))

    def points(self, template: Template) -> str:
        """Where its points are: (N, POINTS, 2), known or found in the content."""
        g = self.net.graph
        heat = self.net.conv(template.point, "template.point", "content")
        shares = g.add("Softmax", g.add("Reshape", heat, g.ints(0, 0, -1)), axis=2)
        points = g.add("MatMul", shares, _flat_places(g, "content"))
        off = self.net.conv(template.nearer, "template.nearer", _shown(g, points))
        off = g.add("Transpose", g.add("Squeeze", off, g.ints(3)), perm=[0, 2, 1])
        found = g.add("Add", points, off)
        first = g.add("Slice", found, g.ints(0), g.ints(LANDMARKS), g.ints(1))
        others = g.add("Slice", found, g.ints(LANDMARKS), g.ints(POINTS), g.ints(1))
        known = g.add("Where", g.add("IsNaN", "landmarks"), first, "landmarks")
        return g.add("Concat", known, others, axis=1, name=f"points{EXACT}")

    def places(self, template: Template, points: str) -> str:
        """Where each plane is looked at: (N, PLANES, H, W, 2)."""
        g = self.net.graph
        affine = self.net.linear(template.place, "template.place", g.add("Flatten", points))
        affine = g.add("Reshape", affine, g.ints(-1, PLANES, 2, 3, 1, 1))
        bend = _resized(g, self.net.conv(template.bend, "template.bend", "content"), 4, "linear")
        size = g.add("Shape", bend, start=2)
        bend = g.add("Reshape", bend, _sizes(g, (-1, PLANES, 2), size))
        factors = (*_own_places(g, bend), g.floats(1.0))
        for number, factor in enumerate(factors):
            part = g.add("Gather", affine, g.add("Squeeze", g.ints(number), g.ints(0)), axis=3)
            bend = g.add("Add", bend, g.add("Mul", part, factor))
        return g.add("Transpose", bend, perm=[0, 1, 3, 4, 2], name=f"template.places{EXACT}")

    def bent(self, maps: str, places: str, beyond: str) -> str:
        """Each plane looked at in its own places: (N, C, H, W); one of either serves many."""
        g = self.net.graph
        flat = [
            g.add("Reshape", each, _sizes(g, (-1,), g.add("Shape", each, start=2)))
            for each in _as_many(g, maps, places)
        ]
        seen = g.add("GridSample", *flat, mode="bilinear", padding_mode=beyond, align_corners=0)
        planes = g.add("Shape", places, start=1, end=2)
        size = g.add("Shape", seen, start=2)
        apart = g.add("Concat", g.ints(-1), planes, g.add("Shape", seen, start=1), axis=0)
        seen = g.add("Reshape", seen, apart)
        return g.add("Reshape", seen, _sizes(g, (0, -1), size))

    def styled(self, name: str, x: str) -> str:
        layer, g = cast(StyledConv, self.layers[name]), self.net.graph
        outside, inside = layer.weight.shape[:2]
        start = self.starts[name]
        weight = layer.weight * layer.scale
        x = g.add("Mul", x, self.scale(start, inside))
        bias = g.weight(_array(layer.bias * ROOT2)[:, None, None], f"{name}.bias")
        if layer.doubles:
            kernel = g.weight(_array(weight.transpose(0, 1)), f"{name}.weight")
            x = g.add("ConvTranspose", x, kernel, kernel_shape=[3, 3], strides=[2, 2])
            x = self.net.blur(x, outside, 1, gain=4)
        else:
            kernel = g.weight(_array(weight), f"{name}.weight")
            x = g.add("Conv", x, kernel, kernel_shape=[3, 3], pads=[1] * 4)
        x = g.add("Mul", x, self.scale(start + inside, outside))
        return self.net.leaky(g.add("Add", x, bias))

    def rgb(self, name: str, x: str) -> str:
        layer, g = cast(ToRgb, self.layers[name]), self.net.graph
        weight = layer.weight * layer.scale
        x = g.add("Mul", x, self.scale(self.starts[name], weight.shape[1]))
        names = (
            g.weight(_array(weight), f"{name}.weight"),
            g.weight(_array(layer.bias), f"{name}.bias"),
        )
        x = g.add("Conv", x, *names, kernel_shape=[1, 1])
        if layer.fold == 1:
            return x
        return g.add("DepthToSpace", x, blocksize=layer.fold, mode="CRD")

    def summed(self, decoder: RosesDecoder, maps: list[str]) -> str:
        """The maps of every size, coarse to fine, to a picture (N, 3, H, W)."""
        g = self.net.graph
        picture = self.rgb("first_rgb", maps[0])
        for number, x in enumerate(maps[1:]):
            picture = g.add("Add", _doubled(g, picture), self.rgb(f"rise.{number}.rgb", x))
        return _enlarged(g, picture, decoder.larger)

    def mixed(self, decoder: PaletteDecoder, x: str, points: str) -> tuple[str, str]:
        """The finest map, with the points of a template if there is one, to a picture (N, 3, H, W),
        shares of the palette's colours, and to the figure (N, 4, H, W): the picture without the
        ground, and twice its share less 1."""
        g, count = self.net.graph, len(decoder.palette.bias)
        shares = self.rgb("shares", x)
        if decoder.folded:
            shares = _smoothed(g, shares, count // 3)
        shares = _enlarged(g, shares, decoder.larger)
        if decoder.steep != 1:
            shares = g.add("Mul", shares, g.floats(float(decoder.steep)))
        colours = self.part(self.starts["palette"], count)
        columns = g.add("Transpose", g.add("Reshape", colours, g.ints(-1, count // 3, 3)),
                        perm=[0, 2, 1])  # fmt: skip
        size = g.add("Concat", g.ints(0, 3), g.add("Shape", shares, start=2), axis=0)
        shares = g.add("Softmax", shares, axis=1)
        flat = g.add("Reshape", shares, g.ints(0, 0, -1))
        picture = g.add("Reshape", g.add("MatMul", columns, flat), size)
        ground = g.add("Slice", shares, g.ints(0), g.ints(1), g.ints(1))
        theirs = g.add("Unsqueeze", g.add("Slice", columns, g.ints(0), g.ints(1), g.ints(2)),
                       g.ints(3))  # fmt: skip
        share = g.add("Sub", g.floats(1.0), ground)
        own = g.add("Sub", picture, g.add("Mul", ground, theirs))
        own = g.add("Div", own, g.add("Max", share, g.floats(LEAST_SHARE)))
        if decoder.ink:
            drawn = strokes(g, picture, INK)
            drawn = g.add("Mul", drawn, g.floats(decoder.ink))
            picture, own = g.add("Add", picture, drawn), g.add("Add", own, drawn)
        alpha = g.add("Sub", g.add("Mul", share, g.floats(2.0)), g.floats(1.0))
        if decoder.outline:
            lines = _edges(g, g.add("Concat", picture, alpha, axis=1))
            if points:
                lines = g.add("Mul", lines, _beside_parts(g, points, lines))
            light = g.add("Mul", lines, g.floats(decoder.outline))
            light = g.add("Sub", g.floats(1.0), light)
            picture, own = (_shaded(g, each, light) for each in (picture, own))
        return picture, g.add("Concat", own, alpha, axis=1)


def _edges(g: GraphBuilder, x: str) -> str:
    """See :func:`rosetail.methods.roses.network.edges`."""

    def most(x: str) -> str:
        above = g.add("MaxPool", x, kernel_shape=[3, 1], pads=[1, 0, 1, 0])
        return g.add("Max", above, g.add("MaxPool", x, kernel_shape=[1, 3], pads=[0, 1, 0, 1]))

    step = g.add("Add", most(x), most(g.add("Neg", x)))
    step = g.add("ReduceSum", g.add("Mul", step, step), g.ints(1), keepdims=1)
    step = g.add("Sub", g.add("Sqrt", step), g.floats(LEAST_EDGE))
    step = g.add("Mul", step, g.floats(1 / (FULL_EDGE - LEAST_EDGE)))
    return g.add("Clip", step, g.floats(0.0), g.floats(1.0))


def _shaded(g: GraphBuilder, picture: str, light: str) -> str:
    """Times ``light``, black being -1."""
    lit = g.add("Mul", g.add("Add", picture, g.floats(1.0)), light)
    return g.add("Sub", lit, g.floats(1.0))


def _doubled(g: GraphBuilder, picture: str) -> str:
    """Twice the size with black beyond the border: the blur's doubling is bilinear."""
    framed = g.add("Pad", picture, g.ints(0, 0, 1, 1, 0, 0, 1, 1), g.floats(0.0))
    larger = _resized(g, framed, 2, "linear")
    return g.add("Slice", larger, g.ints(2, 2), g.ints(-2, -2), g.ints(2, 3))


def _resized(g: GraphBuilder, x: str, times: int, mode: str) -> str:
    """So many times the height and width, pixels' middles kept in place."""
    return g.add(
        "Resize",
        x,
        "",
        g.floats([1, 1, times, times]),
        mode=mode,
        coordinate_transformation_mode="half_pixel",
    )


def _sizes(g: GraphBuilder, known: tuple[int, ...], others: str) -> str:
    return g.add("Concat", g.ints(*known), others, axis=0)


def _own_places(g: GraphBuilder, x: str) -> tuple[str, str]:
    """x (W,) and y (H, 1) of the middles of places, -1 to 1 from border to border, for maps
    (..., H, W)."""
    found = []
    for count in (g.add("Shape", x, start=-1), g.add("Shape", x, start=-2, end=-1)):
        number = g.add("Cast", g.add("Squeeze", count, g.ints(0)), to=FLOAT)
        steps = g.add("Range", g.floats(0.0), number, g.floats(1.0))
        double = g.add("Add", g.add("Mul", steps, g.floats(2.0)), g.floats(1.0))
        found.append(g.add("Sub", g.add("Div", double, number), g.floats(1.0)))
    return found[0], g.add("Unsqueeze", found[1], g.ints(1))


def _flat_places(g: GraphBuilder, x: str) -> str:
    """x and y of the middles of places, row by row: (H W, 2)."""
    across, down = _own_places(g, x)
    whole = g.add("Expand", g.floats(np.zeros((1, 1))), g.add("Shape", x, start=2))
    rows = [g.add("Reshape", g.add("Add", whole, each), g.ints(-1, 1)) for each in (across, down)]
    return g.add("Concat", *rows, axis=1)


def _shown(g: GraphBuilder, points: str) -> str:
    """What the content shows at points (N, P, 2): (N, C, P, 1)."""
    at = g.add("Unsqueeze", points, g.ints(2))
    return g.add(
        "GridSample", "content", at, mode="bilinear", padding_mode="border", align_corners=0
    )


def _frames(g: GraphBuilder, points: str) -> str:
    """:func:`rosetail.methods.roses.close_up.eye_frames`, transposed: (N, 2, 2)."""
    left, right = (
        g.add("Gather", points, g.add("Squeeze", g.ints(eye), g.ints(0)), axis=1) for eye in (0, 1)
    )
    across = g.add("Sub", right, left)
    down = g.add("MatMul", across, g.floats([[0.0, 1.0], [-1.0, 0.0]]))
    square = g.add("ReduceSum", g.add("Mul", across, across), g.ints(1), keepdims=1)
    square = g.add("Max", square, g.floats(LEAST**2))
    axes = [g.add("Unsqueeze", g.add("Div", each, square), g.ints(2)) for each in (across, down)]
    return g.add("Concat", *axes, axis=2)


def _zone_places(g: GraphBuilder, points: str, zones: Zones, x: str, name: str = "") -> str:
    """:func:`rosetail.methods.roses.close_up.zone_grid` for maps of the size of ``x``."""
    frame = g.add("Div", _frames(g, points), g.floats(zones.reach))
    centres = g.add("MatMul", _centres(g, points, zones), frame)
    own = g.add("MatMul", _flat_places(g, x), frame)
    size = g.add("Concat", g.add("Shape", x, start=2), g.ints(2), axis=0)
    own = g.add("Reshape", own, _sizes(g, (-1, 1), size))
    return g.add("Sub", own, g.add("Unsqueeze", centres, g.ints(2, 3)), name=name)


def _beside_parts(g: GraphBuilder, points: str, x: str) -> str:
    """1 less :func:`rosetail.methods.roses.close_up.face_mask` for maps of the size of ``x``."""
    far = _zone_places(g, points, FACE, x)
    far = g.add("Sqrt", g.add("ReduceSum", g.add("Mul", far, far), g.ints(4), keepdims=0))
    far = g.add("ReduceMin", far, g.ints(1), keepdims=1)
    beside = g.add("Sub", g.add("Mul", far, g.floats(1 / FADE)), g.floats(PART / FADE))
    return g.add("Clip", beside, g.floats(0.0), g.floats(1.0))


def _centres(g: GraphBuilder, points: str, zones: Zones) -> str:
    """:func:`rosetail.methods.roses.close_up.zone_centres`."""
    eyes = g.add("Slice", points, g.ints(0), g.ints(2), g.ints(1))
    if zones == HEAD:
        return g.add("ReduceMean", eyes, g.ints(1), keepdims=1)
    mouth = g.add("Slice", points, g.ints(3), g.ints(LANDMARKS), g.ints(1))
    return g.add("Concat", eyes, g.add("ReduceMean", mouth, g.ints(1), keepdims=1), axis=1)


def _held(g: GraphBuilder, points: str) -> str:
    """:func:`rosetail.methods.roses.close_up.face_state`."""
    at = g.add("Slice", points, g.ints(0), g.ints(LANDMARKS), g.ints(1))
    middle = _centres(g, points, HEAD)
    own = g.add("MatMul", g.add("Sub", at, middle), _frames(g, points))
    return g.add("Concat", g.add("Flatten", _shown(g, at)), g.add("Flatten", own), axis=1)


def _as_many(g: GraphBuilder, first: str, second: str) -> tuple[str, str]:
    """Both (N, ...), one of either repeated for all of the other."""
    counts = [g.add("Shape", each, end=1) for each in (second, first)]
    found = []
    for x, count in zip((first, second), counts, strict=True):
        own = g.add("Shape", x, start=1)
        ones = g.add("Div", own, own)
        found.append(g.add("Expand", x, g.add("Concat", count, ones, axis=0)))
    return found[0], found[1]


def _smoothed(g: GraphBuilder, x: str, channels: int) -> str:
    kernel = np.outer([1, 2, 1], [1, 2, 1]).astype(np.float32) / 16
    weight = g.floats(np.broadcast_to(kernel, (channels, 1, 3, 3)))
    framed = g.add("Pad", x, g.ints(0, 0, 1, 1, 0, 0, 1, 1), mode="edge")
    return g.add("Conv", framed, weight, group=channels, kernel_shape=[3, 3])


def _enlarged(g: GraphBuilder, x: str, times: int) -> str:
    return x if times == 1 else _resized(g, x, times, "cubic")


def _moments(g: GraphBuilder, x: str) -> tuple[str, str]:
    """Mean and standard deviation of (N, C, H, W) over places, (N, C) each."""
    mean = g.add("ReduceMean", x, g.ints(2, 3), keepdims=1)
    apart = g.add("Sub", x, mean)
    variance = g.add("ReduceMean", g.add("Mul", apart, apart), g.ints(2, 3), keepdims=0)
    deviation = g.add("Sqrt", g.add("Add", variance, g.floats(EPSILON)))
    return g.add("Squeeze", mean, g.ints(2, 3)), deviation


def _from_bytes(g: GraphBuilder, image: str) -> str:
    x = g.add("Transpose", g.add("Cast", image, to=FLOAT), perm=[0, 3, 1, 2])
    return g.add("Sub", g.add("Mul", x, g.floats(1 / 127.5)), g.floats(1.0))


def _to_bytes(g: GraphBuilder, picture: str, name: str) -> None:
    """Rounded to nearest and cut to 0..255; the sums before it in single precision."""
    y = g.add("Add", g.add("Mul", picture, g.floats(127.5)), g.floats(127.5), name=f"{name}{EXACT}")
    y = g.add("Clip", g.add("Round", y), g.floats(0.0), g.floats(255.0))
    g.add("Cast", g.add("Transpose", y, perm=[0, 2, 3, 1]), name=name, to=BYTE)


def _finished(
    g: GraphBuilder,
    name: str,
    roses: Roses,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    facts: Mapping[str, str],
) -> onnx.ModelProto:
    own = {
        "network": f"roses.{name}",
        "multiple": str(roses.shape.multiple),
        "side": str(roses.shape.side or "any"),
        "style": str(roses.shape.style),
        "latent": str(roses.shape.latent),
        "value_range": "NHWC RGB uint8 pictures",
    }
    model = g.model(inputs, outputs, {"licence": "Apache-2.0", **facts, **own})
    model.graph.name = f"roses_{name}"
    return model


def _array(tensor: Tensor) -> NDArray[np.float32]:
    with torch.no_grad():
        return np.asarray(tensor.detach().cpu().float().numpy())
