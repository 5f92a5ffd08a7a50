"""Takes as CSV in the layout of Live Link Face, which Blender add-ons and Live2D tools import.

Columns: ``Timecode`` (HH:MM:SS:FF.mmm), ``BlendShapeCount``, the 52 blend shapes of ARKit, then the
rotations of head and eyes in radians. ARKit names sides from the person's side: its left is the
picture's right. Axes are ARKit's: x to the picture's right, y up, z to the viewer, right-handed.
"""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path

from rosetail.errors import SettingsError
from rosetail.faces.expression import Expression
from rosetail.faces.state import FaceState
from rosetail.images import writing
from rosetail.video.take import ActedFace, Take

_SIDED = (
    "EyeBlink", "EyeLookDown", "EyeLookIn", "EyeLookOut", "EyeLookUp", "EyeSquint", "EyeWide",
)  # fmt: skip
SHAPES = (
    *(f"{name}Left" for name in _SIDED), *(f"{name}Right" for name in _SIDED),
    "JawForward", "JawRight", "JawLeft", "JawOpen", "MouthClose", "MouthFunnel", "MouthPucker",
    "MouthRight", "MouthLeft", "MouthSmileLeft", "MouthSmileRight", "MouthFrownLeft",
    "MouthFrownRight", "MouthDimpleLeft", "MouthDimpleRight", "MouthStretchLeft",
    "MouthStretchRight", "MouthRollLower", "MouthRollUpper", "MouthShrugLower", "MouthShrugUpper",
    "MouthPressLeft", "MouthPressRight", "MouthLowerDownLeft", "MouthLowerDownRight",
    "MouthUpperUpLeft", "MouthUpperUpRight", "BrowDownLeft", "BrowDownRight", "BrowInnerUp",
    "BrowOuterUpLeft", "BrowOuterUpRight", "CheekPuff", "CheekSquintLeft", "CheekSquintRight",
    "NoseSneerLeft", "NoseSneerRight", "TongueOut",
)  # fmt: skip
ROTATIONS = (
    "HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll",
    "RightEyeYaw", "RightEyePitch", "RightEyeRoll",
)  # fmt: skip
EYE_TURN = 30.0  # degrees of a gaze of 1


def save_csv(take: Take, path: str | os.PathLike[str]) -> list[Path]:
    """Write one table a face: the first to ``path``, others with their number before the suffix.

    Raises OutputError, and SettingsError for a take without faces.
    """
    if not take.faces:
        raise SettingsError("the take has no face; there is nothing to write as CSV")
    target = Path(path)
    files = []
    for place, face in enumerate(take.faces):
        name = f"{target.stem}-{face.number}{target.suffix}" if place else target.name
        with writing(target.with_name(name)) as part:
            _write(face, take.fps, part)
        files.append(target.with_name(name))
    return files


def _write(face: ActedFace, fps: float, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["Timecode", "BlendShapeCount", *SHAPES, *ROTATIONS])
        for time in face.times.tolist():
            at = face.at(time)
            if at is None:
                continue
            numbers = {**shapes_of(at[1].expression), **_rotations(at[1])}
            row = [f"{numbers.get(name, 0.0):.6f}" for name in (*SHAPES, *ROTATIONS)]
            table.writerow([_timecode(time, fps), len(SHAPES) + len(ROTATIONS), *row])


def shapes_of(seen: Expression) -> dict[str, float]:
    """ARKit's blend shapes that an expression says something about, 0 to 1."""
    found = {
        "JawOpen": seen.jaw_open,
        "MouthPucker": seen.pucker,
        "BrowInnerUp": seen.brow_inner_raise,
        "BrowDownLeft": seen.brow_furrow,
        "BrowDownRight": seen.brow_furrow,
    }
    right, left, down, up = (
        max(value, 0.0) for value in (seen.gaze_x, -seen.gaze_x, seen.gaze_y, -seen.gaze_y)
    )
    for arkit, ours in (("Left", "right"), ("Right", "left")):
        smile = getattr(seen, f"smile_{ours}")
        found |= {
            f"EyeBlink{arkit}": 1 - getattr(seen, f"eye_open_{ours}"),
            f"EyeSquint{arkit}": getattr(seen, f"squint_{ours}"),
            f"CheekSquint{arkit}": getattr(seen, f"squint_{ours}"),
            f"EyeLookDown{arkit}": down,
            f"EyeLookUp{arkit}": up,
            f"EyeLookOut{arkit}": right if arkit == "Left" else left,
            f"EyeLookIn{arkit}": left if arkit == "Left" else right,
            f"MouthSmile{arkit}": smile,
            f"MouthFrown{arkit}": getattr(seen, f"frown_{ours}"),
            f"MouthStretch{arkit}": max(seen.mouth_width - smile, 0.0),
            f"BrowOuterUp{arkit}": getattr(seen, f"brow_raise_{ours}"),
        }
    return found


def _rotations(state: FaceState) -> dict[str, float]:
    turn = math.radians(EYE_TURN)
    eyes = {"Yaw": turn * state.expression.gaze_x, "Pitch": turn * state.expression.gaze_y}
    return {
        "HeadYaw": math.radians(state.yaw),
        "HeadPitch": -math.radians(state.pitch),
        "HeadRoll": -math.radians(state.roll),
        **{f"{side}Eye{axis}": value for side in ("Left", "Right") for axis, value in eyes.items()},
    }


def _timecode(seconds: float, fps: float) -> str:
    whole = int(seconds)
    frame, part = divmod(round((seconds - whole) * fps, 3), 1)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}:{int(frame):02}.{round(999 * part):03}"
