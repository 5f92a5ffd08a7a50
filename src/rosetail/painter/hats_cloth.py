"""Soft hats: beret, cap and beanie."""

from __future__ import annotations

import math

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, materials
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.colour import Lch
from rosetail.painter.curves import smoothstep
from rosetail.painter.hair_cloud import scalloped
from rosetail.painter.hats_fit import HatFit, lune, strokes
from rosetail.painter.hats_under import brim_at, shell

Points = NDArray[np.float64]

# A beret that falls to the right of the picture, in the plane of the picture.
BERET = np.array([
    (-0.385, 0.235), (-0.395, 0.130), (-0.285, 0.005), (-0.090, -0.085), (0.150, -0.115),
    (0.365, -0.060), (0.475, 0.070), (0.470, 0.185), (0.375, 0.245), (0.200, 0.205),
    (0.0, 0.180), (-0.200, 0.205), (-0.320, 0.250),
])  # fmt: skip
STAR = np.array([
    (radius * math.sin(n * math.pi / 5), -radius * math.cos(n * math.pi / 5))
    for n, radius in enumerate((0.058, 0.026) * 5)
])  # fmt: skip
PALE: Lch = (0.955, 0.012, 90.0)


def draw_beret(canvas: Canvas, fit: HatFit) -> None:
    """A felt disc that falls to one side, over a narrow band."""
    tones, context = fit.tones, fit.context
    seen = fit.seen()
    low, high = fit.ring(seen, 0.006, 0.0), fit.ring(seen, 0.004, 0.0, 0.075)
    band = curves.path(np.concatenate([low, high[::-1]]))
    shift = (-0.035 * math.sin(math.radians(context.pose.yaw)),
             0.030 - fit.lift + 0.20 * math.sin(math.radians(-context.pose.pitch)))  # fmt: skip
    flat = BERET * (fit.side * (1.0 + fit.lift), 1.0)
    points = context.pose.leant(flat + shift)
    outline = curves.loop(points, 5)
    felt = curves.ring(outline)
    fit.cast(canvas, band, 0.006, 0.034)
    fit.cast(canvas, felt, 0.012, 0.046)
    canvas.solid(band, tones.deep, tones.line, fit.width)
    fit.body(canvas, felt, tones, outline)
    with canvas.inside(felt):
        for x, reach in ((-0.20, 0.13), (0.03, 0.16), (0.24, 0.13)):
            fold = np.array(
                [
                    (x, 0.20),
                    (x * 1.15 + 0.015, 0.19 - 0.5 * reach),
                    (x * 1.25 + 0.045, 0.19 - reach),
                ]
            )
            line = curves.spline(context.pose.leant(fold * (fit.side, 1) + shift), 12)
            wedge = curves.brush(np.add(line, (0.010 * context.away, 0.0)), 0.030, 0.15, start=0.5)
            canvas.fill(wedge, tones.shade, kind=SHADOW, alpha=0.85)
            crease = curves.brush(line, context.ink(0.0060), 0.15, start=0.5)
            canvas.fill(crease, tones.line, kind=LINE, alpha=0.75)
        gleam = np.array([(0.30, 0.0), (0.16, -0.055), (0.0, -0.055)]) * (fit.side, 1)
        if context.side * fit.side < 0:
            gleam = np.array([(-0.30, 0.085), (-0.22, 0.025), (-0.10, -0.02)]) * (fit.side, 1)
        line = curves.spline(context.pose.leant(gleam + shift), 12)
        canvas.fill(curves.brush(line, 0.020), tones.light, kind=LIGHT, alpha=0.75)
    stalk = context.pose.leant(
        np.array([(0.10, -0.108), (0.105, -0.140), (0.130, -0.158)]) * (fit.side, 1) + shift
    )
    canvas.fill(
        curves.brush(curves.spline(stalk, 12), 0.022, 0.4, start=0.8, end=0.7),
        tones.line,
        kind=LINE,
    )


