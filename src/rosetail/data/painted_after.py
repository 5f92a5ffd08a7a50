"""Pairs of a photograph and paintings of the person it shows, in a folder.

The layout is that of :mod:`rosetail.data.pairs`: crops/NAME.png the photo, drawn/NAME.png the
painting of it, and manifest.jsonl; in addition, labels.jsonl has the ground truth of each painting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.append_log import AppendLog
from rosetail.arrays import Bytes
from rosetail.data.folders import (
    Crop,
    make_subfolders,
    map_processes,
    pictures,
    read_manifest,
)
from rosetail.data.painted_writer import LABELS, UNMOVED, Label, check_numbers, label_of
from rosetail.errors import InputError, NoFaceFound, OutputError, RosetailError, SettingsError
from rosetail.faces import faces
from rosetail.faces.warp import warp
from rosetail.locks import locked_folder
from rosetail.painter.after import KEEPS, params_from_photo, squared
from rosetail.painter.paint import describe, paint
from rosetail.painter.reading import Reading, read_photo
from rosetail.painter.sample import on_flat_ground
from rosetail.reading import reading

Progress = Callable[[int, int], None]
MADE = "after.json"  # settings of a folder of pairs


class PairsReport(NamedTuple):
    """Number of pairs, number of new ones, and why photos were skipped."""

    pairs: int
    painted: int
    skipped: list[str]


class SourcePhoto(NamedTuple):
    """A photo to paint: its file and, for a prepared crop, its line of the manifest."""

    name: str
    path: Path
    crop: Crop | None

    def load(self, size: int) -> tuple[Bytes, NDArray[np.float64]]:
        """A square of `size` pixels around the head, and the landmarks (5, 2) in it.

        Raises NoFaceFound, InputError.
        """
        picture = images.read(self.path)
        if self.crop is None:
            found = faces.find(picture)
            if not found:
                raise NoFaceFound(f"{self.path}: no face found; give a photo that shows one")
            return squared(picture, found[0].landmarks, size)
        scale = size / self.crop.size
        shift = (scale - 1) / 2  # between pixel centres
        matrix = np.array([[scale, 0.0, shift], [0.0, scale, shift]])
        landmarks = np.asarray(self.crop.landmarks, np.float64) * scale + shift
        return warp(picture, matrix, (size, size)), landmarks


class Order(NamedTuple):
    """Settings: ``each`` characters per photo, ``size`` in pixels, features to ``keep`` from the
    photo, and whether backgrounds are ``flat`` (one colour)."""

    each: int
    size: int
    seed: int
    keep: tuple[str, ...]
    flat: bool


Pair = tuple[Label, Crop]


def paint_after_photos(
    source: str | Path,
    directory: str | Path,
    *,
    each: int = 1,
    size: int = 256,
    seed: int = 0,
    keep: Collection[str] = KEEPS,
    flat: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> PairsReport:
    """Paint `each` characters for every photo of `source` into `directory`.

    `source` is a photo, a folder of photos, or a prepared folder of photos (`rosetail data
    prepare`), whose crops and landmarks are used unchanged. `keep` as in `params_from_photo`;
    `flat` gives all paintings a background of one colour, as Roses needs. An interrupted run can be
    resumed, and more characters can be added to a folder.

    Raises SettingsError if a number is out of range or the folder was made with other settings,
    InputError if there are no photos, OutputError if files cannot be written.
    """
    check_numbers("each", each, size, seed, workers)
    if odd := set(keep) - set(KEEPS):
        raise SettingsError(f"keep {sorted(odd)[0]!r}: unknown; choose from {', '.join(KEEPS)}")
    photos = _photos(Path(source))
    folder, order = Path(directory), Order(each, size, seed, tuple(sorted(set(keep))), flat)
    make_subfolders(folder, "crops", "drawn")
    with locked_folder(folder, "the folder of pairs"):
        return _paint_all(folder, order, photos, workers, progress)


def _paint_all(
    folder: Path,
    order: Order,
    photos: list[SourcePhoto],
    workers: int,
    progress: Progress | None,
) -> PairsReport:
    _begin(folder, order)
    skipped = []
    with AppendLog(folder / LABELS, folder / "manifest.jsonl") as tables:
        there = {crop.name for crop in read_manifest(folder)}
        pairs = len(there)
        job = partial(_painted, folder, order, there)
        for count, made in enumerate(map_processes(job, photos, workers, 4), 1):
            if isinstance(made, str):
                skipped.append(made)
            else:
                tables.append([label for label, _ in made], [crop for _, crop in made])
                pairs += len(made)
            if progress:
                progress(count, len(photos))
    if not pairs:
        raise InputError(skipped[0])
    return PairsReport(pairs, pairs - len(there), skipped)


def _painted(folder: Path, order: Order, there: set[str], photo: SourcePhoto) -> list[Pair] | str:
    """Write the missing pairs of one photo and return them, or the reason there are none."""
    missing = [index for index in range(order.each) if f"{photo.name}-{index}" not in there]
    if not missing:
        return []
    try:
        picture, landmarks = photo.load(order.size)
        reading = read_photo(picture, landmarks) if order.keep else None
        return [_one(folder, order, photo, index, picture, landmarks, reading) for index in missing]
    except OutputError:
        raise
    except RosetailError as error:
        return str(error)


def _one(
    folder: Path,
    order: Order,
    photo: SourcePhoto,
    index: int,
    picture: Bytes,
    landmarks: NDArray[np.float64],
    reading: Reading | None,
) -> Pair:
    name = f"{photo.name}-{index}"
    own = int.from_bytes(photo.name.encode(), "little") % 2**31
    seed = int(np.random.default_rng([order.seed, own, index]).integers(2**31))
    params = params_from_photo(picture, landmarks, seed, order.keep, reading)
    if order.flat:
        params = on_flat_ground(params)
    images.save(picture, folder / "crops" / f"{name}.png")
    images.save(paint(params, order.size).image, folder / "drawn" / f"{name}.png")
    label = label_of(name, seed, order.size, params, describe(params, order.size))
    crop = Crop(
        name=name,
        source=photo.path.name,
        group=photo.crop.group if photo.crop else photo.name,
        kind="photo",
        frame="head",
        size=order.size,
        matrix=UNMOVED,
        landmarks=landmarks.round(2).tolist(),
        flipped=False,
    )
    return label, crop


def _photos(source: Path) -> list[SourcePhoto]:
    """The photos to paint. Raises InputError if there are none."""
    if not source.is_dir():
        return [SourcePhoto(source.stem, source, None)]
    crops = [crop for crop in read_manifest(source) if crop.kind == "photo" and crop.landmarks]
    if crops:
        return [
            SourcePhoto(crop.name, source / "crops" / f"{crop.name}.png", crop) for crop in crops
        ]
    found = pictures(source)
    if not found:
        raise InputError(f"{source}: no pictures in it; give a folder of photos")
    names = [Path(file.name).with_suffix("").as_posix().replace("/", "__") for file in found]
    return [
        SourcePhoto(name, source / file.name, None) for name, file in zip(names, found, strict=True)
    ]


def _begin(folder: Path, order: Order) -> None:
    """Note the settings in a new folder, or check that its pairs were made with the same."""
    settings = {**order._asdict(), "keep": list(order.keep)}
    del settings["each"]  # more characters may be added later
    path = folder / MADE
    if not path.exists():
        with images.writing(path) as part:
            part.write_text(json.dumps(settings), encoding="utf-8")
    with reading(path, "readable", "choose another folder"):
        before = json.loads(path.read_text(encoding="utf-8"))
    if before != settings:
        raise SettingsError(f"{folder}: has pairs made with other settings; choose another folder")
