"""A painted portrait's style code: its row of numbers (:mod:`code`), each in its usual spread.

Where a network is to draw what the painter draws, the painter's own description is the code that
has nothing left to guess: it is known for every painting, and what a number means has a name. What
a photo or an edit decides (mouth, eyelids) is not in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.painter.code import OPENED, columns, to_code
from rosetail.painter.params import PaintParams
from rosetail.painter.sample import on_flat_ground, sample

Floats = NDArray[np.float32]

USUAL = 4096  # portraits that say what is usual, and that random codes are drawn from
RARE = 0.2  # deviation of an option at least: what is rare is not blown up
LARGE = ("hair.", "skin.", "scene_colour.", "eyes.")  # colours that are most of a picture
LARGE_COUNTS, COLOUR_COUNTS = 2.0, 1.2  # their numbers, and those of other colours, besides 1


class _Usual(NamedTuple):
    """Rows of usual portraits (USUAL, L), which of their numbers are kept, their mean and scale."""

    rows: Floats
    kept: NDArray[np.intp]
    mean: Floats
    scale: Floats


@lru_cache(maxsize=1)
def _usual() -> _Usual:
    rows = np.stack([to_code(on_flat_ground(sample(seed))) for seed in range(USUAL)])
    names = np.array(columns())
    spread = rows.std(0)
    kept = np.flatnonzero((spread > 0) & (names != OPENED))
    is_option = np.array(["=" in names[each] for each in kept])
    counts = np.array([_counts(names[each]) for each in kept])
    spread = np.where(is_option, np.maximum(spread[kept], RARE), spread[kept])
    return _Usual(rows, kept, rows[:, kept].mean(0), (counts / spread).astype(np.float32))


def _counts(name: str) -> float:
    if name.startswith(LARGE):
        return LARGE_COUNTS
    return COLOUR_COUNTS if "." in name else 1.0


def names() -> tuple[str, ...]:
    """What each number of a style code is, such as ``hair.L`` or ``hair_back=bob``."""
    return tuple(columns()[each] for each in _usual().kept)


def style_codes(portraits: Sequence[PaintParams]) -> Floats:
    """Style codes (N, len(names())): over usual portraits each number has mean 0 and deviation
    about 1, more for the colours that most of a picture is in."""
    return _coded(np.stack([to_code(each) for each in portraits]))


@lru_cache(maxsize=1)
def usual_codes() -> Floats:
    """Style codes (USUAL, len(names())) of portraits that the painter might draw."""
    return _coded(_usual().rows)


def _coded(rows: Floats) -> Floats:
    usual = _usual()
    return np.asarray((rows[:, usual.kept] - usual.mean) * usual.scale, np.float32)
