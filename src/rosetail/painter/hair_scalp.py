"""Hair that lies close: combed strands, shaven hair, cornrows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.colour import mix
from rosetail.painter.hairdo import Hairdresser
from rosetail.painter.head import Head
from rosetail.painter.locks import Shape, Tones, wobble
from rosetail.painter.pose import on_skull

Points = NDArray[np.float64]

NOTCHES = 9  # on each side of the hairline
ROWS = (-72, -54, -37, -21, -6, 9, 24, 40, 57, 75)  # azimuths of cornrows at the hairline


def notches(azimuth: Points, side: float) -> Points:
    """How far (N,) skin shows between the roots of combed hair, in heads: uneven notches along one
    side of the hairline (azimuths 0..180), without which it looks like the edge of a cap."""
    deep = np.zeros(len(azimuth))
    place = 3.0 + 2.0 * side
    for number in range(NOTCHES):
        uneven = wobble(number, 0.37 + 0.2 * side)
        width = 1.9 + 0.8 * uneven
        depth = (0.020 + 0.011 * uneven) * (1.0 if number % 3 else 0.55)
        deep = np.maximum(deep, depth * np.clip(1 - np.abs(azimuth - place) / width, 0, 1) ** 1.3)
        place += 7.5 + 3.0 * wobble(number, 0.81)
    return deep * np.clip((74 - azimuth) / 12, 0, 1)


def draw_scalp(
    canvas: Canvas, head: Head, do: Hairdresser, tones: Tones, strands: Sequence[Shape]
) -> None:
    """The texture of hair that lies close, inside the cap."""
    if do.texture == "combed":
        _draw_combed(canvas, head, tones, strands)
    elif do.texture in ("stubble", "undercut"):
        _draw_stubble(canvas, head, tones)
    elif do.texture == "rows":
        _draw_rows(canvas, head, do, tones)


def _draw_combed(canvas: Canvas, head: Head, tones: Tones, strands: Sequence[Shape]) -> None:
    """Strands from the hairline up: each a wedge of shadow and fine lines of uneven length."""
    lines = skia.Path()
    for number, shape in enumerate(strands):
        share = 0.5 + 0.5 * wobble(number, 0.3)
        last = 6 + round(8 * share)
        off = np.add(shape.spine[:last], (0.012 * head.context.away, 0.004))
        wedge = curves.brush(off, 0.016 + 0.034 * share, 0.22, start=0.4)
        canvas.fill(wedge, tones.shade, kind=SHADOW, alpha=0.75)
        for across, length in ((0.0, last), (0.55, last - 3), (-0.5, last - 2)):
            if length < 5 or wobble(number, across + 0.2) < -0.3:
                continue
            middle = shape.spine + across * 0.5 * (shape.left - shape.right)
            lines.addPath(curves.brush(middle[:length], head.context.ink(0.0046), 0.15, start=0.7))
        # Between the strands the flow goes on over the crown.
        first = 4 + round(3 * abs(wobble(number, 0.6)))
        flow = shape.spine[first:] + 0.3 * (shape.left - shape.right)[first:]
        lines.addPath(curves.brush(flow, head.context.ink(0.0038), 0.4))
    canvas.fill(lines, tones.line, kind=LINE, alpha=0.7)


def _draw_stubble(canvas: Canvas, head: Head, tones: Tones) -> None:
    """Skin between short hair, and single hairs."""
    context = head.context
    mixed = mix(tones.base, context.skin.base, 0.22)
    canvas.wash(mixed, kind=LIGHT, alpha=0.55)
    number = np.arange(300)
    azimuth = -88 + 176 * ((number * 0.61803) % 1)
    height = 0.04 + 0.60 * ((number * 0.38197 + 0.1) % 1)
    root = context.pose.project(on_skull(azimuth, height, -0.01))
    tip = context.pose.project(on_skull(azimuth * 1.03, height + 0.016, -0.008))
    seen = context.pose.faces(azimuth) > 0.05
    hairs = skia.Path()
    for start, end in zip(root[seen].tolist(), tip[seen].tolist(), strict=True):
        hairs.moveTo(*start)
        hairs.lineTo(*end)
    canvas.stroke(hairs, tones.deep, context.ink(0.0032), alpha=0.5)


def _draw_rows(canvas: Canvas, head: Head, do: Hairdresser, tones: Tones) -> None:
    """Plaits along the skull with the scalp between them."""
    context, pose = head.context, head.context.pose
    canvas.wash(mix(context.skin.deep, tones.base, 0.35), kind=LIGHT)
    line = np.array(do.hairline)
    for number, azimuth in enumerate(ROWS):
        start = float(np.interp(abs(azimuth), line[:, 0], line[:, 1])) - 0.005
        u = np.linspace(0, 1, 14)
        turns = azimuth * (1 - 0.25 * u)
        heights = start + (0.02 - start) * np.sin(u * np.pi / 2) ** 0.9
        spine = pose.project(on_skull(turns, heights, 0.004))
        body = curves.brush(spine, 0.060, 0.45, start=0.25, end=0.7)
        canvas.fill(curves.shifted(body, 0.006 * context.away, 0.006), tones.deep, kind=SHADOW)
        canvas.fill(body, tones.base)
        with canvas.inside(body):
            for place in range(1, 13):
                left = spine[place] + (-0.026, 0.008 * wobble(number))
                right = spine[place] + (0.026, -0.010)
                tick = curves.brush(np.array([left, spine[place] + (0, 0.012), right]), 0.006)
                canvas.fill(tick, tones.line, kind=LINE, alpha=0.6)
        canvas.stroke(body, tones.line, context.ink(0.0040), alpha=0.7)
