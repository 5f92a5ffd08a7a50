"""Takes: what is read is what was written; edits do what they say; bad files are named."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rosetail.errors import InputError, SettingsError
from rosetail.faces.expression import Expression
from rosetail.faces.state import FaceState
from rosetail.video.take import EXPRESSION, NEUTRAL, VALUES, Take, acted_face, read_take
from rosetail.video.take_csv import SHAPES, save_csv, shapes_of

CALM = Expression(*[NEUTRAL.get(name, 0.0) for name in EXPRESSION])


def state(**changes: float) -> FaceState:
    own = {name: value for name, value in changes.items() if name in EXPRESSION}
    rest = {name: value for name, value in changes.items() if name not in EXPRESSION}
    return FaceState(100.0, 80.0, 40.0, 0.0, 0.0, 0.0, replace(CALM, **own))._replace(**rest)


def take(*states: FaceState, fps: float = 10.0) -> Take:
    rows = [(number / fps, 1.0, each) for number, each in enumerate(states)]
    return Take((200, 160), fps, len(rows) / fps, (acted_face(0, rows),))


@pytest.fixture
def varied() -> Take:
    rng = np.random.default_rng(0)
    return take(*(state(yaw=float(y), jaw_open=float(j)) for y, j in rng.uniform(0, 1, (9, 2))))


def column(of: Take, name: str) -> np.ndarray:
    return of.faces[0].values[:, VALUES.index(name)]


def test_what_is_written_is_read(varied: Take, tmp_path: Path) -> None:
    again = read_take(varied.save(tmp_path / "take.json"))
    assert (again.size, again.fps, again.seconds) == (varied.size, varied.fps, varied.seconds)
    np.testing.assert_allclose(again.faces[0].values, varied.faces[0].values, atol=1e-4)
    np.testing.assert_allclose(again.faces[0].times, varied.faces[0].times, atol=1e-6)


def test_the_schema_describes_the_file(varied: Take) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(files("rosetail.video").joinpath("take.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(varied.to_dict())
    frame = schema["properties"]["faces"]["items"]["properties"]["frames"]["items"]["properties"]
    assert tuple(frame["expression"]["properties"]) == EXPRESSION
    for name, number in frame["expression"]["properties"].items():
        assert number["default"] == NEUTRAL.get(name, 0.0)


def damaged(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    data: Any = take(state(), state()).to_dict()
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return dict(data)


FRAME = ("faces", 0, "frames", 1)


@pytest.mark.parametrize(
    ("path", "value", "cause"),
    [
        (("format",), "rosetail character", "another format"),
        (("version",), 2, "version 2"),
        (("size",), [100_000, 20], "width is 100000"),
        (("size",), [100.5, 20], "width is 100.5, not a whole number"),
        (("fps",), 0, "fps is 0"),
        (("seconds",), math.nan, "seconds is nan"),
        (("faces",), {}, "faces must be a list"),
        (("faces", 0, "frames"), [], "must have 1 to"),
        (("faces",), take(state()).to_dict()["faces"] * 2, "two faces have one number"),
        ((*FRAME, "time"), 0.0, "times must rise, but not at 0"),
        ((*FRAME, "time"), "1", "time is '1', not a number"),
        ((*FRAME, "time"), True, "time is True, not a number"),
        ((*FRAME, "shown"), 2, "shown is 2; its range is 0 to 1"),
        ((*FRAME, "place", "size"), 0, "size is 0"),
        ((*FRAME, "place", "z"), 0, "place has no 'z'"),
        ((*FRAME, "pose", "yaw"), math.inf, "yaw is inf"),
        ((*FRAME, "expression", "jaw_open"), 1.2, "jaw_open is 1.2"),
        ((*FRAME, "expression", "jaw_opne"), 1, "expression has no 'jaw_opne'"),
        ((*FRAME, "pose"), 3, "int"),
        ((*FRAME,), None, "NoneType"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, path: Any, value: Any, cause: str) -> None:
    file = tmp_path / "take.json"
    file.write_text(json.dumps(damaged(path, value)))
    with pytest.raises(InputError, match=r"take\.json") as found:
        read_take(file)
    assert cause in str(found.value)
    assert "\n" not in str(found.value)


def test_the_schema_refuses_what_the_reader_refuses(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(files("rosetail.video").joinpath("take.schema.json").read_text())
    for path, value in (
        (("version",), 2),
        (("fps",), 0),
        ((*FRAME, "pose", "yaw"), 200),
        ((*FRAME, "expression", "jaw_opne"), 1),
        ((*FRAME, "shown"), 2),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(damaged(path, value), schema)


def test_values_that_are_left_out_are_neutral(tmp_path: Path) -> None:
    data = damaged((*FRAME, "expression"), {"jaw_open": 0.5})
    (tmp_path / "take.json").write_text(json.dumps(data))
    at = read_take(tmp_path / "take.json").faces[0].at(0.1)
    assert at is not None
    assert at[1].expression == replace(CALM, jaw_open=0.5)


def test_states_between_frames_are_interpolated_and_gaps_are_not() -> None:
    rows = [(t, 1.0, state(yaw=10 * t)) for t in (0.0, 0.1, 2.0, 2.1)]
    face = Take((200, 160), 10, 3, (acted_face(0, rows),)).faces[0]
    at = face.at(0.05)
    assert at is not None
    assert at[1].yaw == pytest.approx(0.5)
    assert face.at(1.0) is None
    assert face.at(2.6) is None
    assert face.at(2.15) is not None


def test_smoothing_delays_nothing_and_keeps_blinks() -> None:
    times = np.arange(40)
    jaw = np.exp(-0.5 * ((times - 20) / 3) ** 2)
    blink = (times != 20).astype(float)
    acted = [
        state(jaw_open=float(j), eye_open_left=float(b)) for j, b in zip(jaw, blink, strict=True)
    ]
    after = take(*acted).smoothed(0.2)
    smooth = column(after, "jaw_open")
    assert smooth.argmax() == 20
    np.testing.assert_allclose(smooth, smooth[::-1][np.r_[-1, 0:39]], atol=0.02)
    # A Gaussian of 3 frames and one of 2 make one of sqrt(13).
    assert smooth.max() == pytest.approx(3 / math.sqrt(13), abs=0.01)
    np.testing.assert_array_equal(column(after, "eye_open_left"), blink)


def test_scaling_starts_from_a_neutral_face_at_its_usual_place() -> None:
    before = take(*(state(jaw_open=j, yaw=y, lips_closed=1 - j, eye_open_left=0.0)
                    for j, y in ((0.0, 10.0), (0.4, 14.0), (0.8, 12.0))))  # fmt: skip
    half = before.scaled(0.5)
    np.testing.assert_allclose(column(half, "jaw_open"), (0, 0.2, 0.4))
    np.testing.assert_allclose(column(half, "lips_closed"), (1, 0.8, 0.6))
    np.testing.assert_allclose(column(half, "yaw"), (11, 13, 12))
    assert (column(half, "eye_open_left") == 0).all()
    np.testing.assert_allclose(column(before.scaled(1.5), "jaw_open"), (0, 0.6, 1.0))
    for factor in (-0.1, 1.6, math.nan):
        with pytest.raises(SettingsError, match="scale"):
            before.scaled(factor)


def test_trimming_begins_at_zero(varied: Take) -> None:
    part = varied.trimmed(0.25, 0.6)
    np.testing.assert_allclose(part.faces[0].times, [0.05, 0.15, 0.25])
    assert part.seconds == pytest.approx(0.35)
    for start, end in ((2.0, 3.0), (0.5, 0.5), (math.nan, 1.0)):
        with pytest.raises(SettingsError, match="trim"):
            varied.trimmed(start, end)


def test_csv_has_arkits_names_from_the_persons_side(tmp_path: Path) -> None:
    seen = state(
        yaw=30.0, pitch=10.0, eye_open_left=0.25, smile_right=0.5, gaze_x=0.4, jaw_open=0.3
    )
    (path,) = save_csv(take(seen, seen), tmp_path / "take.csv")
    first, second = csv.DictReader(path.read_text().splitlines())
    assert len(SHAPES) == 52
    assert float(first["EyeBlinkRight"]) == pytest.approx(0.75)
    assert float(first["EyeBlinkLeft"]) == 0
    assert float(first["MouthSmileLeft"]) == pytest.approx(0.5)
    assert float(first["EyeLookOutLeft"]) == float(first["EyeLookInRight"]) == pytest.approx(0.4)
    assert float(first["JawOpen"]) == pytest.approx(0.3)
    assert float(first["HeadYaw"]) == pytest.approx(math.radians(30))
    assert float(first["HeadPitch"]) == pytest.approx(-math.radians(10))
    assert (first["Timecode"], second["Timecode"]) == ("00:00:00:00.000", "00:00:00:01.000")
    assert set(shapes_of(CALM)) <= set(SHAPES)


def test_every_face_has_a_table(tmp_path: Path) -> None:
    rows = [(0.0, 1.0, state())]
    two = Take((200, 160), 10, 1, (acted_face(0, rows), acted_face(3, rows)))
    assert [path.name for path in save_csv(two, tmp_path / "t.csv")] == ["t.csv", "t-3.csv"]
