"""The Roses generator as ONNX graphs, split by how often each part runs.

====== ========================== =================== ==============================================
graph  inputs                     outputs             runs
====== ========================== =================== ==============================================
encode ``image`` bytes            ``content, style``  once per photo
map    ``z`` (N, style)           ``w`` (N, latent)   once per character
scales ``w`` (N, latent)          ``scales`` (N, S)   once per edit
decode ``content``, ``scales``,   ``anime`` bytes     for every picture; one content in many styles
       ``landmarks``              ``figure`` bytes    when its first side is 1
====== ========================== =================== ==============================================

Bytes are uint8 [N, H, W, 3], RGB. ``figure``, which only a palette has, is RGBA without the
background: its colours are the figure's own up to its border. ``landmarks`` (N, 5, 2), of the
content, x and y from -1 to 1 and NaN where unknown, are an input if there is a template. ``scales``
are the styles s of every modulated convolution and, where it is demodulated, sqrt(2) over the
expected size of each output, all in one row (:func:`layers` gives the order, and the header of
``scales`` stores it). They are a separate graph because they need single precision, which costs
nothing there, while the convolutions may run in less.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import TypeVar, cast

import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.export import tracing
from rosetail.export.tracing import from_bytes, to_bytes
from rosetail.layers.equalized import ROOT2, EqualConv, EqualLinear, leaky
from rosetail.layers.modulated import EPSILON, Modulated, StyledConv, ToRgb
from rosetail.layers.resample import blur_after_doubling
from rosetail.methods.roses.close_up import face_mask
from rosetail.methods.roses.network import Roses, RosesDecoder
from rosetail.methods.roses.palette import PaletteDecoder, edges, strokes
from rosetail.methods.roses.template import LANDMARKS

LEAST_SHARE = 1 / 255  # below it nothing of a figure is visible
TRACED_SIDE = 4  # side of the picture for tracing, in multiples
IMAGE: tracing.Shape = ["n", "h", "w", 3]

Shapes = Mapping[str, tracing.Shape]
Net = TypeVar("Net", bound=nn.Module)


def encode_graph(roses: Roses, facts: Mapping[str, str], *, half: bool = True) -> onnx.ModelProto:
    """Photo to content and style. ``facts`` join the metadata; ``half``: how weights are stored."""
    shape = roses.shape
    side = shape.side or TRACED_SIDE * shape.multiple
    inputs = {"image": torch.zeros(2, side, side, 3, dtype=torch.uint8)}
    shapes: Shapes = {
        "image": IMAGE,
        "content": ["n", shape.widths[-1], "content_h", "content_w"],
        "style": ["n", shape.style],
    }
    return _traced("encode", roses, _Encode(roses), inputs, shapes, facts, half=half)


def map_graph(roses: Roses, facts: Mapping[str, str]) -> onnx.ModelProto:
    """Style codes z to w; weights stored in single precision."""
    shapes: Shapes = {"z": ["n", roses.shape.style], "w": ["n", roses.shape.latent]}
    net = _plain(roses.mapping)
    return _traced("map", roses, net, {"z": torch.zeros(2, roses.shape.style)}, shapes, facts)


def scales_graph(roses: Roses, facts: Mapping[str, str]) -> onnx.ModelProto:
    """w to the scales of every layer; weights stored in single precision."""
    shapes: Shapes = {"w": ["n", roses.shape.latent], "scales": ["n", sum(widths(roses.decoder))]}
    facts = {**facts, "layers": layout(roses.decoder), "groups": " ".join(groups(roses))}
    inputs = {"w": torch.zeros(2, roses.shape.latent)}
    return _traced("scales", roses, _Scales(roses.decoder), inputs, shapes, facts)


def decode_graph(roses: Roses, facts: Mapping[str, str], *, half: bool = True) -> onnx.ModelProto:
    """Content and scales to a picture."""
    channels, count = roses.shape.widths[-1], sum(widths(roses.decoder))
    inputs = {
        "content": torch.zeros(2, channels, TRACED_SIDE, TRACED_SIDE),
        "scales": torch.ones(2, count),
    }
    shapes: dict[str, tracing.Shape] = {
        "content": ["content_n", channels, "content_h", "content_w"],
        "scales": ["n", count],
    }
    if roses.shape.template:
        inputs["landmarks"] = torch.zeros(2, LANDMARKS, 2)
        shapes["landmarks"] = ["content_n", LANDMARKS, 2]
    shapes["anime"] = ["out_n", "h", "w", 3]
    if roses.shape.palette:
        shapes["figure"] = ["out_n", "h", "w", 4]
    return _traced("decode", roses, _Decode(roses.decoder), inputs, shapes, facts, half=half)


def layers(decoder: RosesDecoder | PaletteDecoder) -> Iterator[tuple[str, Modulated]]:
    """The modulated convolutions in the order of their scales: name and layer."""
    for name, layer in decoder.named_modules():
        if isinstance(layer, Modulated):
            yield name, layer


def numbers(decoder: RosesDecoder | PaletteDecoder) -> Iterator[tuple[str, EqualLinear]]:
    """Linear layers of w whose outputs follow the scales of all layers: the numbers of a template
    and of close-ups, and last the colours of a palette."""
    if isinstance(decoder, PaletteDecoder):
        for name in ("template", "close_ups.0", "close_ups.1"):
            if name in dict(decoder.named_modules()):
                yield f"{name}.numbers", cast(EqualLinear, decoder.get_submodule(f"{name}.numbers"))
        yield "palette", decoder.palette


def widths(decoder: RosesDecoder | PaletteDecoder) -> list[int]:
    """Number of scales of each layer: one per input channel, and one per output if demodulated.
    Those of :func:`numbers` follow."""
    found = []
    for _, layer in layers(decoder):
        outside, inside = layer.weight.shape[:2]
        found.append(inside + (outside if isinstance(layer, StyledConv) else 0))
    return [*found, *(len(layer.bias) for _, layer in numbers(decoder))]


def groups(roses: Roses) -> list[str]:
    """Names of the groups of layers, coarse to fine: one per resolution, named by its fraction of
    the side, and last the colours of a palette."""
    last = len(roses.decoder.rise)
    names = [f"1/{roses.shape.fold * 2 ** (last - number)}" for number in range(last + 1)]
    return [*names, "palette"] if roses.shape.palette else names


def layout(decoder: RosesDecoder | PaletteDecoder) -> str:
    """JSON: for each layer in the order of the scales, its styles, its sizes and the number of its
    group. A template belongs to the coarsest group, close-ups to the finest."""
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


class _Conv(nn.Module):
    """An :class:`EqualConv` with its scale and gain in its parameters."""

    def __init__(self, layer: EqualConv) -> None:
        super().__init__()
        self.weight = nn.Parameter(layer.weight * layer.scale)
        self.bias = None if layer.bias is None else nn.Parameter(layer.bias * layer.gain)
        self.stride, self.padding, self.active = layer.stride, layer.padding, layer.active

    def forward(self, x: Tensor) -> Tensor:
        x = F.conv2d(x, self.weight, self.bias, self.stride, self.padding)
        return leaky(x) if self.active else x


class _Linear(nn.Module):
    """An :class:`EqualLinear` with its scale and gain in its weight (inputs, outputs) and bias."""

    def __init__(self, layer: EqualLinear) -> None:
        super().__init__()
        self.weight = nn.Parameter((layer.weight * layer.scale).t().contiguous())
        self.bias = nn.Parameter(layer.bias * layer.bias_scale)
        self.active = layer.active

    def forward(self, x: Tensor) -> Tensor:
        x = x @ self.weight + self.bias
        return leaky(x) if self.active else x


class _Columns(nn.Module):
    """``count`` columns of the scales (N, S), from ``start``."""

    def __init__(self, start: int, count: int) -> None:
        super().__init__()
        self.start, self.end = start, start + count

    def forward(self, scales: Tensor) -> Tensor:
        return scales[:, self.start : self.end]


class _Scaled(nn.Module):
    """A :class:`StyledConv` or :class:`ToRgb` that is given scales (N, S) in place of w, its own
    from ``start``."""

    def __init__(self, layer: Modulated, start: int) -> None:
        super().__init__()
        outside, inside = layer.weight.shape[:2]
        weight = layer.weight * layer.scale
        self.styles = _Columns(start, inside)
        self.sizes = self.doubles = None
        bias: Tensor = layer.get_parameter("bias")
        self.fold = layer.fold if isinstance(layer, ToRgb) else 1
        if isinstance(layer, StyledConv):
            self.sizes, self.doubles = _Columns(start + inside, outside), layer.doubles
            bias = (bias * ROOT2)[:, None, None]
            weight = weight.transpose(0, 1).contiguous() if layer.doubles else weight
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias.clone())

    def forward(self, x: Tensor, scales: Tensor) -> Tensor:
        x = x * self.styles(scales)[:, :, None, None]
        if self.sizes is None:
            x = F.conv2d(x, self.weight, self.bias)
            return x if self.fold == 1 else F.pixel_shuffle(x, self.fold)
        if self.doubles:
            x = blur_after_doubling(F.conv_transpose2d(x, self.weight, stride=2))
        else:
            x = F.conv2d(x, self.weight, padding=1)
        return leaky(x * self.sizes(scales)[:, :, None, None] + self.bias)


def _plain(net: Net) -> Net:
    """A copy of ``net`` with plain layers in place of equalised ones."""
    net = copy.deepcopy(net)
    for name, layer in [*net.named_modules()]:
        if isinstance(layer, EqualConv):
            net.set_submodule(name, _Conv(layer))
        elif isinstance(layer, EqualLinear):
            net.set_submodule(name, _Linear(layer))
    return net


class _Encode(nn.Module):
    def __init__(self, roses: Roses) -> None:
        super().__init__()
        self.net = _plain(roses.encoder)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        content, style = self.net(from_bytes(image))
        return content, style


class _Scales(nn.Module):
    def __init__(self, decoder: RosesDecoder | PaletteDecoder) -> None:
        super().__init__()
        self.net = _plain(decoder)
        self.numbers = [name for name, _ in numbers(decoder)]
        for name, layer in layers(decoder):
            if isinstance(layer, StyledConv):
                squares = (layer.weight.double() * layer.scale).square().sum((2, 3)).t() / 2
                self.net.get_submodule(name).squares = nn.Parameter(squares.float().contiguous())

    def forward(self, w: Tensor) -> Tensor:
        rows = []
        for _, layer in layers(self.net):
            style = layer.modulation(w)
            rows.append(style)
            if isinstance(layer, StyledConv):
                rows.append(torch.rsqrt(style.square() @ layer.squares + EPSILON / 2))
        rows += [self.net.get_submodule(name)(w) for name in self.numbers]
        return torch.cat(rows, 1)


class _Decode(nn.Module):
    def __init__(self, decoder: RosesDecoder | PaletteDecoder) -> None:
        super().__init__()
        self.net = net = _plain(decoder)
        start = 0
        parts = [*layers(decoder), *numbers(decoder)]
        for (name, layer), width in zip(parts, widths(decoder), strict=True):
            if isinstance(layer, Modulated):
                net.set_submodule(name, _Scaled(layer, start))
            else:
                net.set_submodule(name, _Columns(start, width))
            start += width

    def forward(
        self, content: Tensor, scales: Tensor, landmarks: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        # Either may be one for many of the other.
        content = content.expand(scales.shape[0], -1, -1, -1)
        if landmarks is not None:
            landmarks = landmarks.expand(scales.shape[0], -1, -1)
        scales = scales.expand(content.shape[0], -1)
        if isinstance(self.net, PaletteDecoder):
            picture, figure = _mixed(self.net, content, scales, landmarks)
            return to_bytes(picture), to_bytes(figure)
        return (to_bytes(self.net(content, scales)),)


def _mixed(
    decoder: PaletteDecoder, content: Tensor, w: Tensor, landmarks: Tensor | None
) -> tuple[Tensor, Tensor]:
    """The picture (N, 3, H, W), and the figure (N, 4, H, W): the picture without the background,
    and twice its share less 1."""
    points = None if decoder.template is None else decoder.template.points(content, landmarks)
    shares = decoder.shares(decoder.features(content, w, points), w)
    colours = decoder.palette(w).unflatten(1, (-1, 3))
    picture, ground = decoder.mixture(shares, colours)
    own = picture - ground * colours[:, 0, :, None, None]
    own = own / (1 - ground).clamp(min=LEAST_SHARE)
    alpha = 1 - 2 * ground
    if decoder.ink:
        ink = decoder.ink * strokes(picture)
        picture, own = picture + ink, own + ink
    if decoder.outline:
        lines = edges(torch.cat([picture, alpha], 1))
        if points is not None:
            lines = lines * (1 - face_mask(points, lines.shape[-2:]))
        light = 1 - decoder.outline * lines
        picture, own = ((each + 1) * light - 1 for each in (picture, own))
    return picture, torch.cat([own, alpha], 1)


def _traced(
    name: str,
    roses: Roses,
    net: nn.Module,
    inputs: Mapping[str, Tensor],
    shapes: Shapes,
    facts: Mapping[str, str],
    *,
    half: bool = False,
) -> onnx.ModelProto:
    own = {
        "network": f"roses.{name}",
        "multiple": str(roses.shape.multiple),
        "side": str(roses.shape.side or "any"),
        "style": str(roses.shape.style),
        "latent": str(roses.shape.latent),
        "value_range": "NHWC RGB uint8 pictures",
    }
    facts = {"licence": "Apache-2.0", **facts, **own}
    return tracing.trace(
        net.eval(), inputs, shapes, facts, name=f"roses_{name}", half=half, rename=_stored_name
    )


def _stored_name(name: str) -> str:
    """The name of a parameter in files."""
    return name.removeprefix("net.").replace("layers.", "mapping.").replace(".conv.", ".")
