"""The edits that ``rosetail evaluate directions`` compares, as vectors in W."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rosetail.arrays import Floats
from rosetail.characters.directions_file import Directions
from rosetail.errors import SettingsError

EditName = tuple[str, str]  # method, part

# The three edits of Trần and Vòng (2022): opening the mouth, shortening the hair, closing the eyes.
TAGS = {"mouth": "open_mouth", "hair": "short_hair", "eyes": "closed_eyes"}
PARTS = tuple(TAGS)  # the order of rows and columns
COLOUR = "blue_hair"
ORIGINAL: EditName = ("original", "")


@dataclass(frozen=True, eq=False)
class Edits:
    """C edits: ``names``, and ``moves`` (C, latent) or (C, groups, latent) at strength 1.

    The first is ORIGINAL, whose move is zero.
    """

    names: tuple[EditName, ...]
    moves: Floats

    @property
    def methods(self) -> list[str]:
        return list(dict.fromkeys(method for method, part in self.names if part))

    def of(self, method: str) -> dict[str, int]:
        """The row of each part for which ``method`` has an edit."""
        return {part: row for row, (name, part) in enumerate(self.names) if name == method}

    def apply_all(self, w: Floats) -> Floats:
        """One code (latent,) after every edit: the shape of ``moves``."""
        return np.asarray(w + self.moves, np.float32)

    def apply(self, row: int, w: Floats) -> Floats:
        """Codes (N, latent) after edit ``row``."""
        move = self.moves[row]
        return np.asarray((w if move.ndim == 1 else w[:, None]) + move, np.float32)


def all_edits(directions: Directions, methods: Sequence[str], latent: int) -> Edits:
    """Every edit of PARTS that the ``methods`` have a direction for.

    Raises SettingsError for a method that the file lacks, or if none has any of the edits.
    """
    names, moves = [ORIGINAL], [np.zeros(latent, np.float32)]
    for method in methods:
        if method not in directions.by_method:
            raise SettingsError(
                f"the directions have no method {method!r}; choose from "
                f"{', '.join(directions.methods)}"
            )
        for part, tag in TAGS.items():
            if tag in directions.by_method[method]:
                names.append((method, part))
                moves.append(directions.move(tag, method)[2])
    if len(names) == 1:
        raise SettingsError(
            f"no method has a direction for {', '.join(TAGS.values())}; fit on more photos, or "
            "with wider shares"
        )
    return Edits(tuple(names), np.stack(np.broadcast_arrays(*moves)))


def without_contrary(directions: Directions, part: str, method: str) -> Floats | None:
    """The move of an edit without that away from its contrary tag; None for calibrated methods."""
    direction = directions.by_method.get(method, {}).get(TAGS[part])
    if direction is None or direction.scale:
        return None
    return np.float32(directions.coefficients(method)[0]) * direction.vector
