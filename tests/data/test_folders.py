"""Folders, zips, splits and manifests."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from rosetail import images
from rosetail.data.folders import PreparedFolder, photos_in, pictures, read_manifest
from rosetail.errors import InputError

RNG = np.random.default_rng(8)
NAMES = ["b.png", "a.jpg", "deep/er/c.webp", "A.PNG"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "pictures"
    (root / "deep" / "er").mkdir(parents=True)
    (root / ".hidden").mkdir()
    for name in [*NAMES, ".hidden/x.png", ".y.png"]:
        images.save(RNG.integers(0, 256, (6, 8, 3), dtype=np.uint8), root / name)
    (root / "notes.txt").write_text("not a picture")
    return root


def zipped(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder).as_posix())
    return path


def test_folder_and_zip_hold_the_same(folder: Path) -> None:
    loose, packed = pictures(folder), pictures(zipped(folder))
    assert [file.name for file in loose] == sorted(NAMES) == [file.name for file in packed]
    for a, b in zip(loose, packed, strict=True):
        np.testing.assert_array_equal(a.read()[0], b.read()[0])
        assert b.path.endswith(f"pictures.zip/{b.name}")


def test_alpha_survives_in_both(folder: Path) -> None:
    rgba = RNG.integers(0, 256, (5, 5, 4), dtype=np.uint8)
    images.save(rgba, folder / "clear.png")
    for place in (folder, zipped(folder)):
        (file,) = [file for file in pictures(place) if file.name == "clear.png"]
        rgb, alpha = file.read()
        assert alpha is not None
        np.testing.assert_array_equal(alpha, rgba[..., 3])
        np.testing.assert_array_equal(rgb[alpha > 0], rgba[..., :3][alpha > 0])


@pytest.mark.parametrize("content", [b"", b"text", None])
def test_bad_pictures_are_named(folder: Path, content: bytes | None) -> None:
    data = (folder / "a.jpg").read_bytes()
    (folder / "bad.jpg").write_bytes(data[: len(data) // 2] if content is None else content)
    for place in (folder, zipped(folder)):
        (file,) = [file for file in pictures(place) if file.name == "bad.jpg"]
        with pytest.raises(InputError, match=r"bad\.jpg: .*;"):
            file.read()


def test_no_folder_and_no_zip(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone: no such folder"):
        pictures(tmp_path / "gone")
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 but not really")
    with pytest.raises(InputError, match=r"a\.zip: not a folder or a readable zip"):
        pictures(tmp_path / "a.zip")


def test_a_zip_bomb_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rosetail.data import folders

    monkeypatch.setattr(folders, "MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("huge.png", bytes(5000))
    (file,) = pictures(tmp_path / "a.zip")
    with pytest.raises(InputError, match=r"huge\.png: .*larger than"):
        file.read()


def test_other_formats_are_not_decoded_from_zips(tmp_path: Path) -> None:
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, format="PPM")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("really.png", data.getvalue())
    (file,) = pictures(tmp_path / "a.zip")
    with pytest.raises(InputError, match=r"really\.png"):
        file.read()


def a_line(name: str) -> dict[str, object]:
    matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    return {
        "name": name,
        "source": f"{name}.jpg",
        "group": name,
        "kind": "photo",
        "frame": "head",
        "size": 8,
        "matrix": matrix,
        "landmarks": None,
        "flipped": False,
        "box": None,
    }


def test_crops_are_read_in_the_order_of_the_manifest(tmp_path: Path) -> None:
    rgb = RNG.integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    for sub, shift in (("crops", 0), ("edges", 1)):
        (tmp_path / sub).mkdir()
        for name, picture in zip("ba", rgb, strict=True):
            images.save(picture ^ shift, tmp_path / sub / f"{name}.png")
    lines = [json.dumps(a_line(name)) + "\n" for name in "ba"]
    # The third line was being written when the run was stopped.
    (tmp_path / "manifest.jsonl").write_text("".join(lines) + lines[0][:40])
    crops = PreparedFolder(tmp_path)
    assert [crops[i].name for i in range(len(crops))] == ["b", "a"]
    np.testing.assert_array_equal(crops.picture(1), rgb[1])
    np.testing.assert_array_equal(crops.picture(0, "edges"), rgb[0] ^ 1)


def test_folders_that_were_not_prepared_are_refused(tmp_path: Path) -> None:
    assert read_manifest(tmp_path) == []
    with pytest.raises(InputError, match="no prepared crops; run rosetail data prepare"):
        PreparedFolder(tmp_path)
    for text in ('{"name": "a"}\n', "what\n"):
        (tmp_path / "manifest.jsonl").write_text(text)
        with pytest.raises(InputError, match=r"manifest\.jsonl: not a manifest"):
            PreparedFolder(tmp_path)


def test_of_a_prepared_folder_the_crops_are_the_photos(tmp_path: Path) -> None:
    for name in ("crops/a.png", "edges/a.png", "superpixels/a.png"):
        (tmp_path / name).parent.mkdir()
        images.save(np.zeros((8, 8, 3), np.uint8), tmp_path / name)
    assert len(photos_in(tmp_path)) == 3  # any folder
    (tmp_path / "manifest.jsonl").write_text("")
    assert photos_in(tmp_path) == [tmp_path / "crops" / "a.png"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", "/abs/path"),
        ("name", "../up"),
        ("name", ".."),
        ("name", 5),
        ("matrix", [[1, 0, float("nan")], [0, 1, 0]]),
        ("matrix", [1, 0]),
        ("landmarks", [[float("inf"), 0]] * 5),
        ("size", "large"),
        ("extra", 1),
    ],
)
def test_a_manifest_with_what_does_not_belong_there(
    tmp_path: Path, key: str, value: object
) -> None:
    """Names inside files never become paths; numbers are finite."""
    row = {
        "name": "one",
        "source": "one.jpg",
        "group": "one",
        "kind": "photo",
        "frame": "head",
        "size": 64,
        "matrix": [[1, 0, 0], [0, 1, 0]],
        "landmarks": None,
        "flipped": False,
    }
    path = tmp_path / "manifest.jsonl"
    path.write_text(json.dumps(row) + "\n")
    assert [crop.name for crop in read_manifest(tmp_path)] == ["one"]
    path.write_text(json.dumps(row | {key: value}) + "\n")
    with pytest.raises(InputError, match="not a manifest of prepared crops") as error:
        read_manifest(tmp_path)
    assert str(error.value).startswith(f"{path}: ")


@pytest.mark.parametrize("text", [b"[]", b"3", b"{", b"[" * 100_000, b"\0", b"\xff\xfe"])
def test_lines_that_are_no_objects(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "manifest.jsonl").write_bytes(text + b"\n")
    with pytest.raises(InputError, match="not a manifest"):
        read_manifest(tmp_path)
