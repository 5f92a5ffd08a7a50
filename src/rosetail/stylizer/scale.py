"""At which size the network looks at a picture, and the way back to the picture's own size.

A network learned on faces of some size. A face much larger than that is to it a landscape of
skin: it smooths, and draws no features. So a picture with a large face is shown to it smaller, one
with tiny faces larger, and its answer, flat colours and lines, is brought to the exact size after.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.errors import SettingsError

Bytes = NDArray[np.uint8]
Detail = Literal["auto"] | float

# Eye distances in pixels that a network draws well, unless its file says otherwise ("eyes"); a
# 256-pixel head has 54.
EYES = (32.0, 64.0)
LARGEST_GAIN = 2.0
# The network's maps take about 450 bytes a pixel in bfloat16: this bounds them to 1.8 GB.
MOST_PIXELS = 4_000_000
# Of the enlarged drawing's fine part; what overshoots is cut off again, so no halos appear.
SHARPEN, REACH = 1.5, 0.7


def working_scale(
    size: tuple[int, int],
    eye_distances: Sequence[float] = (),
    detail: Detail = "auto",
    eyes: tuple[float, float] = EYES,
) -> float:
    """The factor from a picture of ``size`` (height, width) to what the network sees.

    ``auto`` brings the largest of ``eye_distances`` (pixels between the eyes) into the range
    ``eyes``, by enlarging at most twice; without faces the picture keeps its size. A number is
    taken as it is: 1 is the picture's own size, 0.5 half of it. Either way at most 4 megapixels
    are seen.

    Raises:
        SettingsError: ``detail`` is neither "auto" nor a number above 0 and at most 4.
    """
    if detail == "auto":
        distance = max(eye_distances, default=0.0)
        scale = 1.0
        if distance > eyes[1]:
            scale = eyes[1] / distance
        elif 0 < distance < eyes[0]:
            scale = min(eyes[0] / distance, LARGEST_GAIN)
    elif isinstance(detail, int | float) and 0 < detail <= 4:
        scale = float(detail)
    else:
        raise SettingsError(f"detail is {detail!r}; give auto or a number above 0 and at most 4")
    height, width = size
    return min(scale, (MOST_PIXELS / (height * width)) ** 0.5)


def scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """``size`` (height, width) times ``scale``, at least one pixel a side."""
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def resize_photo(photo: Bytes, size: tuple[int, int]) -> Bytes:
    """A photo uint8 [H, W, ...] at ``size`` (height, width): areas averaged, or cubic."""
    height, width = photo.shape[:2]
    smaller = size[0] * size[1] < height * width
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(photo, size[::-1], interpolation=way)  # type: ignore[return-value]


def resize_drawing(drawing: Bytes, size: tuple[int, int]) -> Bytes:
    """Flat art uint8 [H, W, ...] at ``size`` (height, width), its lines as crisp as they were.

    Smaller: areas averaged. Larger: cubic, its fine part raised, and every pixel held between the
    darkest and the lightest of its 3x3 neighbours in ``drawing``: edges steepen, nothing rings.
    """
    height, width = drawing.shape[:2]
    if (height, width) == size:
        return drawing
    gain = ((size[0] * size[1]) / (height * width)) ** 0.5
    if gain < 1:
        return resize_photo(drawing, size)
    large = resize_photo(drawing, size)
    sigma = REACH * gain
    side = 2 * round(1.5 * sigma) + 1  # short of what is usual, and twice as fast
    soft = cv2.GaussianBlur(large, (side, side), sigma)
    cv2.addWeighted(large, 1 + SHARPEN, soft, -SHARPEN, 0, dst=large)
    around = np.ones((3, 3), np.uint8)
    for bound, hold in ((cv2.erode, cv2.max), (cv2.dilate, cv2.min)):
        limit = cv2.resize(bound(drawing, around), size[::-1], interpolation=cv2.INTER_LINEAR)
        hold(large, limit, dst=large)
    return large
