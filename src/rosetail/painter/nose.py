"""Noses: a shadow, a tick of the pen and a light; more of a bridge on a turned head."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.head import Head

Points = NDArray[np.float64]

TOPS = {"dot": -0.07, "tick": -0.085, "button": -0.07, "straight": -0.10, "broad": -0.085,
        "hook": -0.115}  # fmt: skip
# The shadow beside the tip, on the side off the light.
DROP = np.array([(-0.002, -0.030), (0.013, -0.006), (0.008, 0.006), (-0.004, 0.009)])
SIDE = np.array([(0.004, -1.0), (0.018, -0.030), (0.026, -0.002), (0.012, 0.010), (-0.006, 0.012),
                 (0.004, -0.02)])  # fmt: skip
WIDE = np.array([(0.006, -0.075), (0.016, -0.028), (0.033, -0.006), (0.029, 0.006), (0.010, 0.014),
                 (-0.012, 0.013), (0.004, -0.02)])  # fmt: skip


class Nose:
    """The nose of one head."""

    def __init__(self, head: Head) -> None:
        self.head, self.context = head, head.context
        self.kind = self.context.p.nose
        self.size = self.context.p.nose_size
        yaw, away = self.context.pose.yaw, self.context.away
        # The tick lies on the side the head turns to, in front views off the light; it narrows as
        # it changes sides, so that nothing jumps.
        self.side = math.tanh((yaw + 6 * away) / 4)
        self.turned = float(curves.smoothstep(abs(yaw), 7, 30))

    def _at(self, points: ArrayLike, lift: float = 0.055) -> Points:
        flat = np.asarray(points, np.float64) * self.size
        return self.head.on_face(np.add(flat, (0.0, self.head.build.nose_y)), lift)

    def tip(self) -> Points:
        """The tip's place in the picture, (2,)."""
        return self._at((0.0, 0.0))

    def draw(self, canvas: Canvas) -> None:
        getattr(self, f"_draw_{self.kind}")(canvas)
        if self.kind != "dot":
            self._draw_light(canvas)
        self._draw_bridge(canvas)
        if self.context.pose.pitch > 5:
            self._draw_nostrils(canvas)

    def _line(
        self, canvas: Canvas, points: list[tuple[float, float]], width: float, alpha: float = 0.9
    ) -> None:
        flat = np.array(points) * (self.side, 1)
        stroke = curves.brush(
            curves.spline(self._at(flat)), self.context.ink(width), 0.5, start=0.25, end=0.2
        )
        canvas.fill(stroke, self.context.skin.line, kind=LINE, alpha=alpha)

    def _shadow(self, canvas: Canvas, points: Points, alpha: float = 0.9) -> None:
        shape = curves.blob(self._at(points * (self.side, 1)))
        canvas.fill(shape, self.context.skin.shade, kind=SHADOW, alpha=alpha)

    def _draw_dot(self, canvas: Canvas) -> None:
        self._line(canvas, [(0.004, 0.0), (0.0, 0.006), (-0.004, 0.004)], 0.0082)

    def _draw_tick(self, canvas: Canvas) -> None:
        self._shadow(canvas, DROP, 0.95)
        self._line(canvas, [(0.008, 0.003), (0.0, 0.009), (-0.007, 0.0075)], 0.0066)

    def _draw_button(self, canvas: Canvas) -> None:
        spot = curves.blob(self._at([(-0.016, 0), (0, -0.014), (0.016, 0), (0, 0.012)]))
        canvas.fill(spot, self.context.blush, kind=LIGHT, alpha=0.28, blur=0.004)
        self._line(canvas, [(-0.011, 0.004), (0.0, 0.011), (0.011, 0.004)], 0.0066)

    def _draw_straight(self, canvas: Canvas) -> None:
        shape = SIDE.copy()
        shape[0, 1] = TOPS["straight"]
        self._shadow(canvas, shape, 0.8)
        line = [(0.019, -0.006), (0.013, 0.010), (-0.003, 0.014), (-0.012, 0.009)]
        self._line(canvas, line, 0.0074)

    def _draw_hook(self, canvas: Canvas) -> None:
        shape = SIDE.copy()
        shape[0, 1] = TOPS["hook"]
        self._shadow(canvas, shape * (1.2, 1), 0.8)
        line = [(0.026, -0.006), (0.016, 0.011), (-0.003, 0.018), (-0.014, 0.010)]
        self._line(canvas, line, 0.0076)

    def _draw_broad(self, canvas: Canvas) -> None:
        self._shadow(canvas, WIDE, 0.8)
        for side in (-1, 1):
            wing = [(0.032 * side, -0.012), (0.034 * side, 0.001), (0.025 * side, 0.008)]
            self._line(canvas, wing, 0.0056, 0.7)
        self._line(canvas, [(-0.016, 0.008), (0.0, 0.0135), (0.016, 0.008)], 0.0070, 0.85)

    def _draw_light(self, canvas: Canvas) -> None:
        skin = self.context.skin
        centre = self._at((-0.006 * self.side, -0.016))
        radius = 0.0058 if skin.depth < 0.4 else 0.0095
        spot = curves.ring(curves.ellipse(centre, radius, radius * 1.1, 12))
        canvas.fill(spot, skin.shine, kind=LIGHT, alpha=0.85, blur=0.0016)

    def _draw_bridge(self, canvas: Canvas) -> None:
        """The far side of the bridge, seen when the head turns."""
        if self.turned < 0.02:
            return
        top = TOPS[self.kind]
        strong = 0.55 if self.kind in ("dot", "button") else 0.85
        points = np.array([(0.010, top), (0.018, top * 0.5), (0.008, -0.018)]) * (self.side, 1)
        stroke = curves.brush(
            curves.spline(self._at(points, 0.045)), self.context.ink(0.0060), 0.4, end=0.1
        )
        canvas.fill(stroke, self.context.skin.line, kind=LINE, alpha=strong * self.turned)

    def _draw_nostrils(self, canvas: Canvas) -> None:
        alpha = 0.7 * float(curves.smoothstep(self.context.pose.pitch, 5, 14))
        for side in (-1, 1):
            ends = self._at([(side * 0.006, 0.010), (side * 0.014, 0.008)])
            stroke = curves.brush(ends, self.context.ink(0.005))
            canvas.fill(stroke, self.context.skin.line, kind=LINE, alpha=alpha)
