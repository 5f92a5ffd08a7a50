"""Generator and critics of U-GAT-IT (Kim and others 2020, arXiv 1907.10830).

Attention comes from class activation maps (Zhou and others 2016): the weights of a domain
classifier on pooled channels also weight the channels of the feature map. AdaLIN interpolates
between instance norm and layer norm, channel by channel.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import is_parametrized

from rosetail.layers.residual import Residual

SLOPE = 0.2
EPS = 1e-5


class Drawn(NamedTuple):
    """``picture`` (N, 3, H, W); ``logits`` (N, 2), high if the input is of the source domain."""

    picture: Tensor
    logits: Tensor


class CriticLogits(NamedTuple):
    """``patches`` (N, 1, h, w) and ``logits`` (N, 2), both high for the real domain."""

    patches: Tensor
    logits: Tensor


class Attention(nn.Module):
    """Class activation maps: (N, C, H, W) to an attended map of that shape and logits (N, 2).

    One linear layer without bias classifies the mean of each channel, another the maximum. Their
    weights scale the channels of two copies of the map, which a 1x1 convolution mixes. ``slope`` is
    the slope of the leaky ReLU; ``normed`` adds spectral norm to both linear layers, as in the
    authors' code for the logits alone: channels are scaled by the weights without it.
    """

    def __init__(self, channels: int, slope: float, *, normed: bool = False) -> None:
        super().__init__()
        self.mean = nn.Linear(channels, 1, bias=False)
        self.peak = nn.Linear(channels, 1, bias=False)
        if normed:
            spectral_norm(self.mean)
            spectral_norm(self.peak)
        self.mix = nn.Conv2d(2 * channels, channels, 1)
        self.slope = slope

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        logits = torch.cat([self.mean(x.mean((2, 3))), self.peak(x.amax((2, 3)))], 1)
        weighed = [x * _own_weight(layer).view(1, -1, 1, 1) for layer in (self.mean, self.peak)]
        return F.leaky_relu(self.mix(torch.cat(weighed, 1)), self.slope), logits


def _own_weight(layer: nn.Module) -> Tensor:
    """The weight that is trained, before spectral norm."""
    if is_parametrized(layer, "weight"):
        return cast(Tensor, layer.parametrizations.weight.original)  # type: ignore[union-attr]
    return cast(Tensor, layer.weight)


def layer_instance_norm(x: Tensor, rho: Tensor) -> Tensor:
    """rho times instance norm plus 1 - rho times layer norm; unbiased variances, float32."""
    x = x.float()
    kinds = []
    for axes in ((2, 3), (1, 2, 3)):
        var, mean = torch.var_mean(x, axes, keepdim=True)
        kinds.append((x - mean) * torch.rsqrt(var + EPS))
    return kinds[0] * rho + kinds[1] * (1 - rho)


class AdaLIN(nn.Module):
    """Adaptive layer-instance norm of (N, C, H, W) with gains and offsets (N, C).

    ``rho`` starts near instance norm and must stay in [0, 1]: see :func:`clip_rho`.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.rho = nn.Parameter(torch.full((1, channels, 1, 1), 0.9))

    def forward(self, x: Tensor, gain: Tensor, offset: Tensor) -> Tensor:
        return layer_instance_norm(x, self.rho) * gain[:, :, None, None] + offset[:, :, None, None]


class LIN(nn.Module):
    """Layer-instance norm with its own gain and offset; ``rho`` starts at layer norm."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.rho = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.gain = nn.Parameter(torch.ones(1, channels, 1, 1))
        self.offset = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return layer_instance_norm(x, self.rho) * self.gain + self.offset


@torch.no_grad()
def clip_rho(net: nn.Module) -> None:
    """Clip every rho of ``net`` to [0, 1]; call it after each optimizer step."""
    for module in net.modules():
        if isinstance(module, AdaLIN | LIN):
            module.rho.clamp_(0, 1)


class AdaBlock(nn.Module):
    """A residual block with two AdaLIN norms."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = _mirrored(channels, channels, 3), _mirrored(channels, channels, 3)
        self.first_norm, self.second_norm = AdaLIN(channels), AdaLIN(channels)

    def forward(self, x: Tensor, gain: Tensor, offset: Tensor) -> Tensor:
        y = F.relu(self.first_norm(self.first(x), gain, offset))
        return x + self.second_norm(self.second(y), gain, offset)


