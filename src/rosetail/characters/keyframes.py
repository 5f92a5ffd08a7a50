"""Edits that change over time: a list of moments, each with what holds there.

A TOML file (JSON of the same shape is read as well)::

    [[keyframe]]
    time = 0.0                  # seconds from the start of the clip
    edits = { open_mouth = 0, hair = "brown" }

    [[keyframe]]
    time = 1.5
    easing = "ease"             # how values come here from the moment before
    edits = { open_mouth = 1, hair = "blue" }

Each edit has its own line through the moments that name it: before the first it has that one's
value, after the last that one's. Colours by name fade into each other. Easings: ``linear``,
``ease`` (slow at both ends, the default), ``in`` (slow at first), ``out`` (slow at last), ``hold``
(the old value up to this moment).
"""

from __future__ import annotations

import json
import os
import sys
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.directions_file import Directions
from rosetail.characters.edits import strengths
from rosetail.characters.tag_families import colours_like
from rosetail.errors import InputError, SettingsError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Floats = NDArray[np.float32]

EASINGS = ("linear", "ease", "in", "out", "hold")


@dataclass(frozen=True)
class Moment:
    """What holds ``time`` seconds into the clip, by tag, and how it is come to."""

    time: float
    edits: Mapping[str, float]
    easing: str = "ease"


@dataclass(frozen=True, eq=False)
class Line:
    """One edit over time: ``values`` at ``times``, and its ``move`` at strength 1."""

    tag: str
    times: tuple[float, ...]
    values: tuple[float, ...]
    easings: tuple[str, ...]
    move: Floats

    def strength(self, seconds: float) -> float:
        """The value at ``seconds``, held before the first and after the last moment."""
        after = bisect_right(self.times, seconds)
        if after in (0, len(self.times)):
            return self.values[min(after, len(self.times) - 1)]
        start, end = self.times[after - 1 : after + 1]
        first, second = self.values[after - 1 : after + 1]
        part = eased((seconds - start) / (end - start), self.easings[after])
        return first + part * (second - first)


def eased(part: float, easing: str) -> float:
    """How far the value has come when ``part`` 0..1 of the time is over."""
    if easing == "hold":
        return 0.0 if part < 1 else 1.0
    if easing == "in":
        return part**2
    if easing == "out":
        return 1 - (1 - part) ** 2
    return part * part * (3 - 2 * part) if easing == "ease" else part


def read_moments(path: str | os.PathLike[str]) -> list[Moment]:
    """The moments in a keyframe file, in order of time.

    Raises InputError naming the file and what is wrong with it.
    """
    source = Path(path)
    try:
        text = source.read_text(encoding="utf-8")
        data = json.loads(text) if source.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise InputError(f"{source}: {error.strerror}; give a keyframe file") from error
    except ValueError as error:  # of both formats and of UTF-8
        raise InputError(f"{source}: cannot be read ({error}); see docs/directions.md") from error
    rows = data.get("keyframe") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows:
        raise InputError(f"{source}: has no [[keyframe]]; see docs/directions.md")
    try:
        moments = [_moment(row) for row in rows]
    except (SettingsError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{source}: {_cause(error)}; see docs/directions.md") from error
    return sorted(moments, key=lambda moment: moment.time)


def lines(
    moments: list[Moment], directions: Directions, method: str | None = None
) -> dict[str, Line]:
    """Each edit's line through ``moments``, by tag. Raises SettingsError for unknown names."""
    moves = {}
    for name in dict.fromkeys(name for moment in moments for name in moment.edits):
        tag, _, move = directions.move(name, method)
        moves[name] = (tag, move)
    found = {}
    for name, (tag, move) in moves.items():
        named = [moment for moment in moments if _value(moment, name) is not None]
        found[tag] = Line(
            tag,
            tuple(moment.time for moment in named),
            tuple(float(_value(moment, name) or 0.0) for moment in named),
            tuple(moment.easing for moment in named),
            move,
        )
    return found


def added(code: Floats, told: Mapping[str, Line], seconds: float) -> Floats:
    """``code`` with every line's edit at ``seconds``."""
    for line in told.values():
        code = code + np.float32(line.strength(seconds)) * line.move
    return code


def _moment(row: Mapping[str, Any]) -> Moment:
    unknown = sorted(set(row) - {"time", "edits", "easing"})
    if unknown:
        raise SettingsError(f"a keyframe has no '{unknown[0]}'")
    time, easing = float(row["time"]), row.get("easing", "ease")
    if not 0 <= time < float("inf"):
        raise SettingsError(f"time {time:g} must be 0 or more seconds")
    if easing not in EASINGS:
        raise SettingsError(f"easing {easing!r} must be one of {', '.join(EASINGS)}")
    return Moment(time, strengths(row["edits"]), easing)


def _value(moment: Moment, name: str) -> float | None:
    """The value of ``name``; 0 where another colour of the same thing is asked for instead."""
    if name in moment.edits:
        return moment.edits[name]
    return 0.0 if colours_like(name) & set(moment.edits) else None


def _cause(error: Exception) -> str:
    return f"a keyframe without {error}" if isinstance(error, KeyError) else str(error)
