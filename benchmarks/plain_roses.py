"""GANs N' Roses written down as published, formula by formula, with nothing made fast.

Functions of a dictionary of tensors under the published names, so that the authors' checkpoint, or
random numbers in its shapes, can be put in. Weights are built for every sample, resampling spreads,
pads, filters and drops pixels one after the other. Tests hold the package's networks against it,
and :mod:`benchmarks.train_step` its speed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.methods.roses.critics import CriticShape
from rosetail.methods.roses.network import Shape

State = Mapping[str, Tensor]
Shapes = dict[str, tuple[int, ...]]
FIR = (4, 4)


def resample(x: Tensor, kernel: Tensor, up: int, down: int, before: int, after: int) -> Tensor:
    """Spread by ``up``, pad with zeros, filter with ``kernel`` (4, 4), keep every ``down``-th."""
    count, channels, height, width = x.shape
    spread = x.new_zeros(count, channels, height, up, width, up)
    spread[:, :, :, 0, :, 0] = x
    spread = spread.reshape(count * channels, 1, height * up, width * up)
    padded = F.pad(spread, (before, after, before, after))
    filtered = F.conv2d(padded, kernel.flip(0, 1)[None, None].to(x.dtype))
    return filtered[:, :, ::down, ::down].reshape(
        count, channels, *filtered[:, :, ::down, ::down].shape[2:]
    )


def leaky(x: Tensor, bias: Tensor) -> Tensor:
    bias = bias.view(1, -1, *[1] * (x.ndim - 2))
    return F.leaky_relu(x + bias, 0.2) * math.sqrt(2)


def linear(state: State, name: str, x: Tensor, *, rate: float = 1.0, active: bool) -> Tensor:
    weight, bias = state[f"{name}.weight"], state[f"{name}.bias"] * rate
    x = F.linear(x, weight * (rate / math.sqrt(weight.shape[1])))
    return leaky(x, bias) if active else x + bias


def conv(
    state: State, name: str, x: Tensor, *, halves: bool = False, active: bool = True
) -> Tensor:
    """The published "ConvLayer": a blur if it halves, the convolution, the activation."""
    place = 0
    if halves:
        size = state[f"{name}.1.weight"].shape[-1]
        spare = 2 + (size - 1)
        x = resample(x, state[f"{name}.0.kernel"], 1, 1, (spare + 1) // 2, spare // 2)
        place = 1
    weight = state[f"{name}.{place}.weight"]
    scale = 1 / math.sqrt(weight[0].numel())
    padding = 0 if halves else weight.shape[-1] // 2
    x = F.conv2d(x, weight * scale, stride=2 if halves else 1, padding=padding)
    if active:
        return leaky(x, state[f"{name}.{place + 1}.bias"])
    bias = state.get(f"{name}.{place}.bias")
    return x if bias is None else x + bias.view(1, -1, 1, 1)


def block(state: State, name: str, x: Tensor, *, halves: bool) -> Tensor:
    """Residual block."""
    main = conv(state, f"{name}.conv2", conv(state, f"{name}.conv1", x), halves=halves)
    skip = conv(state, f"{name}.skip", x, halves=True, active=False) if halves else x
    return (main + skip) / math.sqrt(2)


def modulated(
    state: State, name: str, x: Tensor, w: Tensor, *, doubles: bool = False, demodulate: bool = True
) -> Tensor:
    """Weights of its own for every sample: scaled by its style, divided by their norm."""
    count, channels, height, width = x.shape
    weight = state[f"{name}.weight"]
    size = weight.shape[-1]
    style = linear(state, f"{name}.modulation", w, active=False).view(count, 1, channels, 1, 1)
    weight = weight / math.sqrt(channels * size**2) * style
    if demodulate:
        weight = weight * torch.rsqrt(weight.square().sum((2, 3, 4), keepdim=True) + 1e-8)
    x = x.reshape(1, count * channels, height, width)
    if not doubles:
        x = F.conv2d(x, weight.flatten(0, 1), padding=size // 2, groups=count)
        return x.view(count, -1, height, width)
    x = F.conv_transpose2d(x, weight.transpose(1, 2).flatten(0, 1), stride=2, groups=count)
    x = x.view(count, -1, 2 * height + 1, 2 * width + 1)
    return resample(x, state[f"{name}.blur.kernel"], 1, 1, 1, 1)


def styled(state: State, name: str, x: Tensor, w: Tensor, *, doubles: bool = False) -> Tensor:
    x = modulated(state, f"{name}.conv", x, w, doubles=doubles)
    return leaky(x, state[f"{name}.activate.bias"])


def to_rgb(state: State, name: str, x: Tensor, w: Tensor) -> Tensor:
    return modulated(state, f"{name}.conv", x, w, demodulate=False) + state[f"{name}.bias"]


def encode(state: State, x: Tensor, shape: Shape) -> tuple[Tensor, Tensor]:
    """Picture to content and style."""
    x = conv(state, "encoder.stem.0", x)
    halvings = len(shape.widths) - 1
    for number in range(1, halvings + 1):
        x = block(state, f"encoder.stem.{number}", x, halves=True)
    x = block(state, f"encoder.stem.{halvings + 1}", x, halves=False)
    content = conv(state, "encoder.content.1", conv(state, "encoder.content.0", x))
    for number in range(2):
        x = conv(state, f"encoder.style.{number}", x, halves=True)
    x = linear(state, "encoder.style.3", x.flatten(1), active=True)
    return content, linear(state, "encoder.style.4", x, active=False)


def decode(state: State, content: Tensor, z: Tensor, shape: Shape) -> Tensor:
    """Content in style z to a picture."""
    w = z
    for number in range(shape.mapping):
        w = linear(state, f"mapping.{number}", w, rate=0.01, active=True)
    x = styled(state, "adain_bottleneck.0.conv1", content, w)
    x = (styled(state, "adain_bottleneck.0.conv2", x, w) + content) / math.sqrt(2)
    x = styled(state, "conv1", x, w)
    picture = to_rgb(state, "to_rgb1", x, w)
    for number in range(len(shape.widths) - 1):
        x = styled(state, f"convs.{2 * number}", x, w, doubles=True)
        x = styled(state, f"convs.{2 * number + 1}", x, w)
        picture = resample(picture, state[f"to_rgbs.{number}.upsample.kernel"], 2, 1, 2, 1)
        picture = picture + to_rgb(state, f"to_rgbs.{number}", x, w)
    return picture


def judge(state: State, x: Tensor, shape: CriticShape) -> list[Tensor]:
    """The critic's three branches: near, whole, diversity."""
    branches = []
    for name, halvings in (("l_branch", len(shape.widths) - 2), ("g_branch", None)):
        halvings = len(shape.widths) - 1 if halvings is None else halvings
        seen = conv(state, f"{name}.0", x)
        for number in range(1, halvings + 1):
            seen = block(state, f"{name}.{number}", seen, halves=True)
        branches.append(seen)
    near, whole = branches
    near = conv(state, f"l_branch.{len(shape.widths) - 1}", near, active=False)
    deep = conv(state, "g_std.1", conv(state, "g_std.0", whole, halves=True), halves=True)
    deep = linear(state, "g_std.3", deep.flatten(1), active=True)
    spread = torch.sqrt(deep.var(0, keepdim=True, unbiased=False) + 1e-8).repeat(len(x), 1)
    diversity = linear(state, "g_final", spread, active=False)
    return [near, conv(state, "g_adv", whole, active=False), diversity]


