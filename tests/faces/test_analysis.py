"""``rosetail.faces.find`` and ``rosetail faces``."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from rosetail import faces, images
from rosetail.faces.drawing import looks_drawn
from rosetail.faces.faces import Face
from rosetail.faces.faces import find as mtcnn_find

Bytes = NDArray[np.uint8]


def test_one_face_with_everything(astronaut: Bytes) -> None:
    (found,) = faces.find(astronaut)
    said = json.loads(json.dumps(found.as_dict()))
    assert set(said) == {
        "box", "score", "presence", "drawn", "pose", "expression", "landmarks", "points",
    }  # fmt: skip
    assert not said["drawn"]
    assert len(said["points"]) == 478
    assert set(said["expression"]) == set(faces.Expression.names())


def test_several_faces_largest_first(astronaut: Bytes) -> None:
    small = np.asarray(Image.fromarray(astronaut).resize((256, 256)))
    scene = np.zeros((512, 768, 3), np.uint8)
    scene[:, :512], scene[128:384, 512:] = astronaut, small
    found = faces.find(scene)
    assert len(found) == 2
    assert found[0].pose.scale > 1.5 * found[1].pose.scale
    for each in found:
        assert each.expression.smile_left > 0.5


def test_a_drawing_is_told_from_a_photo(astronaut: Bytes, face: Face, figure: Bytes) -> None:
    drawing = np.where(figure[..., 3:] > 127, figure[..., :3], 255).astype(np.uint8)
    assert looks_drawn(drawing, np.array([130, 190, 350, 400]))
    assert not looks_drawn(astronaut, face.box)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_heads_are_found_with_their_roll(astronaut: Bytes, quarters: int) -> None:
    (upright,) = faces.find(astronaut)
    (turned,) = faces.find(np.ascontiguousarray(np.rot90(astronaut, quarters)))
    off = turned.pose.roll - (upright.pose.roll - 90 * quarters)
    assert abs((off + 180) % 360 - 180) < 2
    assert abs(turned.expression.smile_left - upright.expression.smile_left) < 0.15


def test_nobody_is_invented() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    assert faces.find(noise) == []


def shrunk(rgb: Bytes, face: Face, size: float) -> Bytes:
    """The picture with its face ``size`` pixels wide."""
    scale = size / float(face.box[2] - face.box[0])
    return np.asarray(
        cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
    )


def test_a_face_of_20_pixels_is_found_if_it_is_asked_for(astronaut: Bytes, face: Face) -> None:
    small = np.pad(shrunk(astronaut, face, 20), ((40, 40), (40, 40), (0, 0)), mode="edge")
    assert faces.find(small) == []
    (found,) = faces.find(small, smallest=15)
    middle = 40 + face.landmarks.mean(0) * 20 / float(face.box[2] - face.box[0])
    assert np.abs(found.mesh.landmarks.mean(0) - middle).max() < 3


def test_half_a_face_is_found_in_its_place_or_not_at_all(astronaut: Bytes, face: Face) -> None:
    middle = round(float(face.landmarks[:, 0].mean()))
    for half in (astronaut[:, :middle], astronaut[: round(float(face.landmarks[2, 1]))]):
        for found in faces.find(np.ascontiguousarray(half)):
            apart = np.linalg.norm(found.mesh.landmarks - face.landmarks, axis=1).mean()
            assert apart < 0.5 * np.linalg.norm(face.landmarks[1] - face.landmarks[0])


def test_a_crowd_of_96_is_complete(astronaut: Bytes, face: Face) -> None:
    size, room = 45, 72
    scale = size / float(face.box[2] - face.box[0])
    small = shrunk(astronaut, face, size)
    x, y = (face.landmarks.mean(0) * scale - room / 2).round().astype(int)
    tile = np.pad(small, ((room, room), (room, room), (0, 0)), mode="edge")
    tile = tile[y + room : y + 2 * room, x + room : x + 2 * room]
    found = mtcnn_find(np.tile(tile, (8, 12, 1)), smallest=30, detector="mtcnn")
    places = {
        (round(float(p[1]) / room - 0.5), round(float(p[0]) / room - 0.5))
        for p in (each.landmarks.mean(0) for each in found)
    }
    assert len(found) == len(places) == 96


def test_the_overlay_keeps_the_photo_beside_a_panel(astronaut: Bytes) -> None:
    found = faces.find(astronaut)
    drawn = faces.overlay(astronaut, found)
    assert drawn.shape[0] == 768
    assert drawn.shape[1] > 768
    x, y = found[0].mesh.points[1, :2] * 1.5
    around = drawn[int(y) - 12 : int(y) + 12, int(x) - 12 : int(x) + 12]
    assert np.any(np.all(around == (80, 230, 120), axis=-1))  # a green point


def test_the_command(rosetail, astronaut_file: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    ran = rosetail("faces", astronaut_file, "--json")
    assert ran.status == 0
    (said,) = json.loads(ran.out)
    assert abs(said["pose"]["yaw"]) < 45
    assert said["colours"]["skin"].startswith("#")
    assert said["traits"]["smile"] > 0.5
    ran = rosetail("faces", astronaut_file)
    assert "smile left" in ran.out
    ran = rosetail("faces", astronaut_file, "-o", tmp_path / "o.png")
    assert ran.status == 0
    assert images.read(tmp_path / "o.png").shape[0] == 768
    Image.new("RGB", (64, 64)).save(tmp_path / "empty.png")
    ran = rosetail("faces", tmp_path / "empty.png")
    assert ran.status == 2
    assert "no face" in ran.err
