"""Mixtures and sweeps of characters, and contact sheets of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rosetail.arrays import Bytes
from rosetail.characters.content import Content
from rosetail.characters.directions_file import Directions
from rosetail.characters.edits import Edit
from rosetail.characters.model import Character, CharacterModel
from rosetail.errors import SettingsError
from rosetail.images import contact_sheet


def mix(first: Character, second: Character, count: int) -> list[Character]:
    """``count`` characters from ``first`` to ``second``, both included, linear in w.

    The first's edits fade out and the second's in. Raises SettingsError for fewer than two
    characters, or two of different models.
    """
    if count < 2:
        raise SettingsError(f"count {count}: a mix contains both ends; give 2 or more")
    if first.model != second.model:
        raise SettingsError(
            f"{first.name} belongs to {first.model} and {second.name} to {second.model}; "
            "mix characters of one model"
        )
    mixed = []
    for part in np.linspace(0, 1, count):
        percent = round(100 * part)
        name = f"{100 - percent} % {first.name}, {percent} % {second.name}"
        w = first.w + np.float32(part) * (second.w - first.w)
        edits = _crossfade(first.edits, second.edits, float(part))
        renderer = first.renderer or second.renderer
        mixed.append(Character(name, first.model, w, None, edits, renderer))
    return mixed


def _crossfade(first: tuple[Edit, ...], second: tuple[Edit, ...], part: float) -> tuple[Edit, ...]:
    """``1 - part`` of ``first`` and ``part`` of ``second``, with each name once."""
    faded: dict[str, Edit] = {}
    for share, edits in ((1 - part, first), (part, second)):
        for each in edits if share else ():
            edit = each._replace(strength=share * each.strength)
            other = faded.get(each.name)
            if other is not None and (total := other.strength + edit.strength):
                added = other.strength * other.move + edit.strength * edit.move
                edit = edit._replace(strength=total, move=(added / total).astype(np.float32))
            faded[each.name] = edit
    return tuple(each for each in faded.values() if each.strength)


def character_sheet(characters: Sequence[Character], columns: int = 4) -> Bytes:
    """A contact sheet of the characters' pictures with their names, uint8 [H, W, 3]."""
    shown = [(each.picture, each.name) for each in characters if each.picture is not None]
    return contact_sheet([picture for picture, _ in shown], columns, [name for _, name in shown])


def parse_range(text: str) -> tuple[float, float]:
    """Parse ``-3..3`` to its two ends. Raises SettingsError."""
    low, _, high = text.partition("..")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = (0.0, 0.0)
    if not ends[0] < ends[1]:
        raise SettingsError(f"{text!r} is not a range; write two numbers, the smaller first: -3..3")
    return ends


def sweep(
    model: CharacterModel,
    content: Content,
    character: Character,
    name: str,
    ends: tuple[float, float],
    steps: int,
    *,
    directions: Directions | None = None,
    method: str | None = None,
) -> tuple[Bytes, list[float]]:
    """Draw ``character`` with the edit ``name`` at ``steps`` strengths, its other edits unchanged.

    Returns heads [steps, S, S, 3] and the strengths. Raises SettingsError.
    """
    strengths = np.linspace(*ends, steps).round(6).tolist()
    edited = [
        character.edit({name: strength}, method=method, directions=directions)
        for strength in strengths
    ]
    return model.draw(content, *edited), strengths


def sweep_strip(heads: Bytes, strengths: list[float], name: str) -> Bytes:
    """The heads in one row with their strengths below, uint8 [H, W, 3]."""
    labels = [f"{name} {strength:+g}" if strength else f"{name} 0" for strength in strengths]
    if heads.shape[2] < 8 * max(map(len, labels)):  # too narrow for the name
        labels = [label.split()[1] for label in labels]
    return contact_sheet(list(heads), len(heads), labels)
