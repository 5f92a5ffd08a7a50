"""What is worn in the hair: ribbons, bands, clips, flowers, cat ears, earrings; and the ahoge."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, hats
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.hair_cap import pile_height
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait_context import PortraitContext, Tones
from rosetail.painter.pose import on_skull
from rosetail.painter.worn import arc, frees_ears, piece, worn_tones

Points = NDArray[np.float64]

BUSY_CROWNS = ("bald", "spiky", "curly", "bun", "half_up")  # hairdos on which no strand stands out


def bow(
    canvas: Canvas, context: PortraitContext, at: Points, size: float, turn: float, tones: Tones
) -> None:
    """A ribbon bow at a point of the picture (2,), turned clockwise by degrees."""

    def place(points: list[tuple[float, float]]) -> Points:
        return curves.turned(np.array(points) * size, turn) + at

    for side in (-1.0, 1.0):
        tail = [
            (0, 0),
            (side * 0.5, 0.55),
            (side * 0.75, 1.15),
            (side * 0.42, 1.02),
            (side * 0.3, 1.2),
            (side * 0.05, 0.5),
        ]
        piece(canvas, context, curves.path(place(tail), smooth=False), tones)
    for side in (-1.0, 1.0):
        loop = [(0, 0), (side * 0.4, -0.5), (side * 0.95, -0.72), (side * 1.08, -0.1),
                (side * 0.98, 0.42),
                (side * 0.45, 0.3), (0, 0.02)]  # fmt: skip
        outline = curves.path(curves.spline(place(loop), 25))
        piece(canvas, context, outline, tones)
        with canvas.inside(outline):
            fold = place(
                [(0, 0), (side * 0.6, -0.12), (side * 1.1, 0.0), (side * 1.1, 0.6), (0.0, 0.5)]
            )
            canvas.fill(curves.path(fold), tones.shade, kind=SHADOW, blur=context.hand.soft * 0.3)
            crease = curves.spline(place([(0, 0), (side * 0.3, -0.12), (side * 0.6, -0.16)]), 7)
            canvas.fill(
                curves.brush(crease, canvas.pen(context.hand.inner), 0.1, 0.9),
                tones.line,
                kind=LINE,
            )
    knot = place([(-0.16, -0.2), (0.16, -0.2), (0.19, 0.18), (-0.19, 0.18)])
    piece(canvas, context, curves.ring(knot), tones)


def _near_side(context: PortraitContext) -> float:
    """The side of the head for a single ornament: the one that faces us, else across the
    parting."""
    if abs(context.p.yaw) > 8:
        return -1.0 if context.p.yaw > 0 else 1.0
    return 1.0 if context.p.hair_part < 0 else -1.0


def _band(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    space = np.concatenate(
        [arc(context, 54, lift + 0.05), arc(context, 82, lift + 0.07)[::-1]]
    )  # fmt: skip
    outline = curves.path(context.pose.project(space))
    tones = worn_tones(context)
    piece(canvas, context, outline, tones)
    with canvas.inside(outline):
        away = -context.side
        dark = skia.Path.Rect(
            skia.Rect(
                *sorted((away * 0.35, away * 2.0))[:1], -3, sorted((away * 0.35, away * 2.0))[1], 3
            )
        )
        canvas.fill(dark, tones.shade, kind=SHADOW)


def _with_bow(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    side = _near_side(context)
    at = context.pose.project(
        on_skull(np.array([side * 52.0]), np.array([52.0]), np.array([lift + 0.05]))
    )[0]
    bow(canvas, context, at, 0.42, side * 32 + context.p.roll, worn_tones(context))


def _clip(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    side = _near_side(context)
    for step in range(2):
        ends = context.pose.project(
            on_skull(
                side * np.array([40.0, 60.0]),
                np.array([23.0, 29.0]) - 12.0 * step,
                np.full(2, lift + 0.12),
            )
        )
        shape = curves.brush(np.linspace(ends[0], ends[1], 16), 0.14, 0.12, 0.12)
        piece(canvas, context, shape, worn_tones(context))


def _flower(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    side = _near_side(context)
    at = context.pose.project(
        on_skull(np.array([side * 58.0]), np.array([24.0]), np.array([lift + 0.12]))
    )[0]
    for angle in np.arange(5) * 72.0 + 10:
        petal = np.array(
            [(0, 0), (0.12, -0.12), (0.13, -0.26), (0, -0.31), (-0.13, -0.26), (-0.12, -0.12)]
        )
        piece(canvas, context, curves.ring(curves.turned(petal, angle) + at), worn_tones(context))
    canvas.fill(skia.Path.Circle(float(at[0]), float(at[1]), 0.075), (0.99, 0.85, 0.35))


def _cat_ears(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    hair = context.hair
    for side in (-1.0, 1.0):
        outer = np.array(
            [
                (0.28, -1.18, 0.12),
                (0.46, -1.62, 0.02),
                (0.74, -1.88, -0.05),
                (0.92, -1.45, -0.08),
                (0.98, -0.86, 0.0),
            ]
        )
        inner = np.array(
            [
                (0.46, -1.22, 0.13),
                (0.58, -1.52, 0.06),
                (0.73, -1.7, 0.0),
                (0.82, -1.38, 0.0),
                (0.84, -1.06, 0.05),
            ]
        )
        first, second = (
            curves.path(context.pose.project(curves.spline(part, 17) * [side, 1, 1]))
            for part in (outer, inner)
        )
        piece(canvas, context, first, hair)
        canvas.fill(second, context.skin.shade, kind=SHADOW)
        tuft = context.pose.project(
            np.array(
                [
                    (0.5, -1.05, 0.3),
                    (0.56, -1.32, 0.2),
                    (0.66, -1.15, 0.2),
                    (0.74, -1.36, 0.15),
                    (0.82, -0.95, 0.2),
                ]
            )
            * [side, 1, 1]
        )
        canvas.fill(curves.path(tuft, smooth=False), hair.base)
        # No line where the ear grows out of the hair.
        foot = context.pose.project(np.linspace((0.24, -1.17, 0.13), (1.0, -0.84, 0.0), 9)
                                   * [side, 1, 1])  # fmt: skip
        canvas.fill(curves.brush(foot, 0.15, 0.25, 0.25), hair.base)


ORNAMENTS: dict[str, Callable[[Canvas, PortraitContext, float], None]] = {
    "bow": _with_bow, "hairband": _band, "hairclip": _clip, "flower": _flower,
    "beret": hats.beret, "cap": hats.cap, "straw_hat": hats.straw_hat, "cat_ears": _cat_ears,
}  # fmt: skip


def draw(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    """Draw the context's ornament over hair that stands `lift` off the skull."""
    if context.p.ornament != "none":
        ORNAMENTS[context.p.ornament](canvas, context, lift)


