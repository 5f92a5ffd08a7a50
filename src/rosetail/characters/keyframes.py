"""Edits that change over time, from a keyframe file.

A TOML file, or JSON of the same structure::

    [[keyframe]]
    time = 0.0                  # seconds from the start of the clip
    edits = { open_mouth = 0, hair = "brown" }

    [[keyframe]]
    time = 1.5
    easing = "ease"             # interpolation from the keyframe before
    edits = { open_mouth = 1, hair = "blue" }

Each edit has its own curve through the keyframes that name it, constant before the first and after
the last. Colours by name fade into each other. Easings: ``linear``, ``ease`` (slow at both
ends, the default), ``in`` (slow start), ``out`` (slow end), ``hold`` (step at this keyframe).
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rosetail.arrays import Floats
from rosetail.characters.directions_file import Directions
from rosetail.characters.edits import edit_strengths
from rosetail.characters.tag_families import colours_like
from rosetail.errors import SettingsError
from rosetail.reading import read_json, read_toml, reading

EASINGS = ("linear", "ease", "in", "out", "hold")


@dataclass(frozen=True)
class Keyframe:
    """Strengths by tag at ``time`` seconds into the clip."""

    time: float
    edits: Mapping[str, float]
    easing: str = "ease"


@dataclass(frozen=True, eq=False)
class EditCurve:
    """The strength of one edit over time, and the ``move`` that strength 1 adds to w."""

    tag: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    easings: tuple[str, ...]
    move: Floats

    def strength(self, seconds: float) -> float:
        """The interpolated value at ``seconds``."""
        after = bisect_right(self.times, seconds)
        if after in (0, len(self.times)):
            return self.values[min(after, len(self.times) - 1)]
        start, end = self.times[after - 1 : after + 1]
        first, second = self.values[after - 1 : after + 1]
        part = ease((seconds - start) / (end - start), self.easings[after])
        return first + part * (second - first)


def ease(part: float, easing: str) -> float:
    """Map the part 0..1 of the time to the part 0..1 of the change."""
    if easing == "hold":
        return 0.0 if part < 1 else 1.0
    if easing == "in":
        return part**2
    if easing == "out":
        return 1 - (1 - part) ** 2
    return part * part * (3 - 2 * part) if easing == "ease" else part


def read_keyframes(path: str | os.PathLike[str]) -> list[Keyframe]:
    """The keyframes in a file, sorted by time.

    Raises InputError, naming the file and the mistake.
    """
    source = Path(path)
    with reading(source, "a keyframe file", "see docs/directions.md") as file:
        data = read_json(file) if source.suffix == ".json" else read_toml(file)
        rows = data.get("keyframe") if isinstance(data, dict) else None
        if not isinstance(rows, list) or not rows:
            raise ValueError("has no [[keyframe]]")
        return sorted(map(_keyframe, rows), key=lambda keyframe: keyframe.time)


def _keyframe(row: Mapping[str, Any]) -> Keyframe:
    unknown = sorted(set(row) - {"time", "edits", "easing"})
    if unknown:
        raise ValueError(f"a keyframe has no '{unknown[0]}'")
    time, easing = float(row["time"]), row.get("easing", "ease")
    if not 0 <= time < float("inf"):
        raise ValueError(f"time {time:g} must be 0 or more seconds")
    if easing not in EASINGS:
        raise ValueError(f"easing {easing!r} must be one of {', '.join(EASINGS)}")
    try:
        return Keyframe(time, edit_strengths(row["edits"]), easing)
    except SettingsError as error:
        raise ValueError(str(error)) from error


def edit_curves(
    keyframes: list[Keyframe], directions: Directions, method: str | None = None
) -> dict[str, EditCurve]:
    """The curve of each edit in ``keyframes``, by tag. Raises SettingsError for unknown names."""
    curves = {}
    for name in dict.fromkeys(name for keyframe in keyframes for name in keyframe.edits):
        tag, _, move = directions.move(name, method)
        points = [
            (keyframe.time, value, keyframe.easing)
            for keyframe in keyframes
            if (value := _value(keyframe, name)) is not None
        ]
        times, values, easings = zip(*points, strict=True)
        curves[tag] = EditCurve(tag, times, values, easings, move)
    return curves


def _value(keyframe: Keyframe, name: str) -> float | None:
    """The strength of ``name``; 0 if the keyframe has another colour of the same thing."""
    if name in keyframe.edits:
        return keyframe.edits[name]
    return 0.0 if colours_like(name) & set(keyframe.edits) else None


def apply_curves(code: Floats, curves: Mapping[str, EditCurve], seconds: float) -> Floats:
    """``code`` with the edits of all curves at ``seconds``."""
    for curve in curves.values():
        code = code + np.float32(curve.strength(seconds)) * curve.move
    return code
