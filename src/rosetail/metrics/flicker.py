"""Is a drawn film as steady as the film it was drawn from?

Three numbers, all mean absolute differences in levels 0..255 over a clip:

- ``flicker``: how much a drawing changes from frame to frame where the film did not change;
- ``excess``: by how much it changes more than the film, anywhere;
- ``warping``: the rest after the last drawing was carried along the film's motion (Lai and others
  2018, "Learning Blind Video Temporal Consistency"), where the film did change and what is seen
  was seen before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.errors import InputError

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

SMALLEST = 16  # pixels a side; the flow needs twelve
STILL = 3.0  # levels, mean of the channels: below that a pixel of the film did not change


class Steadiness(NamedTuple):
    """Levels, 0..255; NaN where a clip has no such pixels. ``frames``: pictures looked at."""

    frames: int
    flicker: float
    excess: float
    warping: float


def steadiness(clip: Iterable[tuple[Bytes, Bytes]]) -> Steadiness:
    """Flicker, excess and warping error of (film, drawing) frames in order.

    Every frame is uint8 RGB (H, W, 3), all of one size; two frames are in memory at a time. Motion
    is found in the film by dense inverse search (Kroeger and others 2016), both ways: pixels whose
    ways there and back do not meet were hidden (Sundaram, Brox and Keutzer 2010).

    Raises InputError for fewer than two frames or sides below 16, ValueError where sizes differ.
    """
    sums = np.zeros((3, 2))  # total of levels and count of pixels for each number
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    before: tuple[Bytes, Bytes] | None = None
    frames = 0
    for now in clip:
        first = before if before is not None else now
        if not now[0].shape == now[1].shape == first[0].shape:
            raise ValueError(f"film {now[0].shape} and drawing {now[1].shape} must have one size")
        if min(now[0].shape[:2]) < SMALLEST:
            raise InputError(f"frames {now[0].shape}: too small; give at least 16 pixels a side")
        if before is not None:
            sums += _between(before, now, finder)
        before, frames = now, frames + 1
    if frames < 2:
        raise InputError(f"{frames} frames show no change; give a clip of two or more")
    levels = [float(total / count) if count else float("nan") for total, count in sums]
    return Steadiness(frames, *levels)


def _between(
    before: tuple[Bytes, Bytes], now: tuple[Bytes, Bytes], finder: Any
) -> NDArray[np.float64]:
    """Totals and counts for one step of the clip, rows flicker, excess, warping."""
    film, drawing = _change(before[0], now[0]), _change(before[1], now[1])
    still = film < STILL
    rows = [(drawing, still), (np.maximum(drawing - film, 0), np.ones_like(still))]
    if still.all():
        rows.append((drawing, ~still))
    else:
        back, seen = motion(before[0], now[0], finder)
        rows.append((_change(carried(before[1], back), now[1]), seen & ~still))
    return np.array([(values[where].sum(dtype=np.float64), where.sum()) for values, where in rows])


def motion(before: Bytes, now: Bytes, finder: Any) -> tuple[Floats, Mask]:
    """Where every pixel of ``now`` was: its way back in pixels (H, W, 2), and whether it was seen.

    A way out of the picture counts as not seen.
    """
    grey = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (before, now)]
    back: Floats = finder.calc(grey[1], grey[0], None)
    forth: Floats = finder.calc(grey[0], grey[1], None)
    there = carried(forth, back)
    lengths = np.square(back).sum(2) + np.square(there).sum(2)
    meets = np.square(back + there).sum(2) < 0.01 * lengths + 0.5
    x, y = _places(back)
    height, width = back.shape[:2]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return back, meets & inside


def carried(picture: NDArray[Any], back: Floats) -> NDArray[Any]:
    """``picture`` [H, W, C] taken along: each pixel from where ``back`` says it was."""
    x, y = _places(back)
    return cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _places(back: Floats) -> tuple[Floats, Floats]:
    height, width = back.shape[:2]
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    return columns[None] + back[..., 0], rows[:, None] + back[..., 1]


def _change(before: Bytes, now: Bytes) -> Floats:
    """Mean over channels of the absolute difference, float32 [H, W]."""
    return cv2.absdiff(before, now).mean(2, dtype=np.float32)
