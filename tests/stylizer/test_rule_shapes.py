"""The rule's tools: clean shapes, smoothing along the flow, curves, strokes and traced paths."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from rosetail.stylizer.rule.fields import along, blur, edge_flow, masked_blur, to_lab, to_rgb
from rosetail.stylizer.rule.shapes import disc, drop_small, grown, opened, shape, shrunk
from rosetail.stylizer.rule.strokes import Sheet, curve, filled, length, smooth_path, taper
from rosetail.stylizer.rule.tracing import join, trace


def test_lab_there_and_back() -> None:
    rgb = np.random.default_rng(0).random((9, 7, 3)).astype(np.float32)
    np.testing.assert_allclose(to_rgb(to_lab(rgb)), rgb, atol=4e-3)
    assert to_lab(np.ones((1, 1, 3), np.float32))[0, 0, 0] == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("sigma", [2.0, 15.0])
def test_blurs_keep_what_is_even_and_spread_by_sigma(sigma: float) -> None:
    assert np.ptp(blur(np.full((60, 80), 7.0, np.float32), sigma)) < 1e-4
    spot = np.zeros((241, 241), np.float32)
    spot[120, 120] = 1
    soft = blur(spot, sigma)
    x = np.arange(241) - 120
    assert soft.sum() == pytest.approx(1, rel=0.02)
    assert np.sqrt((soft.sum(0) * x**2).sum()) == pytest.approx(sigma, rel=0.1)


@pytest.mark.parametrize("sigma", [2.0, 15.0])
def test_a_masked_blur_never_sees_beyond_the_mask(sigma: float) -> None:
    values = np.full((80, 80), 100.0, np.float32)
    mask = np.zeros((80, 80), np.float32)
    values[:, :40], mask[:, :40] = 20, 1
    assert np.abs(masked_blur(values, mask, sigma)[:, :35] - 20).max() < 0.5
    assert np.abs(masked_blur(values, mask, sigma) - 20).max() < 0.5


def test_smoothing_runs_along_stripes_and_not_across() -> None:
    y, x = np.mgrid[:96, :96].astype(np.float32)
    for angle in (0.0, 0.6, 2.0):
        wave = 50 + 30 * np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / 24)
        wave = wave.astype(np.float32)
        noisy = wave + np.random.default_rng(1).normal(0, 8, wave.shape).astype(np.float32)
        flow = edge_flow(np.dstack([wave, 0 * wave, 0 * wave]), 3.0, 2.0)
        inner = slice(20, -20), slice(20, -20)
        smooth = along(noisy, flow, 8.0)
        assert np.abs(smooth - wave)[inner].mean() < 0.4 * np.abs(noisy - wave)[inner].mean()
        assert smooth[inner].std() > 0.85 * wave[inner].std()


def test_crumbs_and_pinholes_go() -> None:
    mask = np.zeros((60, 60), bool)
    mask[10:50, 10:50] = True
    whole = mask.copy()
    mask[2:4, 2:4] = True
    mask[30:32, 30:32] = False
    np.testing.assert_array_equal(drop_small(mask, 10), whole)


def test_growing_is_dilation_by_a_disc() -> None:
    mask = np.random.default_rng(0).random((50, 60)) > 0.995
    mine = grown(mask, 6.0)
    y, x = np.nonzero(mask)
    rows, columns = np.mgrid[:50, :60]
    near = np.hypot(rows[..., None] - y, columns[..., None] - x).min(-1)
    assert mine[near <= 5.7].all()
    assert not mine[near > 6.4].any()
    assert not grown(np.zeros((5, 5), bool), 3).any()
    square = np.zeros((50, 50), bool)
    square[10:40, 10:40] = True
    assert shrunk(square, 4).sum() == pytest.approx(22**2, rel=0.1)
    thin = square.copy()
    thin[24:26, 40:48] = True
    assert not opened(thin, 3)[:, 43:].any()
    assert disc(3).shape == (7, 7)


def test_a_shape_has_calm_borders_and_keeps_its_area() -> None:
    y, x = np.mgrid[:100, :100]
    angle = np.arctan2(y - 50, x - 50)
    ragged = np.hypot(y - 50, x - 50) < 30 + 3 * np.sin(25 * angle)
    calm = shape(ragged, 5.0)
    assert calm.sum() == pytest.approx(ragged.sum(), rel=0.05)
    border = cv2.findContours((calm > 0.5).astype(np.uint8), 0, 1)[0][0][:, 0] - 50
    assert np.hypot(*border.T).std() < 0.8  # 3 / sqrt(2) before


def test_curves_pass_through_their_points() -> None:
    knots = np.array([[0, 0], [10, 4], [20, -3], [35, 0], [50, 10]], float)
    line = curve(knots, 400)
    assert max(np.hypot(*(line - knot).T).min() for knot in knots) < 0.15
    np.testing.assert_allclose(line[[0, -1]], knots[[0, -1]])
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = curve(20 * np.column_stack([np.cos(angle), np.sin(angle)]), 100, closed=True)
    assert np.abs(np.hypot(*ring.T) - 20).max() < 0.25


def test_polygons_and_strokes_cover_their_area() -> None:
    square = np.array([[9.5, 9.5], [29.5, 9.5], [29.5, 19.5], [9.5, 19.5]])
    mask = filled((40, 50), [square])
    assert mask.sum() == pytest.approx(200, rel=0.05)
    assert mask[10:19, 11:29].min() == 1
    assert mask[:8].max() == 0
    stroke = Sheet((40, 60)).stroke(np.array([[10.0, 20.0], [50.0, 20.0]]), 3.0).mask()
    assert stroke[:, 20:40].sum() / 20 == pytest.approx(3, abs=0.3)
    moved = Sheet((20, 30), (10, 10)).stroke(np.array([[10.0, 20.0], [50.0, 20.0]]), 3.0).mask()
    np.testing.assert_array_equal(moved, stroke[10:30, 10:40])


def test_paths_are_smoothed_between_their_ends() -> None:
    t = np.linspace(0, 60, 61)
    jagged = np.column_stack([t, 2 * (np.arange(61) % 2)])
    smooth = smooth_path(jagged, 6.0)
    assert np.abs(np.diff(smooth[4:-4, 1])).max() < 0.15
    assert np.hypot(*(smooth[0] - jagged[0])) < 1.5
    assert length(smooth) == pytest.approx(60, rel=0.1)
    widths = taper(50)
    assert widths[[0, -1]].max() < 0.2
    assert widths.max() == pytest.approx(1)


def test_lines_are_traced_once_each() -> None:
    page = np.zeros((80, 100), np.uint8)
    cv2.line(page, (10, 10), (90, 30), 255, 3)
    cv2.circle(page, (50, 55), 15, 255, 2)
    paths = trace(page > 0)
    assert len(paths) == 2
    line, ring = sorted(paths, key=lambda path: path[:, 1].mean())
    assert length(line) == pytest.approx(np.hypot(80, 20), rel=0.12)
    assert np.abs(np.hypot(*(ring - (50, 55)).T) - 15).max() < 2.5


def test_strokes_join_where_they_go_on() -> None:
    x = np.arange(0.0, 30)
    left, right = np.column_stack([x, 0 * x + 5]), np.column_stack([x + 34, 0 * x + 6])
    upwards = np.column_stack([0 * x + 66, 8 + x])
    joined = join([left, right[::-1], upwards], 8.0)
    assert sorted(map(len, joined)) == [30, 60]
    whole = max(joined, key=len)
    assert np.abs(np.diff(whole[:, 0])).max() < 6
    assert join([], 5.0) == []
    angle = np.linspace(0, np.pi, 40)
    halves = [np.column_stack([20 * np.cos(a), 20 * np.sin(a)]) for a in (angle, angle + np.pi)]
    assert [len(path) for path in join(halves, 5.0)] == [80]
