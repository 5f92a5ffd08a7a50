"""Fréchet inception distance (Heusel and others 2017, "GANs Trained by a Two Time-Scale ...")."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.metrics.summary import Summary

Floats = NDArray[np.float64]


def fid(first: Summary, second: Summary) -> float:
    """Squared Fréchet distance of the normal distributions that fit two sets of features.

    |m₁ - m₂|² + tr(C₁ + C₂ - 2 (C₁ C₂)^½), never below zero. It is biased: sets of a few times
    ``width`` pictures come out farther apart than they are, so compare equal counts, or take KID.
    Raises ValueError for fewer than two pictures or different widths.
    """
    if first.mean.shape != second.mean.shape:
        raise ValueError(f"features of {len(first.mean)} and {len(second.mean)} do not compare")
    return frechet(first.mean, first.covariance, second.mean, second.covariance)


def frechet(first: Floats, first_cov: Floats, second: Floats, second_cov: Floats) -> float:
    """The same from means (D,) and covariances (D, D).

    With R the symmetric root of C, the trace of (C₁ C₂)^½ is the sum of the singular values of
    R₁ R₂: no complex numbers, and no digits lost where a covariance is singular.
    """
    shared = np.linalg.svd(_root(first_cov) @ _root(second_cov), compute_uv=False).sum()
    apart = np.square(first - second).sum()
    return max(float(apart + np.trace(first_cov) + np.trace(second_cov) - 2 * shared), 0.0)


def _root(covariance: Floats) -> Floats:
    """The symmetric square root of a positive semi-definite matrix."""
    values, vectors = np.linalg.eigh(covariance)
    root: Floats = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return root
