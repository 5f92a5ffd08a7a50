"""Losses of AnimeGANv2 (Chen, Liu and Chen 2020)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.losses.colour import grey

# ITU-R BT.601: U and V are multiples of blue and red minus luma.
U_SHARE, V_SHARE = 0.492, 0.877


def gram(feature_map: Tensor) -> Tensor:
    """(N, C, H, W) to (N, C, C): channel products over C * H * W, in float32.

    The mean is not subtracted, because brightness is part of the style.
    """
    with torch.autocast(feature_map.device.type, enabled=False):
        rows = feature_map.float().flatten(2)
        return rows @ rows.transpose(1, 2) / (rows.shape[1] * rows.shape[2])


def grey_style(output_map: Tensor, anime_map: Tensor) -> Tensor:
    """L_gra: mean absolute difference of Gram matrices of the output and of grey drawings."""
    return F.l1_loss(gram(output_map), gram(anime_map))


def yuv(x: Tensor) -> Tensor:
    """RGB in [-1, 1] to Y in [0, 1] and U, V about zero, (N, 3, H, W) float32."""
    rgb = (x.float() + 1) / 2
    luma = grey(rgb)[:, 0]
    return torch.stack((luma, U_SHARE * (rgb[:, 2] - luma), V_SHARE * (rgb[:, 0] - luma)), 1)


def yuv_colour(output: Tensor, photo: Tensor) -> Tensor:
    """L_col: L1 of Y and Huber losses (threshold 1) of U and V, between output and photo."""
    mine, theirs = yuv(output), yuv(photo)
    light = F.l1_loss(mine[:, 0], theirs[:, 0])
    blue, red = (F.huber_loss(mine[:, i], theirs[:, i]) for i in (1, 2))
    return light + blue + red
