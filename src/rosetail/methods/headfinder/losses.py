"""Losses of the head finder: a focal loss for the heat map, weighted L1 for the other maps.

Zhou, Wang and Krähenbühl 2019, "Objects as Points", after Law and Deng 2018, "CornerNet".
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

ALPHA, BETA = 2.0, 4.0


def focal(logits: Tensor, target: Tensor) -> Tensor:
    """CornerNet's focal loss of a heat map, equation 1 of "Objects as Points".

    ``target`` is 1 at objects and falls off around them. Both are (N, 1, H, W). The loss is summed
    over cells and divided by the number of objects (at least 1).
    """
    logits = logits.float()
    probability = logits.sigmoid()
    positive = (target == 1).float()
    hits = positive * (1 - probability) ** ALPHA * F.logsigmoid(logits)
    misses = (1 - target) ** BETA * probability**ALPHA * F.logsigmoid(-logits)
    return -(hits + misses).sum() / positive.sum().clamp(min=1)


def weighted_l1(values: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Mean absolute difference of maps (N, C, H, W), weighted by ``weight`` (N, 1, H, W)."""
    error = (values.float() - target).abs().mean(1, keepdim=True)
    return (error * weight).sum() / weight.sum().clamp(min=1)
