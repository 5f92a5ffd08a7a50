"""Hats: beret, cap and straw hat, drawn over the hair."""

from __future__ import annotations

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.portrait_context import PortraitContext, Tones
from rosetail.painter.pose import SKULL_AXES, SKULL_CENTRE, on_skull
from rosetail.painter.worn import arc, piece, worn_colour, worn_tones

Points = NDArray[np.float64]

HATS = ("beret", "cap", "straw_hat")
STRAW = (0.86, 0.085, 88.0)


def beret(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    side = 1.0 if context.p.hair_part < 0 else -1.0
    tones = worn_tones(context)
    rim = arc(context, 56, lift + 0.05, 68)
    rim_flat = context.pose.project(rim)
    crown = context.pose.project(
        np.array([(1.12, -0.72, 0), (1.42 + 0.14 * side, -1.10, -0.1),
                  (0.95 + 0.3 * side, -1.6, -0.2),
                  (0.25 * side, -1.76, -0.2), (-0.95 + 0.3 * side, -1.6, -0.2),
                  (-1.42 + 0.14 * side, -1.10, -0.1), (-1.12, -0.72, 0)])
    )  # fmt: skip
    outline = curves.path(np.concatenate([rim_flat, curves.spline(crown, 25)]))
    piece(canvas, context, outline, tones)
    with canvas.inside(outline):
        lower = curves.path(np.concatenate([rim_flat, (rim_flat - [0.0, 0.16])[::-1]]))
        canvas.fill(lower, tones.shade, kind=SHADOW)
        away = -context.side
        shade = context.pose.project(np.array([(away * 0.6, -0.7, 0.5), (away * 0.75, -1.3, 0.3),
                                              (away * 0.4, -1.8, 0),
                                              (away * 1.9, -1.8, 0),
                                              (away * 1.9, -0.6, 0)]))  # fmt: skip
        canvas.fill(curves.path(shade), tones.shade, kind=SHADOW, blur=context.hand.soft * 0.6)
    x, y = context.pose.project(np.array([0.2 * side, -1.74, -0.2]))
    stalk = curves.brush(np.linspace([x, y + 0.02], [x + 0.05 * side, y - 0.14], 5), 0.06, 0.1, 0.1)
    piece(canvas, context, stalk, tones)


CAP_RIM = 36  # elevation of a cap's rim on the skull, degrees


def cap(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    tones = worn_tones(context)
    rim = context.pose.project(arc(context, CAP_RIM, lift + 0.07, 92))
    angles = np.radians(np.linspace(-178, -2, 25))
    dome = context.pose.silhouette(SKULL_CENTRE, SKULL_AXES + lift + 0.08, angles)
    outline = curves.path(np.concatenate([rim, dome[::-1]]))
    piece(canvas, context, outline, tones)
    with canvas.inside(outline):
        away = -context.side
        shade = context.pose.project(np.array([(away * 0.5, -0.4, 0.8), (away * 0.6, -1.0, 0.6),
                                              (away * 0.3, -1.6, 0),
                                              (away * 2.0, -1.6, 0),
                                              (away * 2.0, -0.3, 0)]))  # fmt: skip
        canvas.fill(curves.path(shade), tones.shade, kind=SHADOW, blur=context.hand.soft * 0.6)
        seam = context.pose.project(
            on_skull(np.zeros(9), np.linspace(CAP_RIM, 88, 9), np.full(9, lift + 0.09))
        )
        canvas.fill(
            curves.brush(seam, canvas.pen(context.hand.inner), 0.2, 0.2), tones.line, kind=LINE
        )
    # The peak leaves the front of the rim and comes towards us, a little downwards.
    back = arc(context, CAP_RIM, lift + 0.09, 58)
    reach = np.sin(np.linspace(0, np.pi, len(back)))[:, None] ** 0.6
    edge = back + reach * np.array([0.0, 0.30, 0.62])
    peak = np.concatenate([back, edge[::-1]])
    light, chroma, hue = worn_colour(context)
    darker = context.tones((0.8 * light, chroma, hue))
    piece(canvas, context, curves.path(context.pose.project(peak)), darker)


def straw_hat(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    """A broad brim, lower in front, a flat crown and a ribbon around it."""
    tones, wide = context.tones(STRAW), 1.04 + lift
    crown = _wall(_ring(context, wide, -0.86), _ring(context, wide * 0.86, -1.62))
    band = _wall(_ring(context, wide + 0.01, -0.86), _ring(context, wide * 0.965, -1.08))
    from_above = float(context.pose.depth(np.array([0.0, -0.9, 0.1]))) > 0
    if from_above:
        _brim(canvas, context, tones)
    else:  # the opening shows the hair
        opening = curves.ring(_ring(context, wide + 0.01, -0.86))
        crown, band = (
            skia.Op(shape, opening, skia.PathOp.kDifference_PathOp) for shape in (crown, band)
        )
    piece(canvas, context, crown, tones)
    with canvas.inside(crown):
        away = -context.side
        dark = context.pose.project(np.array([(away * 0.45, -0.5, 0.9), (away * 0.6, -1.2, 0.7),
                                             (away * 0.4, -2.0, 0), (away * 2.0, -2.0, 0),
                                             (away * 2.0, -0.4, 0)]))  # fmt: skip
        canvas.fill(curves.path(dark), tones.shade, kind=SHADOW, blur=context.hand.soft * 0.6)
    piece(canvas, context, band, context.accent)
    if not from_above:  # what shows of the brim is the underside of its front half
        outer, inner = (_ring(context, radius, -0.80)[:31] for radius in (1.85, wide))
        under = curves.path(np.concatenate([outer, inner[::-1]]))
        piece(canvas, context, under, tones)
        canvas.fill(under, tones.shade, kind=SHADOW)


def _ring(context: PortraitContext, radius: float, down: float) -> Points:
    """A level circle (60, 2) around the head, a little lower in front; its first half is there."""
    turn = np.radians(np.arange(-90, 270, 6))
    across, near = radius * np.sin(turn), radius * np.cos(turn)
    space = np.stack([across, down + 0.10 * near, near * 0.9 - 0.1], axis=-1)
    return context.pose.project(space)


def _wall(low: Points, high: Points) -> skia.Path:
    """The outline of the tube between two rings."""
    both = np.concatenate([low, high]).astype(np.float32)
    hull = cv2.convexHull(both.reshape(-1, 1, 2))[:, 0]
    return curves.ring(np.asarray(hull, dtype=np.float64))


def _brim(canvas: Canvas, context: PortraitContext, tones: Tones) -> None:
    brim = curves.ring(_ring(context, 1.85, -0.80))
    piece(canvas, context, brim, tones)
    with canvas.inside(brim):
        shade = curves.ring(_ring(context, 1.3, -0.74))
        canvas.fill(shade, tones.shade, kind=SHADOW, blur=context.hand.soft * 0.5)
        for radius in (1.48, 1.67):  # the weave
            line = curves.ring(_ring(context, radius, -0.80))
            canvas.stroke(line, tones.line, canvas.pen(context.hand.inner * 0.6), alpha=0.35)
