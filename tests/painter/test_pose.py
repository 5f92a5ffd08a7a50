"""Poses against independent calculations."""

import cv2
import numpy as np
import pytest

from rosetail.painter.head import Head
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import (
    NECK_Y,
    PIVOT_Y,
    SKULL,
    SKULL_TOP,
    SKULL_WIDEST,
    Pose,
    face_depth,
    on_forehead,
    on_skull,
)
from rosetail.painter.sheet import plain
from rosetail.painter.torso import Body

POINTS = np.random.default_rng(0).normal(size=(20, 3))


def turned_by(pose: Pose, points: np.ndarray) -> np.ndarray:
    """Where the pose moves directions, without the place of its pivot."""
    return pose.project(points) - pose.project(np.zeros(3))


def rotated(axis: tuple[float, float, float], degrees: float) -> np.ndarray:
    matrix = cv2.Rodrigues(np.radians(degrees) * np.array(axis))[0]
    return (POINTS @ matrix.T)[:, :2]


def test_yaw_and_roll_are_rotations() -> None:
    assert turned_by(Pose(30, 0, 0), POINTS) == pytest.approx(rotated((0, 1, 0), 30))
    assert turned_by(Pose(0, 0, 10), POINTS) == pytest.approx(rotated((0, 0, 1), 10))


def test_a_nod_moves_by_the_true_angle_and_shortens_less() -> None:
    drawn, true = turned_by(Pose(0, 20, 0), POINTS), rotated((1, 0, 0), 20)
    np.testing.assert_allclose(drawn[:, 0], true[:, 0], atol=1e-12)
    deep = np.array([[0.0, 0.0, 1.0]])
    assert turned_by(Pose(0, 20, 0), deep)[0, 1] == pytest.approx(-np.sin(np.radians(20)))
    tall = np.array([[0.0, 1.0, 0.0]])
    assert np.cos(np.radians(20)) < turned_by(Pose(0, 20, 0), tall)[0, 1] < 1


def test_signs_of_the_angles() -> None:
    nose = np.array([0.0, 0.8, 0.2])
    still = Pose(0, 0, 0).project(nose)
    assert still == pytest.approx(nose[:2])
    assert Pose(20, 0, 0).project(nose)[0] > 0.05  # turns to the picture's right
    assert Pose(0, 15, 0).project(nose)[1] < still[1]  # looks up
    assert Pose(0, 0, 15).project(np.array([0.0, 0.0, 0.0]))[0] > 0.1  # leans clockwise


def test_the_middle_of_the_skull_and_the_neck_stay() -> None:
    assert Pose(35, -20, 0).project((0, PIVOT_Y, 0)) == pytest.approx([0, PIVOT_Y])
    assert Pose(0, 0, 20).project((0, NECK_Y, 0)) == pytest.approx([0, NECK_Y])
    leant = Pose(0, 0, 12)
    np.testing.assert_allclose(leant.leant(POINTS[:, :2]), leant.project(POINTS * (1, 1, 0)))


@pytest.mark.parametrize("yaw", [-40.0, 0.0, 25.0])
def test_what_faces_the_viewer_is_near(yaw: float) -> None:
    azimuth = np.arange(0, 360, 15.0)
    turn = np.radians(azimuth)
    outward = np.stack([np.sin(turn), 0 * turn, np.cos(turn)], axis=1)
    pose = Pose(yaw, 0, 0)
    np.testing.assert_allclose(pose.faces(azimuth), pose.depth(outward), atol=1e-12)


def test_the_skull_is_widest_where_it_says_and_the_same_on_both_sides() -> None:
    azimuth = np.arange(0, 360, 5.0)[:, None]
    height = np.linspace(SKULL_TOP, 0.8, 30)[None]
    points = on_skull(azimuth, height)
    assert np.abs(points[..., 0]).max() == pytest.approx(SKULL[0], abs=1e-9)
    assert on_skull(90.0, SKULL_WIDEST)[0] == pytest.approx(SKULL[0])
    assert np.abs(on_skull(azimuth[:, 0], SKULL_TOP)[:, 0]).max() < 0.01
    np.testing.assert_allclose(on_skull(-azimuth, height), points * (-1, 1, 1), atol=1e-12)
    lifted = on_skull(90.0, SKULL_WIDEST, 0.05)
    assert lifted[0] - SKULL[0] == pytest.approx(0.05)


def test_a_fringe_lies_before_the_face() -> None:
    x, y = (each.ravel() for each in np.meshgrid(np.linspace(-0.25, 0.25, 9), [0.3, 0.4, 0.5]))
    on_hair = on_forehead(x, y)
    np.testing.assert_array_equal(on_hair[:, 0], x)
    assert (on_hair[:, 2] > face_depth(x, y) - 0.02).all()
    np.testing.assert_allclose(face_depth(x, y), face_depth(-x, y))


def test_shoulders_fall_a_little_on_the_side_to_which_the_head_leans() -> None:
    body = Body(Head(PortraitContext(plain().changed({"roll": 15.0}))))
    left, right = body.at([(-0.5, 1.3), (0.5, 1.3)])
    slope = np.degrees(np.arctan2(*(right - left)[::-1]))
    assert -6 < slope < -3
