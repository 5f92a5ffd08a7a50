"""Teaches the photo reader: ``python -m rosetail.methods.traits.recipe FILE PREPARED...``

By the labelled photos of prepared folders but the last one, of which it says how well they are
read. Labels are in ``data/photo_labels.csv``: what a person saw in 851 photos that are free to use.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.data.folders import PreparedFolder
from rosetail.engines import usable_cores
from rosetail.errors import InputError
from rosetail.faces import faces
from rosetail.faces.head_windows import head_descriptor, sigmoid
from rosetail.faces.traits import LANDMARK_ERROR, SIDE, TRAIT_WINDOWS, Traits
from rosetail.faces.warp import transform
from rosetail.images import writing
from rosetail.methods.traits.window_regression import Halves, Sight, regress
from rosetail.metrics.rescoring import tag_accuracy

Floats = NDArray[np.float32]
Labels = Mapping[str, str]

LABELS = Path(__file__).with_name("photo_labels.csv")
VIEWS = 3  # of each photo, and as many of its mirror image
UNKNOWN = float("nan")


def truth_of(label: Labels) -> Traits:
    """What a row of LABELS says: 1, 0, or NaN where it says nothing."""

    def known(column: str, *yes: str, but: tuple[str, ...] = ()) -> float:
        return UNKNOWN if label[column] in but else float(label[column] in yes)

    spoken, bare, covered = ("open",), ("none",), label["hair"] == "covered"
    return Traits(
        male=known("sex", "male"),
        smile=known("mouth", "smile", "teeth", but=spoken),
        teeth=known("mouth", "teeth", but=spoken),
        glasses=known("glasses", "glasses"),
        beard=1.0 - known("beard", "none"),
        stubble=known("beard", "stubble", but=bare),
        moustache=known("beard", "moustache", but=bare),
        chin=known("beard", "goatee", "full", but=bare),
        bald=known("hair", "bald", but=("covered",)),
        medium=known("hair", "medium", "long", but=("covered",)),
        long=known("hair", "long", but=("covered",)),
        fringe=UNKNOWN if covered else known("forehead", "fringe"),
    )


class Shown(NamedTuple):
    """Descriptors (N, 2 VIEWS, D) of labelled photos, as they are first; and the truth (N, T)."""

    seen: Halves
    truth: Floats


def shown(folder: Path) -> Shown:
    """The labelled photos of a prepared folder. Raises InputError where none is."""
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
    with ThreadPoolExecutor(usable_cores()) as lookers:
        seen = np.stack(list(lookers.map(partial(_views, crops), known)))
    truth = [truth_of(labels[crops.lines[number].name]) for number in known]
    return Shown(seen, np.array(truth, np.float32))


def _views(crops: PreparedFolder, number: int) -> Halves:
    """Of a photo and of its mirror image: as it is, then with landmarks a little off."""
    landmarks = np.asarray(crops.lines[number].landmarks, np.float64)
    upright = faces.align(crops.picture(number), landmarks, SIDE)
    points = transform(landmarks, upright.matrix)
    mirrored = np.ascontiguousarray(upright.image[:, ::-1])
    turned = faces.mirror_landmarks(points, SIDE)
    rng, across = np.random.default_rng(number), float(np.linalg.norm(points[1] - points[0]))
    offs = LANDMARK_ERROR * across * rng.normal(size=(VIEWS, 2, 5, 2))
    offs[0] = 0.0
    rows = [
        head_descriptor(picture, places + off)
        for both in offs
        for picture, places, off in zip(
            (upright.image, mirrored), (points, turned), both, strict=True
        )
    ]
    return np.stack(rows).astype(np.float16)


def teach(folders: Sequence[Shown]) -> tuple[Halves, Floats]:
    """Weights (T, D) and constants (T,) of all traits."""
    seen = np.concatenate([each.seen for each in folders])
    truth = np.concatenate([each.truth for each in folders])
    sights = [Sight(name, TRAIT_WINDOWS[name]) for name in Traits._fields]
    return regress(
        seen.reshape(-1, seen.shape[-1]),
        np.repeat(truth, seen.shape[1], axis=0),
        sights,
        balanced=True,
        seed=0,
        note=lambda *_: None,
    )


def measured(rows: Halves, bias: Floats, others: Shown) -> list[str]:
    """A line for each trait: how many of ``others`` have it, precision and recall."""
    says = sigmoid(others.seen[:, 0].astype(np.float32) @ rows.astype(np.float32).T + bias)
    lines = [f"{'trait':10} {'photos':>6} {'precision':>9} {'recall':>6}"]
    for name, each in tag_accuracy(says, others.truth, Traits._fields).items():
        lines.append(f"{name:10} {each.pictures:6} {each.precision:9.2f} {each.recall:6.2f}")
    return lines


def main(out: str, *folders: str) -> None:
    from safetensors.numpy import save

    *taught, others = [shown(Path(folder)) for folder in folders]
    rows, bias = teach(taught)
    with writing(Path(out)) as part:
        part.write_bytes(save({"weights": rows, "bias": bias}))
    print(*measured(rows, bias, others), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
