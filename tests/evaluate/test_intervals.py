"""Intervals against SciPy, against the truth of many repeats, and where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rosetail.evaluate.intervals import NOTHING, bootstrap, jackknife, share


def test_wilson_is_scipys() -> None:
    for hits, count in ((0, 10), (3, 10), (97, 100), (10, 10)):
        found = share([True] * hits + [False] * (count - hits))
        wanted = stats.binomtest(hits, count).proportion_ci(method="wilson")
        assert found.value == hits / count
        assert found.low == pytest.approx(wanted.low, abs=1e-4)
        assert found.high == pytest.approx(wanted.high, abs=1e-4)
    assert share([]) is NOTHING


def test_bootstrap_of_a_mean_is_students() -> None:
    values = np.random.default_rng(0).normal(3, 2, 200)
    found = bootstrap([*values, float("nan")], lambda x: float(x.mean()))
    low, high = stats.t.interval(0.95, 199, values.mean(), stats.sem(values))
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)
    assert bootstrap(values, lambda x: float(x.mean())) == bootstrap(
        values, lambda x: float(x.mean())
    )
    assert bootstrap([float("nan")], np.mean) is NOTHING


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


def test_how_they_are_written() -> None:
    assert share([True, True]).written("{:.0%}") == "100% (34% to 100%)"
    assert NOTHING.written() == "not measured"
    assert jackknife(np.ones((1, 1)), np.sum).written("{:.1f}") == "1.0"
