"""Clothes. Each garment is a function that draws on a `Torso`; register it in GARMENTS."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rosetail.painter import curves, patterns, pieces
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.colour import mix
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.torso import Flat, Torso


def _t_shirt(torso: Torso) -> None:
    context, tones = torso.context, torso.context.cloth
    shape = pieces.body(torso, tones, 0.56, 0.30)
    woven = context.rng("pattern").random()
    if woven < 0.55:
        pattern = patterns.stripes(torso, 2.12, 0.3) if woven < 0.3 else patterns.raglan(torso)
        patterns.lay(torso, shape, pattern, context.cloth_second)
    torso.line([(-0.62, 1.73), (-0.4, 1.98), (0.0, 2.09), (0.4, 1.98), (0.62, 1.73)], tones)


def _shirt(torso: Torso) -> None:
    tones = torso.context.cloth
    pieces.body(torso, tones, 0.44, 0.2)
    torso.line([(0.03, 1.85), (0.04, 2.6), (0.03, 4.0)], tones)
    pieces.buttons(torso, tones, 2.15, 4)
    pieces.collar(torso, tones, 0.62, 0.16)


def _suit(torso: Torso) -> None:
    context = torso.context
    pieces.body(torso, context.cloth_second, 0.44, 0.24)
    if context.male:
        pieces.tie(torso, context.accent)
    else:
        pieces.buttons(torso, context.cloth_second, 2.1, 3)
    pieces.collar(torso, context.cloth_second, 0.46, 0.14)
    pieces.lapels(torso, 2.95)


def _blazer(torso: Torso) -> None:
    context = torso.context
    pieces.body(torso, context.cloth_second, 0.44, 0.22)
    pieces.collar(torso, context.cloth_second, 0.5, 0.14)
    if context.male:
        pieces.tie(torso, context.accent)
    else:
        pieces.bow(torso, context.accent, 1.95, 0.36)
    pieces.lapels(torso, 2.75)


def _sailor(torso: Torso) -> None:
    context = torso.context
    pieces.body(torso, context.cloth_second, 0.46, 0.5)
    for side in (-1.0, 1.0):
        flap: Flat = [(side * 0.42, 1.46), (side * 0.72, 1.74), (side * 1.14, 1.92),
                      (side * 1.08, 2.16),
                      (side * 0.5, 2.42), (0.0, 2.66), (side * 0.24, 2.1)]  # fmt: skip
        torso.polygon(flap, context.cloth)
        for inset in (0.08,):
            stripe = torso.at([(side * (1.14 - inset), 1.95), (side * (1.08 - inset), 2.11),
                               (side * (0.5 - inset * 0.5), 2.35),
                               (side * 0.06, 2.55)])  # fmt: skip
            torso.canvas.stroke(
                curves.path(stripe, closed=False, smooth=False), context.cloth_second.base, 0.03,
                kind="light",
            )  # fmt: skip
    pieces.bow(torso, context.accent, 2.62, 0.42)


def _hoodie(torso: Torso) -> None:
    context, tones = torso.context, torso.context.cloth
    shape = pieces.body(torso, tones, 0.52, 0.34)
    if context.rng("pattern").random() < 0.35:
        patterns.lay(torso, shape, patterns.raglan(torso), context.cloth_second)
    for side in (-1.0, 1.0):
        hood: Flat = [(side * 0.36, 1.36), (side * 0.72, 1.42), (side * 0.96, 1.72),
                      (side * 0.7, 2.0),
                      (side * 0.05, 2.2), (side * 0.3, 1.85)]  # fmt: skip
        shape = torso.polygon(hood, tones, smooth=True)
        with torso.canvas.inside(shape):
            inner = torso.at(
                [(side * 0.3, 1.3), (side * 0.56, 1.5), (side * 0.5, 1.85), (0.0, 2.3), (0, 1.3)]
            )
            torso.canvas.fill(curves.path(inner), tones.shade, kind=SHADOW)
    for side in (-1.0, 1.0):
        cord = torso.curve([(side * 0.16, 2.1), (side * 0.2, 2.4), (side * 0.17, 2.75)], 9)
        torso.canvas.fill(curves.brush(cord, 0.055, 0.05, 0.05), torso.context.cloth_second.base)
        torso.canvas.fill(curves.brush(cord, 0.02, 0.1, 0.1), tones.line, kind=LINE, alpha=0.4)


def _turtleneck(torso: Torso) -> None:
    tones = torso.context.cloth
    pieces.body(torso, tones, 0.46, 0.1)
    x, _ = torso.context.pose.project(np.array([0.0, 1.0, -0.2]))
    x = float(x) * 0.6
    roll: Flat = [(x - 0.44, 1.24), (x - 0.47, 1.46), (-0.5, 1.72), (-0.2, 1.86), (0.2, 1.86),
                  (0.5, 1.72),
                  (x + 0.47, 1.46), (x + 0.44, 1.24), (x + 0.2, 1.36), (x - 0.2, 1.36)]  # fmt: skip
    shape = curves.ring(torso.at(roll, 0.0))
    torso.fill(shape, tones)
    lines: list[Flat] = [
        [(x * 0.95 + across * 0.9, 1.3), (x * 0.5 + across, 1.6), (across * 1.05, 1.9)]
        for across in np.linspace(-0.42, 0.42, 8)
    ]
    patterns.ribs(torso, shape, tones, lines)
    with torso.canvas.inside(shape):
        side = -torso.context.side
        dark = torso.at(
            [
                (side * 0.1, 1.1),
                (side * 0.2, 1.6),
                (side * 0.1, 2.0),
                (side * 0.9, 2.0),
                (side * 0.9, 1.1),
            ]
        )
        torso.canvas.fill(curves.path(dark), tones.shade, kind=SHADOW)


def _sweater(torso: Torso) -> None:
    context = torso.context
    pieces.body(torso, context.cloth_second, 0.44, 0.2)
    pieces.collar(torso, context.cloth_second, 0.5, 0.12)
    tones = context.cloth
    shape = torso.outline(0.5, 0.72)
    torso.fill(shape, tones)
    torso.shade(shape, tones)
    if context.rng("pattern").random() < 0.3:
        patterns.lay(torso, shape, patterns.stripes(torso, 2.75, 0.42), context.accent)
    torso.line([(-0.56, 1.72), (-0.34, 2.2), (0.0, 2.46), (0.34, 2.2), (0.56, 1.72)], tones, 1.2)
    torso.line([(-0.68, 1.72), (-0.42, 2.28), (0.0, 2.58), (0.42, 2.28), (0.68, 1.72)], tones, 0.7)
    pieces.collar(torso, context.cloth_second, 0.58, 0.18)


def _dress(torso: Torso) -> None:
    context = torso.context
    shape = pieces.body(torso, context.cloth, 0.62, 0.34)
    if context.rng("pattern").random() < 0.35:
        patterns.lay(torso, shape, patterns.dots(torso, 0.05), context.cloth_second)
    frill: Flat = []
    for index, x in enumerate(np.linspace(-0.92, 0.92, 15)):
        frill.append((float(x), 2.34 - 0.5 * float(x) ** 2 + (0.07 if index % 2 else 0.0)))
    top: Flat = [(0.62, 1.66), (0.4, 1.92), (0.0, 2.06), (-0.4, 1.92), (-0.62, 1.66)]
    shape = curves.path(np.concatenate([torso.at(frill), torso.curve(top)]), smooth=False)
    torso.fill(shape, context.cloth_second)
    for index in range(1, 14, 2):
        x, y = frill[index]
        torso.line(
            [(x * 0.98, y), (x * 0.9, y - 0.1), (x * 0.86, y - 0.2)], context.cloth_second, 0.8
        )
    pieces.bow(torso, context.accent, 2.16, 0.34)


def _kimono(torso: Torso) -> None:
    context = torso.context
    pieces.body(torso, context.cloth_second, 0.5, 0.5)
    tones = context.cloth
    dotted = context.rng("pattern").random() < 0.5
    for side in (-1.0, 1.0):
        inner: Flat = [
            (side * 0.5, 1.6),
            (side * 0.1, 2.35),
            (-side * 0.2, 2.95),
            (-side * 0.35, 4.3),
        ]
        shape = torso.half(side, 0.5, inner)
        torso.fill(shape, tones)
        torso.shade(shape, tones)
        if dotted:
            printed = context.tones(mix(context.p.cloth, context.p.accent, 0.45))
            patterns.lay(torso, shape, patterns.dots(torso, 0.085), printed)
        band: Flat = [(side * 0.46, 1.44), (side * 0.62, 1.66), (side * 0.24, 2.36),
                      (-side * 0.16, 3.05), (-side * 0.30, 2.95), (side * 0.08, 2.3)]  # fmt: skip
        torso.polygon(band, context.accent)


def _jacket(torso: Torso) -> None:
    """An open jacket with a standing collar over a t-shirt."""
    context = torso.context
    pieces.body(torso, context.cloth_second, 0.52, 0.34)
    tones = context.cloth
    for side in (-1.0, 1.0):
        inner: Flat = [(side * 0.54, 1.66), (side * 0.40, 2.3), (side * 0.34, 4.3)]
        shape = torso.half(side, 0.52, inner)
        torso.fill(shape, tones)
        torso.shade(shape, tones)
    for side in (-1.0, 1.0):
        collar: Flat = [(side * 0.40, 1.32), (side * 0.62, 1.46), (side * 0.74, 1.74),
                        (side * 0.5, 2.16),
                        (side * 0.44, 1.75)]  # fmt: skip
        torso.polygon(collar, tones)
        torso.line(
            [(side * 0.46, 2.2), (side * 0.42, 3.0), (side * 0.40, 4.1)], context.accent, 1.6
        )


GARMENTS: dict[str, Callable[[Torso], None]] = {
    "t_shirt": _t_shirt, "shirt": _shirt, "suit": _suit, "blazer": _blazer, "sailor": _sailor,
    "hoodie": _hoodie, "turtleneck": _turtleneck, "sweater": _sweater, "dress": _dress,
    "kimono": _kimono, "jacket": _jacket,
}  # fmt: skip


def draw(canvas: Canvas, context: PortraitContext) -> None:
    """Draw the context's garment over neck and shoulders."""
    GARMENTS[context.p.clothes](Torso(canvas, context))
