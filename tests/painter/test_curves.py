"""Curves: they pass where they must, and strokes have the width they say."""

import cv2
import numpy as np
import pytest
import skia

from rosetail.painter import curves


def test_spline_passes_through_its_points():
    points = np.array([(0, 0), (1, 2), (3, 1), (4, 4), (6, 3)], dtype=float)
    dense = curves.spline(points, 4 * 8 + 1)
    assert dense[::8] == pytest.approx(points)


def test_spline_is_the_natural_cubic_one():
    interpolate = pytest.importorskip("scipy.interpolate")
    points = np.random.default_rng(1).normal(size=(6, 3))
    oracle = interpolate.CubicSpline(np.arange(6), points, bc_type="natural")
    assert curves.spline(points, 51) == pytest.approx(oracle(np.linspace(0, 5, 51)))


def test_brush_is_widest_in_the_middle_and_ends_in_points():
    line = np.stack([np.linspace(0, 10, 21), np.zeros(21)], axis=-1)
    shape = curves.brush(line, 2.0)
    assert shape.contains(5.0, 0.95)
    assert not shape.contains(5.0, 1.05)
    assert not shape.contains(0.4, 0.8)
    assert shape.computeTightBounds().height() == pytest.approx(2.0, abs=0.05)


def test_closed_curves_pass_through_their_points():
    points = np.array([(0, 0), (2, 0), (3, 2), (1, 3), (-1, 1)], dtype=float)
    dense = curves.loop(points, 6)
    assert dense[::6] == pytest.approx(points)
    assert len(dense) == 30


def test_a_hull_is_that_of_opencv_evenly_walked():
    points = np.random.default_rng(2).normal(size=(60, 2))
    hull = curves.hull(points, 400)
    oracle = cv2.convexHull(points.astype(np.float32))
    assert abs(curves.area(hull)) == pytest.approx(cv2.contourArea(oracle), rel=0.01)
    steps = np.linalg.norm(np.diff(hull, axis=0), axis=1)
    assert steps.max() < 1.01 * cv2.arcLength(oracle, True) / 400
    assert curves.area(hull) > 0


def test_areas_are_joined_cut_and_shared():
    one, two = (skia.Path.Rect(skia.Rect(x, 0, x + 2, 2)) for x in (0, 1))

    def area(path):
        return path.getBounds().width() * path.getBounds().height()

    assert area(curves.union([one, two])) == pytest.approx(6)
    assert area(curves.common(one, two)) == pytest.approx(2)
    assert area(curves.minus(one, two)) == pytest.approx(2)
    assert curves.shifted(one, 5, 1).getBounds().left() == 5
    assert one.getBounds().left() == 0


def test_smoothstep_is_flat_at_both_ends():
    low, high = curves.smoothstep([-1.0, 2.0], 0.0, 1.0)
    assert (low, high) == (0.0, 1.0)
    assert float(curves.smoothstep(0.25, 0.0, 1.0)) == pytest.approx(3 * 0.25**2 - 2 * 0.25**3)
