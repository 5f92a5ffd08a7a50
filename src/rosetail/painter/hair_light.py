"""Light on hair: the rounded shadow of the whole head, strands, and the highlight ("angel
ring")."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.colour import light as lighter
from rosetail.painter.colour import mix, to_rgb
from rosetail.painter.hair_growth import parting
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import SKULL_CENTRE, on_skull
from rosetail.painter.worn import shows_tips

Points = NDArray[np.float64]

# Elevation of the ring of light in front, and how much lower it runs at the sides (degrees).
RING, DROP = 47.0, 19.0
GLOOM = to_rgb((0.25, 0.06, 295.0))


def _flow(context: PortraitContext, azimuth: float, low: float, high: float, lift: float) -> Points:
    """A line (9, 2) that follows the hair from `high` to `low` elevation at an azimuth."""
    part = parting(context) * 0.5
    t = np.linspace(0, 1, 9)
    turn = part + (azimuth - part) * (0.3 + 0.7 * t)
    rise = high + (low - high) * t
    return context.pose.project(on_skull(turn, rise, np.full(9, lift + 0.01)))


def cap_strands(canvas: Canvas, context: PortraitContext, cap: skia.Path, lift: float) -> None:
    """Shaded wedges and thin lines that run with the hair over the skull."""
    rng = context.rng("strands")
    tones, hand = context.hair, context.hand
    wedges, lines = [], []
    for azimuth in np.linspace(-82, 82, int(9 * hand.strands) + 5):
        turn = float(azimuth + rng.uniform(-6, 6))
        if abs(turn + context.p.yaw) > 84:
            continue
        high, low = rng.uniform(50, 74), rng.uniform(4, 30)
        line = _flow(context, turn, low, high, lift)
        if rng.random() < 0.55:
            wedges.append(curves.brush(line, rng.uniform(0.04, 0.10), 0.85, 0.3))
        else:
            lines.append(curves.brush(line, canvas.pen(hand.inner), 0.7, 0.4))
    with canvas.inside(cap):
        if wedges:
            canvas.fill(curves.join(wedges), tones.shade, kind=SHADOW, blur=hand.soft * 0.3)
        if lines:
            canvas.fill(curves.join(lines), tones.line, kind=LINE, alpha=0.7)


def shaven(canvas: Canvas, context: PortraitContext, cap: skia.Path) -> None:
    """A bald head: a trace of stubble where hair would grow, and a sheen."""
    tone = to_rgb(mix(context.skin.lch, context.hair.lch, 0.22))
    spot = context.pose.project(on_skull(np.array([34.0 * context.side]), np.array([58.0]), 0.0))[0]
    with canvas.inside(cap):
        canvas.fill(cap, tone, kind=SHADOW, alpha=0.4 * (1 - context.p.age), blur=0.06)
        x, y = spot.tolist()
        sheen = skia.Path.Oval(skia.Rect(x - 0.26, y - 0.12, x + 0.26, y + 0.12))
        canvas.fill(sheen, context.skin.light, kind=LIGHT, alpha=0.7, blur=0.05)


def shaven_sides(canvas: Canvas, context: PortraitContext, cap: skia.Path, lift: float) -> None:
    """The sides of an undercut: hair so short that skin shines through, below an edge."""
    tone = to_rgb(mix(context.skin.lch, context.hair.lch, 0.2))
    for side in (-1.0, 1.0):
        last = float(np.clip(90 - side * context.p.yaw, 60, 116))  # where the head turns from sight
        turn, rise = np.linspace(46, last, 9), np.linspace(14, 50, 9)
        edge = context.pose.project(on_skull(side * turn, rise, np.full(9, lift)))
        below = np.array([edge[-1] + (side, 0), edge[-1] + (side, 3), edge[0] + (0, 3)])
        zone = curves.path(np.concatenate([edge, below]), smooth=False)
        border = curves.brush(edge, canvas.pen(context.hand.line), 0.15, 0.0)
        with canvas.inside(cap):
            canvas.fill(zone, tone)
            canvas.fill(border, context.hair.line, kind=LINE)


def flyaways(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    """A few single hairs that leave the outline of the head."""
    rng = context.rng("flyaways")
    hairs = []
    for _ in range(int(rng.integers(0, 4))):
        azimuth = float(rng.choice([-1.0, 1.0]) * rng.uniform(55, 100)) - context.p.yaw
        elevation = float(rng.uniform(5, 70))
        drop = rng.uniform(14, 34)
        points = on_skull(
            azimuth + np.array([-12.0, 0.0, 6.0, 8.0]),
            elevation + np.array([18.0, 0.0, -drop * 0.5, -drop]),
            lift + np.array([0.0, 0.03, 0.08, 0.09 + rng.uniform(0, 0.08)]),
        )
        line = curves.spline(context.pose.project(points), 12)
        hairs.append(curves.brush(line, canvas.pen(context.hand.inner) * 1.5, 0.3, 0.8))
    canvas.fill(curves.join(hairs), context.hair.line, kind=LINE)


def form_shadow(canvas: Canvas, context: PortraitContext, shape: skia.Path, axes: Points) -> None:
    """A crescent on the side of the head away from the light."""
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    outer = context.pose.silhouette(SKULL_CENTRE, axes + 0.6, angles)
    inner = context.pose.silhouette(SKULL_CENTRE, axes * [0.98, 1.06, 0.98], angles)
    inner = inner + np.array([context.side * 0.26, 0.02])
    crescent = skia.Path()
    crescent.addPath(curves.ring(outer))
    crescent.addPath(curves.ring(inner))
    crescent.setFillType(skia.PathFillType.kEvenOdd)
    with canvas.inside(shape):
        canvas.fill(
            crescent, context.hair.shade, kind=SHADOW, alpha=0.75, blur=context.hand.soft * 1.2
        )
        if context.hand.second:
            canvas.skia.save()
            canvas.skia.translate(-context.side * 0.1, 0)
            canvas.fill(
                crescent, context.hair.deep, kind=SHADOW, alpha=0.35, blur=context.hand.soft * 1.2
            )
            canvas.skia.restore()


def inner_shade(canvas: Canvas, context: PortraitContext, shape: skia.Path) -> None:
    """Hair behind the neck lies in the head's shadow."""
    x, y = context.pose.project(np.array([0.0, 0.95, -0.2]))
    oval = skia.Path.Oval(skia.Rect(x - 0.92, y - 1.3, x + 0.92, y + 0.95))
    # Over tips of another colour the hair's own shadow would be a patch of hair.
    tone, alpha = (GLOOM, 0.4) if shows_tips(context.p) else (context.hair.deep, 0.8)
    with canvas.inside(shape):
        canvas.fill(oval, tone, kind=SHADOW, alpha=alpha, blur=max(context.hand.soft * 0.8, 0.0))


