"""Training of the portrait traits classifier (:mod:`rosetail.faces.traits`).

It is fitted to 851 free photos, labelled by a person in ``photo_labels.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors.numpy import save

from rosetail.arrays import Floats
from rosetail.data.folders import PreparedFolder
from rosetail.engines import usable_cores
from rosetail.errors import InputError
from rosetail.faces import faces
from rosetail.faces.head_windows import head_descriptor, sigmoid
from rosetail.faces.traits import LANDMARK_ERROR, SIDE, TRAIT_WINDOWS, Traits
from rosetail.faces.warp import transform
from rosetail.images import writing
from rosetail.methods.traits.window_regression import Halves, WindowTarget, regress
from rosetail.metrics.rescoring import tag_accuracy

Labels = Mapping[str, str]

LABELS = Path(__file__).with_name("photo_labels.csv")
VIEWS = 3  # views of each photo, and of its mirror image
UNKNOWN = float("nan")


class LabelledPhotos(NamedTuple):
    """Descriptors (N, 2 VIEWS, D) of photos, the unaltered view first, and labels (N, T) of 1, 0 or
    NaN."""

    descriptors: Halves
    labels: Floats


def train_traits(out: str | Path, train: Sequence[Path], test: Path) -> list[str]:
    """Fit the classifier to the prepared folders ``train`` and write it to ``out`` (.safetensors).

    Returns the table of precision and recall on the prepared folder ``test``, line by line. Raises
    InputError if a folder has no labelled photos, OutputError.
    """
    photos = labelled_photos(test)
    weights, bias = fit([labelled_photos(folder) for folder in train])
    with writing(Path(out)) as part:
        part.write_bytes(save({"weights": weights, "bias": bias}))
    return scores(weights, bias, photos)


def traits_of(label: Labels) -> Traits:
    """The traits in a row of ``LABELS``: 1, 0, or NaN if unknown."""

    def trait(column: str, *yes: str, but: tuple[str, ...] = ()) -> float:
        return UNKNOWN if label[column] in but else float(label[column] in yes)

    speaking, shaven, covered = ("open",), ("none",), ("covered",)
    return Traits(
        male=trait("sex", "male"),
        smile=trait("mouth", "smile", "teeth", but=speaking),
        teeth=trait("mouth", "teeth", but=speaking),
        glasses=trait("glasses", "glasses"),
        beard=1.0 - trait("beard", "none"),
        stubble=trait("beard", "stubble", but=shaven),
        moustache=trait("beard", "moustache", but=shaven),
        chin=trait("beard", "goatee", "full", but=shaven),
        bald=trait("hair", "bald", but=covered),
        medium=trait("hair", "medium", "long", but=covered),
        long=trait("hair", "long", but=covered),
        fringe=UNKNOWN if label["hair"] == "covered" else trait("forehead", "fringe"),
    )


def labelled_photos(folder: Path) -> LabelledPhotos:
    """The labelled photos of a prepared folder. Raises InputError if there are none."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = {row["photo"]: row for row in csv.DictReader(file)}
    crops = PreparedFolder(folder)
    known = [
        number
        for number, line in enumerate(crops.lines)
        if line.name in labels and line.landmarks is not None
    ]
    if not known:
        raise InputError(f"{folder}: none of the photos in {LABELS.name}; prepare those")
    with ThreadPoolExecutor(usable_cores()) as pool:
        descriptors = np.stack(list(pool.map(partial(_views, crops), known)))
    traits = [traits_of(labels[crops.lines[number].name]) for number in known]
    return LabelledPhotos(descriptors, np.array(traits, np.float32))


def _views(crops: PreparedFolder, number: int) -> Halves:
    """Descriptors of a photo and its mirror image, first unaltered, then with landmark noise."""
    landmarks = np.asarray(crops.lines[number].landmarks, np.float64)
    upright = faces.align(crops.picture(number), landmarks, SIDE)
    points = transform(landmarks, upright.matrix)
    mirrored = np.ascontiguousarray(upright.image[:, ::-1])
    turned = faces.mirror_landmarks(points, SIDE)
    rng, eye_distance = np.random.default_rng(number), float(np.linalg.norm(points[1] - points[0]))
    noise = LANDMARK_ERROR * eye_distance * rng.normal(size=(VIEWS, 2, 5, 2))
    noise[0] = 0.0
    rows = [
        head_descriptor(picture, places + off)
        for pair in noise
        for picture, places, off in zip(
            (upright.image, mirrored), (points, turned), pair, strict=True
        )
    ]
    return np.stack(rows).astype(np.float16)


def fit(photos: Sequence[LabelledPhotos]) -> tuple[Halves, Floats]:
    """Weights (T, D) and biases (T,) of all traits."""
    descriptors = np.concatenate([each.descriptors for each in photos])
    labels = np.concatenate([each.labels for each in photos])
    return regress(
        descriptors.reshape(-1, descriptors.shape[-1]),
        np.repeat(labels, descriptors.shape[1], axis=0),
        [WindowTarget(name, TRAIT_WINDOWS[name]) for name in Traits._fields],
        balanced=True,
        seed=0,
        note=lambda *_: None,
    )


def scores(weights: Halves, bias: Floats, photos: LabelledPhotos) -> list[str]:
    """A line for each trait: number of photos that have it, precision and recall."""
    descriptors = photos.descriptors[:, 0].astype(np.float32)
    predicted = sigmoid(descriptors @ weights.astype(np.float32).T + bias)
    lines = [f"{'trait':10} {'photos':>6} {'precision':>9} {'recall':>6}"]
    for name, each in tag_accuracy(predicted, photos.labels, Traits._fields).items():
        lines.append(f"{name:10} {each.pictures:6} {each.precision:9.2f} {each.recall:6.2f}")
    return lines
