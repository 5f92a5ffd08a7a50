"""Yes or no of a head by logistic regression on its windows (:mod:`rosetail.faces.head_windows`).

The descriptors of each window are brought to their AXES main axes, each of deviation one; what is
learned there is folded back into one row of weights over the descriptors, so that asking costs a
product. A few hundred heads are enough, where a network would want many thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.faces.head_windows import descriptor_size, window_slices

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Note = Callable[[str, int, int], None]

AXES = 400  # main axes of a window's descriptors that are looked along
LEAST_SPREAD = 1e-3  # along an axis: what hardly varies is not made to
PRICE = 100.0  # of the squared weights, against one picture's error


class Sight(NamedTuple):
    """What is told, and the windows that it is told from."""

    name: str
    windows: tuple[str, ...]


def regress(
    seen: Halves,
    truth: Floats,
    sights: Sequence[Sight],
    *,
    balanced: bool = False,
    seed: int,
    note: Note,
) -> tuple[Halves, Floats]:
    """Weights (T, D) and constants (T,) whose sums are above 0 for yes.

    ``seen`` (N, D) are whole descriptors; ``truth`` (N, T) is 1, 0, or NaN where nobody knows, and
    has both of each. ``balanced`` weighs yes and no alike however often each is.
    """
    middle = seen.mean(0, dtype=np.float64).astype(np.float32)
    axes, along = {}, {}
    for number, (name, part) in enumerate(window_slices().items()):
        note("axes", number, len(window_slices()))
        apart = seen[:, part] - middle[part]
        axes[name] = _main_axes(apart, seed)
        along[name] = apart @ axes[name].T
    weights = np.zeros((len(sights), descriptor_size()), np.float32)
    bias = np.zeros(len(sights), np.float32)
    for row, sight in enumerate(sights):
        note(sight.name, row, len(sights))
        known = np.isfinite(truth[:, row])
        looked = [along[name][known] for name in sight.windows]
        shares, bias[row] = _regression(looked, truth[known, row] > 0, balanced)
        for name, share in zip(sight.windows, shares, strict=True):
            weights[row, window_slices()[name]] = share @ axes[name]
    bias -= weights @ middle
    return weights.astype(np.float16), bias


def _main_axes(apart: Floats, seed: int) -> Floats:
    """The rows that bring descriptors, less their mean, to axes of deviation one."""
    from sklearn.decomposition import PCA

    count = min(AXES, *apart.shape)
    found = PCA(count, svd_solver="randomized", random_state=seed).fit(apart)
    spread = np.sqrt(found.explained_variance_).clip(min=LEAST_SPREAD)
    return np.asarray(found.components_ / spread[:, None], np.float32)


def _regression(
    along: list[Floats], truth: NDArray[np.bool_], balanced: bool
) -> tuple[list[Floats], float]:
    """The weights of each window's axes, and the constant."""
    from sklearn.linear_model import LogisticRegression

    weight = "balanced" if balanced else None
    model = LogisticRegression(C=1 / PRICE, max_iter=1000, class_weight=weight)
    found = model.fit(np.hstack(along), truth)
    ends = np.cumsum([each.shape[1] for each in along])[:-1]
    return np.split(found.coef_[0].astype(np.float32), ends), float(found.intercept_[0])
