"""Faces through clips made of moved pictures, whose places are known."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.faces import tracking
from rosetail.faces.expression import NEUTRAL, Measures, measure, neutral_of
from rosetail.faces.faces import Face, find
from rosetail.faces.mesh import find_mesh
from rosetail.faces.tracking import DETECT_EVERY, PATIENCE, FaceTracker, TrackedFace

Bytes = NDArray[np.uint8]

STEP = 1 / 30
SIZE = (480, 320)  # of frames: width, height


def placed(photo: Bytes, at: tuple[float, float], scale: tuple[float, float] = (1, 1)) -> Bytes:
    """A grey frame on which the middle of ``photo`` lies at ``at``; ``scale`` in x and y."""
    frame = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    height, width = photo.shape[:2]
    x, y = at[0] - scale[0] * width / 2, at[1] - scale[1] * height / 2
    matrix = np.array([[scale[0], 0, x], [0, scale[1], y]])
    drawn = cv2.warpAffine(photo, matrix, SIZE, frame, borderMode=cv2.BORDER_TRANSPARENT)
    return np.asarray(drawn, np.uint8)


@pytest.fixture(scope="module")
def head(astronaut: Bytes, face: Face) -> Bytes:
    """The astronaut's head alone, 180 pixels high."""
    x, y = face.landmarks.mean(0).astype(int)
    return np.ascontiguousarray(astronaut[y - 100 : y + 80, x - 80 : x + 80])


LONG = (0.85, 1.15)  # this scale makes somebody else of her


def followed(
    tracker: FaceTracker, frames: Sequence[Bytes], start: float = 0.0
) -> list[TrackedFace]:
    """The only face of every frame."""
    faces = []
    for number, frame in enumerate(frames):
        (face,) = tracker.follow(frame, start + number * STEP)
        faces.append(face)
    return faces


def test_a_still_face_shakes_much_less_than_its_frames(head: Bytes) -> None:
    rng = np.random.default_rng(0)
    still = placed(head, (200, 160))
    frames = [
        np.clip(still + rng.normal(0, 12, still.shape), 0, 255).astype(np.uint8) for _ in range(40)
    ]
    steady = [face.mesh.points[:468, :2] for face in followed(FaceTracker(), frames)]
    landmarks = find(still)[0].landmarks
    raw = [find_mesh(frame, landmarks).points[:468, :2] for frame in frames[20:]]
    shake = [np.abs(np.diff(path, axis=0)).mean() for path in (raw, steady[20:])]
    assert shake[1] < 0.3 * shake[0]
    truth = find_mesh(still, landmarks).points[:468, :2]
    assert np.abs(np.mean(steady[20:], axis=0) - truth).max() < 2.5


def test_a_moving_face_is_followed_without_lag(head: Bytes) -> None:
    eyes = np.linalg.norm(np.subtract(*find(placed(head, (200, 160)))[0].landmarks[:2]))
    places = [
        120 + 3 * eyes * STEP * number for number in range(40)
    ]  # three eye distances a second
    faces = followed(FaceTracker(), [placed(head, (x, 160)) for x in places])
    moved = [face.landmarks[:, 0].mean() - faces[0].landmarks[:, 0].mean() for face in faces]
    assert abs(moved[-1] - (places[-1] - places[0])) < 0.08 * eyes


