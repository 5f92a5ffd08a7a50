"""Buns, ribbons of tied hair, and plaits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import curves, locks, materials
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.hair_cloud import scalloped
from rosetail.painter.hairdo import Bun, Hairdresser
from rosetail.painter.head import Head

Points = NDArray[np.float64]


class Knots:
    """What is tied, on one head."""

    def __init__(self, head: Head, do: Hairdresser) -> None:
        self.head, self.context, self.do = head, head.context, do

    def draw_behind(self, canvas: Canvas) -> None:
        for bun in self.do.buns:
            self._draw_bun(canvas, bun)

    def draw_front(self, canvas: Canvas) -> None:
        """Ribbons and bands around the knots that the pose shows."""
        for place in self.do.ties:
            self._draw_tie(canvas, place)

    def _draw_bun(self, canvas: Canvas, bun: Bun) -> None:
        context, tones = self.context, locks.tones_of(self.context, 0.1, 0.5, None)
        centre = context.pose.project(bun.centre)
        width = context.ink(locks.OUTLINE)
        if bun.curly:
            shape = curves.path(
                scalloped(centre, bun.radius, bun.radius * 0.97, 15, 0.07, 0.2), smooth=False
            )
        else:
            shape = curves.ring(curves.ellipse(centre, bun.radius * 1.1, bun.radius, 28))
        start = centre + bun.radius * np.array([context.side, -1.0])
        end = centre - bun.radius * np.array([context.side, -1.0])
        fill = Gradient(start, end, [context.hair.light, tones.base, tones.deep], [0, 0.45, 1])
        canvas.solid(shape, fill, tones.line, width)
        with canvas.inside(shape):
            if bun.curly:
                self._draw_curls(canvas, centre, bun.radius, tones)
            else:
                self._draw_turns(canvas, centre, bun.radius, tones)

    def _draw_turns(
        self, canvas: Canvas, centre: Points, radius: float, tones: locks.Tones
    ) -> None:
        for step in range(4):
            angle = np.linspace(-2.7 + 0.35 * step, -0.1 + 0.25 * step, 12)
            size = radius * (0.93 - 0.19 * step)
            arc = centre + np.stack(
                [1.1 * size * np.cos(angle), 0.01 + size * np.sin(angle)], axis=1
            )
            shade = curves.brush(np.add(arc, (0.0, 0.008)), 0.016, 0.6)
            canvas.fill(shade, tones.shade, kind=SHADOW, alpha=0.8)
            stroke = curves.brush(arc, self.context.ink(0.0060), 0.6)
            canvas.fill(stroke, tones.line, kind=LINE, alpha=0.8)
        angle = np.linspace(-2.3, -1.2, 8) if self.context.side < 0 else np.linspace(-1.9, -0.8, 8)
        arc = centre + 0.62 * radius * np.stack([1.1 * np.cos(angle), np.sin(angle)], axis=1)
        canvas.fill(curves.brush(arc, 0.018), self.context.hair.shine, kind=LIGHT, alpha=0.8)

    def _draw_curls(
        self, canvas: Canvas, centre: Points, radius: float, tones: locks.Tones
    ) -> None:
        for n in range(16):
            turn, far = 2.39996 * n, np.sqrt((n + 0.5) / 16) * 0.9 * radius
            place = centre + far * np.array([np.cos(turn), np.sin(turn)])
            angle = np.linspace(0.3 * n, 0.3 * n + np.pi, 8)
            curl = place + 0.022 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
            canvas.fill(curves.brush(curl, 0.007), tones.deep, kind=LINE, alpha=0.7)

    def _draw_tie(self, canvas: Canvas, place: tuple[float, float, float]) -> None:
        context, cloth = self.context, self.context.worn
        seen = float(curves.smoothstep(context.pose.depth(place) + 0.12, -0.20, 0.05))
        if seen < 0.02:
            return
        centre = context.pose.project(place)
        width = context.ink(0.0060)
        with canvas.faded(seen):
            if context.p.ornament == "bow":
                draw_bow(canvas, centre, 0.085, cloth, width)
            else:
                band = curves.ring(curves.ellipse(centre, 0.030, 0.036, 18))
                canvas.solid(band, cloth.base, cloth.line, width)
                spot = curves.ring(
                    curves.ellipse(np.add(centre, (0.008, -0.010)), 0.010, 0.012, 12)
                )
                canvas.fill(spot, cloth.light, kind=LIGHT, alpha=0.8)

    def draw_plaits(self, canvas: Canvas) -> None:
        for spine in self.do.plaits:
            self._draw_plait(canvas, self.context.pose.project(curves.spline(spine, 40)))

    def _draw_plait(self, canvas: Canvas, line: Points) -> None:
        """Overlapping leaves on both sides in turn, a band and a tassel."""
        context, tones = self.context, locks.tones_of(self.context, 0.08, 1.5, None)
        width = context.ink(locks.OUTLINE)
        normal = curves.normals(line)
        steps = np.linspace(0, 35, 13).astype(int)
        tassel = curves.brush(
            np.array([line[35], line[37], line[39] + (0.0, 0.05)]), 0.085, 0.45, start=0.3
        )
        canvas.solid(tassel, tones.base, tones.line, width)
        for number, at in enumerate(steps):
            side = 1 if number % 2 else -1
            size = 0.074 * (1.0 - 0.30 * number / 12)
            ahead = line[min(at + 4, 39)] - line[at]
            ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-9)
            out = normal[at] * side
            points = line[at] + size * np.array([
                -0.55 * ahead - 0.35 * out, -0.20 * ahead + 0.85 * out, 0.75 * ahead + 0.75 * out,
                1.25 * ahead - 0.05 * out, 0.45 * ahead - 0.60 * out,
            ])  # fmt: skip
            leaf = curves.blob(points)
            canvas.solid(leaf, tones.base, tones.line, width)
            with canvas.inside(leaf):
                low = curves.shifted(leaf, 0.010 * context.side, -0.014)
                canvas.fill(curves.minus(leaf, low), tones.shade, kind=SHADOW, alpha=0.9)
                shine = line[at] + size * np.array(
                    [0.05 * ahead + 0.5 * out, 0.6 * ahead + 0.35 * out]
                )
                canvas.fill(curves.brush(shine, 0.010), context.hair.shine, kind=LIGHT, alpha=0.5)
        cloth = context.worn
        band = curves.ring(curves.ellipse(line[35], 0.028, 0.020, 16))
        canvas.solid(band, cloth.base, cloth.line, width)


def draw_bow(
    canvas: Canvas,
    centre: Points,
    size: float,
    cloth: materials.Material,
    width: float,
    lean: float = 0.0,
) -> None:
    """A ribbon tied in a bow; ``size`` is the length of a loop, ``lean`` in radians."""
    turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])

    def at(points: list[tuple[float, float]]) -> Points:
        return np.asarray(centre + size * (np.array(points) @ turn))

    for side in (-1, 1):
        end = curves.path(at([(0.05 * side, 0.10), (0.62 * side, 0.72), (0.34 * side, 0.74),
            (0.24 * side, 0.98),
                              (-0.05 * side, 0.25)]), smooth=False)  # fmt: skip
        canvas.solid(end, cloth.shade, cloth.line, width)
    for side in (-1, 1):
        shape = curves.blob(at([(0.0, 0.0), (0.48 * side, -0.42), (0.98 * side, -0.50),
            (1.06 * side, 0.0),
                                (0.90 * side, 0.42), (0.42 * side, 0.24)]))  # fmt: skip
        canvas.solid(shape, cloth.base, cloth.line, width)
        with canvas.inside(shape):
            fold = curves.blob(at([(0.1 * side, 0.05), (0.6 * side, 0.12), (1.1 * side, 0.25),
                                   (0.9 * side, 0.6), (0.4 * side, 0.4)]))  # fmt: skip
            canvas.fill(fold, cloth.shade, kind=SHADOW, alpha=0.9)
            crease = curves.brush(curves.spline(at([(0.05 * side, 0), (0.4 * side, -0.08),
                (0.75 * side, 0.02)]), 10),
                                  1.1 * width)  # fmt: skip
            canvas.fill(crease, cloth.line, kind=LINE, alpha=0.7)
    knot = curves.ring(curves.ellipse(centre, 0.22 * size, 0.25 * size, 16))
    canvas.solid(knot, cloth.light, cloth.line, width)
