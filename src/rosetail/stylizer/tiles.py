"""Draw a large picture in overlapping tiles, so that the memory of the network stays bounded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rosetail.arrays import Bytes
from rosetail.stylizer.scale import MAX_PIXELS

OVERLAP = 128  # pixels of the network's input over which neighbouring tiles are blended


def draw_in_tiles(
    rgb: Bytes, scale: float, draw: Callable[[Bytes], Bytes], *, pixels: int = MAX_PIXELS
) -> Bytes:
    """``draw`` on tiles of ``rgb`` [H, W, 3] that have at most ``pixels`` once they are scaled by
    ``scale``; neighbours are blended linearly."""
    side, overlap = int(pixels**0.5 / scale), round(OVERLAP / scale)
    height, width = rgb.shape[:2]
    drawn = np.empty_like(rgb)
    for top, bottom in _spans(height, side, overlap):
        for left, right in _spans(width, side, overlap):
            area = np.s_[top:bottom, left:right]
            tile = draw(np.ascontiguousarray(rgb[area]))
            weight = np.minimum(
                _ramp(tile.shape[0], overlap if top else 0)[:, None],
                _ramp(tile.shape[1], overlap if left else 0)[None],
            )[..., None]
            if top or left:
                tile = np.rint(np.where(weight < 1, drawn[area], 0) * (1 - weight) + tile * weight)
            drawn[area] = tile
    return drawn


def _spans(length: int, side: int, overlap: int) -> list[tuple[int, int]]:
    """Equal parts of ``length``, at most ``side`` long, that share ``overlap`` or a pixel more."""
    if length <= side:
        return [(0, length)]
    count = -(-(length - overlap) // (side - overlap))
    part = -(-(length + (count - 1) * overlap) // count)
    starts = [number * (length - part) // (count - 1) for number in range(count)]
    return [(start, start + part) for start in starts]


def _ramp(length: int, rise: int) -> np.ndarray:
    """Weights that rise from 0 to 1 over ``rise`` pixels."""
    weights = np.ones(length, np.float32)
    weights[:rise] = (np.arange(rise) + 0.5)[:length] / max(1, rise)
    return weights