def draw_cap(canvas: Canvas, fit: HatFit) -> None:
    """A cap of six panels, with a visor."""
    tones, context, top = fit.tones, fit.context, -0.050
    shape, outline = fit.crown(0.014, top, 2.25)
    u = np.linspace(-1, 1, 33)
    azimuth = 74 * u
    inner = shell(azimuth, brim_at("cap", azimuth), fit.lift + 0.014, top, 2.25)
    out = (1 - np.abs(u) ** 2.1) ** 0.72
    # A visor seen from below is drawn as if it were tipped down a little.
    drop = 0.122 + 0.22 * max(0.0, math.sin(math.radians(context.pose.pitch)))
    outer = inner + np.stack([0.06 * out * u, drop * out + 0.020 * out * u * u, 0.22 * out], axis=1)
    inner_flat, outer_flat = fit.project(inner), fit.project(outer)
    visor = curves.path(np.concatenate([inner_flat, outer_flat[::-1]]))
    fit.cast(canvas, shape, 0.008, 0.026)
    fit.cast(canvas, visor, 0.008, 0.052)
    fit.body(canvas, shape, tones, outline)
    with canvas.inside(shape):
        _draw_panels(canvas, fit, top)
        _draw_star(canvas, fit, top)
    peak = fit.project((0.0, top - 0.004, -0.03))
    button = curves.ring(curves.ellipse(peak, 0.032, 0.016, 16))
    canvas.solid(button, tones.base, tones.line, 0.8 * fit.width)
    _draw_visor(canvas, fit, visor, inner_flat, outer_flat)


def _draw_panels(canvas: Canvas, fit: HatFit, top: float) -> None:
    """Seams from the button to the edge."""
    for azimuth in (-120.0, -62.0, 0.0, 62.0, 120.0):
        faces = float(smoothstep(fit.pose.faces(azimuth), 0.0, 0.35))
        if faces < 0.02:
            continue
        edge = float(brim_at("cap", azimuth))
        heights = top + (edge - top) * np.linspace(0, 1, 9) ** 1.6
        line = fit.project(shell(azimuth, heights, fit.lift + 0.014, top, 2.25))
        stroke = curves.brush(
            curves.spline(line, 14), fit.context.ink(0.0052), 0.5, start=0.5, end=0.6
        )
        canvas.fill(stroke, fit.tones.line, kind=LINE, alpha=0.7 * faces)


def _draw_star(canvas: Canvas, fit: HatFit, top: float) -> None:
    """A star on the front panels, laid on their curve."""
    x, y = STAR[:, 0], STAR[:, 1] + 0.150
    azimuth = np.degrees(x / (0.28 + fit.lift)) * 1.25
    points = fit.project(shell(azimuth, y, fit.lift + 0.014, top, 2.25))
    chroma = PALE[1] * min(1.0, fit.context.style.chroma)
    colour = (PALE[0] if fit.tones.base[0] < 0.80 else 0.45, chroma, PALE[2])
    canvas.fill(curves.path(points, smooth=False), colour, kind=LIGHT)


def _draw_visor(
    canvas: Canvas, fit: HatFit, visor: skia.Path, inner: Points, outer: Points
) -> None:
    tones, context = fit.tones, fit.context
    dark = context.toned(materials.cloth(materials.shade(context.worn.base, 0.8)))
    canvas.solid(visor, dark.base, tones.line, fit.width)
    with canvas.inside(visor):
        near = np.concatenate([inner - (0, 0.05), (inner + (outer - inner) * 0.30)[::-1]])
        canvas.fill(curves.path(near), dark.shade, kind=SHADOW, alpha=0.9)
        stitch = inner + (outer - inner) * 0.84
        canvas.fill(
            curves.brush(stitch[3:-3], 0.0050, start=0.4, end=0.4),
            dark.light,
            kind=LIGHT,
            alpha=0.7,
        )
        lit = slice(7, 15) if context.side < 0 else slice(18, 26)
        gleam = (inner + (outer - inner) * 0.60)[lit]
        canvas.fill(curves.brush(gleam, 0.018), dark.light, kind=LIGHT, alpha=0.75)


