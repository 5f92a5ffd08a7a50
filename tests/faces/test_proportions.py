"""The warp towards anime proportions: what it does, and what it must not do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.errors import SettingsError
from rosetail.faces.faces import Face
from rosetail.faces.mesh import EYES, Mesh, find_mesh
from rosetail.faces.pose import face_shape
from rosetail.faces.proportions import (
    FacePose,
    _affected_area,
    face_pose,
    source_positions,
    towards_anime,
)
from rosetail.faces.warp import placement, transform

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

UPPER, LOWER = 159, 145  # middles of the lids of the left eye


def shown(yaw: float = 0, pitch: float = 0, jaw: float = 0) -> Mesh:
    """The mean face, 100 pixels between the outer corners of the eyes, turned by degrees; ``jaw``
    lowers chin and lower lip by eye distances."""
    points = face_shape().copy()
    below = np.clip((points[:, 1] - points[14, 1] + 0.02) / 0.1, 0, 1)
    points[:, 1] += jaw * below
    y, p = np.radians([yaw, pitch])
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    points = 100 * points @ (nod @ turn).T + 140
    return Mesh(np.concatenate([points, np.zeros((10, 3))]).astype(np.float32), 1.0)


def moved(mesh: Mesh, matrix: Floats) -> Mesh:
    points = mesh.points.copy()
    points[:, :2] = transform(points[:, :2], matrix)
    return mesh._replace(points=points)


MESHES = {
    "front": shown(),
    "tilted": moved(shown(), placement(np.exp(0.5j), 30 - 60j)),
    "aside": shown(yaw=35),
    "nodding": shown(pitch=30),
    "profile": shown(yaw=70),
    "open mouth": shown(jaw=0.4),
}


def field(pose: FacePose, amount: float = 1.0) -> tuple[Floats, Floats]:
    y, x = np.mgrid[-60:340, -60:340].astype(np.float32)
    to_x, to_y = source_positions(x, y, pose, amount)
    return to_x.astype(float), to_y.astype(float)


@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES.keys())
@pytest.mark.parametrize("amount", [0.5, 1.0])
def test_nothing_folds_over(mesh: Mesh, amount: float) -> None:
    to_x, to_y = field(face_pose(mesh), amount)
    (xy, xx), (yy, yx) = np.gradient(to_x), np.gradient(to_y)
    jacobian = xx * yy - xy * yx
    assert jacobian.min() > 0.25
    assert jacobian.max() < 3


@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES.keys())
def test_the_warp_is_once_differentiable(mesh: Mesh) -> None:
    """Slopes change little from pixel to pixel, across the rims of the bumps too."""
    pose = face_pose(mesh)
    reach = min(part.width for part in pose.parts.values())  # of the narrowest bump
    for part in field(pose):
        for axis in (0, 1):
            slope = np.diff(part, axis=axis)
            change = np.abs(np.diff(slope, axis=axis)).max()
            assert change < 4 / (reach * pose.size)


def result_of(points: Floats, pose: FacePose) -> Floats:
    """Where in the result the photo's points [N, 2] are: the warp undone, step by step."""
    wanted = points.astype(np.float32)
    guess = wanted.copy()
    for _ in range(80):
        seen = np.stack(source_positions(guess[:, 0], guess[:, 1], pose, 1.0), axis=1)
        guess += 0.5 * (wanted - seen)
    np.testing.assert_allclose(seen, wanted, atol=0.01)
    return guess.astype(float)


@pytest.mark.parametrize("mesh", MESHES.values(), ids=MESHES.keys())
def test_it_can_be_undone(mesh: Mesh) -> None:
    points = np.random.default_rng(5).uniform(80, 190, (200, 2))
    assert np.abs(result_of(points, face_pose(mesh)) - points).max() > 1


def growth(mesh: Mesh, one: int, other: int) -> float:
    """How much farther apart two points of the mesh are in the result."""
    before = mesh.points[[one, other], :2].astype(np.float64)
    after = result_of(before, face_pose(mesh))
    return float(np.linalg.norm(after[1] - after[0]) / np.linalg.norm(before[1] - before[0]))


def test_eyes_grow_and_the_rest_shrinks() -> None:
    mesh = MESHES["front"]
    for (outer, inner), _, _ in EYES.values():
        assert 1.15 < growth(mesh, outer, inner) < 1.4
    assert 1.2 < growth(mesh, UPPER, LOWER) < 1.6
    assert 0.7 < growth(mesh, 48, 278) < 0.92  # the sides of the nose
    assert 0.7 < growth(mesh, 61, 291) < 0.92  # the corners of the mouth
    assert 0.7 < growth(mesh, 172, 397) < 0.95  # the jaw
    assert 0.7 < growth(mesh, 148, 377) < 0.95  # beside the chin


