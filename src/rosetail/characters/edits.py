"""Edits of a character by name, as plain arithmetic on its code w.

edit(F(c, w)) = F(c, w + strength · move) ([T1] eq. 3.11). A move is what strength 1.0 adds; edits
add up, so their order changes nothing, and one that is taken away leaves no trace. A move may
differ from one group of layers to the next: the code then is (groups, latent).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.directions_file import EXACT, Directions
from rosetail.characters.tag_families import COLOURED, COLOURS, colour_tag, colours_like, one_of
from rosetail.errors import SettingsError

Floats = NDArray[np.float32]
Wishes = Mapping[str, float | str]

MOST = 5.0  # of a strength, either way: beyond, pictures fall apart


class Edit(NamedTuple):
    """``strength`` of 1.0 adds ``move``, (latent,) or (groups, latent), to w."""

    name: str
    strength: float
    method: str
    move: Floats


def parsed(text: str) -> tuple[str, float | str]:
    """``long_hair=1`` or ``hair=blue`` as name and value. Raises SettingsError."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise SettingsError(f"{text!r} is no edit; write long_hair=1 or hair=blue")
    try:
        return name.strip(), float(value)
    except ValueError:
        return name.strip(), value.strip()


def strengths(wishes: Wishes) -> dict[str, float]:
    """Wishes with colours by name as strengths: ``hair="blue"`` is ``blue_hair=1``.

    Raises SettingsError for a colour that is none, or a strength that is no number or above MOST.
    """
    found: dict[str, float] = {}
    for name, value in wishes.items():
        if isinstance(value, str):
            if name not in COLOURED or value not in COLOURS:
                raise SettingsError(
                    f"{name}={value}: give a number, or hair or eyes and one of "
                    f"{', '.join(COLOURS)}"
                )
            found[colour_tag(name, value)] = 1.0
            continue
        if not abs(value) <= MOST:  # NaN too
            raise SettingsError(f"{name}={value:g}: give a strength from -{MOST:g} to {MOST:g}")
        found[name] = float(value)
    return found


def changed(
    edits: Sequence[Edit], wishes: Wishes, directions: Directions, method: str | None = None
) -> tuple[Edit, ...]:
    """``edits`` with ``wishes`` done: known names keep their place, new ones follow.

    Strength 0 takes an edit away. A colour by name takes the other colours of that thing away; of
    edits by rule, which choose, one of a choice takes the others away. Raises SettingsError.
    """
    kept = {each.name: each for each in edits}
    named = {colour_tag(thing, str(wishes[thing])) for thing in COLOURED if thing in wishes}
    for name, strength in strengths(wishes).items():
        tag, used, move = directions.move(name, method)
        if name in named:
            for other in colours_like(tag) - {tag}:
                kept.pop(other, None)
        if used == EXACT and strength > 0:
            for other in one_of(tag) - {tag}:
                kept.pop(other, None)
        kept[tag] = Edit(tag, strength, used, move)
    return tuple(each for each in kept.values() if each.strength)


def without(edits: Sequence[Edit], name: str) -> tuple[Edit, ...]:
    """``edits`` without the one called ``name``. Raises SettingsError where there is none."""
    rest = tuple(each for each in edits if each.name != name)
    if len(rest) == len(edits):
        known = ", ".join(each.name for each in edits) or "none"
        raise SettingsError(f"no edit is called {name!r}; this character's are: {known}")
    return rest


def edited(w: Floats, edits: Sequence[Edit]) -> Floats:
    """``w`` (latent,) or (groups, latent) with all edits: grouped where w or a move is."""
    code = np.asarray(w, np.float32)
    for each in edits:
        code = code + np.float32(each.strength) * each.move
    return code


def stacked(codes: Sequence[Floats]) -> Floats:
    """Codes as one batch, (N, latent), or (N, groups, latent) where one of them is grouped."""
    shape = np.broadcast_shapes(*(code.shape for code in codes))
    return np.stack([np.broadcast_to(code, shape) for code in codes]).astype(np.float32)
