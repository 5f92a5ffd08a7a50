"""The terms of a finder of points: a focal loss for where, distances for the rest.

Zhou, Wang and Krähenbühl, "Objects as Points" (2019), after Law and Deng, "CornerNet" (2018).
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

AWAY, NEAR = 2.0, 4.0  # the papers' alpha and beta


def focal(logits: Tensor, wanted: Tensor) -> Tensor:
    """CornerNet's focal loss of a map, equation 1 of "Objects as Points".

    ``wanted`` is 1 at objects, falling off about them; cells near an object count less as misses.
    Both have one shape (N, 1, H, W); summed over cells and divided by the number of objects (at
    least 1).
    """
    logits = logits.float()
    chance = logits.sigmoid()
    there = (wanted == 1).float()
    hits = there * (1 - chance) ** AWAY * F.logsigmoid(logits)
    misses = (1 - wanted) ** NEAR * chance**AWAY * F.logsigmoid(-logits)
    return -(hits + misses).sum() / there.sum().clamp(min=1)


def distance_at(values: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """Mean absolute difference of maps (N, C, H, W), cells weighted by ``weight`` (N, 1, H, W)."""
    apart = (values.float() - wanted).abs().mean(1, keepdim=True)
    return (apart * weight).sum() / weight.sum().clamp(min=1)
