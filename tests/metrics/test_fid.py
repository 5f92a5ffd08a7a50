"""FID of normal distributions in closed form, and against SciPy's matrix square root."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from rosetail.metrics.fid import FeatureStats, fid, frechet_distance

RNG = np.random.default_rng(0)


def covariance(size: int, rank: int) -> np.ndarray:
    factor = RNG.normal(size=(size, rank))
    return factor @ factor.T / rank


def test_normals_along_the_axes_in_closed_form() -> None:
    """For diagonal covariances: |m₁ - m₂|² and the squared differences of deviations."""
    first, second = RNG.normal(size=(2, 7))
    spreads = RNG.uniform(0.1, 3, size=(2, 7))
    found = frechet_distance(first, np.diag(spreads[0] ** 2), second, np.diag(spreads[1] ** 2))
    wanted = ((first - second) ** 2).sum() + ((spreads[0] - spreads[1]) ** 2).sum()
    assert found == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("rank", [24, 12, 10])
def test_against_scipy_also_where_covariances_are_singular(rank: int) -> None:
    first, second = RNG.normal(size=(2, 12))
    one, other = covariance(12, rank), covariance(12, rank)
    root = linalg.sqrtm(one @ other).real
    wanted = ((first - second) ** 2).sum() + np.trace(one + other - 2 * root)
    digits = 1e-9 if rank >= 12 else 1e-5  # SciPy loses half of them on a singular product
    assert frechet_distance(first, one, second, other) == pytest.approx(wanted, rel=digits)


def test_turning_the_features_changes_nothing() -> None:
    turn = np.linalg.qr(RNG.normal(size=(8, 8)))[0]
    one, other = RNG.normal(size=(100, 8)), RNG.normal(0.3, 2, size=(90, 8))
    plain = fid(FeatureStats.of(one), FeatureStats.of(other))
    assert fid(FeatureStats.of(one @ turn), FeatureStats.of(other @ turn)) == pytest.approx(
        plain, rel=1e-9
    )
    assert fid(FeatureStats.of(other), FeatureStats.of(one)) == pytest.approx(plain, rel=1e-9)


def test_samples_come_near_the_distance_of_their_distributions() -> None:
    mean, scale = np.array([1.0, 0, -2]), np.array([1, 2, 0.5])
    one, other = RNG.normal(size=(40_000, 3)), mean + RNG.normal(size=(40_000, 3)) * scale
    wanted = (mean**2).sum() + ((scale - 1) ** 2).sum()
    assert fid(FeatureStats.of(one), FeatureStats.of(other)) == pytest.approx(wanted, rel=0.02)


def test_a_set_is_at_no_distance_from_itself() -> None:
    one = FeatureStats.of(RNG.normal(size=(10, 20)))  # fewer rows than numbers
    assert fid(one, one) == pytest.approx(0, abs=1e-9)


def test_sets_that_do_not_compare() -> None:
    one = FeatureStats.of(np.zeros((3, 4)))
    with pytest.raises(ValueError, match="do not compare"):
        fid(one, FeatureStats.of(np.zeros((3, 5))))
    with pytest.raises(ValueError, match="two pictures"):
        fid(one, FeatureStats.of(np.zeros((1, 4))))
