"""What is worn in the hair and on the ears: bows, bands, clips, flowers, cat ears, headphones,
earrings; and the lock that stands up. Hats are drawn by :mod:`rosetail.painter.hats`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves, hats, locks
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.curves import smoothstep
from rosetail.painter.hair import Hair
from rosetail.painter.hair_knots import draw_bow
from rosetail.painter.head import Head
from rosetail.painter.materials import Material, cloth
from rosetail.painter.ornaments_ears import draw_cat_ears, draw_headphones
from rosetail.painter.ornaments_fit import cast_on, lift_of, part_side, place_at, seen_at
from rosetail.painter.worn import shows_ahoge, shows_earrings

Points = NDArray[np.float64]

# Where a bow, clip or flower sits on the skull: azimuth and height, on the side of the parting.
BOW_AT, CLIP_AT, FLOWER_AT = (50.0, 0.075), (47.0, 0.375), (56.0, 0.30)
# The lock that stands up and its small companion: spine, width, where its lines begin.
AHOGE = (
    (((-0.010, 0.030, -0.02), (-0.035, -0.060, -0.03), (0.010, -0.142, -0.01),
      (0.105, -0.140, 0.04), (0.165, -0.050, 0.08)), 0.044, 0.12),
    (((0.004, 0.030, -0.02), (0.012, -0.030, -0.02), (0.052, -0.060, 0.0), (0.090, -0.040, 0.03),
      (0.104, -0.004, 0.05)), 0.022, 0.12),
)  # fmt: skip
GOLD = (0.80, 0.11, 85.0)


def draw(canvas: Canvas, head: Head, hair: Hair) -> None:
    """Draw the ornament or the hat, and before it the lock that stands up."""
    kind = head.context.p.ornament
    if kind in hats.HEADWEAR:
        hats.draw(canvas, head, hair)
        return
    ahoge(canvas, head, hair)
    if kind != "none":
        _DRAWN[kind](canvas, head, hair)


def ahoge(canvas: Canvas, head: Head, hair: Hair) -> None:
    """A thin lock that rises from the crown and bends over."""
    if not shows_ahoge(head.context.p):
        return
    side, grow = part_side(head), hair.do.grow
    made = [
        locks.space_lock(
            [(x * side, y - grow, z) for x, y, z in spine],
            width,
            root=0.16,
            peak=0.46,
            taper=1.2,
            line=line,
            shines=False,
        )
        for spine, width, line in AHOGE
    ]
    shapes = locks.LockGroup(made).shapes(head.pose)
    locks.paint(canvas, head.context, shapes, bottom=hair.do.bottom, cast=(0.0, 0.0))


def _bow(canvas: Canvas, head: Head, hair: Hair) -> None:
    """A large bow beside the crown, unless bows tie the hair already."""
    if hair.do.ties:
        return
    context, side = head.context, part_side(head)
    seen = seen_at(head, side * BOW_AT[0])
    if seen < 0.02:
        return
    centre = place_at(head, hair, BOW_AT, side, 0.012)
    lean = -np.radians(context.p.roll) - 0.40 * side
    shadow = skia.Path.Oval(skia.Rect.MakeLTRB(-0.155, -0.065, 0.155, 0.075))
    turn = skia.Matrix.RotateDeg(float(-np.degrees(lean)))
    shadow.transform(turn)
    with canvas.faded(seen):
        cast_on(canvas, hair, curves.shifted(shadow, *centre.tolist()), 0.010, 0.020)
        draw_bow(canvas, centre, 0.178, context.worn, context.ink(0.0066), lean)


def _hairband(canvas: Canvas, head: Head, hair: Hair) -> None:
    """A band over the crown, from behind one ear to the other."""
    context, tones = head.context, head.context.worn
    angle = np.radians(np.linspace(-100, 100, 61))
    lift = lift_of(hair) + 0.004
    ends = np.abs(np.sin(angle)) ** 6

    def arc(forward: float) -> tuple[Points, Points]:
        """Points along a cut through the skull, and whether they face the viewer."""
        z = forward * (1 - 0.9 * ends) - 0.085 * ends
        around = np.sqrt(np.clip(1 - ((z + 0.03) / 0.28) ** 2, 0, 1))
        x, up = (0.355 + lift) * around * np.sin(angle), around * np.cos(angle)
        y = 0.42 - (0.42 + lift) * up
        normal = np.stack([np.sin(angle) / 0.355, -up / 0.42, (z + 0.03) / 0.28**2], axis=1)
        return np.stack([x, y, z], axis=1), head.pose.depth(normal)

    (back, _), (front, faces) = arc(0.020), arc(0.092)
    seen = np.flatnonzero(faces > -0.15)
    back, front = head.pose.project(back)[seen], head.pose.project(front)[seen]
    shape = curves.path(np.concatenate([back, front[::-1]]))
    cast_on(canvas, hair, shape, 0.004, 0.016)
    canvas.solid(shape, tones.base, tones.line, context.ink(0.0062))
    with canvas.inside(shape):
        middle = back + (front - back) * 0.62
        low = curves.path(np.concatenate([middle, np.add(front[::-1], (0, 0.01))]))
        canvas.fill(low, tones.shade, kind=SHADOW, alpha=0.75)
        first = int(len(seen) * (0.25 if context.side < 0 else 0.55))
        gleam = curves.brush((back + (front - back) * 0.30)[first : first + 13], 0.009)
        canvas.fill(gleam, tones.shine, kind=LIGHT, alpha=0.85)


def _hairclip(canvas: Canvas, head: Head, hair: Hair) -> None:
    """Two slides, crossed, in the fringe on the side of the parting."""
    context, side, tones = head.context, part_side(head), head.context.worn
    seen = seen_at(head, side * CLIP_AT[0])
    if seen < 0.02:
        return
    with canvas.faded(seen):
        for rise, slope in ((0.0, 0.030), (0.046, 0.022)):
            ends = [(CLIP_AT[0] - 13, CLIP_AT[1] - rise + slope), (CLIP_AT[0], CLIP_AT[1] - rise),
                    (CLIP_AT[0] + 11, CLIP_AT[1] - rise - slope * 0.6)]  # fmt: skip
            line = curves.spline(
                np.array([place_at(head, hair, end, side, 0.004) for end in ends]), 12
            )
            shape = curves.brush(line, 0.025, 0.5, start=0.72, end=0.72, rise=0.4, fall=0.4)
            cast_on(canvas, hair, shape, 0.005, 0.010)
            canvas.solid(shape, tones.base, tones.line, context.ink(0.0052))
            with canvas.inside(shape):
                canvas.fill(curves.brush(np.add(line, (0, 0.008)), 0.010), tones.shade, kind=SHADOW)
                lit = line[1:6] if (line[0, 0] - line[-1, 0]) * context.side > 0 else line[-6:-1]
                canvas.fill(curves.brush(lit - (0, 0.005), 0.0055), tones.shine, kind=LIGHT)


def _flower(canvas: Canvas, head: Head, hair: Hair) -> None:
    """An open blossom with a bud's leaf, above the ear."""
    context, side, tones = head.context, part_side(head), head.context.worn
    seen = seen_at(head, side * FLOWER_AT[0])
    if seen < 0.02:
        return
    centre = place_at(head, hair, FLOWER_AT, side, 0.012)
    # A blossom on the side of the head turns its face with it.
    narrow = 0.62 + 0.38 * float(np.clip(head.pose.faces(side * (FLOWER_AT[0] - 22)), 0, 1))
    lean = context.pose.lean

    def at(points: ArrayLike) -> Points:
        return np.asarray(centre + (np.asarray(points) * (narrow, 1)) @ lean.T)

    width, radius = context.ink(0.0056), 0.098
    with canvas.faded(seen):
        disc = curves.ring(at(radius * curves.ellipse((0, 0), 0.9, 0.9, 16)))
        cast_on(canvas, hair, disc, 0.010, 0.018)
        _leaves(canvas, head, at, side)
        for number in (0, 2, 4, 1, 3):
            angle = np.radians(72 * number - 90 + 9 * side)
            _petal(canvas, head, at, angle, radius, tones, width)
        heart = curves.ring(at(curves.ellipse((0, 0), 0.019, 0.018, 14)))
        canvas.solid(
            heart, (0.86, 0.13 * min(1, context.style.chroma), 88.0), tones.line, 0.7 * width
        )
        dot = curves.ring(at(curves.ellipse((0.005 * context.side, -0.005), 0.006, 0.006, 10)))
        canvas.fill(dot, (0.97, 0.03, 90.0), kind=LIGHT)


