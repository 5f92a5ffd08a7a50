"""The edits that are compared: by every method, mouth, hair and eyes, as moves of w."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.directions_file import Directions
from rosetail.errors import SettingsError
from rosetail.evaluate.thesis_tables import WHAT

Floats = NDArray[np.float32]

# The thesis's three: it opens mouths, shortens hair, closes eyes.
TAGS = {"mouth": "open_mouth", "hair": "short_hair", "eyes": "closed_eyes"}
COLOUR = "blue_hair"


@dataclass(frozen=True, eq=False)
class Edits:
    """``names`` are (method, what); ``moves`` (C, latent) or (C, groups, latent) what strength 1
    adds. The first is the original, which nothing is added to."""

    names: tuple[tuple[str, str], ...]
    moves: Floats

    def codes(self, w: Floats) -> Floats:
        """The code ``w`` (latent,) after every edit."""
        return np.asarray(w + self.moves, np.float32)

    def after(self, row: int, w: Floats) -> Floats:
        """Codes ``w`` (N, latent) after edit number ``row``."""
        move = self.moves[row]
        return np.asarray((w if move.ndim == 1 else w[:, None]) + move, np.float32)


ORIGINAL = ("original", "")


def all_edits(directions: Directions, methods: Sequence[str], latent: int) -> Edits:
    """Every edit of WHAT that each of ``methods`` has a direction for.

    Raises SettingsError where a method is not in the file or none has any of the edits.
    """
    names, moves = [ORIGINAL], [np.zeros(latent, np.float32)]
    for method in methods:
        if method not in directions.found:
            raise SettingsError(
                f"the directions have no method {method!r}; choose from "
                f"{', '.join(directions.methods)}"
            )
        for what in WHAT:
            if TAGS[what] in directions.found[method]:
                names.append((method, what))
                moves.append(directions.move(TAGS[what], method)[2])
    if len(names) == 1:
        raise SettingsError(
            f"no method has a direction for {', '.join(TAGS.values())}; fit on more photos, or "
            "with wider shares"
        )
    shape = np.broadcast_shapes(*(move.shape for move in moves))
    return Edits(tuple(names), np.stack([np.broadcast_to(move, shape) for move in moves]))


def unopposed(directions: Directions, what: str, method: str) -> Floats | None:
    """The same edit without its contrary, at the same coefficient; None for a calibrated method."""
    from rosetail.characters.directions_file import COEFFICIENTS, REGRESSION

    known = directions.found.get(method, {}).get(TAGS[what])
    if known is None or known.scale:
        return None
    return np.float32(COEFFICIENTS.get(method, REGRESSION)[0]) * known.vector
