"""The generator of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561), one for each way.

An encoder takes a picture apart into *content*, a map that moves with the picture, and *style*, a
short code that does not. A mapping network turns a style code z into w; the decoder draws the
content map in w with StyleGAN2's layers. Pictures are NCHW RGB in [-1, 1], in and out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from rosetail.nets.equalised import ROOT2, EqualConv, EqualLinear
from rosetail.nets.modulated import StyledConv, ToRgb
from rosetail.nets.resample import blur_before_halving, double, halve

STYLE_HALVINGS = 2  # from the content map to what the style is read from


@dataclass(frozen=True)
class Shape:
    """Sizes of a generator.

    ``widths``: channels at full size, half, a quarter, ... down to the content map. ``deep``:
    channels of the style head. ``style`` and ``latent``: numbers in z and in w. ``side``: width
    and height of the pictures when the style head looks at places one by one, as published; 0
    takes the mean over all places, and pictures may have any size that can be halved.
    """

    widths: tuple[int, ...] = (32, 64, 128, 256)
    deep: int = 256
    style: int = 32
    latent: int = 512
    mapping: int = 5  # layers
    side: int = 0
    edits: int = 0  # named directions in w that are learned with the rest

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(*self.widths, self.deep, self.style, self.latent) < 1:
            raise ValueError("at least two widths, and all sizes at least 1")
        if self.edits < 0:
            raise ValueError("edits must be at least 0")
        if self.mapping < 1:
            raise ValueError("mapping must have at least 1 layer")
        if self.side < 0 or self.side % self.multiple:
            raise ValueError(f"side must be 0 or a multiple of {self.multiple}")

    @property
    def multiple(self) -> int:
        """What sides of pictures must be multiples of."""
        return int(2 ** (len(self.widths) - 1 + STYLE_HALVINGS))

    @property
    def places(self) -> int:
        """Places that the style head keeps apart; 1 when it takes their mean."""
        return max(self.side // self.multiple, 1) ** 2


FULL = Shape(widths=(64, 128, 256, 512, 512), deep=512, style=8, side=256)
SMALL = Shape()


class Parts(NamedTuple):
    """A picture taken apart: ``content`` (N, C, h, w) and ``style`` (N, style)."""

    content: Tensor
    style: Tensor


class Halved(nn.Module):
    """Residual block to half the size: (N, I, H, W) to (N, O, H/2, W/2).

    (main + skip) / sqrt(2); the factor is in the weights of both.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.first = EqualConv(in_channels, in_channels, 3)
        self.second = EqualConv(in_channels, out_channels, 3, stride=2, padding=0, gain=1 / ROOT2)
        self.skip = EqualConv(
            in_channels, out_channels, 1, bias=False, active=False, gain=1 / ROOT2
        )

    def forward(self, x: Tensor) -> Tensor:
        main = self.second(blur_before_halving(self.first(x)))
        return cast(Tensor, main + self.skip(halve(x)))


class Kept(nn.Module):
    """Residual block of one size: (N, C, H, W) is kept."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = EqualConv(channels, channels, 3)
        self.second = EqualConv(channels, channels, 3, gain=1 / ROOT2)

    def forward(self, x: Tensor) -> Tensor:
        return torch.add(self.second(self.first(x)), x, alpha=1 / ROOT2)


class BlurredConv(nn.Module):
    """Blur, 3x3 convolution of stride 2, leaky ReLU: (N, I, H, W) to (N, O, H/2, W/2)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = EqualConv(in_channels, out_channels, 3, stride=2, padding=0)

    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, self.conv(blur_before_halving(x)))


