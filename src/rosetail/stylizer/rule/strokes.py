"""Curves through points, and polygons and tapered strokes rasterised with antialiasing."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.arrays import Floats

Path = NDArray[np.float64]

FINE = 4  # subpixels a side
SHIFT = 4  # fractional bits of OpenCV's coordinates


def curve(points: ArrayLike, count: int = 40, *, closed: bool = False) -> Path:
    """``count`` points [count, 2] of a smooth curve through ``points`` [N, 2].

    A cubic Hermite spline by chord length, with tangents from the neighbours (Catmull and Rom).
    """
    knots = np.asarray(points, np.float64)
    if closed:
        knots = np.concatenate([knots[-2:], knots, knots[:3]])
    steps = np.hypot(*np.diff(knots, axis=0).T) + 1e-6
    place = np.concatenate([[0.0], np.cumsum(steps)])
    tangents = np.gradient(knots, place, axis=0)
    first, last = (place[2], place[-3]) if closed else (place[0], place[-1])
    t = np.linspace(first, last, count, endpoint=not closed)
    index = np.clip(np.searchsorted(place, t, side="right") - 1, 0, len(steps) - 1)
    span = steps[index][:, None]
    u = ((t - place[index]) / steps[index])[:, None]
    start, end = knots[index], knots[index + 1]
    return np.asarray(
        (2 * u**3 - 3 * u**2 + 1) * start
        + (u**3 - 2 * u**2 + u) * span * tangents[index]
        + (3 * u**2 - 2 * u**3) * end
        + (u**3 - u**2) * span * tangents[index + 1]
    )


def resampled(path: ArrayLike, step: float) -> Path:
    """Points of a polyline at equal distances of about ``step`` pixels, at least four."""
    points = np.asarray(path, np.float64)
    place = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    t = np.linspace(0, place[-1], max(4, int(place[-1] / step)))
    return np.column_stack([np.interp(t, place, points[:, axis]) for axis in (0, 1)])


def smooth_path(path: ArrayLike, sigma: float, step: float = 1.5) -> Path:
    """A polyline [N, 2] resampled and smoothed over ``sigma`` pixels; the ends stay."""
    points = resampled(path, step)
    reach = min(len(points) - 1, int(3 * sigma / step) + 1)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / max(sigma, 1e-3)) ** 2)
    # Reflected through each end, so that the ends do not move inwards.
    before = 2 * points[0] - points[reach:0:-1]
    after = 2 * points[-1] - points[-2 : -reach - 2 : -1]
    padded = np.concatenate([before, points, after])
    return np.column_stack(
        [np.convolve(padded[:, axis], weights / weights.sum(), "valid") for axis in (0, 1)]
    )


def length(path: Path) -> float:
    """Length of a polyline in pixels."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def taper(count: int, start: float = 0.25, end: float = 0.25, least: float = 0.12) -> Path:
    """Widths [count] of a stroke: from ``least`` to 1 over the share ``start``, and back."""
    t = np.linspace(0, 1, count)
    rise = np.minimum(t / max(start, 1e-3), (1 - t) / max(end, 1e-3))
    return np.asarray(least + (1 - least) * np.sin(np.clip(rise, 0, 1) * np.pi / 2))


class Sheet:
    """A window of a picture on which shapes are drawn white on black, then read as a mask.

    ``size`` is (height, width) and ``origin`` the window's first pixel (x, y); points are in
    pixels of the picture, whose first pixel has its centre at 0, 0.
    """

    def __init__(self, size: tuple[int, int], origin: tuple[int, int] = (0, 0)) -> None:
        self.size, self.origin = size, np.asarray(origin, np.float64)
        self._fine = np.zeros((size[0] * FINE, size[1] * FINE), np.uint8)

    def polygon(self, points: ArrayLike) -> Sheet:
        """Fill a polygon [N, 2]."""
        cv2.fillPoly(self._fine, [self._whole(points)], 255, cv2.LINE_8, SHIFT)
        return self

    def stroke(self, path: Path, widths: ArrayLike) -> Sheet:
        """Draw a polyline [N, 2] with full ``widths`` (a number or [N]) in pixels."""
        points = self._whole(path)
        wide = np.broadcast_to(np.asarray(widths, np.float64), len(path)) * FINE
        thick = np.maximum(1, np.rint((wide[1:] + wide[:-1]) / 2)).astype(int).tolist()
        for start, end, width in zip(points[:-1].tolist(), points[1:].tolist(), thick, strict=True):
            cv2.line(self._fine, start, end, 255, width, cv2.LINE_8, SHIFT)
        return self

    def mask(self) -> Floats:
        """What was drawn, float32 [H, W] in 0..1."""
        height, width = self.size
        small = cv2.resize(self._fine, (width, height), interpolation=cv2.INTER_AREA)
        return small.astype(np.float32) / np.float32(255)

    def _whole(self, points: ArrayLike) -> NDArray[np.int32]:
        inside = np.asarray(points, np.float64) - self.origin
        fine = (inside + 0.5) * FINE - 0.5
        return np.rint(fine * (1 << SHIFT)).astype(np.int32)


def filled(size: tuple[int, int], polygons: Iterable[ArrayLike]) -> Floats:
    """The union of polygons as a mask of ``size`` (height, width)."""
    sheet = Sheet(size)
    for points in polygons:
        sheet.polygon(points)
    return sheet.mask()
