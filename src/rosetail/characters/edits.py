"""Named edits of a character, as arithmetic on its code w.

edit(F(c, w)) = F(c, w + strength · move) (T1, eq. 3.11). ``move`` is what strength 1 adds. Edits
add up in any order, and removing one leaves no trace. A move may differ between groups of layers;
the edited code then is (groups, latent).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rosetail.arrays import Floats
from rosetail.characters.directions_file import EXACT, Directions
from rosetail.characters.tag_families import COLOURED, COLOURS, colour_tag, colours_like, one_of
from rosetail.errors import SettingsError

EditValues = Mapping[str, float | str]  # name to strength, or "hair" and "eyes" to a colour

MAX_STRENGTH = 5.0  # in either direction; pictures fall apart beyond it


class Edit(NamedTuple):
    """Adds ``strength`` times ``move``, (latent,) or (groups, latent), to w."""

    name: str
    strength: float
    method: str
    move: Floats


def parse_edit(text: str) -> tuple[str, float | str]:
    """Parse ``long_hair=1`` or ``hair=blue`` to name and value. Raises SettingsError."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise SettingsError(f"{text!r} is not an edit; write long_hair=1 or hair=blue")
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), value.strip()


def edit_strengths(values: EditValues) -> dict[str, float]:
    """Replace colours by name with strengths: ``hair="blue"`` becomes ``blue_hair=1``.

    Raises SettingsError for an unknown colour or a strength that is out of range or not a number.
    """
    strengths: dict[str, float] = {}
    for name, value in values.items():
        if isinstance(value, str):
            if name not in COLOURED or value not in COLOURS:
                raise SettingsError(
                    f"{name}={value}: give a number, or hair or eyes and one of "
                    f"{', '.join(COLOURS)}"
                )
            strengths[colour_tag(name, value)] = 1.0
            continue
        if not abs(value) <= MAX_STRENGTH:  # NaN too
            raise SettingsError(
                f"{name}={value:g}: give a strength from -{MAX_STRENGTH:g} to {MAX_STRENGTH:g}"
            )
        strengths[name] = float(value)
    return strengths


def update_edits(
    edits: Sequence[Edit], values: EditValues, directions: Directions, method: str | None = None
) -> tuple[Edit, ...]:
    """``edits`` with those in ``values`` changed in place or appended.

    Strength 0 removes an edit. A colour by name removes the other colours of the same thing. Exact
    edits select one of several options, so they remove the others. Raises SettingsError.
    """
    kept = {each.name: each for each in edits}
    by_name = {colour_tag(thing, str(values[thing])) for thing in COLOURED if thing in values}
    for name, strength in edit_strengths(values).items():
        tag, used, move = directions.move(name, method)
        replaced: set[str] = set()
        if name in by_name:
            replaced |= colours_like(tag)
        if used == EXACT and strength > 0:
            replaced |= one_of(tag)
        for other in replaced - {tag}:
            kept.pop(other, None)
        kept[tag] = Edit(tag, strength, used, move)
    return tuple(each for each in kept.values() if each.strength)


def remove_edit(edits: Sequence[Edit], name: str) -> tuple[Edit, ...]:
    """``edits`` without the one called ``name``. Raises SettingsError if there is none."""
    rest = tuple(each for each in edits if each.name != name)
    if len(rest) == len(edits):
        known = ", ".join(each.name for each in edits) or "none"
        raise SettingsError(f"no edit is called {name!r}; this character's are: {known}")
    return rest


def apply_edits(w: Floats, edits: Sequence[Edit]) -> Floats:
    """``w`` (latent,) with all edits added; (groups, latent) if a move is grouped."""
    code = np.asarray(w, np.float32)
    for each in edits:
        code = code + np.float32(each.strength) * each.move
    return code


def stack_codes(codes: Sequence[Floats]) -> Floats:
    """Codes as one batch: (N, latent), or (N, groups, latent) if any of them is grouped."""
    shape = np.broadcast_shapes(*(code.shape for code in codes))
    return np.stack([np.broadcast_to(code, shape) for code in codes]).astype(np.float32)
