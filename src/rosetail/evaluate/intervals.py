"""How far a number moves when other pictures had been measured: 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RESAMPLES = 1000
BLOCKS = 10
NORMAL = 1.96  # deviations that hold 95 %


class Estimate(NamedTuple):
    """A number and the interval around it; NaN where nothing could be measured."""

    value: float
    low: float
    high: float

    def written(self, form: str = "{:.3f}") -> str:
        """As "0.12 (0.10 to 0.15)"."""
        if not np.isfinite(self.value):
            return "not measured"
        value, low, high = (form.format(each) for each in self)
        return f"{value} ({low} to {high})" if np.isfinite(self.low) else value

    def over(self, other: float) -> Estimate:
        """In parts of ``other``, which is taken as certain."""
        return Estimate(*(each / other for each in self))


NOTHING = Estimate(float("nan"), float("nan"), float("nan"))


def bootstrap(
    values: ArrayLike, statistic: Callable[[Floats], float], *, seed: int = 0
) -> Estimate:
    """``statistic`` of the values, and the middle 95 % of it on resamples (Efron 1979).

    Values that are NaN were not measured and do not count.
    """
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return NOTHING
    rng = np.random.default_rng(seed)
    rows = rng.integers(len(known), size=(RESAMPLES, len(known)))
    low, high = np.percentile([statistic(known[each]) for each in rows], (2.5, 97.5))
    return Estimate(float(statistic(known)), float(low), float(high))


def share(flags: Sequence[bool]) -> Estimate:
    """The part that is true, with Wilson's interval (1927), which holds near 0 and 1 too."""
    count = len(flags)
    if not count:
        return NOTHING
    part, z = sum(flags) / count, NORMAL
    middle = (part + z**2 / (2 * count)) / (1 + z**2 / count)
    reach = z / (1 + z**2 / count) * np.sqrt(part * (1 - part) / count + z**2 / (4 * count**2))
    return Estimate(part, max(0.0, float(middle - reach)), min(1.0, float(middle + reach)))


def jackknife(
    rows: Floats, statistic: Callable[[Floats], float], *, blocks: int = BLOCKS
) -> Estimate:
    """``statistic`` of all rows, give or take 1.96 of its jackknife error.

    For measures that depend on how many rows there are, such as FID: leaving a tenth out moves
    their bias little, drawing rows twice would move it much.
    """
    count = min(blocks, len(rows))
    value = float(statistic(rows))
    if count < 2:
        return Estimate(value, float("nan"), float("nan"))
    block = np.arange(len(rows)) % count
    each = np.array([statistic(rows[block != left]) for left in range(count)])
    error = float(np.sqrt((count - 1) / count * np.square(each - each.mean()).sum()))
    return Estimate(value, value - NORMAL * error, value + NORMAL * error)
