"""Where ornaments sit on the hair, and the shadows they cast on it."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, locks
from rosetail.painter.canvas import SHADOW, Canvas
from rosetail.painter.curves import smoothstep
from rosetail.painter.hair import Hair
from rosetail.painter.head import Head
from rosetail.painter.pose import on_skull

Points = NDArray[np.float64]

TURNED = (-0.05, 0.30)  # cosines between which a place turns into sight


def lift_of(hair: Hair) -> float:
    """How far ornaments stand off the skull."""
    return (0.012 + hair.do.grow) if hair.exists else 0.0


def part_side(head: Head) -> float:
    """The side of the parting, where ornaments sit."""
    return 1.0 if head.context.p.hair_part >= 0 else -1.0


def seen_at(head: Head, azimuth: float) -> float:
    """How far a place on the skull has turned into sight, 0..1."""
    return float(smoothstep(head.pose.faces(azimuth), *TURNED))


def place_at(
    head: Head, hair: Hair, at: tuple[float, float], side: float, lift: float = 0.0
) -> Points:
    """A place on the hair in the picture, (2,)."""
    return head.pose.project(on_skull(side * at[0], at[1], lift_of(hair) + lift))


def cast_on(canvas: Canvas, hair: Hair, shape: skia.Path, x: float, y: float) -> None:
    """The shadow of an ornament on the hair."""
    if not hair.exists:
        return
    context = hair.context
    tones = locks.tones_of(context, 0.0, 1.0, None)
    with canvas.inside(hair.front_mass):
        moved = curves.shifted(shape, x * context.away, y)
        canvas.fill(moved, tones.deep, kind=SHADOW, alpha=0.72)
