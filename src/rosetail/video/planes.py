"""Enlarge a small drawing directly to the planes of a full-size video frame.

Colours are converted at the small size, and the chroma planes are only enlarged to half the size,
as 4:2:0 stores them. That is about half the work of enlarging RGB and converting it.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from rosetail.arrays import Bytes
from rosetail.stylizer.scale import resize_drawing

RED, BLUE = 0.2126, 0.0722  # luma coefficients, ITU-R BT.709


def _from_rgb() -> NDArray[np.float32]:
    """Matrix [3, 4] from RGB 0..255 to Y 16..235, Cb and Cr 16..240."""
    luma = np.array([RED, 1 - RED - BLUE, BLUE])
    blue = (np.array([0, 0, 1]) - luma) / (2 * (1 - BLUE))
    red = (np.array([1, 0, 0]) - luma) / (2 * (1 - RED))
    rows = np.stack([luma * 219, blue * 224, red * 224]) / 255
    return np.column_stack([rows, [16, 128, 128]]).astype(np.float32)


FROM_RGB = _from_rgb()


def enlarged_frame(drawing: Bytes, size: tuple[int, int]) -> VideoFrame:
    """A drawing uint8 [h, w, 3] RGB as a frame of ``size`` (height, width; both even), 4:2:0 in
    BT.709."""
    height, width = size
    frame = VideoFrame(width, height, "yuv420p")
    small = cv2.split(cv2.transform(drawing, FROM_RGB).astype(np.uint8, copy=False))
    for plane, channel in zip(frame.planes, small, strict=True):
        rows = np.frombuffer(cast(bytes, plane), np.uint8).reshape(plane.height, plane.line_size)
        rows[:, : plane.width] = resize_drawing(cast(Bytes, channel), (plane.height, plane.width))
    return frame
