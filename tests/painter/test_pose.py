"""Pose and outline against independent calculations."""

import cv2
import numpy as np
import pytest

from rosetail.painter import pose as poses
from rosetail.painter.pose import Pose


def test_pose_is_a_rotation():
    matrix = Pose(23, -11, 8).matrix
    assert matrix @ matrix.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(matrix) == pytest.approx(1.0)


def test_single_turns_agree_with_rodrigues():
    def by_cv2(axis, degrees):
        return cv2.Rodrigues(np.radians(degrees) * np.array(axis, dtype=np.float64))[0]

    assert Pose(30, 0, 0).matrix == pytest.approx(by_cv2([0, 1, 0], 30))
    assert Pose(0, 15, 0).matrix == pytest.approx(by_cv2([1, 0, 0], 15))
    assert Pose(0, 0, 10).matrix == pytest.approx(by_cv2([0, 0, 1], 10))


def test_signs_of_the_angles():
    nose = np.array([0.0, 0.3, 1.0])
    assert Pose(20, 0, 0).project(nose)[0] > 0.2  # turns to the picture's right
    assert Pose(0, 15, 0).project(nose)[1] < Pose(0, 0, 0).project(nose)[1]  # looks up
    assert Pose(0, 0, 15).project(np.array([0.0, -1.0, 0.0]))[0] > 0.1  # leans clockwise


def test_silhouette_bounds_every_point_of_the_ellipsoid():
    pose = Pose(25, -12, 9)
    centre, axes = np.array([0.1, -0.2, 0.05]), np.array([1.0, 1.2, 0.8])
    rng = np.random.default_rng(0)
    ball = rng.normal(size=(4000, 3))
    ball /= np.linalg.norm(ball, axis=1, keepdims=True)
    surface = pose.project(centre + ball * axes)
    for angle in np.linspace(0, 2 * np.pi, 12):
        direction = np.array([np.cos(angle + pose.lean), np.sin(angle + pose.lean)])
        edge = pose.silhouette(centre, axes, np.array([angle]))[0]
        farthest = (surface @ direction).max()
        assert edge @ direction == pytest.approx(farthest, abs=0.01)
        assert edge @ direction >= farthest


def test_frame_is_the_derivative_of_the_projection():
    pose = Pose(18, 7, -5)
    spot = poses.on_face(np.array([0.4, 0.1]))
    across, down = np.array([0.2, 0.0, -0.05]), np.array([0.0, 0.3, 0.0])
    affine = pose.frame(spot, across, down)
    corner = affine @ np.array([1.0, -1.0, 1.0])
    assert corner == pytest.approx(pose.project(spot + across - down))
