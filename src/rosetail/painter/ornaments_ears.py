"""Cat ears and headphones."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, locks
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.colour import mix
from rosetail.painter.curves import smoothstep
from rosetail.painter.hair import Hair
from rosetail.painter.head import Head
from rosetail.painter.materials import cloth, shade
from rosetail.painter.ornaments_fit import cast_on, lift_of
from rosetail.painter.pose import on_skull

Points = NDArray[np.float64]


def draw_cat_ears(canvas: Canvas, head: Head, hair: Hair) -> None:
    """Ears of fur in the hair's colour, rosy inside, with tufts."""
    order = (-1.0, 1.0) if head.pose.yaw >= 0 else (1.0, -1.0)
    for side in order:
        _cat_ear(canvas, head, hair, side)


def _cat_ear(canvas: Canvas, head: Head, hair: Hair, side: float) -> None:
    context, pose = head.context, head.pose
    tones = locks.tones_of(context, 0.0, 0.6, None)
    lift = lift_of(hair) - 0.03
    inner, outer = on_skull(side * 26, 0.030, lift), on_skull(side * 66, 0.190, lift)
    tip = np.array([side * 0.345, -0.170, -0.02])
    ends = pose.project(np.array([inner, outer, tip]))
    one, two, top = ends
    base = two - one
    bow = np.array([base[1], -base[0]]) * side
    left = curves.spline([one, 0.55 * one + 0.45 * top + 0.10 * (one - two) + 0.06 * bow, top], 12)
    right = curves.spline([top, 0.50 * two + 0.50 * top + 0.13 * (two - one) + 0.04 * bow, two], 12)
    root = 0.5 * (one + two) - 0.10 * bow
    shape = curves.path(np.concatenate([left, right[:1], right, root[None]]))
    width = context.ink(locks.OUTLINE)
    fill = Gradient(top, root, [tones.shade, tones.base, tones.base], [0, 0.35, 1])
    canvas.solid(shape, fill, tones.line, width)
    with canvas.inside(shape):
        middle = 0.5 * (one + two)
        inside_left = middle + 0.66 * (left - middle) + 0.05 * (top - middle)
        inside_right = middle + 0.66 * (right - middle) + 0.05 * (top - middle)
        hollow = curves.path(np.concatenate([inside_left, inside_right[:1], inside_right]))
        pink = (0.80 - 0.16 * context.skin.depth, 0.080 * min(1.0, context.style.chroma), 14.0)
        canvas.fill(hollow, pink, kind=LIGHT)
        deep = inside_right if context.away * side > 0 else inside_left[::-1]
        dark = np.concatenate([deep, (middle + 0.48 * (deep - middle))[::-1]])
        canvas.fill(curves.path(dark), shade(pink, 1.0), kind=SHADOW, alpha=0.8)
        _draw_tufts(canvas, head, one, two, top, tones)
        _fade_root(canvas, one, two, bow, tones)


def _draw_tufts(
    canvas: Canvas, head: Head, one: Points, two: Points, top: Points, tones: locks.Tones
) -> None:
    """Fur that grows over the hollow from its inner edge."""
    fur = mix(tones.base, head.context.hair.light, 0.6)
    for share, far, lean in ((0.10, 0.62, 0.20), (0.28, 0.48, 0.16), (0.50, 0.36, 0.10)):
        start = one + share * (two - one)
        end = start + far * (top - start) + lean * (two - one)
        bend = 0.5 * (start + end) - 0.08 * (two - one)
        line = curves.spline([start, bend, end], 10)
        tuft = curves.brush(line, 0.030, 0.30, start=0.8, fall=1.1)
        canvas.fill(tuft, fur)
        edge = curves.brush(line + 0.012 * np.array([head.context.away, 0.3]), 0.0040)
        canvas.fill(edge, tones.line, kind=LINE, alpha=0.55)


def _fade_root(canvas: Canvas, one: Points, two: Points, bow: Points, tones: locks.Tones) -> None:
    """The fur at the root is the hair's."""
    middle = 0.5 * (one + two)
    fade = Gradient(middle - 0.12 * bow, middle + 0.20 * bow, [tones.base] * 2, [0, 1], [1, 0])
    area = np.array([one - 0.2 * bow, one + 0.25 * bow, two + 0.25 * bow, two - 0.2 * bow])
    canvas.fill(curves.path(area, smooth=False), fade, kind=LIGHT)


