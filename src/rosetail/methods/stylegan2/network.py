"""StyleGAN2 (Karras and others 2020, arXiv 1912.04958) for drawings, with a photo encoder.

A mapping network maps z to w. The synthesis network starts from a learned constant and upsamples
it; each layer is modulated by its own w. In training all layers share one w. Style mixing uses
several: coarse layers determine the pose and the layout, fine layers the style. The encoder maps a
picture to one w per layer (*w+*), so that a photo's coarse codes can be combined with a style's
fine codes. Pictures are NCHW RGB in [-1, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.equalized import ROOT2, DownBlock, EqualConv, EqualLinear, leaky
from rosetail.layers.modulated import StyledConv, ToRgb
from rosetail.layers.resample import double

FIRST = 4  # pixels a side of the learned constant
GROUP = 4  # size of the groups of minibatch standard deviation
EPSILON = 1e-8
CALM = 0.7  # truncation of the styles in use


@dataclass(frozen=True)
class StyleGan2Shape:
    """``widths``: channels at full size, half, ... down to 4x4. ``latent``: numbers in z and w.

    ``coarse``: how many layers use the photo's codes; the others use the style's.
    """

    widths: tuple[int, ...] = (128, 256, 512, 512, 512, 512, 512)
    latent: int = 512
    mapping: int = 8  # layers
    coarse: int = 8

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(*self.widths, self.latent, self.mapping) < 1:
            raise ValueError("at least two widths, and all sizes at least 1")
        if not 0 <= self.coarse <= self.layers:
            raise ValueError(f"coarse must be between 0 and {self.layers}, all layers")

    @property
    def side(self) -> int:
        """Side of the pictures, in pixels."""
        return int(FIRST * 2 ** (len(self.widths) - 1))

    @property
    def layers(self) -> int:
        """Number of w codes: two convolutions a resolution, and the last RGB layer."""
        return 2 * len(self.widths)


class Mapping(nn.Module):
    """z (N, latent), normalized to length sqrt(latent), to w (N, latent), in single precision."""

    RATE = 0.01  # learning-rate multiplier

    def __init__(self, latent: int, count: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(EqualLinear(latent, latent, rate=self.RATE, active=True) for _ in range(count))
        )

    def forward(self, z: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):
            z = z.float()
            z = z * torch.rsqrt(z.square().mean(1, keepdim=True) + EPSILON)
            return cast(Tensor, self.layers(z))


class NoisyConv(StyledConv):
    """A styled convolution with noise, scaled by a learned strength, before its leaky ReLU.

    With ``random`` false the noise is constant, so that clips do not flicker.
    """

    noise: Tensor

    def __init__(self, inside: int, out: int, latent: int, side: int, *, doubles: bool) -> None:
        super().__init__(inside, out, latent, doubles=doubles)
        self.strength = nn.Parameter(torch.zeros(1))
        self.register_buffer("noise", torch.randn(1, 1, side, side))

    def noisy(self, x: Tensor, w: Tensor, *, random: bool) -> Tensor:
        x = self.summed(x, w)
        noise = torch.randn_like(x[:, :1]) if random else self.noise.to(x.dtype)
        return leaky(x + noise * (self.strength * ROOT2).to(x.dtype))


class Synthesis(nn.Module):
    """Codes w+ (N, layers, latent) to a picture (N, 3, side, side), not clipped."""

    def __init__(self, shape: StyleGan2Shape) -> None:
        super().__init__()
        widths, latent = shape.widths[::-1], shape.latent
        self.start = nn.Parameter(torch.randn(1, widths[0], FIRST, FIRST))
        self.first = NoisyConv(widths[0], widths[0], latent, FIRST, doubles=False)
        self.up, self.same = nn.ModuleList(), nn.ModuleList()
        self.rgb = nn.ModuleList([ToRgb(widths[0], latent)])
        for number, (inside, out) in enumerate(pairwise(widths), start=1):
            side = FIRST * 2**number
            self.up.append(NoisyConv(inside, out, latent, side, doubles=True))
            self.same.append(NoisyConv(out, out, latent, side, doubles=False))
            self.rgb.append(ToRgb(out, latent))

    def forward(self, codes: Tensor, *, random: bool = False) -> Tensor:
        x = self.first.noisy(self.start, codes[:, 0], random=random)  # broadcast over N
        picture = cast(Tensor, self.rgb[0](x, codes[:, 1]))
        for number, (up, same) in enumerate(zip(self.up, self.same, strict=True)):
            place = 1 + 2 * number
            x = cast(NoisyConv, up).noisy(x, codes[:, place], random=random)
            x = cast(NoisyConv, same).noisy(x, codes[:, place + 1], random=random)
            picture = double(picture) + self.rgb[number + 1](x, codes[:, place + 2])
        return picture


class Reader(nn.Module):
    """Pictures (N, 3, side, side) to codes relative to the mean, (N, layers, latent)."""

    def __init__(self, shape: StyleGan2Shape) -> None:
        super().__init__()
        last, latent = shape.widths[-1], shape.latent
        self.shape = shape
        self.stem = EqualConv(3, shape.widths[0], 1)
        self.down = nn.ModuleList(DownBlock(*pair) for pair in pairwise(shape.widths))
        self.hidden = EqualLinear(last * FIRST**2, latent, active=True)
        self.out = EqualLinear(latent, shape.layers * latent)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for block in self.down:
            x = block(x)
        with torch.autocast(x.device.type, enabled=False):
            codes = self.out(self.hidden(x.float().flatten(1)))
            return cast(Tensor, codes.unflatten(1, (self.shape.layers, self.shape.latent)))


class StyleGan2(nn.Module):
    """Mapping, synthesis and reader. With 256 pixels the first two have the published 30.0 M
    parameters.

    ``w_mean`` is the running mean of w; ``shown`` is the z of the style for photos.
    """

    MULTIPLE, SMALLEST = 1, 16
    w_mean: Tensor
    shown: Tensor

    def __init__(self, shape: StyleGan2Shape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or StyleGan2Shape()
        self.mapping = Mapping(shape.latent, shape.mapping)
        self.synthesis = Synthesis(shape)
        self.reader = Reader(shape)
        self.register_buffer("w_mean", torch.zeros(shape.latent))
        seeded = torch.Generator().manual_seed(0)
        self.register_buffer("shown", torch.randn(1, shape.latent, generator=seeded))

    def draw(self, w: Tensor) -> Tensor:
        """The picture of codes (N, layers, latent), or of one w for all layers (N, latent)."""
        return cast(Tensor, self.synthesis(self.everywhere(w)))

    def everywhere(self, w: Tensor) -> Tensor:
        """``w`` (N, latent) repeated for every layer; codes (N, layers, latent) as they are."""
        return w[:, None].expand(-1, self.shape.layers, -1) if w.dim() == 2 else w

    def read(self, picture: Tensor) -> Tensor:
        """Codes (N, layers, latent) of pictures of any size."""
        return self.w_mean + cast(Tensor, self.reader(_resized(picture, self.shape.side)))

    def calm(self, z: Tensor) -> Tensor:
        """w (N, latent) of z, truncated towards the mean w."""
        return self.w_mean.lerp(self.mapping(z), CALM)

    def mixed(self, codes: Tensor, w: Tensor) -> Tensor:
        """Style mixing: coarse layers of ``codes`` (N, layers, latent), fine ones of ``w``."""
        fine = self.everywhere(w).expand_as(codes)
        return torch.cat([codes[:, : self.shape.coarse], fine[:, self.shape.coarse :]], 1)

    def forward(self, photo: Tensor) -> Tensor:
        """A photo of any size in the style ``shown``, at its size."""
        return self.drawn(photo, self.calm(self.shown))

    def drawn(self, photo: Tensor, w: Tensor) -> Tensor:
        """A photo of any size in the style ``w`` (1, latent), at its size."""
        drawn = self.draw(self.mixed(self.read(photo), w)).clamp(-1, 1)
        size = (photo.shape[2], photo.shape[3])
        return F.interpolate(drawn, size, mode="bilinear", align_corners=False)


class ShownStyle(nn.Module):
    """:class:`StyleGan2` with the codes of the shown style as constants."""

    w: Tensor

    def __init__(self, net: StyleGan2) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("w", net.calm(net.shown).detach())

    def forward(self, photo: Tensor) -> Tensor:
        return self.net.drawn(photo, self.w)


class StyleGan2Critic(nn.Module):
    """A logit (N, 1) for pictures (N, 3, side, side); 28.9 M parameters with 256 pixels.

    The last layers also get the minibatch standard deviation.
    """

    def __init__(self, shape: StyleGan2Shape) -> None:
        super().__init__()
        last = shape.widths[-1]
        self.stem = EqualConv(3, shape.widths[0], 1)
        self.down = nn.ModuleList(DownBlock(*pair) for pair in pairwise(shape.widths))
        self.joined = EqualConv(last + 1, last, 3)
        self.hidden = EqualLinear(last * FIRST**2, last, active=True)
        self.out = EqualLinear(last, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for block in self.down:
            x = block(x)
        with torch.autocast(x.device.type, enabled=False):  # bfloat16 would lose small deviations
            x = x.float()
            x = self.joined(torch.cat([x, group_spread(x)], 1))
            return cast(Tensor, self.out(self.hidden(x.flatten(1))))


def group_spread(x: Tensor) -> Tensor:
    """Minibatch standard deviation (Karras and others 2018): (N, 1, H, W), constant in a picture.

    The standard deviation within groups of four pictures (or the batch), averaged over features.
    Picture i belongs to group i modulo the number of groups.
    """
    count, height, width = x.shape[0], x.shape[2], x.shape[3]
    group = GROUP if count % GROUP == 0 else count
    variance = x.unflatten(0, (group, -1)).var(0, correction=0)
    spread = torch.sqrt(variance + EPSILON).mean((1, 2, 3))
    return spread.repeat(group).view(-1, 1, 1, 1).expand(-1, 1, height, width)


def _resized(picture: Tensor, side: int) -> Tensor:
    if picture.shape[2:] == (side, side):
        return picture
    return F.interpolate(picture, (side, side), mode="bilinear", align_corners=False)
