"""Working size of a picture, and resizing of the drawing.

A network is trained on faces of a certain size. It smooths much larger faces like landscapes,
without drawing features. Therefore pictures with large faces are reduced and those with small faces
enlarged for the network, and the drawing is resized to the original size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np

from rosetail.arrays import Bytes
from rosetail.errors import SettingsError

Detail = Literal["auto"] | float

# Distances between the eyes, in pixels, that a network draws well, unless its file has its own
# range ("eyes"). In a 256-pixel head it is 54.
EYES = (32.0, 64.0)
MAX_ENLARGEMENT = 2.0
# Of the network's input at a time: activations take about 450 bytes per pixel in bfloat16, 1.8 GB.
# Larger inputs are drawn in tiles.
MAX_PIXELS = 4_000_000
SHARPEN, SIGMA = 1.5, 0.7  # amount and radius of the unsharp mask of an enlarged drawing


def eyes_range(text: str | None) -> tuple[float, float]:
    """The range of eye distances in a file's header: two numbers, or ``any`` for networks that draw
    pictures at their own size. None, as in files without the entry, is EYES."""
    if text is None:
        return EYES
    if text == "any":
        return 0.0, float("inf")
    small, large = text.split()
    return float(small), float(large)


def working_scale(
    size: tuple[int, int],
    eye_distances: Sequence[float] = (),
    detail: Detail = "auto",
    eyes: tuple[float, float] = EYES,
) -> float:
    """The scale of the network's input for a picture of ``size`` (height, width).

    ``auto`` brings the largest of ``eye_distances`` (in pixels) into the range ``eyes``, enlarging
    by at most 2; without faces the scale is 1. It limits the input to 4 megapixels, unless the face
    would become smaller than the range. A number is the scale itself.

    Raises SettingsError unless ``detail`` is "auto" or a number above 0 and at most 4.
    """
    if detail != "auto":
        if isinstance(detail, int | float) and 0 < detail <= 4:
            return float(detail)
        raise SettingsError(f"detail is {detail!r}; give auto or a number above 0 and at most 4")
    distance, limit = max(eye_distances, default=0.0), largest_scale(size)
    if not distance:
        return min(1.0, limit)
    smallest = min(eyes[0] / distance, MAX_ENLARGEMENT)
    if distance < eyes[0]:
        return min(smallest, max(limit, 1.0))
    return max(smallest, min(eyes[1] / distance, 1.0, limit))


def largest_scale(size: tuple[int, int]) -> float:
    """The scale at which a picture of ``size`` (height, width) has MAX_PIXELS."""
    return (MAX_PIXELS / (size[0] * size[1])) ** 0.5


def scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """``size`` (height, width) times ``scale``, at least one pixel."""
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def resize_photo(photo: Bytes, size: tuple[int, int]) -> Bytes:
    """Resize uint8 [H, W, ...] to ``size`` (height, width): area average, or cubic to enlarge."""
    height, width = photo.shape[:2]
    smaller = size[0] * size[1] < height * width
    interpolation = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(photo, size[::-1], interpolation=interpolation)  # type: ignore[return-value]


def resize_drawing(drawing: Bytes, size: tuple[int, int]) -> Bytes:
    """Resize flat art, uint8 [H, W, ...], to ``size`` (height, width) with sharp lines.

    Enlarging is cubic with an unsharp mask. Each pixel is clamped to the range of its 3x3
    neighbours in ``drawing``, so that edges become steeper without halos.
    """
    height, width = drawing.shape[:2]
    if (height, width) == size:
        return drawing
    large = resize_photo(drawing, size)
    gain = ((size[0] * size[1]) / (height * width)) ** 0.5
    if gain < 1:
        return large
    sigma = SIGMA * gain
    side = 2 * round(1.5 * sigma) + 1  # smaller than usual, and twice as fast
    blurred = cv2.GaussianBlur(large, (side, side), sigma)
    cv2.addWeighted(large, 1 + SHARPEN, blurred, -SHARPEN, 0, dst=large)
    window = np.ones((3, 3), np.uint8)
    for extreme, clamp in ((cv2.erode, cv2.max), (cv2.dilate, cv2.min)):
        limit = cv2.resize(extreme(drawing, window), size[::-1], interpolation=cv2.INTER_LINEAR)
        clamp(large, limit, dst=large)
    return large
