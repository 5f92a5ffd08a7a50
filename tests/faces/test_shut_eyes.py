"""Shut eyes: crops by an independent transform, and a portrait whose eyes are shut."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from rosetail import weights
from rosetail.errors import WeightsMissing
from rosetail.faces import shut_eyes
from rosetail.faces.expression import SHUT, expression_of, measure
from rosetail.faces.faces import Face
from rosetail.faces.mesh import EYES, Mesh, find_mesh
from rosetail.faces.shut_eyes import EYE, SIZE, describe, eye_crop, eye_matrix, read_shut

Bytes = NDArray[np.uint8]


@pytest.fixture(scope="module")
def mesh(astronaut: Bytes, face: Face) -> Mesh:
    return find_mesh(astronaut, face.landmarks)


def covered(rgb: Bytes, mesh: Mesh, names: tuple[str, ...]) -> Bytes:
    """The picture with eyes that are skin, with a dark line along the lower lid."""
    shut = rgb.copy()
    for name in names:
        (outer, inner), upper, lower = EYES[name]
        points = np.rint(mesh.points[:, :2]).astype(np.int32)
        contour = points[[outer, *upper, inner, *lower[::-1]]]
        above = points[list(upper)] - (0, 4)
        skin = np.median(rgb[above[:, 1], above[:, 0]], axis=0).tolist()
        cv2.fillPoly(shut, [contour], skin)
        cv2.polylines(shut, [contour], True, skin, 5, cv2.LINE_AA)
        lashes = points[[outer, *lower, inner]]
        cv2.polylines(shut, [lashes], False, [0.45 * each for each in skin], 2, cv2.LINE_AA)
    return shut


def test_the_corners_of_the_eye_are_level_and_in_their_place(mesh: Mesh) -> None:
    for name, ((outer, inner), _, _) in EYES.items():
        matrix = eye_matrix(mesh.points, name)
        ends = mesh.points[[outer, inner], :2] @ matrix[:, :2].T + matrix[:, 2]
        assert abs(ends[1] - ends[0]) == pytest.approx((EYE, 0), abs=1e-3)
        assert ends.mean(0) == pytest.approx(((SIZE[0] - 1) / 2, 0.55 * (SIZE[1] - 1)), abs=1e-3)


def test_a_mirrored_face_has_mirrored_crops(astronaut: Bytes, mesh: Mesh) -> None:
    flipped = np.ascontiguousarray(astronaut[:, ::-1])
    twin = mesh.points.copy()
    twin[:, 0] = astronaut.shape[1] - 1 - twin[:, 0]
    (left, _, _), (right, _, _) = EYES["left"], EYES["right"]
    twin[list(left)], twin[list(right)] = twin[list(right)], twin[list(left)]
    off = eye_crop(flipped, twin, "left").astype(int) - eye_crop(astronaut, mesh.points, "right")
    assert np.abs(off).mean() < 1


def test_light_and_colour_of_the_picture_hardly_count(astronaut: Bytes, mesh: Mesh) -> None:
    crop = eye_crop(astronaut, mesh.points, "left")
    darker = np.clip(crop * 0.8, 0, 255).astype(np.uint8)
    far = describe(np.ascontiguousarray(crop[::-1]))
    assert np.linalg.norm(describe(darker) - describe(crop)) < 0.2 * np.linalg.norm(
        far - describe(crop)
    )


def test_open_and_shut_eyes(astronaut: Bytes, mesh: Mesh) -> None:
    assert max(read_shut(astronaut, mesh.points)) < 0.2
    assert min(read_shut(covered(astronaut, mesh, ("left", "right")), mesh.points)) > 0.8
    left, right = read_shut(covered(astronaut, mesh, ("left",)), mesh.points)
    assert left > 0.8 > 0.2 > right


def test_a_wink_is_an_expression(astronaut: Bytes, mesh: Mesh) -> None:
    seen = expression_of(measure(covered(astronaut, mesh, ("right",)), mesh))
    assert seen.eye_open_right < SHUT < 0.7 < seen.eye_open_left


def test_an_eye_outside_the_picture_is_no_error(astronaut: Bytes, mesh: Mesh) -> None:
    for moved in (mesh.points + 2000, np.zeros_like(mesh.points)):
        assert all(0 <= each <= 1 for each in read_shut(astronaut, moved))


def test_weights_of_another_version_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, astronaut: Bytes, mesh: Mesh
) -> None:
    other = tmp_path / "other.safetensors"
    save_file({"weights": np.zeros(3, np.float32), "bias": np.zeros(1, np.float32)}, other)
    monkeypatch.setattr(weights, "find", lambda name: other)
    shut_eyes._load_weights.cache_clear()
    with pytest.raises(WeightsMissing, match="another version"):
        read_shut(astronaut, mesh.points)
    shut_eyes._load_weights.cache_clear()
