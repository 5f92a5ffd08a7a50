"""Painted portraits as files: pictures and one table of labels."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from rosetail import images
from rosetail.data.painter.paint import SIZES, describe, paint
from rosetail.data.painter.sample import sample
from rosetail.errors import OutputError, SettingsError

LABELS = "labels.jsonl"


def write(directory: str | Path, n: int, size: int = 256, seed: int = 0, workers: int = 1) -> int:
    """Paint the portraits of seeds `seed` .. `seed + n - 1` into `directory`.

    Pictures are `painted-SEED.webp`, `size` pixels square; `labels.jsonl` has a line for each:
    file, seed, size, tags, landmarks (5, 2) and face box XYXY in pixels, parameters. Every file
    appears whole or not at all. Pictures of the same size that are there already are kept, so
    that a stopped run goes on where it was. Returns how many were painted now.

    Raises SettingsError for a number out of range, OutputError where nothing can be written.
    """
    if n < 1 or seed < 0 or workers < 1:
        raise SettingsError(
            f"n {n}, seed {seed}, workers {workers}: n and workers start at 1, seed at 0"
        )
    if not SIZES[0] <= size <= SIZES[1]:
        raise SettingsError(f"size {size}: out of range; choose {SIZES[0]} to {SIZES[1]} pixels")
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}; choose another folder") from error
    job = partial(_one, folder, size)
    seeds = range(seed, seed + n)
    if workers == 1:
        made = [job(number) for number in seeds]
    else:
        with ProcessPoolExecutor(workers) as pool:
            made = list(pool.map(job, seeds, chunksize=16))
    table = _known(folder)
    table.update({label["file"]: label for label, _ in made})
    with images.writing(folder / LABELS) as part:
        lines = (json.dumps(table[name]) + "\n" for name in sorted(table))
        part.write_text("".join(lines), encoding="utf-8")
    return sum(new for _, new in made)


def _one(folder: Path, size: int, seed: int) -> tuple[dict[str, Any], bool]:
    """Label of one portrait, and whether its picture had to be painted."""
    params = sample(seed)
    path = folder / f"painted-{seed:08d}.webp"
    new = not _is_there(path, size)
    if new:
        images.save(paint(params, size).image, path)
    truth = describe(params, size)
    label = {
        "file": path.name,
        "seed": seed,
        "size": size,
        "tags": list(truth.tags),
        "landmarks": truth.landmarks.round(2).tolist(),
        "face_box": truth.face_box.round(2).tolist(),
        "params": params.to_dict(),
    }
    return label, new


def _is_there(path: Path, size: int) -> bool:
    try:
        with Image.open(path) as picture:
            return picture.size == (size, size)
    except OSError:
        return False


def _known(folder: Path) -> dict[str, dict[str, Any]]:
    """Labels of earlier runs whose pictures are still there."""
    path = folder / LABELS
    if not path.is_file():
        return {}
    labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {label["file"]: label for label in labels if (folder / label["file"]).is_file()}
