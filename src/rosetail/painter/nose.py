"""Noses: anime leaves most of the nose out; a mark, a shadow or a bridge suffices."""

from __future__ import annotations

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.head import chin
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face

LIFT = 0.22  # how far the tip stands out of the face, head units


def height(context: PortraitContext) -> float:
    """Height of the nose tip below the eyes."""
    return 0.475 * chin(context)


def landmark(context: PortraitContext) -> np.ndarray:
    """The tip in the picture (2,)."""
    return context.pose.project(on_face(np.array([0.0, height(context)]), LIFT))


def draw(canvas: Canvas, context: PortraitContext) -> None:
    """Draw the nose in the context's style."""
    p, skin = context.p, context.skin
    y, size = height(context), 0.1 * p.nose_size
    away = -context.side  # the shaded side

    def put(points: list[tuple[float, float]], lift: float = LIFT) -> np.ndarray:
        return context.pose.project(on_face(np.array(points), lift))

    pen = canvas.pen(context.hand.inner * 1.5)
    if context.hand.soft > 0 or context.hand.line < 0.024:  # a spark on the tip
        x, top = put([(-away * size * 0.15, y - size * 0.45)])[0]
        spark = skia.Path.Oval(skia.Rect(x - 0.022, top - 0.03, x + 0.022, top + 0.03))
        canvas.fill(spark, skin.light, kind=LIGHT, alpha=0.75)
    if abs(p.yaw) > 14:  # a turned nose is drawn by its far side
        away = 1.0 if p.yaw > 0 else -1.0
    if p.nose in ("shadow", "bridge"):
        patch = put(
            [(0.0, y - size * 1.1), (away * size * 0.25, y - size * 0.2),
             (away * size * 0.6, y + size * 0.35),
             (0.0, y + size * 0.42), (-away * size * 0.1, y + size * 0.1)]
        )  # fmt: skip
        canvas.fill(curves.path(patch), skin.shade, kind=SHADOW, blur=context.hand.soft * 0.2)
    if p.nose == "dot":
        dash = put([(away * size * 0.15, y - 0.03), (away * size * 0.3, y + 0.03)])
        canvas.fill(
            curves.brush(curves.spline(dash, 6), pen * 1.5), skin.line, kind=LINE, alpha=0.8
        )
    elif p.nose == "line":
        line = curves.spline(
            put([(away * size * 0.1, y - size), (away * size * 0.55, y - size * 0.1),
                 (away * size * 0.1, y + size * 0.25)]), 9
        )  # fmt: skip
        canvas.fill(curves.brush(line, pen, 0.8, 0.3), skin.line, kind=LINE, alpha=0.85)
    elif p.nose == "shadow":
        under = curves.spline(
            put([(-away * size * 0.2, y + size * 0.36), (away * size * 0.15, y + size * 0.46),
                 (away * size * 0.5, y + size * 0.34)]), 7
        )  # fmt: skip
        canvas.fill(curves.brush(under, pen), skin.line, kind=LINE, alpha=0.7)
    elif p.nose == "button":
        under = curves.spline(
            put(
                [
                    (-size * 0.55, y + size * 0.1),
                    (0.0, y + size * 0.34),
                    (size * 0.55, y + size * 0.1),
                ]
            ),
            9,
        )
        canvas.fill(curves.brush(under, pen), skin.line, kind=LINE, alpha=0.75)
        canvas.fill(
            curves.brush(put([(-0.02, y - size * 0.5), (0.02, y - size * 0.5)]), 0.06),
            skin.light, kind=LIGHT, alpha=0.6,
        )  # fmt: skip
    else:  # bridge
        ridge = curves.spline(
            put([(away * size * 0.42, y - size * 3.0), (away * size * 0.2, y - size * 1.6),
                 (away * size * 0.52, y - size * 0.1), (away * size * 0.1, y + size * 0.42)]), 12
        )  # fmt: skip
        canvas.fill(curves.brush(ridge, pen * 1.1, 0.9, 0.25), skin.line, kind=LINE, alpha=0.85)
        wing = curves.spline(
            put([(-away * size * 0.62, y - size * 0.1), (-away * size * 0.7, y + size * 0.2),
                 (-away * size * 0.45, y + size * 0.34)], 0.04), 6
        )  # fmt: skip
        canvas.fill(curves.brush(wing, pen), skin.line, kind=LINE, alpha=0.7)
