"""Beards and moustaches."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.colour import mix, to_rgb
from rosetail.painter.head import Head, chin
from rosetail.painter.mouth import Mouth
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face

Points = NDArray[np.float64]


def draw(canvas: Canvas, context: PortraitContext, head: Head, mouth: Mouth) -> None:
    """Draw the beard on the lower face; the mouth is drawn over it."""
    kind = context.p.beard
    if kind == "stubble":
        _stubble(canvas, context, head, mouth)
    elif kind == "full":
        _full(canvas, context, head, mouth)
    elif kind == "goatee":
        _goatee(canvas, context, mouth)
    if kind in ("full", "goatee", "moustache"):
        _moustache(canvas, context, mouth)


def _place(context: PortraitContext, points: ArrayLike, lift: float = 0.02) -> Points:
    return context.pose.project(on_face(np.asarray(points, dtype=np.float64), lift))


def _upper_border(context: PortraitContext, mouth: Mouth) -> Points:
    """Where a beard begins on the cheeks and under the nose, from left to right."""
    middle, half = mouth.middle, mouth.half
    side = [(-0.90, 0.40), (-0.66, middle * 0.86), (-half * 1.6, middle - 0.05),
            (-half * 1.25, middle - 0.12)]  # fmt: skip
    return _place(context, [*side, (0.0, middle - 0.16), *((-x, y) for x, y in reversed(side))])


def _cheeks(context: PortraitContext, mouth: Mouth) -> skia.Path:
    """The lower face below that border."""
    low = chin(context)
    ends = _place(context, [(1.15, 0.3), (1.3, low + 0.5), (-1.3, low + 0.5), (-1.15, 0.3)])
    return curves.path(np.concatenate([_upper_border(context, mouth), ends]))


def _stubble(canvas: Canvas, context: PortraitContext, head: Head, mouth: Mouth) -> None:
    """A shade darker than the skin with hairs in it, however fair the hair is."""
    skin, hair = context.skin.lch, context.hair.lch
    dark = (min(hair[0], skin[0] * 0.6), hair[1], hair[2])
    rng = context.rng("beard")
    hairs, low = [], chin(context)
    for y in np.linspace(mouth.middle - 0.12, low - 0.02, 8):
        for x in np.linspace(-0.8, 0.8, 17):
            root = np.array([x, y]) + rng.uniform(-0.035, 0.035, 2)
            line = _place(context, np.linspace(root, root + np.array([-0.04 * x, 0.05]), 4))
            hairs.append(curves.brush(line, canvas.pen(context.hand.inner), 0.2, 0.2))
    with canvas.inside(head.face):
        cheeks = _cheeks(context, mouth)
        tone = to_rgb(mix(skin, dark, 0.3))
        canvas.fill(cheeks, tone, kind=SHADOW, alpha=0.7, blur=0.05)
        with canvas.inside(cheeks):
            canvas.fill(curves.join(hairs), to_rgb(mix(skin, dark, 0.8)), kind=LINE, alpha=0.6)


def _full(canvas: Canvas, context: PortraitContext, head: Head, mouth: Mouth) -> None:
    """A beard that stands off the jaw in tufts."""
    tone = context.hair
    rng = context.rng("beard")
    contour = head.contour[9:32]
    out = contour - contour.mean(axis=0)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    tuft = np.where(np.arange(len(contour)) % 2, 0.115, 0.03) + rng.uniform(0, 0.03, len(contour))
    ease = np.sin(np.linspace(0, np.pi, len(contour))) ** 0.5
    rough = contour + out * (tuft * ease)[:, None]
    border = curves.spline(_upper_border(context, mouth), 33)
    grown = curves.path(np.concatenate([rough, border[::-1]]), smooth=False)
    pen = 2 * canvas.pen(context.hand.inner)
    canvas.solid(grown, tone.base, tone.line, pen)
    with canvas.inside(grown):
        away = curves.path(rough, smooth=False)
        away.offset(context.side * 0.16, -0.10)
        with canvas.inside(outside=away):
            canvas.fill(grown, tone.shade, kind=SHADOW)
        strands = []
        for x in np.linspace(-0.6, 0.6, 7) + rng.uniform(-0.05, 0.05, 7):
            y = chin(context) * rng.uniform(0.78, 0.86)
            line = [(x, y), (x * 0.92, y + 0.12), (x * 0.8, y + 0.26)]
            strands.append(curves.brush(_place(context, curves.spline(line, 7)), pen * 0.7))
        canvas.fill(curves.join(strands), tone.line, kind=LINE, alpha=0.6)


def _goatee(canvas: Canvas, context: PortraitContext, mouth: Mouth) -> None:
    half, low = mouth.half, chin(context)
    lip = mouth.middle + max(mouth.shape.lower, 0.02) + 0.09
    outline = [(-half * 0.5, lip), (-half * 1.05, low * 0.88), (-half * 0.55, low + 0.05),
               (0.0, low + 0.13), (half * 0.55, low + 0.05), (half * 1.05, low * 0.88),
               (half * 0.5, lip)]  # fmt: skip
    shape = curves.path(_place(context, curves.spline(outline, 23), 0.05))
    canvas.solid(
        shape, context.hair.base, context.hair.line, 2 * canvas.pen(context.hand.inner) * 0.8
    )


def _moustache(canvas: Canvas, context: PortraitContext, mouth: Mouth) -> None:
    """Two wings from under the nose past the corners of the mouth."""
    y, half = mouth.middle + min(mouth.shape.upper, 0.0), max(mouth.half, 0.16)
    wings = []
    for side in (-1.0, 1.0):
        outline = [(0.0, y - 0.165), (side * half * 0.75, y - 0.17), (side * half * 1.4, y - 0.06),
                   (side * half * 1.62, y + 0.10), (side * half * 1.1, y - 0.005),
                   (side * half * 0.5, y - 0.05), (0.0, y - 0.055)]  # fmt: skip
        wings.append(curves.path(_place(context, curves.spline(outline, 23), 0.07)))
    shape = curves.join(wings)
    canvas.solid(
        shape, context.hair.base, context.hair.line, 2 * canvas.pen(context.hand.inner) * 0.8
    )
