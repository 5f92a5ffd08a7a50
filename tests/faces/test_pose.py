"""Head pose against rotations that are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from rosetail.faces.faces import Face, find
from rosetail.faces.mesh import find_mesh
from rosetail.faces.pose import face_shape, fit_similarity, head_pose

Bytes = NDArray[np.uint8]


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll"), [(0, 0, 0), (30, 0, 0), (0, -15, 0), (0, 0, 40), (-50, 20, -170)]
)
def test_known_rotations_are_found(yaw: float, pitch: float, roll: float) -> None:
    """SciPy turns the mean face: about y, then x, then z, seen in a frame whose y points down."""
    turn = Rotation.from_euler("yxz", [yaw, pitch, roll], degrees=True)
    seen = (40 * turn.apply(face_shape().copy()) + (120, 80, 0)) * (1, 1, -1)
    pose = head_pose(seen)
    np.testing.assert_allclose([pose.yaw, pose.pitch, pose.roll], [yaw, pitch, roll], atol=1e-6)
    np.testing.assert_allclose(pose.scale, 40)
    np.testing.assert_allclose(pose.to_head(seen), face_shape(), atol=1e-9)
    np.testing.assert_allclose(pose.to_picture(face_shape()), seen, atol=1e-9)


def test_the_fit_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    source, target = rng.normal(size=(2, 30, 3))
    weights = rng.uniform(0.1, 1, 30)
    rotation, scale, shift = fit_similarity(source, target, weights)
    share = weights / weights.sum()
    centred = [each - share @ each for each in (source, target)]
    wanted, _ = Rotation.align_vectors(centred[1], centred[0], weights=weights)
    np.testing.assert_allclose(rotation, wanted.as_matrix(), atol=1e-7)
    # At the optimum the gradient with respect to scale and shift is zero.
    error = scale * source @ rotation.T + shift - target
    assert abs(share @ np.sum(error * (source @ rotation.T), axis=1)) < 1e-9
    np.testing.assert_allclose(share @ error, 0, atol=1e-9)


def test_signs_are_those_of_the_picture() -> None:
    """Yaw moves the nose to the right, pitch moves it up, roll lowers the eye on the right."""
    nose, right = 1, 263
    for angles, point, axis, sign in (
        ((20, 0, 0), nose, 0, 1),
        ((0, 20, 0), nose, 1, -1),
        ((0, 0, 20), right, 1, 1),
    ):
        moved = Rotation.from_euler("yxz", angles, degrees=True).apply(face_shape().copy())
        assert np.sign((moved - face_shape())[point, axis]) == sign
        assert head_pose(moved * (1, 1, -1))[:3] == pytest.approx(angles, abs=1e-6)


def test_the_mean_face_is_symmetric() -> None:
    shape = face_shape()
    for left, right in ((33, 263), (61, 291), (133, 362), (234, 454)):
        np.testing.assert_allclose(shape[left] * (-1, 1, 1), shape[right], atol=0.02)


def test_a_turned_and_a_mirrored_photo(astronaut: Bytes, face: Face) -> None:
    pose = head_pose(find_mesh(astronaut, face.landmarks).points)
    height, width = astronaut.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -25, 1.0)
    turned = np.asarray(cv2.warpAffine(astronaut, matrix, (width, height)), np.uint8)
    landmarks = face.landmarks @ matrix[:, :2].T + matrix[:, 2]
    after = head_pose(find_mesh(turned, landmarks).points)
    np.testing.assert_allclose(after[:3], (pose.yaw, pose.pitch, pose.roll + 25), atol=1.0)
    mirrored = np.ascontiguousarray(astronaut[:, ::-1])
    (twin,) = find(mirrored)
    other = head_pose(find_mesh(mirrored, twin.landmarks).points)
    np.testing.assert_allclose(other[:3], (-pose.yaw, pose.pitch, -pose.roll), atol=2.5)
