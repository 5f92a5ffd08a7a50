"""How hats sit on heads: rings and crowns around the skull, and the shadows they cast."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import MULTIPLY, SHADOW, Canvas, Gradient
from rosetail.painter.hair import Hair
from rosetail.painter.hats_under import brim_at, shell
from rosetail.painter.head import Head
from rosetail.painter.materials import Material

Points = NDArray[np.float64]


class HatFit:
    """One hat on one head."""

    def __init__(self, head: Head, hair: Hair) -> None:
        self.head, self.hair, self.context = head, hair, head.context
        self.pose, self.kind = head.pose, head.context.p.ornament
        self.tones: Material = self.context.worn
        self.lift = 0.020 + (max(hair.do.grow, -0.01) if hair.exists else -0.012)
        if hair.cloud is not None:
            self.lift += 0.020
        self.side = 1.0 if self.context.p.hair_part >= 0 else -1.0
        self.width = self.context.ink(0.0072)

    def project(self, points: ArrayLike) -> Points:
        return self.pose.project(points)

    def edge(self, azimuth: ArrayLike) -> Points:
        """Heights of the edge; a straw hat tips forward on a head that looks up, so that its brim
        is always seen from above."""
        turn = np.radians(np.asarray(azimuth, np.float64))
        nod = max(0.0, math.sin(math.radians(self.pose.pitch)))
        return brim_at(self.kind, azimuth) + (
            0.50 if self.kind == "straw_hat" else 0.0
        ) * nod * np.cos(turn)

    def crown(self, lift: float, top: float, square: float = 2.0) -> tuple[skia.Path, Points]:
        """A hat's body above that part of its edge which the head does not hide, and the outline
        (144, 2) of all of it."""
        azimuth = np.arange(0, 360, 10.0)
        edge = self.edge(azimuth)
        rings = [
            shell(azimuth, top + (edge - top) * share, self.lift + lift, top, square)
            for share in (0.0, 0.012, 0.035, 0.08, 0.14, 0.22, 0.36, 0.55, 0.78, 1.0)
        ]
        outline = curves.loop(curves.hull(self.project(np.concatenate(rings)), 48), 3)
        front = self.ring(self.seen(), lift, top, 0.0, square)
        upright, edge_upright = outline @ self.pose.lean, front @ self.pose.lean
        above = upright[:, 1] < np.interp(upright[:, 0], *edge_upright.T)
        first = int(np.flatnonzero(above & ~np.roll(above, 1))[0])
        over = np.roll(outline, -first, axis=0)[: int(above.sum())]
        if (over[0] - over[-1]) @ (front[-1] - front[0]) < 0:
            over = over[::-1]  # from the right end of the edge to its left end
        ends = front[-1:], front[:1]
        return curves.path(np.concatenate([front, ends[0], over, ends[1]])), outline

    def ring(
        self, azimuth: ArrayLike, lift: float, top: float, raised: float = 0.0, square: float = 2.0
    ) -> Points:
        """Places in the picture along the edge, or above it."""
        height = self.edge(azimuth) - raised
        return self.project(shell(azimuth, height, self.lift + lift, top, square))

    def seen(self) -> Points:
        """Azimuths (37,) of the half that faces the viewer, from left to right."""
        return np.asarray(np.linspace(-90, 90, 37) - self.pose.yaw)

    def body(self, canvas: Canvas, shape: skia.Path, tones: Material, bound: Points) -> None:
        """Fill a hat's body: lit above on the side of the light, a crescent of shade opposite."""
        low, high = bound.min(axis=0), bound.max(axis=0)
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        side, soft = self.context.side, self.context.style.gradient
        start, end = middle + half * (0.7 * side, -1.0), middle + half * (-0.3 * side, 1.0)
        fill: Gradient | tuple[float, float, float] = tones.base
        if soft > 0.05:
            fill = Gradient(start, end, [tones.light, tones.base, tones.base], [0, 0.5, 1])
        canvas.solid(shape, fill, tones.line, self.width)
        with canvas.inside(shape):
            lit = curves.shifted(shape, side * half[0] * 0.24, -half[1] * 0.16)
            canvas.fill(lune(shape, lit), tones.shade, kind=SHADOW, alpha=0.92)

    def cast(self, canvas: Canvas, shape: skia.Path, x: float, y: float) -> None:
        """The shadow of a shape on the hair, and on the face where no hair is."""
        context = self.context
        moved = curves.shifted(shape, x * context.away, y)
        chroma = min(1.0, context.style.chroma)
        dark, rosy = (0.74, 0.055 * chroma, 290.0), (0.82, 0.055 * chroma, 15.0)
        with canvas.inside(self._mass):
            canvas.fill(moved, dark, kind=SHADOW, mode=MULTIPLY)
        with canvas.inside(self.head.face, outside=self._mass):
            canvas.fill(moved, rosy, kind=SHADOW, mode=MULTIPLY)

    @cached_property
    def _mass(self) -> skia.Path:
        return self.hair.front_mass


def lune(shape: skia.Path, other: skia.Path) -> skia.Path:
    """What of a shape lies outside another, to fill inside the shape."""
    both = skia.Path(shape)
    both.addPath(other)
    both.setFillType(skia.PathFillType.kEvenOdd)
    return both


def strokes(
    lines: Points, width: float, peak: float, start: float, end: float, rise: float = 0.7
) -> skia.Path:
    """Tapered strokes along many lines (n, m, 2) at once."""
    half = curves.profile(lines.shape[1], peak, start, end, rise, 0.9) * (width / 2)
    offset = curves.normals(lines) * half[:, None]
    path = skia.Path()
    for ring in np.concatenate([lines + offset, (lines - offset)[:, ::-1]], axis=1).tolist():
        path.addPoly([skia.Point(*point) for point in ring], True)
    return path