def draw_beanie(canvas: Canvas, fit: HatFit) -> None:
    """A knitted cap with a folded, ribbed cuff; a woman's has a bobble."""
    tones, context, top = fit.tones, fit.context, -0.085
    shape, outline = fit.crown(0.024, top, 2.1)
    seen = fit.seen()
    low = fit.ring(seen, 0.034, top, 0.0, 2.1)
    high = fit.ring(seen, 0.030, top, 0.125, 2.1)
    right = 0.5 * (low[-1:] + high[-1:]) + 0.010 * _out(low)
    left = 0.5 * (low[:1] + high[:1]) - 0.010 * _out(low)
    cuff = curves.ring(np.concatenate([low, right, high[::-1], left]))
    fit.cast(canvas, cuff, 0.010, 0.038)
    if context.p.sex == "female":
        _draw_bobble(canvas, fit, top)
    fit.body(canvas, shape, tones, outline)
    with canvas.inside(shape):
        _draw_knit(canvas, fit, top)
        canvas.fill(curves.shifted(cuff, 0.006 * context.away, -0.020), tones.shade, kind=SHADOW)
    second = context.toned(materials.cloth(materials.light(context.worn.base, 0.35)))
    canvas.solid(cuff, second.base, tones.line, fit.width)
    with canvas.inside(cuff):
        _draw_ribs(canvas, fit, top, second)
        lit = curves.shifted(cuff, 0.16 * context.side, -0.014)
        canvas.fill(lune(cuff, lit), second.shade, kind=SHADOW, alpha=0.9)


def _out(edge: Points) -> Points:
    """Unit vector from the left end of an edge to its right end."""
    way = edge[-1] - edge[0]
    return np.asarray(way / max(float(np.linalg.norm(way)), 1e-9))


def _draw_bobble(canvas: Canvas, fit: HatFit, top: float) -> None:
    context = fit.context
    wool = context.toned(materials.cloth(materials.light(context.worn.base, 1.6)))
    centre = fit.project((0.0, top - 0.050, -0.03))
    shape = curves.path(scalloped(centre, 0.092, 0.088, 13, 0.10, 0.4), smooth=False)
    canvas.solid(shape, wool.base, fit.tones.line, fit.width)
    with canvas.inside(shape):
        lit = curves.path(
            scalloped(np.add(centre, (0.026 * context.side, -0.024)), 0.086, 0.082, 11, 0.12, 0.2),
            smooth=False,
        )
        canvas.fill(lune(shape, lit), wool.shade, kind=SHADOW)
        tufts = skia.Path()
        for n in range(7):
            turn, far = 2.39996 * n, 0.062 * math.sqrt((n + 0.5) / 7)
            place = centre + far * np.array([math.cos(turn), math.sin(turn)])
            bend = place + np.array([(-0.014, 0.0), (0.0, 0.010), (0.014, -0.002)])
            tufts.addPath(curves.brush(curves.spline(bend, 10), 0.0050))
        canvas.fill(tufts, fit.tones.line, kind=LINE, alpha=0.5)


def _draw_knit(canvas: Canvas, fit: HatFit, top: float) -> None:
    """Columns of stitches towards the bobble."""
    azimuth = np.arange(-165, 180, 15.0)
    azimuth = azimuth[fit.pose.faces(azimuth) > 0.02][:, None]
    edge = brim_at("beanie", azimuth) - 0.11
    heights = top + (edge - top) * np.linspace(0.04, 1, 9)
    lines = fit.project(shell(azimuth, heights, fit.lift + 0.024, top, 2.1))
    canvas.fill(strokes(lines, 0.0085, 0.75, 0.15, 0.8), fit.tones.shade, kind=SHADOW, alpha=0.85)


def _draw_ribs(canvas: Canvas, fit: HatFit, top: float, tones: materials.Material) -> None:
    """Ribs of the cuff: a line and the shade beside it."""
    azimuth = np.arange(-171, 180, 9.0)
    azimuth = azimuth[fit.pose.faces(azimuth) > -0.05][:, None]
    heights = brim_at("beanie", azimuth) - np.linspace(0.010, 0.112, 5)
    lines = fit.project(shell(azimuth, heights, fit.lift + 0.034, top, 2.1))
    beside = np.add(lines, (0.006 * fit.context.away, 0))
    canvas.fill(strokes(beside, 0.011, 0.5, 0.5, 0.5), tones.shade, kind=SHADOW, alpha=0.75)
    ribs = strokes(lines, fit.context.ink(0.0046), 0.5, 0.2, 0.2)
    canvas.fill(ribs, fit.tones.line, kind=LINE, alpha=0.55)
