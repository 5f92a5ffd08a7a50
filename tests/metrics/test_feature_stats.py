"""Moments of batches are those of all rows at once; the sample is fair; memory is constant."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from rosetail.metrics.fid import FeatureStats, fid

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_portions_give_the_moments_of_all_rows(offset: float) -> None:
    rows = RNG.normal(size=(500, 6)) @ RNG.normal(size=(6, 6)) + offset
    summary = FeatureStats(6)
    for part in np.split(rows, [1, 3, 3, 200]):
        summary.add(part)
    assert summary.count == 500
    np.testing.assert_allclose(summary.mean, rows.mean(0), rtol=1e-12)
    np.testing.assert_allclose(summary.covariance, np.cov(rows.T), rtol=1e-6, atol=1e-9)


def test_every_row_is_as_likely_to_be_kept() -> None:
    seen = np.zeros(40)
    for seed in range(600):
        summary = FeatureStats(1, sample_size=10, seed=seed)
        summary.add(np.arange(40.0)[:, None])
        kept = summary.sample[:, 0].astype(int)
        assert len(set(kept)) == 10
        seen[kept] += 1
    chance, error = 600 / 4, np.sqrt(600 * 0.25 * 0.75)
    assert (np.abs(seen - chance) < 4 * error).all()


def test_few_rows_are_all_kept_and_the_seed_decides() -> None:
    rows = RNG.normal(size=(50, 3))
    few, first, again, other = (FeatureStats(3, sample_size=k, seed=s) for k, s in
                                ((60, 0), (20, 0), (20, 0), (20, 1)))  # fmt: skip
    few.add(rows)
    assert np.array_equal(few.sample, rows)
    first.add(rows)
    again.add(rows[:7])
    again.add(rows[7:])
    other.add(rows)
    assert np.array_equal(first.sample, again.sample)
    assert not np.array_equal(first.sample, other.sample)


def test_bad_rows() -> None:
    summary = FeatureStats(3)
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        summary.add(np.zeros((2, 4)))
    summary.add(np.zeros((0, 3)))
    summary.add(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="two pictures"):
        _ = summary.covariance


def peak_of(count: int) -> tuple[int, float]:
    """Peak bytes while so many rows are added one by one, and their FID to others."""
    rng = np.random.default_rng(0)
    others = FeatureStats.of(np.linspace(0, 255, 256)[:, None] * np.ones(48))
    tracemalloc.start()
    try:
        stats = FeatureStats(48)
        for _ in range(count):
            stats.add(rng.integers(0, 256, (1, 48)).astype(np.float64))
        return tracemalloc.get_traced_memory()[1], fid(stats, others)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_many_rows_need_no_more_memory_than_a_thousand(count: int) -> None:
    few, near = peak_of(1_000)
    many, far = peak_of(count)
    assert many <= 1.1 * few
    assert far == pytest.approx(near, rel=0.05), "the same distribution, more of it"
