"""Segment persons with MediaPipe's selfie model, refined at the picture's full size."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.engines.backend import open_net
from rosetail.images import to_tensor

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 256  # pixels of the model's input
RADIUS = 1 / 64  # of the guided filter, relative to the longer side
EPSILON = 1e-4  # of the guided filter, for guides in 0..1


def person_mask(rgb: Bytes) -> Floats:
    """Probability that each pixel of ``rgb`` (uint8 [H, W, 3]) shows a person: float32 [H, W].

    The model's mask of 256 pixels is enlarged and aligned with the picture's edges by a guided
    filter (He, Sun and Tang 2013).
    """
    height, width = rgb.shape[:2]
    mask = cv2.resize(coarse_mask(rgb), (width, height), interpolation=cv2.INTER_LINEAR)
    radius = max(2, round(RADIUS * max(height, width)))
    guide = rgb.astype(np.float32) / 255
    refined = cv2.ximgproc.guidedFilter(guide, mask, radius, EPSILON)
    return np.clip(refined, 0, 1).astype(np.float32)


def coarse_mask(rgb: Bytes) -> Floats:
    """The model's own mask, float32 [SIDE, SIDE], which covers the picture ``rgb``."""
    small = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    picture = to_tensor(np.asarray(small, np.uint8))
    mask = open_net("person").run({"picture": picture})["person"][0, 0]
    return np.clip(mask, 0, 1).astype(np.float32)
