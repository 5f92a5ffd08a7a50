"""How far to go: 1.0 means that the tagger now says yes for most pictures, whatever the tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.model import CharacterModel
from rosetail.directions.responses import Base, drawn
from rosetail.directions.taggers import Tagger

Floats = NDArray[np.float32]

MOST_PICTURES = 0.9  # that have the tag after a move of strength 1
STEPS = (0.35, 0.6, 1.0, 1.5, 2.2, 3.2)  # lengths that are tried, in parts of the given move


class Calibrated(NamedTuple):
    """``move`` at strength 1, ``reach`` the share of pictures it gives the tag to, and the chances
    (B, T) of the bases after it."""

    move: Floats
    reach: float
    chances: Floats


def calibrated(
    roses: CharacterModel, tagger: Tagger, bases: Sequence[Base], move: Floats, tag: str
) -> Calibrated:
    """``move`` (groups, latent) as long as it takes for MOST_PICTURES of the ``bases``.

    Longer and longer ones are tried until enough have it; between the last two the share is taken
    as straight. Where none reaches it, the length of the greatest share is taken, the shorter of
    equal ones.
    """
    column = tagger.tags.index(tag)
    tried: dict[float, Floats] = {}

    def share(step: float) -> float:
        if step not in tried:
            made = np.float32(step) * move[None]
            tried[step] = np.concatenate([drawn(roses, tagger, base, made)[0] for base in bases])
        return float((tried[step][:, column] > 0.5).mean())

    shares: list[float] = []
    for step in STEPS:
        shares.append(share(step))
        if shares[-1] >= MOST_PICTURES:
            break
    chosen = length(STEPS, np.array(shares))
    reach = share(chosen)
    return Calibrated(np.float32(chosen) * move, reach, tried[chosen])


def length(steps: Sequence[float], shares: NDArray[np.floating]) -> float:
    """Where the share first reaches MOST_PICTURES, else where it is greatest."""
    enough = np.flatnonzero(shares >= MOST_PICTURES)
    if not len(enough):
        return float(steps[int(np.argmax(shares))])
    last = int(enough[0])
    if last == 0:
        return float(steps[0])
    low, high = float(shares[last - 1]), float(shares[last])
    part = (MOST_PICTURES - low) / (high - low)
    return float(steps[last - 1] + part * (steps[last] - steps[last - 1]))
