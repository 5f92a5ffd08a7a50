"""The age reader's training: labels, and a folder from end to end."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from rosetail import images
from rosetail.errors import InputError
from rosetail.faces.age import Age
from rosetail.faces.head_windows import descriptor_size
from rosetail.methods.traits import age
from rosetail.methods.traits.age import age_truth, labelled_ages, train_age
from rosetail.methods.traits.recipe import LABELS

SAMPLE = Path(images.__file__).parent / "samples" / "astronaut.jpg"


def test_every_label_is_one_that_is_known() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        assert {row["age"] for row in csv.DictReader(file)} == {"young", "middle", "old", "unsure"}


def test_labels_of_age() -> None:
    assert age_truth({"age": "young"}) == Age(1, 0)
    assert age_truth({"age": "middle"}) == Age(0, 0)
    assert age_truth({"age": "old"}) == Age(0, 1)
    assert np.isnan(age_truth({"age": "unsure"})).all()


def test_a_folder_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ["photo,age"]
    (tmp_path / "photos").mkdir()
    rgb = images.read(SAMPLE)
    for number, group in enumerate(("young", "middle", "old")):
        lit = np.clip(rgb.astype(float) * (0.6 + 0.2 * number), 0, 255).astype(np.uint8)
        images.save(lit, tmp_path / "photos" / f"{number}.png")
        rows.append(f"{number},{group}")
    (tmp_path / "labels.csv").write_text("\n".join(rows) + "\n")
    monkeypatch.setattr(age, "LABELS", tmp_path / "labels.csv")
    heads, ages = labelled_ages(tmp_path / "photos")
    assert heads.shape == (3, 2, descriptor_size())
    np.testing.assert_array_equal(ages, [(1, 0), (0, 0), (0, 1)])
    out = tmp_path / "age.safetensors"
    lines = train_age(out, [tmp_path / "photos"], tmp_path / "photos")
    assert [line.split()[0] for line in lines] == ["young", "old"]
    assert load_file(out)["weights"].shape == (2, descriptor_size())
    (tmp_path / "other").mkdir()
    shutil.copy(SAMPLE, tmp_path / "other" / "unknown.jpg")
    with pytest.raises(InputError, match="none of the photos"):
        train_age(out, [tmp_path / "photos"], tmp_path / "other")
