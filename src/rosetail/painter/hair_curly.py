"""Curls: many small rounded tufts, each with its own shade and line."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_skull

Points = NDArray[np.float64]


class Curls:
    """Tufts over the skull: a cloud behind the head and rows of curls in front."""

    def __init__(self, context: PortraitContext, lift: float) -> None:
        self.context = context
        rng = context.rng("curls")
        size = 0.21 + 0.07 * context.p.hair_volume
        self.back = self._place(
            rng, [(side * az, el) for side in (-1.0, 1.0) for az in (75.0, 100.0, 130.0, 160.0)
                  for el in (-32.0, -8.0, 16.0, 40.0)], size * 1.15,
                  lift + 0.10 * context.p.hair_volume,
        )  # fmt: skip
        rows: list[tuple[float, float]] = []
        for elevation, reach, count in ((80.0, 60, 4), (60.0, 80, 8), (40.0, 88, 9)):
            rows += [(float(az), elevation) for az in np.linspace(-reach, reach, count)]
        if context.p.hair_fringe not in ("none", "swept_back"):
            rows += [(float(az), 27.0) for az in np.linspace(-58, 58, 7)]
        rows += [
            (s * az, el) for s in (-1, 1) for az, el in ((82.0, 18.0), (90.0, 0.0), (96.0, -16.0))
        ]
        visible = [(az, el) for az, el in rows if abs(az + context.p.yaw) < 100]
        self.front = self._place(rng, visible, size, lift)

    def _place(
        self, rng: np.random.Generator, where: list[tuple[float, float]], size: float, lift: float
    ) -> list[tuple[float, float, float, float]]:
        """Curls as (x, y, radius, turn) in the picture."""
        angle = np.array(where, dtype=np.float64) + rng.uniform(-5, 5, (len(where), 2))
        flat = self.context.pose.project(
            on_skull(angle[:, 0], angle[:, 1], np.full(len(where), lift))
        )
        radius = size * rng.uniform(0.78, 1.2, len(where))
        return list(
            zip(*flat.T.tolist(), radius.tolist(), rng.uniform(0, 360, len(where)), strict=True)
        )

    @staticmethod
    def shape(curls: list[tuple[float, float, float, float]]) -> skia.Path:
        result = skia.Path()
        for x, y, radius, turn in curls:
            angles = np.radians(turn + np.linspace(0, 324, 10))
            bumpy = radius * (1 + 0.10 * np.cos(3 * angles + turn))
            outline = np.stack([x + bumpy * np.cos(angles), y + bumpy * np.sin(angles)], axis=-1)
            result.addPath(curves.ring(outline))
        return result

    def draw(self, canvas: Canvas, curls: list[tuple[float, float, float, float]]) -> None:
        """Draw curls one over the other: shade below, a spiral line inside, a small light."""
        context, tones, hand = self.context, self.context.hair, self.context.hand
        pen = canvas.pen(hand.inner)
        lines, lights, shades = [], [], []
        for x, y, radius, turn in curls:
            sweep = np.radians(turn + np.linspace(0, 250, 12))
            reach = radius * np.linspace(0.98, 0.35, 12)
            spiral = np.stack([x + reach * np.cos(sweep), y + reach * np.sin(sweep)], axis=-1)
            lines.append(curves.brush(spiral, pen * 1.2, 0.4, 0.5))
            low = np.radians(90 + context.side * 35 + np.linspace(-75, 75, 9))
            arc = np.stack(
                [x + radius * 0.72 * np.cos(low), y + radius * 0.72 * np.sin(low)], axis=-1
            )
            shades.append(curves.brush(arc, radius * 0.5, 0.5, 0.5))
            top = np.radians(-90 + context.side * 30 + np.linspace(-35, 35, 7))
            arc = np.stack(
                [x + radius * 0.62 * np.cos(top), y + radius * 0.62 * np.sin(top)], axis=-1
            )
            lights.append(curves.brush(arc, radius * 0.16, 0.5, 0.5))
        with canvas.inside(self.shape(curls)):
            canvas.fill(curves.join(shades), tones.shade, kind=SHADOW, blur=hand.soft * 0.4)
            canvas.fill(curves.join(lights[::2]), tones.light, kind=LIGHT, alpha=0.6)
            canvas.fill(curves.join(lines), tones.line, kind=LINE, alpha=0.8)
