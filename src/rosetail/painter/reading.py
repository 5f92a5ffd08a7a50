"""What a photograph tells about the person in it: colours, and what the photo reader sees.

No trained network. Each reading is a number or a colour; :mod:`after` makes parameters of them.
Places are in eye distances from the middle between the eyes of an upright face.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.faces import faces
from rosetail.faces.age import Age
from rosetail.faces.appearance import Appearance, read_appearance
from rosetail.faces.expression import Expression, read_expression
from rosetail.faces.hair import HairTraits
from rosetail.faces.mesh import Mesh, find_mesh
from rosetail.faces.traits import SIDE, Traits
from rosetail.faces.warp import transform
from rosetail.painter.colour import Lch, from_rgb, mix
from rosetail.painter.outline import Outline, outline, shrunk

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


class SeenFace(NamedTuple):
    """The mesh of a face and the appearance of its person: found once, for all who read them."""

    mesh: Mesh
    appearance: Appearance


@dataclass(frozen=True)
class Reading:
    """Colours in OKLCH; `hair` is None where the head shows none. volume: how far hair stands out
    from the skull, 0..1. If `hair_traits` tell of headwear, `hair` is its colour."""

    skin: Lch
    hair: Lch | None
    ground: Lch
    cloth: Lch
    iris: Lch
    volume: float
    hair_traits: HairTraits
    expression: Expression
    traits: Traits
    age: Age

    @property
    def headwear(self) -> float:
        """Chance of a veil or hat."""
        return self.hair_traits.headwear


def see_face(rgb: Bytes, landmarks: NDArray[np.floating]) -> SeenFace:
    """Look at the person with the `landmarks` (5, 2) in a photo (uint8 [H, W, 3])."""
    mesh = find_mesh(rgb, landmarks)
    return SeenFace(mesh, read_appearance(rgb, mesh))


def read_photo(
    rgb: Bytes, landmarks: NDArray[np.floating], seen: SeenFace | None = None
) -> Reading:
    """Read a photo (uint8 [H, W, 3]) of the person with the `landmarks` (5, 2), who may have been
    `seen` before."""
    mesh, appearance = seen or see_face(rgb, landmarks)
    upright = faces.align(rgb, landmarks, SIDE)
    cut = outline(upright.image, transform(landmarks, upright.matrix))
    pixels = shrunk(upright.image)
    colours = appearance.colours
    return Reading(
        skin=from_rgb(colours.skin),
        hair=None if colours.hair is None else from_rgb(colours.hair),
        ground=_median(pixels, ~cut.person & (cut.y < 1.0)) or (0.8, 0.0, 0.0),
        cloth=_median(pixels, cut.person & ~cut.skinned & ~cut.hair & (cut.y > 1.9))
        or (0.5, 0.0, 0.0),
        iris=(0.4, 0.04, 55.0) if colours.eyes is None else from_rgb(colours.eyes),
        volume=_volume(cut),
        hair_traits=appearance.hair,
        expression=read_expression(rgb, mesh),
        traits=appearance.traits,
        age=appearance.age,
    )


def read_evenly(
    rgb: Bytes, landmarks: NDArray[np.floating], seen: SeenFace | None = None
) -> Reading:
    """As :func:`read_photo`, and the same of a photo and of its mirror image: the mean of both."""
    turned = faces.mirror_landmarks(landmarks, rgb.shape[1])
    one, other = read_photo(rgb, landmarks, seen), read_photo(rgb[:, ::-1].copy(), turned)
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
