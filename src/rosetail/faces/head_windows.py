"""Describe a head, drawn or photographed, by features of upright windows.

The features are histograms of oriented gradients (Dalal and Triggs 2005: cells of 8 pixels, 9
directions, blocks of 2x2 cells) and the CIELAB colours of a coarse grid.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

CELL, BINS = 8, 9
COLOURS = 16  # colour samples along a window's side


class Window(NamedTuple):
    """A square ``across`` eye distances wide, sampled at ``side`` pixels. Its centre is on the line
    from between the eyes (0) to the mouth (1)."""

    middle: float
    across: float
    side: int


WINDOWS = {
    "eyes": Window(0.0, 1.8, 128),
    "mouth": Window(1.0, 1.0, 64),
    "face": Window(0.4, 2.7, 128),
    "head": Window(0.4, 6.0, 64),
}


@cache
def window_slices() -> dict[str, slice]:
    """Slice of each of WINDOWS in a row of :func:`head_descriptor`."""
    empty = (np.zeros((each.side, each.side, 3), np.uint8) for each in WINDOWS.values())
    lengths = [len(_window_descriptor(each)) for each in empty]
    ends = np.cumsum(lengths).tolist()
    each = (slice(end - length, end) for length, end in zip(lengths, ends, strict=True))
    return dict(zip(WINDOWS, each, strict=True))


def descriptor_size() -> int:
    """Length of a row of :func:`head_descriptor`."""
    return max(part.stop for part in window_slices().values())


def head_descriptor(picture: Bytes, landmarks: NDArray[np.floating]) -> Floats:
    """Concatenated features of the windows of ``picture`` (uint8 RGB [H, W, 3]), mostly in 0..1.

    ``landmarks`` [5, 2] in pixels: left eye, right eye, nose, left and right mouth corner.
    """
    left, right = landmarks[:2].astype(np.float64)
    eyes, mouth = (left + right) / 2, landmarks[3:].astype(np.float64).mean(0)
    return np.concatenate(
        [
            _window_descriptor(
                _cut_window(picture, eyes + each.middle * (mouth - eyes), right - left, each)
            )
            for each in WINDOWS.values()
        ]
    )


def sigmoid(sums: Floats) -> Floats:
    """Logistic function, 0..1."""
    return np.asarray(1 / (1 + np.exp(-sums)), np.float32)


def _cut_window(
    picture: Bytes, middle: NDArray[np.float64], along: NDArray[np.float64], window: Window
) -> Bytes:
    """Cut the window centred on ``middle``, rotated so that the vector ``along`` is horizontal."""
    scale = window.side / (window.across * max(float(np.hypot(*along)), 1.0))
    level = np.arctan2(along[1], along[0])
    turn = scale * np.array([[np.cos(level), np.sin(level)], [-np.sin(level), np.cos(level)]])
    centre = np.full(2, (window.side - 1) / 2)
    matrix = np.hstack([turn, (centre - turn @ middle)[:, None]])
    size = (window.side, window.side)
    seen = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def _window_descriptor(seen: Bytes) -> Floats:
    size = seen.shape[1::-1]
    block = (2 * CELL, 2 * CELL)
    lines = cv2.HOGDescriptor(size, block, (CELL, CELL), (CELL, CELL), BINS).compute(seen)
    lab = cv2.cvtColor(seen, cv2.COLOR_RGB2LAB)
    colours = cv2.resize(lab, (COLOURS, COLOURS), interpolation=cv2.INTER_AREA)
    return np.concatenate([np.ravel(lines), colours.ravel() / 255]).astype(np.float32)
