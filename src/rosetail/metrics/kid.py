"""Kernel inception distance (Bińkowski et al. 2018, arXiv 1801.01401)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.metrics.intervals import Estimate

Features = NDArray[np.floating[Any]]


def kid(first: Features, second: Features) -> float:
    """Unbiased squared MMD of features (N, D) and (M, D) with the kernel (x·y / D + 1)³.

    The expected value is 0 for two samples of one distribution, so single values can be negative.
    Raises ValueError for fewer than two rows or unequal D.
    """
    return _mmd(*_kernels(first, second))


def kid_with_interval(
    first: Features, second: Features, *, seed: int, subsets: int = 200
) -> Estimate:
    """:func:`kid` with the middle 95 % of its values over random subsets.

    Subsets are drawn without replacement and half as large as the smaller set, so the interval is
    wider than that of the full estimate.
    """
    within_first, within_second, across = _kernels(first, second)
    rng = np.random.default_rng(seed)
    size = max(2, min(len(first), len(second)) // 2)
    values = []
    for _ in range(subsets):
        rows = rng.choice(len(first), size, replace=False)
        columns = rng.choice(len(second), size, replace=False)
        values.append(
            _mmd(
                within_first[np.ix_(rows, rows)],
                within_second[np.ix_(columns, columns)],
                across[np.ix_(rows, columns)],
            )
        )
    low, high = np.percentile(values, (2.5, 97.5))
    return Estimate(_mmd(within_first, within_second, across), float(low), float(high))


def _kernels(first: Features, second: Features) -> tuple[Features, Features, Features]:
    """The kernel within each set and across both, (N, N), (M, M) and (N, M)."""
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise ValueError(f"features of shape {first.shape} and {second.shape} do not compare")
    if min(len(first), len(second)) < 2:
        raise ValueError("each set needs at least two pictures")
    x, y = first.astype(np.float64), second.astype(np.float64)
    pairs = ((x, x), (y, y), (x, y))
    within_first, within_second, across = ((a @ b.T / x.shape[1] + 1) ** 3 for a, b in pairs)
    return within_first, within_second, across


def _mmd(within_first: Features, within_second: Features, across: Features) -> float:
    """Mean kernel between different rows of each set, minus twice the mean across the sets."""

    def mean_off_diagonal(kernel: Features) -> float:
        n = len(kernel)
        return float((kernel.sum() - np.trace(kernel)) / (n * (n - 1)))

    within = mean_off_diagonal(within_first) + mean_off_diagonal(within_second)
    return within - 2 * float(across.mean())
