"""Estimates with 95 % confidence intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.arrays import Doubles

RESAMPLES = 1000
BLOCKS = 10
NORMAL_95 = 1.96  # standard deviations on either side of the mean that contain 95 %


class Estimate(NamedTuple):
    """A value and its 95 % interval; NaN if nothing could be measured."""

    value: float
    low: float
    high: float

    def format(self, spec: str = "{:.3f}") -> str:
        """Text such as ``"0.12 (0.10 to 0.15)"``; each number is formatted with ``spec``."""
        if not np.isfinite(self.value):
            return "not measured"
        value, low, high = (spec.format(each) for each in self)
        return f"{value} ({low} to {high})" if np.isfinite(self.low) else value

    def divided_by(self, other: float) -> Estimate:
        """Value and limits divided by ``other``, which is assumed exact."""
        return Estimate(*(each / other for each in self))


NOT_MEASURED = Estimate(float("nan"), float("nan"), float("nan"))


def bootstrap_interval(
    values: NDArray[Any], statistic: Callable[..., Any], *, seed: int
) -> tuple[Doubles, Doubles]:
    """The 2.5 and 97.5 percentiles of ``statistic`` over resamples of the rows (Efron 1979).

    ``statistic(values, axis=0)`` reduces ``values`` (N, ...) to (...), as :func:`numpy.mean` does.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.percentile([statistic(values[each], axis=0) for each in rows], (2.5, 97.5), 0)
    return low, high


def bootstrap(values: ArrayLike, statistic: Callable[..., Any], *, seed: int = 0) -> Estimate:
    """``statistic`` of the values (N,) with its bootstrap interval. NaN values are ignored."""
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return NOT_MEASURED
    low, high = bootstrap_interval(known, statistic, seed=seed)
    return Estimate(float(statistic(known, axis=0)), float(low), float(high))


def proportion(flags: Sequence[bool]) -> Estimate:
    """The share of true flags with Wilson's score interval (1927)."""
    from scipy.stats import binomtest

    if not flags:
        return NOT_MEASURED
    result = binomtest(sum(flags), len(flags))
    interval = result.proportion_ci(method="wilson")
    return Estimate(float(result.statistic), float(interval.low), float(interval.high))


def jackknife(
    rows: Doubles, statistic: Callable[[Doubles], float], *, blocks: int = BLOCKS
) -> Estimate:
    """``statistic`` of all rows, plus and minus 1.96 block-jackknife standard errors.

    For statistics whose bias depends on the number of rows, such as FID: leaving out a tenth
    changes the bias little, whereas bootstrap duplicates would change it a lot.
    """
    count = min(blocks, len(rows))
    value = float(statistic(rows))
    if count < 2:
        return Estimate(value, float("nan"), float("nan"))
    block = np.arange(len(rows)) % count
    without = np.array([statistic(rows[block != left_out]) for left_out in range(count)])
    error = float(np.sqrt((count - 1) / count * np.square(without - without.mean()).sum()))
    return Estimate(value, value - NORMAL_95 * error, value + NORMAL_95 * error)
