"""Eyebrows: one tapered stroke each, drawn over the fringe as well."""

from __future__ import annotations

import math

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, Canvas
from rosetail.painter.colour import Lch, toward_hue
from rosetail.painter.head import Head

BUSHY = 1.45  # weight from which single hairs leave the stroke


class Brows:
    """Both brows of one head."""

    def __init__(self, head: Head) -> None:
        self.head, self.context = head, head.context

    def colour(self) -> Lch:
        lightness, chroma, hue = self.context.p.hair
        colour = (max(0.17, min(0.52, lightness * 0.62)), min(0.07, chroma * 0.8 + 0.02),
                  toward_hue(hue, 30, 30))  # fmt: skip
        if self.context.skin.depth > 0.45:
            lines = self.context.skin.line
            colour = (min(colour[0], lines[0] + 0.04), 0.03, 40.0) if lightness < 0.6 else colour
        chroma_factor = min(1.0, self.context.style.chroma)
        return colour[0], colour[1] * chroma_factor, colour[2]

    def draw(self, canvas: Canvas, alpha: float = 1.0) -> None:
        for side in (-1.0, 1.0):
            for shape in self._shapes(side):
                canvas.fill(shape, self.colour(), kind=LINE, alpha=alpha)

    def _shapes(self, side: float) -> list[skia.Path]:
        p, build = self.context.p, self.head.build
        male = build.male
        wide = 0.142 + 0.020 * male
        weight = p.brow_weight * (0.0105 + 0.0060 * male) * (1 + 0.2 * build.old)
        raise_ = p.brow_height + side * p.brow_skew
        y = build.brow_y - 0.026 * raise_
        lean = -1.6 * p.brow_angle / 20 * -1.0  # the inner end up in sorrow, down in anger
        arch = 0.016 * (1 + 0.5 * max(0.0, raise_))
        x = build.eye_x - 0.5 * wide + 0.010 - 0.005 * max(0.0, -lean)
        points = np.array([
            (x, y + 0.003 - 0.015 * lean), (x + 0.33 * wide, y - 0.72 * arch - 0.005 * lean),
            (x + 0.67 * wide, y - arch + 0.007 * lean), (x + 1.03 * wide, y + 0.004 + 0.012 * lean),
        ])  # fmt: skip
        curve = curves.spline(points, 18) * (side, 1)
        line = self.head.on_face(self.head.level(curve, build.eye_x), 0.01)
        thick = self.context.ink(1.0) ** 0.5 * weight
        peak = 0.30 if weight < 0.016 else 0.20
        blunt = float(curves.smoothstep(p.brow_weight, 1.0, 1.8))
        stroke = curves.brush(
            line, thick, peak, start=0.25 + 0.35 * blunt, rise=0.45, fall=1.0 - 0.35 * blunt
        )
        shapes = [stroke]
        if p.brow_weight > BUSHY:
            shapes += [self._hair(line, thick, share) for share in (0.12, 0.29, 0.46, 0.63)]
        return shapes

    def _hair(self, line: np.ndarray, thick: float, share: float) -> skia.Path:
        """One hair that leaves the stroke upwards."""
        index = int(share * (len(line) - 5))
        way = line[index + 4] - line[index]
        length = math.hypot(*way.tolist())
        way = way / max(length, 1e-9)
        up = np.array([way[1], -way[0]])
        up = -up if up[1] > 0 else up
        ends = np.array(
            [line[index] - 0.1 * thick * up, line[index] + 0.6 * thick * up + 0.016 * way]
        )
        return curves.brush(ends, 0.5 * thick, 0.1, start=0.6)

    def draw_frown(self, canvas: Canvas) -> None:
        """Two short lines between brows drawn together in anger."""
        strength = float(curves.smoothstep(-self.context.p.brow_angle, 8, 16))
        if strength < 0.02:
            return
        y = self.head.build.brow_y
        for side in (-1, 1):
            ends = self.head.on_face([(side * 0.020, y + 0.004), (side * 0.016, y + 0.040)], 0.02)
            stroke = curves.brush(ends, self.context.ink(0.0052))
            canvas.fill(stroke, self.context.skin.deep, kind=LINE, alpha=0.8 * strength)
