"""Binary classifiers of heads: logistic regression on windows (:mod:`rosetail.faces.head_windows`).

Each window's descriptors are whitened along their principal axes; the weights are then converted
back to the original descriptors, so a prediction is one dot product. A few hundred heads suffice; a
network would need thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Floats
from rosetail.faces.head_windows import descriptor_size, window_slices

Halves = NDArray[np.float16]
Note = Callable[[str, int, int], None]

AXES = 400  # principal axes of a window's descriptors
LEAST_STD = 1e-3  # along an axis
L2_PENALTY = 100.0


class WindowTarget(NamedTuple):
    """An attribute and the windows that it is predicted from."""

    name: str
    windows: tuple[str, ...]


def regress(
    descriptors: Halves,
    labels: Floats,
    targets: Sequence[WindowTarget],
    *,
    balanced: bool = False,
    seed: int,
    note: Note,
) -> tuple[Halves, Floats]:
    """Weights (T, D) and biases (T,) of the classifiers; a positive sum means yes.

    ``descriptors`` are (N, D); ``labels`` (N, T) are 1, 0, or NaN if unknown, with both classes in
    each column. ``balanced`` weighs both classes equally. ``note`` is called with the name, number
    and count of each stage.
    """
    mean = descriptors.mean(0, dtype=np.float64).astype(np.float32)
    axes, projected = {}, {}
    for number, (name, part) in enumerate(window_slices().items()):
        note("axes", number, len(window_slices()))
        centred = descriptors[:, part] - mean[part]
        axes[name] = _whitening(centred, seed)
        projected[name] = centred @ axes[name].T
    weights = np.zeros((len(targets), descriptor_size()), np.float32)
    bias = np.zeros(len(targets), np.float32)
    for row, target in enumerate(targets):
        note(target.name, row, len(targets))
        known = np.isfinite(labels[:, row])
        inputs = [projected[name][known] for name in target.windows]
        coefficients, bias[row] = _logistic(inputs, labels[known, row] > 0, balanced)
        for name, each in zip(target.windows, coefficients, strict=True):
            weights[row, window_slices()[name]] = each @ axes[name]
    bias -= weights @ mean
    return weights.astype(np.float16), bias


def _whitening(centred: Floats, seed: int) -> Floats:
    """Rows that project centred descriptors to principal axes of unit variance."""
    from sklearn.decomposition import PCA

    count = min(AXES, *centred.shape)
    pca = PCA(count, svd_solver="randomized", random_state=seed).fit(centred)
    std = np.sqrt(pca.explained_variance_).clip(min=LEAST_STD)
    return np.asarray(pca.components_ / std[:, None], np.float32)


def _logistic(
    inputs: list[Floats], labels: NDArray[np.bool_], balanced: bool
) -> tuple[list[Floats], float]:
    """Coefficients of each window's axes, and the intercept."""
    from sklearn.linear_model import LogisticRegression

    weight = "balanced" if balanced else None
    model = LogisticRegression(C=1 / L2_PENALTY, max_iter=1000, class_weight=weight)
    model.fit(np.hstack(inputs), labels)
    ends = np.cumsum([each.shape[1] for each in inputs])[:-1]
    return np.split(model.coef_[0].astype(np.float32), ends), float(model.intercept_[0])
