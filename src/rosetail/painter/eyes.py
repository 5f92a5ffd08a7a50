"""Eyes, built like a machine: white, iris, pupil and lights, under a mass of lashes."""

from __future__ import annotations

import math

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, MULTIPLY, SHADOW, Canvas, Gradient
from rosetail.painter.colour import Lch, mix, toward_hue
from rosetail.painter.head import Head
from rosetail.painter.lids import Lids, lids

Points = NDArray[np.float64]

IRIS_HIGH, IRIS_WIDE = 0.545, 0.45  # half axes, in heights of the eye
LOOKS_ACROSS, LOOKS_DOWN = 0.17, 0.17  # how far irises go, in widths and heights of the eye
SEEN_FROM = 0.045  # of a height: narrower gaps show no eyeball
_TURN = np.linspace(0, 2 * np.pi, 24, endpoint=False)
_ROUND = np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1)
_ROUND = np.sign(_ROUND) * np.abs(_ROUND) ** 0.93  # a little square, as drawn irises are


class Eye:
    """The eye on the picture's left (side -1) or right (1)."""

    def __init__(self, head: Head, side: float) -> None:
        self.head, self.context, self.side = head, head.context, side
        p, build = self.context.p, head.build
        self.wide, self.high = build.eye_wide, build.eye_high * self.context.style.eye
        self.wink = p.wink_left if side < 0 else p.wink_right
        self.openness = p.eye_open * (1 - self.wink)
        self.smile = min(1.0, p.smile_lids + self.wink)
        tilt = math.tan(math.radians(p.eye_tilt)) * self.wide / max(self.high, 1e-6)
        self._lids: Lids = lids(p.eye_shape, self.openness, self.smile, tilt)
        self.open = self._lids.gap > SEEN_FROM
        # Thin lids on small eyes, thicker on large ones; dark on pale skin, black on dark skin.
        self.lash = (0.72 + 0.42 * p.lashes) * (0.55 + 0.45 * min(1.2, self.high / 0.15))
        self.lash *= self.context.style.lash * (1 - 0.25 * build.male) * (1 - 0.15 * build.old)
        self.lashes = p.lashes * (1 - build.male) > 0.25

    def _at(self, points: ArrayLike, lift: float = 0.0) -> Points:
        """Points (..., 2) in heads from the eye's middle -> the picture."""
        flat = np.asarray(points, np.float64)
        x, y = self.head.build.eye_x, self.head.build.eye_y
        placed = np.stack([self.side * (x + flat[..., 0]), y + flat[..., 1]], axis=-1)
        return self.head.on_face(self.head.level(placed, x), lift)

    @property
    def _size(self) -> Points:
        return np.array([self.wide, self.high])

    def landmark(self) -> Points:
        """The eye's place in the picture, (2,), as face detectors find it."""
        return self._at((0.0, 0.03 * self.high))

    def iris_centre(self) -> Points:
        """Middle of the iris in heads from the eye's middle."""
        p = self.context.p
        return np.array([
            (-0.022 + LOOKS_ACROSS * p.gaze_x * self.side) * self.wide,
            (-0.015 + LOOKS_DOWN * p.gaze_y) * self.high,
        ])  # fmt: skip

    def draw_ball(self, canvas: Canvas) -> None:
        """White, iris and lights, cut by the lids."""
        if not self.open:
            return
        opening = np.concatenate([self._lids.upper, self._lids.lower[::-1][1:-1]]) * self._size
        shape = curves.path(self._at(opening), smooth=False)
        pale = self.context.skin.depth < 0.45
        canvas.fill(shape, (0.982, 0.005, 250.0) if pale else (0.945, 0.012, 80.0))
        with canvas.inside(shape):
            self._draw_iris(canvas)
            self._draw_lid_shadow(canvas, pale)
            self._draw_lights(canvas)

    def _iris(self, across: float, down: float, x: float = 0.0, y: float = 0.0) -> Points:
        """An ellipse around the iris's middle, in half axes of the iris, in the picture."""
        radius = self._iris_radius()
        return self._at(_ROUND * radius * (across, down) + self.iris_centre() + radius * (x, y))

    def _iris_radius(self) -> Points:
        small = 1.0 - 0.10 * max(0.0, self.context.p.eye_open - 1.0) / 0.2
        wide = min(IRIS_WIDE * self.high, 0.37 * self.wide)
        return np.array([wide, IRIS_HIGH * self.high]) * small

    def _draw_iris(self, canvas: Canvas) -> None:
        lightness, chroma, hue = self.context.p.eyes
        chroma *= self.context.style.chroma
        dark = (max(0.15, lightness - 0.34), chroma * 0.8, toward_hue(hue, 300, 22))
        middle = (lightness - 0.08, chroma, hue)
        bright = (min(0.93, lightness + 0.19), chroma, toward_hue(hue, 100, 18))
        ring = (max(0.12, lightness - 0.40), chroma * 0.6, toward_hue(hue, 300, 20))
        glow = (min(0.96, lightness + 0.29), chroma * 0.85, toward_hue(hue, 100, 22))
        start, end = self._iris(0, 0, 0, -1)[0], self._iris(0, 0, 0, 1)[0]
        stops = [0, 0.52, 0.54, 1] if self.context.style.split else [0, 0.28, 0.60, 1]
        canvas.fill(curves.ring(self._iris(1.03, 1.03)), ring)
        inner = curves.ring(self._iris(0.93, 0.95))
        canvas.fill(inner, Gradient(start, end, [dark, dark, middle, bright], stops))
        soft = self.context.style.gradient
        with canvas.inside(inner):
            if soft > 0.1:
                crescent = curves.ring(self._iris(0.72, 0.44, 0, 0.52))
                canvas.fill(crescent, glow, kind=LIGHT, alpha=0.78 * soft, blur=0.004)
                self._draw_rays(canvas, (max(0.15, lightness - 0.2), chroma, hue))
            rim = np.concatenate(
                [self._iris(0.90, 0.92)[:13], self._iris(0.78, 0.66, 0, 0.14)[12::-1]]
            )
            canvas.fill(curves.path(rim), glow, kind=LIGHT, alpha=0.5)
        pupil = (max(0.09, lightness - 0.46), chroma * 0.5, toward_hue(hue, 300, 25))
        canvas.fill(curves.ring(self._iris(0.40, 0.45, 0, -0.03)), pupil)

    def _draw_rays(self, canvas: Canvas, colour: Lch) -> None:
        angles = np.radians(25 + 21.7 * np.arange(7))
        radius, centre = self._iris_radius(), self.iris_centre()
        rays = skia.Path()
        for angle in angles:
            way = np.array([math.cos(angle), math.sin(angle)])
            ends = self._at(np.array([centre + 0.45 * radius * way, centre + 0.86 * radius * way]))
            rays.addPath(curves.brush(ends, 0.0055, 0.3))
        canvas.fill(rays, colour, kind=LIGHT, alpha=0.22)

    def _draw_lid_shadow(self, canvas: Canvas, pale: bool) -> None:
        upper = self._lids.upper
        depth = 0.17 * min(1.0, self.openness + 0.2)
        shape = np.concatenate([upper - (0, 0.35), np.add(upper, (0, depth))[::-1]]) * self._size
        colour = (0.58, 0.07, 290.0) if pale else (0.40, 0.05, 300.0)
        colour = (colour[0], colour[1] * min(1, self.context.style.chroma), colour[2])
        path = curves.path(self._at(shape), smooth=False)
        canvas.fill(path, colour, kind=SHADOW, alpha=0.46, mode=MULTIPLY)

    def _draw_lights(self, canvas: Canvas) -> None:
        """Highlights on the side of the light, as large as the opening allows."""
        size = min(1.0, 0.35 + 0.7 * self.openness)
        light = self.context.side  # the same side of the picture in both eyes
        white = (1.0, 0.0, 0.0)
        lid = self._lid_above(0.38 * light * self.side)
        top = max(-0.40, lid + 0.30 * size)
        if self.context.style.gradient > 0.1:
            hue = toward_hue(self.context.p.eyes[2], 280, 60)
            spot = curves.ring(self._iris(0.32, 0.24, -0.42 * light * self.side, -0.34))
            chroma = 0.07 * min(1, self.context.style.chroma)
            canvas.fill(spot, (0.80, chroma, hue), kind=LIGHT, alpha=0.38, blur=0.004)
        big = self._iris(0.31 * size, 0.245 * size, 0.38 * light * self.side, top)
        canvas.fill(curves.ring(big), white, kind=LIGHT)
        if size > 0.6:
            low = self._iris(0.16, 0.125, -0.42 * light * self.side, 0.42)
            canvas.fill(curves.ring(low), white, kind=LIGHT, alpha=0.9)

    def _lid_above(self, x: float) -> float:
        """Height of the upper lid over a place of the iris, in half axes of the iris."""
        radius, centre = self._iris_radius(), self.iris_centre()
        u = (centre[0] + x * radius[0]) / self.wide
        v = np.interp(u, self._lids.upper[:, 0], self._lids.upper[:, 1]) * self.high
        return float((v - centre[1]) / radius[1])

    def lash_colours(self) -> tuple[Lch, Lch]:
        """Of the mass of lashes, and of its warm ends."""
        hair = self.context.hair.base
        if self.context.skin.depth < 0.5:
            lash = (0.15 + 0.10 * max(0.0, hair[0] - 0.4), 0.035, hair[2])
            warm = mix(lash, (0.42, 0.11, 25.0), 0.55)
        else:
            lash, warm = (0.13, 0.02, 40.0), (0.20, 0.04, 30.0)
        chroma = min(1.0, self.context.style.chroma)
        return (lash[0], lash[1] * chroma, lash[2]), (warm[0], warm[1] * chroma, warm[2])

    def draw_lids(self, canvas: Canvas) -> None:
        """Lower lid, crease and lashes."""
        lash, warm = self.lash_colours()
        self._draw_lower(canvas, warm)
        self._draw_upper(canvas, lash, warm)
        self._draw_crease(canvas)

    def draw_over_hair(self, canvas: Canvas, alpha: float) -> None:
        """The mass of lashes again, seen through the fringe."""
        with canvas.faded(alpha):
            self._draw_upper(canvas, *self.lash_colours())

    def _outward(self, curve: Points) -> Points:
        """Normals (N, 2) of a lid in heads, pointing up."""
        normal = curves.normals(curve * self._size)
        return np.asarray(normal * np.sign(-normal[:, 1:2] + 1e-9))

    def _thickness(self) -> Points:
        t = np.linspace(0, 1, len(self._lids.upper))
        grown = (
            0.0018
            + 0.0180 * np.clip(t / 0.52, 0, 1) ** 1.2
            + 0.0070 * np.clip((t - 0.6) / 0.4, 0, 1)
        )
        return np.asarray(grown * self.lash * (0.72 + 0.28 * min(1, self.openness / 0.35)))

    def _draw_upper(self, canvas: Canvas, lash: Lch, warm: Lch) -> None:
        """One tapered mass from the inner corner to a wing beyond the outer one."""
        lid = self._lids.upper * self._size
        top = lid + self._outward(self._lids.upper) * self._thickness()[:, None]
        shut = 1 - min(1.0, self.openness)
        droops = self.context.p.eye_shape == "droopy"
        reach = np.array([0.135, 0.06 if droops else -0.10])
        if self.lashes:
            reach = reach * (1.3, 1.25)
        reach[1] = reach[1] * (1 - shut) + (0.06 + 0.17 * self.smile) * shut
        end = lid[-1]
        wing = end + reach * self._size
        under = end + np.array([0.030, 0.045 * (1 - shut) + 0.02]) * self._size
        first = 1
        mass = np.concatenate([lid[first:], [under], [wing], [wing], top[::-1][: len(top) - first]])
        start, stop = self._at([(-0.48 * self.wide, 0.0), (0.64 * self.wide, 0.0)])
        tones = Gradient(start, stop, [warm, lash, lash, warm], [0, 0.26, 0.80, 1])
        canvas.fill(curves.path(self._at(mass), smooth=False), tones, kind=LINE)
        if self.lashes and self.openness > 0.25:
            self._draw_flicks(canvas, top, lash, shut)

    def _draw_flicks(self, canvas: Canvas, top: Points, lash: Lch, shut: float) -> None:
        """Two pointed lashes that leave the mass outside."""
        for share, across, down, width in (
            (0.93, 0.115, -0.12, 0.0135),
            (0.80, 0.10, -0.17, 0.0105),
        ):
            root = top[int(share * (len(top) - 1))]
            rise = down * (0.35 + 0.65 * (1 - shut)) + (0.06 + 0.10 * self.smile) * shut
            way = np.array([across, rise]) * self._size
            bent = np.array([root, root + 0.5 * way + (0.003, 0.003), root + way])
            stroke = curves.brush(
                curves.spline(self._at(bent), 10), width * self.lash, 0.0, start=1
            )
            canvas.fill(stroke, lash, kind=LINE)

    def _draw_lower(self, canvas: Canvas, warm: Lch) -> None:
        if not self.open:
            return
        lid = (self._lids.lower * self._size)[::-1]  # from the outer corner
        count = len(lid)
        width = 0.0074 * max(0.65, self.lash) * (0.5 + 0.5 * min(1, self._lids.gap / 0.4))
        line = self._at(lid[: int(count * 0.62)])
        stroke = curves.brush(line, width, 0.22, start=0.3, rise=0.6, fall=1.1)
        canvas.fill(stroke, warm, kind=LINE, alpha=0.85)
        if self.lashes and self.openness > 0.3:
            for share, angle, length in ((0.14, 22, 0.016), (0.25, 44, 0.014)):
                root = lid[int(share * count)]
                way = length * np.array(
                    [math.cos(math.radians(angle)), math.sin(math.radians(angle))]
                )
                tick = curves.brush(self._at(np.array([root, root + way])), 0.0060, 0.0, start=1)
                canvas.fill(tick, warm, kind=LINE, alpha=0.9)

    def _draw_crease(self, canvas: Canvas) -> None:
        """The fold above the lid; heavier and lower on the old."""
        old = self.head.build.old
        normal = self._outward(self._lids.upper)
        away = self._thickness() + 0.014 + 0.006 * min(self.openness, 1) - 0.007 * old
        fold = self._lids.upper * self._size + normal * away[:, None]
        count = len(fold)
        skin = self.context.skin
        line = self._at(fold[int(count * (0.20 + 0.1 * old)) : int(count * 0.92)])
        stroke = curves.brush(line, self.context.ink(0.0056 + 0.0012 * old), 0.45 + 0.15 * old)
        alpha = 0.75 * min(1.0, 0.3 + self.openness)
        canvas.fill(stroke, mix(skin.line, skin.deep, 0.3), kind=LINE, alpha=alpha)


def eyes_of(head: Head) -> tuple[Eye, Eye]:
    """The left one of the picture, then the right one."""
    return Eye(head, -1.0), Eye(head, 1.0)
