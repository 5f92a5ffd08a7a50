"""How the picture is drawn: Gram matrices of mean-removed VGG-19 maps of grey pictures."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def centred_gram(feature_map: Tensor) -> Tensor:
    """(N, C, H, W) to (N, C, C): channel products of the mean-removed map, over C * H * W.

    Removing each channel's mean ("decentralisation") takes brightness out of the style. Always
    in float32: the loss is a small difference of large sums.
    """
    with torch.autocast(feature_map.device.type, enabled=False):
        rows = feature_map.float().permute(0, 2, 3, 1).flatten(1, 2)
        rows = rows - rows.mean(1, keepdim=True)
        return rows.transpose(1, 2) @ rows / (rows.shape[1] * rows.shape[2])


def gram_style(
    output_maps: Sequence[Tensor], target_grams: Sequence[Tensor], weights: Sequence[float]
) -> Tensor:
    """L_sty of AnimeGANv3: weighted L1 of Gram matrices at several depths, each divided by C.

    Maps are of the grey output, (N, C, H, W), shallow to deep; ``target_grams`` are
    ``centred_gram`` of the drawings' maps, (N or 1, C, C). The paper takes conv2_2, conv3_3 and
    conv4_4 with weights 0.1, 2 and 28.
    """
    terms = [
        weight * (centred_gram(output) - target).abs().mean() / output.shape[1]
        for output, target, weight in zip(output_maps, target_grams, weights, strict=True)
    ]
    return torch.stack(terms).sum()