class Encoder(nn.Module):
    """Picture (N, 3, H, W) to its :class:`Parts`."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths, last = shape.widths, shape.widths[-1]
        self.shape = shape
        self.stem = EqualConv(3, widths[0], 1)
        self.down = nn.ModuleList(Halved(*pair) for pair in pairwise(widths))
        self.kept = Kept(last)
        self.content = nn.Sequential(EqualConv(last, last, 1), EqualConv(last, last, 1))
        self.style_down = nn.Sequential(
            BlurredConv(last, shape.deep), BlurredConv(shape.deep, shape.deep)
        )
        self.style_hidden = EqualLinear(shape.deep * shape.places, shape.deep, active=True)
        self.style_out = EqualLinear(shape.deep, shape.style)

    def forward(self, x: Tensor) -> Parts:
        """Raises ValueError for a size that cannot be."""
        x = self.trunk(x)
        return Parts(cast(Tensor, self.content(x)), self.style(x))

    def trunk(self, x: Tensor) -> Tensor:
        """The map that both heads start from."""
        height, width = x.shape[-2:]
        multiple, side = self.shape.multiple, self.shape.side
        if height % multiple or width % multiple or (side and (height, width) != (side, side)):
            wanted = f"{side}x{side}" if side else f"sides that are multiples of {multiple}"
            raise ValueError(f"picture of {width}x{height}: {wanted} wanted; resize it")
        x = self.stem(x)
        for block in self.down:
            x = block(x)
        return cast(Tensor, self.kept(x))

    def style(self, trunk: Tensor) -> Tensor:
        """Style codes (N, style), in single precision."""
        x = self.style_down(trunk)
        # Channel by channel, the places of each in rows, as the published weights expect.
        x = x.flatten(1) if self.shape.side else x.mean((2, 3))
        with torch.autocast(x.device.type, enabled=False):
            return cast(Tensor, self.style_out(self.style_hidden(x.float())))


class Mapping(nn.Module):
    """Style codes z (N, style) to w (N, latent), in single precision."""

    RATE = 0.01  # learning-rate multiplier

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        sizes = [shape.style] + [shape.latent] * shape.mapping
        self.layers = nn.Sequential(
            *(EqualLinear(*pair, rate=self.RATE, active=True) for pair in pairwise(sizes))
        )

    def forward(self, z: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):
            return cast(Tensor, self.layers(z.float()))


class StyledKept(nn.Module):
    """Residual block of one size drawn in w: (N, C, H, W) is kept."""

    def __init__(self, channels: int, latent: int) -> None:
        super().__init__()
        self.first = StyledConv(channels, channels, latent)
        self.second = StyledConv(channels, channels, latent)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return (self.second(self.first(x, w), w) + x) / ROOT2


class Rise(nn.Module):
    """Twice the size: two styled convolutions, and the picture so far refined by them."""

    def __init__(self, in_channels: int, out_channels: int, latent: int) -> None:
        super().__init__()
        self.up = StyledConv(in_channels, out_channels, latent, doubles=True)
        self.same = StyledConv(out_channels, out_channels, latent)
        self.rgb = ToRgb(out_channels, latent)

    def forward(self, x: Tensor, picture: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
        x = self.same(self.up(x, w), w)
        return x, self.rgb(x, w) + double(picture)


class Decoder(nn.Module):
    """Content (N, C, h, w) drawn in w (N, latent): a picture (N, 3, H, W), not clipped."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths, latent = shape.widths[::-1], shape.latent
        self.block = StyledKept(widths[0], latent)
        self.first = StyledConv(widths[0], widths[0], latent)
        self.first_rgb = ToRgb(widths[0], latent)
        self.rise = nn.ModuleList(Rise(*pair, latent) for pair in pairwise(widths))

    def forward(self, content: Tensor, w: Tensor) -> Tensor:
        x = self.first(self.block(content, w), w)
        picture = self.first_rgb(x, w)
        for rise in self.rise:
            x, picture = rise(x, picture, w)
        return cast(Tensor, picture)


class Roses(nn.Module):
    """Encoder, mapping and decoder of one way, such as from photos to drawings.

    ``FULL`` has the published 39.6 M parameters. The encoder reads pictures of the source domain;
    the decoder draws in the target's, in styles that the other way's encoder may have read there.
    """

    EDIT_RATE = 10.0  # learning-rate multiplier: each edit is seen once in many steps

    def __init__(self, shape: Shape = SMALL) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = Encoder(shape)
        self.mapping = Mapping(shape)
        self.decoder = Decoder(shape)
        if shape.edits:
            self.edits = nn.Parameter(torch.zeros(shape.edits, shape.latent))

    def encode(self, x: Tensor) -> Parts:
        return cast(Parts, self.encoder(x))

    def decode(self, content: Tensor, z: Tensor) -> Tensor:
        """``content`` in style ``z`` (N, style)."""
        return self.draw(content, self.mapping(z))

    def draw(self, content: Tensor, w: Tensor) -> Tensor:
        """``content`` in ``w`` (N, latent): what characters and their edits are made of."""
        return cast(Tensor, self.decoder(content, w))

    def directions(self) -> Tensor:
        """What each edit adds to w at its full strength, (edits, latent)."""
        return self.EDIT_RATE * self.edits

    def edited(self, w: Tensor, edit: Tensor) -> Tensor:
        """``w`` (N, latent) with the edits of numbers ``edit`` (N,) from 1; 0 changes nothing."""
        none = torch.zeros_like(self.edits[:1])
        return w + torch.cat([none, self.directions()])[edit]

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        return self.decode(self.encode(x).content, z)
