"""Training of the age reader (:mod:`rosetail.faces.age`) on labelled photos."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from rosetail import images
from rosetail.arrays import Floats
from rosetail.errors import InputError
from rosetail.faces.age import WINDOWS, Age
from rosetail.faces.faces import align, find, mirror_landmarks
from rosetail.faces.head_windows import head_descriptor, sigmoid
from rosetail.faces.mesh import PRESENT, Mesh, find_mesh
from rosetail.faces.traits import SIDE
from rosetail.faces.warp import transform
from rosetail.images import writing
from rosetail.methods.traits.hair import balanced_accuracy
from rosetail.methods.traits.recipe import LABELS, UNKNOWN, Labels
from rosetail.methods.traits.window_regression import Halves, WindowTarget, regress


def train_age(out: str | Path, train: Sequence[Path], test: Path) -> list[str]:
    """Fit the reader to the labelled photos in the folders ``train`` and write it to ``out``.

    Returns balanced accuracies on the photos in ``test``, line by line. Raises InputError if a
    folder has no labelled photos.
    """
    held_out = labelled_ages(test)
    folders = [labelled_ages(folder) for folder in train]
    heads, ages = (np.concatenate(part) for part in zip(*folders, strict=True))
    weights, bias = fit_age(heads, ages)
    with writing(Path(out)) as part:
        part.write_bytes(save({"weights": weights, "bias": bias}))
    seen = held_out[0][:, 0].astype(np.float32)
    said = sigmoid(seen @ weights.astype(np.float32).T + bias) > 0.5
    columns = zip(Age._fields, said.T, held_out[1].T, strict=True)
    return [
        f"{name:6} {balanced_accuracy(yes, truth.astype(np.float64)):5.2f}"
        for name, yes, truth in columns
    ]


def fit_age(heads: Halves, ages: Floats) -> tuple[Halves, Floats]:
    """Weights (2, D) and biases (2,) from descriptors (N, views, D) and labels (N, 2)."""
    return regress(
        heads.reshape(-1, heads.shape[-1]),
        np.repeat(ages, heads.shape[1], axis=0),
        [WindowTarget(name, WINDOWS) for name in Age._fields],
        balanced=True,
        seed=0,
        note=lambda *_: None,
    )


def age_truth(label: Labels) -> Age:
    """The groups in a row of ``LABELS``: 1, 0, or NaN where people disagree."""
    if label["age"] == "unsure":
        return Age(UNKNOWN, UNKNOWN)
    return Age(*(float(label["age"] == name) for name in Age._fields))


def labelled_ages(folder: Path) -> tuple[Halves, Floats]:
    """Descriptors (N, 2, D) of photos and their mirror images, and labels (N, 2)."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = {row["photo"]: row for row in csv.DictReader(file)}
    heads, ages = [], []
    for path in images.list_pictures(folder):
        if path.stem not in labels:
            continue
        rgb = images.read(path)
        for face in find(rgb)[:1]:
            mesh = find_mesh(rgb, face.landmarks)
            if mesh.presence >= PRESENT:
                heads.append(head_views(rgb, mesh))
                ages.append(age_truth(labels[path.stem]))
    if not heads:
        raise InputError(f"{folder}: none of the photos in {LABELS.name}; give those")
    return np.stack(heads), np.array(ages, np.float32)


def head_views(rgb: NDArray[np.uint8], mesh: Mesh) -> Halves:
    """Descriptors [2, D] of a head and of its mirror image."""
    upright = align(rgb, mesh.landmarks, SIDE)
    points = transform(mesh.landmarks, upright.matrix)
    mirrored = np.ascontiguousarray(upright.image[:, ::-1]), mirror_landmarks(points, SIDE)
    views = (head_descriptor(*view) for view in ((upright.image, points), mirrored))
    return np.stack(list(views)).astype(np.float16)
