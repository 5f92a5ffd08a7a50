"""Backgrounds without a place: gradients, patterns, points of light, petals."""

from __future__ import annotations

import math

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import Canvas, Gradient
from rosetail.painter.colour import Lch, mix, toward_hue
from rosetail.painter.materials import light, shade
from rosetail.painter.scene_marks import WHITE, glow, spread, wash

STEP = 0.045  # in lightness, between a ground and the pattern on it


def _second(tone: Lch, steps: float = 1.0) -> Lch:
    """A pattern's other colour: lighter on dark grounds, a little deeper on pale ones."""
    lightness, chroma, hue = tone
    if lightness > 0.80:
        return lightness - STEP * steps, min(chroma + 0.016 * steps, 0.12), hue
    return lightness + STEP * steps, chroma, hue


def _lit(sheet: Canvas, tone: Lch) -> None:
    """The ground under a pattern: lighter towards the light."""
    wash(sheet, [light(tone, 0.45), tone, shade(tone, 0.25)], [0, 0.5, 1], (0.1, 0), (0.75, 1))


def gradient(sheet: Canvas, tone: Lch) -> None:
    lightness, chroma, hue = tone
    turned = toward_hue(hue, 325.0, 36.0)
    far = (lightness - 0.10 * (0.4 + lightness), min(chroma + 0.03, 0.12), turned)
    wash(sheet, [light(tone, 0.6), tone, far], [0, 0.42, 1], (0.15, 0), (0.7, 1.05))
    glow(sheet, (0.16, 0.06), 0.75, light(tone, 2.2), 0.55)


def split(sheet: Canvas, tone: Lch) -> None:
    """Two tones along a slant, with a thin band between."""
    lightness, chroma, hue = _second(tone, 1.4)
    other = (lightness, chroma, (hue + 10) % 360)
    _lit(sheet, tone)
    part = curves.path([(0, 0.71), (1, 0.36), (1, 1), (0, 1)], smooth=False)
    far = shade(other, 0.5)
    sheet.fill(part, Gradient((0.3, 0.4), (0.6, 1.0), [other, far]))
    band = curves.path([(0, 0.675), (1, 0.325), (1, 0.343), (0, 0.693)], smooth=False)
    sheet.fill(band, other, alpha=0.8)


def stripes(sheet: Canvas, tone: Lch) -> None:
    """Slanting bands that fade towards the light."""
    _lit(sheet, tone)
    bands = skia.Path()
    for number in range(-4, 9):
        u = 0.17 * number
        rows = [(u, 0), (u + 0.085, 0), (u - 0.265, 1), (u - 0.35, 1)]
        bands.addPath(curves.path([(x + 0.25, y) for x, y in rows], smooth=False))
    other = _second(tone, 1.1)
    sheet.fill(bands, Gradient((0.1, 0.0), (0.8, 1.0), [other] * 2, None, [0.35, 1.0]))


def dots(sheet: Canvas, tone: Lch) -> None:
    """A lattice of dots that grow away from the light."""
    _lit(sheet, tone)
    marks = skia.Path()
    step = 0.064
    for row in range(-1, 33):
        for column in range(17):
            u, v = (column + 0.5 * (row % 2)) * step, row * step * 0.5
            size = 0.07 + 0.27 * min(max(0.55 * u + 0.75 * v - 0.12, 0.0), 1.0)
            marks.addCircle(u, v, size * step)
    sheet.fill(marks, _second(tone, 1.0))


def bokeh(sheet: Canvas, tone: Lch) -> None:
    """The lamps of an evening, out of focus."""
    lightness, chroma, hue = tone
    base = mix((0.30 + 0.30 * lightness, min(chroma + 0.025, 0.10), hue), (0.50, 0.085, 310.0), 0.4)
    far = (base[0] - 0.16, base[1], toward_hue(base[2], 285.0, 25.0))
    low = (base[0] + 0.13, base[1] + 0.01, toward_hue(base[2], 40.0, 35.0))
    wash(sheet, [far, base, low], [0, 0.55, 1], (0.6, 0), (0.4, 1))
    for number, (u, v, r) in enumerate(spread(44, 2)):
        # More and larger ones at the sides and below, where no face is.
        side = abs(2 * u - 1)
        radius = (0.012 + 0.058 * r * r) * (0.55 + 0.45 * side)
        v = 0.04 + 0.98 * v**0.8
        tint = (0.90, 0.085, 72.0) if number % 4 == 0 else (0.88, 0.06, (hue + 70 * r - 10) % 360)
        strength = (0.20 + 0.38 * ((number * 0.41) % 1)) * (0.5 + 0.5 * side)
        rim = Gradient((u, v), None, [tint] * 4, [0, 0.7, 0.93, 1], [0.6, 0.65, 1.0, 0.7], radius)
        sheet.fill(skia.Path.Circle(u, v, radius), rim, alpha=strength, mode=skia.BlendMode.kScreen)


def _petal(u: float, v: float, size: float, turn: float, thin: float) -> skia.Path:
    """A petal of cherry blossom, notched at its end."""
    leaf = np.array([
        (0, 1.0), (0.42, 0.62), (0.60, 0.02), (0.42, -0.55), (0.16, -0.86), (0.0, -0.66),
        (-0.16, -0.86), (-0.42, -0.55), (-0.60, 0.02), (-0.42, 0.62),
    ]) * (size * thin, size)  # fmt: skip
    cos, sin = math.cos(turn), math.sin(turn)
    return curves.ring(leaf @ np.array([[cos, sin], [-sin, cos]]) + (u, v))


def petals(sheet: Canvas, tone: Lch) -> None:
    """Cherry blossom overhead, petals falling before a pale sky."""
    sky = mix((0.90, 0.045, 228.0), tone, 0.25)
    wash(sheet, [sky, (0.945, 0.030, 300.0), (0.955, 0.032, 350.0)], [0, 0.45, 1])
    pink = (0.885, 0.070, 355.0)
    for depth, tint in enumerate(((0.835, 0.078, 352.0), pink, (0.945, 0.036, 352.0))):
        for number, (x, y, r) in enumerate(spread(30 - 3 * depth, 5 + 31 * depth)):
            # Boughs hang low at both sides and leave the middle free.
            u = -0.05 + 1.1 * x
            low = 0.10 + 0.30 * abs(2 * u - 0.95) ** 1.5
            v = -0.06 + low * y - 0.02 * depth
            radius = (0.052 - 0.013 * depth) * (0.6 + 0.7 * r)
            sheet.fill(skia.Path.Circle(u, v, radius), tint, alpha=0.62 + 0.1 * (number % 4))
    glow(sheet, (0.05, 0.0), 0.7, WHITE, 0.45)
    for number, (u, v, r) in enumerate(spread(30, 11)):
        leaf = _petal(u, 0.12 + 0.9 * v, 0.014 + 0.014 * r, 6.3 * r + u, 0.55 + 0.45 * v)
        sheet.fill(leaf, pink if number % 3 else (0.93, 0.05, 355.0), alpha=0.9)
