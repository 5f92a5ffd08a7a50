"""A training folder of painted portraits with ground truth.

The layout is that of :mod:`rosetail.data.prepare`, so that recipes read it like any other folder of
drawings: crops/NAME.png, edges/NAME.png and manifest.jsonl. In addition, labels.jsonl has a line
per picture: name, seed, size, tags, landmarks (5, 2) and face box XYXY in pixels, parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rosetail import images
from rosetail.append_log import json_lines
from rosetail.data.folders import Crop, make_subfolders, map_processes, read_rows
from rosetail.data.targets import smooth_edges
from rosetail.errors import SettingsError
from rosetail.locks import locked_folder
from rosetail.painter.edits import EDITS, edited
from rosetail.painter.paint import SIZES, Truth, describe, paint
from rosetail.painter.params import PaintParams
from rosetail.painter.sample import sample

LABELS = "labels.jsonl"
EDITED = 5  # combined with a portrait's seed to draw its edit
UNMOVED = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
Label = dict[str, Any]


def write_painted(
    directory: str | Path,
    n: int,
    size: int = 256,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    edits: Sequence[str] = (),
) -> int:
    """Paint the portraits of seeds ``seed`` .. ``seed + n - 1`` into ``directory``.

    With ``edits`` (names of EDITS), one applicable edit or none is applied to each, with equal
    probability. This weakens correlations such as short hair and suits.

    Every file is complete or absent. Existing pictures are kept, so that an interrupted run can be
    resumed. ``progress`` is called with the pictures done and the total. Returns the number of
    pictures painted by this call.

    Raises SettingsError if a number is out of range or the folder has another size, OutputError if
    files cannot be written.
    """
    check_numbers("n", n, size, seed, workers)
    if unknown := set(edits) - set(EDITS):
        raise SettingsError(f"no edit is called {min(unknown)!r}; choose from {', '.join(EDITS)}")
    folder = Path(directory)
    make_subfolders(folder, "crops", "edges")
    with locked_folder(folder, "the painted folder"):
        return _paint_all(folder, range(seed, seed + n), size, edits, workers, progress)


def check_numbers(name: str, count: int, size: int, seed: int, workers: int) -> None:
    """Raise SettingsError for a number out of range; callers know ``count`` as ``name``."""
    if count < 1 or seed < 0 or workers < 1:
        raise SettingsError(
            f"{name} {count}, seed {seed}, workers {workers}: {name} and workers start at 1, seed "
            "at 0"
        )
    if not SIZES[0] <= size <= SIZES[1]:
        raise SettingsError(f"size {size}: out of range; choose {SIZES[0]} to {SIZES[1]} pixels")


def _paint_all(
    folder: Path,
    seeds: range,
    size: int,
    edits: Sequence[str],
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> int:
    table = _read_labels(folder)
    if other := {label["size"] for label in table.values()} - {size}:
        raise SettingsError(
            f"{folder}: holds pictures of {other.pop()} pixels; choose another folder"
        )
    painted, job = 0, partial(_paint_one, folder, size, tuple(edits))
    for count, (label, new) in enumerate(map_processes(job, seeds, workers, 16), 1):
        table[label["name"]] = label
        painted += new
        if progress:
            progress(count, len(seeds))
    labels = [table[name] for name in sorted(table)]
    for name, rows in (("manifest.jsonl", map(_crop, labels)), (LABELS, labels)):
        with images.writing(folder / name) as part:
            part.write_text(json_lines(rows), encoding="utf-8")
    return painted


def _paint_one(folder: Path, size: int, edits: Sequence[str], seed: int) -> tuple[Label, bool]:
    """Label of one portrait, and whether its pictures had to be painted."""
    params, name = sample(seed), f"painted-{seed:08d}"
    edit = np.random.default_rng([seed, EDITED]).choice(["", *edits])
    if edit and (changed := edited(params, edit)) is not None:
        params, name = changed, f"{name}-{edit}"
    crop, edges = folder / "crops" / f"{name}.png", folder / "edges" / f"{name}.png"
    new = not (_is_there(crop, size) and _is_there(edges, size))
    if new:
        picture = paint(params, size).image
        images.save(picture, crop)
        images.save(smooth_edges(picture), edges)
    return label_of(name, seed, size, params, describe(params, size)), new


def label_of(name: str, seed: int, size: int, params: PaintParams, truth: Truth) -> Label:
    """A line of labels.jsonl."""
    return {
        "name": name,
        "seed": seed,
        "size": size,
        "tags": list(truth.tags),
        "landmarks": truth.landmarks.round(2).tolist(),
        "face_box": truth.face_box.round(2).tolist(),
        "params": params.to_dict(),
    }


def _crop(label: Label) -> Crop:
    return Crop(
        name=label["name"],
        source=label["name"],
        group=label["name"],
        kind="anime",
        frame="painted",
        size=label["size"],
        matrix=UNMOVED,
        landmarks=label["landmarks"],
        flipped=False,
        box=label["face_box"],
    )


def _is_there(path: Path, size: int) -> bool:
    try:
        with Image.open(path) as picture:
            return picture.size == (size, size)
    except OSError:
        return False


def _read_labels(folder: Path) -> dict[str, Label]:
    """Labels of earlier runs whose pictures still exist, by name."""
    existing = {path.stem for path in (folder / "crops").glob("*.png")}
    labels = read_rows(folder / LABELS, "labels of painted pictures")
    return {label["name"]: label for label in labels if label.get("name") in existing}
