"""Regions of the parts of a portrait in a crop (:func:`rosetail.faces.faces.canonical`).

The regions are generous, because drawn eyes are larger than real ones and heads turn.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.tag_families import Region
from rosetail.faces.faces import FRAMES, Frame

Mask = NDArray[np.bool_]

# Left, top, right and bottom, as fractions of the side.
_BOXES = {
    "mouth": (0.34, 0.58, 0.66, 0.80),
    "eyes": (0.22, 0.32, 0.78, 0.60),
    "brows": (0.22, 0.26, 0.78, 0.50),
    "cheeks": (0.22, 0.44, 0.78, 0.72),
}
# Centre and half axes of the whole face, and of the part that hair never covers.
_FACE = ((0.5, 0.54), (0.30, 0.40))
_BARE = ((0.5, 0.58), (0.17, 0.18))


@lru_cache(maxsize=64)
def mask(region: Region, size: int, crop: Frame = "head") -> Mask:
    """A read-only mask (size, size) of ``region`` in a crop of ``size`` pixels."""
    axis = (np.arange(size) + 0.5) / size
    (distance, height), (shown, top) = FRAMES["head"], FRAMES[crop]
    # The place in a head crop.
    x = 0.5 + (axis[None, :] - 0.5) * distance / shown
    y = height + (axis[:, None] - top) * distance / shown

    def ellipse(centre: tuple[float, float], axes: tuple[float, float]) -> Mask:
        return ((x - centre[0]) / axes[0]) ** 2 + ((y - centre[1]) / axes[1]) ** 2 <= 1

    if region in _BOXES:
        left, top, right, bottom = _BOXES[region]
        inside = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    elif region == "face":
        inside = ellipse(*_FACE)
    elif region == "hair":
        inside = ~ellipse(*_BARE)
    else:
        inside = np.ones((size, size), bool)
    inside.setflags(write=False)
    return inside
