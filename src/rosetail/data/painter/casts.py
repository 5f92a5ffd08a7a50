"""Painted casts: the same few layouts, each in the same few styles.

A cast has SIDE layouts (place, pose, expression: whatever moves a landmark) and SIDE styles (all
the rest: hair, colours, clothes, the artist's hand), and every layout is painted in every style. So
the layout of one picture and the style of another have a known answer, which is what a network that
is to tell content from style can be taught with.

EDITED of them are painted once more with a named edit, which teaches what its name means. Grounds
are flat: what stands behind somebody is nobody's style, and a network learns to draw cities only at
the expense of faces.

FOLDER/crops/cast-SEED-LAYOUT-STYLE[-EDIT].png, manifest.jsonl like any prepared folder of drawings,
and labels.jsonl with a line for each: name, cast, layout, style, edit (or ""), tags, landmarks,
face_box, params.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rosetail import images
from rosetail.data.folders import Crop
from rosetail.data.painter.edits import EDITS, edited
from rosetail.data.painter.paint import SIZES, describe, paint
from rosetail.data.painter.params import PaintParams
from rosetail.data.painter.sample import on_flat_ground, sample
from rosetail.data.painter.write import LABELS, UNMOVED
from rosetail.errors import OutputError, SettingsError

SIDE = 4  # layouts and styles of a cast
EDITED = 16  # pictures of a cast that show an edit
LAYOUT = (
    "scale",
    "centre_x",
    "centre_y",
    "yaw",
    "pitch",
    "roll",
    "face_width",
    "face_length",
    "eye_spacing",
    "eye_open",
    "closed_eyes",
    "wink",
    "gaze_x",
    "gaze_y",
    "brow_angle",
    "brow_height",
    "mouth",
    "mouth_width",
)
Label = dict[str, Any]
Portrait = tuple[int, int, str, PaintParams]  # layout, style, edit


def redressed(layout: PaintParams, style: PaintParams) -> PaintParams:
    """The portrait with the layout of one and the style of the other."""
    return replace(style, **{name: getattr(layout, name) for name in LAYOUT})


def write_casts(
    directory: str | Path,
    count: int,
    size: int = 256,
    seed: int = 0,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Paint casts ``seed`` .. ``seed + count - 1``; how many casts were new.

    Every file appears whole or not at all. Casts that are there already are kept, so that a
    stopped run goes on where it was. ``progress`` is called with the casts done and their count.

    Raises SettingsError for a number out of range or a folder of another size, OutputError where
    nothing can be written.
    """
    if count < 1 or seed < 0 or workers < 1:
        raise SettingsError(
            f"count {count}, seed {seed}, workers {workers}: count and workers start at 1, "
            "seed at 0"
        )
    if not SIZES[0] <= size <= SIZES[1]:
        raise SettingsError(f"size {size}: out of range; choose {SIZES[0]} to {SIZES[1]} pixels")
    folder = Path(directory)
    try:
        (folder / "crops").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}; choose another folder") from error
    table = {label["name"]: label for label in read_labels(folder)}
    _refuse_other_size(folder, size)
    there = {label["cast"] for label in table.values()}
    todo = [number for number in range(seed, seed + count) if number not in there]
    if not todo:
        return 0
    with ProcessPoolExecutor(workers) as pool:
        made = map if workers == 1 else pool.map
        for done, labels in enumerate(made(partial(_paint_cast, folder, size), todo), 1):
            table |= {label["name"]: label for label in labels}
            if progress:
                progress(count - len(todo) + done, count)
    labels = [table[name] for name in sorted(table)]
    _write_lines(folder / "manifest.jsonl", [_crop(label, size) for label in labels])
    _write_lines(folder / LABELS, labels)
    return len(todo)


def read_labels(folder: Path) -> list[Label]:
    """The labels of a folder of casts; none where there is no such folder."""
    path = folder / LABELS
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _refuse_other_size(folder: Path, size: int) -> None:
    for path in sorted((folder / "crops").glob("cast-*.png"))[:1]:
        with Image.open(path) as picture:
            if picture.width != size:
                raise SettingsError(
                    f"{folder}: holds pictures of {picture.width} pixels; choose another folder"
                )


def _paint_cast(folder: Path, size: int, seed: int) -> list[Label]:
    """Paint one cast; its labels."""
    sitters = [on_flat_ground(sample(SIDE * seed + number)) for number in range(SIDE)]
    wanted = [
        (layout, style, "", redressed(sitters[layout], sitters[style]))
        for layout, style in product(range(SIDE), repeat=2)
    ]
    labels = []
    for layout, style, edit, params in [*wanted, *_edits(wanted, seed)]:
        name = f"cast-{seed:06d}-{layout}-{style}" + (f"-{edit}" if edit else "")
        path = folder / "crops" / f"{name}.png"
        if not path.is_file():
            images.save(paint(params, size).image, path)
        truth = describe(params, size)
        labels.append(
            {
                "name": name,
                "cast": seed,
                "layout": layout,
                "style": style,
                "edit": edit,
                "tags": list(truth.tags),
                "landmarks": truth.landmarks.round(2).tolist(),
                "face_box": truth.face_box.round(2).tolist(),
                "params": params.to_dict(),
            }
        )
    return labels


def _edits(wanted: list[Portrait], seed: int) -> list[Portrait]:
    """EDITED portraits of the cast, each with an edit that it allows."""
    rng = np.random.default_rng([seed, 1])
    made: dict[tuple[int, int, str], Portrait] = {}
    while len(made) < EDITED:
        layout, style, _, params = wanted[rng.integers(len(wanted))]
        edit = list(EDITS)[rng.integers(len(EDITS))]
        changed = edited(params, edit)
        if changed is not None:
            made[layout, style, edit] = (layout, style, edit, changed)
    return list(made.values())


def _crop(label: Label, size: int) -> dict[str, Any]:
    return Crop(
        name=label["name"],
        source=label["name"],
        group=f"cast-{label['cast']:06d}",
        kind="anime",
        frame="painted",
        size=size,
        matrix=UNMOVED,
        landmarks=label["landmarks"],
        flipped=False,
        box=label["face_box"],
    )._asdict()


def _write_lines(path: Path, lines: list[Any]) -> None:
    with images.writing(path) as part:
        part.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
