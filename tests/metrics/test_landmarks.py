"""Landmark error by hand; faces kept with known faces, and once with the real finder."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data

from rosetail.faces import faces
from rosetail.faces.faces import Face
from rosetail.metrics.landmarks import faces_kept, landmark_error

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


def test_faces_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept with a shift; lost; only another face left; no face in the photo."""
    answers = iter(
        [
            [face(MARKS)],
            [face(MARKS + 100), face(MARKS + np.array((2, 0)))],
            [face(MARKS)],
            [],
            [face(MARKS)],
            [face(MARKS + 100)],
            [],
        ]
    )
    monkeypatch.setattr(faces, "find", lambda rgb: next(answers))
    kept = faces_kept([(BLANK, BLANK)] * 4)
    assert (kept.photos, kept.found) == (3, 1)
    assert kept.share == pytest.approx(1 / 3)
    assert kept.median_error == pytest.approx(2 / 20)


def test_no_faces_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "find", lambda rgb: [])
    kept = faces_kept([(BLANK, BLANK)])
    assert kept.photos == kept.found == 0
    assert np.isnan(kept.share)
    assert np.isnan(kept.median_error)


def test_sizes_must_agree() -> None:
    with pytest.raises(ValueError, match="one size"):
        faces_kept([(BLANK, BLANK[:-1])])


def test_a_real_portrait_and_the_same_moved_by_three_pixels() -> None:
    photo = np.ascontiguousarray(data.astronaut()[:300, 80:380])
    kept = faces_kept([(photo, np.roll(photo, 3, axis=1)), (photo, np.zeros_like(photo))])
    assert (kept.photos, kept.found) == (2, 1)
    eyes = np.linalg.norm(np.subtract(*faces.find(photo)[0].landmarks[:2]))
    assert kept.median_error == pytest.approx(3 / eyes, rel=0.35)
