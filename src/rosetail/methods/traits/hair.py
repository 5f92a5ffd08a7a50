"""Training of the hair reader (:mod:`rosetail.faces.hair`) on labelled photos."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from rosetail import images
from rosetail.arrays import Doubles
from rosetail.errors import InputError
from rosetail.faces import forehead
from rosetail.faces.faces import find
from rosetail.faces.hair import (
    MEASURES,
    MOST_STD,
    HairMeasures,
    HairTraits,
    classify,
    measure_head,
)
from rosetail.faces.mesh import PRESENT, find_mesh
from rosetail.faces.regions import head_regions
from rosetail.images import writing
from rosetail.methods.traits.recipe import LABELS, UNKNOWN, Labels, traits_of

Fitted = tuple[Doubles, Doubles, Doubles, Doubles]

FOLDS = 10

# Columns of the measures: see measure_head.
_SHAPE = list(range(len(HairMeasures._fields)))
_FOREHEAD = [_SHAPE[-1] + 1 + number for number in range(forehead.COUNT)]
_TEXTURE = list(range(_FOREHEAD[-1] + 1, MEASURES))
_COLOURS = [
    HairMeasures._fields.index(name) for name in ("lightness", "contrast", "chroma", "yellow")
]
_KIND = [*(column for column in _SHAPE if column not in _COLOURS), *_TEXTURE]
COLUMNS = {
    "bald": _SHAPE,
    "medium": _SHAPE,
    "long": _SHAPE,
    "fringe": [*_SHAPE, *_FOREHEAD],
    "headwear": [*_SHAPE, *_TEXTURE],
    **dict.fromkeys(("wavy", "curly", "coily", "braided"), _KIND),
}


class HairFit(NamedTuple):
    """Settings of a logistic regression. ``inverse_penalty``: of the weights' squares. ``rarity``:
    the rarer class weighs a power of how often the other one is as frequent; 1 weighs both
    equally."""

    inverse_penalty: float = 0.1
    rarity: float = 1.0


BRAIDS = 5.0  # weight of braided heads when headwear is learned: they look alike
_BRAIDED = HairTraits._fields.index("braided")

FITS = {
    "long": HairFit(rarity=0.7),
    "fringe": HairFit(rarity=0.6),
    "headwear": HairFit(0.01, 1.2),  # there are 17
    "wavy": HairFit(0.5),
    "curly": HairFit(0.5),
    "coily": HairFit(0.5),
    "braided": HairFit(rarity=1.2),
}


def train_hair(out: str | Path, train: Sequence[Path], test: Path) -> list[str]:
    """Fit the reader to the labelled photos in the folders ``train`` and write it to ``out``.

    Returns balanced accuracies on the photos in ``test`` and in cross-validation on all photos,
    line by line. Raises InputError if a folder has no labelled photos.
    """
    held_out = labelled_hair(test)
    folders = [labelled_hair(folder) for folder in train]
    measures, labels = (np.concatenate(part) for part in zip(*folders, strict=True))
    fitted = fit_hair(measures, labels)
    arrays = dict(zip(("mean", "std", "rows", "bias"), fitted, strict=True))
    with writing(Path(out)) as part:
        part.write_bytes(save({name: each.astype(np.float32) for name, each in arrays.items()}))
    everything, truth = (
        np.concatenate(both) for both in zip((measures, labels), held_out, strict=True)
    )
    crossed = cross_validated(everything, truth) > 0.5
    said = classify(held_out[0], *fitted) > 0.5
    lines = [f"{'trait':10} {'test':>5} {'ten-fold':>9}"]
    for row, name in enumerate(HairTraits._fields):
        tested = balanced_accuracy(said[:, row], held_out[1][:, row])
        lines.append(
            f"{name:10} {tested:5.2f} {balanced_accuracy(crossed[:, row], truth[:, row]):9.2f}"
        )
    return lines


def labelled_hair(folder: Path) -> tuple[Doubles, Doubles]:
    """Measures (N, MEASURES) and labels (N, traits; NaN if unknown) of the photos in ``folder``."""
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
                measures.append(measure_head(head_regions(rgb, mesh)))
                truths.append(hair_truth(labels[path.stem]))
    if not measures:
        raise InputError(f"{folder}: none of the photos in {LABELS.name}; give those")
    return np.array(measures, np.float64), np.array(truths, np.float64)


def hair_truth(label: Labels) -> HairTraits:
    """The traits in a row of ``LABELS``: 1, 0, or NaN if unknown."""
    traits, covered = traits_of(label), float(label["hair"] == "covered")

    def kind(*yes: str) -> float:
        return UNKNOWN if label["texture"] == "none" else float(label["texture"] in yes)

    return HairTraits(
        bald=traits.bald,
        medium=traits.medium,
        long=traits.long,
        fringe=traits.fringe,
        headwear=covered,
        # Braids may be of any kind of hair.
        wavy=UNKNOWN if label["texture"] == "braided" else kind("wavy", "curly", "coily"),
        curly=UNKNOWN if label["texture"] == "braided" else kind("curly", "coily"),
        coily=UNKNOWN if label["texture"] == "braided" else kind("coily"),
        braided=kind("braided"),
    )


def fit_hair(measures: Doubles, labels: Doubles) -> Fitted:
    """Mean and deviation of the measures, weights (traits, MEASURES), biases (traits,)."""
    from sklearn.linear_model import LogisticRegression

    mean, std = measures.mean(0), measures.std(0) + 1e-6
    inputs = np.clip((measures - mean) / std, -MOST_STD, MOST_STD)
    rows = np.zeros((len(HairTraits._fields), MEASURES))
    bias = np.zeros(len(rows))
    for number, name in enumerate(HairTraits._fields):
        known, columns = np.isfinite(labels[:, number]), COLUMNS[name]
        truth = labels[known, number] > 0
        rarity = max(float((~truth).sum()), 1.0) / max(float(truth.sum()), 1.0)
        fit = FITS.get(name, HairFit())
        weights = np.where(truth, rarity**fit.rarity, 1.0)
        if name == "headwear":
            weights[labels[known, _BRAIDED] > 0] *= BRAIDS
        model = LogisticRegression(C=fit.inverse_penalty, max_iter=1000)
        model.fit(inputs[known][:, columns], truth, weights)
        rows[number, columns], bias[number] = model.coef_[0], model.intercept_[0]
    return mean, std, rows, bias


def cross_validated(measures: Doubles, labels: Doubles) -> Doubles:
    """Probabilities (N, traits) of every photo by readers that were fitted without it."""
    folds = folds_of(labels)
    said = np.zeros(labels.shape)
    for fold in range(FOLDS):
        others = folds != fold
        said[~others] = classify(measures[~others], *fit_hair(measures[others], labels[others]))
    return said


def folds_of(labels: Doubles) -> NDArray[np.int_]:
    """The part, 0 to FOLDS - 1, of each photo; rare traits are spread evenly."""
    chance = np.random.default_rng(0).random(len(labels))
    rare = [labels[:, HairTraits._fields.index(name)] == 1 for name in ("headwear", "braided")]
    folds = np.empty(len(labels), int)
    folds[np.lexsort((chance, *rare))] = np.arange(len(labels)) % FOLDS
    return folds


def balanced_accuracy(said: NDArray[np.bool_], truth: Doubles) -> float:
    """Mean of the shares of 1s and 0s of ``truth`` that are ``said``; NaNs do not count."""
    return float((said[truth == 1].mean() + (~said[truth == 0]).mean()) / 2)
