"""A labelled sheet: one parameter varied per row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from rosetail import images
from rosetail.painter import palette
from rosetail.painter.mouth import MOUTHS, VISEMES
from rosetail.painter.paint import paint
from rosetail.painter.params import CHOICES, PaintParams
from rosetail.painter.sample import sample

_HEAD, _LABEL = 116, 16  # pixels: the column of names, the line under each picture

_NUMBERS: dict[str, tuple[float, ...]] = {
    "yaw": (-45, -30, -15, 0, 15, 30, 45),
    "pitch": (-25, -12, 0, 12, 25),
    "roll": (-20, -10, 0, 10, 20),
    "body_yaw": (-30, -15, 0, 15, 30),
    "age": (0.0, 0.2, 0.5, 0.7, 1.0),
    "face_length": (0.85, 0.95, 1.05, 1.2),
    "cheeks": (-1.0, 0.0, 1.0),
    "jaw": (0.0, 0.3, 0.6, 1.0),
    "chin": (0.0, 0.5, 1.0),
    "build": (0.0, 0.5, 1.0),
    "eye_open": (0.0, 0.3, 0.6, 0.9, 1.2),
    "smile_lids": (0.0, 0.5, 1.0),
    "wink_left": (0.0, 0.5, 1.0),
    "eye_height": (0.5, 0.7, 0.9, 1.1),
    "gaze_x": (-1.0, -0.5, 0.0, 0.5, 1.0),
    "gaze_y": (-1.0, 0.0, 1.0),
    "brow_angle": (-18, -8, 0, 8, 18),
    "brow_height": (-1.0, 0.0, 1.0),
    "jaw_open": (0.0, 0.25, 0.5, 0.75, 1.0),
    "smile": (-1.0, -0.5, 0.0, 0.5, 1.0),
    "pucker": (0.0, 0.5, 1.0),
    "blush": (0.0, 0.5, 1.0),
    "lips": (0.0, 0.5, 1.0),
    "hair_length": (0.8, 1.0, 1.25),
    "hair_volume": (0.0, 0.5, 1.0),
    "light": (-1.0, 1.0),
}
_NAMES = (
    "eye_shape", "nose", "glasses", "hair_back", "hair_fringe", "hair_sides", "ornament",
    "clothes", "scene", "artist_style",
)  # fmt: skip


def plain(seed: int = 7) -> PaintParams:
    """A quiet front view that lets one changed parameter be seen."""
    return replace(
        sample(seed), scale=0.20, centre_x=0.5, centre_y=0.47, yaw=0.0, pitch=0.0, roll=0.0,
        body_yaw=0.0, sex="female", age=0.25, skin=(0.935, 0.04, 57.0), face_width=1.0,
        face_length=1.0, cheeks=0.0, jaw=0.2, chin=0.3, build=0.5, blush=0.3, freckles=0.0,
        mole=False, eyes=palette.EYES["blue"], eye_shape="round", eye_size=1.0, eye_height=1.0,
        eye_open=0.95, eye_tilt=1.0, eye_spacing=1.0, wink_left=0.0, wink_right=0.0,
        smile_lids=0.0, gaze_x=0.0, gaze_y=0.0, lashes=0.7, brow_angle=3.0, brow_height=0.1,
        brow_skew=0.0, brow_weight=1.0, nose="tick", nose_size=1.0, mouth_size=1.0, jaw_open=0.0,
        mouth_wide=0.0, smile=0.6, smile_skew=0.0, pucker=0.0, teeth=0.0, lips=0.0, beard="none",
        glasses="none", hair=palette.HAIR["brown"], hair_tips=False, hair_back="shoulder",
        hair_fringe="choppy", hair_sides="short", hair_length=1.0, hair_volume=0.4, hair_part=-0.5,
        ahoge=False, ornament="none", clothes="shirt", scene="flat",
        scene_colour=(0.88, 0.04, 220.0), artist_style="cel", light=-1.0, rim_light=False,
        earrings=False,
    )  # fmt: skip


def sheet(path: str | Path, size: int = 160) -> None:
    """Paint the sheet into a picture file; cells are `size` (128..1024) pixels."""
    base = plain()
    rows: list[tuple[str, list[tuple[str, PaintParams]]]] = []
    for name, numbers in _NUMBERS.items():
        cells = [(f"{value:g}", _set(base, name, float(value))) for value in numbers]
        rows.append((name, cells))
    for name in _NAMES:
        rows.append((name, [(value, _with(base, name, value)) for value in CHOICES[name]]))
    mouths = [(name, base.changed(lips)) for name, lips in {**MOUTHS, **VISEMES}.items()]
    rows.append(("mouth", mouths))
    beards = [(kind, replace(base, sex="male", age=0.4, hair_back="short", jaw=0.6,
                             eye_height=0.7, beard=kind))
              for kind in CHOICES["beard"]]  # fmt: skip
    rows.append(("beard", beards))
    rows.append(("hair", [(k, replace(base, hair=v)) for k, v in palette.HAIR.items()]))
    rows.append(("eyes", [(k, replace(base, eyes=v)) for k, v in palette.EYES.items()]))
    rows.append(("skin", [(f"{v[0]:.2f}", replace(base, skin=v)) for v in palette.SKIN]))
    images.save(_lay_out(rows, size), path)


def _with(base: PaintParams, name: str, value: str) -> PaintParams:
    """`base` with one named choice, and what else that choice needs to make sense."""
    if name == "hair_back" and value == "bald":
        return replace(base, hair_back=value, hair_fringe="none", hair_sides="none")
    return _set(base, name, value)


def _set(base: PaintParams, name: str, value: float | str) -> PaintParams:
    return PaintParams.from_dict(base.to_dict() | {name: value})


def _lay_out(rows: list[tuple[str, list[tuple[str, PaintParams]]]], size: int) -> np.ndarray:
    columns = max(len(cells) for _, cells in rows)
    high = size + _LABEL
    canvas = Image.new("RGB", (_HEAD + columns * size, len(rows) * high), "white")
    draw = ImageDraw.Draw(canvas)
    for row, (name, cells) in enumerate(rows):
        draw.text((6, row * high + size // 2), name, fill="black", font=ImageFont.load_default(14))
        for column, (label, params) in enumerate(cells):
            x, y = _HEAD + column * size, row * high
            canvas.paste(Image.fromarray(paint(params, size).image), (x, y))
            draw.text((x + 4, y + size + 1), label, fill="black", font=ImageFont.load_default(11))
    return np.asarray(canvas)
