"""Hair without locks: afros and curls as scalloped clouds with a window for the face."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, hats_under, locks
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.head import Head
from rosetail.painter.locks import Tones, wobble
from rosetail.painter.pose import on_forehead

Points = NDArray[np.float64]

# The hairline of a cloud in the front view.
_BRIM = np.array([
    (-0.318, 0.64), (-0.300, 0.53), (-0.255, 0.420), (-0.180, 0.355), (-0.085, 0.330),
    (0.0, 0.325), (0.085, 0.330), (0.180, 0.355), (0.255, 0.420), (0.300, 0.53), (0.318, 0.64),
])  # fmt: skip


def scalloped(
    centre: Points, across: float, down: float, bumps: int, amount: float, salt: float
) -> Points:
    """A closed outline of uneven bumps around an ellipse (bumps * 7, 2)."""
    edges = np.linspace(0, 2 * np.pi, bumps + 1)
    edges[1:-1] += [0.22 * wobble(n, salt) * 2 * np.pi / bumps for n in range(1, bumps)]
    t = np.linspace(0, 1, 8)[:-1]
    found = []
    for n in range(bumps):
        high = amount * (1 + 0.3 * wobble(n, salt + 0.37))
        angle = edges[n] + (edges[n + 1] - edges[n]) * t
        radius = 1 + high * np.sin(np.pi * t) ** 0.65
        found.append(np.stack([across * radius * np.cos(angle), down * radius * np.sin(angle)], 1))
    return np.asarray(np.concatenate(found) + centre)


class Cloud:
    """An afro, or a head of curls that falls further at the sides."""

    def __init__(self, head: Head) -> None:
        self.head, self.context = head, head.context
        p = self.context.p
        size = 0.90 + 0.35 * p.hair_volume
        self.curls = p.hair_back == "curly"
        self.across = (0.405 if self.curls else 0.42) * size
        self.down = (0.385 if self.curls else 0.405) * size
        self.bumps = 17 if self.curls else 26
        self.amount = 0.10 if self.curls else 0.062
        yaw = np.radians(self.context.pose.yaw)
        self.centre = np.array([-0.05 * np.sin(yaw), 0.365])

    def _leant(self, points: Points) -> skia.Path:
        return curves.path(self.context.pose.leant(points), smooth=False)

    @cached_property
    def _whole(self) -> skia.Path:
        shapes = [scalloped(self.centre, self.across, self.down, self.bumps, self.amount, 0.1)]
        if self.curls:
            low = 0.42 + (0.98 - 0.42) * self.context.p.hair_length
            for side in (-1, 1):
                for n, (x, share, radius) in enumerate(
                    ((0.33, 0.45, 0.155), (0.335, 0.72, 0.135), (0.300, 0.95, 0.110))
                ):
                    y = 0.42 + (low - 0.42) * share
                    middle = self.centre * (1, 0) + (side * x, y)
                    shapes.append(scalloped(middle, radius, radius * 1.05, 9, 0.13, 0.2 * n + side))
        whole = curves.union(self._leant(each) for each in shapes)
        under_hat = hats_under.above(self.head)
        return whole if under_hat.isEmpty() else curves.minus(whole, under_hat)

    @cached_property
    def _window(self) -> skia.Path:
        """Where the face shows."""
        brim = self.context.pose.project(on_forehead(_BRIM[:, 0], _BRIM[:, 1]))
        points = curves.spline(brim, 31)
        edge = []
        for n in range(0, 30, 3):
            start, end = points[n], points[min(n + 3, 30)]
            across = np.array([-(end - start)[1], (end - start)[0]])
            across = across if across[1] > 0 else -across
            t = np.linspace(0, 1, 6)[:-1, None]
            edge.append(start + (end - start) * t + 0.34 * across * np.sin(np.pi * t) ** 0.7)
        side = 0.38 if self.curls else 0.305
        jaw = np.array([(side, 0.76, 0.0), (side, 1.0, 0.0), (side, 1.6, 0.0)])
        below = self.context.pose.project(np.concatenate([jaw, jaw[::-1] * (-1, 1, 1)]))
        return curves.path(np.concatenate([*edge, points[-1:], below]), smooth=False)

    @cached_property
    def front_path(self) -> skia.Path:
        front = curves.minus(self._whole, self._window)
        return curves.union([front, *self._beside_face]) if self.curls else front

    @property
    def _beside_face(self) -> list[skia.Path]:
        """Curls that frame the cheeks."""
        low = 0.42 + 0.50 * self.context.p.hair_length
        away = 0.07 * np.sin(np.radians(self.context.pose.yaw))  # off the far cheek
        found = []
        for side in (-1, 1):
            for n, y in enumerate(np.linspace(0.60, low, 4).tolist()):
                x = 0.350 + 0.008 * wobble(n) + max(0.0, side * float(away))
                place = self.context.pose.project((side * x, y, 0.02))
                radius = 0.088 + 0.014 * wobble(n, side)
                bumps = scalloped(place, radius, radius, 8, 0.12, 0.3 * n + side)
                found.append(curves.path(bumps, smooth=False))
        return found

    def draw_back(self, canvas: Canvas) -> None:
        tones = locks.tones_of(self.context, 0.9, 1.0, None)
        canvas.contour(self._whole, tones.line, self.context.ink(locks.OUTLINE))
        canvas.fill(self._whole, tones.base)

    def draw_front(self, canvas: Canvas) -> None:
        tones = locks.tones_of(self.context, 0.0, 0.95, None)
        shape = self.front_path
        canvas.contour(shape, tones.line, self.context.ink(locks.OUTLINE))
        canvas.fill(shape, tones.base)
        with canvas.inside(shape):
            self._draw_light(canvas, tones)
            locks.wash(canvas, self.context, tones)
            self._draw_curls(canvas, tones)

    def _draw_light(self, canvas: Canvas, tones: Tones) -> None:
        """Crescents of shadow off the light and below, a lit patch above."""
        side = self.context.side
        size = np.array([self.across, self.down])
        for shift, colour, alpha in (
            ((0.060, 0.062), tones.shade, 0.9),
            ((0.024, 0.026), tones.deep, 0.7),
        ):
            lit = curves.shifted(self._whole, side * shift[0], -shift[1])
            canvas.fill(curves.minus(self._whole, lit), colour, kind=SHADOW, alpha=alpha)
        patch = scalloped(
            self.centre + size * (0.30 * side, -0.40),
            0.48 * self.across,
            0.40 * self.down,
            15,
            0.10,
            0.3,
        )
        canvas.fill(self._leant(patch), self.context.hair.light, kind=LIGHT, alpha=0.8)
        spot = scalloped(
            self.centre + size * (0.36 * side, -0.52),
            0.28 * self.across,
            0.19 * self.down,
            9,
            0.14,
            0.7,
        )
        canvas.fill(self._leant(spot), self.context.hair.shine, kind=LIGHT, alpha=0.40)

    def _draw_curls(self, canvas: Canvas, tones: Tones) -> None:
        """Small arcs all over, fewer in the light."""
        dark, pale = skia.Path(), skia.Path()
        count = 46 if self.curls else 60
        size = np.array([self.across, self.down])
        for n in range(count):
            turn, far = 2.39996 * n, np.sqrt((n + 0.5) / count) * 0.95
            place = np.array([np.cos(turn), np.sin(turn)]) * far
            lit = place[0] * self.context.side * 0.6 - place[1] * 0.8
            if lit > 0.3 and n % 2:
                continue
            radius = (0.030 if self.curls else 0.023) * (1 + 0.35 * wobble(n))
            start = 0.5 * wobble(n, 0.6)
            angle = np.linspace(start, start + np.pi, 9)
            curl = (
                place * size
                + self.centre
                + radius * np.stack([1.1 * np.cos(angle), np.sin(angle)], axis=1)
            )
            stroke = curves.ribbon(
                self.context.pose.leant(curl), curves.profile(9, 0.45, 0, 0, 0.7, 0.9) * 0.0042
            )
            (pale if lit > 0.45 else dark).addPath(stroke)
        canvas.fill(dark, tones.deep, kind=LINE, alpha=0.75)
        canvas.fill(pale, tones.shade, kind=LINE, alpha=0.7)
