"""A headscarf (hijab): it covers hair, ears and neck, frames the face with a soft oval and falls
over the shoulders in folds."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, materials
from rosetail.painter.canvas import LIGHT, LINE, MULTIPLY, SHADOW, Canvas, Gradient
from rosetail.painter.curves import smoothstep
from rosetail.painter.hats_fit import HatFit, lune
from rosetail.painter.hats_under import shell
from rosetail.painter.torso import Body

Points = NDArray[np.float64]

FOREHEAD = 0.300  # height of the oval's top
ROOM = 0.030  # between the skull and the cloth


class Scarf:
    """The cloth of one headscarf."""

    def __init__(self, fit: HatFit) -> None:
        self.fit, self.context, self.head = fit, fit.context, fit.head
        self.body = Body(fit.head)
        lightness, chroma, hue = self.context.p.accent
        self.tones = self.context.toned(materials.cloth((lightness, 0.85 * chroma, hue)))
        self.wrap = -fit.side  # the side over which the end is thrown

    @cached_property
    def opening(self) -> Points:
        """The oval around the face (N, 2)."""
        outline = self.head.upright_contour
        chin = float(outline[:, 1].max())
        middle = np.array([0.5 * (outline[:, 0].min() + outline[:, 0].max()), 0.62])
        lean = self.context.pose
        top = float(self._upright(self.head.on_face([(0.0, FOREHEAD)]))[0, 1])
        points = outline - middle
        rise = (middle[1] - top) / (middle[1] - float(outline[:, 1].min()))
        up = points[:, 1] < 0
        y = np.where(
            up, points[:, 1] * rise, points[:, 1] * (chin - 0.012 - middle[1]) / (chin - middle[1])
        )
        # The cloth leaves the far eye free.
        yaw = self.context.pose.yaw
        far = np.clip(points[:, 0] * np.sign(yaw) / 0.15, 0, 1) * float(smoothstep(abs(yaw), 4, 30))
        inset = 0.068 * (1 - far) - 0.05 * np.clip(points[:, 1] / 0.38, 0, 1) * (1 - far)
        x = points[:, 0] * (1 - inset)
        return lean.leant(np.stack([x, y], axis=1) + middle)

    def _upright(self, points: Points) -> Points:
        neck = self.context.pose.leant([(0.0, 0.0)])[0]
        return np.asarray((points - neck) @ self.context.pose.lean)

    @cached_property
    def hood(self) -> Points:
        """The outline of the cloth around the head, (N, 2)."""
        fit = self.fit
        azimuth = np.arange(0, 360, 12.0)
        rings = [shell(azimuth, np.full(30, y), ROOM, -0.036, 2.05) for y in
                 (-0.036, -0.033, -0.024, -0.005, 0.03, 0.10, 0.19, 0.30, 0.42)]  # fmt: skip
        for y, wide, deep in (
            (0.56, 1.0, 0.97),
            (0.70, 0.965, 0.90),
            (0.84, 0.87, 0.80),
            (0.96, 0.72, 0.70),
        ):
            ring = shell(azimuth, np.full(30, 0.42), ROOM, -0.036) * (wide, 1, deep)
            ring[:, 1] = y
            rings.append(ring)
        around = fit.project(np.concatenate(rings))
        face = self.head.contour
        face = face + curves.normals(face) * 0.034 * (1 if curves.area(face) > 0 else -1)
        neck = self.body.at(
            [(-0.235, 1.09), (-0.15, 1.15), (0, 1.175), (0.15, 1.15), (0.235, 1.09)]
        )
        return curves.hull(np.concatenate([around, face, neck]), 48)

    def draw_behind(self, canvas: Canvas) -> None:
        """The cloth behind the neck."""
        points = self.body.at([(-0.34, 1.30), (-0.36, 0.95), (0.36, 0.95), (0.34, 1.30)])
        canvas.solid(curves.path(points), self.tones.deep, self.tones.line, self.fit.width)

    def draw(self, canvas: Canvas) -> None:
        """Draw the shoulders' part first, then the hood, then the end thrown over a shoulder."""
        opening = curves.ring(self.opening)
        hood = curves.ring(curves.loop(self.hood, 3))
        with canvas.inside(outside=opening):
            canvas.contour(hood, self.tones.line, self.fit.width)
        self._draw_drape(canvas)
        self._draw_face_shadow(canvas, opening)
        cloth = lune(hood, opening)
        tones, context = self.tones, self.context
        low, high = self.hood.min(axis=0), self.hood.max(axis=0)
        start = np.array([0.5 * (low[0] + high[0]) + 0.3 * context.side, low[1]])
        end = np.array([0.5 * (low[0] + high[0]) - 0.15 * context.side, high[1]])
        fill = Gradient(start, end, [tones.light, tones.base, tones.base], [0, 0.45, 1])
        canvas.fill(cloth, fill)
        with canvas.inside(cloth):
            self._draw_hood_folds(canvas)
        self._draw_edge(canvas)
        self._draw_throw(canvas)

    def _draw_face_shadow(self, canvas: Canvas, opening: skia.Path) -> None:
        """What the cloth shades of the face."""
        context = self.context
        shifted = curves.shifted(opening, 0.014 * context.away, 0.030)
        colour = (0.84, 0.055 * min(1.0, context.style.chroma), 15.0)
        with canvas.inside(opening, self.head.face):
            canvas.fill(lune(opening, shifted), colour, kind=SHADOW, mode=MULTIPLY)

    def _draw_edge(self, canvas: Canvas) -> None:
        """The hem round the face: a band that is broader above, and its line."""
        tones, count = self.tones, len(self.opening)
        order = np.roll(np.arange(count), -count // 2)  # from the chin round over the forehead
        ring = self.opening[order]
        centre = ring.mean(axis=0)
        broad = 0.022 + 0.016 * np.clip((centre[1] - ring[:, 1]) / 0.35, -0.6, 1)
        way = ring - centre
        outer = ring + way / np.linalg.norm(way, axis=1, keepdims=True) * broad[:, None]
        hem = curves.ring(outer)
        hem.addPath(curves.ring(ring[::-1]))
        hem.setFillType(skia.PathFillType.kEvenOdd)
        canvas.fill(hem, tones.shade, kind=SHADOW, alpha=0.55)
        line = curves.brush(outer[6:-6], self.context.ink(0.0050), 0.5, rise=0.5, fall=0.5)
        canvas.fill(line, tones.line, kind=LINE, alpha=0.60)
        closed = np.concatenate([ring, ring[:1]])
        stroke = curves.brush(closed, self.context.ink(0.0070), 0.5, start=0.8, end=0.8)
        canvas.fill(stroke, tones.line, kind=LINE)

    def _between(self, rows: list[tuple[float, float]]) -> Points:
        """Places between the oval (0) and the hood's outline (1) at angles in degrees, clockwise
        from straight up."""
        angles, shares = np.array(rows).T
        turn = np.radians(angles + self.context.pose.roll)
        centre = self.opening.mean(axis=0)
        inner, outer = _reach(self.opening, centre, turn), _reach(self.hood, centre, turn)
        far = inner + (outer - inner) * shares
        return np.asarray(centre + far[:, None] * np.stack([np.sin(turn), -np.cos(turn)], axis=1))

    def _draw_hood_folds(self, canvas: Canvas) -> None:
        """Folds from the crown down the cheeks to under the chin; shade off the light."""
        tones, context, w = self.tones, self.context, self.wrap
        away = context.away
        outline = curves.ring(self.hood)
        lit = curves.shifted(outline, -0.085 * away, -0.030)
        canvas.fill(lune(outline, lit), tones.shade, kind=SHADOW, alpha=0.9)
        folds = (
            ([(-18, 0.95), (38, 0.52), (84, 0.42), (128, 0.55), (160, 0.9)], 0.034),
            ([(14, 0.90), (62, 0.80), (100, 0.72), (138, 0.85)], 0.030),
            ([(-30, 0.60), (-70, 0.45), (-108, 0.42), (-142, 0.55), (-172, 0.75)], 0.032),
            ([(-46, 0.92), (-84, 0.78), (-118, 0.76), (-150, 0.95)], 0.026),
        )
        shades, lines = skia.Path(), skia.Path()
        for rows, width in folds:
            line = curves.spline(self._between([(w * angle, share) for angle, share in rows]), 20)
            shades.addPath(curves.brush(np.add(line, (0.010 * away, 0.006)), width, 0.62, rise=1.2))
            lines.addPath(curves.brush(line, context.ink(0.0058), 0.62, rise=1.2))
        canvas.fill(shades, tones.shade, kind=SHADOW, alpha=0.8)
        canvas.fill(lines, tones.line, kind=LINE, alpha=0.72)
        gleam = self._between(
            [(context.side * a, s) for a, s in ((10, 0.55), (32, 0.6), (56, 0.62))]
        )
        canvas.fill(
            curves.brush(curves.spline(gleam, 14), 0.030), tones.light, kind=LIGHT, alpha=0.8
        )

    @cached_property
    def drape(self) -> Points:
        """The outline of the cloth over shoulders and chest."""
        w = self.wrap
        wide = self.body.build.shoulder
        left = [(-0.22, 1.05), (-0.56 * wide, 1.185), (-0.86 * wide, 1.285), (-0.95 * wide, 1.40),
                (-0.84 * wide, 1.54)]  # fmt: skip
        low = [(-0.30, 1.66), (-0.05, 1.735), (0.24, 1.66)]
        right = [
            (0.84 * wide, 1.50),
            (0.97 * wide, 1.38),
            (0.86 * wide, 1.28),
            (0.56 * wide, 1.185),
            (0.22, 1.05),
        ]
        points = self.body.at(np.array([*left, *low, *right]) * (w, 1), 0.04)
        points = curves.spline(points, 60)
        return points if curves.area(points) * curves.area(self.hood) > 0 else points[::-1]

    def _draw_drape(self, canvas: Canvas) -> None:
        tones, shape = self.tones, curves.path(self.drape)
        canvas.contour(shape, tones.line, self.fit.width)
        canvas.fill(shape, tones.base)
        with canvas.inside(shape):
            self._draw_drape_folds(canvas)

    def _draw_drape_folds(self, canvas: Canvas) -> None:
        tones, context, w, wide = self.tones, self.context, self.wrap, self.body.build.shoulder
        under = curves.shifted(curves.ring(self.hood), 0.020 * context.away, 0.055)
        canvas.fill(under, tones.deep, kind=SHADOW, alpha=0.85)
        folds = (
            ([(-0.20, 1.16), (-0.36, 1.28), (-0.46, 1.44), (-0.42, 1.58)], 0.040),
            ([(-0.14, 1.18), (-0.18, 1.36), (-0.20, 1.54), (-0.14, 1.68)], 0.044),
            ([(0.02, 1.20), (0.06, 1.38), (0.04, 1.56), (0.02, 1.70)], 0.036),
            ([(0.20, 1.18), (0.30, 1.28), (0.42, 1.36), (0.90 * wide, 1.40)], 0.040),
            ([(0.14, 1.20), (0.22, 1.38), (0.28, 1.52), (0.26, 1.62)], 0.040),
        )
        shades, lines = skia.Path(), skia.Path()
        for rows, width in folds:
            line = curves.spline(self.body.at(np.array(rows) * (w, 1), 0.04), 18)
            shades.addPath(curves.brush(np.add(line, (0.014 * context.away, 0)), width, 0.45))
            lines.addPath(curves.brush(line, context.ink(0.0060), 0.40))
        canvas.fill(shades, tones.shade, kind=SHADOW, alpha=0.85)
        canvas.fill(lines, tones.line, kind=LINE, alpha=0.72)

    def _draw_throw(self, canvas: Canvas) -> None:
        """The end that is wrapped under the chin and thrown over a shoulder."""
        tones, context, w = self.tones, self.context, self.wrap
        start = self._between([(-w * 116, 0.50), (-w * 132, 0.10), (-w * 150, 0.02)])
        under = self._between([(w * 178, 0.10), (w * 150, 0.52)])
        shoulder = self.body.at(
            np.array([(0.30, 1.18), (0.56, 1.215), (0.66, 1.32)]) * (w, 1), 0.05
        )
        back = self.body.at(np.array([(0.42, 1.36), (0.16, 1.29), (-0.04, 1.245)]) * (w, 1), 0.06)
        end = self._between([(-w * 156, 0.92), (-w * 132, 0.80)])
        points = np.concatenate([start, under, shoulder, back, end])
        shape = curves.blob(points, 5)
        # It goes over the shoulder to the back.
        cloth = curves.path(self.drape)
        cloth.addPath(curves.ring(self.hood))
        with canvas.inside(cloth):
            canvas.fill(
                curves.shifted(shape, 0.008 * context.away, 0.022),
                tones.deep,
                kind=SHADOW,
                alpha=0.6,
            )
            canvas.solid(shape, tones.base, tones.line, 0.9 * self.fit.width)
        with canvas.inside(shape, cloth):
            low = curves.shifted(shape, 0.015 * context.side, -0.040)
            canvas.fill(lune(shape, low), tones.shade, kind=SHADOW, alpha=0.9)
            for share in (0.34, 0.66):
                one = np.array([start[1], start[2], under[1], shoulder[0], shoulder[1]])
                two = np.array([end[1], end[0], back[1], back[0], shoulder[2]])
                line = curves.spline(one + share * (two - one), 18)
                canvas.fill(
                    curves.brush(np.add(line, (0, 0.008)), 0.020, 0.4),
                    tones.shade,
                    kind=SHADOW,
                    alpha=0.8,
                )
                canvas.fill(
                    curves.brush(line, context.ink(0.0054), 0.4), tones.line, kind=LINE, alpha=0.7
                )


def _reach(outline: Points, centre: Points, turn: Points) -> Points:
    """How far an outline is from ``centre`` at angles from straight up, clockwise."""
    off = outline - centre
    own = np.arctan2(off[:, 0], -off[:, 1])
    return np.asarray(np.interp(turn, own, np.linalg.norm(off, axis=1), period=2 * np.pi))
