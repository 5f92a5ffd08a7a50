"""Casts: the same few layouts, each in the same few styles.

A cast has SIDE layouts (place, pose, expression: whatever moves a landmark) and SIDE styles (all
the rest: hair, colours, clothes, the way of drawing),
    and every layout is painted in every style. So
the layout of one picture and the style of another have a known answer, which is what a network that
is to tell content from style can be taught with.

EDITS_SHOWN of them are painted once more with a named edit, which teaches what its name means.
Grounds are flat: what stands behind somebody is nobody's style, and a network learns to draw cities
only at the expense of faces.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np

from rosetail.painter.edits import any_edit
from rosetail.painter.params import ACTING, PaintParams
from rosetail.painter.sample import on_flat_ground, sample

SIDE = 4  # layouts and styles of a cast
EDITS_SHOWN = 16  # pictures of a cast that show an edit
LAYOUT = (
    "scale",
    "centre_x",
    "centre_y",
    "yaw",
    "pitch",
    "roll",
    "body_yaw",
    "face_width",
    "face_length",
    "eye_spacing",
    *ACTING,
)


class CastPortrait(NamedTuple):
    """Numbers of its layout and style, the edit that it shows or "", and how it is painted."""

    layout: int
    style: int
    edit: str
    params: PaintParams


def redressed(layout: PaintParams, style: PaintParams) -> PaintParams:
    """The portrait with the layout of one and the style of the other."""
    return replace(style, **{name: getattr(layout, name) for name in LAYOUT})


def cast_of(number: int) -> list[CastPortrait]:
    """Cast ``number``: SIDE x SIDE portraits, layout by layout, then EDITS_SHOWN with an edit."""
    sitters = [on_flat_ground(sample(SIDE * number + each)) for each in range(SIDE)]
    plain = [
        CastPortrait(layout, style, "", redressed(sitters[layout], sitters[style]))
        for layout, style in product(range(SIDE), repeat=2)
    ]
    rng = np.random.default_rng([number, 1])
    changed: dict[tuple[int, int, str], CastPortrait] = {}
    while len(changed) < EDITS_SHOWN:
        layout, style, _, params = plain[rng.integers(len(plain))]
        edit, after = any_edit(rng, params)
        changed[layout, style, edit] = CastPortrait(layout, style, edit, after)
    return [*plain, *changed.values()]
