"""A take: what faces do in a clip, as numbers, without the picture.

>>> take = read_take("take.json")
>>> take.smoothed(0.05).scaled(1.2).trimmed(1.0, 4.0).save("bolder.json")

The file is JSON; ``take.schema.json`` beside this module is its JSON Schema.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rosetail.arrays import Doubles
from rosetail.errors import SettingsError
from rosetail.faces.expression import Expression
from rosetail.faces.state import PLACE, POSE, FaceState
from rosetail.images import writing
from rosetail.reading import read_json, reading

FORMAT, VERSION = "rosetail take", 1
MAX_FACES, MAX_FRAMES, MAX_SECONDS = 64, 200_000, 86_400.0
MAX_SIDE, MAX_RATE = 8192, 240.0
MAX_SCALE = 1.5
LONGEST_GAP = 0.25  # seconds between two frames of a face that is there throughout

EXPRESSION = Expression.names()
VALUES = ("shown", *PLACE, *POSE, *EXPRESSION)
SIGNED = ("mouth_width", "gaze_x", "gaze_y")
LIDS = ("eye_open_left", "eye_open_right")
NEUTRAL = {"lips_closed": 1.0, **dict.fromkeys(LIDS, 1.0)}  # of the other values it is 0
_COLUMN = {name: number for number, name in enumerate(VALUES)}
_EXPRESSION = slice(_COLUMN[EXPRESSION[0]], None)


@dataclass(frozen=True, eq=False)
class ActedFace:
    """One person's acting: ``times`` [N] in seconds, rising; ``values`` [N, 26], named VALUES.

    ``shown`` is 1 while the face is seen and falls to 0 while it is lost.
    """

    number: int
    times: Doubles
    values: Doubles

    def at(self, seconds: float) -> tuple[float, FaceState] | None:
        """How far the face shows, above 0 up to 1, and its state, interpolated; None if it is not
        there."""
        after = int(np.searchsorted(self.times, seconds))
        before = max(0, after - 1)
        after = min(after, len(self.times) - 1)
        start, end = self.times[before], self.times[after]
        if max(start - seconds, seconds - end, end - start) > LONGEST_GAP:
            return None
        part = (seconds - start) / (end - start) if end > start else 0.0
        part = min(max(part, 0.0), 1.0)
        row = self.values[before] + part * (self.values[after] - self.values[before])
        shown, x, y, size, yaw, pitch, roll, *expression = row.tolist()
        state = FaceState(x, y, size, yaw, pitch, roll, Expression(*expression))
        return (shown, state) if shown > 0 else None


@dataclass(frozen=True, eq=False)
class Take:
    """The acting of all faces of a clip with pictures of ``size`` (width, height) pixels and
    ``fps`` frames a second, ``seconds`` long."""

    size: tuple[int, int]
    fps: float
    seconds: float
    faces: tuple[ActedFace, ...]

    def smoothed(self, seconds: float) -> Take:
        """Values averaged over time by a Gaussian with this standard deviation, 0 to 2 seconds,
        which delays nothing. Lids are kept, so that blinks stay whole."""
        _check("smoothing", seconds, 0, 2)
        if seconds == 0:
            return self
        return self._mapped(lambda face: _smoothed(face, seconds))

    def scaled(self, factor: float) -> Take:
        """Expression and movement of the head, 0 (none) to 1.5 times as large.

        The expression is scaled from a neutral one, place and pose from the face's median. Lids
        are kept. What leaves its range is clipped.
        """
        _check("scale", factor, 0, MAX_SCALE)
        return self._mapped(lambda face: _scaled(face, factor))

    def trimmed(self, start: float = 0.0, end: float | None = None) -> Take:
        """The part between two times, which begins at 0 seconds. Raises SettingsError if it is
        empty."""
        end = self.seconds if end is None else min(end, self.seconds)
        if not 0 <= start < end:
            raise SettingsError(
                f"trim {start:g}..{end:g}: the take has {self.seconds:g} seconds; "
                "give a start before the end"
            )
        faces = []
        for face in self.faces:
            inside = (face.times >= start) & (face.times < end)
            if inside.any():
                faces.append(
                    ActedFace(face.number, face.times[inside] - start, face.values[inside])
                )
        return replace(self, seconds=end - start, faces=tuple(faces))

    def resized(self, size: tuple[int, int]) -> Take:
        """The same acting in the middle of a picture of ``size`` (width, height), as high as the
        picture is."""
        scale = size[1] / self.size[1]
        shift = (size[0] - scale * self.size[0]) / 2

        def moved(face: ActedFace) -> ActedFace:
            values = face.values.copy()
            values[:, [_COLUMN[name] for name in PLACE]] *= scale
            values[:, _COLUMN["x"]] += shift
            return replace(face, values=values)

        return replace(self._mapped(moved), size=size)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as they are in the file."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "size": list(self.size),
            "fps": round(self.fps, 6),
            "seconds": round(self.seconds, 6),
            "faces": [
                {
                    "number": face.number,
                    "frames": [
                        _frame_to_dict(time, row)
                        for time, row in zip(face.times.tolist(), face.values, strict=True)
                    ],
                }
                for face in self.faces
            ],
        }

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the take as JSON. Raises OutputError."""
        with writing(path) as part:
            part.write_text(_to_json(self.to_dict()), encoding="utf-8")
        return Path(path)

    def _mapped(self, change: Any) -> Take:
        return replace(self, faces=tuple(change(face) for face in self.faces))


def acted_face(number: int, rows: list[tuple[float, float, FaceState]]) -> ActedFace:
    """The acting of one face from rows of time, how far it shows, and state."""
    values = [[shown, *state[:6], *state.expression.row()] for _, shown, state in rows]
    return ActedFace(
        number,
        np.array([time for time, _, _ in rows], np.float64),
        np.array(values, np.float64).reshape(-1, len(VALUES)),
    )