def shows_ahoge(p: PaintParams) -> bool:
    """Whether there is a strand that stands up and can be told from the hair around it."""
    hidden = p.ornament in (*hats.HATS, "cat_ears")
    return p.ahoge and not hidden and p.hair_back not in BUSY_CROWNS


def ahoge(canvas: Canvas, context: PortraitContext, lift: float) -> None:
    """The single strand that stands up from the crown."""
    if not shows_ahoge(context.p):
        return
    side = 1.0 if context.p.hair_part >= 0 else -1.0
    root = on_skull(np.array([side * 8.0]), np.array([76.0]), np.array([lift - 0.14]))[0]
    root[1] -= pile_height(context)
    way = root + np.array(
        [(0, 0, 0), (side * 0.02, -0.36, 0), (side * 0.26, -0.54, 0.02), (side * 0.60, -0.46, 0.05),
         (side * 0.78, -0.2, 0.05)]
    )  # fmt: skip
    line = context.pose.project(curves.spline(way, 18))
    shape = curves.ribbon(line, 0.12 * np.interp(np.linspace(0, 1, 18), [0, 0.35, 1], [0.7, 1, 0]))
    piece(canvas, context, shape, context.hair)


def shows_earrings(p: PaintParams) -> bool:
    """Whether there are earrings, and ears that no hair hangs over."""
    return p.earrings and frees_ears(p.hair_back, p.hair_sides)


def earrings(canvas: Canvas, context: PortraitContext) -> None:
    """Drops that hang from the ears, before short locks at the temples."""
    if not shows_earrings(context.p):
        return
    tones = worn_tones(context)
    for side in (-1.0, 1.0):
        if side * context.p.yaw > 12:
            continue
        lobe, low = context.pose.project(np.array([(side * 0.99, y, 0.0) for y in (0.48, 0.80)]))
        wire = curves.brush(np.linspace(lobe, low, 4), 0.04, 0, 0)
        canvas.fill(wire, tones.line, kind=LINE)
        x, y = low
        piece(canvas, context, skia.Path.Circle(*(float(each) for each in lobe), 0.045), tones)
        drop = curves.ring(
            np.array([(0, -0.21), (0.09, -0.04), (0.115, 0.08), (0, 0.19), (-0.115, 0.08),
                      (-0.09, -0.04)]) + low
        )  # fmt: skip
        piece(canvas, context, drop, tones)
        canvas.fill(
            skia.Path.Circle(float(x) - 0.035, float(y) + 0.01, 0.036), (1, 1, 1), kind=LIGHT
        )
