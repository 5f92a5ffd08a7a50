"""The generator of GANs N' Roses (Chong and Forsyth 2021, arXiv 2106.06561), one for each way.

An encoder takes a picture apart into *content*, a map that moves with the picture, and *style*, a
short code that does not. A mapping network turns a style code z into w; the decoder draws the
content map in w with StyleGAN2's layers. Pictures are NCHW RGB in [-1, 1], in and out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.blocks import eager_on_cpu, moments_on_cpu
from rosetail.layers.equalized import ROOT2, EqualConv, EqualLinear
from rosetail.layers.modulated import Modulated, StyledConv, ToRgb
from rosetail.layers.resample import blur_before_halving, double, halve
from rosetail.methods.roses.close_up import FACE, HEAD, CloseUp, face_parts, held
from rosetail.methods.roses.palette import mixed, mixed_smoothed, smoothed
from rosetail.methods.roses.template import Template

EPSILON = 1e-6
LUMA = (0.299, 0.587, 0.114)
STROKE = 5  # pixels: what is narrower is a stroke
LEAST_STROKE = 0.06  # contrast, of a range of 2, of a stroke that stays as it is
LIGHT_STROKES = 0.8  # how much light ones count beside dark ones
LEAST_EDGE, FULL_EDGE = 0.3, 0.6  # steps of colour that a line begins at, and is whole from
TEMPLATE_SIZES = 3  # the content's size, twice and four times that get a template's maps
STYLE_HALVINGS = 2  # from the content map to what the style is read from


@dataclass(frozen=True)
class Shape:
    """Sizes of a generator.

    ``widths``: channels at full size, half, a quarter, ... down to the content map. ``deep``:
    channels of the style head. ``style`` and ``latent``: numbers in z and in w. ``side``: width
    and height of the pictures when the style head looks at places one by one, as published; 0
    takes the mean over all places, and pictures may have any size that can be halved.

    ``fold``: the largest maps have one place for so many pixels a side, in a first convolution of
    that stride and a last one that is sub-pixel (Shi and others 2016). "Full size" in ``widths`` is
    then the picture's divided by it, and the costliest layers are spared. 1 is as published.

    ``palette``: how many colours a picture is mixed of, place by place (:class:`PaletteDecoder`); 0
    draws in any colours, as published. With one, w begins without effect and the mapping network
    learns at the rate of the others: a style has little to unlearn.

    ``template``: as many numbers of w, of a palette, draw maps that the content bends into place
    (:class:`rosetail.methods.roses.template.Template`); 0 draws none. ``close_up``: as many draw
    eyes and mouth besides, and as many the head, where the template's points are
    (:class:`rosetail.methods.roses.close_up.CloseUp`).

    ``larger``: pictures outside are so many times larger than the layers' own, shrunk on the way in
    and enlarged on the way out. Of a palette it is the shares that are enlarged, so that borders
    between colours stay as sharp as they were.

    ``steep`` and ``ink`` are for the export of a palette. Taught by comparison it hedges: where it
    is not sure of a line it draws half of one. ``steep`` multiplies shares before the softmax, so
    that each place is surer of its colour; ``ink`` is how much stronger than they are narrow
    strokes are drawn (:func:`strokes`), ``outline`` how dark lines are that are drawn where colours
    meet (:func:`edges`). 1 and 0 change nothing.
    """

    widths: tuple[int, ...] = (32, 64, 128, 256)
    deep: int = 256
    style: int = 32
    latent: int = 512
    mapping: int = 5  # layers
    side: int = 0
    edits: int = 0  # named directions in w that are learned with the rest
    fold: int = 1
    palette: int = 0
    template: int = 0
    close_up: int = 0
    larger: int = 1
    steep: float = 1.0
    ink: float = 0.0
    outline: float = 0.0

    def __post_init__(self) -> None:
        if min(self.fold, self.larger) < 1 or self.palette < 0:
            raise ValueError("fold and larger must be at least 1, palette at least 0")
        if self.steep <= 0 or self.ink < 0 or not 0 <= self.outline <= 1:
            raise ValueError("give steep above 0, ink at least 0, outline from 0 to 1")
        if self.template < 0 or (self.template and (not self.palette or len(self.widths) < 3)):
            raise ValueError("template must be at least 0; it needs a palette and three widths")
        if self.close_up < 0 or (self.close_up and not self.template):
            raise ValueError("close_up must be at least 0; it needs a template")
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
        return int(self.larger * self.fold * 2 ** (len(self.widths) - 1 + STYLE_HALVINGS))

    @property
    def places(self) -> int:
        """Places that the style head keeps apart; 1 when it takes their mean."""
        return max(self.side // self.multiple, 1) ** 2


FULL = Shape(widths=(64, 128, 256, 512, 512), deep=512, style=8, side=256)
SMALL = Shape(
    widths=(64, 128, 256), style=119, mapping=1, fold=2, palette=24, template=128, close_up=96
)
MEDIUM = replace(SMALL, widths=(32, 64, 128, 256))


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
        self.stem = EqualConv(3, widths[0], shape.fold, stride=shape.fold, padding=0)
        self.down = nn.ModuleList(Halved(*pair) for pair in pairwise(widths))
        self.kept = Kept(last)
        self.content = nn.Sequential(EqualConv(last, last, 1), EqualConv(last, last, 1))
        self.style_down = nn.Sequential(
            BlurredConv(last, shape.deep), BlurredConv(shape.deep, shape.deep)
        )
        read = shape.deep * shape.places if shape.side else 2 * (sum(widths) + shape.deep)
        self.style_hidden = EqualLinear(read, shape.deep, active=True)
        self.style_out = EqualLinear(shape.deep, shape.style)

    def forward(self, x: Tensor) -> Parts:
        """Raises ValueError for a size that cannot be."""
        maps = self.maps(x)
        return Parts(cast(Tensor, self.content(maps[-1])), self.style(maps))

    def maps(self, x: Tensor) -> list[Tensor]:
        """Maps of every size, finest first; both heads start from the last."""
        height, width = x.shape[-2:]
        multiple, side = self.shape.multiple, self.shape.side
        if height % multiple or width % multiple or (side and (height, width) != (side, side)):
            wanted = f"{side}x{side}" if side else f"sides that are multiples of {multiple}"
            raise ValueError(f"picture of {width}x{height}: {wanted} wanted; resize it")
        found = [self.stem(F.avg_pool2d(x, self.shape.larger) if self.shape.larger > 1 else x)]
        for block in self.down:
            found.append(block(found[-1]))
        return [*found[:-1], self.kept(found[-1])]

    def style(self, maps: list[Tensor]) -> Tensor:
        """Style codes (N, style), in single precision."""
        deep = self.style_down(maps[-1])
        if self.shape.side:  # channel by channel, the places of each in rows, as published
            read = deep.flatten(1).float()
        else:
            read = torch.cat([moments(each) for each in (*maps, deep)], 1)
        with torch.autocast(read.device.type, enabled=False):
            return cast(Tensor, self.style_out(self.style_hidden(read)))


def moments(x: Tensor) -> Tensor:
    """Mean and standard deviation over places: (N, C, H, W) to (N, 2 C), in single precision."""
    if eager_on_cpu(x):
        return torch.cat(moments_on_cpu(x, EPSILON), 1).float()
    variance, mean = torch.var_mean(x.float(), (2, 3), correction=0)
    return torch.cat([mean, (variance + EPSILON).sqrt()], 1)


class Mapping(nn.Module):
    """Style codes z (N, style) to w (N, latent), in single precision."""

    RATE = 0.01  # learning-rate multiplier

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        rate = 1.0 if shape.palette else self.RATE
        sizes = [shape.style] + [shape.latent] * shape.mapping
        self.layers = nn.Sequential(
            *(EqualLinear(*pair, rate=rate, active=True) for pair in pairwise(sizes))
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


class Grown(nn.Module):
    """Twice the size, two styled convolutions: (N, I, H, W) to (N, O, 2 H, 2 W)."""

    def __init__(self, in_channels: int, out_channels: int, latent: int) -> None:
        super().__init__()
        self.up = StyledConv(in_channels, out_channels, latent, doubles=True)
        self.same = StyledConv(out_channels, out_channels, latent)

    def forward(self, x: Tensor, w: Tensor, added: Tensor | None = None) -> Tensor:
        """``added`` (N, O, 2 H, 2 W) joins in between."""
        x = self.up(x, w)
        return cast(Tensor, self.same(x if added is None else x + added, w))


class Rise(Grown):
    """Twice the size, and what it adds to the picture so far."""

    def __init__(self, in_channels: int, out_channels: int, latent: int, fold: int) -> None:
        super().__init__(in_channels, out_channels, latent)
        self.rgb = ToRgb(out_channels, latent, fold)


class Decoder(nn.Module):
    """Content (N, C, h, w) drawn in w (N, latent): a picture (N, 3, H, W), not clipped."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths, latent = shape.widths[::-1], shape.latent
        self.block = StyledKept(widths[0], latent)
        self.first = StyledConv(widths[0], widths[0], latent)
        self.first_rgb = ToRgb(widths[0], latent, shape.fold)
        self.rise = nn.ModuleList(Rise(*pair, latent, shape.fold) for pair in pairwise(widths))
        self.larger = shape.larger

    def forward(self, content: Tensor, w: Tensor) -> Tensor:
        x = self.first(self.block(content, w), w)
        picture = self.first_rgb(x, w).float()
        for rise in self.rise:
            x = rise(x, w)
            picture = cast(Rise, rise).rgb(x, w) + double(picture)
        return enlarged(picture, self.larger)


