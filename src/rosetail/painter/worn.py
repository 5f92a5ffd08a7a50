"""What ornaments and hats are made of: a piece with its outline, a line over the head; and what
hair shows of them."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter.canvas import Canvas
from rosetail.painter.colour import Lch, distance
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait_context import PortraitContext, Tones
from rosetail.painter.pose import SKULL_AXES, SKULL_CENTRE

Points = NDArray[np.float64]

OVER_EARS = ("bob", "shoulder", "straight", "wavy", "half_up", "pixie")  # hairdos
_LOOSE, _TIED = (0.32, 0.86), (0.95, 1.75)
# Hairdos long enough for tips of another colour, and where it begins and is reached, head units
# below the eyes: at the cheeks, or in the middle of what hangs over the shoulders. Of plaits, which
# show both in so few pixels, hardly anybody could say that they have any.
TIPPED = {
    "bob": _LOOSE,
    "shoulder": _LOOSE,
    "straight": _LOOSE,
    "wavy": _LOOSE,
    "half_up": _LOOSE,
    "ponytail": _LOOSE,
    "twin_tails": _LOOSE,
    "side_tail": _TIED,
}
NEAR = 0.16  # in OKLab, colours that are hard to tell beside each other


def shows_tips(p: PaintParams) -> bool:
    """Whether there are tips of another colour."""
    return p.hair_tips and p.hair_back in TIPPED


def frees_ears(hair_back: str, hair_sides: str) -> bool:
    """Whether no hair hangs over the ears."""
    return hair_back not in (*OVER_EARS, "curly") and hair_sides not in ("long", "hime")


def worn_colour(context: PortraitContext) -> Lch:
    """The accent, or a contrary of it where it would be lost in the hair."""
    accent, hair = context.p.accent, context.p.hair
    if distance(accent, hair) > NEAR:
        return accent
    return 0.84 if hair[0] < 0.62 else 0.42, accent[1], (accent[2] + 150) % 360


def worn_tones(context: PortraitContext) -> Tones:
    return context.tones(worn_colour(context))


def piece(canvas: Canvas, context: PortraitContext, shape: skia.Path, tones: Tones) -> None:
    """A part of one material with its outline."""
    canvas.solid(shape, tones.base, tones.line, 2 * canvas.pen(context.hand.line * 0.8))


def arc(context: PortraitContext, elevation: float, lift: float, reach: float = 90.0) -> Points:
    """A line over the head from ear to ear; `elevation` says how far back it runs (90 is the
    crown)."""
    t = np.radians(np.linspace(-reach, reach, 25))
    # A circle around the skull in a plane that leans back.
    lean = np.radians(elevation)
    unit = np.stack([np.sin(t), -np.cos(t) * np.sin(lean), np.cos(t) * np.cos(lean)], axis=-1)
    return SKULL_CENTRE + unit * (SKULL_AXES + lift)
