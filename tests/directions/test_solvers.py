"""Directions on style vectors whose true directions are known."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.directions import solvers as d
from rosetail.errors import SettingsError

M, D = 3000, 24
rng = np.random.default_rng(0)
MIXED = np.linalg.qr(rng.standard_normal((D, D)))[0] * np.geomspace(3, 0.3, D)
W = rng.standard_normal((M, D)) @ MIXED.T + rng.standard_normal(D)
TRUE = np.linalg.qr(rng.standard_normal((D, 3)))[0].T
# What a tagger reads: mostly along one direction, yes in a minority of pictures.
READ = (W - W.mean(0)) @ TRUE.T
HAS = (READ + 0.3 * rng.standard_normal(READ.shape)) > np.quantile(READ, 0.7, axis=0)
SUPERVISED = ["linear", "lasso", "svm"]


@pytest.mark.parametrize("name", SUPERVISED)
def test_regressions_find_what_the_tagger_reads(name: str) -> None:
    found = d.METHODS[name](W, HAS)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert ((found * TRUE).sum(1) > 0.9).all()


@pytest.mark.parametrize("name", [*d.METHODS])
def test_every_method_makes_its_tag_more_likely(name: str) -> None:
    found = d.METHODS[name](W, HAS)
    assert found.shape == (3, D)
    assert (np.diag(found @ TRUE.T) > 0.05).all()
    assert np.array_equal(found, d.METHODS[name](W, HAS))


def effects(moves: np.ndarray) -> np.ndarray:
    """What a move along each direction changes in every reading, own changes being 1."""
    changed = moves @ TRUE.T
    return changed / np.diag(changed)[:, None]


def test_joint_leaves_the_other_tags_alone() -> None:
    """Tags that come together: the other methods change both, joint changes one."""
    together = W.copy()
    together += 1.5 * np.outer(READ[:, 0], TRUE[1])  # who has the first has the second more often
    read = (together - together.mean(0)) @ TRUE.T
    has = read > np.quantile(read, 0.7, axis=0)
    off = ~np.eye(3, dtype=bool)
    ours, pcas = (
        np.abs(effects(each(together, has)))[off].max() for each in (d.joint_moves, d.pca)
    )
    assert ours < 0.1
    assert pcas > 3 * ours


def test_joint_moves_solve_their_equation() -> None:
    moves = d.joint_moves(W, HAS)
    centred, y = W - W.mean(0), HAS - HAS.mean(0)
    s = centred.T @ centred / M
    s += d.RIDGE * np.trace(s) / D * np.eye(D)
    b = np.linalg.inv(s) @ centred.T @ y / M
    assert np.allclose(moves @ b, np.eye(3), atol=1e-6)
    # No other move with the same effect is likelier.
    for _ in range(20):
        step = rng.standard_normal(D)
        step -= np.linalg.pinv(b.T) @ (b.T @ step)
        for move in moves:
            other = move + 0.1 * step
            assert other @ np.linalg.inv(s) @ other >= move @ np.linalg.inv(s) @ move


def test_svd_is_the_leading_singular_vector() -> None:
    found = d.svd(W, HAS)
    for vector, column in zip(found, HAS.T, strict=True):
        rows = W[column]
        for other in rng.standard_normal((50, D)):
            assert np.linalg.norm(rows @ vector) >= np.linalg.norm(rows @ other) / np.linalg.norm(
                other
            )


def test_sefa_axes_stretch_most() -> None:
    a = rng.standard_normal((60, D)) * np.geomspace(4, 0.2, D)
    axes, values = d.sefa_axes(a, 4)
    unit = a / np.linalg.norm(a, axis=1, keepdims=True)
    assert np.allclose(np.linalg.norm(unit @ axes.T, axis=0) ** 2, values)
    assert (np.diff(values) <= 0).all()
    assert np.allclose(axes @ axes.T, np.eye(4))
    assert np.allclose(values, np.linalg.svd(unit)[1][:4] ** 2)
    found = d.sefa(W, HAS, modulation=a)
    assert np.allclose(np.abs(found @ d.sefa_axes(a, D)[0].T).max(1), 1)


def test_what_cannot_be() -> None:
    with pytest.raises(SettingsError, match="positive and negative"):
        d.linear(W, np.zeros((M, 1), bool))
    with pytest.raises(SettingsError, match="give"):
        d.joint_moves(W, HAS[:-1])
    with pytest.raises(SettingsError, match="axes"):
        d.sefa_axes(W, D + 1)


def test_sefa_as_published_takes_rows_as_they_are() -> None:
    """Eigenvectors of AᵀA itself, as the equations say: long rows count more."""
    rng = np.random.default_rng(0)
    a = rng.normal(size=(12, 5)) * rng.uniform(0.1, 3, (12, 1))
    axes, values = d.sefa_axes(a, 5, normalized=False)
    for axis, value in zip(axes, values, strict=True):
        np.testing.assert_allclose(a.T @ a @ axis, value * axis, atol=1e-9)
    singular = np.linalg.svd(a)[2]  # GANs N' Roses: torch.svd(W).V
    np.testing.assert_allclose(np.abs(np.sum(axes * singular, 1)), 1, atol=1e-9)
    assert np.abs(np.sum(d.sefa_axes(a, 5)[0] * axes, 1)).min() < 0.99
