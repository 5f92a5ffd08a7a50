"""Layers shared by the networks. Feature maps are NCHW."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2  # of every leaky ReLU


def _autocast_off(x: Tensor) -> AbstractContextManager[Any]:
    """Keep ``x``'s type while padding and resizing: autocast would convert to float32 and back."""
    kind = x.device.type
    return torch.autocast(kind, enabled=False) if torch.is_autocast_enabled(kind) else nullcontext()


def eager_on_cpu(x: Tensor) -> bool:
    """Whether to use the faster CPU forms; exporters and GPUs get the plain ones."""
    traced = torch._C._get_tracing_state() is not None or torch.compiler.is_compiling()
    return x.is_cpu and not traced


class ReflectConv(nn.Conv2d):
    """A convolution without bias whose input is mirrored at the border; stride 1 keeps the size.

    Weights start as Xavier uniform (Glorot and Bengio 2010), as in the published AnimeGANv3.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1) -> None:
        super().__init__(in_channels, out_channels, kernel, stride, bias=False)
        self.border = (kernel // 2,) * 4
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        with _autocast_off(x):
            x = F.pad(x, self.border, mode="reflect")
        return super().forward(x)


class ToPicture(ReflectConv):
    """The last 7x7 convolution, to three channels, and tanh.

    On a CPU it runs in blocks of 2x2 pixels: one 8x8 convolution of stride 2 whose 12 outputs are
    the pixels of a block, each with the 7x7 weights shifted to its position. The result is the
    same, but 12 of 16 vector lanes are busy instead of 3. Needs an even height and width.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__(in_channels, 3, 7)

    def forward(self, x: Tensor) -> Tensor:
        if not eager_on_cpu(x):
            return super().forward(x).tanh()
        with _autocast_off(x):
            x = F.pad(x, self.border, mode="reflect")
        shifted = [F.pad(self.weight, (j, 1 - j, i, 1 - i)) for i in (0, 1) for j in (0, 1)]
        blocks = F.conv2d(x, torch.stack(shifted, 1).flatten(0, 1), stride=2)
        return F.pixel_shuffle(blocks, 2).tanh()


class _Moments(torch.autograd.Function):
    """Mean and sqrt(variance + eps) of each picture and channel, (N, C) in float32 or wider.

    On a CPU ``var_mean`` reads a channels-last bf16 map forty times slower than the statistics
    kernel of batch norm, and its gradient is slower still.
    """

    @staticmethod
    def forward(ctx: Any, t: Tensor, eps: float) -> tuple[Tensor, Tensor]:
        rows = [torch.batch_norm_update_stats(one, None, None, 0.0) for one in t.split(1)]
        mean = torch.stack([row[0] for row in rows])
        std = torch.sqrt(torch.stack([row[1] for row in rows]) + eps)
        ctx.save_for_backward(t, mean, std)
        return mean, std

    @staticmethod
    def backward(ctx: Any, d_mean: Tensor, d_std: Tensor) -> tuple[Tensor, None]:
        t, mean, std = ctx.saved_tensors
        count = t.shape[2] * t.shape[3]
        slope = d_std / (std * count)
        level = d_mean / count - slope * mean
        return torch.addcmul(_map(level, t), t, _map(slope, t)), None


def _map(values: Tensor, like: Tensor) -> Tensor:
    """(N, C) values as (N, C, 1, 1) of ``like``'s type."""
    return values[:, :, None, None].to(like.dtype)


