"""Labelled photos, and what the photo reader is taught by them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from rosetail import images
from rosetail.data.folders import PreparedFolder
from rosetail.data.prepare import prepare
from rosetail.errors import InputError
from rosetail.faces.head_windows import WINDOWS, descriptor_size, window_slices
from rosetail.faces.traits import TRAIT_WINDOWS, Traits
from rosetail.methods.traits import recipe
from rosetail.methods.traits.recipe import (
    LABELS,
    LabelledPhotos,
    fit,
    labelled_photos,
    scores,
    train_traits,
    traits_of,
)

SAMPLE = Path(images.__file__).parent / "samples" / "astronaut.jpg"
PLAIN = {
    "photo": "x", "sex": "female", "mouth": "calm", "glasses": "none", "beard": "none",
    "hair": "short", "forehead": "open",
}  # fmt: skip


def test_every_label_is_one_that_is_known() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["photo"] for row in rows}) == 851
    known = {
        "sex": {"male", "female"},
        "mouth": {"calm", "smile", "teeth", "open"},
        "glasses": {"glasses", "none"},
        "beard": {"none", "stubble", "moustache", "goatee", "full"},
        "hair": {"bald", "short", "medium", "long", "covered"},
        "forehead": {"open", "fringe"},
    }
    for column, names in known.items():
        assert {row[column] for row in rows} == names
    assert not [row for row in rows if row["sex"] == "female" and row["beard"] != "none"]


def test_what_labels_say() -> None:
    plain = traits_of(PLAIN)
    assert np.isnan([plain.stubble, plain.moustache, plain.chin]).all()
    assert not any(each for each in plain if not np.isnan(each))
    him = traits_of(PLAIN | {"sex": "male", "mouth": "teeth", "beard": "goatee", "hair": "long"})
    assert him == Traits(1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0)
    assert traits_of(PLAIN | {"mouth": "smile"})[1:3] == (1, 0)
    speaking, covered = traits_of(PLAIN | {"mouth": "open"}), traits_of(PLAIN | {"hair": "covered"})
    assert np.isnan(speaking[1:3]).all()
    assert np.isnan(covered[-4:]).all()


def test_what_is_taught_is_told_of_others() -> None:
    """Made-up heads: each trait is a mark in one window; what nobody knows teaches nothing."""
    rng = np.random.default_rng(2)

    def heads(count: int) -> LabelledPhotos:
        truth = rng.integers(0, 2, (count, len(Traits._fields))).astype(np.float32)
        seen = rng.normal(0, 0.1, (count, 2, descriptor_size())).astype(np.float32)
        for number, name in enumerate(Traits._fields):
            first = window_slices()[TRAIT_WINDOWS[name][0]].start
            seen[:, :, first + 9 * number : first + 9 * number + 9] += truth[:, None, number, None]
        truth[rng.random(truth.shape) < 0.2] = np.nan
        return LabelledPhotos(seen.astype(np.float16), truth)

    first, second, others = heads(60), heads(60), heads(80)
    rows, bias = fit([first, second])
    for number, name in enumerate(Traits._fields):
        away = [window for window in WINDOWS if window not in TRAIT_WINDOWS[name]]
        assert not any(rows[number, window_slices()[window]].any() for window in away)
    told = [line.split() for line in scores(rows, bias, others)[1:]]
    assert [line[0] for line in told] == list(Traits._fields)
    assert [int(line[1]) for line in told] == np.nansum(others.labels, 0).astype(int).tolist()
    assert min(float(each) for line in told for each in line[2:]) > 0.85
    again, _ = fit([first, second])
    np.testing.assert_array_equal(rows, again)


def photos(tmp_path: Path) -> Path:
    """A folder with one photo."""
    folder = tmp_path / "src"
    folder.mkdir()
    shutil.copy(SAMPLE, folder)
    return folder


def test_a_classifier_is_written_and_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    labels = (rng.random((40, len(Traits._fields))) < 0.5).astype(np.float32)
    made = LabelledPhotos(rng.normal(size=(40, 2, descriptor_size())).astype(np.float16), labels)
    monkeypatch.setattr(recipe, "labelled_photos", lambda folder: made)
    table = train_traits(tmp_path / "traits.safetensors", [Path("a")], Path("b"))
    assert len(table) == 1 + len(Traits._fields)
    assert load_file(tmp_path / "traits.safetensors")["weights"].shape == (
        len(labels[0]),
        descriptor_size(),
    )


def test_photos_without_labels_are_refused(tmp_path: Path) -> None:
    prepare(photos(tmp_path), tmp_path / "photos")
    with pytest.raises(InputError, match=r"none of the photos in photo_labels\.csv"):
        labelled_photos(tmp_path / "photos")


def test_labelled_photos_are_seen_with_their_mirror_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(photos(tmp_path), tmp_path / "photos")
    table = tmp_path / "labels.csv"
    told = PLAIN | {"photo": PreparedFolder(tmp_path / "photos").lines[0].name, "mouth": "teeth"}
    table.write_text(",".join(told) + "\n" + ",".join(told.values()) + "\n")
    monkeypatch.setattr(recipe, "LABELS", table)
    found = labelled_photos(tmp_path / "photos")
    assert found.descriptors.shape == (1, 2 * recipe.VIEWS, descriptor_size())
    assert found.labels[0, 1:3].tolist() == [1, 1]
    # Far nearer to itself, a little off, than to the mirror image.
    one, mirror, near = found.descriptors[0, :3].astype(np.float32)
    assert np.abs(one - near).mean() < 0.7 * np.abs(one - mirror).mean()
