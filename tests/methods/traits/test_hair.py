"""The hair reader's training: labels, weights, and a folder from end to end."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rosetail import images
from rosetail.errors import InputError
from rosetail.faces.hair import HairMeasures, HairTraits, classify
from rosetail.methods.traits import hair
from rosetail.methods.traits.hair import balanced_accuracy, fit_hair, hair_truth, labelled_hair

SAMPLE = Path(images.__file__).parent / "samples" / "astronaut.jpg"


def label(**changes: str) -> dict[str, str]:
    plain = {
        "photo": "x", "sex": "female", "mouth": "calm", "glasses": "none", "beard": "none",
        "hair": "short", "forehead": "open",
    }  # fmt: skip
    return plain | changes


def test_labels_of_hair() -> None:
    assert hair_truth(label()) == HairTraits(0, 0, 0, 0, 0)
    assert hair_truth(label(hair="long", forehead="fringe")) == HairTraits(0, 1, 1, 1, 0)
    covered = hair_truth(label(hair="covered"))
    assert covered.headwear == 1
    assert np.isnan(covered[:4]).all()


def test_what_can_be_told_apart_is() -> None:
    rng = np.random.default_rng(0)
    measures = rng.normal(size=(200, len(HairMeasures._fields)))
    labels = (measures[:, :5] > 0).astype(float)
    labels[:10] = np.nan
    said = classify(measures, *fit_hair(measures, labels)) > 0.5
    assert min(balanced_accuracy(said[:, row], labels[:, row]) for row in range(5)) > 0.9


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
        "photo,sex,mouth,glasses,beard,hair,forehead\nunknown,female,teeth,none,none,short,open\n"
    )
    monkeypatch.setattr(hair, "LABELS", rows)
    measures, truth = labelled_hair(tmp_path)
    assert measures.shape == (1, len(HairMeasures._fields))
    np.testing.assert_array_equal(truth, [[0, 0, 0, 0, 0]])
