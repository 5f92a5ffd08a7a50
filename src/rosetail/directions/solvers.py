"""One direction in w for each tag, by seven methods with one signature.

``method(w, has)``: style vectors w (M, D) of M pictures and whether each picture has each of T tags
(M, T), to unit vectors (T, D) that make the tag more likely. All are deterministic. Writing W for w
less its mean and y for one tag's column:

====== =============================================================================================
linear least squares, W a = y (scikit-learn)
lasso  the same with a price on every number of a: few of them are not zero (scikit-learn)
svd    the leading right singular vector of the rows of w that have the tag
svm    the normal of the plane between rows with and without (InterFaceGAN, Shen and others 2020)
pca    of the main axes of w, the one the tag follows most (GANSpace, Härkönen and others 2020)
sefa   the same among eigenvectors of AᵀA, A the modulation weights (Shen and Zhou 2021, eq. 5)
joint  all tags at once; each moves its own tag's reading by one and no other's. What
       :mod:`rosetail.directions.fit` calls joint starts from it and measures on
====== =============================================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.style_layers import sefa_axes, unit_rows
from rosetail.errors import SettingsError

Floats = NDArray[np.float64]
Method = Callable[[Floats, NDArray[np.bool_]], Floats]

LASSO_PRICE = 1e-3
RIDGE = 1e-2  # of the mean eigenvalue: steadies the covariance where few pictures carry a tag
SVM_PRICE = 0.1
SVM_TOLERANCE = 1e-2
SVM_ROUNDS = 10_000  # at most; rows of options, as the painter has, need more than the usual 1,000
AXES = 64  # main axes and eigenvectors that a tag may choose from


def linear(w: Floats, has: NDArray[np.bool_]) -> Floats:
    """Ordinary least squares, one tag at a time."""
    from sklearn.linear_model import LinearRegression

    w, has = _checked(w, has)
    return unit_rows(LinearRegression().fit(w, has.astype(np.float64)).coef_)


def lasso(w: Floats, has: NDArray[np.bool_]) -> Floats:
    """Least squares with an L1 price; a tag that all prices drive to zero gets least squares."""
    from sklearn.linear_model import Lasso

    w, has = _checked(w, has)
    scale = w.std(0) + 1e-12  # the price is fair where numbers vary alike
    lasso = Lasso(alpha=LASSO_PRICE, max_iter=5000, precompute=True)
    found = lasso.fit(w / scale, has.astype(np.float64)).coef_
    found = np.atleast_2d(found) / scale
    lost = ~found.any(1)
    if lost.any():
        found[lost] = linear(w, has[:, lost])
    return unit_rows(found)


def svd(w: Floats, has: NDArray[np.bool_]) -> Floats:
    """The leading singular vector of the style vectors that have the tag, towards them."""
    w, has = _checked(w, has)
    found = [np.linalg.svd(w[column], full_matrices=False)[2][0] for column in has.T]
    return _towards(np.stack(found), w, has)


def svm(w: Floats, has: NDArray[np.bool_]) -> Floats:
    """The normal of the separating plane, classes weighted alike."""
    from sklearn.svm import LinearSVC

    w, has = _checked(w, has)
    # Three times as fast as the search by w itself, and the planes' normals agree to 0.99.
    machine = partial(
        LinearSVC,
        C=SVM_PRICE,
        class_weight="balanced",
        dual=True,
        tol=SVM_TOLERANCE,
        max_iter=SVM_ROUNDS,
        random_state=0,
    )
    scale = w.std() + 1e-12
    return unit_rows(np.stack([machine().fit(w / scale, column).coef_[0] for column in has.T]))


def pca(w: Floats, has: NDArray[np.bool_]) -> Floats:
    """The main axis of all w along which the tag changes most."""
    w, has = _checked(w, has)
    axes = np.linalg.svd(w - w.mean(0), full_matrices=False)[2][:AXES]
    return _most_followed(axes, w, has)


def sefa(w: Floats, has: NDArray[np.bool_], *, modulation: Floats) -> Floats:
    """The eigenvector of AᵀA along which the tag changes most; ``modulation`` is A (rows, D)."""
    w, has = _checked(w, has)
    count = min(AXES, w.shape[1])
    return _most_followed(sefa_axes(modulation, count)[0], w, has)


def joint(w: Floats, has: NDArray[np.bool_]) -> Floats:
    """Each direction changes its own tag's reading and leaves the others' as they are.

    With the covariance S of w (a little ridge on it) the readings of all tags at once are
    y = Bᵀ(w - mean), B = S⁻¹ cov(w, y). Of all moves d with Bᵀd = e_t, the one that w is most
    likely to make by itself, least dᵀS⁻¹d, is column t of S B (BᵀSB)⁻¹.
    """
    return unit_rows(joint_moves(w, has))


def joint_moves(w: Floats, has: NDArray[np.bool_]) -> Floats:
    """The moves (T, D) of :func:`joint` at their own length: the reading grows by one."""
    w, has = _checked(w, has)
    centred, y = w - w.mean(0), has - has.mean(0)
    covariance = centred.T @ centred / len(w)
    covariance += RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    shared = centred.T @ y / len(w)  # cov(w, y); S B is the same
    readings = np.linalg.solve(covariance, shared)
    between = readings.T @ shared  # BᵀSB: how the readings vary together
    between += 1e-9 * np.trace(between) / len(between) * np.eye(len(between))
    return np.asarray(np.linalg.solve(between, shared.T))


METHODS: dict[str, Method] = {
    "linear": linear,
    "lasso": lasso,
    "svd": svd,
    "svm": svm,
    "pca": pca,
    "joint": joint,
}


def _checked(w: Floats, has: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    w, has = np.asarray(w, np.float64), np.asarray(has, bool)
    if w.ndim != 2 or has.ndim != 2 or len(w) != len(has) or not has.shape[1]:
        raise SettingsError(
            f"style vectors {list(w.shape)} and tags {list(has.shape)}: give (M, D) and (M, T)"
        )
    seen = has.sum(0)
    if ((seen == 0) | (seen == len(has))).any():
        raise SettingsError("a tag that every picture or none has leads nowhere; leave it out")
    return w, has


def _towards(vectors: Floats, w: Floats, has: NDArray[np.bool_]) -> Floats:
    """Unit vectors, turned so that pictures with the tag lie ahead."""
    gaps = [w[column].mean(0) - w[~column].mean(0) for column in has.T]
    signs = np.sign(np.sum(vectors * gaps, axis=1, keepdims=True))
    return unit_rows(vectors) * np.where(signs == 0, 1, signs)


def _most_followed(axes: Floats, w: Floats, has: NDArray[np.bool_]) -> Floats:
    """For each tag the axis whose coordinate correlates most with it."""
    along = (w - w.mean(0)) @ axes.T
    y = has - has.mean(0)
    spread = np.outer(y.std(0), along.std(0)) + 1e-12
    correlation = (y.T @ along) / len(w) / spread
    chosen = axes[np.abs(correlation).argmax(1)]
    return _towards(chosen, w, has)
