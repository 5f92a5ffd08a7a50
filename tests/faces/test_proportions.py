"""The warp towards anime proportions: what it does, and what it must not do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.errors import SettingsError
from rosetail.faces.faces import Face, find
from rosetail.faces.proportions import (
    BUMPS,
    FacePose,
    _affected_area,
    face_pose,
    source_positions,
    towards_anime,
)
from rosetail.faces.warp import placement, transform

Bytes = NDArray[np.uint8]

FRONT = np.array([(96.0, 110), (160, 110), (128, 148), (98, 176), (158, 176)])
POSES = {
    "front": FRONT,
    "tilted": transform(FRONT, placement(np.exp(0.5j), 30 - 60j)),
    "aside": np.array([(112.0, 110), (150, 108), (156, 146), (116, 178), (148, 177)]),
    "nodding": np.array([(96.0, 120), (160, 120), (128, 150), (100, 160), (156, 160)]),
    "far aside": np.array([(140.0, 110), (152, 110), (165, 140), (140, 172), (150, 172)]),
    "open mouth": np.array([(96.0, 110), (160, 110), (128, 150), (100, 200), (156, 200)]),
}


def field(pose: FacePose, amount: float = 1.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[-60:340, -60:340].astype(np.float32)
    to_x, to_y = source_positions(x, y, pose, amount)
    return to_x.astype(float), to_y.astype(float)


@pytest.mark.parametrize("landmarks", POSES.values(), ids=POSES.keys())
@pytest.mark.parametrize("amount", [0.5, 1.0])
def test_nothing_folds_over(landmarks: NDArray[np.float64], amount: float) -> None:
    to_x, to_y = field(face_pose(landmarks), amount)
    (xy, xx), (yy, yx) = np.gradient(to_x), np.gradient(to_y)
    jacobian = xx * yy - xy * yx
    assert jacobian.min() > 0.25
    assert jacobian.max() < 3


@pytest.mark.parametrize("landmarks", POSES.values(), ids=POSES.keys())
def test_the_warp_is_once_differentiable(landmarks: NDArray[np.float64]) -> None:
    """Slopes change little from pixel to pixel, across the rims of the bumps too."""
    pose = face_pose(landmarks)
    for part in field(pose):
        for axis in (0, 1):
            slope = np.diff(part, axis=axis)
            change = np.abs(np.diff(slope, axis=axis)).max()
            assert change < 9 / pose.size


def result_of(points: NDArray[np.float64], pose: FacePose) -> NDArray[np.float64]:
    """Where in the result the photo's points [N, 2] are: the warp undone, step by step."""
    wanted = points.astype(np.float32)
    guess = wanted.copy()
    for _ in range(80):
        seen = np.stack(source_positions(guess[:, 0], guess[:, 1], pose, 1.0), axis=1)
        guess += 0.5 * (wanted - seen)
    np.testing.assert_allclose(seen, wanted, atol=0.01)
    return guess.astype(float)


@pytest.mark.parametrize("landmarks", POSES.values(), ids=POSES.keys())
def test_it_can_be_undone(landmarks: NDArray[np.float64]) -> None:
    points = np.random.default_rng(5).uniform(80, 190, (200, 2))
    assert np.abs(result_of(points, face_pose(landmarks)) - points).max() > 1


def test_eyes_grow_and_the_rest_shrinks() -> None:
    def across(points: list[tuple[float, float]]) -> float:
        first, second = np.array(points)
        a, b = result_of(np.array([first, second]), face_pose(FRONT))
        return float(np.linalg.norm(b - a) / np.linalg.norm(second - first))

    assert 1.15 < across([(82, 110), (110, 110)]) < 1.4  # an eye, from corner to corner
    assert 1.2 < across([(96, 104), (96, 116)]) < 1.6  # and from lid to lid
    assert 0.7 < across([(116, 148), (140, 148)]) < 0.92  # the nose
    assert 0.7 < across([(98, 176), (158, 176)]) < 0.92  # the mouth
    assert 0.7 < across([(90, 205), (166, 205)]) < 0.95  # the jaw
    mouth = result_of(np.array([(128.0, 176)]), face_pose(FRONT))[0]
    assert 170 < mouth[1] < 176
    assert mouth[0] == pytest.approx(128, abs=1)


def test_the_warp_turns_with_the_face() -> None:
    turn = placement(1.3 * np.exp(0.4j), 5 - 9j)
    points = np.random.default_rng(6).uniform(60, 220, (100, 2))
    plain = np.stack(source_positions(*points.astype(np.float32).T, face_pose(FRONT), 0.7), axis=1)
    moved = transform(points, turn).astype(np.float32)
    turned = source_positions(*moved.T, face_pose(transform(FRONT, turn)), 0.7)
    np.testing.assert_allclose(np.stack(turned, axis=1), transform(plain, turn), atol=0.01)


def test_only_the_head_is_touched(astronaut: Bytes, face: Face) -> None:
    warped = towards_anime(astronaut, [face.landmarks], 1.0)
    low, high = _affected_area(face_pose(face.landmarks))
    outside = np.ones(astronaut.shape[:2], bool)
    outside[low[1] : high[1], low[0] : high[0]] = False
    np.testing.assert_array_equal(warped[outside], astronaut[outside])
    assert (warped != astronaut).any(axis=-1).sum() > 2000
    # The reach stays within a head: 1.6 eye distances from its middle at most, to every side.
    eyes = float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))
    centre = face.landmarks[:2].mean(0) + np.array([0, eyes])
    assert np.abs(np.array([low, high]) - centre).max() < 1.9 * eyes


def test_found_eyes_move_as_the_field_says(astronaut: Bytes, face: Face) -> None:
    (after,) = find(towards_anime(astronaut, [face.landmarks], 1.0))
    eyes = float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))
    assert np.abs(after.landmarks[:2] - face.landmarks[:2]).max() < 0.15 * eyes


def test_amounts_and_borders(astronaut: Bytes, face: Face) -> None:
    same = towards_anime(astronaut, [face.landmarks], 0)
    np.testing.assert_array_equal(same, astronaut)
    assert same is not astronaut
    np.testing.assert_array_equal(towards_anime(astronaut, [], 1), astronaut)
    for amount in (-0.1, 1.5, float("nan")):
        with pytest.raises(SettingsError, match="0 to 1"):
            towards_anime(astronaut, [face.landmarks], amount)
    cut = np.ascontiguousarray(astronaut[90:150, 190:240])
    assert towards_anime(cut, [face.landmarks - (190, 90)], 1).shape == cut.shape
    gone = towards_anime(cut, [face.landmarks + 4000, np.zeros((5, 2))], 1)
    np.testing.assert_array_equal(gone[5:, 5:], cut[5:, 5:])


def test_a_large_face_is_warped_alike(astronaut: Bytes, face: Face) -> None:
    """The field is worked out on a coarse grid for large faces; that must not show."""
    pose = face_pose(face.landmarks * 6)
    ramp = np.repeat(np.arange(1500, dtype=np.float32)[None] / 8, 1200, axis=0)
    rgb = np.repeat(ramp[..., None].astype(np.uint8), 3, axis=2)
    warped = towards_anime(rgb, [face.landmarks * 6], 1.0)
    y, x = np.mgrid[:1200, :1500].astype(np.float32)
    expected = np.clip(source_positions(x, y, pose, 1.0)[0] / 8, 0, 187)
    assert np.abs(warped[..., 0] - expected).max() < 1.6
    assert len(BUMPS) == 5
