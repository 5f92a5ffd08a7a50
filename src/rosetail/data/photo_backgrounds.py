"""Change the background of photos, found by the person mask."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes
from rosetail.faces.person import person_mask

Background = Literal["keep", "remove", "blur", "colour"]

WHITE = 255.0
BLUR = 1 / 24  # standard deviation of the blur, in sides of the picture


def with_background(rgb: Bytes, background: Background) -> Bytes:
    """The person in ``rgb`` (uint8 [H, W, 3]) before another background.

    ``keep`` returns the photo; ``remove`` makes the background white, ``blur`` blurs it without
    smearing the person into it, ``colour`` fills it with its mean colour.
    """
    if background == "keep":
        return rgb
    person = person_mask(rgb)[..., None]
    photo, around = rgb.astype(np.float32), 1 - person
    behind: NDArray[np.floating]
    if background == "remove":
        behind = np.full_like(photo, WHITE)
    elif background == "colour":
        total = max(float(around.sum()), 1e-6)
        behind = np.broadcast_to((photo * around).sum((0, 1)) / total, photo.shape)
    else:
        sigma = BLUR * max(rgb.shape[:2])
        weight = cv2.GaussianBlur(around, (0, 0), sigma)[..., None]
        blurred = cv2.GaussianBlur(photo * around, (0, 0), sigma)
        behind = blurred / np.maximum(weight, 1e-3)
    return np.clip(np.rint(person * photo + around * behind), 0, 255).astype(np.uint8)
