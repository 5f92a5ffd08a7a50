"""A painted character that does what a person before a webcam does.

:class:`Performer` follows the person from frame to frame; :class:`LiveFigure` draws. They exchange
plain numbers, so that they can run in different processes. The figure stands still in its picture
while the person sits still: only movement from the rest position counts, not where the camera is.

Importing this module needs the extra ``paint``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from rosetail.arrays import Bytes
from rosetail.characters.model import Character, check_model
from rosetail.characters.painter_model import PainterModel
from rosetail.errors import SettingsError
from rosetail.faces.expression import Measures, measure
from rosetail.faces.one_euro import LEAST_STEP
from rosetail.faces.state import FaceState
from rosetail.faces.tracking import FaceTracker, TrackedFace
from rosetail.painter import paint_figure, sample
from rosetail.painter.acting import acting_of
from rosetail.painter.casts import LAYOUT
from rosetail.painter.code import from_code
from rosetail.painter.mouth import MOUTHS
from rosetail.painter.params import PaintParams
from rosetail.painter.sample import in_range

Layout = dict[str, float]

# Where the figure is at rest: half the width of the head and the place between the temples, in
# shares of the picture.
REST_SCALE, REST_X, REST_Y = 0.19, 0.5, 0.47
STEP = 0.15  # how far the figure moves while the person moves by the distance of the outer eyes
NEAREST = 1.4  # how much larger the figure gets when the person comes near
BODY_TURN = 0.35  # of the head's turn
AT_REST: Layout = {
    **dict.fromkeys(LAYOUT, 0.0), **MOUTHS["neutral"],
    "scale": REST_SCALE, "centre_x": REST_X, "centre_y": REST_Y, "eye_open": 0.92,
    "face_width": 1.0, "face_length": 1.0, "eye_spacing": 1.0,
}  # fmt: skip

# What keys put on the face, whatever the person does.
HELD: dict[str, Layout] = {
    "wink": {
        "wink_right": 1.0, "wink_left": 0.0, "eye_open": 0.95, "smile": 0.6, "smile_skew": 0.4,
    },
    "laugh": {**MOUTHS["laugh"], "eye_open": 0.3, "smile_lids": 1.0, "brow_height": 0.5},
    "shout": {
        "jaw_open": 1.0, "mouth_wide": 0.35, "smile": -0.15, "pucker": 0.0, "teeth": 0.9,
        "eye_open": 1.1, "brow_angle": -16.0, "brow_height": -0.3,
    },
}  # fmt: skip
HELD_SECONDS = 0.12  # until a held expression is there, or gone
ARRIVAL_SECONDS = 0.4  # until the figure does what a person who appears does, or rests again
CALIBRATION_SECONDS = 0.6


class LiveFrame(NamedTuple):
    """``layout``: the painter's parameters named in LAYOUT. ``seen``: whether a face is in the
    frame. ``calibrating``: whether the neutral face is being measured."""

    layout: Layout
    seen: bool
    calibrating: bool


class Performer:
    """Follows one person before a webcam. Call :meth:`follow` once per frame, in order."""

    def __init__(self) -> None:
        self._tracker = FaceTracker()
        self._number: int | None = None  # of the face that is followed
        self._rest: FaceState | None = None
        self._calibration: _Calibration | None = None
        self._held = dict.fromkeys(HELD, 0.0)
        self._here = 0.0  # 1 while somebody is seen
        self._last = AT_REST
        self._seconds = 0.0

    def calibrate(self) -> None:
        """Take the expression and pose of the next CALIBRATION_SECONDS for neutral."""
        self._calibration = _Calibration(whole=True)

    def follow(self, rgb: Bytes, seconds: float, held: Collection[str] = ()) -> LiveFrame:
        """What the figure does at ``seconds``, by the frame ``rgb`` (uint8 [H, W, 3]).

        ``held`` are the names in HELD whose keys are pressed. Raises SettingsError for others.
        """
        if odd := set(held) - set(HELD):
            raise SettingsError(f"{sorted(odd)[0]!r}: choose from {', '.join(HELD)}")
        seconds = max(seconds, self._seconds + LEAST_STEP)
        step, self._seconds = seconds - self._seconds, seconds
        face = self._face(rgb, seconds)
        if face is not None:
            self._calibrate(rgb, face, seconds)
            self._last = self._acted(FaceState.of(face))
        self._here = _towards(self._here, face is not None, step / ARRIVAL_SECONDS)
        layout = _blended(AT_REST, self._last, self._here)
        for name, expression in HELD.items():
            self._held[name] = _towards(self._held[name], name in held, step / HELD_SECONDS)
            layout = _blended(layout, layout | expression, self._held[name])
        asked = self._calibration is not None and self._calibration.whole
        return LiveFrame(layout, face is not None, asked)

    def _face(self, rgb: Bytes, seconds: float) -> TrackedFace | None:
        """The face that was followed before, else the largest."""
        faces = [each for each in self._tracker.follow(rgb, seconds) if not each.lost]
        same = [each for each in faces if each.number == self._number]
        face = max(same or faces, key=lambda each: FaceState.of(each).size, default=None)
        if face is not None:
            self._number = face.number
        return face

    def _calibrate(self, rgb: Bytes, face: TrackedFace, seconds: float) -> None:
        """Measure the rest position: of place alone when somebody appears, of all if asked."""
        if self._calibration is None:
            if self._rest is not None:
                return
            self._calibration = _Calibration(whole=False)
        self._calibration.add(rgb, face, seconds)
        self._rest = self._calibration.rest()
        if self._calibration.seconds < CALIBRATION_SECONDS:
            return
        if self._calibration.whole:
            self._tracker = FaceTracker(neutral=_median(self._calibration.measures))
            self._number = None
        self._calibration = None

    def _acted(self, state: FaceState) -> Layout:
        rest = self._rest or state
        yaw = state.yaw - rest.yaw
        seen = acting_of(state.expression) | {
            "yaw": yaw,
            "pitch": state.pitch - rest.pitch,
            "roll": state.roll - rest.roll,
            "body_yaw": BODY_TURN * yaw,
            "scale": REST_SCALE * float(np.clip(state.size / rest.size, 1 / NEAREST, NEAREST)),
            "centre_x": REST_X + STEP * (state.x - rest.x) / rest.size,
            "centre_y": REST_Y + STEP * (state.y - rest.y) / rest.size,
        }
        return AT_REST | {name: in_range(name, float(value)) for name, value in seen.items()}


class LiveFigure:
    """A painted character, drawn many times. Raises SettingsError for one of another model."""

    def __init__(self, character: Character) -> None:
        check_model(character, PainterModel().id)
        self._code, self._layout = character.code, sample(0)

    def params(self, layout: Mapping[str, float]) -> PaintParams:
        """The parameters with which the painter draws the character in ``layout``."""
        return from_code(self._code, self._layout.changed(layout))

    def draw(self, layout: Mapping[str, float], size: int) -> Bytes:
        """The figure on a transparent background, RGBA uint8 [size, size, 4]."""
        return paint_figure(self.params(layout), size)


class _Calibration:
    """What is measured of a person who sits still; ``whole``: of pose and expression as well."""

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self.measures: list[Measures] = []
        self.seconds, self._began = 0.0, 0.0
        self._states: list[FaceState] = []

    def add(self, rgb: Bytes, face: TrackedFace, seconds: float) -> None:
        if not self._states:
            self._began = seconds
        self.seconds = seconds - self._began
        self._states.append(FaceState.of(face))
        if self.whole:
            self.measures.append(measure(rgb, face.mesh, face.pose))

    def rest(self) -> FaceState:
        """The median place and, of all that is measured, pose; the expression does not matter."""
        rows = np.array([state[:-1] for state in self._states], np.float64)
        x, y, size, yaw, pitch, roll = np.median(rows, axis=0).tolist()
        expression = self._states[-1].expression
        state = FaceState(x, y, size, yaw, pitch, roll, expression)
        return state if self.whole else state._replace(yaw=0.0, pitch=0.0, roll=0.0)


def _median(measured: list[Measures]) -> Measures:
    values: list[Any] = [np.median(each, axis=0) for each in zip(*measured, strict=True)]
    values = [tuple(each.tolist()) if np.ndim(each) else float(each) for each in values]
    return Measures(*values)


def _towards(value: float, on: bool, step: float) -> float:
    return min(value + step, 1.0) if on else max(value - step, 0.0)


def _blended(one: Layout, other: Layout, share: float) -> Layout:
    return {name: (1 - share) * one[name] + share * other[name] for name in one}
