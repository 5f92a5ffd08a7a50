"""The generator of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561) for one direction.

An encoder splits a picture into *content*, a map that moves with the picture, and *style*, a short
code that does not. A mapping network turns a style code z into w, and a decoder of StyleGAN2 layers
draws the content map in the style w. Pictures are NCHW RGB in [-1, 1], in and out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.blocks import eager_on_cpu, moments_on_cpu
from rosetail.layers.equalized import BlurredConv, DownBlock, EqualConv, EqualLinear, ResBlock
from rosetail.layers.modulated import StyledConv, StyledResBlock, ToRgb, UpBlock
from rosetail.layers.resample import double
from rosetail.methods.roses.palette import PaletteDecoder, upscale

EPSILON = 1e-6


@dataclass(frozen=True)
class RosesShape:
    """Sizes of a generator. First the paper's, then extensions, which are off by default."""

    widths: tuple[int, ...] = (32, 64, 128, 256)  # channels at full size, half, ... to the content
    deep: int = 256  # channels of the style head
    style: int = 32  # dimensions of the style code z
    latent: int = 512  # dimensions of w
    mapping: int = 5  # layers of the mapping network
    # Side of the pictures if the style head is flattened, as published. With 0 it takes channel
    # means and standard deviations, and sides may be any multiple of `multiple`.
    side: int = 0

    edits: int = 0  # named directions in w that are trained with the network
    # Stride of the stem and scale of the sub-pixel last layer (Shi et al. 2016): it reduces the
    # size of the largest maps.
    fold: int = 1
    # Colours that each pixel is a mixture of (PaletteDecoder); 0 predicts RGB. With a palette w
    # starts without effect, and the mapping network trains at the full learning rate.
    palette: int = 0
    template: int = 0  # inputs of maps drawn from w and warped by the content (template.py)
    close_up: int = (
        0  # inputs of the separate maps of eyes and mouth, and of the head (close_up.py)
    )
    # Factor by which pictures are larger than the layers' maps: input is pooled, output upscaled
    # (with a palette the logits, so that edges stay sharp).
    larger: int = 1
    steep: float = 1.0  # for export: factor of the logits before the softmax
    ink: float = 0.0  # for export: how much narrow strokes are strengthened (palette.strokes)
    outline: float = 0.0  # for export: how much edges are darkened (palette.edges)

    style_halvings: int = 2  # blurred convolutions between the content map and the style layer
    content_kernel: int = 1  # of the content head; 3 in the authors' train branch

    def __post_init__(self) -> None:
        if min(self.fold, self.larger) < 1 or self.palette < 0:
            raise ValueError("fold and larger must be at least 1, palette at least 0")
        if self.steep <= 0 or self.ink < 0 or not 0 <= self.outline <= 1:
            raise ValueError("steep must be above 0, ink at least 0, outline from 0 to 1")
        if self.template < 0 or (self.template and (not self.palette or len(self.widths) < 3)):
            raise ValueError("template must be at least 0; it needs a palette and three widths")
        if self.close_up < 0 or (self.close_up and not self.template):
            raise ValueError("close_up must be at least 0; it needs a template")
        if len(self.widths) < 2 or min(*self.widths, self.deep, self.style, self.latent) < 1:
            raise ValueError("widths must have at least two entries, and all sizes be at least 1")
        if min(self.edits, self.style_halvings) < 0:
            raise ValueError("edits and style_halvings must be at least 0")
        if self.mapping < 1:
            raise ValueError("mapping must be at least 1")
        if self.content_kernel not in (1, 3):
            raise ValueError("content_kernel must be 1 or 3")
        if self.side < 0 or self.side % self.multiple:
            raise ValueError(f"side must be 0 or a multiple of {self.multiple}")

    @property
    def multiple(self) -> int:
        """Sides of pictures must be multiples of this."""
        return int(self.larger * self.fold * 2 ** (len(self.widths) - 1 + self.style_halvings))

    @property
    def places(self) -> int:
        """Positions that the style layer is flattened from; 1 without ``side``."""
        return max(self.side // self.multiple, 1) ** 2


FULL = RosesShape(widths=(64, 128, 256, 512, 512), deep=512, style=8, side=256)
SMALL = RosesShape(
    widths=(64, 128, 256), style=119, mapping=1, fold=2, palette=24, template=128, close_up=96
)


class Encoded(NamedTuple):
    """An encoded picture: ``content`` (N, C, h, w) and ``style`` (N, style)."""

    content: Tensor
    style: Tensor


class RosesEncoder(nn.Module):
    """Picture (N, 3, H, W) to its :class:`Encoded`."""

    def __init__(self, shape: RosesShape) -> None:
        super().__init__()
        widths, last, kernel = shape.widths, shape.widths[-1], shape.content_kernel
        self.shape = shape
        self.stem = EqualConv(3, widths[0], shape.fold, stride=shape.fold, padding=0)
        self.down = nn.ModuleList(DownBlock(*pair) for pair in pairwise(widths))
        self.kept = ResBlock(last)
        self.content = nn.Sequential(EqualConv(last, last, kernel), EqualConv(last, last, kernel))
        deep = [last] + [shape.deep] * shape.style_halvings
        self.style_down = nn.Sequential(*(BlurredConv(*pair) for pair in pairwise(deep)))
        moments_size = 2 * (sum(widths) + deep[-1])
        self.style_hidden = EqualLinear(
            deep[-1] * shape.places if shape.side else moments_size, shape.deep, active=True
        )
        self.style_out = EqualLinear(shape.deep, shape.style)

    def forward(self, x: Tensor) -> Encoded:
        """Raises ValueError for an unsupported picture size."""
        maps = self.maps(x)
        return Encoded(cast(Tensor, self.content(maps[-1])), self.style(maps))

    def maps(self, x: Tensor) -> list[Tensor]:
        """Feature maps of every resolution, finest first; both heads start from the last."""
        height, width = x.shape[-2:]
        multiple, side = self.shape.multiple, self.shape.side
        if height % multiple or width % multiple or (side and (height, width) != (side, side)):
            expected = f"{side}x{side}" if side else f"sides that are multiples of {multiple}"
            raise ValueError(f"picture of {width}x{height}: expected {expected}; resize it")
        maps = [self.stem(F.avg_pool2d(x, self.shape.larger) if self.shape.larger > 1 else x)]
        for block in self.down:
            maps.append(block(maps[-1]))
        return [*maps[:-1], self.kept(maps[-1])]

    def style(self, maps: list[Tensor]) -> Tensor:
        """Style codes (N, style), in single precision."""
        deep = self.style_down(maps[-1])
        if self.shape.side:
            features = deep.flatten(1).float()
        else:
            features = torch.cat([moments(each) for each in (*maps, deep)], 1)
        with torch.autocast(features.device.type, enabled=False):
            return cast(Tensor, self.style_out(self.style_hidden(features)))


def moments(x: Tensor) -> Tensor:
    """Mean and standard deviation of each channel: (N, C, H, W) to (N, 2 C), single precision."""
    if eager_on_cpu(x):
        return torch.cat(moments_on_cpu(x, EPSILON), 1).float()
    variance, mean = torch.var_mean(x.float(), (2, 3), correction=0)
    return torch.cat([mean, (variance + EPSILON).sqrt()], 1)


class MappingNetwork(nn.Module):
    """Style codes z (N, style) to w (N, latent), in single precision."""

    LR_MULTIPLIER = 0.01

    def __init__(self, shape: RosesShape) -> None:
        super().__init__()
        rate = 1.0 if shape.palette else self.LR_MULTIPLIER
        sizes = [shape.style] + [shape.latent] * shape.mapping
        self.layers = nn.Sequential(
            *(EqualLinear(*pair, rate=rate, active=True) for pair in pairwise(sizes))
        )

    def forward(self, z: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):
            return cast(Tensor, self.layers(z.float()))


class RgbUpBlock(UpBlock):
    """An :class:`UpBlock` with the layer that adds its part to the picture."""

    def __init__(self, in_channels: int, out_channels: int, latent: int, fold: int) -> None:
        super().__init__(in_channels, out_channels, latent)
        self.rgb = ToRgb(out_channels, latent, fold)


class RosesDecoder(nn.Module):
    """Content (N, C, h, w) in style w (N, latent) to a picture (N, 3, H, W), not clipped."""

    def __init__(self, shape: RosesShape) -> None:
        super().__init__()
        widths, latent = shape.widths[::-1], shape.latent
        self.block = StyledResBlock(widths[0], latent)
        self.first = StyledConv(widths[0], widths[0], latent)
        self.first_rgb = ToRgb(widths[0], latent, shape.fold)
        self.rise = nn.ModuleList(
            RgbUpBlock(*pair, latent, shape.fold) for pair in pairwise(widths)
        )
        self.larger = shape.larger

    def forward(self, content: Tensor, w: Tensor) -> Tensor:
        x = self.first(self.block(content, w), w)
        picture = self.first_rgb(x, w).float()
        for block in self.rise:
            x = block(x, w)
            picture = cast(RgbUpBlock, block).rgb(x, w) + double(picture)
        return upscale(picture, self.larger)


class Roses(nn.Module):
    """Encoder, mapping network and decoder of one direction, such as photos to drawings.

    ``FULL`` has the published 39.6 M parameters. The encoder reads pictures of the source domain;
    the decoder draws pictures of the target domain, in random styles or in styles that the other
    direction's encoder read from pictures of that domain.
    """

    EDIT_LR_MULTIPLIER = 10.0  # each edit is trained in few steps

    def __init__(self, shape: RosesShape = SMALL) -> None:
        super().__init__()
        self.shape = shape
        self.encoder = RosesEncoder(shape)
        self.mapping = MappingNetwork(shape)
        self.decoder = (
            PaletteDecoder(
                shape.widths[::-1],
                shape.latent,
                colours=shape.palette,
                fold=shape.fold,
                template=shape.template,
                close_up=shape.close_up,
                larger=shape.larger,
                steep=shape.steep,
                ink=shape.ink,
                outline=shape.outline,
            )
            if shape.palette
            else RosesDecoder(shape)
        )
        if shape.edits:
            self.edits = nn.Parameter(torch.zeros(shape.edits, shape.latent))

    def encode(self, x: Tensor) -> Encoded:
        return cast(Encoded, self.encoder(x))

    def decode(self, content: Tensor, z: Tensor) -> Tensor:
        """``content`` in style ``z`` (N, style)."""
        return self.draw(content, self.mapping(z))

    def draw(self, content: Tensor, w: Tensor, landmarks: Tensor | None = None) -> Tensor:
        """``content`` in ``w`` (N, latent), the space of characters and their edits."""
        return self.figure(content, w, landmarks)[0]

    def figure(
        self, content: Tensor, w: Tensor, landmarks: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The picture of :meth:`draw` and its foreground mask (N, 1, H, W) in [0, 1].

        ``landmarks`` (N, LANDMARKS, 2), x and y in [-1, 1], place a template where they are known;
        missing ones (NaN, or None for all) are located in the content.
        """
        if isinstance(self.decoder, PaletteDecoder):
            return self.decoder.figure(content, w, landmarks)
        picture = cast(Tensor, self.decoder(content, w))
        return picture, torch.ones_like(picture[:, :1])

    def directions(self) -> Tensor:
        """The vectors that the edits add to w at full strength, (edits, latent)."""
        return self.EDIT_LR_MULTIPLIER * self.edits

    def edited(self, w: Tensor, edit: Tensor) -> Tensor:
        """``w`` (N, latent) with the edits of indices ``edit`` (N,), from 1; 0 changes nothing."""
        none = torch.zeros_like(self.edits[:1])
        return w + torch.cat([none, self.directions()])[edit]

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        return self.decode(self.encode(x).content, z)
