"""Expressions of faces whose points are moved on purpose, and of mirrored photos."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.faces.expression import (
    Expression,
    expression_of,
    measure,
    read_expression,
)
from rosetail.faces.faces import Face, find
from rosetail.faces.mesh import Mesh, find_mesh
from rosetail.faces.pose import head_pose

Bytes = NDArray[np.uint8]
LOWER_LIP_AND_JAW = [14, 87, 317, 178, 402, 88, 318, 17, 152]
LEFT_UPPER_LID = [159, 158, 160, 157, 161]


@pytest.fixture(scope="module")
def mesh(astronaut: Bytes, face: Face) -> Mesh:
    return find_mesh(astronaut, face.landmarks)


def moved(mesh: Mesh, points: list[int], shift: tuple[float, float]) -> Mesh:
    """The face with some points moved in head space, by distances of the outer eye corners."""
    pose = head_pose(mesh.points)
    head = pose.to_head(mesh.points)
    head[points, :2] += shift
    return mesh._replace(points=pose.to_picture(head).astype(np.float32))


def changed(astronaut: Bytes, mesh: Mesh, other: Mesh) -> dict[str, float]:
    """What differs between the expressions of both, by name; changes below 0.1 are left out."""
    pose = head_pose(mesh.points)  # of the same head
    before, after = (asdict(read_expression(astronaut, each, pose)) for each in (mesh, other))
    return {
        name: round(after[name] - before[name], 2)
        for name in before
        if abs(after[name] - before[name]) > 0.1 and name != "teeth"
    }


def test_every_number_is_in_its_range(astronaut: Bytes, mesh: Mesh) -> None:
    row = read_expression(astronaut, mesh)
    for name, value in asdict(row).items():
        least = -1 if name in {"mouth_width", "gaze_x", "gaze_y"} else 0
        assert least <= value <= 1, name
    assert row.row().shape == (len(Expression.names()),)


def test_a_smiling_photo(astronaut: Bytes, mesh: Mesh) -> None:
    seen = read_expression(astronaut, mesh)
    assert min(seen.smile_left, seen.smile_right) > 0.5
    assert seen.teeth > 0.5
    assert min(seen.eye_open_left, seen.eye_open_right) > 0.6
    assert seen.frown_left == seen.frown_right == seen.pucker == 0


def test_a_dropped_jaw_opens_the_mouth(astronaut: Bytes, mesh: Mesh) -> None:
    seen = changed(astronaut, mesh, moved(mesh, LOWER_LIP_AND_JAW, (0, 0.2)))
    assert seen["jaw_open"] > 0.3
    assert not {"eye_open_left", "brow_raise_left", "gaze_x", "brow_furrow"} & set(seen)


def test_a_lowered_lid_shuts_one_eye(astronaut: Bytes, mesh: Mesh) -> None:
    seen = changed(astronaut, mesh, moved(mesh, LEFT_UPPER_LID, (0, 0.07)))
    assert seen["eye_open_left"] < -0.5
    assert "eye_open_right" not in seen


@pytest.mark.parametrize(
    ("points", "shift", "name", "rises"),
    [
        ([70, 63, 105, 66, 107], (0, -0.08), "brow_raise_left", True),
        ([107, 55], (0.05, 0), "brow_furrow", True),
        ([*range(468, 478)], (0.04, 0), "gaze_x", True),
        ([*range(468, 478)], (0, 0.04), "gaze_y", True),
        ([61], (0, 0.12), "smile_left", False),
        ([61], (0, 0.2), "frown_left", True),
    ],
)
def test_each_part_has_its_number(
    astronaut: Bytes,
    mesh: Mesh,
    points: list[int],
    shift: tuple[float, float],
    name: str,
    rises: bool,
) -> None:
    seen = changed(astronaut, mesh, moved(mesh, points, shift))
    assert (seen[name] > 0) == rises
    other = name.replace("left", "right")
    assert other == name or other not in seen


def test_pose_is_no_expression(astronaut: Bytes, mesh: Mesh) -> None:
    """The same head turned and lowered in space has the same distances."""
    pose = head_pose(mesh.points)
    head = pose.to_head(mesh.points)
    angle = np.radians(20)
    nod = np.array(
        [[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]]
    )
    lowered = pose._replace(rotation=pose.rotation @ nod).to_picture(head)
    other = mesh._replace(points=lowered.astype(np.float32))
    before, after = measure(astronaut, mesh), measure(astronaut, other)
    for name in ("corners", "lids", "below", "brows", "gaze"):
        np.testing.assert_allclose(getattr(before, name), getattr(after, name), atol=2e-3)


def test_a_mirrored_photo_has_the_mirrored_expression(astronaut: Bytes, mesh: Mesh) -> None:
    mirrored = np.ascontiguousarray(astronaut[:, ::-1])
    (twin,) = find(mirrored)
    ours = asdict(read_expression(astronaut, mesh))
    theirs = asdict(read_expression(mirrored, find_mesh(mirrored, twin.landmarks)))
    swapped = {"left": "right", "right": "left"}
    differences = []
    for name, value in ours.items():
        stem, _, side = name.rpartition("_")
        other = f"{stem}_{swapped[side]}" if side in swapped else name
        sign = -1 if name == "gaze_x" else 1
        differences.append(abs(value - sign * theirs[other]))
    assert np.mean(differences) < 0.06


def test_a_person_s_own_neutral_face(astronaut: Bytes, mesh: Mesh) -> None:
    """With the smile as the neutral face there is none to be seen."""
    seen = measure(astronaut, mesh)
    own = expression_of(seen, seen)
    assert own.smile_left == own.smile_right == own.jaw_open == own.mouth_width == 0
    assert own.eye_open_left == own.eye_open_right == 1
