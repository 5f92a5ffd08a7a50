"""How long steps take, one after the other in turns, so that load on the machine hits all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

PORTRAIT, HD = (256, 256), (1080, 1920)  # height, width


def interleaved(steps: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every step in every round; one round before them compiles and warms."""
    for step in steps.values():
        step()
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            began = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - began)
    return seconds


def covering(photo: Bytes, size: tuple[int, int]) -> Bytes:
    """The middle of ``photo``, scaled to just cover ``size`` (height, width)."""
    height, width = photo.shape[:2]
    scale = max(size[0] / height, size[1] / width)
    large = max(size[1], round(width * scale)), max(size[0], round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(photo, large, interpolation=way)
    top, left = (resized.shape[0] - size[0]) // 2, (resized.shape[1] - size[1]) // 2
    return np.ascontiguousarray(resized[top : top + size[0], left : left + size[1]], np.uint8)