def moments_on_cpu(t: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """Mean and sqrt(variance + eps) over positions of (N, C, H, W): (N, C) each."""
    mean, std = _Moments.apply(t, eps)
    return mean, std


def lade(h: Tensor, t: Tensor, eps: float) -> Tensor:
    """LADE of ``h`` with the statistics of ``t``, both (N, C, H, W), as in the paper."""
    var, mean = torch.var_mean(h.float(), (2, 3), correction=0, keepdim=True)
    t_var, t_mean = torch.var_mean(t.float(), (2, 3), correction=0, keepdim=True)
    scale = torch.sqrt((t_var + eps) / (var + eps))
    return ((h.float() - mean) * scale + t_mean).to(h.dtype)


def lade_on_cpu(h: Tensor, t: Tensor, eps: float) -> Tensor:
    """Like ``lade``, computed with one batch norm per picture, which is several times faster."""
    mean, std = moments_on_cpu(t, eps)
    pictures = [
        F.batch_norm(one, None, None, weight, bias, training=True, eps=eps)
        for one, weight, bias in zip(h.split(1), std, mean, strict=True)
    ]
    return torch.cat(pictures)


class LADE(nn.Module):
    """Linearly adaptive denormalisation (Liu and others 2024, AnimeGANv3, doi
    10.1587/transinf.2023EDP7061).

    With ``t`` a 1x1 convolution of the map ``h``, the output is the instance-normalised ``h``
    times the standard deviation of ``t`` plus the mean of ``t``; statistics per picture and
    channel over all positions, in float32. Shape (N, C, H, W) is kept.
    """

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.mix = nn.Conv2d(channels, channels, 1, bias=False)
        nn.init.xavier_uniform_(self.mix.weight)

    def forward(self, h: Tensor) -> Tensor:
        form = lade_on_cpu if eager_on_cpu(h) else lade
        return form(h, self.mix(h), self.eps)


class ConvLADE(nn.Sequential):
    """Convolution with reflection padding, LADE, leaky ReLU: the basic unit of both networks."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3, stride: int = 1):
        super().__init__(
            ReflectConv(in_channels, out_channels, kernel, stride),
            LADE(out_channels),
            nn.LeakyReLU(SLOPE),
        )


class ExternalAttention(nn.Module):
    """External attention with one memory for keys and values (Guo and others 2021, as in
    AnimeGANv3).

    Each position is compared with ``slots`` learned memory rows; the weights are a softmax over
    positions, then made to sum to one over the slots; the transposed memory turns them back into
    features. Batch norm, residual and leaky ReLU follow. Shape (N, C, H, W) is kept. Both softmax
    steps run in float32: a position's share is about 1 / (H W).
    """

    def __init__(self, channels: int, slots: int = 128, momentum: float = 0.01) -> None:
        super().__init__()
        self.query = nn.Conv2d(channels, channels, 1, bias=False)
        self.memory = nn.Parameter(torch.empty(slots, channels, 1, 1))
        self.value = nn.Conv2d(channels, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels, eps=1e-3, momentum=momentum)
        for weight in (self.query.weight, self.memory, self.value.weight):
            nn.init.xavier_uniform_(weight)

    def forward(self, x: Tensor) -> Tensor:
        likeness = F.conv2d(self.query(x), self.memory).float()
        share = likeness.flatten(2).softmax(2)  # over positions
        share = share / (share.sum(1, keepdim=True) + 1e-9)  # over slots
        remembered = F.conv2d(share.view_as(likeness), self.memory.transpose(0, 1))
        return F.leaky_relu(self.norm(self.value(remembered)) + x, SLOPE)


def upsample(x: Tensor, asymmetric: bool = False) -> Tensor:
    """Bilinear upsampling to twice the height and width.

    Pixel centres stay in place; with ``asymmetric``, upper left corners do (as TensorFlow 1's
    ``resize_images``): even pixels are copies, odd ones the mean of their neighbours.
    """
    with _autocast_off(x):
        if not asymmetric:
            return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        for axis in (2, 3):
            last = x.narrow(axis, x.shape[axis] - 1, 1)
            after = torch.cat([x.narrow(axis, 1, x.shape[axis] - 1), last], axis)
            x = torch.stack([x, (x + after) / 2], axis + 1).flatten(axis, axis + 1)
        return x