def enlarged(x: Tensor, times: int) -> Tensor:
    """(N, C, H, W) to (N, C, times H, times W), cubic; as it is for 1."""
    return x if times == 1 else F.interpolate(x, scale_factor=times, mode="bicubic")


def strokes(picture: Tensor) -> Tensor:
    """What makes strokes narrower than STROKE pixels of (N, 3, H, W) as strong again: (N, 1, H, W).

    Light strokes stand out of the opening of the luma, dark ones of its closing.
    """
    grey = (picture * picture.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)
    closed, opened = -_most(-_most(grey)), _most(-_most(-grey))
    light = F.relu(grey - opened - LEAST_STROKE)
    return LIGHT_STROKES * light - F.relu(closed - grey - LEAST_STROKE)


def edges(picture: Tensor) -> Tensor:
    """Where colours meet in (N, C, H, W): how much a pixel and its four neighbours differ, as
    (N, 1, H, W) from 0 to 1."""

    def most(x: Tensor) -> Tensor:
        above, beside = F.max_pool2d(x, (3, 1), 1, (1, 0)), F.max_pool2d(x, (1, 3), 1, (0, 1))
        return torch.maximum(above, beside)

    step = (most(picture) + most(-picture)).square().sum(1, keepdim=True).sqrt()
    return ((step - LEAST_EDGE) / (FULL_EDGE - LEAST_EDGE)).clamp(0, 1)


