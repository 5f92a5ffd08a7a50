"""What a photograph tells about the person in it: colours, and what the photo reader sees.

No trained network. Each reading is a number or a colour; :mod:`after` makes parameters of them.
Places are in eye distances from the middle between the eyes of an upright face.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.faces import faces
from rosetail.faces.appearance import read_appearance
from rosetail.faces.expression import Expression, read_expression
from rosetail.faces.mesh import find_mesh
from rosetail.faces.traits import SIDE, Traits
from rosetail.faces.warp import transform
from rosetail.painter.colour import Lch, from_rgb, mix
from rosetail.painter.outline import Outline, outline, shrunk

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Reading:
    """Colours in OKLCH; `hair` is None where the head shows none. volume: how far hair stands out
    from the skull, 0..1. headwear: chance of a veil or hat, of which `hair` is then the colour."""

    skin: Lch
    hair: Lch | None
    ground: Lch
    cloth: Lch
    iris: Lch
    volume: float
    headwear: float
    expression: Expression
    traits: Traits


def read_photo(rgb: Bytes, landmarks: NDArray[np.floating]) -> Reading:
    """Read a photo (uint8 [H, W, 3]) of the person with the `landmarks` (5, 2)."""
    mesh = find_mesh(rgb, landmarks)
    seen = read_appearance(rgb, mesh)
    upright = faces.align(rgb, landmarks, SIDE)
    cut = outline(upright.image, transform(landmarks, upright.matrix))
    pixels = shrunk(upright.image)
    colours = seen.colours
    return Reading(
        skin=from_rgb(colours.skin),
        hair=None if colours.hair is None else from_rgb(colours.hair),
        ground=_median(pixels, ~cut.person & (cut.y < 1.0)) or (0.8, 0.0, 0.0),
        cloth=_median(pixels, cut.person & ~cut.skinned & ~cut.hair & (cut.y > 1.9))
        or (0.5, 0.0, 0.0),
        iris=(0.4, 0.04, 55.0) if colours.eyes is None else from_rgb(colours.eyes),
        volume=_volume(cut),
        headwear=seen.headwear,
        expression=read_expression(rgb, mesh),
        traits=seen.traits,
    )


def read_evenly(rgb: Bytes, landmarks: NDArray[np.floating]) -> Reading:
    """As :func:`read_photo`, and the same of a photo and of its mirror image: the mean of both."""
    turned = faces.mirror_landmarks(landmarks, rgb.shape[1])
    one, other = read_photo(rgb, landmarks), read_photo(rgb[:, ::-1].copy(), turned)
    pairs = ((getattr(one, each.name), getattr(other, each.name)) for each in fields(Reading))
    return Reading(*(_mean(*pair) for pair in pairs))


def _mean(one: Any, other: Any) -> Any:
    """Of two numbers or colours; the one that there is, where the other is None."""
    if one is None or other is None:
        return one or other
    if isinstance(one, Expression):
        return Expression(*(0.5 * (one.row() + _turned(other).row())).tolist())
    if hasattr(one, "_fields"):
        return type(one)(*(0.5 * (a + b) for a, b in zip(one, other, strict=True)))
    return mix(one, other, 0.5) if isinstance(one, tuple) else 0.5 * (one + other)


def _turned(seen: Expression) -> Expression:
    """The expression of the mirror image of a face."""
    values = {
        name: getattr(
            seen, name.replace("left", "#").replace("right", "left").replace("#", "right")
        )
        for name in Expression.names()
    }
    return Expression(**values | {"gaze_x": -seen.gaze_x})


def _median(pixels: Bytes, mask: Mask) -> Lch | None:
    """The middle colour of a part; None where hardly anything is left of it."""
    inside = pixels[mask]
    if len(inside) < 30:
        return None
    red, green, blue = (np.median(inside, axis=0) / 255).tolist()
    return from_rgb((red, green, blue))


def _volume(cut: Outline) -> float:
    """From the widest place of the hair above the ears."""
    rows = cut.hair & (cut.y > -1.0) & (cut.y < 0.0)
    if not rows.any():
        return 0.3
    width = float(np.percentile(np.abs(cut.x[rows]), 95))
    return float(np.clip((width - 1.05) / 0.6, 0, 1))
