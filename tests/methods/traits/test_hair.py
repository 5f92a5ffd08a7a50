"""The hair reader's training: labels, weights, and a folder from end to end."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rosetail import images
from rosetail.errors import InputError
from rosetail.faces.hair import MEASURES, HairMeasures, HairTraits, classify
from rosetail.methods.traits import hair
from rosetail.methods.traits.hair import (
    balanced_accuracy,
    cross_validated,
    fit_hair,
    hair_truth,
    labelled_hair,
)

SAMPLE = Path(images.__file__).parent / "samples" / "astronaut.jpg"


def label(**changes: str) -> dict[str, str]:
    plain = {
        "photo": "x", "sex": "female", "mouth": "calm", "glasses": "none", "beard": "none",
        "hair": "short", "forehead": "open", "texture": "straight",
    }  # fmt: skip
    return plain | changes


def test_labels_of_hair() -> None:
    assert hair_truth(label()) == HairTraits(0, 0, 0, 0, 0, 0, 0, 0, 0)
    long = hair_truth(label(hair="long", forehead="fringe", texture="wavy"))
    assert long == HairTraits(0, 1, 1, 1, 0, 1, 0, 0, 0)
    assert hair_truth(label(texture="curly"))[5:] == (1, 1, 0, 0)
    assert hair_truth(label(texture="coily"))[5:] == (1, 1, 1, 0)
    braided = hair_truth(label(texture="braided"))
    assert braided.braided == 1
    assert np.isnan(braided[5:8]).all()
    covered = hair_truth(label(hair="covered", texture="none"))
    assert covered.headwear == 1
    assert np.isnan(covered[:4]).all()
    assert np.isnan(covered[5:]).all()


def test_what_can_be_told_apart_is() -> None:
    rng = np.random.default_rng(0)
    measures = rng.normal(size=(300, MEASURES))
    labels = (measures[:, : len(HairTraits._fields)] > 0).astype(float)
    labels[:10] = np.nan
    traits = range(len(HairTraits._fields))
    for said in (
        classify(measures, *fit_hair(measures, labels)) > 0.5,
        cross_validated(measures, labels) > 0.5,
    ):
        assert min(balanced_accuracy(said[:, row], labels[:, row]) for row in traits) > 0.85


def test_cross_validation_never_asks_a_reader_about_its_own_photos() -> None:
    rng = np.random.default_rng(0)
    measures = rng.normal(size=(300, MEASURES))
    labels = rng.integers(0, 2, (300, len(HairTraits._fields))).astype(float)
    said = cross_validated(measures, labels) > 0.5
    accuracies = [balanced_accuracy(said[:, row], labels[:, row]) for row in range(len(labels[0]))]
    assert np.mean(accuracies) < 0.6  # there is nothing to be learned


def test_kinds_of_hair_do_not_see_its_colour() -> None:
    rng = np.random.default_rng(0)
    measures = rng.normal(size=(100, MEASURES))
    labels = (measures[:, :9] > 0).astype(float)
    rows = fit_hair(measures, labels)[2]
    colours = [HairMeasures._fields.index(name) for name in ("lightness", "chroma", "yellow")]
    for name in ("wavy", "curly", "coily", "braided"):
        assert not rows[HairTraits._fields.index(name), colours].any()


def test_balanced_accuracy_by_hand() -> None:
    said = np.array([True, False, True, False, True])
    truth = np.array([1, 1, 0, 0, np.nan])
    assert balanced_accuracy(said, truth) == 0.5
    assert balanced_accuracy(~said, 1 - truth) == 0.5
    assert balanced_accuracy(said, np.array([1, 0, 1, 0, np.nan])) == 1


def test_photos_without_labels_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SAMPLE, tmp_path / "unknown.jpg")
    with pytest.raises(InputError, match="none of the photos"):
        labelled_hair(tmp_path)
    rows = tmp_path / "labels.csv"
    rows.write_text(
        "photo,sex,mouth,glasses,beard,hair,forehead,texture\n"
        "unknown,female,teeth,none,none,short,open,straight\n"
    )
    monkeypatch.setattr(hair, "LABELS", rows)
    measures, truth = labelled_hair(tmp_path)
    assert measures.shape == (1, MEASURES)
    np.testing.assert_array_equal(truth, [[0] * 9])
