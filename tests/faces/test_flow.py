"""Tangents, smoothing along them and lines, on pictures whose edges are known."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.faces.flow import Tangents, edge_tangents, flow_lines, smooth_along

SIZE = 96


def stripes(degrees: float) -> np.ndarray:
    """Waves that do not change along ``degrees`` from the x axis."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    angle = np.radians(degrees)
    across = -x * np.sin(angle) + y * np.cos(angle)
    return (0.5 + 0.5 * np.sin(across / 3)).astype(np.float32)


@pytest.mark.parametrize("degrees", [0, 30, 90, 140])
def test_tangents_run_along_the_stripes(degrees: float) -> None:
    flow = edge_tangents(stripes(degrees))
    inner = slice(12, -12)
    wanted = np.radians(degrees)
    agreement = np.abs(flow.x * np.cos(wanted) + flow.y * np.sin(wanted))[inner, inner]
    assert agreement.min() > np.cos(np.radians(3))
    np.testing.assert_allclose(np.hypot(flow.x, flow.y), 1, atol=1e-5)


def test_smoothing_along_keeps_the_stripes_and_averages_noise_away() -> None:
    clean = stripes(30)
    noise = np.random.default_rng(0).normal(0, 0.2, clean.shape).astype(np.float32)
    smooth = smooth_along(clean + noise, edge_tangents(clean), reach=10, sigma=4)
    inner = slice(14, -14)
    left = (smooth - clean)[inner, inner]
    assert left.std() < 0.4 * noise.std()
    assert np.corrcoef(smooth[inner, inner].ravel(), clean[inner, inner].ravel())[0, 1] > 0.97


def test_smoothing_follows_a_curve_against_the_sign_of_the_tangents() -> None:
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32) - SIZE / 2
    rings = (0.5 + 0.5 * np.sin(np.hypot(x, y) / 3)).astype(np.float32)
    flow = edge_tangents(rings)
    signs = np.where(np.random.default_rng(1).random(x.shape) < 0.5, 1, -1).astype(np.float32)
    flipped = Tangents(flow.x * signs, flow.y * signs)
    ring = (np.hypot(x, y) > 15) & (np.hypot(x, y) < 35)
    smooth = smooth_along(rings, flow, reach=6, sigma=3)
    assert np.abs(smooth - rings)[ring].mean() < 0.05
    # A tangent has no sign: neighbours that point the other way change little.
    assert np.abs(smooth_along(rings, flipped, reach=6, sigma=3) - smooth)[ring].mean() < 0.1


def test_constant_pictures_stay_and_colours_are_smoothed_alike() -> None:
    flow = edge_tangents(stripes(20))
    even = np.full((SIZE, SIZE, 3), 0.3, np.float32)
    np.testing.assert_allclose(smooth_along(even, flow, 6, 3), even, atol=1e-6)
    grey = stripes(70)
    colours = smooth_along(np.dstack([grey, grey, grey]), flow, 5, 2)
    np.testing.assert_allclose(colours[..., 1], smooth_along(grey, flow, 5, 2), atol=1e-6)


def test_ink_lies_on_the_dark_stroke_alone() -> None:
    page = np.ones((SIZE, SIZE), np.float32)
    page[46:49] = 0.2
    ink = flow_lines(page, edge_tangents(page), sigma=1.2, threshold=0.006)
    assert ink[47, 15:-15].min() > 0.9
    assert ink[:35].max() < 0.01
    assert ink[60:].max() < 0.01
    assert flow_lines(np.ones_like(page), edge_tangents(page), 1.2, 0.006).max() == 0
