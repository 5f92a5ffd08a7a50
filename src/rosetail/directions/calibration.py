"""The length of a move: at strength 1 the tagger sees the tag in most pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.directions.responses import Baseline, Probe

Floats = NDArray[np.float32]

TARGET_SHARE = 0.9  # of pictures that have the tag after a move of strength 1
LENGTHS = (0.35, 0.6, 1.0, 1.5, 2.2, 3.2)  # that are tried, relative to the given move


class CalibratedMove(NamedTuple):
    """``move`` at strength 1, the share of pictures that then have the tag, and the
    probabilities (B, T) after it."""

    move: Floats
    reach: float
    probabilities: Floats


def calibrate(probe: Probe, bases: Sequence[Baseline], move: Floats, tag: str) -> CalibratedMove:
    """``move`` (groups, latent), scaled so that TARGET_SHARE of the ``bases`` get the tag.

    Increasing lengths are tried; the result is interpolated between the last two. If none reaches
    the target, the length with the largest share is used, the shortest of equal ones.
    """
    column = probe.tagger.tags.index(tag)
    after: dict[float, Floats] = {}

    def share(length: float) -> float:
        if length not in after:
            scaled = np.float32(length) * move[None]
            after[length] = np.concatenate([probe.edited(base, scaled)[0] for base in bases])
        return float((after[length][:, column] > 0.5).mean())

    shares: list[float] = []
    for length in LENGTHS:
        shares.append(share(length))
        if shares[-1] >= TARGET_SHARE:
            break
    chosen = length_for_target(LENGTHS, np.array(shares))
    reach = share(chosen)
    return CalibratedMove(np.float32(chosen) * move, reach, after[chosen])


def length_for_target(lengths: Sequence[float], shares: NDArray[np.floating]) -> float:
    """The length at which ``shares`` first reach TARGET_SHARE, or that of the largest share."""
    reached = np.flatnonzero(shares >= TARGET_SHARE)
    if not len(reached):
        return float(lengths[int(np.argmax(shares))])
    last = int(reached[0])
    if last == 0:
        return float(lengths[0])
    return float(np.interp(TARGET_SHARE, shares[last - 1 : last + 1], lengths[last - 1 : last + 1]))
