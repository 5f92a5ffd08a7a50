"""What is woven or printed on garments: stripes, dots, knitted ribs, sleeves of another colour."""

from __future__ import annotations

import numpy as np
import skia

from rosetail.data.painter import curves
from rosetail.data.painter.canvas import LINE
from rosetail.data.painter.sitter import Tones
from rosetail.data.painter.torso import Flat, Torso


def stripes(torso: Torso, shape: skia.Path, tones: Tones, top: float, step: float) -> None:
    """Bands across the body from `top` down, one each `step`, that follow the chest."""
    bands = []
    for y in np.arange(top, 4.3, step):
        line: Flat = [(-2.1, y - 0.22), (-1.0, y - 0.04), (0.0, y + 0.04), (1.0, y - 0.04),
                      (2.1, y - 0.22)]  # fmt: skip
        bands.append(curves.brush(torso.curve(line, 15), step * 0.45, 0, 0))
    with torso.canvas.inside(shape):
        torso.canvas.fill(curves.join(bands), tones.base)


def dots(torso: Torso, shape: skia.Path, tones: Tones, size: float) -> None:
    """Staggered rows of dots."""
    marks = []
    for row, y in enumerate(np.arange(1.7, 4.3, size * 3.2)):
        across = np.arange(-2.0, 2.0, size * 3.6) + (row % 2) * size * 1.8
        for x, down in torso.at(np.stack([across, np.full(len(across), y)], axis=-1)).tolist():
            marks.append(skia.Path.Circle(x, down, size))
    with torso.canvas.inside(shape):
        torso.canvas.fill(curves.join(marks), tones.base)


def raglan(torso: Torso, shape: skia.Path, tones: Tones) -> None:
    """Sleeves of another colour, cut from the neck to the armpit."""
    s = torso.shoulder
    for side in (-1.0, 1.0):
        seam: Flat = [(side * 0.42, 1.5), (side * 0.62, 1.95), (side * (s - 0.42), 2.45)]
        arm: Flat = [(side * (s - 0.30), 3.0), (side * (s - 0.34), 4.4)]
        outer: Flat = [(side * 3.0, 4.4), (side * 3.0, 1.4)]
        sleeve = curves.path(torso.at([*seam, *arm, *outer]), smooth=False)
        with torso.canvas.inside(shape):
            torso.canvas.fill(sleeve, tones.base)
            stroke = curves.brush(torso.curve(seam, 9), torso.pen * 1.2, 0.1, 0.1)
            torso.canvas.fill(stroke, tones.line, kind=LINE, alpha=0.8)


def ribs(torso: Torso, shape: skia.Path, tones: Tones, lines: list[Flat]) -> None:
    """Thin lines of a knitted rim."""
    strokes = [curves.brush(torso.curve(line, 7), torso.pen, 0.2, 0.2) for line in lines]
    with torso.canvas.inside(shape):
        torso.canvas.fill(curves.join(strokes), tones.line, kind=LINE, alpha=0.35)
