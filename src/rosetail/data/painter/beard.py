"""Beards, and the lines that age draws."""

from __future__ import annotations

import numpy as np

from rosetail.data.painter import curves
from rosetail.data.painter.canvas import LINE, SHADOW, Canvas
from rosetail.data.painter.colour import mix, to_rgb
from rosetail.data.painter.head import Head, chin
from rosetail.data.painter.mouth import Mouth
from rosetail.data.painter.pose import on_face
from rosetail.data.painter.sitter import Sitter


def draw(canvas: Canvas, sitter: Sitter, head: Head, mouth: Mouth) -> None:
    """Draw the beard on the lower face; the mouth is drawn over it."""
    kind = sitter.p.beard
    if kind == "none":
        return
    tone, bottom = sitter.hair, chin(sitter)
    middle, half = mouth.middle, mouth.half

    def place(points: list[tuple[float, float]], lift: float = 0.02) -> np.ndarray:
        return sitter.pose.project(on_face(np.array(points), lift))

    lip = middle + sitter_lower(mouth)
    jaw = curves.path(
        np.concatenate(
            [place([(-1.1, 0.26), (-0.93, 0.32), (-0.80, middle * 0.82), (-half * 1.5, middle - 0.06)]),
             place([(-half * 1.4, middle - 0.13), (0.0, middle - 0.17), (half * 1.4, middle - 0.13)]),
             place([(half * 1.5, middle - 0.06), (0.80, middle * 0.82), (0.93, 0.32), (1.1, 0.26),
                    (1.2, bottom + 0.4), (0.0, bottom + 0.5), (-1.2, bottom + 0.4)])]
        )
    )  # fmt: skip
    if kind == "stubble":
        shadow = to_rgb(mix(sitter.skin.lch, sitter.hair.lch, 0.28))
        with canvas.inside(head.face):
            canvas.fill(jaw, shadow, kind=SHADOW, alpha=0.6, blur=0.05)
        return
    if kind in ("full", "moustache", "goatee"):
        pass
    shapes = []
    if kind == "full":
        with canvas.inside(head.face):
            canvas.fill(jaw, tone.base)
            fringe = place([(-0.5, bottom * 0.8), (0.0, bottom * 0.86), (0.5, bottom * 0.8), (0.6, bottom + 0.3), (-0.6, bottom + 0.3)])
            canvas.fill(curves.path(fringe), tone.shade, kind=SHADOW, blur=sitter.hand.soft * 0.5)
            edge = place([(-0.93, 0.32), (-0.80, middle * 0.82), (-half * 1.5, middle - 0.06)])
            other = place([(0.93, 0.32), (0.80, middle * 0.82), (half * 1.5, middle - 0.06)])
            for line in (edge, other):
                canvas.fill(curves.brush(curves.spline(line, 11), canvas.pen(sitter.hand.inner) * 1.3), tone.line, kind=LINE)
    if kind == "goatee":
        shapes.append(
            place(curves.spline([(-half * 0.55, lip + 0.10), (-half * 0.75, bottom * 0.9), (-half * 0.3, bottom + 0.07),
                   (half * 0.3, bottom + 0.07), (half * 0.75, bottom * 0.9), (half * 0.55, lip + 0.10)], 21).tolist(), 0.05)
        )  # fmt: skip
    if kind in ("moustache", "goatee", "full"):
        for side in (-1.0, 1.0):
            shapes.append(
                place(curves.spline([(0.0, middle - 0.14), (side * half * 0.7, middle - 0.15), (side * half * 1.45, middle + 0.03),
                       (side * half * 0.8, middle - 0.05), (0.0, middle - 0.045)], 15).tolist(), 0.06)
            )  # fmt: skip
    pen = canvas.pen(sitter.hand.inner)
    for shape in shapes:
        outline = curves.path(shape)
        canvas.solid(outline, tone.base, tone.line, pen * 1.4)


def sitter_lower(mouth: Mouth) -> float:
    """How far the mouth reaches below its middle."""
    return max(mouth.shape.lower, 0.02)


def wrinkles(canvas: Canvas, sitter: Sitter) -> None:
    """Folds beside nose and mouth and under the eyes, stronger with age."""
    age = sitter.p.age
    if age < 0.55:
        return
    strength = min((age - 0.5) * 2.0, 1.0)
    low = chin(sitter)
    pen = canvas.pen(sitter.hand.inner) * (0.8 + 0.5 * strength)
    marks = []
    for side in (-1.0, 1.0):
        lines = [
            [(side * 0.20, 0.46 * low), (side * 0.30, 0.54 * low), (side * 0.33, 0.64 * low)],
            [(side * 0.30, 0.42), (side * 0.48, 0.475), (side * 0.66, 0.43)],
        ]
        if strength > 0.4:
            lines.append([(side * 0.80, 0.02), (side * 0.87, -0.01), (side * 0.92, -0.05)])
            lines.append([(side * 0.80, 0.10), (side * 0.87, 0.12), (side * 0.91, 0.15)])
        if strength > 0.6:
            lines.append([(side * 0.10, -0.52), (side * 0.3, -0.55), (side * 0.5, -0.52)])
        for line in lines:
            placed = sitter.pose.project(on_face(curves.spline(np.array(line), 9), 0.02))
            marks.append(curves.brush(placed, pen))
    canvas.fill(curves.join(marks), sitter.skin.line, kind=LINE, alpha=0.25 + 0.4 * strength)
