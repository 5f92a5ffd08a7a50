"""Data sets as they come: trainA and so on, flat, in zips; read by training as they lie."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from rosetail import images
from rosetail.data.layouts import LooseFolder, center_square, open_training_pictures, side_files
from rosetail.data.targets import average_superpixels, smooth_edges
from rosetail.errors import InputError
from rosetail.training.crop_pool import Pool
from rosetail.training.random_views import Augment
from tests.training.small_data import prepared

RNG = np.random.default_rng(4)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Like selfie2anime, in one folder more."""
    root = tmp_path / "selfie2anime"
    for count, part in enumerate(("trainA", "trainB", "testA"), start=2):
        (root / "data" / part).mkdir(parents=True)
        for number in range(count):
            picture = RNG.integers(0, 256, (40, 50 + 10 * count, 3), dtype=np.uint8)
            images.save(picture, root / "data" / part / f"{number}.png")
    return root


@pytest.fixture
def packed(dataset: Path) -> Path:
    path = dataset.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(dataset.rglob("*.png")):
            archive.write(file, file.relative_to(dataset).as_posix())
    return path


def test_each_side_and_part(dataset: Path, packed: Path) -> None:
    for source in (dataset, packed):
        names = [file.name for file in side_files(source, "photos")]
        assert names == ["data/trainA/0.png", "data/trainA/1.png"]
        assert [file.name for file in side_files(source, "anime")] == [
            f"data/trainB/{number}.png" for number in range(3)
        ]
        assert len(side_files(source, "photos", "test")) == 4
        with pytest.raises(InputError, match="has testA, trainA, trainB but no testB; add it"):
            side_files(source, "anime", "test")


def test_a_folder_within_a_zip(packed: Path) -> None:
    """Named to the last folder it is taken as it is, whatever side is wanted."""
    assert len(side_files(packed / "data" / "trainB", "photos")) == 3
    assert len(side_files(packed / "data", "photos", "test")) == 4
    with pytest.raises(InputError, match="no such folder in the zip"):
        side_files(packed / "other", "photos")


def test_flat_folders_have_no_parts(dataset: Path) -> None:
    flat = dataset / "data" / "trainA"
    assert len(side_files(flat, "photos")) == len(side_files(flat, "anime", "test")) == 2


def test_the_middle_square() -> None:
    rgb = RNG.integers(0, 256, (40, 100, 3), dtype=np.uint8)
    np.testing.assert_array_equal(center_square(rgb, 288), rgb[:, 30:70])
    tall = np.repeat(np.repeat(rgb, 10, 0), 10, 1).swapaxes(0, 1)
    np.testing.assert_array_equal(center_square(tall, 40), rgb.swapaxes(0, 1)[30:70])


def test_targets_of_loose_pictures(dataset: Path) -> None:
    loose = open_training_pictures(dataset, "photos")
    assert isinstance(loose, LooseFolder)
    crop = loose.picture(1)
    assert crop.shape == (40, 40, 3)
    np.testing.assert_array_equal(loose.picture(1, "edges"), smooth_edges(crop))
    np.testing.assert_array_equal(loose.picture(1, "superpixels"), average_superpixels(crop))
    with pytest.raises(InputError, match="no pairs; make some"):
        loose.picture(1, "drawn")


def test_training_draws_from_all_of_them(dataset: Path, packed: Path, tmp_path: Path) -> None:
    made = prepared(tmp_path / "prepared", 1)
    pool = Pool([str(packed), str(made)], (), {"photo": "crops"}, side="anime", eyes=True)
    assert len(pool) == 3 + 8
    drawn = pool.draw(np.random.default_rng(0), 20, 32, Augment())
    assert drawn["photo"].shape == (20, 32, 32, 3)
    assert bool(drawn["eyes"].isnan().all()), "nobody knows where eyes are"
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no pictures in it"):
        Pool([str(tmp_path / "empty")], (), {"photo": "crops"})
    (dataset / "data" / "trainA" / "0.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"trainA/0\.png"):
        Pool([str(dataset)], (), {"photo": "crops"})
