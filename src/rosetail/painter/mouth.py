"""Mouths: one continuous shape for everything lips do, and the named mouths as points of it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.colour import Lch, mix
from rosetail.painter.head import Head
from rosetail.painter.materials import light

Points = NDArray[np.float64]

LIPS = ("jaw_open", "mouth_wide", "smile", "pucker", "teeth")
# Named mouths as values of LIPS.
MOUTHS: dict[str, dict[str, float]] = {
    name: dict(zip(LIPS, values, strict=True))
    for name, values in {
        "neutral": (0.0, -0.10, 0.05, 0.0, 0.0),
        "smile": (0.0, 0.05, 0.60, 0.0, 0.0),
        "small": (0.0, -0.45, 0.15, 0.25, 0.0),
        "pout": (0.0, -0.50, -0.35, 0.45, 0.0),
        "frown": (0.0, 0.00, -0.75, 0.0, 0.0),
        "grin": (0.26, 0.45, 0.80, 0.0, 1.0),
        "open": (0.48, 0.05, 0.55, 0.0, 0.55),
        "laugh": (0.80, 0.25, 0.85, 0.0, 0.75),
        "surprised": (0.50, -0.45, 0.00, 0.70, 0.0),
    }.items()
}
# Mouth shapes of the vowels, as animators chart them.
VISEMES: dict[str, dict[str, float]] = {
    name: dict(zip(LIPS, values, strict=True))
    for name, values in {
        "a": (0.78, 0.10, 0.10, 0.0, 0.35),
        "i": (0.22, 0.60, 0.20, 0.0, 0.9),
        "u": (0.18, -0.20, 0.0, 0.85, 0.0),
        "e": (0.45, 0.38, 0.15, 0.0, 0.6),
        "o": (0.56, -0.10, 0.0, 0.62, 0.0),
    }.items()
}
CHEERFUL = ("smile", "grin", "open", "laugh")
OPENS = 0.108  # heads that a wide open mouth is high
SEEN_FROM = 0.004  # heads: below it the lips are closed
_T = np.linspace(-1, 1, 21)
_INSIDE: Lch = (0.34, 0.105, 20.0)
_TONGUE: Lch = (0.68, 0.125, 18.0)
_TEETH: Lch = (0.975, 0.006, 80.0)


class Mouth:
    """The mouth of one head."""

    def __init__(self, head: Head) -> None:
        self.head, self.context = head, head.context
        p = self.context.p
        self.opening = OPENS * p.jaw_open
        width = head.build.mouth_wide * (1 + 0.45 * p.mouth_wide - 0.48 * p.pucker)
        self.width = width * (1 - 0.08 * p.jaw_open)

    @cached_property
    def _lips(self) -> tuple[Points, Points]:
        """Inner borders of the upper and lower lip (21, 2), from the left, around the mouth's
        middle, in heads."""
        p = self.context.p
        smile = p.smile + np.where(_T < 0, -p.smile_skew, p.smile_skew) * np.abs(_T) * 0.6
        closed = -0.019 * smile * np.abs(_T) ** 1.75 + 0.006 * smile * (1 - _T * _T)
        round_ = np.sqrt(np.clip(1 - _T**2, 0, 1))
        upper_shape = (1 - np.abs(_T) ** 3.1) * (1 - p.pucker) + round_ * p.pucker
        lower_shape = np.clip(1 - np.abs(_T) ** 2.0, 0, 1) ** 0.82
        lower_shape = lower_shape * (1 - p.pucker) + round_ * p.pucker
        up = 0.21 * self.opening * (1 - 0.25 * max(0.0, p.smile))
        up += 0.006 * p.pucker * min(1.0, 4 * p.jaw_open)
        x = _T * self.width + 0.010 * p.smile_skew
        upper = np.stack([x, closed - up * upper_shape], axis=1)
        lower = np.stack([x, closed + (self.opening - up) * lower_shape], axis=1)
        return upper, lower

    def _at(self, points: ArrayLike) -> Points:
        flat = np.asarray(points, np.float64)
        return self.head.on_face(np.add(flat, (0.0, self.head.build.mouth_y)), 0.02)

    def corners(self) -> Points:
        """Both corners in the picture, (2, 2)."""
        return self._at(self._lips[0][[0, -1]])

    def _line_colour(self) -> Lch:
        skin = self.context.skin
        if skin.depth < 0.5:
            return mix(skin.line, (0.30, 0.09 * min(1, self.context.style.chroma), 22.0), 0.35)
        return max(0.16, skin.line[0] * 0.85), skin.line[1] * 0.9, 24.0

    def draw(self, canvas: Canvas) -> None:
        self._draw_lips(canvas)
        if self.opening > SEEN_FROM:
            self._draw_inside(canvas)
            self._draw_open_lines(canvas)
        else:
            self._draw_closed_line(canvas)
        self._draw_chin_shadow(canvas)

    def _draw_lips(self, canvas: Canvas) -> None:
        """Painted lips, and the natural ones of dark skin."""
        p, skin = self.context.p, self.context.skin
        painted = float(curves.smoothstep(p.lips, 0.05, 0.7))
        natural = 0.7 * float(curves.smoothstep(skin.depth, 0.35, 0.6))
        strength = max(painted * 0.85, natural)
        if strength < 0.03:
            return
        own = (skin.base[0] + 0.035, 0.08, 24.0)
        paint = (0.60 - 0.10 * skin.depth, 0.15, 18.0)
        colour = mix(own, paint, painted)
        colour = (colour[0], colour[1] * min(1, self.context.style.chroma), colour[2])
        upper, lower = (each.copy() for each in self._lips)
        swell = np.sin(np.pi * np.linspace(0, 1, len(_T)))
        bow = 1 - 0.35 * np.exp(-((_T / 0.16) ** 2))
        upper[:, 1] -= swell**0.7 * 0.0105 * bow
        lower[:, 1] += swell**0.9 * 0.0165
        shape = curves.path(self._at(np.concatenate([upper, lower[::-1]])))
        canvas.fill(shape, colour, alpha=strength)
        y = float(lower[10, 1]) - 0.006
        shine = self._at([(-0.30 * self.width, y - 0.002), (0, y), (0.28 * self.width, y - 0.002)])
        stroke = curves.brush(curves.spline(shine), 0.0052)
        canvas.fill(stroke, light(colour, 1.8), kind=LIGHT, alpha=0.6 * strength)

    def _draw_inside(self, canvas: Canvas) -> None:
        upper, lower = self._lips
        shape = curves.path(self._at(np.concatenate([upper, lower[::-1]])), smooth=False)
        chroma = min(1.0, self.context.style.chroma)
        canvas.fill(shape, (_INSIDE[0], _INSIDE[1] * chroma, _INSIDE[2]))
        width, deep = self.width, self.opening
        with canvas.inside(shape):
            top = deep * 0.56
            tongue = [(-0.70 * width, top + 0.18 * deep), (-0.34 * width, top),
                      (0.0, top + 0.05 * deep), (0.34 * width, top),
                      (0.70 * width, top + 0.18 * deep), (0.8 * width, 1.5 * deep),
                      (-0.8 * width, 1.5 * deep)]  # fmt: skip
            colour = (_TONGUE[0], _TONGUE[1] * chroma, _TONGUE[2])
            canvas.fill(curves.blob(self._at(tongue)), colour)
            self._draw_teeth(canvas)

    def _draw_teeth(self, canvas: Canvas) -> None:
        """A band of upper teeth; a wide grin shows both rows."""
        p = self.context.p
        if p.teeth < 0.03:
            return
        upper, lower = self._lips
        grin = float(curves.smoothstep(p.teeth, 0.75, 1.0)) * float(
            curves.smoothstep(0.5 - p.jaw_open, 0.05, 0.2)
        )
        high = min(0.017, 0.32 * self.opening + 0.004) * p.teeth * 1.2
        edge = np.add(upper, (0, high))
        edge = edge + (lower - edge) * grin
        band = np.concatenate([upper - (0, 0.02), edge[::-1]]) * (0.92, 1)
        canvas.fill(curves.path(self._at(band), smooth=False), _TEETH)
        between = edge * (1 - grin) + (upper + lower) / 2 * grin
        line = curves.brush(self._at(between * (0.9, 1)), 0.003, start=0.5, end=0.5)
        canvas.fill(line, (0.66, 0.05 * self.context.style.chroma, 20.0), kind=LINE, alpha=0.7)

    def _draw_open_lines(self, canvas: Canvas) -> None:
        upper, lower = self._lips
        colour, opened = self._line_colour(), min(1.0, self.opening / 0.02)
        width, ends = self.context.ink(0.0076 + 0.0014 * opened), 0.15 + 0.55 * opened
        stroke = curves.brush(self._at(upper), width, start=ends, end=ends)
        canvas.fill(stroke, colour, kind=LINE)
        width = self.context.ink(0.0064) * opened
        stroke = curves.brush(self._at(lower), width, start=0.85, end=0.85, rise=0.6, fall=0.6)
        canvas.fill(stroke, colour, kind=LINE, alpha=0.95)

    def _draw_closed_line(self, canvas: Canvas) -> None:
        """Heavier towards both corners, light in the middle."""
        points, colour = self._at(self._lips[0]), self._line_colour()
        width = self.context.ink(0.0080)
        left = curves.brush(points[:13], width, 0.22, start=0.15, end=0.40, rise=0.6)
        right = curves.brush(points[8:], width, 0.78, start=0.40, end=0.15, fall=0.6)
        canvas.fill(left, colour, kind=LINE)
        canvas.fill(right, colour, kind=LINE)
        dimple = float(curves.smoothstep(self.context.p.smile, 0.8, 1.0))
        if dimple > 0.02:
            for end, side in ((self._lips[0][0], -1), (self._lips[0][-1], 1)):
                bend = end + np.array(
                    [(side * 0.004, -0.008), (side * 0.008, 0), (side * 0.004, 0.007)]
                )
                stroke = curves.brush(curves.spline(self._at(bend), 10), self.context.ink(0.0048))
                canvas.fill(stroke, colour, kind=LINE, alpha=0.8 * dimple)

    def _draw_chin_shadow(self, canvas: Canvas) -> None:
        if self.context.p.lips > 0.3:
            return
        y = max(float(self._lips[1][10, 1]), 0.0) + 0.020
        width = self.width
        line = self._at([(-0.32 * width, y), (0, y + 0.0035), (0.32 * width, y)])
        stroke = curves.brush(curves.spline(line, 10), self.context.ink(0.0070))
        canvas.fill(stroke, self.context.skin.shade, kind=SHADOW, alpha=0.9)
