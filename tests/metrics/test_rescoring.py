"""Re-scoring on scores whose changes are made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.errors import InputError
from rosetail.metrics.rescoring import rescore, tag_accuracy

NAMES = ("mouth", "hair", "eyes")
RNG = np.random.default_rng(0)


def test_matrix_by_hand() -> None:
    before = np.array([[0.1, 0.5, 0.2], [0.3, 0.1, 0.4]])
    mouth = np.array([[0.9, 0.5, 0.1], [0.7, 0.3, 0.4]])
    hair = before + np.array([0.0, 0.4, 0.0])
    found = rescore(before, {"mouth": mouth, "hair": hair}, NAMES, seed=0)
    wanted = [[(0.8 + 0.4) / 2, 0.2 / 2, -0.1 / 2], [0, 0.4, 0]]
    np.testing.assert_allclose(found.change, wanted, atol=1e-12)
    assert (found.edits, found.attributes) == (("mouth", "hair"), NAMES)


def test_readings_by_hand() -> None:
    chances = np.array([[0.9, 0.1], [0.6, 0.2], [0.4, 0.3], [0.2, 0.4]])
    found = tag_accuracy(chances, np.array([[1, 0], [0, 1], [1, 0], [1, 0]]), ["a", "b"])
    assert found["a"] == (3, 1 / 2, 1 / 3)
    assert found["b"][::2] == (1, 0)
    assert np.isnan(found["b"].precision)  # it said yes of none


def test_what_nobody_knows_counts_nowhere() -> None:
    chances, truth = np.array([[0.9], [0.8], [0.2]]), np.array([[1.0], [np.nan], [np.nan]])
    assert tag_accuracy(chances, truth, ["a"])["a"] == (1, 1.0, 1.0)


def test_intervals_are_those_of_a_mean() -> None:
    """For many pictures the bootstrap comes to the mean and 1.96 standard errors."""
    before = RNG.random((400, 1))
    change = RNG.normal(0.3, 0.1, (400, 1))
    found = rescore(before, {"mouth": before + change}, ["mouth"], seed=1)
    error = change.std() / 20
    assert float(found.low[0, 0]) == pytest.approx(change.mean() - 1.96 * error, abs=0.2 * error)
    assert float(found.high[0, 0]) == pytest.approx(change.mean() + 1.96 * error, abs=0.2 * error)


def test_the_seed_decides() -> None:
    before, after = RNG.random((2, 30, 3))
    one, again, other = (rescore(before, {"hair": after}, NAMES, seed=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(one.low, again.low)
    assert (one.low != other.low).any()


def test_pictures_change_together() -> None:
    """Changes are resampled by picture: two attributes that move as one have one interval."""
    before = RNG.random((20, 2))
    step = RNG.normal(size=(20, 1)) * np.ones(2)
    found = rescore(before, {"x": before + step}, ("a", "b"), seed=0)
    np.testing.assert_allclose(found.low[0, 0], found.low[0, 1], atol=1e-12)
    assert found.change[0] == pytest.approx(step[:, 0].mean())


def test_scores_that_do_not_belong_together() -> None:
    before = np.zeros((4, 3))
    with pytest.raises(InputError, match=r"hair: scores of shape \(3, 3\), not \(4, 3\)"):
        rescore(before, {"hair": before[:3]}, NAMES, seed=0)
    with pytest.raises(InputError, match="the unedited pictures"):
        rescore(before[:, :2], {"hair": before}, NAMES, seed=0)
    with pytest.raises(InputError, match="one or more"):
        rescore(before[:0], {"hair": before[:0]}, NAMES, seed=0)
    with pytest.raises(InputError, match="no edits"):
        rescore(before, {}, NAMES, seed=0)
