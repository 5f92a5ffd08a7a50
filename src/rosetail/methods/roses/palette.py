"""Drawings as mixtures of a few colours per style: the decoder of Rosetail's own models.

The widest map holds one logit per colour and pixel. A plain softmax and matrix product reads it a
dozen times and changes its memory layout twice, which takes longer than all convolutions. On a CPU
:func:`mixed_smoothed` therefore processes chunks that fit in the cache, and has a hand-written
gradient.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.layers.blocks import eager_on_cpu
from rosetail.layers.equalized import EqualLinear
from rosetail.layers.modulated import Modulated, StyledConv, StyledResBlock, ToRgb, UpBlock
from rosetail.methods.roses.close_up import FACE, HEAD, CloseUp, face_mask, face_state
from rosetail.methods.roses.template import Template

CHUNK = 16384  # pixels at a time: 1.5 MB of 24 single-precision numbers
LUMA = (0.299, 0.587, 0.114)
STROKE = 5  # pixels; narrower structures count as strokes
LEAST_STROKE = 0.06  # contrast (of a range of 2) up to which a stroke is left alone
LIGHT_STROKES = 0.8  # weight of light strokes relative to dark ones
LEAST_EDGE, FULL_EDGE = 0.3, 0.6  # colour steps at which an outline begins, and is at full strength
TEMPLATE_SIZES = 3  # resolutions that a template is added at: the content's, x2 and x4


class PaletteDecoder(nn.Module):
    """Content in style w to a picture in which each pixel is a mixture of the style's colours.

    A linear layer predicts ``colours`` RGB colours from w; the convolutions predict logits, and a
    softmax over them the share of each colour at each pixel. Confident pixels are as flat as cel
    shading. The first colour is the background's, so 1 - its share is the foreground mask.

    ``widths``: channels from the content map up to the largest map. For the other arguments see
    :class:`rosetail.methods.roses.network.RosesShape`.
    """

    def __init__(
        self,
        widths: tuple[int, ...],
        latent: int,
        *,
        colours: int,
        fold: int,
        template: int,
        close_up: int,
        larger: int,
        steep: float,
        ink: float,
        outline: float,
    ) -> None:
        super().__init__()
        self.block = StyledResBlock(widths[0], latent)
        self.first = StyledConv(widths[0], widths[0], latent)
        self.rise = nn.ModuleList(UpBlock(*pair, latent) for pair in pairwise(widths))
        self.shares = ToRgb(widths[-1], latent, fold, colours)
        self.palette = EqualLinear(latent, 3 * colours)
        self.template = Template(template, latent, widths[:TEMPLATE_SIZES]) if template else None
        self.close_ups = nn.ModuleList(
            CloseUp(close_up, latent, widths[0], widths[-1], zones)
            for zones in (FACE, HEAD)
            if close_up
        )
        self.larger, self.folded = larger, fold > 1
        self.steep, self.ink, self.outline = larger * steep, ink, outline
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
        """The picture and its foreground mask (N, 1, H, W) in [0, 1]."""
        points = None if self.template is None else self.template.points(content, landmarks)
        logits = self.shares(self.features(content, w, points), w)
        with torch.autocast(w.device.type, enabled=False):
            colours = self.palette(w.float()).unflatten(1, (-1, 3))
            picture, background = self.mixture(logits, colours)
            if self.ink:
                picture = picture + self.ink * strokes(picture)
            if self.outline:  # also around the figure, whatever its colours
                lines = edges(torch.cat([picture, 1 - 2 * background], 1))
                if points is not None:
                    lines = lines * (1 - face_mask(points, lines.shape[-2:]))
                picture = (picture + 1) * (1 - self.outline * lines) - 1
            return picture.contiguous(memory_format=torch.channels_last), 1 - background

    def mixture(self, logits: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
        """:func:`mixed`, with logits smoothed, upscaled and sharpened according to the shape."""
        if self.folded and self.larger == self.steep == 1:
            return mixed_smoothed(logits, colours)
        if self.folded:
            logits = smoothed(logits)
        # Upscaled logits are less steep per pixel; the factor `larger` in `steep` restores that.
        return mixed(self.steep * upscale(logits.float(), self.larger), colours)

    def features(self, content: Tensor, w: Tensor, points: Tensor | None) -> Tensor:
        """The largest feature map; ``points`` are :meth:`Template.points`."""
        added: list[Tensor | None] = [None] * (len(self.rise) + 1)
        if self.template is not None and points is not None:
            added[:TEMPLATE_SIZES] = self.template(content, w, points)
            height, width = (side * 2 ** len(self.rise) for side in content.shape[-2:])
            state = face_state(content, points) if self.close_ups else None
            for close_up in self.close_ups:
                zones = close_up(w, points, state, (height, width))
                added[-1] = zones if added[-1] is None else added[-1] + zones
        x = content if added[0] is None else content + added[0]
        x = self.first(self.block(x, w), w)
        for block, more in zip(self.rise, added[1:], strict=True):
            x = block(x, w, more)
        return x


def upscale(x: Tensor, times: int) -> Tensor:
    """(N, C, H, W) to (N, C, times H, times W), bicubic; unchanged for 1."""
    return x if times == 1 else F.interpolate(x, scale_factor=times, mode="bicubic")


def strokes(picture: Tensor) -> Tensor:
    """Strokes of (N, 3, H, W) narrower than STROKE pixels, (N, 1, H, W); adding them to the picture
    doubles their contrast.

    Light strokes are the luma minus its morphological opening, dark ones the closing minus luma.
    """
    grey = (picture * picture.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)
    closed, opened = -_dilated(-_dilated(grey)), _dilated(-_dilated(-grey))
    light = F.relu(grey - opened - LEAST_STROKE)
    return LIGHT_STROKES * light - F.relu(closed - grey - LEAST_STROKE)


def _dilated(x: Tensor) -> Tensor:
    return F.max_pool2d(x, STROKE, stride=1, padding=STROKE // 2)


def edges(picture: Tensor) -> Tensor:
    """Strength of colour edges in (N, C, H, W): (N, 1, H, W) in [0, 1], from the range of values of
    each pixel and its four neighbours."""

    def highest(x: Tensor) -> Tensor:
        vertical, horizontal = (
            F.max_pool2d(x, k, 1, p) for k, p in (((3, 1), (1, 0)), ((1, 3), (0, 1)))
        )
        return torch.maximum(vertical, horizontal)

    size = (highest(picture) + highest(-picture)).square().sum(1, keepdim=True)
    step = size.clamp_min(LEAST_EDGE**2).sqrt()  # the slope of the root is infinite at 0
    return ((step - LEAST_EDGE) / (FULL_EDGE - LEAST_EDGE)).clamp(0, 1)


def smoothed(x: Tensor) -> Tensor:
    """(N, C, H, W) filtered with [1, 2, 1] both ways. A sub-pixel layer has separate weights for
    each pixel of a block; smoothing hides the grid."""
    padded = F.pad(x, (1, 1, 1, 1), mode="replicate").contiguous(memory_format=torch.channels_last)
    return F.conv2d(padded, _kernel(x), groups=x.shape[1])


def _kernel(like: Tensor) -> Tensor:
    row = torch.tensor([1.0, 2.0, 1.0], device=like.device) / 4
    return torch.outer(row, row).to(like.dtype).expand(int(like.shape[1]), 1, 3, 3)


def mixed(logits: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
    """Mixtures of ``colours`` (N, K, 3) by the softmax of ``logits`` (N, K, H, W).

    Returns pictures (N, 3, H, W) and the share of the first colour (N, 1, H, W), in single
    precision. Call it with autocast disabled.
    """
    shares = logits.float().softmax(1)
    pictures = colours.float().transpose(1, 2) @ shares.flatten(2)
    return pictures.reshape(-1, 3, *shares.shape[2:]), shares[:, :1]


def mixed_smoothed(logits: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
    """:func:`mixed` of :func:`smoothed` logits."""
    if eager_on_cpu(logits):
        pictures, first = _Mixed.apply(logits, colours)
        return pictures, first
    return mixed(smoothed(logits), colours)


class _Mixed(torch.autograd.Function):
    """One picture after the other, CHUNK pixels at a time, channels last."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
        count, kinds, height, width = logits.shape
        colours = colours.float()
        logits = logits.contiguous(memory_format=torch.channels_last)
        pictures = torch.empty(count, height * width, 3)
        first = torch.empty(count, height * width)
        shares = torch.empty(count, height * width, kinds, dtype=logits.dtype)
        for number in range(count):
            rows = _rows(smoothed(logits[number : number + 1]))
            for part in _chunks(len(rows)):
                share = rows[part].float().softmax(1)
                torch.mm(share, colours[number], out=pictures[number, part])
                first[number, part] = share[:, 0]
                shares[number, part] = share
        ctx.save_for_backward(shares, colours)
        ctx.size = height, width
        return _maps(pictures, ctx.size), _maps(first[..., None], ctx.size)

    @staticmethod
    def backward(ctx: Any, d_pictures: Tensor, d_first: Tensor) -> tuple[Tensor, Tensor]:
        shares, colours = ctx.saved_tensors
        (height, width), (count, _, kinds) = ctx.size, shares.shape
        d_colours = torch.zeros_like(colours)
        d_logits = torch.empty(
            (count, kinds, height, width), dtype=shares.dtype, memory_format=torch.channels_last
        )
        kernel = _kernel(d_logits)
        d_smooth = torch.empty(height * width, kinds, dtype=shares.dtype)
        for number in range(count):
            d_rows = _rows(d_pictures[number : number + 1].float())
            d_firsts = _rows(d_first[number : number + 1].float())
            for part in _chunks(len(d_smooth)):
                share = shares[number, part].float()
                d_share = d_rows[part] @ colours[number].t()
                d_share[:, :1] += d_firsts[part]
                d_colours[number].addmm_(share.t(), d_rows[part])
                d_share -= (share * d_share).sum(1, keepdim=True)
                d_smooth[part] = share.mul_(d_share)
            d_padded = F.conv2d(_maps(d_smooth[None], ctx.size), kernel, padding=2, groups=kinds)
            d_logits[number] = _unpadded(d_padded)[0]
        return d_logits, d_colours


def _rows(x: Tensor) -> Tensor:
    """(1, C, H, W) as (H W, C)."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _maps(rows: Tensor, size: tuple[int, int]) -> Tensor:
    """(N, H W, C) as (N, C, H, W), channels last."""
    return rows.unflatten(1, size).permute(0, 3, 1, 2)


def _chunks(pixels: int) -> list[slice]:
    return [slice(start, start + CHUNK) for start in range(0, pixels, CHUNK)]


def _unpadded(x: Tensor) -> Tensor:
    """The gradient of a map from the gradient of its replicate-padded copy (padding 1)."""
    x[..., 1, :] += x[..., 0, :]
    x[..., -2, :] += x[..., -1, :]
    x[..., 1] += x[..., 0]
    x[..., -2] += x[..., -1]
    return x[..., 1:-1, 1:-1]
