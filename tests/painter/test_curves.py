"""Curves: they pass where they must, and strokes have the width they say."""

import numpy as np
import pytest

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


def test_turned_is_clockwise_in_the_picture():
    assert curves.turned([(1.0, 0.0)], 90)[0] == pytest.approx([0.0, 1.0], abs=1e-12)
