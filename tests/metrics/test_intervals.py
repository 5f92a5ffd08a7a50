"""Intervals against equations, against the truth of many repeats, and where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rosetail.metrics.intervals import NOT_MEASURED, bootstrap, jackknife, proportion


def test_wilson_by_hand() -> None:
    for hits, count in ((0, 10), (3, 10), (97, 100), (10, 10)):
        found = proportion([True] * hits + [False] * (count - hits))
        share, z = hits / count, 1.959964
        middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
        root = np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
        half = z / (1 + z**2 / count) * root
        assert found.value == share
        assert found.low == pytest.approx(middle - half, abs=1e-6)
        assert found.high == pytest.approx(middle + half, abs=1e-6)
    assert proportion([]) is NOT_MEASURED


def test_bootstrap_of_a_mean_is_students() -> None:
    values = np.random.default_rng(0).normal(3, 2, 200)
    found = bootstrap([*values, float("nan")], np.mean)
    low, high = stats.t.interval(0.95, 199, values.mean(), stats.sem(values))
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)
    assert bootstrap(values, np.mean) == bootstrap(values, np.mean)
    assert bootstrap([float("nan")], np.mean) is NOT_MEASURED


def test_jackknife_covers_what_repeats_give() -> None:
    """Of a variance, whose sampling error is known: 95 of 100 intervals hold the truth, about."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        rows = rng.normal(0, 2, (300, 1))
        found = jackknife(rows, lambda some: float(some.var(ddof=1)))
        held += found.low <= 4 <= found.high
    assert 86 <= held <= 100
    one = jackknife(np.ones((1, 2)), lambda some: float(some.sum()))
    assert one.value == 2
    assert not np.isfinite(one.low)


def test_format() -> None:
    assert proportion([True, True]).format("{:.0%}") == "100% (34% to 100%)"
    assert NOT_MEASURED.format() == "not measured"
    assert jackknife(np.ones((1, 1)), np.sum).format("{:.1f}") == "1.0"
