"""Axes of a face by its five landmarks; lengths are in eye distances (between the pupils)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class FaceAxes:
    """Coordinate axes of a face: ``place(point)`` gives x (towards the right eye) and y (down)."""

    landmarks: Floats  # [5, 2] pixels
    distance: float  # between the eyes, pixels
    right: Floats  # unit vector from the left to the right eye
    down: Floats

    @classmethod
    def of(cls, landmarks: Floats) -> FaceAxes:
        between = landmarks[1] - landmarks[0]
        distance = float(np.hypot(*between))
        right = (between / distance).astype(np.float32)
        return cls(landmarks, distance, right, np.array([-right[1], right[0]], np.float32))

    @property
    def eyes(self) -> Floats:
        """The midpoint between the eyes [2]."""
        return np.asarray(self.landmarks[:2].mean(0), np.float32)

    def place(self, shape: tuple[int, ...], origin: Floats) -> tuple[Floats, Floats]:
        """x and y [H, W] of every pixel relative to ``origin``."""
        y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        x, y = x - origin[0], y - origin[1]
        across = (x * self.right[0] + y * self.right[1]) / self.distance
        return across, (x * self.down[0] + y * self.down[1]) / self.distance


def patch(picture: Floats, place: Floats, radius: float) -> Floats:
    """The pixels [N, C] within ``radius`` of ``place``, moved inside the picture if needed."""
    reach = max(2, int(radius))
    height, width = picture.shape[:2]
    x = int(np.clip(place[0], reach, width - reach - 1))
    y = int(np.clip(place[1], reach, height - reach - 1))
    return picture[y - reach : y + reach, x - reach : x + reach].reshape(-1, picture.shape[2])