def draw_headphones(canvas: Canvas, head: Head, hair: Hair) -> None:
    """A padded bow over the head and a cup on either ear."""
    context = head.context
    angle = np.radians(np.linspace(-88, 88, 45))
    lift = lift_of(hair) + 0.028
    arc = np.stack([
        (0.362 + lift) * np.sin(angle), 0.60 - (0.60 + lift) * np.cos(angle) ** 0.92,
        0 * angle - 0.03,
    ], axis=1)  # fmt: skip
    line = head.pose.project(arc)
    solid = _behind(head, hair)
    far = 1.0 if head.pose.yaw > 0 else -1.0
    middle = len(line) // 2
    halves = {-1.0: line[: middle + 2], 1.0: line[middle - 1 :]}
    _draw_cup(canvas, head, far, lift, solid)
    with canvas.inside(outside=solid):
        _draw_band(canvas, head, halves[far], far)
    band = _band(halves[-far], -far)
    cast_on(canvas, hair, band, 0.006, 0.020)
    _draw_band(canvas, head, halves[-far], -far)
    _draw_cup(canvas, head, -far, lift, solid)
    joint = line[middle - 6 : middle + 7]
    pad = curves.brush(np.add(joint, (0, 0.004)), 0.050, 0.5, start=0.9, end=0.9)
    with canvas.inside(pad):
        canvas.fill(pad, context.worn.base)
        gleam = curves.brush(joint[2:-2] - (0, 0.008), 0.010)
        canvas.fill(gleam, context.worn.shine, kind=LIGHT, alpha=0.9)


def _behind(head: Head, hair: Hair) -> skia.Path:
    """What hides the far side of things that go round the head."""
    if hair.cloud is not None:
        return hair.cloud.front_path
    return curves.ring(hair.dome) if hair.exists else head.face


def _band(half: Points, side: float) -> skia.Path:
    """Half of the bow, from the crown to an ear."""
    start, end = (1.0, 0.66) if side > 0 else (0.66, 1.0)
    return curves.brush(half, 0.050, 0.5, start=start, end=end, rise=0.8, fall=0.8)


def _draw_band(canvas: Canvas, head: Head, half: Points, side: float) -> None:
    context, tones = head.context, head.context.worn
    band = _band(half, side)
    canvas.solid(band, tones.base, tones.line, context.ink(0.0066))
    with canvas.inside(band):
        inner = curves.brush(np.add(half, (-0.012 * side, 0.012)), 0.022)
        canvas.fill(inner, tones.shade, kind=SHADOW)


def _draw_cup(canvas: Canvas, head: Head, side: float, lift: float, solid: skia.Path) -> None:
    """A cup on an ear; on the far one, as much as stands out behind the head."""
    front = float(smoothstep(-head.pose.yaw * side, -13, -2))
    if front < 0.995:
        both = skia.Path(solid)
        both.addPath(head.face)
        with canvas.inside(outside=both):
            _draw_whole_cup(canvas, head, side, lift)
    if front > 0.02:
        with canvas.faded(front):
            _draw_whole_cup(canvas, head, side, lift)


def _draw_whole_cup(canvas: Canvas, head: Head, side: float, lift: float) -> None:
    context, tones = head.context, head.context.worn
    second = context.toned(cloth((0.93, 0.012, tones.base[2])))
    turn = float(np.clip(-side * np.sin(np.radians(head.pose.yaw)), -0.5, 1))
    wide = 0.40 + 0.52 * max(0.0, turn + 0.12)
    pad = head.pose.project((side * (0.340 + 0.4 * lift), 0.625, -0.02))
    out = head.pose.project((side * (0.385 + 0.6 * lift), 0.620, -0.03))
    width = context.ink(0.0064)

    def oval(centre: Points, size: float) -> skia.Path:
        ring = curves.ellipse((0, 0), size * wide, size, 24) @ context.pose.lean.T
        return curves.ring(ring + centre)

    dark = context.toned(cloth((0.36, 0.020, tones.base[2])))
    canvas.solid(oval(pad, 0.125), dark.base, dark.line, width)
    body = oval(out, 0.118)
    start, end = (
        out + 0.11 * np.array([context.side, -1.0]),
        out - 0.11 * np.array([context.side, -1.0]),
    )
    canvas.solid(
        body, Gradient(start, end, [tones.light, tones.base, tones.shade]), tones.line, width
    )
    plate = np.add(out, (0.010 * side * wide, 0.0))
    canvas.solid(oval(plate, 0.076), second.base, tones.line, 0.75 * width)
    with canvas.inside(oval(plate, 0.076)):
        low = curves.minus(
            oval(plate, 0.08), oval(np.add(plate, (0.020 * context.side, -0.024)), 0.078)
        )
        canvas.fill(low, second.shade, kind=SHADOW)
    canvas.fill(oval(plate, 0.030), tones.base, kind=LIGHT)
