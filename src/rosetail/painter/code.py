"""A painted character as a row of numbers, so that it can be mixed, edited and kept like any other.

The row holds all that is style, in parts: numbers in their ranges as 0..1, one number for each
option of a choice (the greatest is taken), colours in OKLab, switches (on above a half). What
places a face is not in it: that is the layout, which a photo gives. Three parts begin at 0 and are
there for edits alone: how much wider the eyes open, which mouth is drawn instead of the photo's,
and how far a colour is mixed with a named one.

An edit by name is a row that is added: strength 1 does what :mod:`edits` does to a portrait.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import palette
from rosetail.painter.casts import LAYOUT
from rosetail.painter.colour import Lch, mix
from rosetail.painter.edits import EDITS, edited
from rosetail.painter.mouth import LIPS, MOUTHS
from rosetail.painter.options import OPTIONS
from rosetail.painter.params import CHOICES, COLOURS, RANGES, SWITCHES, PaintParams
from rosetail.painter.sample import sample
from rosetail.painter.worn import HATS, NO_HATS

Floats = NDArray[np.float32]

NUMBERS = tuple(name for name in RANGES if name not in LAYOUT)
CHOSEN = {name: each for name, each in CHOICES.items() if name not in LAYOUT}
OPENED, MOUTH = "eye_open", "mouth"  # of the layout, and yet to be edited
AS_SEEN = "as seen"  # the mouth of the photo
SURE = (
    1.5  # what an edit adds to an option: above the one that was taken, from a strength of 2/3 on
)
BEYOND = 1.5  # what an edit moves a number by, in steps from a usual portrait: others have further


@lru_cache(maxsize=1)
def columns() -> tuple[str, ...]:
    """What each number of a row is, such as ``hair_back=bob``."""
    return tuple(_columns())


def digest() -> str:
    """SHA-256 of the meaning of the numbers of a row."""
    return hashlib.sha256("\n".join(columns()).encode()).hexdigest()


def _columns() -> Iterator[str]:
    yield from NUMBERS
    for name, options in CHOSEN.items():
        yield from (f"{name}={option}" for option in options)
    for name in COLOURS:
        yield from (f"{name}.{axis}" for axis in "Lab")
    yield from SWITCHES
    yield OPENED
    yield from (f"{MOUTH}={option}" for option in (AS_SEEN, *MOUTHS))
    yield from (f"{name}>{edit}" for name, edit in _mixed_colours())


@lru_cache(maxsize=1)
def _mixed_colours() -> dict[tuple[str, str], Lch]:
    """The colours that edits set, by parameter and edit."""
    found: dict[tuple[str, str], Lch] = {}
    for edit in EDITS:
        before, after = _example(edit)
        found |= {
            (name, edit): getattr(after, name)
            for name in COLOURS
            if getattr(after, name) != getattr(before, name)
        }
    return found


@lru_cache(maxsize=len(EDITS))
def _example(edit: str) -> tuple[PaintParams, PaintParams]:
    """A portrait before and after an edit that it allows."""
    usual = replace(
        sample(0), eye_open=0.9, wink_left=0.0, wink_right=0.0, blush=0.2, artist_style="cel",
        ornament="none", glasses="none", skin=palette.SKIN[0],
    )  # fmt: skip
    brown = palette.HAIR["brown"], palette.EYES["brown"]
    blond = palette.HAIR["blonde"], palette.EYES["blue"]
    for mouth, back, (hair, eyes) in product(
        ("smile", "open", "neutral"), ("bob", "straight"), (brown, blond)
    ):
        worn = {"hair_back": back, "hair_fringe": "parted", "hair": hair, "eyes": eyes}
        before = usual.changed({**MOUTHS[mouth], **worn})
        after = edited(before, edit)
        if after is not None:
            return before, after
    raise AssertionError(f"no portrait allows the edit {edit}")


def to_code(params: PaintParams) -> Floats:
    """The style of ``params`` as a row (L,), L = ``len(columns())``."""
    values: dict[str, float] = dict.fromkeys(columns(), 0.0)
    for name in NUMBERS:
        low, high = RANGES[name]
        values[name] = (getattr(params, name) - low) / (high - low)
    for name in CHOSEN:
        values[f"{name}={getattr(params, name)}"] = 1.0
    for name in COLOURS:
        light, chroma, hue = getattr(params, name)
        angle = math.radians(hue)
        axes = (light, chroma * math.cos(angle), chroma * math.sin(angle))
        values |= {f"{name}.{axis}": value for axis, value in zip("Lab", axes, strict=True)}
    values |= {name: float(getattr(params, name)) for name in SWITCHES}
    values[f"{MOUTH}={AS_SEEN}"] = 1.0
    return np.array(list(values.values()), np.float32)


def from_code(code: Floats, layout: PaintParams) -> PaintParams:
    """The portrait with the style of a row and the layout of ``layout``.

    Any row will do: numbers are brought into their ranges, and what cannot be together (a beard on
    a woman, a hat on spikes) is left out.
    """
    row = dict(zip(columns(), np.asarray(code, np.float64).tolist(), strict=True))
    style: dict[str, Any] = {}
    for name in NUMBERS:
        low, high = RANGES[name]
        style[name] = low + (high - low) * min(max(row[name], 0.0), 1.0)
    style |= {name: _chosen(row, name, options) for name, options in CHOSEN.items()}
    style |= {name: _colour(row, name) for name in COLOURS}
    style |= {name: row[name] > 0.5 for name in SWITCHES}
    _reconcile(style)
    seen = {name: getattr(layout, name) for name in LAYOUT}
    mouth = _chosen(row, MOUTH, (AS_SEEN, *MOUTHS))
    if mouth != AS_SEEN:
        seen |= MOUTHS[mouth]
    low, high = RANGES[OPENED]
    seen[OPENED] = min(max(seen[OPENED] + row[OPENED], low), high)
    return PaintParams(**style, **seen)


def _chosen(row: dict[str, float], name: str, options: tuple[str, ...]) -> str:
    return max(options, key=lambda option: row[f"{name}={option}"])


def _colour(row: dict[str, float], name: str) -> Lch:
    light, a, b = (row[f"{name}.{axis}"] for axis in "Lab")
    colour: Lch = (light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360.0)
    for (thing, edit), named in _mixed_colours().items():
        if thing == name and (amount := row[f"{name}>{edit}"]) > 0:
            colour = mix(colour, named, min(amount, 1.0))
    light, chroma, hue = colour
    return min(max(light, 0.0), 1.0), min(chroma, 0.4), hue


def _reconcile(style: dict[str, Any]) -> None:
    """Leave out what the painter would not draw together."""
    if style["sex"] == "female":
        style["beard"] = "none"
    if style["hair_back"] == "bald":
        style |= {"hair_fringe": "none", "hair_sides": "none", "ornament": "none", "ahoge": False}
    if style["ornament"] in HATS and style["hair_back"] in NO_HATS:
        style["ornament"] = "none"


@lru_cache(maxsize=len(EDITS))
def move_of(edit: str) -> Floats:
    """What strength 1 of the edit adds to a row."""
    before, after = _example(edit)
    row = dict.fromkeys(columns(), 0.0)
    for field in fields(PaintParams):
        name = field.name
        old, new = getattr(before, name), getattr(after, name)
        if old == new or (name in LAYOUT and name != OPENED):
            continue
        if name in COLOURS:
            row[f"{name}>{edit}"] = 1.0
        elif name in CHOICES:
            row[f"{name}={new}"] = SURE
        elif name == OPENED:
            row[name] = BEYOND * (new - old)
        else:
            low, high = RANGES[name]
            row[name] = BEYOND * (new - old) / (high - low)
    if any(getattr(before, name) != getattr(after, name) for name in LIPS):
        row[f"{MOUTH}={_mouth_of(after)}"] = SURE
    return np.array(list(row.values()), np.float32)


def _mouth_of(p: PaintParams) -> str:
    """The named mouth of a portrait that an edit gave one."""
    return next(
        name for name, lips in MOUTHS.items()
        if all(getattr(p, each) == value for each, value in lips.items())
    )  # fmt: skip


@lru_cache(maxsize=len(OPTIONS))
def option_move(name: str) -> Floats:
    """What strength 1 of one of OPTIONS adds to a row."""
    row = dict.fromkeys(columns(), 0.0)
    for part, value in OPTIONS[name].items():
        if isinstance(value, str):
            row[f"{part}={value}"] = SURE
        else:
            row[part] = float(value)
    return np.array(list(row.values()), np.float32)
