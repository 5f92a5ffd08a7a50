"""The people that methods are measured on: head crops, and what is known or read of each.

Sex, age and country come from a metadata.jsonl where there is one; glasses, beard, skin and how the
head is held are read from the photo as the painter reads them (:mod:`rosetail.painter`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.data.folders import PictureFile
from rosetail.data.prepare import photo_crops
from rosetail.errors import InputError, RosetailError
from rosetail.evaluate.regions import region
from rosetail.painter.colour import Lch, to_rgb
from rosetail.painter.fit import turn_of
from rosetail.painter.reading import Reading, read_photo
from rosetail.painter.resemblance import LIKELY

Bytes = NDArray[np.uint8]

AGES = ((30, "under 30"), (50, "30 to 49"), (200, "50 and over"))
# Individual typology angle in degrees, and what skin of at least that is called (Chardon 1991, its
# six classes in pairs).
SKINS = ((41.0, "light"), (10.0, "medium"), (-200.0, "dark"))
FACING = 15.0  # degrees of yaw to either side


@dataclass(frozen=True)
class Portrait:
    """``rgb`` uint8 [S, S, 3], upright; ``landmarks`` [5, 2] in it; ``traits``: what groups the
    person belongs to, by the name of the trait; ``skin``: lightness 0..1 in OKLCH."""

    name: str
    rgb: Bytes
    landmarks: NDArray[np.float64]
    traits: Mapping[str, str]
    skin: float


def portraits(
    files: Sequence[PictureFile],
    size: int,
    metadata: Path | None = None,
    *,
    note: Callable[[int], None] | None = None,
) -> tuple[list[Portrait], list[str]]:
    """The largest face of each photo as a head crop, and why some photos gave none.

    ``metadata`` is a metadata.jsonl; None looks beside the photos. Raises InputError where no photo
    gives a face.
    """
    told = _metadata(metadata, files)
    found, left_out = [], []
    for count, file in enumerate(files, start=1):
        try:
            crop, rgb = next(iter(photo_crops(file, file.name, size)))
        except RosetailError as error:
            left_out.append(str(error))
        else:
            points = np.asarray(crop.landmarks, np.float64)
            reading = read_photo(rgb, points)
            known = _known(told, file)
            found.append(
                Portrait(file.name, rgb, points, traits(reading, points, known), reading.skin[0])
            )
        if note is not None:
            note(count)
    if not found:
        raise InputError(f"{files[0].container}: no face in any test photo; give portraits")
    return found, left_out


def traits(
    reading: Reading, landmarks: NDArray[np.float64], known: Mapping[str, Any]
) -> dict[str, str]:
    """Trait and group, as far as they are known."""
    found: dict[str, str] = {}
    if known.get("sex") in ("female", "male"):
        found["sex"] = known["sex"]
    if isinstance(known.get("age"), int | float):
        found["age"] = next(name for below, name in AGES if known["age"] < below)
    where = region(str(known["country"])) if known.get("country") else None
    if where:
        found["region"] = where
    found["skin"] = skin_group(reading.skin)
    found["glasses"] = "glasses" if reading.traits.glasses > LIKELY else "no glasses"
    found["beard"] = "beard" if reading.traits.beard > LIKELY else "no beard"
    yaw = turn_of(landmarks).yaw
    found["head"] = "facing" if abs(yaw) <= FACING else "turned"
    return found


def typology_angle(colour: Lch) -> float:
    """Of skin, in degrees: how light it is against how yellow, in CIELAB."""
    rgb = np.asarray(to_rgb(colour), np.float32)[None, None]
    lightness, _, yellow = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0].tolist()
    return float(np.degrees(np.arctan2(lightness - 50, max(yellow, 1e-6))))


def skin_group(colour: Lch) -> str:
    angle = typology_angle(colour)
    return next(name for least, name in SKINS if angle > least)


def skin_of(rgb: Bytes, landmarks: NDArray[np.float64]) -> float:
    """Lightness of the skin in a drawing whose face is where the photo's was."""
    return float(read_photo(rgb, landmarks).skin[0])


def _metadata(path: Path | None, files: Sequence[PictureFile]) -> dict[str, dict[str, Any]]:
    """Lines by the path that they are about. Raises InputError for a file that is none."""
    if path is None:
        near = (files[0].container, files[0].container.parent) if files else ()
        path = next((p for each in near if (p := each / "metadata.jsonl").is_file()), None)
        if path is None:
            return {}
    try:
        return {line["file"]: line for line in _lines(path)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: not a metadata.jsonl ({type(error).__name__}: {error}); each line needs "
            '"file"'
        ) from error


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _known(told: Mapping[str, dict[str, Any]], file: PictureFile) -> dict[str, Any]:
    for name in (file.name, f"{file.container.name}/{file.name}"):
        if name in told:
            return told[name]
    return {}
