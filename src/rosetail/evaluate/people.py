"""The people in the test photos: head crops, traits, and groups that a method serves worse.

Sex, age and country are read from a metadata.jsonl, if there is one. Glasses, beard, skin and head
pose are read from the photo (:mod:`rosetail.painter`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from rosetail.arrays import Bytes, Doubles
from rosetail.data.folders import PictureFile
from rosetail.data.prepare import photo_crops
from rosetail.errors import InputError, RosetailError
from rosetail.evaluate.compare_settings import MeasureSettings
from rosetail.metrics.intervals import Estimate
from rosetail.painter.colour import Lch, to_rgb
from rosetail.painter.fit import turn_of
from rosetail.painter.reading import Reading, read_photo
from rosetail.painter.resemblance import LIKELY
from rosetail.reading import read_toml, reading

TRAITS = ("sex", "age", "region", "skin", "glasses", "beard", "head")
AGES = ((30, "under 30"), (50, "30 to 49"), (200, "50 and over"))
# Smallest individual typology angle in degrees of each group (Chardon et al. 1991, their six
# classes in pairs).
SKINS = ((41.0, "light"), (10.0, "medium"), (-200.0, "dark"))
FACING = 15.0  # largest yaw in degrees of a frontal face


@dataclass(frozen=True)
class Subject:
    """``rgb`` uint8 [S, S, 3], upright; ``landmarks`` [5, 2] in it; ``traits``: the group of each
    known trait; ``skin``: OKLCH lightness 0..1."""

    name: str
    rgb: Bytes
    landmarks: Doubles
    traits: Mapping[str, str]
    skin: float


@dataclass(frozen=True)
class PeopleGroup:
    """People with one value of a trait; ``rows`` are their indices."""

    trait: str
    name: str
    rows: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"{self.trait}: {self.name}" if self.trait not in self.name else self.name


def read_people(
    files: Sequence[PictureFile], size: int, metadata: Path | None = None
) -> tuple[list[Subject], list[str]]:
    """The largest face of each photo as a head crop, and the errors of the photos without one.

    ``metadata`` is a metadata.jsonl; if None, one beside the photos is used. Raises InputError if
    no photo has a face.
    """
    known = _read_metadata(metadata, files)
    people, errors = [], []
    for file in files:
        try:
            crop, rgb = next(iter(photo_crops(file, file.name, size)))
        except RosetailError as error:
            errors.append(str(error))
            continue
        landmarks = np.asarray(crop.landmarks, np.float64)
        reading = read_photo(rgb, landmarks)
        facts = known.get(file.name) or known.get(f"{file.container.name}/{file.name}") or {}
        traits = traits_of(reading, landmarks, facts)
        people.append(Subject(file.name, rgb, landmarks, traits, float(reading.skin[0])))
    if not people:
        raise InputError(f"{files[0].container}: no face in any test photo; give portraits")
    return people, errors


def traits_of(reading: Reading, landmarks: Doubles, metadata: Mapping[str, Any]) -> dict[str, str]:
    """The group of each trait that is known."""
    traits: dict[str, str] = {}
    if metadata.get("sex") in ("female", "male"):
        traits["sex"] = metadata["sex"]
    if isinstance(metadata.get("age"), int | float):
        traits["age"] = next(name for below, name in AGES if metadata["age"] < below)
    region = region_of(str(metadata.get("country", "")))
    if region:
        traits["region"] = region
    traits["skin"] = skin_group(reading.skin)
    traits["glasses"] = "glasses" if reading.traits.glasses > LIKELY else "no glasses"
    traits["beard"] = "beard" if reading.traits.beard > LIKELY else "no beard"
    traits["head"] = "facing" if abs(turn_of(landmarks).yaw) <= FACING else "turned"
    return traits


def typology_angle(colour: Lch) -> float:
    """Individual typology angle of a skin colour, degrees: arctan((L* - 50) / b*) in CIELAB."""
    rgb = np.asarray(to_rgb(colour), np.float32)[None, None]
    lightness, _, yellow = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0].tolist()
    return float(np.degrees(np.arctan2(lightness - 50, max(yellow, 1e-6))))


def skin_group(colour: Lch) -> str:
    angle = typology_angle(colour)
    return next(name for least, name in SKINS if angle > least)


def skin_lightness(drawing: Bytes, landmarks: Doubles) -> float:
    """OKLCH lightness of the skin in a drawing whose face has the photo's landmarks."""
    return float(read_photo(drawing, landmarks).skin[0])


def region_of(country: str) -> str | None:
    """The M49 region of a country's English name, None if it is not known.

    Case, accents, brackets, punctuation and a leading "The" are ignored.
    """
    return _regions().get(_letters(country))


@cache
def _regions() -> dict[str, str]:
    table = read_toml(Path(__file__).with_name("regions.toml"))
    return {_letters(name): region for region, names in table.items() for name in names}


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", " ", name)).lower()
    return "".join(re.findall(r"[a-z]", re.sub(r"^\s*the\s", "", plain)))


def groups_of(people: Sequence[Subject], least: int) -> list[PeopleGroup]:
    """Groups of at least ``least`` people, in the order of TRAITS; traits with one value are left
    out."""
    groups = []
    for trait in TRAITS:
        members: dict[str, list[int]] = {}
        for row, person in enumerate(people):
            if trait in person.traits:
                members.setdefault(person.traits[trait], []).append(row)
        if len(members) > 1:
            groups += [
                PeopleGroup(trait, name, tuple(rows))
                for name, rows in sorted(members.items())
                if len(rows) >= least
            ]
    return groups


def served_worse(
    overall: Mapping[str, Estimate],
    by_group: Sequence[tuple[PeopleGroup, Mapping[str, Estimate]]],
    margins: MeasureSettings,
) -> dict[PeopleGroup, str]:
    """Groups that are worse than the overall values by more than the margins, and the measures."""
    worse = {}
    for group, part in by_group:
        limits = (
            ("landmark error", "error", "{:.1%}", 1, overall["error"].value * margins.margin),
            ("faces found", "found", "{:.0%}", -1, margins.found_margin),
            ("skin lighter by", "lighter", "{:+.3f}", 1, margins.skin_margin),
        )
        causes = [
            f"{title} {part[key].format(spec)}, overall {spec.format(overall[key].value)}"
            for title, key, spec, sign, margin in limits
            if sign * (part[key].value - overall[key].value) > margin
        ]
        if causes:
            worse[group] = "; ".join(causes)
    return worse


def _read_metadata(path: Path | None, files: Sequence[PictureFile]) -> dict[str, dict[str, Any]]:
    """The lines of a metadata.jsonl by file. Raises InputError for another file."""
    if path is None:
        near = (files[0].container, files[0].container.parent) if files else ()
        path = next((p for each in near if (p := each / "metadata.jsonl").is_file()), None)
        if path is None:
            return {}
    with reading(path, "a metadata.jsonl", 'each line needs "file"'):
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return {str(row["file"]): row for row in rows}
