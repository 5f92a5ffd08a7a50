"""Landmarks over time: steady when the face is still, with it when it moves."""

from __future__ import annotations

import numpy as np

from rosetail.data.faces import canonical
from rosetail.runtime.tracks import Tracks

FACE = canonical(256)
EYES = float(np.linalg.norm(FACE[1] - FACE[0]))
STEP = 1 / 30


def test_a_still_face_shakes_much_less_than_its_detections() -> None:
    rng = np.random.default_rng(0)
    tracks, steady, raw = Tracks(), [], []
    for frame in range(90):
        found = FACE + rng.normal(0, 1.0, FACE.shape)
        raw.append(found)
        steady.append(tracks.update(frame * STEP, [found])[0])
    shake = [np.abs(np.diff(np.array(path)[30:], axis=0)).mean() for path in (raw, steady)]
    assert shake[1] < 0.25 * shake[0]
    assert np.abs(np.array(steady)[30:].mean(0) - FACE).max() < 0.6


def test_a_moving_face_is_followed() -> None:
    tracks = Tracks()
    for frame in range(60):
        at = FACE + np.array([frame * STEP * 4 * EYES, 0])  # four eye distances a second
        steady = tracks.update(frame * STEP, [at])[0]
    behind = np.linalg.norm(steady - at, axis=1).max()
    assert behind < 0.08 * EYES


def test_faces_keep_apart_whatever_their_order() -> None:
    tracks = Tracks()
    other = FACE + np.array([3 * EYES, 0])
    tracks.update(0.0, [FACE, other])
    first, second = tracks.update(STEP, [other, FACE])
    np.testing.assert_allclose(first, FACE, atol=1e-6)
    np.testing.assert_allclose(second, other, atol=1e-6)


def test_a_missed_detection_is_bridged_and_a_gone_face_is_let_go() -> None:
    tracks = Tracks()
    tracks.update(0.0, [FACE])
    np.testing.assert_allclose(tracks.update(0.2, [])[0], FACE)
    assert tracks.update(0.7, []) == []


def test_a_jump_starts_a_new_track_as_found() -> None:
    tracks = Tracks()
    tracks.update(0.0, [FACE])
    far = FACE + 5 * EYES
    assert any(np.allclose(points, far) for points in tracks.update(STEP, [far]))


def test_a_face_keeps_its_number_and_fades_when_missed() -> None:
    tracks, other = Tracks(), FACE + np.array([3 * EYES, 0])
    assert [each.number for each in tracks.follow(0.0, [FACE])] == [0]
    assert [each.number for each in tracks.follow(STEP, [other, FACE])] == [0, 1]
    first, second = tracks.follow(STEP + 0.2, [other])
    assert (first.number, second.number) == (0, 1)
    np.testing.assert_allclose([first.lost, second.lost], [0.5, 0.0])
    assert [each.number for each in tracks.follow(2.0, [FACE + 9 * EYES])] == [2]
