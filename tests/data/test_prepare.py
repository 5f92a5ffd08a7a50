"""Folders of photos become training folders, whatever lies in them."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail import images
from rosetail.data import targets
from rosetail.data.folders import PreparedFolder
from rosetail.data.prepare import prepare, shifted_inside
from rosetail.errors import InputError, SettingsError
from rosetail.faces.faces import canonical
from rosetail.faces.warp import placement, transform, warp

Bytes = NDArray[np.uint8]
SIZE = 128


@pytest.fixture
def photos(tmp_path: Path, astronaut: Bytes, astronaut_file: Path) -> Path:
    """Four portraits (two of one name, one file with two), and four files that cannot be used."""
    root = tmp_path / "photos"
    (root / "more").mkdir(parents=True)
    shutil.copy(astronaut_file, root / "a.jpg")
    images.save(np.ascontiguousarray(astronaut[:, ::-1]), root / "a.png")
    small = cv2.resize(astronaut, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    both = np.zeros((512, 960, 3), np.uint8)
    both[:, :512] = astronaut
    both[: small.shape[0], -small.shape[1] :] = small
    images.save(both, root / "more" / "two.png")
    (root / "text.jpg").write_text("I am no picture")
    (root / "empty.png").write_bytes(b"")
    data = astronaut_file.read_bytes()
    (root / "cut.jpg").write_bytes(data[: len(data) // 2])
    images.save(np.full((200, 200, 3), 120, np.uint8), root / "wall.png")
    return root


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_photos(photos: Path, tmp_path: Path, astronaut: Bytes) -> None:
    dst, seen = tmp_path / "out", []
    report = prepare(photos, dst, size=SIZE, progress=lambda *at: seen.append(at))
    assert report.done == 4
    assert {Path(path).name for path, _ in report.skipped} == {
        "text.jpg",
        "empty.png",
        "cut.jpg",
        "wall.png",
    }
    assert {Path(p).name: c for p, c in report.skipped}["wall.png"].startswith("no face")
    listed = (dst / "skipped.txt").read_text().splitlines()
    assert [line.split(": ")[0] for line in listed] == [path for path, _ in report.skipped]
    assert seen == [(count + 1, 7) for count in range(7)]

    crops = PreparedFolder(dst)
    names = [crop.name for crop in (crops[i] for i in range(len(crops)))]
    assert len(set(names)) == 4
    assert names[2:] == ["more__two", "more__two-2"]
    for index in range(4):
        crop, picture = crops[index], crops.picture(index)
        assert picture.shape == (SIZE, SIZE, 3)
        place = canonical(SIZE)
        error = np.abs(np.array(crop.landmarks) - place)
        assert error.max() < 0.2 * SIZE, "near its place, but moved inside the picture"
        np.testing.assert_array_equal(crops.picture(index, "edges"), targets.smooth_edges(picture))
        np.testing.assert_array_equal(
            crops.picture(index, "superpixels"), targets.average_superpixels(picture)
        )
    source = images.read(photos / crops[0].source)
    np.testing.assert_array_equal(
        warp(source, np.array(crops[0].matrix), (SIZE, SIZE)), crops.picture(0)
    )


def test_a_second_run_finds_everything_done(photos: Path, tmp_path: Path) -> None:
    first = prepare(photos, tmp_path / "out", size=64)
    before = everything(tmp_path / "out")
    second = prepare(photos, tmp_path / "out", size=64)
    assert (second.done, second.skipped) == (first.done, first.skipped)
    after = everything(tmp_path / "out")
    same = [path for path in before if "manifest" not in path and "skipped" not in path]
    assert all(before[path] == after[path] for path in same)
    assert {path: data for path, (_, data) in before.items()} == {
        path: data for path, (_, data) in after.items()
    }


def test_a_stopped_run_goes_on(photos: Path, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done == 2:
            raise Stop

    dst, whole = tmp_path / "out", tmp_path / "whole"
    with pytest.raises(Stop):
        prepare(photos, dst, size=64, progress=stop)
    assert 1 <= len(PreparedFolder(dst)) < 4
    # A crop that got lost is made again, with what else its photo gave.
    lost = dst / "edges" / f"{PreparedFolder(dst)[0].name}.png"
    lost.unlink()
    prepare(photos, dst, size=64)
    prepare(photos, whole, size=64)
    assert lost.is_file()
    relative = [
        {str(Path(path).relative_to(root)): data for path, (_, data) in everything(root).items()}
        for root in (dst, whole)
    ]
    for made in relative:
        made["manifest.jsonl"] = b"".join(sorted(made["manifest.jsonl"].splitlines(True)))
    assert relative[0] == relative[1]


def test_no_half_files_are_left(photos: Path, tmp_path: Path) -> None:
    prepare(photos, tmp_path / "out", size=64)
    assert not [path for path in (tmp_path / "out").rglob("*") if ".part" in path.name]


def test_a_folder_keeps_to_its_settings(photos: Path, tmp_path: Path) -> None:
    prepare(photos, tmp_path / "out", size=64)
    with pytest.raises(SettingsError, match="holds photo crops of 64 pixels"):
        prepare(photos, tmp_path / "out", size=96)
    with pytest.raises(SettingsError, match="size 5000"):
        prepare(photos, tmp_path / "other", size=5000)


def test_a_zip_is_read_in_place(photos: Path, tmp_path: Path) -> None:
    packed = tmp_path / "photos.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(photos / "a.jpg", "in/a.jpg")
        archive.write(photos / "text.jpg", "text.jpg")
    report = prepare(packed, tmp_path / "out", size=64)
    assert report.done == 1
    assert report.skipped[0][0].endswith("photos.zip/text.jpg")


def test_faces_too_small_for_the_crop_are_listed(photos: Path, tmp_path: Path) -> None:
    report = prepare(photos, tmp_path / "out", size=1024)
    assert report.done == 0
    causes = {Path(path).name: cause for path, cause in report.skipped}
    assert "pixels" in causes["a.jpg"]
    assert "smaller size" in causes["a.jpg"]


def test_nothing_to_prepare(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        prepare(tmp_path / "gone", tmp_path / "out")
    (tmp_path / "bare").mkdir()
    with pytest.raises(InputError, match="no pictures"):
        prepare(tmp_path / "bare", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_crops_move_inside_the_picture() -> None:
    """Pixels beyond the edge: gone where a small move does it, halved where the crop is larger."""

    def beyond(matrix: NDArray[np.float64]) -> tuple[float, float, float, float]:
        low, high = transform([(0, 0), (199, 299)], matrix)
        left, top = np.maximum(low, 0).tolist()
        right, bottom = np.maximum(99 - high, 0).tolist()
        return left, top, right, bottom

    outside = placement(1, 5 + 8j)
    assert beyond(outside) == (5, 8, 0, 0)
    assert beyond(shifted_inside(outside, 200, 300, 100)) == (0, 0, 0, 0)
    far = placement(1, 40)
    assert beyond(shifted_inside(far, 200, 300, 100)) == (28, 0, 0, 0)
    wide = placement(0.45, 2 - 20j)
    left, _, right, _ = beyond(shifted_inside(wide, 200, 300, 100))
    assert left == pytest.approx(right)
