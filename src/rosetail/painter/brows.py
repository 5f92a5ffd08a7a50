"""Eyebrows: tapered strokes whose angle and height carry the expression."""

from __future__ import annotations

import numpy as np

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, Canvas
from rosetail.painter.colour import mix, shade, to_rgb
from rosetail.painter.eyes import Eye
from rosetail.painter.mouth import CHEERFUL
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face

GENTLE = 1.0  # degrees: brows lean inwards no further than this over a smile, or it would sneer


def angle(p: PaintParams) -> float:
    """How far inner ends rise, in degrees, as it is drawn; below 0 they are down, and stern."""
    return max(p.brow_angle, GENTLE) if p.mouth in CHEERFUL else p.brow_angle


def draw(
    canvas: Canvas, context: PortraitContext, eyes: tuple[Eye, Eye], alpha: float = 1.0
) -> None:
    """Draw both brows above the eyes. `alpha` below 1 lets them show through a fringe, with a
    little of the skin around them."""
    p = context.p
    hair = context.hair.lch
    tone = (min(hair[0] * 0.72, 0.60), hair[1], hair[2])
    tint = to_rgb(mix(shade(tone, 1.0), context.hand.ink, 0.35))
    for eye in eyes:
        side = eye.side
        lid = eye.centre[1] - eye.half_height * 0.95
        middle = lid - 0.165 - 0.075 * p.brow_height - 0.04 * (1.1 - p.eye_height)
        slope = -np.tan(np.radians(angle(p)))
        inner, outer = abs(eye.centre[0]) - 0.26, abs(eye.centre[0]) + 0.29
        span = outer - inner
        arch = 0.05 if context.male else 0.075
        flat = np.array(
            [
                (inner, middle + 0.008 + slope * 0.5 * span),
                (inner + 0.35 * span, middle - arch * 0.7 + slope * 0.15 * span),
                (inner + 0.68 * span, middle - arch * 0.85 - slope * 0.18 * span),
                (outer, middle + 0.045 - slope * 0.42 * span),
            ]
        )
        line = context.pose.project(on_face(curves.spline(flat, 12) * [side, 1], 0.04))
        t = np.linspace(0, 1, 12)
        profile = np.interp(t, [0, 0.12, 0.45, 1.0], [0.45, 0.95, 1.0, 0.08])
        # Heavy ones are heavier than their number: beside a face they look lighter than they are.
        weight = 0.021 * p.brow_weight**1.35 * (1.2 if context.male else 1.0)
        width = np.maximum(profile * weight, canvas.pen(0.0) * 0.3 * profile)
        if alpha < 1:
            around = curves.ribbon(line, width + 0.035 * (0.35 + 0.65 * profile))
            canvas.fill(around, context.skin.shade, kind=LIGHT, alpha=0.5, blur=0.012)
        canvas.fill(curves.ribbon(line, width), tint, kind=LINE, alpha=alpha)
