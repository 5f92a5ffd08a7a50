"""What backgrounds are put together from, on a sheet of side 1 with the light from its left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import skia
from numpy.typing import ArrayLike

from rosetail.painter import curves
from rosetail.painter.canvas import FLAT, Canvas, Gradient
from rosetail.painter.colour import Lch

WHITE: Lch = (1.0, 0.0, 0.0)
# The heaps of a cloud and the folds before them: place and radius, in half its width.
_HEAPS = (
    (-0.88, 0.00, 0.10), (-0.66, 0.06, 0.20), (-0.34, 0.22, 0.27), (0.02, 0.36, 0.30),
    (0.34, 0.18, 0.27), (0.60, 0.05, 0.20), (0.85, -0.01, 0.13),
)  # fmt: skip
_FOLDS = ((-0.52, -0.02, 0.19), (-0.16, 0.04, 0.23), (0.22, 0.00, 0.20), (0.66, -0.06, 0.16))
# Steps of a sequence that fills a square evenly (Roberts 2018), so that nothing is random.
_ACROSS, _DOWN = 0.7548776662, 0.5698402910


def spread(count: int, start: int = 1) -> Iterator[tuple[float, float, float]]:
    """``count`` places u, v and a third number, each spread evenly over 0..1."""
    for number in range(start, start + count):
        yield (number * _ACROSS) % 1, (number * _DOWN) % 1, (number * 0.6180339887) % 1


def box(left: float, top: float, right: float, bottom: float) -> skia.Path:
    return skia.Path.Rect(skia.Rect(left, top, right, bottom))


def wash(
    sheet: Canvas,
    colours: Sequence[Lch],
    stops: Sequence[float] | None = None,
    start: ArrayLike = (0.0, 0.0),
    end: ArrayLike = (0.0, 1.0),
) -> None:
    """A gradient over the whole sheet."""
    sheet.wash(Gradient(start, end, colours, stops), kind=FLAT)


def glow(sheet: Canvas, centre: ArrayLike, radius: float, colour: Lch, alpha: float) -> None:
    """Light that fades out from a point."""
    soft = Gradient(centre, None, [colour] * 3, [0, 0.45, 1], [alpha, 0.40 * alpha, 0], radius)
    x, y = np.asarray(centre, np.float64).tolist()
    sheet.fill(skia.Path.Circle(x, y, radius), soft)


def cloud(
    sheet: Canvas, u: float, v: float, wide: float, bright: Lch, dim: Lch, alpha: float = 1.0
) -> None:
    """A heap of cloud with its foot at ``v``: lit above, flat and dim below. A negative width
    mirrors it."""
    high = abs(wide)
    body = curves.ellipse((u, v), high * 0.86, high * 0.16)
    shape, folds = curves.ring(body), skia.Path()
    for x, y, r in _HEAPS:
        shape.addCircle(u + wide * x, v - high * y, high * r)
    for x, y, r in _FOLDS:
        folds.addCircle(u + wide * x, v - high * y, high * r)
    soft = Gradient((u, v - high * 0.60), (u, v), [bright, bright, dim], [0, 0.45, 1])
    near = Gradient((u, v - high * 0.26), (u, v + high * 0.04), [bright, dim])
    with sheet.faded(alpha), sheet.inside(box(-2, -2, 3, v + high * 0.015)):
        sheet.fill(shape, soft)
        sheet.fill(folds, near)


def ridge(
    sheet: Canvas, heights: Sequence[float], colour: Lch | Gradient, *, sharp: bool = False
) -> None:
    """Land up to a skyline of evenly spaced heights v."""
    us = np.linspace(-0.05, 1.05, len(heights))
    line = np.stack([us, np.asarray(heights)], axis=1)
    if not sharp:
        line = curves.spline(line, 40)
    shape = np.concatenate([line, [(1.1, 1.1), (-0.1, 1.1)]])
    sheet.fill(curves.path(shape, smooth=False), colour)


def foliage(
    sheet: Canvas, centre: tuple[float, float], wide: float, high: float, tones: Sequence[Lch]
) -> None:
    """A mass of leaves: dark below, lighter clumps towards the light."""
    u, v = centre
    for layer, tone in enumerate(tones):
        clumps = skia.Path()
        shift = 0.16 * layer
        for number, (x, y, r) in enumerate(spread(13, 3 + 7 * layer)):
            turn, out = 2 * np.pi * x, (0.35 + 0.65 * y) * (1 - 0.22 * layer)
            place = u + wide * (out * np.cos(turn) - shift), v + high * (out * np.sin(turn) - shift)
            radius = (0.24 + 0.16 * r - 0.05 * layer) * min(wide, high)
            clumps.addCircle(float(place[0]), float(place[1]), radius * (1 + 0.2 * (number % 2)))
        if layer == 0:
            body = curves.ellipse(centre, wide * 0.86, high * 0.86)
            clumps.addPath(curves.ring(body))
        clumps.setFillType(skia.PathFillType.kWinding)
        sheet.fill(clumps, tone)