class UGatItGenerator(nn.Module):
    """Pictures (N, 3, H, W) in [-1, 1] to pictures of the same size, sides multiples of 4.

    Two convolutions of stride 2, ``blocks`` residual blocks, attention, as many AdaLIN blocks,
    two nearest-neighbour upsamplings. Gains and offsets are computed from the attended map: in the
    full generator from all positions, for pictures of ``size`` x ``size`` pixels (maps of other
    pictures are resized), in the light one (``size`` 0) from channel means.
    """

    MULTIPLE, SMALLEST = 4, 16

    def __init__(self, width: int = 64, blocks: int = 4, size: int = 256) -> None:
        super().__init__()
        deep = 4 * width
        down: list[nn.Module] = [*_mirrored(3, width, 7), nn.InstanceNorm2d(width), nn.ReLU()]
        for inside in (width, 2 * width):
            down += [*_mirrored(inside, 2 * inside, 3, 2), nn.InstanceNorm2d(2 * inside), nn.ReLU()]
        self.down = nn.Sequential(*down, *(_block(deep) for _ in range(blocks)))
        self.attention = Attention(deep, 0.0)
        self.side = size // 4  # side of the map that gains are computed from; 0: channel means
        places = max(self.side, 1) ** 2
        self.read = nn.Sequential(
            *(nn.Linear(deep * places, deep, bias=False), nn.ReLU()),
            *(nn.Linear(deep, deep, bias=False), nn.ReLU()),
        )
        self.gain, self.offset = (nn.Linear(deep, deep, bias=False) for _ in range(2))
        self.styled = nn.ModuleList(AdaBlock(deep) for _ in range(blocks))
        up: list[nn.Module] = []
        for inside in (deep, 2 * width):
            rise = [nn.Upsample(scale_factor=2), *_mirrored(inside, inside // 2, 3)]
            up += [*rise, LIN(inside // 2), nn.ReLU()]
        self.up = nn.Sequential(*up, *_mirrored(width, 3, 7), nn.Tanh())

    def forward(self, x: Tensor) -> Tensor:
        return self.both(x).picture

    def both(self, x: Tensor) -> Drawn:
        """The drawing, and the logits of the attention."""
        x, logits = self.attention(self.down(x))
        read = self.read(self.seen(x).flatten(1))
        gain, offset = self.gain(read), self.offset(read)
        for block in self.styled:
            x = block(x, gain, offset)
        return Drawn(self.up(x), logits)

    def seen(self, x: Tensor) -> Tensor:
        """The input of the gains and offsets: (N, C, side, side), or (N, C, 1, 1) if light."""
        if not self.side:
            return x.mean((2, 3), keepdim=True)
        if x.shape[2:] == (self.side, self.side):
            return x
        return F.interpolate(x, (self.side, self.side), mode="bilinear", align_corners=False)


class UGatItCritic(nn.Module):
    """Patch critic of pictures (N, 3, H, W) with attention and spectral norm.

    ``halvings``: 3 for the local critic, 5 for the global one, whose receptive field is nearly 256
    pixels. Sides are at least 3 * 2**halvings.
    """

    def __init__(self, halvings: int, width: int = 64) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inside = 3
        for number in range(halvings + 1):
            out, stride = width * 2**number, 2 if number < halvings else 1
            layers += [*_judging(inside, out, stride), nn.LeakyReLU(SLOPE)]
            inside = out
        self.layers = nn.Sequential(*layers)
        self.attention = Attention(inside, SLOPE, normed=True)
        self.patches = nn.Sequential(*_judging(inside, 1, 1, bias=False))

    def forward(self, x: Tensor) -> CriticLogits:
        x, logits = self.attention(self.layers(x))
        return CriticLogits(self.patches(x), logits)


def _mirrored(inside: int, out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    border = nn.ReflectionPad2d(kernel // 2)
    return nn.Sequential(border, nn.Conv2d(inside, out, kernel, stride, bias=False))


def _block(width: int) -> Residual:
    return Residual(
        *(*_mirrored(width, width, 3), nn.InstanceNorm2d(width), nn.ReLU()),
        *(*_mirrored(width, width, 3), nn.InstanceNorm2d(width)),
    )


def _judging(inside: int, out: int, stride: int, *, bias: bool = True) -> tuple[nn.Module, ...]:
    conv = nn.Conv2d(inside, out, 4, stride, bias=bias)
    return nn.ReflectionPad2d(1), spectral_norm(conv)
