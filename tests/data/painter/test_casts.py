"""Painted casts: layouts and styles cross, runs go on, other folders are refused."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from rosetail import images
from rosetail.data.folders import Crops
from rosetail.data.painter import PaintParams, paint, sample
from rosetail.data.painter.casts import EDITED, LAYOUT, SIDE, read_labels, redressed, write_casts
from rosetail.data.painter.edits import edited
from rosetail.data.painter.paint import describe
from rosetail.data.painter.sample import on_flat_ground
from rosetail.errors import OutputError, SettingsError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("casts") / "out"
    assert write_casts(folder, 1, 128, seed=3) == 1
    return folder


def test_layout_from_one_and_style_from_the_other() -> None:
    one, other = sample(1), sample(2)
    mixed = redressed(one, other)
    for field in fields(PaintParams):
        source = one if field.name in LAYOUT else other
        assert getattr(mixed, field.name) == getattr(source, field.name), field.name
    assert redressed(one, one) == one


def test_whatever_moves_a_landmark_is_layout() -> None:
    """The same layout in other styles: landmarks stay within a few hundredths of eye distance."""
    for seed in range(0, 40, 2):
        one, other = sample(seed), sample(seed + 1)
        points = describe(one).landmarks
        moved = np.linalg.norm(describe(redressed(one, other)).landmarks - points, axis=1)
        apart = np.linalg.norm(points[0] - points[1])
        assert moved.max() < 0.15 * apart, (seed, moved / apart)


def test_every_layout_in_every_style(folder: Path) -> None:
    labels = read_labels(folder)
    assert len(labels) == SIDE**2 + EDITED
    plain = [each for each in labels if not each["edit"]]
    assert {(each["layout"], each["style"]) for each in plain} == {
        (row, column) for row in range(SIDE) for column in range(SIDE)
    }
    crops = Crops(folder)
    assert len(crops) == len(labels)
    for label in plain[:: SIDE + 2]:
        params = PaintParams.from_dict(label["params"])
        sitters = [sample(SIDE * 3 + number) for number in (label["layout"], label["style"])]
        assert params == on_flat_ground(redressed(*sitters))
        picture = images.read(folder / "crops" / f"{label['name']}.png")
        np.testing.assert_array_equal(picture, paint(params, 128).image)


def test_edited_pictures_show_the_edit_alone(folder: Path) -> None:
    labels = read_labels(folder)
    plain = {(each["layout"], each["style"]): each for each in labels if not each["edit"]}
    for label in labels:
        if label["edit"]:
            before = PaintParams.from_dict(plain[label["layout"], label["style"]]["params"])
            assert PaintParams.from_dict(label["params"]) == edited(before, label["edit"])
            assert label["edit"] in label["tags"]


def test_a_stopped_run_goes_on(folder: Path) -> None:
    path = folder / "crops" / "cast-000003-0-0.png"
    before = path.stat().st_mtime_ns
    assert write_casts(folder, 1, 128, seed=3) == 0
    told = []
    assert write_casts(folder, 2, 128, seed=3, progress=lambda *each: told.append(each)) == 1
    assert told == [(2, 2)]
    assert path.stat().st_mtime_ns == before
    assert len(read_labels(folder)) == len(Crops(folder)) == 2 * (SIDE**2 + EDITED)


def test_bad_numbers_and_folders(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="of 128 pixels"):
        write_casts(folder, 3, 256, seed=3)
    for odd in ({"count": 0}, {"count": 1, "size": 64}, {"count": 1, "seed": -1}):
        with pytest.raises(SettingsError):
            write_casts(tmp_path / "x", **odd)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        write_casts(tmp_path / "file", 1)
    assert read_labels(tmp_path) == []
    label = json.loads((folder / "labels.jsonl").read_text().splitlines()[0])
    assert {"tags", "landmarks", "face_box", "cast"} <= label.keys()
