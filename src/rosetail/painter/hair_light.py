"""The highlight of hair: an arc around the head, broken by every lock that crosses it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, Canvas
from rosetail.painter.colour import mix
from rosetail.painter.locks import Shape, wobble
from rosetail.painter.portrait_context import PortraitContext

LENGTH = 0.150  # of the longest stroke
BAND = 0.040  # half height of the soft light below the strokes


def draw_highlight(
    canvas: Canvas,
    context: PortraitContext,
    shapes: Sequence[Shape],
    height: float,
    strength: float,
) -> None:
    """Strokes of light along the locks where they cross the arc at ``height`` (y in front)."""
    strokes, glow = skia.Path(), skia.Path()
    for number, shape in enumerate(shapes):
        if not shape.lock.shines:
            continue
        space = shape.space
        arc = height + 0.055 * (space[:, 0] / 0.33) ** 2 + 0.022 * wobble(number, 0.15)
        below = space[:, 1] - arc
        crossing = np.flatnonzero((below[:-1] < 0) != (below[1:] < 0))  # combed hair runs upwards
        if not crossing.size:
            continue
        first = int(crossing[0])
        at = first + float(below[first] / (below[first] - below[first + 1]))
        # Brightest towards the light, gone on the other side.
        toward = float(space[first, 0]) * context.side / 0.33
        _strokes(shape, at, number, float(np.clip(0.72 + 0.55 * toward, 0, 1)), strokes, glow)
    if context.style.gradient > 0.1:
        canvas.fill(glow, context.hair.light, kind=LIGHT, alpha=0.7 * strength, blur=0.008)
    canvas.fill(
        strokes,
        mix(context.hair.light, context.hair.shine, 0.55),
        kind=LIGHT,
        alpha=0.62 * strength,
    )


def _strokes(
    shape: Shape, at: float, number: int, bright: float, strokes: skia.Path, glow: skia.Path
) -> None:
    """Long spindles along the lock around place ``at``, and the soft light below them."""
    places = np.arange(len(shape.spine), dtype=np.float64)
    step = float(np.linalg.norm(np.diff(shape.spine, axis=0), axis=1).mean())
    width = float(np.linalg.norm(shape.left[int(at)] - shape.right[int(at)]))
    if width < 0.012 or step < 1e-4 or bright < 0.05:
        return
    spindles = ((0.42, 0.58, 0.62), (0.80, 0.14, 0.42))
    for across, share, long in spindles:
        uneven = wobble(number, across)
        if uneven * bright < -0.25:
            continue
        length = LENGTH * long * (0.75 + 0.35 * uneven) * bright * min(1.0, 0.35 + width / 0.10)
        middle = at + 0.30 * length / step * uneven
        line = _along(shape, places, middle, 0.5 * length / step, across)
        half = curves.profile(9, 0.40, 0.0, 0.0, 0.9, 1.0) * min(share * width, 0.050) * bright / 2
        strokes.addPath(curves.ribbon(line, half))
    line = _along(shape, places, at, BAND / step, 0.5)
    glow.addPath(curves.ribbon(line, np.full(9, 0.42 * width * bright)))


def _along(
    shape: Shape, places: np.ndarray, middle: float, reach: float, across: float
) -> np.ndarray:
    """Points (9, 2) along a lock, ``across`` from its left edge to its right one."""
    span = np.linspace(middle - reach, middle + reach, 9)
    left = np.stack([np.interp(span, places, shape.left[:, axis]) for axis in (0, 1)], axis=1)
    right = np.stack([np.interp(span, places, shape.right[:, axis]) for axis in (0, 1)], axis=1)
    return np.asarray(left + (right - left) * across)
