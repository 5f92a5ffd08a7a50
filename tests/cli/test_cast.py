"""``rosetail cast``, ``apply`` and ``mix`` with a tiny model."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from skimage import data

from rosetail import images, read_character


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "me.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


@pytest.fixture
def cast(rosetail, photo: Path, tiny_roses: Path, tmp_path: Path) -> Path:
    ran = rosetail(
        "cast", photo, "-o", tmp_path / "sheet.png", "-n", 3, "--save", tmp_path / "cast",
        "--model", tiny_roses,
    )  # fmt: skip
    assert ran.status == 0, ran.err
    return tmp_path / "cast"


def test_cast_writes_sheet_and_characters(cast: Path) -> None:
    assert images.read(cast.parent / "sheet.png").shape[1] > 3 * 32
    names = sorted(path.name for path in cast.iterdir())
    assert names == [f"character-0.{number}.json" for number in range(3)]
    assert read_character(cast / names[0]).picture is not None


def test_apply_to_one_and_to_many(
    rosetail, cast: Path, photo: Path, tiny_roses: Path, negative: Path, tmp_path: Path
) -> None:
    options = ("--character", cast / "character-0.1.json", "--model", tiny_roses)
    ran = rosetail("apply", photo, *options, "-o", tmp_path / "face.png", "--frame", "face")
    assert ran.status == 0, ran.err
    assert images.read(tmp_path / "face.png").shape == (32, 32, 3)
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.open(photo).save(folder / "a.png")
    Image.new("RGB", (60, 60)).save(folder / "dark.png")
    ran = rosetail(
        "apply", folder, *options, "-o", tmp_path / "out", "--frame", "full", "-s", negative
    )
    assert ran.status == 1
    assert "dark.png" in ran.err
    assert images.read(tmp_path / "out" / "a.png").shape == data.astronaut().shape


def test_figures_are_kept_in_files_that_can_be_clear(
    rosetail, cast: Path, photo: Path, tiny_roses: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.open(photo).convert("RGB").save(folder / "a.jpg")
    ran = rosetail(
        "apply", folder, "--character", cast / "character-0.1.json", "--model", tiny_roses,
        "-o", tmp_path / "out", "--frame", "figure",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    with Image.open(tmp_path / "out" / "a.png") as picture:
        assert picture.format == "PNG"  # of a photo that was a JPEG


def test_a_group(
    rosetail, cast: Path, photo: Path, tiny_roses: Path, negative: Path, tmp_path: Path
) -> None:
    """One of two faces is drawn with a note, a chosen one, or both."""
    one = np.asarray(Image.open(photo))[:256, 96:352]
    smaller = np.asarray(Image.fromarray(one).resize((200, 200)))
    group = np.full((256, 456, 3), 120, np.uint8)
    group[:, :256], group[28:228, 256:] = one, smaller
    images.save(group, tmp_path / "group.png")
    options = ("--character", cast / "character-0.1.json", "--model", tiny_roses, "-s", negative)
    drawn = {}
    for face in ("1", "2", "all"):
        out = tmp_path / f"{face}.png"
        ran = rosetail("apply", tmp_path / "group.png", *options, "-o", out, "--frame", "full",
                       "--face", face)  # fmt: skip
        note = f"group.png: face {face} of 2 was drawn; choose others by --face"
        assert ran.status == 0
        assert (note in ran.err) == (face != "all")
        drawn[face] = images.read(out).astype(int)
    changed = {face: np.abs(shown - (255 - group)).max(2) > 8 for face, shown in drawn.items()}
    left, right = np.s_[:, :240], np.s_[:, 272:]
    assert changed["1"][left].any()
    assert not changed["1"][right].any()
    assert changed["2"][right].any()
    assert not changed["2"][left].any()
    assert (drawn["all"][left] == drawn["1"][left]).all()
    assert (drawn["all"][right] == drawn["2"][right]).all()
    for given, cause in (
        (("--face", "3"), "group.png: has 2 faces; give --face 1 to 2"),
        (("--face", "0"), "--face 0: give a number from 1, or all"),
        (("--face", "all", "--frame", "face"), "--face all draws whole photos; add --frame full"),
    ):
        ran = rosetail("apply", tmp_path / "group.png", *options, "-o", tmp_path / "x.png", *given)
        assert ran.status == 2
        assert cause in ran.err


def test_pipes(
    rosetail, cast: Path, photo: Path, tiny_roses: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(photo.read_bytes())))
    out = tmp_path / "face.png"
    options = ("--character", cast / "character-0.1.json", "--model", tiny_roses)
    ran = rosetail("apply", "-", *options, "-o", out, "--frame", "face")
    assert (ran.status, ran.err) == (0, "")
    rosetail("apply", photo, *options, "-o", tmp_path / "same.png", "--frame", "face")
    np.testing.assert_array_equal(images.read(out), images.read(tmp_path / "same.png"))


def test_mix(rosetail, cast: Path, photo: Path, tiny_roses: Path, tmp_path: Path) -> None:
    ran = rosetail(
        "mix", cast / "character-0.0.json", cast / "character-0.2.json", "--photo", photo,
        "-o", tmp_path / "mix.png", "-n", 4, "--model", tiny_roses, "--save", tmp_path / "mixed",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert len(list((tmp_path / "mixed").iterdir())) == 4


def test_refusals(rosetail, cast: Path, photo: Path, tiny_roses: Path, tmp_path: Path) -> None:
    junk = tmp_path / "junk.json"
    junk.write_text("{}")
    out = tmp_path / "x.png"
    ran = rosetail("apply", photo, "--character", junk, "-o", out, "--model", tiny_roses)
    assert (ran.status, out.exists()) == (2, False)
    assert "junk.json" in ran.err
    ran = rosetail("cast", photo, "-o", out, "--model", tmp_path / "cast")
    assert ran.status == 2
    assert "encode.onnx" in ran.err
    ran = rosetail("cast", junk, "-o", out, "--model", tiny_roses)
    assert (ran.status, out.exists()) == (2, False)


def test_saving_never_replaces_another_character(rosetail, astronaut_file, tmp_path: Path) -> None:
    out, folder = tmp_path / "sheet.png", tmp_path / "cast"
    command = ("cast", astronaut_file, "-o", out, "-n", 2, "--save", folder)
    assert rosetail(*command, "--seed", 3).status == 0
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert rosetail(*command, "--seed", 3).status == 0  # the same ones
    first = sorted(folder.iterdir())[0]
    assert rosetail("edit", "--character", first, "--set", "blush=1", "--save", first).status == 0
    edited = first.read_bytes()
    ran = rosetail(*command, "--seed", 3)
    assert ran.status == 2
    assert f"{first}: is another character; give another folder" in ran.err
    assert first.read_bytes() == edited
    assert {path.name for path in folder.iterdir()} == set(kept)