def _leaves(canvas: Canvas, head: Head, at: Callable[[ArrayLike], Points], side: float) -> None:
    context = head.context
    green = context.toned(cloth((0.60, 0.095, 145.0)))
    for turn, far in ((0.55, 0.135), (1.15, 0.120)):
        way = np.array([side * np.cos(turn), np.sin(turn)])
        across = np.array([-way[1], way[0]])
        leaf = curves.blob(at([0.03 * way, 0.6 * far * way + 0.030 * across, far * way,
                               0.6 * far * way - 0.026 * across]))  # fmt: skip
        canvas.solid(leaf, green.base, green.line, context.ink(0.0050))
        vein = curves.brush(at([0.04 * way, 0.9 * far * way]), 0.0045)
        canvas.fill(vein, green.line, kind=LINE, alpha=0.7)


def _petal(
    canvas: Canvas, head: Head, at: Callable[[ArrayLike], Points], angle: float, radius: float,
    tones: Material, width: float,
) -> None:  # fmt: skip
    way = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-way[1], way[0]])

    def spot(far: float, aside: float) -> Points:
        return np.asarray(radius * (far * way + aside * across))

    shape = curves.blob(
        at(
            [
                spot(0.10, 0),
                spot(0.52, 0.40),
                spot(0.90, 0.38),
                spot(1.04, 0.14),
                spot(0.94, 0.0),
                spot(1.04, -0.14),
                spot(0.90, -0.38),
                spot(0.52, -0.40),
            ]
        )
    )
    start, end = at([spot(0.1, 0), spot(1.0, 0)])
    fill = Gradient(start, end, [tones.shade, tones.base, tones.light], [0.05, 0.5, 1.0])
    canvas.solid(shape, fill, tones.line, width)
    with canvas.inside(shape):
        off = 1 if across[0] * head.context.away + 0.4 * across[1] > 0 else -1
        dark = curves.blob(at([spot(0.1, 0.05 * off), spot(0.6, 0.24 * off), spot(1.05, 0.20 * off),
                               spot(1.0, 0.6 * off), spot(0.5, 0.6 * off)]))  # fmt: skip
        canvas.fill(dark, tones.shade, kind=SHADOW, alpha=0.6)
    crease = curves.brush(at([spot(0.22, 0.0), spot(0.62, 0.03)]), 0.9 * width, 0.2)
    canvas.fill(crease, tones.line, kind=LINE, alpha=0.55)


