"""Painted figures on transparent backgrounds, with their heads' boxes and landmarks.

FOLDER/figure-SEED.png is the portrait of that seed, RGBA. FOLDER/figures.jsonl has one line per
figure: its name, the box of the head (XYXY) and the five landmarks, in pixels. Existing figures are
kept.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rosetail import images
from rosetail.append_log import AppendLog
from rosetail.arrays import Bytes, Floats
from rosetail.data.folders import check_name, map_processes, read_rows
from rosetail.errors import InputError
from rosetail.images import make_folder
from rosetail.locks import locked_folder
from rosetail.reading import parsing

TABLE = "figures.jsonl"
SIZE = 256  # pixels
# Side of a head box over the mean of the face box's width and height: fringe to below the chin.
HEAD_SIDE = 1.42


class Figure(NamedTuple):
    """``rgba`` uint8 [S, S, 4]; ``box`` [4], the head's square box; ``landmarks`` [5, 2]."""

    rgba: Bytes
    box: Floats
    landmarks: Floats


def head_box(face_box: Floats) -> Floats:
    """The square head box [4] of a painted face with box [4]."""
    centre = (face_box[:2] + face_box[2:]) / 2
    half = HEAD_SIDE * np.mean(face_box[2:] - face_box[:2]) / 2
    return np.concatenate([centre - half, centre + half]).astype(np.float32)


def paint_figures(folder: str | Path, count: int, *, seed: int = 0, workers: int = 1) -> int:
    """Paint the missing figures of seeds ``seed`` to ``seed + count - 1``; returns their number.

    Raises OutputError if the folder cannot be written.
    """
    folder = Path(folder)
    make_folder(folder)
    with locked_folder(folder, "the folder of figures"), AppendLog(folder / TABLE) as table:
        there = {line["name"] for line in _table(folder)}
        todo = [number for number in range(seed, seed + count) if _name(number) not in there]
        for line in map_processes(partial(_paint, folder), todo, workers, 1):
            table.append([line])
    return len(todo)


def read_figures(folder: str | Path) -> list[Figure]:
    """All figures of a folder, ordered by seed. Raises InputError if there are none."""
    folder = Path(folder)
    figures = []
    for line in sorted(_table(folder), key=lambda line: line["name"]):
        rgb, alpha = images.read_rgba(folder / f"{line['name']}.png")
        cover = np.full(rgb.shape[:2], 255, np.uint8) if alpha is None else alpha
        box, landmarks = (np.asarray(line[key], np.float32) for key in ("box", "landmarks"))
        figures.append(Figure(np.dstack([rgb, cover]), box, landmarks))
    if not figures:
        raise InputError(f"{folder}: no painted figures; paint some first")
    return figures


def _paint(folder: Path, seed: int) -> dict[str, Any]:
    from rosetail import painter

    painting = painter.paint(painter.sample(seed), SIZE, layers=True)
    alpha = painting.layers["alpha"]
    images.save(painting.image, folder / f"{_name(seed)}.png", alpha=alpha)
    return {
        "name": _name(seed),
        "box": head_box(painting.face_box).round(2).tolist(),
        "landmarks": painting.landmarks.round(2).tolist(),
    }


def _name(seed: int) -> str:
    return f"figure-{seed:06d}"


def _table(folder: Path) -> list[dict[str, Any]]:
    rows = read_rows(folder / TABLE, "a table of painted figures")
    with parsing(folder / TABLE, "a table of painted figures", "paint the figures again"):
        for row in rows:
            check_name(row["name"])
            if np.shape(row["box"]) != (4,) or np.shape(row["landmarks"]) != (5, 2):
                raise ValueError(f"box or landmarks of {row['name']!r}")
    return rows
