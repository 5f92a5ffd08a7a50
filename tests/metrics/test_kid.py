"""KID by hand on ten points, and what an unbiased estimate must do."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.metrics.kid import kid, kid_with_interval

RNG = np.random.default_rng(0)
FIRST, SECOND = RNG.normal(size=(5, 3)), RNG.normal(0.5, 1, size=(5, 3))


def by_hand(first: np.ndarray, second: np.ndarray) -> float:
    def kernel(x: np.ndarray, y: np.ndarray) -> float:
        return (sum(a * b for a, b in zip(x, y, strict=True)) / len(x) + 1) ** 3

    def within(rows: np.ndarray) -> float:
        pairs = [(i, j) for i in range(len(rows)) for j in range(len(rows)) if i != j]
        return sum(kernel(rows[i], rows[j]) for i, j in pairs) / len(pairs)

    across = [kernel(x, y) for x in first for y in second]
    return within(first) + within(second) - 2 * sum(across) / len(across)


def test_ten_points_by_hand() -> None:
    assert kid(FIRST, SECOND) == pytest.approx(by_hand(FIRST, SECOND), rel=1e-12)
    assert kid(FIRST, SECOND[:3]) == pytest.approx(by_hand(FIRST, SECOND[:3]), rel=1e-12)
    assert kid(FIRST, SECOND) == pytest.approx(kid(SECOND, FIRST), rel=1e-12)


def test_unbiased_around_zero_for_one_distribution() -> None:
    rng = np.random.default_rng(1)
    values = [kid(rng.normal(size=(12, 4)), rng.normal(size=(10, 4))) for _ in range(800)]
    error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values)) < 3 * error
    assert min(values) < 0 < max(values)


def test_farther_is_larger() -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(size=(60, 8))
    near, far = (kid(base, rng.normal(shift, 1, size=(60, 8))) for shift in (0.3, 1.0))
    assert 0 < near < far


def test_interval_is_seeded_and_holds_the_value() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=(40, 4)), rng.normal(0.5, 1, size=(30, 4))
    found = kid_with_interval(first, second, seed=7)
    assert found == kid_with_interval(first, second, seed=7)
    assert found.value == kid(first, second)
    assert found.low < found.value < found.high
    assert (found.low, found.high) != kid_with_interval(first, second, seed=8)[1:]


def test_more_pictures_narrow_the_interval() -> None:
    rng = np.random.default_rng(4)
    widths = []
    for count in (20, 200):
        found = kid_with_interval(
            rng.normal(size=(count, 4)), rng.normal(size=(count, 4)), seed=0, subsets=100
        )
        widths.append(found.high - found.low)
    assert widths[1] < widths[0] / 2


def test_float32_features_are_summed_in_double() -> None:
    small, large = FIRST.astype(np.float32) * 1e3, SECOND.astype(np.float32) * 1e3
    assert kid(small, large) == pytest.approx(
        by_hand(small.astype(np.float64), large.astype(np.float64)), rel=1e-9
    )


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        (FIRST[:1], SECOND, "two pictures"),
        (FIRST, SECOND[:, :2], "do not compare"),
        (FIRST[0], SECOND, "do not compare"),
    ],
)
def test_bad_features(first: np.ndarray, second: np.ndarray, what: str) -> None:
    for distance in (kid, lambda x, y: kid_with_interval(x, y, seed=0)):
        with pytest.raises(ValueError, match=what):
            distance(first, second)