def test_the_far_eye_grows_by_its_own_width() -> None:
    """In a turned head both eyes grow alike, though one is seen less wide."""
    mesh = MESHES["aside"]
    widths, grown = [], []
    for (outer, inner), _, _ in EYES.values():
        widths.append(np.linalg.norm(mesh.points[outer, :2] - mesh.points[inner, :2]))
        grown.append(growth(mesh, outer, inner))
    assert min(widths) < 0.8 * max(widths)
    assert max(grown) - min(grown) < 0.08


def test_the_chin_is_the_jaws_also_when_the_mouth_is_open() -> None:
    for mesh in (MESHES["front"], MESHES["open mouth"]):
        before = mesh.points[[152], :2].astype(np.float64)
        above = before - (0, 40)
        after = result_of(np.concatenate([before, above]), face_pose(mesh))
        assert 2 < before[0, 1] - after[0, 1] < 8  # the chin rises a little
        assert abs(after[0, 0] - before[0, 0]) < 1


def test_the_warp_turns_with_the_face() -> None:
    mesh, turn = MESHES["front"], placement(1.3 * np.exp(0.4j), 5 - 9j)
    points = np.random.default_rng(6).uniform(60, 220, (100, 2))
    plain = np.stack(source_positions(*points.astype(np.float32).T, face_pose(mesh), 0.7), axis=1)
    there = transform(points, turn).astype(np.float32)
    turned = source_positions(*there.T, face_pose(moved(mesh, turn)), 0.7)
    np.testing.assert_allclose(np.stack(turned, axis=1), transform(plain, turn), atol=0.01)


@pytest.fixture(scope="module")
def mesh(astronaut: Bytes, face: Face) -> Mesh:
    return find_mesh(astronaut, face.landmarks)


def test_only_the_head_is_touched(astronaut: Bytes, mesh: Mesh) -> None:
    warped = towards_anime(astronaut, [mesh], 1.0)
    low, high = _affected_area(face_pose(mesh))
    outside = np.ones(astronaut.shape[:2], bool)
    outside[low[1] : high[1], low[0] : high[0]] = False
    np.testing.assert_array_equal(warped[outside], astronaut[outside])
    assert (warped != astronaut).any(axis=-1).sum() > 2000
    # The reach stays within a head: 1.9 eye distances from its middle at most, to every side.
    eyes = float(np.linalg.norm(mesh.landmarks[1] - mesh.landmarks[0]))
    centre = mesh.landmarks[:2].mean(0) + np.array([0, eyes])
    assert np.abs(np.array([low, high]) - centre).max() < 1.9 * eyes


def test_found_eyes_stay_where_they_are(astronaut: Bytes, mesh: Mesh) -> None:
    after = find_mesh(towards_anime(astronaut, [mesh], 1.0), mesh.landmarks)
    eyes = float(np.linalg.norm(mesh.landmarks[1] - mesh.landmarks[0]))
    assert np.abs(after.landmarks[:2] - mesh.landmarks[:2]).max() < 0.05 * eyes


def test_amounts_and_borders(astronaut: Bytes, mesh: Mesh) -> None:
    same = towards_anime(astronaut, [mesh], 0)
    np.testing.assert_array_equal(same, astronaut)
    assert same is not astronaut
    np.testing.assert_array_equal(towards_anime(astronaut, [], 1), astronaut)
    for amount in (-0.1, 1.5, float("nan")):
        with pytest.raises(SettingsError, match="0 to 1"):
            towards_anime(astronaut, [mesh], amount)
    cut = np.ascontiguousarray(astronaut[90:150, 190:240])
    assert towards_anime(cut, [moved(mesh, placement(1, -190 - 90j))], 1).shape == cut.shape
    far, nowhere = moved(mesh, placement(1, 4000 + 4000j)), Mesh(np.zeros((478, 3), np.float32), 1)
    gone = towards_anime(cut, [far, nowhere], 1)
    np.testing.assert_array_equal(gone[5:, 5:], cut[5:, 5:])


def test_a_large_face_is_warped_alike(mesh: Mesh) -> None:
    """The field is worked out on a coarse grid for large faces; that must not show."""
    large = moved(mesh, placement(6, 0))
    pose = face_pose(large)
    ramp = np.repeat(np.arange(1500, dtype=np.float32)[None] / 8, 1200, axis=0)
    rgb = np.repeat(ramp[..., None].astype(np.uint8), 3, axis=2)
    warped = towards_anime(rgb, [large], 1.0)
    y, x = np.mgrid[:1200, :1500].astype(np.float32)
    expected = np.clip(source_positions(x, y, pose, 1.0)[0] / 8, 0, 187)
    assert np.abs(warped[..., 0] - expected).max() < 1.6
