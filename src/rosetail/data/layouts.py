"""Read common data set layouts: trainA/trainB/testA/testB, flat folders, and zips of either.

``selfie2anime`` and similar sets come as one folder or zip with photos in trainA and testA and
drawings in trainB and testB; CelebA-HQ, FFHQ and Danbooru crops as one flat folder. Both are read
unchanged. A folder in a zip is named as if unpacked: ``selfie2anime.zip/trainA``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Literal

import cv2
import numpy as np

from rosetail.arrays import Bytes
from rosetail.data.folders import PictureFile, PreparedFolder, is_prepared, pictures
from rosetail.data.targets import average_superpixels, smooth_edges
from rosetail.errors import InputError

Side = Literal["photos", "anime"]
Part = Literal["train", "test"]
What = Literal["crops", "edges", "superpixels", "drawn"]

SIDES: dict[Side, str] = {"photos": "A", "anime": "B"}
PARTS = tuple(f"{part}{letter}" for part in ("train", "test") for letter in "AB")
LOOSE = 288  # maximum side in pixels, with a margin for views of 256


def side_files(source: str | Path, which: Side, part: Part = "train") -> list[PictureFile]:
    """The pictures of one side and part of a data set; all pictures of a flat folder.

    Raises InputError if there is no such folder or zip, or if it has parts but not this one.
    """
    files = pictures(source)
    parts = group_by_part(files)
    if not parts or Path(source).name in PARTS:  # flat, or the path names a part
        return files
    name = f"{part}{SIDES[which]}"
    if name not in parts:
        raise InputError(f"{source}: has {', '.join(sorted(parts))} but no {name}; add it")
    return parts[name]


def group_by_part(files: Sequence[PictureFile]) -> dict[str, list[PictureFile]]:
    """Files under trainA, trainB, testA and testB, at any depth; empty for other layouts."""
    found: dict[str, list[PictureFile]] = {}
    for file in files:
        for folder in PurePosixPath(file.name).parts[:-1]:
            if folder in PARTS:
                found.setdefault(folder, []).append(file)
                break
    return found


def part_folder(source: str | Path, which: Side, part: Part = "train") -> Path:
    """The folder, or folder in a zip, that :func:`side_files` reads."""
    files = side_files(source, which, part)
    name = f"{part}{SIDES[which]}"
    if Path(source).name in PARTS or not files:
        return Path(source)
    parents = PurePosixPath(files[0].name).parents
    inside = next((each for each in parents if each.name == name), None)
    return Path(source) if inside is None else files[0].container / inside


class LooseFolder:
    """Unprepared pictures, read as crops: the centre square of each, at most 288 pixels.

    Face positions are unknown. Derived targets are computed on demand.
    """

    def __init__(self, files: Sequence[PictureFile], size: int = LOOSE) -> None:
        self.files, self.size = files, size

    def __len__(self) -> int:
        return len(self.files)

    def picture(self, index: int, what: What = "crops") -> Bytes:
        """uint8 [side, side, 3]. Raises InputError naming a file that cannot be read."""
        file = self.files[index]
        if what == "drawn":
            raise InputError(f"{file.container}: holds no pairs; make some with rosetail data draw")
        square = center_square(file.read()[0], self.size)
        if what == "edges":
            return smooth_edges(square)
        return average_superpixels(square) if what == "superpixels" else square

    def landmarks(self, index: int) -> None:
        """None: unknown."""


def open_training_pictures(source: str | Path, which: Side) -> PreparedFolder | LooseFolder:
    """Open a training folder: prepared, or plain pictures.

    Raises InputError if there are none.
    """
    if is_prepared(source):
        return PreparedFolder(source)
    found = side_files(source, which)
    if not found:
        raise InputError(f"{source}: no pictures in it; give a folder or zip of pictures")
    return LooseFolder(found)


def center_square(rgb: Bytes, most: int) -> Bytes:
    """The centre square of uint8 [H, W, 3], scaled down if its side exceeds ``most``."""
    height, width = rgb.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = rgb[top : top + side, left : left + side]
    if side > most:
        square = np.asarray(cv2.resize(square, (most, most), interpolation=cv2.INTER_AREA))
    return np.ascontiguousarray(square, np.uint8)
