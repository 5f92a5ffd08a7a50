"""Irises: gradient, ring, pupil, glow and highlights, in the plane of the eye."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import FLAT, LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.colour import Lch, Rgb, light, shade, to_rgb, toward_hue
from rosetail.painter.portrait_context import PortraitContext

Frame = NDArray[np.float64]


def draw_iris(canvas: Canvas, context: PortraitContext, frame: Frame) -> None:
    """Draw the coloured disc of an eye; the caller clips to the lids.

    ``frame`` is the affine (2, 3) that maps a disc of radius 1 onto the iris.
    """
    p, hand = context.p, context.hand
    tone = (p.eyes[0], min(p.eyes[1] * hand.chroma, 0.4), p.eyes[2])
    with canvas.patch(frame):
        _disc(canvas, tone, hand.iris)


def draw_highlights(canvas: Canvas, context: PortraitContext, frame: Frame) -> None:
    """Draw the catch lights, over the shadow of the lid."""
    with canvas.patch(frame):
        _highlights(canvas, context.hand.iris, context.side)


def _disc(canvas: Canvas, tone: Lch, style: str) -> None:
    lightness, chroma, hue = tone
    dark = shade((lightness * 0.52, chroma * 0.95, hue), 1.0)
    glow: Lch = (min(lightness + 0.24, 0.93), min(chroma * 1.15, 0.3), toward_hue(hue, 95, 22))
    rim = (0.24, min(chroma, 0.09), toward_hue(hue, 295, 15))
    disc = skia.Path.Circle(0, 0, 1.0)
    canvas.fill(disc, to_rgb(rim))
    inner = skia.Path.Circle(0, 0, 0.9)
    base = to_rgb(tone)
    if style == "bold":
        canvas.fill(inner, base)
        canvas.fill(_cap(-1.0, 0.02), to_rgb(dark), kind=SHADOW)
        canvas.fill(_bowl(0.36), to_rgb(glow), kind=LIGHT)
        canvas.fill(skia.Path.Oval(skia.Rect(-0.36, -0.42, 0.36, 0.42)), to_rgb(rim), kind=LINE)
        return
    top, bottom = to_rgb(dark), to_rgb(glow)
    if style == "bright":
        top = to_rgb(shade(tone, 1.2))
    shader = _vertical([top, base, bottom], [0.12, 0.55, 0.95])
    canvas.fill(inner, base, kind=FLAT, shader=shader)
    canvas.fill(_spokes(), bottom, kind=LIGHT, alpha=0.35)
    if style == "layered":
        canvas.fill(_cap(-1.0, -0.08), to_rgb(dark), kind=SHADOW, alpha=0.85)
        canvas.fill(_bowl(0.40), bottom, kind=LIGHT, alpha=0.9)
        pupil = skia.Path.Oval(skia.Rect(-0.34, -0.44, 0.34, 0.38))
        canvas.fill(pupil, to_rgb((0.2, min(chroma, 0.08), rim[2])), kind=LINE)
        canvas.fill(
            skia.Path.Oval(skia.Rect(-0.2, -0.02, 0.2, 0.28)), to_rgb(tone), kind=LIGHT, alpha=0.25
        )
        return
    pupil = skia.Path.Oval(skia.Rect(-0.3, -0.38, 0.3, 0.34))
    canvas.fill(pupil, to_rgb(shade((lightness * 0.5, chroma, hue), 1.4)), kind=LINE, alpha=0.9)
    canvas.fill(_bowl(0.48), to_rgb(light(glow, 0.5)), kind=LIGHT, alpha=0.7)


def _highlights(canvas: Canvas, style: str, side: float) -> None:
    """The large catch light sits towards the light, a small one opposite."""
    white: Rgb = (1.0, 1.0, 1.0)
    size = {"bold": 0.30, "layered": 0.28, "bright": 0.33}[style]
    x = side * 0.40
    big = skia.Path.Oval(skia.Rect(x - size, -0.58 - size, x + size, -0.58 + size * 1.25))
    canvas.fill(big, white, kind=LIGHT, alpha=0.97)
    canvas.fill(skia.Path.Circle(-side * 0.44, 0.42, 0.15), white, kind=LIGHT, alpha=0.9)
    if style != "bold":
        canvas.fill(skia.Path.Circle(-side * 0.2, 0.68, 0.075), white, kind=LIGHT, alpha=0.7)


def _spokes() -> skia.Path:
    """Fine rays in the lower half of the disc, from the pupil to the rim."""
    rays = []
    for angle in np.radians([12, 38, 62, 90, 118, 142, 168]):
        way = np.array([np.cos(angle), np.sin(angle)])
        rays.append(curves.brush(np.linspace(0.40 * way, 0.84 * way, 4), 0.09, 0.3, 0.9))
    return curves.join(rays)


def _cap(top: float, bottom: float) -> skia.Path:
    """The upper part of the disc, with a border that curves up in the middle."""
    edge = curves.spline([(-0.9, bottom + 0.22), (0.0, bottom - 0.1), (0.9, bottom + 0.22)], 9)
    angles = np.linspace(np.arctan2(bottom + 0.22, 0.9), np.pi - np.arctan2(bottom + 0.22, 0.9), 12)
    arc = np.stack([0.9 * np.cos(-angles), -0.9 * np.abs(np.sin(angles))], axis=-1)
    return curves.path(np.concatenate([edge, arc * [1, -top]]))


def _bowl(top: float) -> skia.Path:
    """A crescent in the lower part of the disc, where light gathers."""
    upper = curves.spline([(-0.66, top), (0.0, top + 0.2), (0.66, top)], 9)
    lower = curves.spline([(0.66, top), (0.42, 0.72), (0.0, 0.84), (-0.42, 0.72), (-0.66, top)], 13)
    return curves.path(np.concatenate([upper, lower]))


def _vertical(colours: list[Rgb], stops: list[float]) -> skia.Shader:
    points = [skia.Point(0, -1), skia.Point(0, 1)]
    packed = [skia.Color4f(*colour, 1.0).toColor() for colour in colours]
    return skia.GradientShader.MakeLinear(points, packed, stops)
