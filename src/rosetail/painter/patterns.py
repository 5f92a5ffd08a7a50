"""What is woven or printed on garments, as shapes: stripes, dots, knitted ribs, raglan sleeves.

`lay` puts such a shape on a garment in another colour, with that colour's own shadows.
"""

from __future__ import annotations

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import LINE
from rosetail.painter.portrait_context import Tones
from rosetail.painter.torso import Flat, Torso


def lay(torso: Torso, garment: skia.Path, pattern: skia.Path, tones: Tones) -> None:
    """Colour the part of the `garment` that lies in the `pattern`."""
    with torso.canvas.inside(garment):
        torso.canvas.fill(pattern, tones.base)
        torso.shade(pattern, tones)


def stripes(torso: Torso, top: float, step: float) -> skia.Path:
    """Bands across the body from `top` down, one each `step`, that follow the chest."""
    bands = []
    for y in np.arange(top, 4.3, step):
        line: Flat = [(-2.1, y - 0.22), (-1.0, y - 0.04), (0.0, y + 0.04), (1.0, y - 0.04),
                      (2.1, y - 0.22)]  # fmt: skip
        bands.append(curves.brush(torso.curve(line, 15), step * 0.45, 0, 0))
    return curves.join(bands)


def dots(torso: Torso, size: float) -> skia.Path:
    """Staggered rows of dots."""
    marks = []
    for row, y in enumerate(np.arange(1.7, 4.3, size * 3.2)):
        across = np.arange(-2.0, 2.0, size * 3.6) + (row % 2) * size * 1.8
        for x, down in torso.at(np.stack([across, np.full(len(across), y)], axis=-1)).tolist():
            marks.append(skia.Path.Circle(x, down, size))
    return curves.join(marks)


def raglan(torso: Torso) -> skia.Path:
    """Sleeves cut from the neck to the armpit."""
    s = torso.shoulder
    sleeves = []
    for side in (-1.0, 1.0):
        seam: Flat = [(side * 0.42, 1.5), (side * 0.62, 1.95), (side * (s - 0.42), 2.45)]
        arm: Flat = [(side * (s - 0.30), 3.0), (side * (s - 0.34), 4.4)]
        outer: Flat = [(side * 3.0, 4.4), (side * 3.0, 1.4)]
        sleeves.append(curves.path(torso.at([*seam, *arm, *outer]), smooth=False))
    return curves.join(sleeves)


def ribs(torso: Torso, garment: skia.Path, tones: Tones, lines: list[Flat]) -> None:
    """Thin lines of a knitted rim."""
    strokes = [curves.brush(torso.curve(line, 7), torso.pen, 0.2, 0.2) for line in lines]
    with torso.canvas.inside(garment):
        torso.canvas.fill(curves.join(strokes), tones.line, kind=LINE, alpha=0.35)
