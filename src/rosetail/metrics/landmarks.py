"""Landmark error: whether a photo's face is detected in the drawing, and how far it moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.faces import faces
from rosetail.faces.mesh import refine_landmarks


def landmark_error(photo: ArrayLike, drawing: ArrayLike) -> float:
    """Mean distance of five landmarks (5, 2), in eye distances of the photo."""
    before, after = np.asarray(photo, np.float64), np.asarray(drawing, np.float64)
    eye_distance = np.linalg.norm(before[1] - before[0])
    return float(np.linalg.norm(after - before, axis=1).mean() / eye_distance)


def error_in_drawing(landmarks: ArrayLike, drawing: NDArray[np.uint8]) -> float:
    """:func:`landmark_error` of the face in ``drawing``, uint8 [H, W, 3], nearest to ``landmarks``.

    The face is detected by MTCNN and its landmarks are those of the mesh, if it sees a face too.
    NaN if no face is detected there: one whose error is 1 or more counts as a different face.
    """
    errors = [
        landmark_error(landmarks, refine_landmarks(drawing, face.landmarks))
        for face in faces.find(drawing)
    ]
    return min((error for error in errors if error < 1), default=float("nan"))
