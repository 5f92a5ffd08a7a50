"""Other backgrounds: the person stays, the rest changes as the name says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.data.folders import read_manifest
from rosetail.data.photo_backgrounds import with_background
from rosetail.data.prepare import prepare
from rosetail.errors import SettingsError
from rosetail.faces.person import person_mask

Bytes = NDArray[np.uint8]


@pytest.fixture(scope="module")
def masks(astronaut: Bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Surely the person, surely not."""
    mask = person_mask(astronaut)
    return mask > 0.99, mask < 0.01


@pytest.mark.parametrize("background", ["keep", "remove", "blur", "colour"])
def test_the_person_is_kept(
    astronaut: Bytes, masks: tuple[NDArray[np.bool_], NDArray[np.bool_]], background: str
) -> None:
    drawn = with_background(astronaut, background)  # type: ignore[arg-type]
    person, ground = masks
    assert np.abs(drawn[person].astype(int) - astronaut[person]).max() <= 3
    if background == "keep":
        np.testing.assert_array_equal(drawn, astronaut)
    elif background == "remove":
        assert drawn[ground].min() >= 252
    elif background == "colour":
        assert np.ptp(drawn[ground].astype(int), axis=0).max() <= 6
        assert np.abs(drawn[ground].mean(0) - astronaut[ground].mean(0)).max() < 25
    else:
        rough = [np.abs(np.diff(each.astype(int), axis=1))[ground[:, 1:]].mean()
                 for each in (astronaut, drawn)]  # fmt: skip
        assert rough[1] < 0.5 * rough[0]


def test_nobody_in_the_picture_is_no_error() -> None:
    grey = np.full((64, 48, 3), 90, np.uint8)
    assert with_background(grey, "blur").shape == grey.shape
    assert with_background(grey, "colour").shape == grey.shape


def test_a_folder_is_prepared_with_one_background(astronaut_file: Path, tmp_path: Path) -> None:
    photos, crops = tmp_path / "photos", tmp_path / "crops"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(astronaut_file.read_bytes())
    prepare(photos, crops, size=128, background="remove")
    assert [crop.background for crop in read_manifest(crops)] == ["remove"]
    with pytest.raises(SettingsError, match="--background remove"):
        prepare(photos, crops, size=128)
    with pytest.raises(SettingsError, match="for photos"):
        prepare(photos, tmp_path / "more", kind="anime", background="blur")
