"""The lines that age draws on a face."""

from __future__ import annotations

import numpy as np

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, Canvas
from rosetail.painter.head import chin
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face

ONSET = 0.6  # age from which lines show


def draw(canvas: Canvas, context: PortraitContext) -> None:
    """Folds beside nose and mouth, under the eyes and on the brow, more of them with age."""
    if context.p.age < ONSET:
        return
    strength = min((context.p.age - ONSET) / (1 - ONSET), 1.0)
    low = chin(context)
    pen = canvas.pen(context.hand.inner) * (0.9 + 0.5 * strength)
    marks = []
    for side in (-1.0, 1.0):
        lines = [
            [(side * 0.18, 0.50 * low), (side * 0.26, 0.56 * low), (side * 0.29, 0.64 * low)],
            [(side * 0.34, 0.46), (side * 0.50, 0.50), (side * 0.66, 0.45)],
        ]
        if strength > 0.35:
            lines.append([(side * 0.82, 0.02), (side * 0.88, -0.01), (side * 0.92, -0.05)])
            lines.append([(side * 0.82, 0.10), (side * 0.88, 0.12), (side * 0.91, 0.15)])
        if strength > 0.6:
            lines.append([(side * 0.08, -0.56), (side * 0.3, -0.59), (side * 0.5, -0.56)])
        for line in lines:
            placed = context.pose.project(on_face(curves.spline(np.array(line), 9), 0.02))
            marks.append(curves.brush(placed, pen))
    canvas.fill(curves.join(marks), context.skin.line, kind=LINE, alpha=0.3 + 0.35 * strength)
