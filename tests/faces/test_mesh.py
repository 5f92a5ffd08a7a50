"""Dense landmarks against MTCNN's five, against moved pictures, and between engines."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.faces import Face
from rosetail.faces.mesh import EYES, IRISES, PRESENT, find_mesh, follow_mesh

Bytes = NDArray[np.uint8]


def apart(face: Face) -> float:
    return float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))


def test_the_mesh_lies_where_another_detector_sees_the_face(astronaut: Bytes, face: Face) -> None:
    mesh = find_mesh(astronaut, face.landmarks)
    assert mesh.points.shape == (478, 3)
    assert mesh.presence > 0.95
    eyes = [mesh.points[[*corners], :2].mean(0) for corners, _, _ in EYES.values()]
    five = [*eyes, mesh.points[1, :2], mesh.points[61, :2], mesh.points[291, :2]]
    errors = np.linalg.norm(np.array(five) - face.landmarks, axis=1) / apart(face)
    assert errors.max() < 0.15
    assert np.median(errors) < 0.08


def test_irises_lie_between_the_lids(astronaut: Bytes, face: Face) -> None:
    points = find_mesh(astronaut, face.landmarks).points[:, :2]
    for name, ((outer, inner), upper, lower) in EYES.items():
        contour = points[[outer, *upper, inner, *lower[::-1]]].reshape(-1, 1, 2)
        centre = points[IRISES[name]][0]
        assert cv2.pointPolygonTest(contour, (float(centre[0]), float(centre[1])), True) > 0


def test_points_move_with_the_picture(astronaut: Bytes, face: Face) -> None:
    """Turned by 40 degrees and made smaller: the same points, by the same transform."""
    height, width = astronaut.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 40, 0.9)
    turned = np.asarray(cv2.warpAffine(astronaut, matrix, (width, height)), np.uint8)
    before = find_mesh(astronaut, face.landmarks).points
    after = find_mesh(turned, face.landmarks @ matrix[:, :2].T + matrix[:, 2]).points
    wanted = before[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    errors = np.linalg.norm(after[:, :2] - wanted, axis=1) / (0.9 * apart(face))
    assert np.median(errors) < 0.01
    np.testing.assert_allclose(np.ptp(after[:468, 2]), 0.9 * np.ptp(before[:468, 2]), rtol=0.05)


def test_a_face_is_followed_and_its_loss_is_noticed(astronaut: Bytes, face: Face) -> None:
    mesh = find_mesh(astronaut, face.landmarks)
    moved = np.roll(astronaut, (3, 5), (0, 1))
    followed = follow_mesh(moved, mesh)
    shift = np.median(followed.points[:, :2] - mesh.points[:, :2], axis=0)
    np.testing.assert_allclose(shift, (5, 3), atol=0.5)
    assert follow_mesh(np.full_like(astronaut, 128), mesh).presence < PRESENT
