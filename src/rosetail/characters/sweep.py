"""A sweep: one character on one photo, an edit going from less to more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import SettingsError
from rosetail.images import contact_sheet

if TYPE_CHECKING:
    from rosetail.characters.character import Character
    from rosetail.characters.directions_file import Directions
    from rosetail.characters.network_model import Content, Roses

Bytes = NDArray[np.uint8]


def span(text: str) -> tuple[float, float]:
    """``-3..3`` as its two ends. Raises SettingsError."""
    low, _, high = text.partition("..")
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = (0.0, 0.0)
    if not ends[0] < ends[1]:
        raise SettingsError(f"{text!r} is no span; write two numbers, the smaller first: -3..3")
    return ends


def sweep(
    roses: Roses,
    content: Content,
    character: Character,
    name: str,
    ends: tuple[float, float],
    steps: int,
    *,
    directions: Directions | None = None,
    method: str | None = None,
) -> tuple[Bytes, list[float]]:
    """``character`` with the edit ``name`` at ``steps`` strengths: the heads [steps, S, S, 3] and
    the strengths. Its other edits stay. Raises SettingsError."""
    found = []
    strengths = np.linspace(*ends, steps).round(6).tolist()
    for strength in strengths:
        found.append(character.edit({name: strength}, method=method, directions=directions))
    return roses.draw(content, *found), strengths


def strip(heads: Bytes, strengths: list[float], name: str) -> Bytes:
    """The heads in one row, each with its strength under it, uint8 [H, W, 3]."""
    labels = [f"{name} {strength:+g}" if strength else f"{name} 0" for strength in strengths]
    if heads.shape[2] < 8 * max(map(len, labels)):  # too narrow for the name
        labels = [label.split()[1] for label in labels]
    return contact_sheet(list(heads), len(heads), labels)
