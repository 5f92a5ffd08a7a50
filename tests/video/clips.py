"""What the test clips show and sound like."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray


def picture(size: tuple[int, int], index: int) -> NDArray[np.uint8]:
    rgb = np.full((*size, 3), 40, np.uint8)
    rgb[: size[0] // 2, : size[1] // 2] = 200, 30, 30
    rgb[size[0] // 2 :] = 60 + 10 * (index % 15)
    return rgb


def tone(start: int, sample_format: str) -> av.AudioFrame:
    wave = 0.2 * np.sin(np.arange(start, start + 1024) * 440 * 2 * np.pi / 44_100)
    if sample_format == "s16":
        samples = np.repeat((wave * 32_767).astype(np.int16), 2)[None]
    else:
        samples = np.stack([wave, wave]).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(samples, format=sample_format, layout="stereo")
    frame.rate, frame.pts, frame.time_base = 44_100, start, Fraction(1, 44_100)
    return frame
