"""What inspection says of a folder made to have a bit of everything."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from rosetail import images
from rosetail.data.inspection import inspect, summary_lines
from rosetail.errors import InputError
from tests.data.test_near_duplicates import scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "set"
    for part in ("trainA", "testA"):
        (root / part).mkdir(parents=True)
    for number in range(5):
        images.save(scene(number), root / "trainA" / f"{number}.png")
    images.save(scene(3), root / "testA" / "copy.jpg", quality=70)
    images.save(scene(7)[:100, :100], root / "testA" / "small.png")
    images.save(scene(8), root / "testA" / "clear.png", alpha=np.full((240, 320), 90, np.uint8))
    whole = (root / "trainA" / "0.png").read_bytes()
    (root / "testA" / "cut.png").write_bytes(whole[: len(whole) // 2])
    return root


def test_everything_is_counted(folder: Path) -> None:
    steps: list[tuple[int, int]] = []
    found = inspect(folder, progress=lambda done, of: steps.append((done, of)))
    assert found.readable == 8
    assert found.parts == {"testA": 4, "trainA": 5}
    assert found.sizes == {(320, 240): 7, (100, 100): 1}
    assert [path for path, _ in found.unreadable] == ["testA/cut.png"]
    assert found.duplicates == [["testA/copy.jpg", "trainA/3.png"]]
    assert (found.spare, found.small, found.transparent) == (1, 8, 1)
    assert steps[-1] == (9, 9)
    text = "\n".join(summary_lines(found))
    assert "320x240: 7" in text
    assert "testA/copy.jpg = trainA/3.png" in text
    sheet = found.sheet()
    assert sheet.std() > 20
    assert len(found.tiles) == 8


def test_a_zip_gives_the_same(folder: Path) -> None:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder).as_posix())
    loose, packed = inspect(folder), inspect(path)
    assert summary_lines(packed)[:6] == summary_lines(loose)[:6]
    assert packed.duplicates == loose.duplicates


def test_long_lists_are_cut(tmp_path: Path) -> None:
    for number in range(14):
        (tmp_path / f"{number:02}.png").write_bytes(b"broken")
    found = inspect(tmp_path)
    assert summary_lines(found)[-1] == "  and 4 more"
    with pytest.raises(InputError, match="no readable picture"):
        found.sheet()


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures in it"):
        inspect(tmp_path)
