"""The person mask of a portrait."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.faces.faces import Face
from rosetail.faces.person import person_mask


def test_face_and_corners(astronaut: NDArray[np.uint8], face: Face) -> None:
    mask = person_mask(astronaut)
    assert mask.shape == astronaut.shape[:2]
    assert mask.dtype == np.float32
    assert 0 <= mask.min() <= mask.max() <= 1
    x0, y0, x1, y1 = face.box.astype(int)
    assert mask[y0:y1, x0:x1].mean() > 0.95
    assert mask[: y0 // 4, -40:].mean() < 0.1  # beside and above the head
    assert 0.25 < mask.mean() < 0.9


def test_an_empty_picture_has_nobody() -> None:
    assert person_mask(np.full((90, 160, 3), 127, np.uint8)).mean() < 0.2
