"""An independent, unoptimized reimplementation of GANs N' Roses as published.

Written from the paper and the published architecture as functions of a dictionary of tensors under
the published names, so that the authors' checkpoint or random tensors of its shapes can be used.
Weights are modulated for every sample; resampling inserts zeros, pads, filters and drops pixels in
separate steps. Tests compare the package's networks and losses with it;
:mod:`benchmarks.train_step` compares the speed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.methods.roses.critics import CriticShape
from rosetail.methods.roses.network import RosesShape

State = Mapping[str, Tensor]
Shapes = dict[str, tuple[int, ...]]
FIR = (4, 4)


def resample(x: Tensor, kernel: Tensor, up: int, down: int, before: int, after: int) -> Tensor:
    """Insert zeros (``up``), pad, filter with ``kernel`` (4, 4), subsample (``down``)."""
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
    """Convolution with separate weights per sample, scaled by its style and normalized."""
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


def encode(state: State, x: Tensor, shape: RosesShape) -> tuple[Tensor, Tensor]:
    """Picture to content and style."""
    x = conv(state, "encoder.stem.0", x)
    halvings = len(shape.widths) - 1
    for number in range(1, halvings + 1):
        x = block(state, f"encoder.stem.{number}", x, halves=True)
    x = block(state, f"encoder.stem.{halvings + 1}", x, halves=False)
    content = conv(state, "encoder.content.1", conv(state, "encoder.content.0", x))
    last = shape.style_halvings
    for number in range(last):
        x = conv(state, f"encoder.style.{number}", x, halves=True)
    x = linear(state, f"encoder.style.{last + 1}", x.flatten(1), active=True)
    return content, linear(state, f"encoder.style.{last + 2}", x, active=False)


def decode(state: State, content: Tensor, z: Tensor, shape: RosesShape) -> Tensor:
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
    """The critic's logits: local, global, diversity."""
    halvings = len(shape.widths) - 1
    near = _branch(state, "l_branch", x, halvings - shape.local_finer)
    near = conv(state, f"l_branch.{halvings - shape.local_finer + 1}", near, active=False)
    whole = deep = _branch(state, "g_branch", x, halvings)
    if shape.linear_logit:  # train branch: the features are part of the global branch
        features = linear(state, f"g_branch.{halvings + 2}", whole.flatten(1), active=True)
        logit = linear(state, "g_adv", features, active=False)
    else:
        for number in range(shape.feature_halvings):
            deep = conv(state, f"g_std.{number}", deep, halves=True)
        name = f"g_std.{shape.feature_halvings + 1}"  # after a Flatten
        features = linear(state, name, deep.flatten(1), active=True)
        logit = conv(state, "g_adv", whole, active=False)
    spread = torch.sqrt(features.var(0, keepdim=True, unbiased=False) + 1e-8).repeat(len(x), 1)
    return [near, logit, linear(state, "g_final", spread, active=False)]


def _branch(state: State, name: str, x: Tensor, halvings: int) -> Tensor:
    x = conv(state, f"{name}.0", x)
    for number in range(1, halvings + 1):
        x = block(state, f"{name}.{number}", x, halves=True)
    return x


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


def generator_shapes(shape: RosesShape) -> Shapes:
    """Every tensor of a published generator: name and shape."""
    widths, last, halvings = shape.widths, shape.widths[-1], len(shape.widths) - 1
    shapes = _conv_shapes("encoder.stem.0", 3, widths[0], 1)
    for number, (inside, outside) in enumerate(pairwise(widths), 1):
        shapes |= _block_shapes(f"encoder.stem.{number}", inside, outside, halves=True)
    shapes |= _block_shapes(f"encoder.stem.{halvings + 1}", last, last, halves=False)
    for number in range(2):
        shapes |= _conv_shapes(f"encoder.content.{number}", last, last, shape.content_kernel)
    down = shape.style_halvings
    for number in range(down):
        inside = shape.deep if number else last
        shapes |= _conv_shapes(f"encoder.style.{number}", inside, shape.deep, 3, halves=True)
    places = (shape.side // 2 ** (halvings + down)) ** 2
    shapes |= _linear_shapes(f"encoder.style.{down + 1}", shape.deep * places, shape.deep)
    shapes |= _linear_shapes(f"encoder.style.{down + 2}", shape.deep, shape.style)
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
    widths, last = shape.widths, shape.widths[-1]
    near = widths[: len(widths) - shape.local_finer]
    shapes: Shapes = {}
    for name, each in (("l_branch", near), ("g_branch", widths)):
        shapes |= _conv_shapes(f"{name}.0", 3, each[0], 1)
        for number, (inside, outside) in enumerate(pairwise(each), 1):
            shapes |= _block_shapes(f"{name}.{number}", inside, outside, halves=True)
    logits = {f"l_branch.{len(near)}": near[-1]}
    for number in range(shape.feature_halvings):
        inside = shape.deep if number else last
        shapes |= _conv_shapes(f"g_std.{number}", inside, shape.deep, 3, halves=True)
    places = (shape.side // 2 ** (len(widths) - 1 + shape.feature_halvings)) ** 2
    deep = shape.deep if shape.feature_halvings else last
    if shape.linear_logit:
        shapes |= _linear_shapes(f"g_branch.{len(widths) + 1}", deep * places, shape.features)
        shapes |= _linear_shapes("g_adv", shape.features, 1)
    else:
        name = f"g_std.{shape.feature_halvings + 1}"
        shapes |= _linear_shapes(name, deep * places, shape.features)
        logits["g_adv"] = last
    for name, inside in logits.items():
        shapes |= {f"{name}.0.weight": (1, inside, 1, 1), f"{name}.0.bias": (1,)}
    return shapes | _linear_shapes("g_final", shape.features, 1)


def style_critic_shapes(style: int) -> Shapes:
    """Every tensor of the published latent critic."""
    shapes = _linear_shapes("fc.0", style, 256)
    for number in range(1, 4):
        shapes |= _linear_shapes(f"fc.{number}", 256, 256)
    return shapes | _linear_shapes("fc.4.fc", 257, 256) | _linear_shapes("fc.5", 256, 1)


def random_state(shapes: Shapes, seed: int) -> dict[str, Tensor]:
    """Randomly initialized tensors as published, but with nonzero biases; constant blur kernels."""
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
