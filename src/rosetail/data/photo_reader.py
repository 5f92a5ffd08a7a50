"""Tells sex, mouth, glasses, beard and hair of a photographed person, without a network.

Windows on the head (:mod:`rosetail.data.head_windows`) and a logistic regression of each trait
(:mod:`rosetail.data.window_regression`), taught by ``photo_labels.csv``: what a person saw in 851
photos that are free to use. ``python -m rosetail.data.photo_reader FILE PREPARED...`` teaches it by
the photos of prepared folders and says how well it reads those of the last one, which it was not
shown.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.cores import usable_cores
from rosetail.data import faces
from rosetail.data.folders import Crops
from rosetail.data.head_windows import WINDOWS, described, parts, width
from rosetail.data.warp import transform
from rosetail.data.window_regression import Halves, Sight, chances, regress
from rosetail.errors import InputError, WeightsMissing
from rosetail.images import writing

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Places = NDArray[np.floating]
Labels = Mapping[str, str]

NAME = "photo_reader"  # in the catalog
LABELS = Path(__file__).with_name("photo_labels.csv")
SIDE = 256  # of the upright crop that is looked at
VIEWS, OFF = 3, 0.03  # of each photo and of its mirror; eye distances that landmarks are off by
LOOKED_AT = OFF * np.array([(x, y) for x in (-1.4, 0, 1.4) for y in (-1.4, 0, 1.4)])  # the same
UNKNOWN = float("nan")


class Traits(NamedTuple):
    """Chances, 0..1. ``smile``: any; ``teeth``: shown in one. ``stubble``, ``moustache``, ``chin``:
    which of them, if there is a ``beard``. ``bald``: no hair, or a rim. ``medium``: to the chin or
    longer; ``long``: below the shoulders. ``fringe``: the forehead is covered."""

    male: float
    smile: float
    teeth: float
    glasses: float
    beard: float
    stubble: float
    moustache: float
    chin: float
    bald: float
    medium: float
    long: float
    fringe: float


# Mouths change from frame to frame and are looked at alone: it is quick, and a turned head is no
# smile.
MOUTH = ("mouth",)
LOOKS = {
    **dict.fromkeys(("smile", "teeth"), MOUTH),
    **dict.fromkeys(("beard", "stubble", "moustache", "chin"), ("mouth", "face")),
    "glasses": ("eyes", "face"),
    **dict.fromkeys(("male", "bald", "medium", "long", "fringe"), ("face", "head")),
}


def read_traits(upright: Bytes, landmarks: NDArray[np.floating]) -> Traits:
    """Of the person in an upright crop (uint8 [SIDE, SIDE, 3]) with ``landmarks`` [5, 2].

    Raises WeightsMissing where the installation is damaged.
    """
    rows, bias = _learned()
    return Traits(*_asked(upright, landmarks, tuple(WINDOWS), rows, bias))


def read_mouth(upright: Bytes, landmarks: NDArray[np.floating]) -> tuple[float, float]:
    """``smile`` and ``teeth`` alone, in a fraction of the time."""
    rows, bias = _learned()
    asked = [Traits._fields.index(name) for name in ("smile", "teeth")]
    smile, teeth = _asked(upright, landmarks, MOUTH, rows[asked, parts()["mouth"]], bias[asked])
    return smile, teeth


def _asked(
    upright: Bytes,
    landmarks: NDArray[np.floating],
    names: Sequence[str],
    rows: Floats,
    bias: Floats,
) -> list[float]:
    """Chances, from looks at the landmarks and all around them: found landmarks are off by as much
    from one frame to the next."""
    across = float(np.linalg.norm(landmarks[1] - landmarks[0]))
    places = [landmarks + across * side for side in LOOKED_AT]
    seen = np.mean([described(upright, each, names) for each in places], axis=0)
    return list(chances(rows @ seen + bias).tolist())


@lru_cache(maxsize=1)
def _learned() -> tuple[Floats, Floats]:
    from safetensors.numpy import load

    held = load(weights.find(NAME).read_bytes())
    if held["weights"].shape != (len(Traits._fields), width()):
        raise WeightsMissing(f"{NAME}: weights of another version; install Rosetail again")
    return held["weights"].astype(np.float32), held["bias"]


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
    crops = Crops(folder)
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


def _views(crops: Crops, number: int) -> Halves:
    """Of a photo and of its mirror image: as it is, then with landmarks a little off."""
    landmarks = np.asarray(crops.lines[number].landmarks, np.float64)
    upright = faces.align(crops.picture(number), landmarks, SIDE)
    points = transform(landmarks, upright.matrix)
    mirrored = np.ascontiguousarray(upright.image[:, ::-1])
    turned = points[faces.MIRRORED] * (-1, 1) + (SIDE - 1, 0)
    rng, across = np.random.default_rng(number), float(np.linalg.norm(points[1] - points[0]))
    offs = OFF * across * rng.normal(size=(VIEWS, 2, 5, 2))
    offs[0] = 0.0
    rows = [
        described(picture, places + off)
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
    sights = [Sight(name, LOOKS[name]) for name in Traits._fields]
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
    says = others.seen[:, 0].astype(np.float32) @ rows.astype(np.float32).T + bias > 0
    lines = [f"{'trait':10} {'photos':>6} {'precision':>9} {'recall':>6}"]
    for name, said, true in zip(Traits._fields, says.T, others.truth.T, strict=True):
        known = np.isfinite(true)
        found, there = said[known], true[known] > 0
        both = float((found & there).sum())
        precision, recall = (both / max(each.sum(), 1) for each in (found, there))
        lines.append(f"{name:10} {there.sum():6} {precision:9.2f} {recall:6.2f}")
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