def _most(x: Tensor) -> Tensor:
    """The largest in a square of STROKE about each place."""
    return F.max_pool2d(x, STROKE, stride=1, padding=STROKE // 2)


class PaletteDecoder(nn.Module):
    """As :class:`Decoder`, each place a mixture of the style's few colours.

    Drawings are flat: w says what the colours are, by one linear layer, and the convolutions how
    much of each is where, by a softmax. Neither has to learn the other's part, and what is sure of
    its colour is as even as a cel. The first colour is the ground's, so that its share says where
    the figure is not.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        widths, latent = shape.widths[::-1], shape.latent
        self.block = StyledKept(widths[0], latent)
        self.first = StyledConv(widths[0], widths[0], latent)
        self.rise = nn.ModuleList(Grown(*pair, latent) for pair in pairwise(widths))
        self.shares = ToRgb(widths[-1], latent, shape.fold, shape.palette)
        self.palette = EqualLinear(latent, 3 * shape.palette)
        self.template = (
            Template(shape.template, latent, widths[:TEMPLATE_SIZES]) if shape.template else None
        )
        self.close_ups = nn.ModuleList(
            CloseUp(shape.close_up, latent, widths[0], widths[-1], zones)
            for zones in (FACE, HEAD)
            if shape.close_up
        )
        self.larger, self.folded = shape.larger, shape.fold > 1
        self.steep, self.ink, self.outline = shape.larger * shape.steep, shape.ink, shape.outline
        for layer in self.modules():
            if isinstance(layer, Modulated):
                nn.init.zeros_(layer.modulation.weight)
        nn.init.zeros_(self.palette.weight)
        nn.init.uniform_(self.palette.bias, -1, 1)

    def forward(self, content: Tensor, w: Tensor, landmarks: Tensor | None = None) -> Tensor:
        return self.figure(content, w, landmarks)[0]

    def figure(
        self, content: Tensor, w: Tensor, landmarks: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The picture, and where in it the figure is: (N, 1, H, W) from 0 to 1."""
        points = None if self.template is None else self.template.points(content, landmarks)
        shares = self.shares(self.drawn(content, w, points), w)
        with torch.autocast(w.device.type, enabled=False):
            colours = self.palette(w.float()).unflatten(1, (-1, 3))
            picture, ground = self.mixture(shares, colours)
            if self.ink:
                picture = picture + self.ink * strokes(picture)
            if self.outline:  # about the figure too, whatever its colours
                lines = edges(torch.cat([picture, 1 - 2 * ground], 1))
                if points is not None:
                    lines = lines * (1 - face_parts(points, lines.shape[-2:]))
                picture = (picture + 1) * (1 - self.outline * lines) - 1
            return picture.contiguous(memory_format=torch.channels_last), 1 - ground

    def mixture(self, shares: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
        """See :func:`rosetail.methods.roses.palette.mixed`; smoothed, enlarged and as steep as
        told."""
        if self.folded and self.larger == self.steep == 1:
            return mixed_smoothed(shares, colours)
        if self.folded:
            shares = smoothed(shares)
        # Before the softmax they are slopes across a border: as steep per pixel as before.
        return mixed(self.steep * enlarged(shares.float(), self.larger), colours)

    def drawn(self, content: Tensor, w: Tensor, points: Tensor | None) -> Tensor:
        """The finest map; ``points`` are a template's."""
        added: list[Tensor | None] = [None] * (len(self.rise) + 1)
        if self.template is not None and points is not None:
            added[:TEMPLATE_SIZES] = self.template(content, w, points)
            finest = torch.Size(side * 2 ** len(self.rise) for side in content.shape[-2:])
            told = held(content, points) if self.close_ups else None
            for each in self.close_ups:
                more = each(w, points, told, finest)
                added[-1] = more if added[-1] is None else added[-1] + more
        x = content if added[0] is None else content + added[0]
        x = self.first(self.block(x, w), w)
        for rise, more in zip(self.rise, added[1:], strict=True):
            x = rise(x, w, more)
        return x


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
        self.decoder = PaletteDecoder(shape) if shape.palette else Decoder(shape)
        if shape.edits:
            self.edits = nn.Parameter(torch.zeros(shape.edits, shape.latent))

    def encode(self, x: Tensor) -> Parts:
        return cast(Parts, self.encoder(x))

    def decode(self, content: Tensor, z: Tensor) -> Tensor:
        """``content`` in style ``z`` (N, style)."""
        return self.draw(content, self.mapping(z))

    def draw(self, content: Tensor, w: Tensor, landmarks: Tensor | None = None) -> Tensor:
        """``content`` in ``w`` (N, latent): what characters and their edits are made of."""
        return self.figure(content, w, landmarks)[0]

    def figure(
        self, content: Tensor, w: Tensor, landmarks: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """What ``draw`` gives, and where in it the figure is: (N, 1, H, W) from 0 to 1.

        ``landmarks`` (N, LANDMARKS, 2), x and y from -1 to 1, are for a template: where they are
        known; those that are NaN, all without them, are found in the content."""
        if isinstance(self.decoder, PaletteDecoder):
            return self.decoder.figure(content, w, landmarks)
        picture = cast(Tensor, self.decoder(content, w))
        return picture, torch.ones_like(picture[:, :1])

    def directions(self) -> Tensor:
        """What each edit adds to w at its full strength, (edits, latent)."""
        return self.EDIT_RATE * self.edits

    def edited(self, w: Tensor, edit: Tensor) -> Tensor:
        """``w`` (N, latent) with the edits of numbers ``edit`` (N,) from 1; 0 changes nothing."""
        none = torch.zeros_like(self.edits[:1])
        return w + torch.cat([none, self.directions()])[edit]

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        return self.decode(self.encode(x).content, z)
