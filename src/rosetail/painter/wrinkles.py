"""The lines of age: few, thin and dignified; they fade in with the years."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.curves import smoothstep
from rosetail.painter.head import Head

Points = NDArray[np.float64]

FADED = 0.04  # of old age: below it nothing is drawn
# Crow's feet from the outer corner of the eye, outwards and down, in heads; how early they show.
FEET = (
    (((0.012, -0.006), (0.024, -0.014), (0.038, -0.018)), 0.35),
    (((0.014, 0.010), (0.028, 0.008), (0.044, 0.012)), 0.0),
    (((0.010, 0.026), (0.022, 0.030), (0.034, 0.040)), 0.55),
)


def draw(canvas: Canvas, head: Head) -> None:
    """Draw the lines that the build's age has brought."""
    old = head.build.old * (0.2 + 0.6 * head.build.male)
    if old < FADED:
        return
    for side in (-1.0, 1.0):
        # The far cheek is narrow: its lines thin out as it turns away.
        near = 0.45 + 0.55 * float(smoothstep(-head.pose.yaw * side, -32, -8))
        _draw_fold(canvas, head, side, old * near)
        _draw_eye(canvas, head, side, old * near)
    _draw_forehead(canvas, head, old)


def _draw_fold(canvas: Canvas, head: Head, side: float, strength: float) -> None:
    """The fold from the wing of the nose past the corner of the mouth."""
    p, build, skin = head.context.p, head.build, head.context.skin
    smile = max(0.0, p.smile)
    out = build.mouth_wide + 0.020 + 0.010 * smile
    top = (0.044, build.nose_y - 0.012)
    end = build.mouth_y - 0.006 + 0.016 * p.jaw_open
    points = np.array([
        top, (0.060 + 0.006 * smile, build.nose_y + 0.016), (out, build.mouth_y - 0.032),
        (out + 0.003, end),
    ]) * (side, 1)  # fmt: skip
    line = curves.spline(head.on_face(points, 0.01), 14)
    away = head.context.away
    shade = curves.brush(np.add(line, (0.003 * away, 0.003)), 0.011, 0.45)
    canvas.fill(shade, skin.shade, kind=SHADOW, alpha=0.75 * strength)
    stroke = curves.brush(line, head.context.ink(0.0056), 0.40)
    canvas.fill(stroke, skin.line, kind=LINE, alpha=0.58 * strength)


def _draw_eye(canvas: Canvas, head: Head, side: float, strength: float) -> None:
    """Crow's feet, and the soft edge under the eye."""
    build, skin, p = head.build, head.context.skin, head.context.p
    corner = np.array([build.eye_x + 0.49 * build.eye_wide, build.eye_y + 0.004])
    laughs = 0.75 + 0.35 * max(p.smile_lids, 0.5 * max(0.0, p.smile))
    for way, later in FEET:
        shown = strength * float(smoothstep(strength, later * 0.8, later * 0.8 + 0.3)) * laughs
        points = (corner + np.array(way) * (0.9, 1.0)) * (side, 1)
        stroke = curves.brush(
            curves.spline(head.on_face(points), 10), head.context.ink(0.0048), 0.25
        )
        canvas.fill(stroke, skin.line, kind=LINE, alpha=min(0.68, 0.62 * shown))
    low = build.eye_y + 0.60 * build.eye_high
    inner, outer = build.eye_x - 0.36 * build.eye_wide, build.eye_x + 0.24 * build.eye_wide
    bag = np.array([
        (inner, low - 0.020), (build.eye_x - 0.16 * build.eye_wide, low + 0.004), (outer, low),
    ]) * (side, 1)  # fmt: skip
    line = curves.spline(head.on_face(head.level(bag, build.eye_x)), 12)
    shade = curves.brush(line - (0, 0.003), 0.010, 0.4)
    canvas.fill(shade, skin.shade, kind=SHADOW, alpha=0.7 * strength)
    stroke = curves.brush(line, head.context.ink(0.0048), 0.35)
    canvas.fill(stroke, skin.line, kind=LINE, alpha=0.42 * strength)


def _draw_forehead(canvas: Canvas, head: Head, old: float) -> None:
    """Two faint lines on the brow, fainter unless it is raised."""
    p, build, skin = head.context.p, head.build, head.context.skin
    raised = 0.55 + 0.45 * max(0.0, p.brow_height)
    for number, (half, up) in enumerate(((0.115, 0.072), (0.085, 0.108))):
        y = build.brow_y - up
        points = [(-half, y + 0.006), (-0.35 * half, y - 0.003), (0.35 * half, y + 0.001),
                  (half, y + 0.008)]  # fmt: skip
        stroke = curves.brush(
            curves.spline(head.on_face(points), 14), head.context.ink(0.0046), 0.45 + 0.1 * number
        )
        canvas.fill(stroke, skin.line, kind=LINE, alpha=0.30 * old * raised)
