"""Landmark error by hand, with known faces, and once with the real detector."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from rosetail.faces import faces
from rosetail.faces.faces import Face
from rosetail.metrics.landmarks import error_in_drawing, landmark_error

MARKS = np.array([(10, 10), (30, 10), (20, 20), (12, 30), (28, 30)], np.float32)
BLANK = np.zeros((40, 40, 3), np.uint8)


def test_error_by_hand() -> None:
    moved = MARKS.copy()
    moved[2] += (3, 4)  # five pixels of one landmark in five; the eyes are 20 apart
    assert landmark_error(MARKS, moved) == pytest.approx(5 / 5 / 20)
    assert landmark_error(MARKS, MARKS) == 0


def test_error_has_no_unit() -> None:
    moved = MARKS + np.random.default_rng(0).normal(size=(5, 2))
    assert landmark_error(3 * MARKS, 3 * moved) == pytest.approx(landmark_error(MARKS, moved))


def face(landmarks: np.ndarray) -> Face:
    return Face(np.array([0, 0, 40, 40], np.float32), landmarks, 1.0)


def test_the_nearest_face_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    near, far = face(MARKS + np.array((2, 0))), face(MARKS + 100)
    for found, wanted in (([far, near], 2 / 20), ([far], np.nan), ([], np.nan)):
        monkeypatch.setattr(faces, "find", lambda rgb, found=found: found)
        assert error_in_drawing(MARKS, BLANK) == pytest.approx(wanted, nan_ok=True)


def test_a_real_portrait_and_the_same_moved_by_three_pixels() -> None:
    photo = np.ascontiguousarray(data.astronaut()[:300, 80:380])
    known = faces.find(photo)[0].landmarks
    eyes = np.linalg.norm(known[1] - known[0])
    error = error_in_drawing(known, np.roll(photo, 3, axis=1))
    assert error == pytest.approx(3 / eyes, rel=0.35)
    assert np.isnan(error_in_drawing(known, np.zeros_like(photo)))
