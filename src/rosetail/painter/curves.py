"""Curves and tapered strokes as skia paths."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]


@lru_cache(maxsize=64)
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
    first, second = value[cell], value[cell + 1]
    first_slope, second_slope = derivative[cell], derivative[cell + 1]
    return (
        (2 * t**3 - 3 * t**2 + 1) * first
        + (t**3 - 2 * t**2 + t) * first_slope
        + (3 * t**2 - 2 * t**3) * second
        + (t**3 - t**2) * second_slope
    )


def spline(points: ArrayLike, samples: int = 12) -> Points:
    """Smooth curve through `points` (..., K, D) -> (..., samples, D)."""
    knots = np.asarray(points, dtype=np.float64)
    result: Points = _spline_basis(knots.shape[-2], samples) @ knots
    return result


def path(points: ArrayLike, *, closed: bool = True, smooth: bool = True) -> skia.Path:
    """Path along points (N, 2). Smooth paths bend at the points and pass midway between them."""
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
    """Closed smooth path with no corner anywhere."""
    rows = np.asarray(points, dtype=np.float64).tolist()
    result = skia.Path()
    last_x, last_y = rows[-1]
    result.moveTo((last_x + rows[0][0]) / 2, (last_y + rows[0][1]) / 2)
    for (x, y), (next_x, next_y) in zip(rows, rows[1:] + rows[:1], strict=True):
        result.quadTo(x, y, (x + next_x) / 2, (y + next_y) / 2)
    result.close()
    return result


def normals(points: Points) -> Points:
    """Unit normals (..., N, 2), to the left of the direction of travel seen with y down."""
    tangent = np.empty_like(points)
    tangent[..., 1:-1, :] = points[..., 2:, :] - points[..., :-2, :]
    tangent[..., 0, :] = points[..., 1, :] - points[..., 0, :]
    tangent[..., -1, :] = points[..., -1, :] - points[..., -2, :]
    length = np.sqrt(np.sum(tangent * tangent, axis=-1, keepdims=True))
    tangent /= np.maximum(length, 1e-9)
    return np.stack([tangent[..., 1], -tangent[..., 0]], axis=-1)


def ribbon(points: Points, half_width: ArrayLike) -> skia.Path:
    """A stroke along `points` (N, 2) as a filled shape with a half width (N,) of its own at each
    point."""
    offset = normals(points) * np.asarray(half_width)[:, None]
    left, right = points + offset, points - offset
    return path(np.concatenate([left, right[::-1]]))


@lru_cache(maxsize=64)
def _taper(samples: int, start: float, end: float) -> Points:
    t = np.linspace(0, 1, samples)
    rise = np.clip(t / max(start, 1e-6), 0, 1) if start > 0 else np.ones_like(t)
    fall = np.clip((1 - t) / max(end, 1e-6), 0, 1) if end > 0 else np.ones_like(t)
    return np.sqrt(rise * (2 - rise)) * np.sqrt(fall * (2 - fall))


def brush(points: ArrayLike, width: float, start: float = 0.5, end: float = 0.5) -> skia.Path:
    """Pen stroke (N, 2) that swells over the share `start` of its length and thins over `end`."""
    line = np.asarray(points, dtype=np.float64)
    return ribbon(line, _taper(len(line), start, end) * (width / 2))


def join(paths: Sequence[skia.Path]) -> skia.Path:
    """One path that holds all of `paths`."""
    result = skia.Path()
    for part in paths:
        result.addPath(part)
    return result


def turned(points: ArrayLike, degrees: float) -> Points:
    """Points (N, 2) turned clockwise about the origin."""
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    result: Points = np.asarray(points, dtype=np.float64) @ np.array([[c, s], [-s, c]])
    return result