def highlight(canvas: Canvas, context: PortraitContext, shape: skia.Path, lift: float) -> None:
    """The ring of light around the upper head, as this hand draws it."""
    style = context.hand.ring
    # Light on dark hair is dim and takes the colour of the sky.
    lch = context.hair.lch
    dark = float(np.clip((0.5 - lch[0]) / 0.25, 0, 1))
    tone = mix(lighter(lch, 1 - 0.5 * dark), (0.6, 0.07, 265), 0.45 * dark)
    if style == "zigzag":
        marks, alpha, blur = _zigzag(context, lift), 0.75, 0.0
    else:
        marks = _dashes(context, lift) if style == "dashes" else _ring(context, lift)
        alpha = {"dashes": 0.9, "band": 0.5, "soft": 0.6}[style]
        blur = {"dashes": 0.0, "band": context.hand.soft * 0.3, "soft": 0.06}[style]
    with canvas.inside(shape):
        canvas.fill(marks, to_rgb(tone), kind=LIGHT, alpha=alpha, blur=blur)


def _dashes(context: PortraitContext, lift: float) -> skia.Path:
    """Short strokes along the hair."""
    rng = context.rng("ring")
    marks = []
    for azimuth in np.linspace(-64, 64, 15):
        if rng.random() < 0.25:
            continue
        turn = float(azimuth + rng.uniform(-3, 3))
        if abs(turn + context.p.yaw) > 74:
            continue
        tall = rng.uniform(4.0, 11.0) * (1.1 - abs(azimuth) / 110)
        high = RING - DROP * (azimuth / 64) ** 2 + rng.uniform(-2, 2)
        rise = np.linspace(high + tall, high - tall, 5)
        line = context.pose.project(on_skull(np.full(5, turn), rise, np.full(5, lift)))
        marks.append(curves.brush(line, rng.uniform(0.03, 0.055), 0.5, 0.6))
    return curves.join(marks)


def _ring(context: PortraitContext, lift: float) -> skia.Path:
    """Broad strokes side by side, one for each lock, that make a band with gaps."""
    rng = context.rng("ring")
    marks = []
    for azimuth in np.linspace(-62, 62, 23):
        turn = float(azimuth + rng.uniform(-1.5, 1.5))
        if rng.random() < 0.18 or abs(turn + context.p.yaw) > 74:
            continue
        tall = rng.uniform(5.0, 12.0) * (1.1 - abs(azimuth) / 90)
        high = RING - DROP * (azimuth / 64) ** 2 + rng.uniform(-1, 1)
        rise = np.linspace(high + tall * 0.8, high - tall, 7)
        line = context.pose.project(on_skull(np.full(7, turn), rise, np.full(7, lift)))
        marks.append(curves.brush(line, rng.uniform(0.075, 0.115), 0.6, 0.8))
    return curves.join(marks)


def _zigzag(context: PortraitContext, lift: float) -> skia.Path:
    """A band with ragged borders."""
    rng = context.rng("ring")
    turn = np.linspace(-66, 66, 34)
    turn = turn[np.abs(turn + context.p.yaw) < 80]
    envelope = np.sqrt(np.clip(1 - (turn / 72) ** 2, 0, 1))
    teeth = np.where(np.arange(len(turn)) % 2, 1.0, 0.25) * rng.uniform(0.5, 1.0, len(turn))
    middle = RING - DROP * (turn / 66) ** 2
    way = parting(context) * 0.1 + turn * 0.8
    stand = np.full(len(turn), lift + 0.03)
    high = middle + (2.5 + teeth[::-1] * 3.0) * envelope
    low = middle - (1.5 + 7.5 * teeth) * envelope
    upper = context.pose.project(on_skull(way, high, stand))
    lower = context.pose.project(on_skull(way, low, stand))
    return curves.path(np.concatenate([upper, lower[::-1]]), smooth=False)
