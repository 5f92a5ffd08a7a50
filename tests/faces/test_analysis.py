"""``rosetail.faces.find`` and ``rosetail faces``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rosetail import faces, images

Bytes = NDArray[np.uint8]


def test_one_face_with_everything(astronaut: Bytes) -> None:
    (found,) = faces.find(astronaut)
    said = json.loads(json.dumps(found.as_dict()))
    assert set(said) == {
        "box", "score", "presence", "pose", "expression", "landmarks", "points",
    }  # fmt: skip
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


def test_nobody_is_invented() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    assert faces.find(noise) == []


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
    ran = rosetail("faces", astronaut_file)
    assert "smile left" in ran.out
    ran = rosetail("faces", astronaut_file, "-o", tmp_path / "o.png")
    assert ran.status == 0
    assert images.read(tmp_path / "o.png").shape[0] == 768
    Image.new("RGB", (64, 64)).save(tmp_path / "empty.png")
    ran = rosetail("faces", tmp_path / "empty.png")
    assert ran.status == 2
    assert "no face" in ran.err
