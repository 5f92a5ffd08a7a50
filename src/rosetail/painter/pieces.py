"""What garments are put together from: body, collar, lapels, bow, tie and buttons."""

from __future__ import annotations

import skia

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW
from rosetail.painter.portrait_context import Tones
from rosetail.painter.torso import Flat, Torso


def body(torso: Torso, tones: Tones, open_width: float, dip: float) -> skia.Path:
    """The body with its shadows; see `Torso.outline`."""
    shape = torso.outline(open_width, dip)
    torso.fill(shape, tones)
    torso.shade(shape, tones)
    return shape


def collar(torso: Torso, tones: Tones, spread: float, fall: float) -> None:
    """Two turned-down collar leaves."""
    for side in (-1.0, 1.0):
        leaf: Flat = [(side * 0.40, 1.40), (side * 0.50, 1.60), (side * spread, 1.72 + fall),
                      (side * 0.16, 1.84 + fall * 0.5), (0.0, 1.82)]  # fmt: skip
        shape = torso.polygon(leaf, tones)
        with torso.canvas.inside(shape):
            under = torso.at([(side * 0.40, 1.40), (side * 0.2, 1.60), (0.0, 1.86), (0.0, 1.3)])
            torso.canvas.fill(curves.path(under), tones.shade, kind=SHADOW)


def bow(torso: Torso, tones: Tones, y: float, size: float) -> None:
    """A ribbon bow with two tails."""
    for side in (-1.0, 1.0):
        tail: Flat = [(0.0, y), (side * size * 0.28, y + size * 0.5),
                      (side * size * 0.42, y + size * 1.15),
                      (side * size * 0.12, y + size * 1.0),
                      (side * size * 0.02, y + size * 0.4)]  # fmt: skip
        torso.polygon(tail, tones)
    for side in (-1.0, 1.0):
        loop: Flat = [(0.0, y - 0.02), (side * size * 0.5, y - size * 0.42),
                      (side * size * 0.95, y - size * 0.3),
                      (side * size * 0.98, y + size * 0.28), (side * size * 0.5, y + size * 0.26),
                      (0.0, y + 0.03)]  # fmt: skip
        shape = torso.polygon(loop, tones, smooth=True)
        with torso.canvas.inside(shape):
            fold = torso.at(
                [
                    (0.0, y - 0.05),
                    (side * size * 0.55, y - size * 0.02),
                    (side * size * 0.5, y + size * 0.5),
                    (0, y + 0.2),
                ]
            )
            torso.canvas.fill(curves.path(fold), tones.shade, kind=SHADOW)
    x0, y0 = torso.at([(0.0, y)])[0]
    knot = skia.Path.RRect(
        skia.RRect.MakeRectXY(
            skia.Rect(x0 - size * 0.16, y0 - size * 0.17, x0 + size * 0.16, y0 + size * 0.17),
            0.05,
            0.05,
        )
    )
    torso.fill(knot, tones)


def tie(torso: Torso, tones: Tones) -> None:
    blade: Flat = [(-0.06, 1.96), (0.06, 1.96), (0.17, 3.0), (0.0, 3.2), (-0.17, 3.0)]
    shape = torso.polygon(blade, tones)
    with torso.canvas.inside(shape):
        away = -torso.context.side
        half = torso.at([(0, 1.9), (away * 0.3, 1.9), (away * 0.3, 3.3), (0, 3.3)])
        torso.canvas.fill(curves.path(half, smooth=False), tones.shade, kind=SHADOW)
    torso.polygon([(-0.12, 1.8), (0.12, 1.8), (0.07, 1.99), (-0.07, 1.99)], tones)


def buttons(torso: Torso, tones: Tones, top: float, count: int) -> None:
    for index in range(count):
        x, y = torso.at([(0.0, top + index * 0.32)])[0]
        torso.canvas.fill(skia.Path.Circle(float(x), float(y), 0.035), tones.line, kind=LINE)


def lapels(torso: Torso, deep: float) -> None:
    """An open jacket over what is drawn already."""
    tones = torso.context.cloth
    for side in (-1.0, 1.0):
        inner: Flat = [(side * 0.5, 1.64), (side * 0.42, 2.1), (0.0, deep), (0.0, 4.3)]
        shape = torso.half(side, 0.5, inner)
        torso.fill(shape, tones)
        torso.shade(shape, tones)
    for side in (-1.0, 1.0):
        leaf: Flat = [(side * 0.5, 1.62), (side * 0.72, 1.98), (side * 0.86, 2.06),
                      (side * 0.70, 2.2), (side * 0.02, deep), (side * 0.40, 2.12)]  # fmt: skip
        torso.polygon(leaf, tones)
    torso.line([(0.02, deep), (0.03, deep + 0.5), (0.02, 4.2)], tones)
