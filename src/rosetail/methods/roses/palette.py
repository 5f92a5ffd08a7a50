"""Pictures as mixtures of few colours, place by place, and how a CPU gets there fast.

What is mixed is the widest map of a palette's decoder, a number for every colour at every pixel.
The plain form passes over it a dozen times and moves it to another layout twice; that took longer
than all convolutions. On a CPU it is done a part of a picture at a time, which stays in the cache,
and the gradient is written out.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.layers.blocks import eager_on_cpu

PLACES = 16384  # pixels at a time: 1.5 MB of 24 single-precision numbers


def smoothed(x: Tensor) -> Tensor:
    """(N, C, H, W), each pixel with its neighbours, [1, 2, 1] both ways: what sub-pixel layers draw
    is a grid otherwise, as each pixel of a place has weights of its own."""
    framed = F.pad(x, (1, 1, 1, 1), mode="replicate").contiguous(memory_format=torch.channels_last)
    return F.conv2d(framed, _kernel(x), groups=x.shape[1])


def _kernel(like: Tensor) -> Tensor:
    row = torch.tensor([1.0, 2.0, 1.0], device=like.device) / 4
    return torch.outer(row, row).to(like.dtype).expand(like.shape[1], 1, 3, 3)


def mixed(shares: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
    """Mixtures of ``colours`` (N, K, 3) by the softmax of ``shares`` (N, K, H, W): pictures
    (N, 3, H, W), and the share of the first colour (N, 1, H, W); in single precision, where
    nothing is cast."""
    parts = shares.float().softmax(1)
    return torch.einsum("nkhw,nkc->nchw", parts, colours.float()), parts[:, :1]


def mixed_smoothed(shares: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
    """:func:`mixed` of :func:`smoothed` shares."""
    if eager_on_cpu(shares):
        pictures, first = _Mixed.apply(shares, colours)
        return pictures, first
    return mixed(smoothed(shares), colours)


class _Mixed(torch.autograd.Function):
    """A picture after the other, PLACES of it at a time, channels last."""

    @staticmethod
    def forward(ctx: Any, shares: Tensor, colours: Tensor) -> tuple[Tensor, Tensor]:
        count, kinds, height, width = shares.shape
        colours = colours.float()
        shares = shares.contiguous(memory_format=torch.channels_last)
        pictures = torch.empty(count, height * width, 3)
        first = torch.empty(count, height * width)
        kept = torch.empty(count, height * width, kinds, dtype=shares.dtype)
        for number in range(count):
            rows = _rows(smoothed(shares[number : number + 1]))
            for part in _parts(len(rows)):
                share = rows[part].float().softmax(1)
                torch.mm(share, colours[number], out=pictures[number, part])
                first[number, part] = share[:, 0]
                kept[number, part] = share
        ctx.save_for_backward(kept, colours)
        ctx.size = height, width
        return _maps(pictures, ctx.size), _maps(first[..., None], ctx.size)

    @staticmethod
    def backward(ctx: Any, d_pictures: Tensor, d_first: Tensor) -> tuple[Tensor, Tensor]:
        kept, colours = ctx.saved_tensors
        (height, width), (count, _, kinds) = ctx.size, kept.shape
        d_colours = torch.zeros_like(colours)
        d_shares = torch.empty(
            (count, kinds, height, width), dtype=kept.dtype, memory_format=torch.channels_last
        )
        kernel = _kernel(d_shares)
        slopes = torch.empty(height * width, kinds, dtype=kept.dtype)
        for number in range(count):
            d_rows = _rows(d_pictures[number : number + 1].float())
            d_firsts = _rows(d_first[number : number + 1].float())
            for part in _parts(len(slopes)):
                share = kept[number, part].float()
                d_share = d_rows[part] @ colours[number].t()
                d_share[:, :1] += d_firsts[part]
                d_colours[number].addmm_(share.t(), d_rows[part])
                d_share -= (share * d_share).sum(1, keepdim=True)
                slopes[part] = share.mul_(d_share)
            d_smooth = _maps(slopes[None], ctx.size)
            framed = F.conv2d(d_smooth, kernel, padding=2, groups=kinds)
            d_shares[number] = _unframed(framed)[0]
        return d_shares, d_colours


def _rows(x: Tensor) -> Tensor:
    """(1, C, H, W) as (H W, C)."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _maps(rows: Tensor, size: tuple[int, int]) -> Tensor:
    """(N, H W, C) as (N, C, H, W), channels last."""
    return rows.unflatten(1, size).permute(0, 3, 1, 2)


def _parts(places: int) -> list[slice]:
    return [slice(start, start + PLACES) for start in range(0, places, PLACES)]


def _unframed(x: Tensor) -> Tensor:
    """The gradient of a map from that of the map with its border repeated once."""
    x[..., 1, :] += x[..., 0, :]
    x[..., -2, :] += x[..., -1, :]
    x[..., 1] += x[..., 0]
    x[..., -2] += x[..., -1]
    return x[..., 1:-1, 1:-1]
