"""Where the parts of a portrait lie in a head crop (:func:`rosetail.faces.faces.canonical`).

Generous, since drawn eyes are larger than real ones and heads turn: what lies outside a region is
surely something else.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.tag_families import Region

Mask = NDArray[np.bool_]

# Left, top, right and bottom in parts of the side.
_BOXES = {
    "mouth": (0.34, 0.58, 0.66, 0.80),
    "eyes": (0.22, 0.32, 0.78, 0.60),
    "brows": (0.22, 0.26, 0.78, 0.50),
    "cheeks": (0.22, 0.44, 0.78, 0.72),
}
# Middle and half axes of the whole face, and of the part of it that no hair covers.
_FACE = ((0.5, 0.54), (0.30, 0.40))
_BARE = ((0.5, 0.58), (0.17, 0.18))


@lru_cache(maxsize=64)
def mask(region: Region, size: int) -> Mask:
    """True where ``region`` lies in a head crop of ``size`` pixels, (size, size). Not to be
    written to."""
    place = (np.arange(size) + 0.5) / size
    x, y = place[None, :], place[:, None]
    if region in _BOXES:
        left, top, right, bottom = _BOXES[region]
        found = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    elif region == "face":
        found = _inside(x, y, *_FACE)
    elif region == "hair":
        found = ~_inside(x, y, *_BARE)
    else:
        found = np.ones((size, size), bool)
    found.setflags(write=False)
    return found


def _inside(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    middle: tuple[float, float],
    axes: tuple[float, float],
) -> Mask:
    away = ((x - middle[0]) / axes[0]) ** 2 + ((y - middle[1]) / axes[1]) ** 2
    return np.asarray(away <= 1)
