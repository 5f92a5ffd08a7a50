"""Directions in W by statistics of tagged random codes, one per tag.

Each method maps codes w (M, D) and tags (M, T) to unit vectors (T, D) that make the tag more
likely. All are deterministic. W are the centred codes, y is one tag.

====== =============================================================================================
linear least squares, W a = y
lasso  least squares with an L1 penalty
svd    leading right singular vector of the codes that have the tag
svm    normal of the separating hyperplane (InterFaceGAN, Shen et al. 2020)
pca    of the principal components of w, the one most correlated with the tag (GANSpace, Härkönen
       et al. 2020)
sefa   the same among the eigenvectors of AᵀA, with the modulation weights A (Shen and Zhou 2021)
voynov the same among directions learned with a reconstructor (Voynov and Babenko 2020)
====== =============================================================================================

:func:`joint_moves` solves for all tags together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Doubles
from rosetail.characters.style_layers import sefa_axes, unit_rows
from rosetail.errors import SettingsError

Codes = NDArray[np.floating[Any]]
Tags = NDArray[np.bool_]
Method = Callable[[Codes, Tags], Doubles]

LASSO_PENALTY = 1e-3
RIDGE = 1e-2  # relative to the mean eigenvalue; stabilizes the covariance for rare tags
SVM_PENALTY = 0.1
SVM_TOLERANCE = 1e-2
SVM_ITERATIONS = 10_000  # option tags of the painter need more than the default of 1,000
AXES = 64  # principal components and eigenvectors that are considered


def linear(w: Codes, has: Tags) -> Doubles:
    """Ordinary least squares."""
    from sklearn.linear_model import LinearRegression

    w, has = _checked(w, has)
    return unit_rows(LinearRegression().fit(w, has.astype(np.float64)).coef_)


def lasso(w: Codes, has: Tags) -> Doubles:
    """Least squares with an L1 penalty; plain least squares where that sets all weights to zero."""
    from sklearn.linear_model import Lasso

    w, has = _checked(w, has)
    scale = w.std(0) + 1e-12  # equal penalty for all components
    regression = Lasso(alpha=LASSO_PENALTY, max_iter=5000, precompute=True)
    weights = np.atleast_2d(regression.fit(w / scale, has.astype(np.float64)).coef_) / scale
    empty = ~weights.any(1)
    if empty.any():
        weights[empty] = linear(w, has[:, empty])
    return unit_rows(weights)


def svd(w: Codes, has: Tags) -> Doubles:
    """The leading singular vector of the codes that have the tag, oriented towards them."""
    w, has = _checked(w, has)
    leading = [np.linalg.svd(w[column], full_matrices=False)[2][0] for column in has.T]
    return _oriented(np.stack(leading), w, has)


def svm(w: Codes, has: Tags) -> Doubles:
    """The normal of the separating hyperplane, with balanced class weights."""
    from sklearn.svm import LinearSVC

    w, has = _checked(w, has)
    # The dual problem takes a third of the time of the primal; normals agree to 0.99.
    machine = LinearSVC(
        C=SVM_PENALTY,
        class_weight="balanced",
        dual=True,
        tol=SVM_TOLERANCE,
        max_iter=SVM_ITERATIONS,
        random_state=0,
    )
    scale = w.std() + 1e-12
    normals = [machine.fit(w / scale, column).coef_[0].copy() for column in has.T]
    return unit_rows(np.stack(normals))


def pca(w: Codes, has: Tags) -> Doubles:
    """The principal component of w most correlated with the tag."""
    w, has = _checked(w, has)
    axes = np.linalg.svd(w - w.mean(0), full_matrices=False)[2][:AXES]
    return _most_correlated(axes, w, has)


def sefa(w: Codes, has: Tags, *, modulation: Codes, normalized: bool = True) -> Doubles:
    """The eigenvector of AᵀA most correlated with the tag; ``modulation`` is A (rows, D)."""
    w, has = _checked(w, has)
    axes, _ = sefa_axes(modulation, min(AXES, w.shape[1]), normalized=normalized)
    return _most_correlated(axes, w, has)


def among(w: Codes, has: Tags, *, axes: Codes) -> Doubles:
    """Of the rows of ``axes`` (K, D) the one most correlated with the tag, towards it."""
    w, has = _checked(w, has)
    return _most_correlated(unit_rows(axes), w, has)


def joint_moves(w: Codes, has: Tags) -> Doubles:
    """Moves (T, D) that raise one tag's linear prediction by 1 and leave the others' unchanged.

    With the covariance S of w (plus a ridge), the predictions of all tags are y = Bᵀ(w - mean),
    B = S⁻¹ cov(w, y). Of all moves d with Bᵀd = e_t, column t of S B (BᵀSB)⁻¹ is the most likely
    one: it minimizes dᵀS⁻¹d.
    """
    w, has = _checked(w, has)
    centred, y = w - w.mean(0), has - has.mean(0)
    covariance = centred.T @ centred / len(w)
    covariance += RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    shared = centred.T @ y / len(w)  # cov(w, y) = S B
    weights = np.linalg.solve(covariance, shared)  # B
    between = weights.T @ shared  # BᵀSB
    between += 1e-9 * np.trace(between) / len(between) * np.eye(len(between))
    return np.asarray(np.linalg.solve(between, shared.T))


METHODS: dict[str, Method] = {
    "linear": linear,
    "lasso": lasso,
    "svd": svd,
    "svm": svm,
    "pca": pca,
}


def _checked(w: Codes, has: Tags) -> tuple[Doubles, Tags]:
    has = np.asarray(has, bool)
    if w.ndim != 2 or has.ndim != 2 or len(w) != len(has) or not has.shape[1]:
        raise SettingsError(
            f"codes {list(w.shape)} and tags {list(has.shape)}: give (M, D) and (M, T)"
        )
    count = has.sum(0)
    if ((count == 0) | (count == len(has))).any():
        raise SettingsError("a tag needs both positive and negative examples; remove it")
    return np.asarray(w, np.float64), has


def _oriented(vectors: Doubles, w: Doubles, has: Tags) -> Doubles:
    """Unit vectors, negated where pictures with the tag have the smaller mean coordinate."""
    gaps = [w[column].mean(0) - w[~column].mean(0) for column in has.T]
    signs = np.sign(np.sum(vectors * gaps, axis=1, keepdims=True))
    return unit_rows(vectors) * np.where(signs == 0, 1, signs)


def _most_correlated(axes: Doubles, w: Doubles, has: Tags) -> Doubles:
    """For each tag the axis whose coordinate correlates most with it."""
    along = (w - w.mean(0)) @ axes.T
    y = has - has.mean(0)
    spread = np.outer(y.std(0), along.std(0)) + 1e-12
    correlation = (y.T @ along) / len(w) / spread
    return _oriented(axes[np.abs(correlation).argmax(1)], w, has)
