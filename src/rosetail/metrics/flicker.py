"""Temporal stability of a stylized clip relative to its source.

Three mean absolute differences, in levels 0..255:

- ``flicker``: change of the stylized frames where the source did not change;
- ``excess``: change of the stylized frames beyond that of the source, at all pixels;
- ``warping``: error after warping the previous stylized frame along the optical flow of the source
  (Lai et al. 2018, "Learning Blind Video Temporal Consistency"), at pixels that changed and are
  visible in both frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Floats
from rosetail.errors import InputError

Mask = NDArray[np.bool_]
FramePair = tuple[Bytes, Bytes]  # source, stylized

SMALLEST = 16  # pixels a side; the optical flow needs 12
STILL = 3.0  # levels, mean over channels: a source pixel that changes less counts as unchanged


class Stability(NamedTuple):
    """Levels 0..255, NaN if a clip has no such pixels, and the number of frames compared."""

    frames: int
    flicker: float
    excess: float
    warping: float


def stability(frames: Iterable[FramePair]) -> Stability:
    """Flicker, excess and warping error of (source, stylized) frames in order.

    Frames are uint8 RGB [H, W, 3], all of one size; two pairs are in memory at a time. Optical flow
    is DIS (Kroeger et al. 2016) in both directions; pixels whose forward and backward flow disagree
    count as occluded (Sundaram, Brox and Keutzer 2010).

    Raises InputError for fewer than two frames, sides below 16 pixels or frames of different sizes.
    """
    sums = np.zeros((3, 2))  # sum of levels and number of pixels for each measure
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    previous: FramePair | None = None
    count = 0
    for current in frames:
        size = (previous or current)[0].shape
        if not current[0].shape == current[1].shape == size:
            sizes = " and ".join(f"{each.shape[1]}x{each.shape[0]}" for each in current)
            raise InputError(f"frames of {sizes} pixels; give two clips of one size")
        if min(size[:2]) < SMALLEST:
            raise InputError(f"frames {size}: too small; give at least 16 pixels a side")
        if previous is not None:
            sums += _differences(previous, current, flow)
        previous, count = current, count + 1
    if count < 2:
        raise InputError(f"{count} frames show no change; give a clip of two or more")
    levels = [float(total / pixels) if pixels else float("nan") for total, pixels in sums]
    return Stability(count, *levels)


def _differences(before: FramePair, now: FramePair, flow: Any) -> NDArray[np.float64]:
    """Sums and pixel counts (3, 2) for one step; rows are flicker, excess and warping."""
    source, stylized = _difference(before[0], now[0]), _difference(before[1], now[1])
    still = source < STILL
    rows = [(stylized, still), (np.maximum(stylized - source, 0), np.ones_like(still))]
    if still.all():
        rows.append((stylized, ~still))
    else:
        backward, visible = backward_flow(before[0], now[0], flow)
        rows.append((_difference(warped(before[1], backward), now[1]), visible & ~still))
    return np.array([(values[where].sum(dtype=np.float64), where.sum()) for values, where in rows])


def backward_flow(before: Bytes, now: Bytes, flow: Any) -> tuple[Floats, Mask]:
    """Flow in pixels [H, W, 2] from each pixel of ``now`` to ``before``, and whether it is visible.

    Pixels whose flow leaves the picture are not visible.
    """
    grey = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (before, now)]
    backward: Floats = flow.calc(grey[1], grey[0], None)
    forward = warped(flow.calc(grey[0], grey[1], None), backward)
    lengths = np.square(backward).sum(2) + np.square(forward).sum(2)
    consistent = np.square(backward + forward).sum(2) < 0.01 * lengths + 0.5
    x, y = _targets(backward)
    height, width = backward.shape[:2]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return backward, consistent & inside


def warped(picture: NDArray[Any], backward: Floats) -> NDArray[Any]:
    """``picture`` [H, W, C] sampled where ``backward`` [H, W, 2] points."""
    x, y = _targets(backward)
    return cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _targets(backward: Floats) -> tuple[Floats, Floats]:
    height, width = backward.shape[:2]
    rows, columns = np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32)
    return columns[None] + backward[..., 0], rows[:, None] + backward[..., 1]


def _difference(before: Bytes, now: Bytes) -> Floats:
    """Mean over channels of the absolute difference, float32 [H, W]."""
    return cv2.absdiff(before, now).mean(2, dtype=np.float32)
