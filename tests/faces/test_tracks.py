"""Landmarks over time: steady when the face is still, with it when it moves."""

from __future__ import annotations

import numpy as np

from rosetail.faces.faces import Face, canonical
from rosetail.faces.tracks import Tracks

FACE = canonical(256)
EYES = float(np.linalg.norm(FACE[1] - FACE[0]))
STEP = 1 / 30


def faces(*landmarks: np.ndarray, score: float = 1.0) -> list[Face]:
    return [Face(np.zeros(4, np.float32), each, score) for each in landmarks]


def test_a_still_face_shakes_much_less_than_its_detections() -> None:
    rng = np.random.default_rng(0)
    tracks, steady, raw = Tracks(), [], []
    for frame in range(90):
        found = FACE + rng.normal(0, 1.0, FACE.shape)
        raw.append(found)
        steady.append(tracks.update(frame * STEP, faces(found))[0])
    shake = [np.abs(np.diff(np.array(path)[30:], axis=0)).mean() for path in (raw, steady)]
    assert shake[1] < 0.25 * shake[0]
    assert np.abs(np.array(steady)[30:].mean(0) - FACE).max() < 0.6


def test_a_moving_face_is_followed() -> None:
    tracks = Tracks()
    for frame in range(60):
        at = FACE + np.array([frame * STEP * 4 * EYES, 0])  # four eye distances a second
        steady = tracks.update(frame * STEP, faces(at))[0]
    behind = np.linalg.norm(steady - at, axis=1).max()
    assert behind < 0.08 * EYES


def test_faces_keep_apart_whatever_their_order() -> None:
    tracks = Tracks()
    other = FACE + np.array([3 * EYES, 0])
    tracks.update(0.0, faces(FACE, other))
    first, second = tracks.update(STEP, faces(other, FACE))
    np.testing.assert_allclose(first, FACE, atol=1e-6)
    np.testing.assert_allclose(second, other, atol=1e-6)


def test_a_missed_detection_is_bridged_and_a_gone_face_is_let_go() -> None:
    tracks = Tracks()
    tracks.update(0.0, faces(FACE))
    np.testing.assert_allclose(tracks.update(0.2, [])[0], FACE)
    assert tracks.update(0.7, []) == []


def test_a_jump_starts_a_new_track_as_found() -> None:
    tracks = Tracks()
    tracks.update(0.0, faces(FACE))
    far = FACE + 5 * EYES
    assert any(np.allclose(points, far) for points in tracks.update(STEP, faces(far)))


def test_a_face_keeps_its_number_and_fades_when_missed() -> None:
    tracks, other = Tracks(), FACE + np.array([3 * EYES, 0])
    assert [each.number for each in tracks.follow(0.0, faces(FACE))] == [0]
    assert [each.number for each in tracks.follow(STEP, faces(other, FACE))] == [0, 1]
    first, second = tracks.follow(STEP + 0.2, faces(other))
    assert (first.number, second.number) == (0, 1)
    np.testing.assert_allclose([first.lost, second.lost], [0.5, 0.0])
    assert [each.number for each in tracks.follow(2.0, faces(FACE + 9 * EYES))] == [2]


def test_what_is_hardly_a_face_begins_nothing_but_goes_on() -> None:
    tracks = Tracks()
    assert tracks.update(0.0, faces(FACE, score=0.88)) == []
    assert len(tracks.update(STEP, faces(FACE, score=0.99))) == 1
    moved = FACE + 2.0
    (seen,) = tracks.follow(2 * STEP, faces(moved, score=0.82))
    assert seen.lost == 0
    assert seen.points.mean() > FACE.mean()
