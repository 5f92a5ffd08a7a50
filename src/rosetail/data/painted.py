"""A training folder of painted portraits, with the truth about each.

The layout is that of :mod:`rosetail.data.prepare`, so that a recipe takes it like any other folder
of drawings: DST/crops/NAME.png, DST/edges/NAME.png and DST/manifest.jsonl. Besides,
DST/truth/NAME.json holds seed, size, tags, landmarks (5, 2) and the face's box XYXY in pixels. It
is written last, so that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rosetail import images
from rosetail.data import painter
from rosetail.data.folders import Crop
from rosetail.data.targets import edge_smoothed
from rosetail.errors import OutputError, SettingsError

SIZES = (128, 1024)  # pixels: what the painter is made for
UNMOVED = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def paint_folder(
    dst: str | Path,
    count: int,
    *,
    seed: int = 0,
    size: int = 256,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Paint the portraits of seeds ``seed`` .. ``seed + count - 1`` into ``dst``, ``size`` square.

    The same seed gives the same picture. Pictures already there are kept; returns how many were
    painted now. ``progress`` is called with the pictures done and their count.

    Raises:
        SettingsError: a count, seed or size out of range, or ``dst`` holds another size.
        OutputError: ``dst`` cannot be written.
    """
    if count < 1 or seed < 0:
        raise SettingsError(f"count {count}, seed {seed}: out of range; count from 1, seed from 0")
    if not SIZES[0] <= size <= SIZES[1]:
        raise SettingsError(f"size {size}: out of range; choose {SIZES[0]} to {SIZES[1]} pixels")
    folder = Path(dst)
    try:
        for below in ("crops", "edges", "truth"):
            (folder / below).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cause = error.strerror or str(error)
        raise OutputError(f"{folder}: {cause}; choose another folder") from error
    there = _truths(folder)
    if other := {truth["size"] for truth in there.values()} - {size}:
        raise SettingsError(
            f"{folder}: holds pictures of {other.pop()} pixels; choose another folder"
        )
    painted = 0
    for done, number in enumerate(range(seed, seed + count), start=1):
        name = f"painted-{number:08d}"
        if name not in there:
            _paint_one(folder, name, number, size)
            painted += 1
        if progress:
            progress(done, count)
    with images.writing(folder / "manifest.jsonl") as part:
        crops = [_crop(name, truth)._asdict() for name, truth in _truths(folder).items()]
        part.write_text("".join(json.dumps(crop) + "\n" for crop in crops), encoding="utf-8")
    return painted


def _truths(folder: Path) -> dict[str, dict[str, Any]]:
    """What is known of every whole picture in the folder, by name, sorted."""
    paths = sorted((folder / "truth").glob("[!.]*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def _paint_one(folder: Path, name: str, seed: int, size: int) -> None:
    painting = painter.paint(painter.sample(seed), size)
    images.save(painting.image, folder / "crops" / f"{name}.png")
    images.save(edge_smoothed(painting.image), folder / "edges" / f"{name}.png")
    truth = {
        "seed": seed,
        "size": size,
        "tags": list(painting.tags),
        "landmarks": painting.landmarks.round(2).tolist(),
        "box": painting.face_box.round(2).tolist(),
    }
    with images.writing(folder / "truth" / f"{name}.json") as part:
        part.write_text(json.dumps(truth), encoding="utf-8")


def _crop(name: str, truth: dict[str, Any]) -> Crop:
    return Crop(
        name=name,
        source=name,
        group=name,
        kind="anime",
        frame="painted",
        size=truth["size"],
        matrix=UNMOVED,
        landmarks=truth["landmarks"],
        flipped=False,
        box=truth["box"],
    )