def test_detection_runs_only_twice_a_second(head: Bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(
        tracking, "find", lambda rgb, **options: calls.append(1) or find(rgb, **options)
    )
    tracker, frame = FaceTracker(), placed(head, (200, 160))
    followed(tracker, [frame] * 31)
    assert len(calls) == 1 + round(30 * STEP / DETECT_EVERY)
    empty = placed(head[:2], (200, 160))
    for number in range(3):
        tracker.follow(empty, 2 + number * STEP)
    assert len(calls) == 3 + 3  # lost, so detection runs in every frame


def test_a_face_fades_and_keeps_its_number_when_it_returns(head: Bytes) -> None:
    tracker, empty = FaceTracker(), placed(head[:2], (200, 160))
    (first,) = followed(tracker, [placed(head, (140, 160))])
    assert (first.number, first.lost) == (0, 0)
    (fading,) = tracker.follow(empty, PATIENCE / 2)
    assert fading.lost == pytest.approx(0.5)
    np.testing.assert_array_equal(fading.mesh.points, first.mesh.points)
    assert tracker.follow(empty, 1.0) == []
    (back,) = tracker.follow(placed(head, (340, 150)), 5.0)
    assert (back.number, back.lost) == (0, 0)
    seen = find(placed(head, (340, 150)))[0].landmarks
    assert np.abs(back.landmarks - seen).max() < 6  # not drawn towards its old place


def test_two_people_keep_their_numbers_through_absence(head: Bytes) -> None:
    tracker, empty = FaceTracker(), placed(head[:2], (200, 160))
    (first,) = followed(tracker, [placed(head, (240, 160))])
    tracker.follow(empty, 1.0)
    (second,) = followed(tracker, [placed(head, (240, 160), LONG)], start=2.0)
    tracker.follow(empty, 3.0)
    (again,) = followed(tracker, [placed(head, (200, 150), LONG)], start=4.0)
    tracker.follow(empty, 5.0)
    (other,) = followed(tracker, [placed(head, (260, 170))], start=6.0)
    assert [face.number for face in (first, second, again, other)] == [0, 1, 1, 0]


def test_a_cut_to_another_face_in_the_same_place_is_another_person(head: Bytes) -> None:
    tracker = FaceTracker()
    followed(tracker, [placed(head, (240, 160))] * 5)
    after = followed(tracker, [placed(head, (240, 160), LONG)] * 5, start=5 * STEP)
    assert {face.number for face in after} == {1}


def test_two_faces_in_one_frame_are_kept_apart(head: Bytes) -> None:
    tracker = FaceTracker()
    frames = []
    for number in range(12):
        both = placed(head, (120 + 3 * number, 160))
        both[:, 280:] = placed(head, (390, 160), LONG)[:, 280:]
        frames.append(both)
    seen = [tracker.follow(frame, number * STEP) for number, frame in enumerate(frames)]
    assert all([face.number for face in faces] == [0, 1] for faces in seen)
    places = np.array([[face.landmarks[:, 0].mean() for face in faces] for faces in seen])
    left = places[0].argmin()
    assert places[-1, left] - places[0, left] == pytest.approx(33, abs=3)
    assert abs(places[-1, 1 - left] - places[0, 1 - left]) < 1


def test_unsure_detections_start_nothing(head: Bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = placed(head, (240, 160))
    (sure,) = find(frame)
    unsure = Face(sure.box, sure.landmarks, 0.9)
    monkeypatch.setattr(tracking, "find", lambda rgb, **options: [unsure])
    assert FaceTracker().follow(frame, 0.0) == []


def test_the_neutral_face_is_found_within_limits_or_given(head: Bytes) -> None:
    """She smiles all the time: some of that may be her face, but she still smiles."""
    frame = placed(head, (240, 160))
    tracker = FaceTracker()
    first, *_, last = followed(tracker, [frame] * 75)
    assert first.neutral == NEUTRAL
    assert last.neutral.width > first.neutral.width
    assert 0.5 < last.expression.smile_left <= first.expression.smile_left
    calm = measure(frame, find_mesh(frame, find(frame)[0].landmarks))
    given = followed(FaceTracker(neutral=calm), [frame] * 3)[-1]
    assert given.neutral == calm
    assert given.expression.smile_left < 0.1


def test_the_neutral_face_is_a_limited_median() -> None:
    rows = [NEUTRAL._replace(width=NEUTRAL.width + off) for off in (0.01, 0.02, 0.4)]
    assert neutral_of(rows).width == pytest.approx(NEUTRAL.width + 0.02)
    assert neutral_of(rows, 0.5).width == pytest.approx(NEUTRAL.width + 0.01)
    wide: Measures = neutral_of([NEUTRAL._replace(width=1.0, corners=(0.5, 0.018))])
    assert wide.width == pytest.approx(NEUTRAL.width + 0.05)
    assert wide.corners == pytest.approx((0.036, 0.018))
