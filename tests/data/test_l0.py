"""L0 smoothing, against its equation solved with dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.data.l0 import l0_smooth

Bytes = NDArray[np.uint8]


def difference(count: int, *, periodic: bool = False) -> NDArray[np.float64]:
    """Forward differences as a matrix [count, count]; the last row is 0 or goes to the first."""
    matrix = np.eye(count, k=1) - np.eye(count)
    matrix[-1] = np.eye(count)[0] - np.eye(count)[-1] if periodic else 0
    return matrix


def plainly(rgb: Bytes, weight: float, *, periodic: bool = False) -> NDArray[np.float64]:
    """The alternation of Xu et al. (2011), every linear system solved as it stands."""
    height, width, channels = rgb.shape
    across = np.kron(np.eye(height), difference(width, periodic=periodic))
    down = np.kron(difference(height, periodic=periodic), np.eye(width))
    known = rgb.reshape(-1, channels) / 255
    smooth, coupling = known.copy(), 2 * weight
    while coupling < 1e5:
        slopes = [across @ smooth, down @ smooth]
        small = sum((slope**2).sum(1) for slope in slopes) < weight / coupling
        for slope in slopes:
            slope[small] = 0
        system = np.eye(len(known)) + coupling * (across.T @ across + down.T @ down)
        right = known + coupling * (across.T @ slopes[0] + down.T @ slopes[1])
        smooth = np.linalg.solve(system, right)
        coupling *= 2
    return smooth.reshape(rgb.shape) * 255


@pytest.mark.parametrize("shape", [(12, 16, 3), (9, 13, 3)])
def test_it_solves_the_equation(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(11)
    rgb = rng.integers(90, 120, shape).astype(np.uint8)
    rgb[:, shape[1] // 2 :] += 100
    smooth = l0_smooth(rgb, 0.01)
    if not (shape[0] % 2 or shape[1] % 2):
        np.testing.assert_allclose(smooth, plainly(rgb, 0.01), atol=1.0)
    else:  # an odd size is continued by one pixel, which changes little
        assert np.abs(smooth - plainly(rgb, 0.01)).mean() < 3


def test_grain_goes_edges_and_means_stay() -> None:
    rng = np.random.default_rng(12)
    rgb = np.full((64, 64, 3), (40, 60, 50), np.int64)
    rgb[:, 32:] = (220, 200, 210)
    grain = np.clip(rgb + rng.normal(0, 4, rgb.shape), 0, 255).astype(np.uint8)
    smooth = l0_smooth(grain)
    np.testing.assert_allclose(smooth, rgb, atol=8)  # next to the edge; elsewhere nearer
    np.testing.assert_allclose(smooth[:, :30], rgb[:, :30], atol=2)
    np.testing.assert_allclose(smooth.mean((0, 1)), grain.mean((0, 1)), atol=1)


def test_more_weight_flattens_more(astronaut: Bytes) -> None:
    part = np.ascontiguousarray(astronaut[60:188, 160:288])

    def edges(picture: Bytes) -> int:
        return int((np.abs(np.diff(picture.astype(int), axis=1)).max(-1) > 3).sum())

    counts = [edges(part)] + [edges(l0_smooth(part, weight)) for weight in (0.002, 0.01, 0.05)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < 0.5 * counts[0]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 7, 3), (5, 2, 3)])
def test_tiny_pictures_pass(shape: tuple[int, int, int]) -> None:
    assert l0_smooth(np.full(shape, 77, np.uint8)).tolist() == np.full(shape, 77).tolist()


def test_periodic_borders() -> None:
    rgb = np.random.default_rng(11).integers(90, 120, (9, 12, 3)).astype(np.uint8)
    rgb[:, 6:] += 100
    smooth = l0_smooth(rgb, 0.01, periodic=True)
    np.testing.assert_allclose(smooth, plainly(rgb, 0.01, periodic=True), atol=0.51)
