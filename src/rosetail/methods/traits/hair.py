"""Training of the hair reader (:mod:`rosetail.faces.hair`) on labelled photos."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from rosetail import images
from rosetail.errors import InputError
from rosetail.faces.faces import find
from rosetail.faces.hair import MOST_STD, HairMeasures, HairTraits, classify, measure_hair
from rosetail.faces.mesh import PRESENT, find_mesh
from rosetail.faces.regions import head_regions
from rosetail.images import writing
from rosetail.methods.traits.recipe import LABELS, traits_of

Floats = NDArray[np.float64]

INVERSE_PENALTY = 0.1  # of the weights' squares


def train_hair(out: str | Path, train: Sequence[Path], test: Path) -> list[str]:
    """Fit the reader to the labelled photos in the folders ``train`` and write it to ``out``.

    Returns balanced accuracies on the photos in ``test``, line by line. Raises InputError if a
    folder has no labelled photos.
    """
    held_out = labelled_hair(test)
    folders = [labelled_hair(folder) for folder in train]
    measures, labels = (np.concatenate(part) for part in zip(*folders, strict=True))
    fitted = fit_hair(measures, labels)
    arrays = dict(zip(("mean", "std", "rows", "bias"), fitted, strict=True))
    with writing(Path(out)) as part:
        part.write_bytes(save({name: each.astype(np.float32) for name, each in arrays.items()}))
    said = classify(held_out[0], *fitted) > 0.5
    return [
        f"{name:10} {balanced_accuracy(said[:, row], held_out[1][:, row]):.3f}"
        for row, name in enumerate(HairTraits._fields)
    ]


def labelled_hair(folder: Path) -> tuple[Floats, Floats]:
    """Measures (N, measures) and labels (N, traits; NaN if unknown) of the photos in ``folder``."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = {row["photo"]: row for row in csv.DictReader(file)}
    measures, truths = [], []
    for path in images.list_pictures(folder):
        if path.stem not in labels:
            continue
        rgb = images.read(path)
        for face in find(rgb)[:1]:
            mesh = find_mesh(rgb, face.landmarks)
            if mesh.presence >= PRESENT:
                measures.append(measure_hair(head_regions(rgb, mesh)))
                truths.append(hair_truth(labels[path.stem]))
    if not measures:
        raise InputError(f"{folder}: none of the photos in {LABELS.name}; give those")
    return np.array(measures, np.float64), np.array(truths, np.float64)


def hair_truth(label: dict[str, str]) -> HairTraits:
    """The traits in a row of ``LABELS``: 1, 0, or NaN if unknown."""
    traits, covered = traits_of(label), float(label["hair"] == "covered")
    return HairTraits(traits.bald, traits.medium, traits.long, traits.fringe, covered)


def fit_hair(measures: Floats, labels: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean and deviation of the measures, weights (traits, measures), biases (traits,)."""
    from sklearn.linear_model import LogisticRegression

    mean, std = measures.mean(0), measures.std(0) + 1e-6
    inputs = np.clip((measures - mean) / std, -MOST_STD, MOST_STD)
    rows = np.zeros((len(HairTraits._fields), len(HairMeasures._fields)))
    bias = np.zeros(len(rows))
    for number, label in enumerate(labels.T):
        known = np.isfinite(label)
        model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000, class_weight="balanced")
        model.fit(inputs[known], label[known] > 0)
        rows[number], bias[number] = model.coef_[0], model.intercept_[0]
    return mean, std, rows, bias


def balanced_accuracy(said: NDArray[np.bool_], truth: Floats) -> float:
    """Mean of the shares of 1s and 0s of ``truth`` that are ``said``; NaNs do not count."""
    return float((said[truth == 1].mean() + (~said[truth == 0]).mean()) / 2)
