"""Curves and tapered strokes as skia paths; points are float64 arrays (..., N, 2 or 3)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import cv2
import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]


@lru_cache(maxsize=256)
def _spline_basis(knots: int, samples: int) -> Points:
    """(samples, knots) matrix of the natural cubic spline through equally spaced knots."""
    system = np.diag(np.full(knots, 4.0)) + np.diag(np.ones(knots - 1), 1)
    system += np.diag(np.ones(knots - 1), -1)
    system[0, 0] = system[-1, -1] = 2.0
    slope = np.zeros((knots, knots))
    for row in range(knots):
        slope[row, min(row + 1, knots - 1)] += 3.0
        slope[row, max(row - 1, 0)] -= 3.0
    derivative = np.linalg.solve(system, slope)
    position = np.linspace(0, knots - 1, samples)
    cell = np.minimum(position.astype(int), knots - 2)
    t = (position - cell)[:, None]
    value = np.eye(knots)
    return np.asarray(
        (2 * t**3 - 3 * t**2 + 1) * value[cell]
        + (t**3 - 2 * t**2 + t) * derivative[cell]
        + (3 * t**2 - 2 * t**3) * value[cell + 1]
        + (t**3 - t**2) * derivative[cell + 1]
    )


def spline(points: ArrayLike, samples: int = 16) -> Points:
    """Smooth curve through ``points`` (..., K, D) -> (..., samples, D)."""
    knots = np.asarray(points, dtype=np.float64)
    return np.asarray(_spline_basis(knots.shape[-2], samples) @ knots)


def loop(points: ArrayLike, each: int = 5) -> Points:
    """Closed centripetal Catmull-Rom curve through (K, 2) -> (K * each, 2); see Yuksel, Schaefer
    and Keyser, "Parameterization and applications of Catmull-Rom curves" (2011)."""
    p1 = np.asarray(points, dtype=np.float64)
    p0, p2, p3 = np.roll(p1, 1, 0), np.roll(p1, -1, 0), np.roll(p1, -2, 0)
    step = np.sqrt(np.maximum(np.linalg.norm(p2 - p1, axis=1), 1e-6))[:, None]
    before, after = np.roll(step, 1, 0), np.roll(step, -1, 0)
    m1 = (p2 - p1) + step * ((p1 - p0) / before - (p2 - p0) / (before + step))
    m2 = (p2 - p1) + step * ((p3 - p2) / after - (p3 - p1) / (step + after))
    t = (np.arange(each) / each)[None, :, None]
    a, b = 2 * p1 - 2 * p2 + m1 + m2, -3 * p1 + 3 * p2 - 2 * m1 - m2
    curve = a[:, None] * t**3 + b[:, None] * t**2 + m1[:, None] * t + p1[:, None]
    return np.asarray(curve.reshape(-1, 2))


def path(points: ArrayLike, *, closed: bool = True, smooth: bool = True) -> skia.Path:
    """Path along points (N, 2). Smooth paths bend at the points and pass midway between them; a
    point given twice is a corner."""
    rows = np.asarray(points, dtype=np.float64).tolist()
    result = skia.Path()
    result.moveTo(*rows[0])
    if not smooth or len(rows) < 3:
        for x, y in rows[1:]:
            result.lineTo(x, y)
    else:
        x, y = rows[1]
        for next_x, next_y in rows[2:-1]:
            result.quadTo(x, y, (x + next_x) / 2, (y + next_y) / 2)
            x, y = next_x, next_y
        result.quadTo(x, y, *rows[-1])
    if closed:
        result.close()
    return result


def ring(points: ArrayLike) -> skia.Path:
    """Closed smooth path (N, 2) with no corner anywhere."""
    rows = np.asarray(points, dtype=np.float64).tolist()
    result = skia.Path()
    last_x, last_y = rows[-1]
    result.moveTo((last_x + rows[0][0]) / 2, (last_y + rows[0][1]) / 2)
    for (x, y), (next_x, next_y) in zip(rows, rows[1:] + rows[:1], strict=True):
        result.quadTo(x, y, (x + next_x) / 2, (y + next_y) / 2)
    result.close()
    return result


def blob(points: ArrayLike, each: int = 5) -> skia.Path:
    """Closed smooth path exactly through points (K, 2)."""
    return ring(loop(points, each))


@lru_cache(maxsize=16)
def _circle(count: int) -> Points:
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(turn), np.sin(turn)], axis=1)


def ellipse(centre: ArrayLike, across: float, down: float, count: int = 20) -> Points:
    """Points (count, 2) around an ellipse, clockwise from the right."""
    return np.asarray(_circle(count) * (across, down) + np.asarray(centre))


def normals(points: Points) -> Points:
    """Unit normals (..., N, 2), to the left of the direction of travel seen with y down."""
    tangent = np.empty_like(points)
    tangent[..., 1:-1, :] = points[..., 2:, :] - points[..., :-2, :]
    tangent[..., 0, :] = points[..., 1, :] - points[..., 0, :]
    tangent[..., -1, :] = points[..., -1, :] - points[..., -2, :]
    length = np.hypot(tangent[..., 0], tangent[..., 1])
    np.maximum(length, 1e-9, out=length)
    result = np.empty_like(points)
    np.divide(tangent[..., 1], length, out=result[..., 0])
    np.divide(tangent[..., 0], -length, out=result[..., 1])
    return result


def ribbon(points: Points, half_width: ArrayLike) -> skia.Path:
    """A stroke along ``points`` (N, 2) as a filled shape with a half width (N,) at each point."""
    offset = normals(points) * np.asarray(half_width)[:, None]
    return path(np.concatenate([points + offset, (points - offset)[::-1]]))


@lru_cache(maxsize=256)
def profile(
    samples: int, peak: float, start: float, end: float, rise: float, fall: float
) -> Points:
    """Widths (samples,) of a stroke of width 1: from ``start`` up to 1 at ``peak``, down to
    ``end``; ``rise`` and ``fall`` are the exponents of both ways."""
    t = np.linspace(0, 1, samples)
    up = start + (1 - start) * np.clip(t / max(peak, 1e-6), 0, 1) ** rise
    down = end + (1 - end) * np.clip((1 - t) / max(1 - peak, 1e-6), 0, 1) ** fall
    return np.where(t < peak, up, down)


def brush(
    points: ArrayLike,
    width: float,
    peak: float = 0.5,
    *,
    start: float = 0.0,
    end: float = 0.0,
    rise: float = 0.7,
    fall: float = 0.9,
) -> skia.Path:
    """Pen stroke along (N, 2) that swells to ``width`` at ``peak`` and thins to both ends."""
    line = np.asarray(points, dtype=np.float64)
    if len(line) < 10:
        line = spline(line, 14)
    return ribbon(line, profile(len(line), peak, start, end, rise, fall) * (width / 2))


def hull(points: Points, count: int = 40) -> Points:
    """Convex hull of points (N, 2) as ``count`` points evenly along it, wound as ribbons are."""
    found = cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
    closed = np.concatenate([found, found[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))])
    places = np.linspace(0, along[-1], count, endpoint=False)
    even = np.stack([np.interp(places, along, closed[:, axis]) for axis in (0, 1)], axis=1)
    return even if area(even) > 0 else even[::-1]


def area(points: Points) -> float:
    """Signed area of a polygon (N, 2); positive if it winds as ribbons do."""
    x, y = points.T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def union(paths: Iterable[skia.Path]) -> skia.Path:
    """The area of all paths as one outline."""
    builder = skia.OpBuilder()
    for each in paths:
        builder.add(each, skia.PathOp.kUnion_PathOp)
    return builder.resolve()


def minus(one: skia.Path, other: skia.Path) -> skia.Path:
    """The area of one path outside another."""
    return skia.Op(one, other, skia.PathOp.kDifference_PathOp)


def common(one: skia.Path, other: skia.Path) -> skia.Path:
    """The area inside both paths."""
    return skia.Op(one, other, skia.PathOp.kIntersect_PathOp)


def shifted(shape: skia.Path, x: float, y: float) -> skia.Path:
    """A copy moved by (x, y)."""
    moved = skia.Path(shape)
    moved.offset(x, y)
    return moved


def smoothstep(value: ArrayLike, low: float | Points, high: float | Points) -> Points:
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = np.clip((np.asarray(value, np.float64) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
