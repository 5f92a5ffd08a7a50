"""What garments are cut and sewn from: pieces of cloth with their shadows, folds and lines.

Points are of the standard body of `torso`; a third number that is not 0 marks a corner. What is
given for the right of the picture is mirrored by ``side``; shadows are given for light from the
left.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.materials import Material
from rosetail.painter.torso import Body

Points = NDArray[np.float64]
Flat = tuple[tuple[float, ...], ...]

STEPS = 12  # along each of many lines
EDGE, INNER = 0.0072, 0.0054  # widths of outlines and of the lines inside them
HEAD_CAST = (0.055, 0.232)  # how far the head's shadow falls on the chest, off the light and down


@lru_cache(maxsize=1024)
def bent(points: Flat) -> Points:
    """A closed outline (N, 2), curved but for its corners, which are given twice."""
    rows = [(*row, 0.0)[:3] for row in points]
    flat = np.array([row[:2] for row in rows], np.float64)
    corners = [index for index, row in enumerate(rows) if row[2]]
    if not corners:
        return curves.loop(flat, 5)
    parts = []
    for start, end in zip(corners, [*corners[1:], corners[0] + len(rows)], strict=True):
        run = flat[np.arange(start, end + 1) % len(rows)]
        if len(run) > 2:
            run = curves.spline(run, 5 * (len(run) - 1) + 1)
        parts.append(np.concatenate([run[:1], run]))
    return np.concatenate(parts)


@lru_cache(maxsize=1024)
def curved(points: Flat, samples: int) -> Points:
    """A curve through points."""
    return curves.spline(np.array(points), samples)


@lru_cache(maxsize=256)
def _batch(lines: tuple[Flat, ...]) -> Points:
    """Curves through points, (lines, STEPS, 2)."""
    return np.array([curves.spline(np.array(points), STEPS) for points in lines])


class Tailor:
    """Draws one garment on one body."""

    def __init__(self, canvas: Canvas, body: Body) -> None:
        self.canvas, self.body, self.context = canvas, body, body.context
        self.build, self.away = body.build, body.context.away
        self.cloth, self.bare = skia.Path(), body.skin_path  # what is covered already; and not
        self.is_male = self.context.p.sex == "male"
        x, y = HEAD_CAST
        self.head_cast = curves.shifted(body.head.face, self.away * x, y)

    def at(self, points: ArrayLike, side: float = 1.0, lift: float = 0.0) -> Points:
        """Points (N, 2), mirrored by ``side``, in the picture."""
        return self.body.at(np.asarray(points, np.float64)[..., :2] * (side, 1), lift)

    def shape(self, points: Flat, side: float = 1.0, lift: float = 0.0) -> skia.Path:
        """The area within an outline."""
        return curves.path(self.at(bent(points), side, lift))

    def piece(
        self,
        points: Flat,
        material: Material,
        side: float = 1.0,
        *,
        shades: Sequence[Flat] = (),
        lit: Sequence[Flat] = (),
        cast: tuple[float, float] | None = (0.010, 0.016),
        on_skin: bool = False,
        width: float = EDGE,
        lift: float = 0.0,
        head: bool = True,
    ) -> skia.Path:
        """A piece of cloth: the shadow it casts, fill, outline, shadows.

        ``shades`` and ``lit`` are on the piece as given, and mirrored with it.
        """
        shape = self.shape(points, side, lift)
        self.lay(shape, material, cast=cast, on_skin=on_skin, width=width)
        with self.canvas.inside(shape):
            for shade in shades:
                self.canvas.fill(self.shape(shade, side, lift), material.shade, kind=SHADOW)
            for light in lit:
                self.canvas.fill(self.shape(light, side, lift), material.light, kind=LIGHT)
            if head:
                self.canvas.fill(self.head_cast, material.shade, kind=SHADOW)
        return shape

    def lay(
        self,
        shape: skia.Path,
        material: Material,
        *,
        cast: tuple[float, float] | None = None,
        on_skin: bool = False,
        width: float = EDGE,
    ) -> None:
        """Lay a flat piece of cloth on what is drawn already."""
        if cast is not None:
            self.cast(shape, cast, on_skin=on_skin)
        self.canvas.solid(shape, material.base, material.line, self.context.ink(width))

    def cast(self, shape: skia.Path, offset: tuple[float, float], *, on_skin: bool = False) -> None:
        """The shadow of a piece on the cloth below it; and on the bare neck."""
        fallen = curves.shifted(shape, self.away * offset[0], offset[1])
        tint = (0.80, 0.045 if self.context.style.chroma > 0 else 0.0, 285.0)
        with self.canvas.inside(self.cloth):
            self.canvas.fill(fallen, tint, kind=SHADOW, mode=skia.BlendMode.kMultiply)
        if on_skin:
            with self.canvas.inside(self.bare):
                self.canvas.fill(fallen, self.context.skin.shade, kind=SHADOW)

    def cover(self, cloth: skia.Path) -> None:
        """Note that this part of the body is covered from now on."""
        self.cloth.addPath(cloth)
        self.bare = curves.minus(self.bare, cloth)

    def line(
        self,
        points: Flat,
        material: Material,
        side: float = 1.0,
        *,
        width: float = INNER,
        peak: float = 0.35,
        start: float = 0.1,
        end: float = 0.0,
        alpha: float = 0.9,
        lift: float = 0.0,
    ) -> None:
        """A drawn line along points."""
        path = self.at(curved(points, 4 * len(points) + 2), side, lift)
        stroke = curves.brush(path, self.context.ink(width), peak, start=start, end=end)
        self.canvas.fill(stroke, material.line, kind=LINE, alpha=alpha)

    def band(
        self,
        points: Flat,
        material: Material,
        side: float = 1.0,
        *,
        width: float,
        ends: float = 1.0,
    ) -> None:
        """A strip of cloth without outline (piping, a cord) along points."""
        path = self.at(curved(points, 5 * len(points)), side)
        stroke = curves.brush(path, width, 0.5, start=ends, end=ends)
        self.canvas.fill(stroke, material.base)

    def shade(
        self, points: Flat, material: Material, side: float = 1.0, alpha: float = 1.0
    ) -> None:
        """A hard shadow."""
        self.canvas.fill(self.shape(points, side), material.shade, kind=SHADOW, alpha=alpha)

    def strokes(
        self, lines: tuple[Flat, ...], widths: Sequence[float], profile: Points, side: float = 1.0
    ) -> skia.Path:
        """Many brush strokes as one path; ``profile`` (STEPS,) is their widths' course."""
        placed = self.at(_batch(lines), side)
        half = np.asarray(widths)[:, None, None] * (0.5 * profile[:, None])
        offset = curves.normals(placed) * half
        rows = np.concatenate([placed + offset, (placed - offset)[:, ::-1]], axis=1)
        found = skia.Path()
        for row in rows:
            found.addPath(curves.path(row))
        return found

    def lines(
        self,
        lines: tuple[tuple[Flat, float], ...],
        material: Material,
        side: float = 1.0,
        *,
        peak: float = 0.35,
        start: float = 0.1,
        end: float = 0.0,
        alpha: float = 0.9,
    ) -> None:
        """Drawn lines, given with their widths."""
        widths = [self.context.ink(width) for _, width in lines]
        profile = curves.profile(STEPS, peak, start, end, 0.7, 0.9)
        path = self.strokes(tuple(points for points, _ in lines), widths, profile, side)
        self.canvas.fill(path, material.line, kind=LINE, alpha=alpha)

    def folds(
        self,
        folds: tuple[tuple[Flat, float], ...],
        material: Material,
        side: float = 1.0,
        *,
        strength: float = 1.0,
        line: float = 0.6,
    ) -> None:
        """Folds, given with their widths: wedges of shadow that start wide, each with a line along
        its beginning."""
        points = tuple(each for each, _ in folds)
        widths = [width * strength for _, width in folds]
        wedge = curves.profile(STEPS, 0.28, 0.25, 0.0, 0.8, 1.1)
        path = self.strokes(points, widths, wedge, side)
        self.canvas.fill(path, material.shade, kind=SHADOW)
        if line:
            drawn = curves.profile(STEPS, 0.22, 0.2, 0.0, 0.7, 0.7)
            path = self.strokes(points, [self.context.ink(INNER)] * len(folds), drawn, side)
            self.canvas.fill(path, material.line, kind=LINE, alpha=min(1.0, line * strength))

    def dot(self, x: float, y: float, radius: float, material: Material) -> None:
        """A button."""
        centre = self.at([(x, y)])[0].tolist()
        shape = skia.Path.Circle(*centre, radius)
        self.canvas.solid(shape, material.base, material.line, self.context.ink(0.0042))

    def glow(self, shape: skia.Path, material: Material, strength: float = 0.6) -> None:
        """Soft light from the side of the light, fading down."""
        alpha = strength * self.context.style.gradient
        if alpha < 0.03:
            return
        start, end = (-0.40 * self.away, 1.15), (0.15 * self.away, 1.70)
        soft = Gradient(start, end, [material.light] * 2, [0, 1], [alpha, 0])
        self.canvas.fill(shape, soft, kind=LIGHT)


__all__ = ["EDGE", "INNER", "Flat", "Points", "Tailor", "bent"]
