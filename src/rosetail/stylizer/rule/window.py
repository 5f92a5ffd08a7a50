"""A window of the picture in which a feature is painted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rosetail.arrays import Floats
from rosetail.stylizer.rule.strokes import Path, Sheet


class PaintWindow:
    """The part of ``picture`` [H, W, 3] (CIELAB, changed in place) around ``points`` [N, 2]."""

    def __init__(self, picture: Floats, points: ArrayLike, margin: float) -> None:
        height, width = picture.shape[:2]
        around = np.asarray(points, np.float64)
        low = np.floor(around.min(0) - margin).astype(int)
        high = np.ceil(around.max(0) + margin).astype(int) + 1
        self.left, self.top = (int(v) for v in np.clip(low, 0, (width - 1, height - 1)))
        self.right, self.bottom = (
            int(max(v, first + 1))
            for v, first in zip(
                np.clip(high, 0, (width, height)), (self.left, self.top), strict=True
            )
        )
        self.colours = self.cut(picture)

    def cut(self, field: Floats) -> Floats:
        """The window's part of ``field`` [H, W, ...]: a view."""
        return field[self.top : self.bottom, self.left : self.right]

    def _sheet(self) -> Sheet:
        size = self.bottom - self.top, self.right - self.left
        return Sheet(size, (self.left, self.top))

    def polygon(self, points: ArrayLike) -> Floats:
        """Mask of a polygon."""
        return self._sheet().polygon(points).mask()

    def stroke(self, path: Path, widths: ArrayLike) -> Floats:
        """Mask of a stroke."""
        return self._sheet().stroke(path, widths).mask()

    def grid(self) -> tuple[Floats, Floats]:
        """x and y of the window's pixels in the picture."""
        y, x = np.mgrid[self.top : self.bottom, self.left : self.right].astype(np.float32)
        return x, y

    def put(self, mask: Floats, colour: ArrayLike) -> None:
        """Paint ``colour``, [3] or [H, W, 3], through ``mask`` 0..1."""
        self.colours += mask[..., None] * (np.asarray(colour, np.float32) - self.colours)


def shade(colour: ArrayLike, factor: float, add: tuple[float, float, float] = (0, 0, 0)) -> Floats:
    """``colour`` [3] with L times ``factor``, plus ``add``."""
    return np.asarray(np.asarray(colour, np.float64) * (factor, 1, 1) + np.asarray(add), np.float32)
