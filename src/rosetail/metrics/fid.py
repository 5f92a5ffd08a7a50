"""Fréchet inception distance (Heusel et al. 2017, arXiv 1706.08500)."""

from __future__ import annotations

import numpy as np

from rosetail.arrays import Doubles

SAMPLE_SIZE = 2000


class FeatureStats:
    """Mean and covariance of feature rows (N, ``width``), and a random sample of them.

    Rows may be added in batches of any size; memory does not grow with their number. Moments are
    merged as in Chan, Golub and LeVeque (1983), which stays accurate for large means. The sample is
    a reservoir (Vitter 1985, algorithm R): each row is equally likely to be in it. KID uses it.
    """

    def __init__(self, width: int, *, sample_size: int = SAMPLE_SIZE, seed: int = 0) -> None:
        self.count = 0
        self.mean: Doubles = np.zeros(width)
        self._scatter: Doubles = np.zeros((width, width))
        self._reservoir: Doubles = np.zeros((sample_size, width))
        self._rng = np.random.default_rng(seed)

    @classmethod
    def of(cls, rows: Doubles) -> FeatureStats:
        """The moments of ``rows`` (N, width), without a sample."""
        stats = cls(rows.shape[1], sample_size=0)
        stats.add(rows)
        return stats

    def add(self, rows: Doubles) -> None:
        """Add rows (N, width); N may be 0."""
        if rows.ndim != 2 or rows.shape[1] != len(self.mean):
            raise ValueError(f"rows of shape {rows.shape}, not (N, {len(self.mean)})")
        if not len(rows):
            return
        total = self.count + len(rows)
        mean = rows.mean(0, dtype=np.float64)
        centred, shift = rows - mean, mean - self.mean
        self._scatter += centred.T @ centred
        self._scatter += np.outer(shift, shift) * (self.count * len(rows) / total)
        self.mean += shift * (len(rows) / total)
        for number, row in enumerate(rows, start=self.count):
            slot = number if number < len(self._reservoir) else self._rng.integers(number + 1)
            if slot < len(self._reservoir):
                self._reservoir[slot] = row
        self.count = total

    @property
    def covariance(self) -> Doubles:
        """Unbiased covariance (width, width). Raises ValueError for fewer than two rows."""
        if self.count < 2:
            raise ValueError("each set needs at least two pictures")
        return self._scatter / (self.count - 1)

    @property
    def sample(self) -> Doubles:
        """The sampled rows (at most ``sample_size``, width)."""
        return self._reservoir[: self.count]


def fid(first: FeatureStats, second: FeatureStats) -> float:
    """Squared Fréchet distance of the Gaussians fitted to two sets of features, at least 0.

    The estimate is biased upwards for few pictures: compare sets of equal size, or use KID. Raises
    ValueError for fewer than two pictures or different widths.
    """
    if first.mean.shape != second.mean.shape:
        raise ValueError(f"features of {len(first.mean)} and {len(second.mean)} do not compare")
    return frechet_distance(first.mean, first.covariance, second.mean, second.covariance)


def frechet_distance(
    first: Doubles, first_cov: Doubles, second: Doubles, second_cov: Doubles
) -> float:
    """|m₁ - m₂|² + tr(C₁ + C₂ - 2 (C₁ C₂)^½) of means (D,) and covariances (D, D).

    With R the symmetric square root of C, the trace of (C₁ C₂)^½ is the sum of the singular values
    of R₁ R₂. This avoids complex numbers and stays accurate for singular covariances.
    """
    shared = np.linalg.svd(_square_root(first_cov) @ _square_root(second_cov), compute_uv=False)
    between_means = np.square(first - second).sum()
    distance = between_means + np.trace(first_cov) + np.trace(second_cov) - 2 * shared.sum()
    return max(float(distance), 0.0)


def _square_root(covariance: Doubles) -> Doubles:
    """The symmetric square root of a positive semi-definite matrix."""
    values, vectors = np.linalg.eigh(covariance)
    root: Doubles = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return root
