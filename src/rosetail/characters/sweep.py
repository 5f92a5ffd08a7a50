"""Pictures of one character with an edit at increasing strengths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.character import Character
from rosetail.characters.content import Content
from rosetail.characters.directions_file import Directions
from rosetail.characters.model import CharacterModel
from rosetail.errors import SettingsError
from rosetail.images import contact_sheet

Bytes = NDArray[np.uint8]


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
