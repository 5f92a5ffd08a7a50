"""Backgrounds: flat colour, patterns and simple scenery."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import Canvas
from rosetail.painter.colour import Lch, Rgb, light, mix, shade, to_rgb
from rosetail.painter.portrait_context import PortraitContext

Bounds = tuple[float, float, float, float]


def _rect(left: float, top: float, right: float, bottom: float) -> skia.Path:
    return skia.Path.Rect(skia.Rect(left, top, right, bottom))


def _wash(canvas: Canvas, colours: list[Lch], stops: list[float], slope: float = 0.0) -> None:
    """A gradient over the whole sheet from top to bottom, leaning by `slope`."""
    left, top, right, bottom = canvas.bounds()
    tilt = (right - left) * slope
    points = [skia.Point(-tilt, top), skia.Point(tilt, bottom)]
    packed = [skia.Color4f(*to_rgb(colour), 1.0).toColor() for colour in colours]
    shader = skia.GradientShader.MakeLinear(points, packed, stops)
    canvas.fill(_rect(left, top, right, bottom), to_rgb(colours[0]), shader=shader)


def _plain(canvas: Canvas, colour: Lch) -> None:
    canvas.fill(_rect(*canvas.bounds()), to_rgb(colour))


def _second(tone: Lch) -> Lch:
    """A pattern's other colour: darker on pale grounds, lighter on dark ones."""
    return shade(tone, 0.85) if tone[0] > 0.78 else light(tone, 0.55)


def _flat(canvas: Canvas, context: PortraitContext) -> None:
    _plain(canvas, context.p.scene_colour)


def _gradient(canvas: Canvas, context: PortraitContext) -> None:
    tone = context.p.scene_colour
    rise = 0.14 if tone[0] < 0.8 else -0.14
    other = (tone[0] + rise, tone[1] * 0.8 + 0.02, (tone[2] + 45) % 360)
    _wash(canvas, [tone, other], [0.0, 1.0], 0.2 * context.side)