def earrings(canvas: Canvas, head: Head, hair: Hair) -> None:
    """Gold hoops or drops on the ears that show."""
    if not shows_earrings(head.context.p):
        return
    for side in (-1.0, 1.0):
        seen = float(smoothstep(-head.pose.yaw * side, -20, -6))
        if seen > 0.02:
            _earring(canvas, head, hair, side, seen)


def _earring(canvas: Canvas, head: Head, hair: Hair, side: float, seen: float) -> None:
    """A stud on the lobe with a drop below it, behind whatever hair covers the ear."""
    context = head.context
    gold = context.toned(cloth(GOLD))
    y = 0.742 - 0.655 + head.build.eye_y
    lobe = head.pose.project((side * 0.318 * head.build.wide, y, -0.05))
    width = context.ink(0.0042)
    covered = hair.front_mass if hair.exists and hair.covers_ears() else None
    with canvas.faded(seen), canvas.inside(outside=covered):
        drop = np.add(lobe, (0.0, 0.046))
        link = curves.brush(np.array([lobe, drop]), 0.006, start=0.8, end=0.8)
        canvas.fill(link, gold.line, kind=LINE)
        shape = curves.blob(
            drop + np.array([(0, -0.024), (0.015, 0.006), (0, 0.022), (-0.015, 0.006)])
        )
        gem = context.accent
        canvas.solid(shape, gem.base, gem.line, width)
        dot = curves.ring(
            curves.ellipse(np.add(drop, (0.004 * context.side, -0.003)), 0.005, 0.006, 10)
        )
        canvas.fill(dot, gem.shine, kind=LIGHT)
        stud = curves.ring(curves.ellipse(lobe, 0.0125, 0.0125, 14))
        canvas.solid(stud, gold.base, gold.line, width)
        dot = curves.ring(
            curves.ellipse(np.add(lobe, (0.003 * context.side, -0.003)), 0.005, 0.005, 10)
        )
        canvas.fill(dot, gold.shine, kind=LIGHT)


_DRAWN: dict[str, Callable[[Canvas, Head, Hair], None]] = {
    "bow": _bow, "hairband": _hairband, "hairclip": _hairclip, "flower": _flower,
    "cat_ears": draw_cat_ears, "headphones": draw_headphones,
}  # fmt: skip