def read_take(path: str | os.PathLike[str]) -> Take:
    """Read a take. Raises InputError, naming the file and the mistake."""
    remedy = "give one that rosetail perform wrote; see docs/acting.md"
    with reading(path, "a take", remedy) as file:
        data = read_json(file)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError("another format")
        if data.get("version") != VERSION:
            raise ValueError(f"version {data.get('version')!r}, this program knows {VERSION}")
        width, height = data["size"]
        size = _whole("width", width, 16, MAX_SIDE), _whole("height", height, 16, MAX_SIDE)
        rows = data["faces"]
        if not isinstance(rows, list) or len(rows) > MAX_FACES:
            raise ValueError(f"faces must be a list of at most {MAX_FACES}")
        faces = tuple(_read_face(each, size) for each in rows)
        if len({face.number for face in faces}) < len(faces):
            raise ValueError("two faces have one number")
        return Take(
            size,
            _number("fps", data["fps"], 1, MAX_RATE),
            _number("seconds", data["seconds"], 0, MAX_SECONDS),
            faces,
        )


def _read_face(data: Any, size: tuple[int, int]) -> ActedFace:
    number = _whole("number", data["number"], 0, 1_000_000)
    frames = data["frames"]
    if not isinstance(frames, list) or not 0 < len(frames) <= MAX_FRAMES:
        raise ValueError(f"face {number} must have 1 to {MAX_FRAMES} frames")
    times = np.array([_number("time", each["time"], 0, MAX_SECONDS) for each in frames])
    if (np.diff(times) <= 0).any():
        late = times[1:][np.diff(times) <= 0][0]
        raise ValueError(f"face {number}: times must rise, but not at {late:g}")
    values = np.array([_read_frame(each, size) for each in frames], np.float64)
    return ActedFace(number, times, values)


def _read_frame(data: Any, size: tuple[int, int]) -> list[float]:
    groups = {"place": PLACE, "pose": POSE, "expression": EXPRESSION}
    for group, names in groups.items():
        if odd := set(data[group]) - set(names):
            raise ValueError(f"{group} has no {min(odd)!r}")
    far = 10.0 * max(size)
    row = [_number("shown", data.get("shown", 1.0), 0, 1)]
    row += [_number(name, data["place"][name], -far, far) for name in ("x", "y")]
    row.append(_number("size", data["place"]["size"], 1, far))
    row += [_number(name, data["pose"][name], -180, 180) for name in POSE]
    for name in EXPRESSION:
        value = data["expression"].get(name, NEUTRAL.get(name, 0.0))
        row.append(_number(name, value, -1 if name in SIGNED else 0, 1))
    return row


def _number(name: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is {value!r}, not a number")
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} is {value:g}; its range is {low:g} to {high:g}")
    return float(value)


def _whole(name: str, value: Any, low: int, high: int) -> int:
    number = _number(name, value, low, high)
    if number != int(number):
        raise ValueError(f"{name} is {value:g}, not a whole number")
    return int(number)


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise SettingsError(f"{name} {value:g}: choose {low:g} to {high:g}")


def _smoothed(face: ActedFace, seconds: float) -> ActedFace:
    values = face.values.copy()
    kept = [_COLUMN[name] for name in ("shown", *LIDS)]
    moved = np.setdiff1d(np.arange(len(VALUES)), kept)
    reach = 3 * seconds
    low = np.searchsorted(face.times, face.times - reach, "left")
    high = np.searchsorted(face.times, face.times + reach, "right")
    for row, (first, last) in enumerate(zip(low, high, strict=True)):
        near = slice(first, last)
        weights = np.exp(-0.5 * ((face.times[near] - face.times[row]) / seconds) ** 2)
        values[row, moved] = weights @ face.values[near][:, moved] / weights.sum()
    return replace(face, values=values)


def _scaled(face: ActedFace, factor: float) -> ActedFace:
    rest = np.median(face.values, axis=0)
    rest[_EXPRESSION] = [NEUTRAL.get(name, 0.0) for name in EXPRESSION]
    values = rest + factor * (face.values - rest)
    kept = [_COLUMN[name] for name in ("shown", "size", *LIDS)]
    values[:, kept] = face.values[:, kept]
    low = [-1.0 if name in SIGNED else 0.0 for name in EXPRESSION]
    values[:, _EXPRESSION] = np.clip(values[:, _EXPRESSION], low, 1.0)
    angles = [_COLUMN[name] for name in POSE]
    values[:, angles] = np.clip(values[:, angles], -180, 180)
    return replace(face, values=values)


def _frame_to_dict(time: float, row: ArrayLike) -> dict[str, Any]:
    named = dict(zip(VALUES, np.round(np.asarray(row), 4).tolist(), strict=True))
    return {
        "time": round(time, 6),
        "shown": named["shown"],
        "place": {name: named[name] for name in PLACE},
        "pose": {name: named[name] for name in POSE},
        "expression": {name: named[name] for name in EXPRESSION},
    }


def _to_json(data: dict[str, Any]) -> str:
    """JSON with one line a frame, which version control can compare."""
    faces = []
    for face in data["faces"]:
        frames = ",\n    ".join(json.dumps(frame) for frame in face["frames"])
        faces.append(f'  {{"number": {face["number"]}, "frames": [\n    {frames}]}}')
    facts = {name: value for name, value in data.items() if name != "faces"}
    head = ",\n ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in facts.items())
    return f'{{{head},\n "faces": [\n' + ",\n".join(faces) + "]}\n"