def judge_style(state: State, z: Tensor) -> Tensor:
    """The latent critic."""
    for number in range(4):
        z = linear(state, f"fc.{number}", z, active=True)
    spread = torch.sqrt(z.var(0, unbiased=False) + 1e-8).mean().view(1, 1).repeat(len(z), 1)
    z = linear(state, "fc.4.fc", torch.cat([z, spread], 1), active=True)
    return linear(state, "fc.5", z, active=False)


def _conv_shapes(
    name: str, inside: int, outside: int, size: int, *, halves: bool = False, active: bool = True
) -> Shapes:
    place = int(halves)
    shapes: Shapes = {f"{name}.0.kernel": FIR} if halves else {}
    shapes[f"{name}.{place}.weight"] = (outside, inside, size, size)
    if active:
        shapes[f"{name}.{place + 1}.bias"] = (outside,)
    return shapes


def _block_shapes(name: str, inside: int, outside: int, *, halves: bool) -> Shapes:
    shapes = _conv_shapes(f"{name}.conv1", inside, inside, 3)
    shapes |= _conv_shapes(f"{name}.conv2", inside, outside, 3, halves=halves)
    if halves:
        shapes |= _conv_shapes(f"{name}.skip", inside, outside, 1, halves=True, active=False)
    return shapes


def _linear_shapes(name: str, inside: int, outside: int) -> Shapes:
    return {f"{name}.weight": (outside, inside), f"{name}.bias": (outside,)}


def _modulated_shapes(name: str, inside: int, outside: int, size: int, latent: int) -> Shapes:
    weight = {f"{name}.weight": (1, outside, inside, size, size)}
    return weight | _linear_shapes(f"{name}.modulation", latent, inside)