def _split(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, bottom = canvas.bounds()
    tone = context.p.scene_colour
    _plain(canvas, tone)
    rng = context.rng("scene")
    high, low = rng.uniform(0.25, 0.75, 2)
    x, y = left + (right - left) * high, left + (right - left) * low
    part = curves.path([(x, top), (right, top), (right, bottom), (y, bottom)], smooth=False)
    step = -0.2 if tone[0] > 0.78 else 0.2
    other = (tone[0] + step, min(tone[1] + 0.04, 0.13), (tone[2] + 20 * context.side) % 360)
    canvas.fill(part, to_rgb(other))


def _stripes(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, bottom = canvas.bounds()
    tone = context.p.scene_colour
    _plain(canvas, tone)
    bands = []
    wide = (right - left) / 9
    for index in range(-10, 12, 2):
        x = left + index * wide
        slant = (bottom - top) * 0.55
        bands.append(
            curves.path(
                [(x, top), (x + wide, top), (x + wide + slant, bottom), (x + slant, bottom)],
                smooth=False,
            )
        )
    canvas.fill(curves.join(bands), to_rgb(_second(tone)))


def _dots(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, _ = canvas.bounds()
    tone = context.p.scene_colour
    _plain(canvas, tone)
    step = (right - left) / 11
    marks = skia.Path()
    for row in range(13):
        for column in range(13):
            x = left + (column + 0.5 * (row % 2)) * step
            marks.addCircle(x, top + row * step * 0.9, step * (0.10 + 0.018 * row))
    canvas.fill(marks, to_rgb(_second(tone)))


def _bokeh(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, bottom = canvas.bounds()
    tone = context.p.scene_colour
    dark = shade(tone, 2.2)
    _wash(canvas, [dark, tone], [0.0, 1.0], 0.3)
    rng = context.rng("scene")
    for _ in range(20):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        r = rng.uniform(0.05, 0.26) * (right - left) / 4
        spot = light(
            (tone[0], tone[1], (tone[2] + rng.uniform(-40, 40)) % 360), rng.uniform(0.3, 1.0)
        )
        canvas.fill(
            skia.Path.Circle(x, y, r),
            to_rgb(spot),
            alpha=float(rng.uniform(0.15, 0.5)),
            kind="light",
        )


def _cloud(x: float, y: float, size: float, rng: np.random.Generator) -> skia.Path:
    shape = skia.Path()
    for step in np.linspace(-1, 1, 7):
        r = size * (0.42 - 0.22 * abs(step)) * rng.uniform(0.8, 1.25)
        shape.addCircle(float(x + step * size), float(y - r * 0.5), float(r))
    shape.addRect(skia.Rect(x - size, y - size * 0.16, x + size, y + size * 0.02))
    return shape


def _clouds(canvas: Canvas, context: PortraitContext, bright: Rgb, dim: Rgb, count: int) -> None:
    left, top, right, bottom = canvas.bounds()
    rng = context.rng("clouds")
    wide = right - left
    for _ in range(count):
        x, y = rng.uniform(left, right), rng.uniform(top, top + (bottom - top) * 0.6)
        shape = _cloud(x, y, wide * rng.uniform(0.1, 0.24), rng)
        canvas.fill(shape, dim)
        with canvas.inside(shape):
            lifted = skia.Path(shape)
            lifted.offset(wide * 0.012 * context.side, -wide * 0.02)
            canvas.fill(lifted, bright)


def _sky(canvas: Canvas, context: PortraitContext) -> None:
    _wash(canvas, [(0.62, 0.13, 250), (0.78, 0.09, 235), (0.93, 0.03, 215)], [0.0, 0.55, 1.0])
    _clouds(canvas, context, (1, 1, 1), to_rgb((0.88, 0.035, 255)), 5)


def _sunset(canvas: Canvas, context: PortraitContext) -> None:
    _wash(
        canvas, [(0.45, 0.11, 295), (0.68, 0.14, 10), (0.82, 0.13, 55), (0.93, 0.09, 90)],
        [0.0, 0.45, 0.75, 1.0],
    )  # fmt: skip
    _clouds(canvas, context, to_rgb((0.86, 0.1, 45)), to_rgb((0.66, 0.12, 10)), 4)


def _ridge(
    canvas: Canvas, context: PortraitContext, height: float, rough: float, colour: Lch, name: str
) -> None:
    left, top, right, bottom = canvas.bounds()
    rng = context.rng(name)
    xs = np.linspace(left, right, 9)
    ys = top + (bottom - top) * (height + rough * rng.uniform(-1, 1, 9))
    line = curves.spline(np.stack([xs, ys], axis=-1), 40)
    shape = np.concatenate([line, [[right, bottom], [left, bottom]]])
    canvas.fill(curves.path(shape, smooth=False), to_rgb(colour))


def _hills(canvas: Canvas, context: PortraitContext) -> None:
    _wash(canvas, [(0.72, 0.1, 240), (0.92, 0.04, 210)], [0.0, 0.8])
    _clouds(canvas, context, (1, 1, 1), to_rgb((0.9, 0.03, 250)), 3)
    _ridge(canvas, context, 0.52, 0.07, (0.72, 0.07, 200), "far")
    _ridge(canvas, context, 0.64, 0.06, (0.70, 0.11, 150), "middle")
    _ridge(canvas, context, 0.78, 0.04, (0.62, 0.13, 138), "near")


def _city(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, bottom = canvas.bounds()
    tone = context.p.scene_colour
    _wash(canvas, [mix(tone, (0.8, 0.08, 240), 0.6), (0.94, 0.04, 70)], [0.0, 0.85])
    rng = context.rng("scene")
    for depth in range(2):
        colour = mix(shade(tone, 0.6 + depth * 1.3), (0.7, 0.05, 260), 0.4)
        x = left
        blocks, windows = skia.Path(), skia.Path()
        while x < right:
            wide = rng.uniform(0.06, 0.14) * (right - left)
            high = bottom - (bottom - top) * rng.uniform(0.42 - 0.12 * depth, 0.68 - 0.18 * depth)
            blocks.addRect(skia.Rect(x, high, x + wide, bottom))
            if depth:
                for row in range(6):
                    for column in range(3):
                        if rng.random() < 0.6:
                            wx, wy = x + wide * (0.15 + 0.28 * column), high + 0.14 + row * 0.24
                            windows.addRect(skia.Rect(wx, wy, wx + wide * 0.16, wy + 0.12))
            x += wide
        canvas.fill(blocks, to_rgb(colour))
        canvas.fill(windows, to_rgb(light(colour, 0.7)))


def _room(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, bottom = canvas.bounds()
    wide, tall = right - left, bottom - top
    tone = context.p.scene_colour
    wall = (max(tone[0], 0.75), tone[1] * 0.6, tone[2])
    _plain(canvas, wall)
    rng = context.rng("scene")
    x0 = left + wide * rng.uniform(-0.1, 0.5)
    y0, y1 = top + tall * 0.06, top + tall * 0.68
    x1 = x0 + wide * 0.52
    canvas.fill(_rect(x0 - 0.1, y0 - 0.1, x1 + 0.1, y1 + 0.14), to_rgb(light(wall, 0.7)))
    points = [skia.Point(0, y0), skia.Point(0, y1)]
    glass = [
        skia.Color4f(*to_rgb(colour), 1.0).toColor()
        for colour in ((0.74, 0.1, 240), (0.95, 0.03, 200))
    ]
    canvas.fill(
        _rect(x0, y0, x1, y1),
        to_rgb((0.85, 0.07, 230)),
        shader=skia.GradientShader.MakeLinear(points, glass),
    )
    middle = (x0 + x1) / 2
    frame = _rect(middle - 0.05, y0, middle + 0.05, y1)
    frame.addRect(skia.Rect(x0, (y0 + y1) / 2 - 0.04, x1, (y0 + y1) / 2 + 0.04))
    canvas.fill(frame, to_rgb(light(wall, 0.7)))
    canvas.fill(_rect(left, top + tall * 0.86, right, bottom), to_rgb(shade(wall, 1.2)))


def _petals(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, bottom = canvas.bounds()
    tone = context.p.scene_colour
    _wash(canvas, [light(tone, 0.4), tone], [0.0, 1.0], -0.3)
    rng = context.rng("scene")
    for _ in range(24):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        size = rng.uniform(0.06, 0.16) * (right - left) / 4
        leaf = (
            np.array([(0, -1), (0.62, -0.3), (0.5, 0.6), (0, 1.0), (-0.5, 0.6), (-0.62, -0.3)])
            * size
        )
        shape = curves.ring(curves.turned(leaf, rng.uniform(0, 360)) + np.array([x, y]))
        canvas.fill(
            shape, to_rgb((0.9, 0.07, 355)), alpha=float(rng.uniform(0.5, 0.95)), kind="light"
        )


def _night(canvas: Canvas, context: PortraitContext) -> None:
    left, top, right, bottom = canvas.bounds()
    _wash(canvas, [(0.2, 0.07, 275), (0.36, 0.11, 280), (0.55, 0.12, 320)], [0.0, 0.6, 1.0])
    rng = context.rng("scene")
    stars = skia.Path()
    for _ in range(60):
        r = rng.uniform(0.006, 0.022)
        stars.addCircle(float(rng.uniform(left, right)), float(rng.uniform(top, bottom)), float(r))
    canvas.fill(stars, to_rgb((0.97, 0.03, 95)), kind="light")
    moon = skia.Path.Circle(
        float(rng.uniform(left, right)), float(top + (bottom - top) * 0.15), 0.32
    )
    canvas.fill(moon, to_rgb((0.95, 0.05, 95)))


SCENES: dict[str, Callable[[Canvas, PortraitContext], None]] = {
    "flat": _flat, "gradient": _gradient, "split": _split, "stripes": _stripes, "dots": _dots,
    "bokeh": _bokeh, "sky": _sky, "sunset": _sunset, "hills": _hills, "city": _city, "room": _room,
    "petals": _petals, "night": _night,
}  # fmt: skip


def draw(canvas: Canvas, context: PortraitContext) -> None:
    """Draw the context's background over the whole sheet."""
    SCENES[context.p.scene](canvas, context)
