"""Neckline, shoulders and arms: the shapes that garments are cut from."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.portrait_context import PortraitContext, Tones

Points = NDArray[np.float64]
Flat = list[tuple[float, float]]


class Torso:
    """The upper body in the picture, and the pens to draw on it."""

    def __init__(self, canvas: Canvas, context: PortraitContext) -> None:
        self.canvas, self.context = canvas, context
        self.shoulder = 1.62 if context.male else 1.28
        self.pen = canvas.pen(context.hand.inner)

    def at(self, points: Flat | Points, depth: float = 0.45) -> Points:
        """Flat body coordinates -> picture; the chest bulges towards us."""
        flat = np.asarray(points, dtype=np.float64) - [0.0, 0.1]
        bulge = depth * np.clip(1 - (flat[:, 0] / 1.6) ** 2, -0.5, 1)
        return self.context.body_pose.project(np.concatenate([flat, bulge[:, None]], axis=1))

    def curve(self, points: Flat, samples: int = 13) -> Points:
        return curves.spline(self.at(points), samples)

    def half(self, side: float, open_width: float, inner: Flat) -> skia.Path:
        """One side of an open garment; `inner` is its front border from the neck down to 4.3."""
        outer = self.curve([(side * x, y) for x, y in self._shoulder_line(open_width)], 19)
        return curves.path(np.concatenate([outer, self.at(inner)[::-1]]), smooth=False)

    def _shoulder_line(self, open_width: float) -> Flat:
        """From the neckline over the shoulder and down the arm, on the right."""
        s, top = self.shoulder, 1.62 + (open_width - 0.42) * 0.42
        return [(open_width, top), (open_width + 0.24, top + 0.12), (s * 0.78, 1.96),
                (s * 0.97, 2.16), (s + 0.12, 2.6), (s + 0.2, 3.3), (s + 0.14, 4.3)]  # fmt: skip

    def outline(self, open_width: float, dip: float) -> skia.Path:
        """Body with a neckline that is `open_width` half wide and reaches down by `dip`."""
        half = self._shoulder_line(open_width)
        top = half[0][1]
        right = self.curve(half, 19)
        left = self.curve([(-x, y) for x, y in half], 19)
        neck = self.curve([(open_width, top), (open_width * 0.62, top + dip * 0.72), (0, top + dip),
                           (-open_width * 0.62, top + dip * 0.72), (-open_width, top)],
                           15)  # fmt: skip
        return curves.path(np.concatenate([left[::-1], neck[::-1][1:], right]))

    def fill(self, shape: skia.Path, tones: Tones, weight: float = 1.0) -> None:
        width = 2 * self.canvas.pen(self.context.hand.line * 0.8 * weight)
        self.canvas.solid(shape, tones.base, tones.line, width)

    def polygon(self, points: Flat, tones: Tones, smooth: bool = False) -> skia.Path:
        """A flat piece with its outline."""
        placed = self.curve(points, 21) if smooth else self.at(points)
        shape = curves.path(placed, smooth=False)
        self.fill(shape, tones)
        return shape

    def line(self, points: Flat, tones: Tones, weight: float = 1.0) -> None:
        stroke = curves.brush(self.curve(points), self.pen * 1.3 * weight, 0.35, 0.5)
        self.canvas.fill(stroke, tones.line, kind=LINE)

    def shade(self, shape: skia.Path, tones: Tones) -> None:
        """Shadows of the body's form, the arms and the folds at the armpits, inside `shape`."""
        side = self.context.side
        s, away, soft = self.shoulder, -side, self.context.hand.soft * 0.6
        form = self.curve(
            [
                (away * (s - 0.28), 1.7),
                (away * (s - 0.20), 2.15),
                (away * (s - 0.33), 2.5),
                (away * (s - 0.26), 3.1),
                (away * (s - 0.32), 4.3),
            ]
        )
        edge = self.at([(away * 3.0, 4.3), (away * 3.0, 1.4)])
        dark = curves.path(np.concatenate([form, edge]), smooth=False)
        folds = []
        for x in (-1.0, 1.0):
            for points, width in self._folds():
                fold = self.curve([(x * across, down) for across, down in points], 9)
                folds.append(curves.brush(fold, width, 0.12, 0.9))
        drop = self.curve([(-1.0, 1.3), (-0.72, 1.86), (-0.1, 2.0), (0.6, 1.88), (1.0, 1.3)])
        with self.canvas.inside(shape):
            self.canvas.fill(dark, tones.shade, kind=SHADOW, blur=soft)
            self.canvas.fill(
                curves.join(folds), tones.deep, kind=SHADOW, alpha=0.65, blur=soft * 0.6
            )
            chin = curves.path(drop + np.array([-0.12 * side, 0.0]))
            self.canvas.fill(chin, tones.shade, kind=SHADOW, blur=soft)
            for x in (-1.0, 1.0):  # the arm's inner border
                arm: Flat = [(x * (s - 0.36), 2.44), (x * (s - 0.28), 2.9), (x * (s - 0.27), 3.5),
                             (x * (s - 0.34), 4.3)]  # fmt: skip
                stroke = curves.brush(self.curve(arm, 15), self.pen * 1.5, 0.4, 0.0)
                self.canvas.fill(stroke, tones.line, kind=LINE)

    def _folds(self) -> list[tuple[Flat, float]]:
        """Folds that radiate from an armpit, with their widths, for the right side."""
        s = self.shoulder
        return [
            ([(s - 0.33, 2.56), (s - 0.48, 2.50), (s - 0.70, 2.52)], 0.075),
            ([(s - 0.31, 2.70), (s - 0.46, 2.80), (s - 0.62, 3.00)], 0.085),
            ([(s - 0.28, 2.75), (s - 0.14, 2.70), (s + 0.02, 2.74)], 0.07),
            ([(s - 0.26, 3.10), (s - 0.08, 3.16), (s + 0.08, 3.10)], 0.08),
            ([(s - 0.27, 2.90), (s - 0.25, 3.50), (s - 0.30, 4.30)], 0.10),
        ]
