"""Kernel inception distance (Bińkowski and others 2018, "Demystifying MMD GANs") of two sets.

Sets too large for memory are compared by their samples: ``Summary.sample``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.floating[Any]]


class Distance(NamedTuple):
    """The estimate from all pictures, and the middle 95 % of estimates from random subsets.

    The subsets are half as large as the smaller set, so their spread is on the wide side.
    """

    value: float
    low: float
    high: float


def kid(first: Features, second: Features) -> float:
    """Unbiased squared MMD of two sets of features (N, D) and (M, D), kernel (x·y / D + 1)³.

    Zero on average for two samples of one distribution, so single values may be below zero.
    Raises ValueError for fewer than two rows or unequal D.
    """
    _check(first, second)
    return _mmd(_kernel(first, first), _kernel(second, second), _kernel(first, second))


def kid_with_interval(
    first: Features, second: Features, *, seed: int, subsets: int = 200
) -> Distance:
    """:func:`kid` and how far it moves: ``subsets`` times on random halves without replacement."""
    _check(first, second)
    own, other, cross = _kernel(first, first), _kernel(second, second), _kernel(first, second)
    rng = np.random.default_rng(seed)
    size = max(2, min(len(first), len(second)) // 2)
    values = []
    for _ in range(subsets):
        rows = rng.choice(len(first), size, replace=False)
        columns = rng.choice(len(second), size, replace=False)
        values.append(
            _mmd(
                own[np.ix_(rows, rows)],
                other[np.ix_(columns, columns)],
                cross[np.ix_(rows, columns)],
            )
        )
    low, high = np.percentile(values, (2.5, 97.5))
    return Distance(_mmd(own, other, cross), float(low), float(high))


def _check(first: Features, second: Features) -> None:
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise ValueError(f"features of shape {first.shape} and {second.shape} do not compare")
    if min(len(first), len(second)) < 2:
        raise ValueError("each set needs at least two pictures")


def _kernel(x: Features, y: Features) -> NDArray[np.float64]:
    products = x.astype(np.float64) @ y.astype(np.float64).T
    return np.asarray((products / x.shape[1] + 1) ** 3)


def _mmd(own: Features, other: Features, cross: Features) -> float:
    """Mean of the kernel between different rows of each set, minus twice that across the sets."""

    def between_rows(kernel: Features) -> float:
        n = len(kernel)
        return float((kernel.sum() - np.trace(kernel)) / (n * (n - 1)))

    return between_rows(own) + between_rows(other) - 2 * float(cross.mean())