def generator_shapes(shape: Shape) -> Shapes:
    """Every tensor of a published generator: name and shape."""
    widths, last, halvings = shape.widths, shape.widths[-1], len(shape.widths) - 1
    shapes = _conv_shapes("encoder.stem.0", 3, widths[0], 1)
    for number, (inside, outside) in enumerate(pairwise(widths), 1):
        shapes |= _block_shapes(f"encoder.stem.{number}", inside, outside, halves=True)
    shapes |= _block_shapes(f"encoder.stem.{halvings + 1}", last, last, halves=False)
    for number in range(2):
        shapes |= _conv_shapes(f"encoder.content.{number}", last, last, 1)
        inside = shape.deep if number else last
        shapes |= _conv_shapes(f"encoder.style.{number}", inside, shape.deep, 3, halves=True)
    places = (shape.side // 2 ** (halvings + 2)) ** 2
    shapes |= _linear_shapes("encoder.style.3", shape.deep * places, shape.deep)
    shapes |= _linear_shapes("encoder.style.4", shape.deep, shape.style)
    for number in range(shape.mapping):
        inside = shape.latent if number else shape.style
        shapes |= _linear_shapes(f"mapping.{number}", inside, shape.latent)

    def styled_shapes(name: str, inside: int, outside: int) -> Shapes:
        found = _modulated_shapes(f"{name}.conv", inside, outside, 3, shape.latent)
        return found | {f"{name}.activate.bias": (outside,)}

    def rgb_shapes(name: str, inside: int) -> Shapes:
        found = _modulated_shapes(f"{name}.conv", inside, 3, 1, shape.latent)
        return found | {f"{name}.bias": (1, 3, 1, 1)}

    for name in ("adain_bottleneck.0.conv1", "adain_bottleneck.0.conv2", "conv1"):
        shapes |= styled_shapes(name, last, last)
    shapes |= rgb_shapes("to_rgb1", last)
    rising = widths[::-1]
    for number, (inside, outside) in enumerate(pairwise(rising)):
        shapes |= styled_shapes(f"convs.{2 * number}", inside, outside)
        shapes |= {f"convs.{2 * number}.conv.blur.kernel": FIR}
        shapes |= styled_shapes(f"convs.{2 * number + 1}", outside, outside)
        shapes |= rgb_shapes(f"to_rgbs.{number}", outside)
        shapes |= {f"to_rgbs.{number}.upsample.kernel": FIR}
    return shapes


def critic_shapes(shape: CriticShape) -> Shapes:
    """Every tensor of a published critic of pictures: name and shape."""
    widths = shape.widths
    shapes: Shapes = {}
    for name, held in (("l_branch", widths[:-1]), ("g_branch", widths)):
        shapes |= _conv_shapes(f"{name}.0", 3, held[0], 1)
        for number, (inside, outside) in enumerate(pairwise(held), 1):
            shapes |= _block_shapes(f"{name}.{number}", inside, outside, halves=True)
    for name, inside in ((f"l_branch.{len(widths) - 1}", widths[-2]), ("g_adv", widths[-1])):
        shapes |= {f"{name}.0.weight": (1, inside, 1, 1), f"{name}.0.bias": (1,)}
    shapes |= _conv_shapes("g_std.0", widths[-1], shape.deep, 3, halves=True)
    shapes |= _conv_shapes("g_std.1", shape.deep, shape.deep, 3, halves=True)
    places = (shape.side // 2 ** (len(widths) + 1)) ** 2
    shapes |= _linear_shapes("g_std.3", shape.deep * places, shape.features)
    return shapes | _linear_shapes("g_final", shape.features, 1)


def style_critic_shapes(style: int) -> Shapes:
    """Every tensor of the published latent critic."""
    shapes = _linear_shapes("fc.0", style, 256)
    for number in range(1, 4):
        shapes |= _linear_shapes(f"fc.{number}", 256, 256)
    return shapes | _linear_shapes("fc.4.fc", 257, 256) | _linear_shapes("fc.5", 256, 1)


def random_state(shapes: Shapes, seed: int) -> dict[str, Tensor]:
    """Random tensors as published ones begin, biases moved off zero; kernels as they are."""
    generator = torch.Generator().manual_seed(seed)
    row = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(row, row) / 64
    state = {}
    for name, shape in shapes.items():
        drawn = torch.randn(shape, generator=generator)
        if name.endswith("kernel"):
            doubles = "blur" in name or "upsample" in name
            state[name] = kernel * (4 if doubles else 1)
        elif name.endswith("bias"):
            state[name] = 0.1 * drawn + (1.0 if "modulation" in name else 0.0)
        else:
            state[name] = drawn / 0.01 if name.startswith("mapping") else drawn
    return state


def critic_names(shape: CriticShape) -> dict[str, str]:
    """The published name of every tensor of :class:`rosetail.methods.roses.critics.RosesCritic`."""
    last = len(shape.widths) - 1
    convs = {"local.0.0": ("l_branch.0", 0), "whole.0": ("g_branch.0", 0)}
    names = {}
    for ours, theirs, blocks in (("local.0", "l_branch", last), ("whole", "g_branch", last + 1)):
        for number in range(1, blocks):
            block_name = f"{theirs}.{number}"
            convs[f"{ours}.{number}.first"] = (f"{block_name}.conv1", 0)
            convs[f"{ours}.{number}.second"] = (f"{block_name}.conv2", 1)
            names[f"{ours}.{number}.skip.weight"] = f"{block_name}.skip.1.weight"
    for number in range(2):
        convs[f"diversity.{number}.conv"] = (f"g_std.{number}", 1)
    for ours, (theirs, place) in convs.items():
        names[f"{ours}.weight"] = f"{theirs}.{place}.weight"
        names[f"{ours}.bias"] = f"{theirs}.{place + 1}.bias"
    plain = {"local.1": f"l_branch.{last}.0", "whole_out": "g_adv.0"}
    plain |= {"features": "g_std.3", "diversity_out": "g_final"}
    for ours, theirs in plain.items():
        names |= {f"{ours}.{kind}": f"{theirs}.{kind}" for kind in ("weight", "bias")}
    return names
