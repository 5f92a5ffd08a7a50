"""Spectacles in front of the eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, Canvas
from rosetail.painter.eyes import Eye
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face

# half width, half height, squareness (exponent of a superellipse), whether the upper rim is drawn
_FRAMES = {
    "round": (0.36, 0.345, 2.0, True),
    "oval": (0.385, 0.27, 2.3, True),
    "square": (0.385, 0.27, 4.5, True),
    "half": (0.375, 0.25, 3.2, False),
}


def draw(canvas: Canvas, context: PortraitContext, eyes: tuple[Eye, Eye]) -> None:
    """Draw frame, bridge, temples and a glint on the lenses."""
    if context.p.glasses == "none":
        return
    across, down, power, top = _FRAMES[context.p.glasses]
    metal = context.accent.line if context.hand.tint > 0.3 else context.hair.line
    pen = canvas.pen(0.022 if context.p.glasses == "round" else 0.034)
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    flat = np.stack(
        [
            across * np.sign(c) * np.abs(c) ** (2 / power),
            down * np.sign(s) * np.abs(s) ** (2 / power),
        ],
        axis=-1,
    )

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        # Lenses are nearly flat: they lie in one plane before the face.
        lifted = on_face(points, 0.0)
        lifted[:, 2] = 0.97 - 0.18 * points[:, 0] ** 2
        return context.pose.project(lifted)

    for eye in eyes:
        centre = np.array([eye.side * (abs(eye.centre[0]) + 0.02), eye.centre[1] + 0.06])
        rim = place(flat + centre)
        lens = curves.ring(rim)
        canvas.fill(lens, (1.0, 1.0, 1.0), kind=LIGHT, alpha=0.10)
        with canvas.inside(lens):
            glint = [(-0.3, 0.5), (-0.05, 0.5), (0.28, -0.5), (0.03, -0.5)]
            shape = place(np.array(glint) * [1, 0.8] * [context.side, 1] + centre + [0.12, 0.0])
            canvas.fill(curves.path(shape, smooth=False), (1.0, 1.0, 1.0), kind=LIGHT, alpha=0.16)
        if top:
            canvas.stroke(lens, metal, pen)
        else:
            lower = curves.path(rim[np.r_[26:28, 0:16]], closed=False)
            canvas.stroke(lower, metal, pen)
        hinge = place(np.array([[eye.side * (abs(centre[0]) + across), centre[1] - 0.08]]))[0]
        ear = context.pose.project(np.array([eye.side * 0.98, 0.02, 0.05]))
        if eye.side * context.p.yaw < 14:
            canvas.stroke(curves.path([hinge, ear], closed=False), metal, pen)
    inner = abs(eyes[0].centre[0]) + 0.02 - across
    y = eyes[0].centre[1] + 0.02
    bridge = place(curves.spline(np.array([(-inner, y), (0.0, y - 0.05), (inner, y)]), 9))
    canvas.stroke(curves.path(bridge, closed=False), metal, pen)
