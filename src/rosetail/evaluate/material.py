"""The pictures of a comparison, the same for every method: prepared once, kept in its folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.data.folders import Crops, is_prepared, pictures
from rosetail.data.layouts import by_part, part_of, side
from rosetail.data.painted_writer import write
from rosetail.data.prepare import Kind, prepare, spread
from rosetail.errors import InputError, SettingsError
from rosetail.evaluate.portraits import Portrait, portraits
from rosetail.evaluate.settings import DataSettings

Bytes = NDArray[np.uint8]
Note = Callable[[str], None]

PAINTED, MEASURED = 1000, 300  # portraits painted where no drawings are given: to learn, to measure
APART = 1_000_000  # seeds of paintings to measure with start here: none was learned from


@dataclass(frozen=True)
class Material:
    """``folders``: what recipes train on, by side. ``target``: heads of drawings to measure
    against, uint8 [S, S, 3]. ``told``: what the report says of it."""

    folders: dict[str, Path]
    portraits: list[Portrait]
    target: list[Bytes]
    told: list[str]


def material(told: DataSettings, out: Path, seed: int, *, train: bool, note: Note) -> Material:
    """Everything that methods learn from and are measured on; ``train``: whether any learns.

    Raises InputError, SettingsError where pictures are missing.
    """
    if not told.photos and (train or not told.test):
        raise SettingsError("no photos; give --photos FOLDER or data.photos in the file")
    folders, said = {}, []
    if train:
        folders["photos"] = _photos(told, out, note)
        folders["anime"] = _drawings(told, out, seed, note)
        counts = {name: len(Crops(folder)) for name, folder in folders.items()}
        said.append(f"{counts['photos']} photos and {counts['anime']} drawings to learn from")
    people = _people(told, note)
    target, what = _target(told, out, seed, note)
    said += [f"{len(people)} photos to measure on, none of them learned from"]
    said += [f"{len(target)} {what} to measure against"]
    return Material(folders, people, target, said)


def _photos(told: DataSettings, out: Path, note: Note) -> Path:
    if is_prepared(told.photos):
        return Path(told.photos)
    note("cutting heads out of the photos to learn from")
    folder = out / "data" / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    source = part_of(told.photos, "photos")
    report = prepare(source, folder, size=told.size, count=told.photo_count)
    if not report.done:
        raise InputError(f"{told.photos}: no head could be cut out; give larger portraits")
    return folder


def _drawings(told: DataSettings, out: Path, seed: int, note: Note) -> Path:
    source = _anime_of(told)
    if not source:
        return _painted(out / "data" / "painted", told.anime_count or PAINTED, told, seed, note)
    if is_prepared(source):
        return Path(source)
    note("cutting heads out of the drawings to learn from")
    folder = out / "data" / "anime"
    folder.mkdir(parents=True, exist_ok=True)
    part = part_of(source, "anime")
    prepare(part, folder, size=told.size, kind="anime", count=told.anime_count, seed=seed)
    return folder


def _people(told: DataSettings, note: Note) -> list[Portrait]:
    note("reading the photos to measure on")
    source = told.test or told.photos
    files = spread(side(source, "photos", "test"), told.test_count)
    if not files:
        raise InputError(f"{source}: no photos to measure on; give a folder of portraits")
    metadata = Path(told.metadata) if told.metadata else None
    found, left_out = portraits(files, told.size, metadata)
    for cause in left_out:
        note(cause)
    return found


def _target(told: DataSettings, out: Path, seed: int, note: Note) -> tuple[list[Bytes], str]:
    source = told.test_anime or _anime_of(told)
    if not source:
        count = min(MEASURED, told.anime_count or MEASURED)
        folder = _painted(out / "data" / "painted-test", count, told, seed + APART, note)
        return _heads(folder, told.size), "painted portraits of other seeds"
    if is_prepared(source):
        return _heads(Path(source), told.size), f"heads in {Path(source).name}"
    kind: Kind = "anime"
    apart = bool(told.test_anime) or "testB" in by_part(pictures(source))
    folder = out / "data" / ("anime-test" if apart else "anime")
    folder.mkdir(parents=True, exist_ok=True)
    part = part_of(source, "anime", "test") if apart else part_of(source, "anime")
    prepare(part, folder, size=told.size, kind=kind, count=told.anime_count, seed=seed)
    what = "heads in drawings not learned from" if apart else "heads in the drawings learned from"
    return _heads(folder, told.size), what


def _painted(folder: Path, count: int, told: DataSettings, seed: int, note: Note) -> Path:
    note(f"painting {count} portraits")
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, count, told.size, seed)
    return folder


def _heads(folder: Path, size: int) -> list[Bytes]:
    crops = Crops(folder)
    heads = [crops.picture(n) for n in range(len(crops)) if crops[n].is_head]
    if len(heads) < 2:
        raise InputError(f"{folder}: {len(heads)} heads; a distance needs two at least")
    way = cv2.INTER_AREA if heads[0].shape[0] > size else cv2.INTER_CUBIC
    if heads[0].shape[0] != size:
        heads = [np.asarray(cv2.resize(each, (size, size), interpolation=way)) for each in heads]
    return [np.asarray(each, np.uint8) for each in heads]


def _anime_of(told: DataSettings) -> str:
    """Where drawings are: told, or the B side of a data set that holds both."""
    if told.anime or not told.photos or is_prepared(told.photos):
        return told.anime
    return told.photos if "trainB" in by_part(pictures(told.photos)) else ""
