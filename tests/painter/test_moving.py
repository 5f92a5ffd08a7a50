"""Faces that move: what is drawn follows, and nothing jumps or blinks from frame to frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.painter import paint, sample
from rosetail.painter.canvas import CLEAR, Canvas
from rosetail.painter.mouth import VISEMES
from rosetail.painter.params import ACTING, RANGES, PaintParams
from rosetail.painter.portrait import Portrait
from rosetail.painter.pose import EYES_Y
from rosetail.painter.sheet import plain

SIZE = 192
FACE = ("mouth", "eyes", "brows")
STEPS = 24
Frames = NDArray[np.int64]


def face(params: PaintParams) -> Frames:
    """What moves in a face, alone on grey."""
    portrait = Portrait(params)
    canvas = Canvas(160, 1.0, (0.5, 0.45), EYES_Y, CLEAR, portrait.context.side)
    canvas.wash((0.8, 0.03, 60.0))
    for part in portrait.parts(ground=False, dressed=False):
        if part.name in FACE:
            part.draw(canvas)
    return canvas.pixels().astype(np.int64)


@pytest.mark.parametrize("name", ACTING)
def test_every_number_of_an_expression_moves_the_face_without_a_jump(name: str) -> None:
    low, high = RANGES[name]
    base = plain().changed(VISEMES["a"] if name == "teeth" else {})
    frames = np.array([
        face(base.changed({name: value})) for value in np.linspace(low, high, STEPS).tolist()
    ])  # fmt: skip
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    whole = np.abs(frames[-1] - frames[0]).mean()
    assert whole > 0.05
    assert steps.max() < 5 * steps.mean()


def talking(base: PaintParams, frames: int) -> Frames:
    """A head that turns by half a degree a frame and goes from one vowel to another."""
    share = np.linspace(0, 1, frames)
    return np.array([
        paint(base.changed({
            "yaw": -2 + 0.5 * number,
            "eye_open": 0.95 * float(1 - part),
            **{lips: float((1 - part) * VISEMES["a"][lips] + part * VISEMES["o"][lips])
               for lips in VISEMES["a"]},
        }), SIZE).image
        for number, part in enumerate(share)
    ]).astype(np.int64)  # fmt: skip


@pytest.mark.parametrize(
    "base",
    [plain(), replace(plain(), hair_back="wavy", hair_fringe="swept_back", scene="sky"),
     replace(sample(5), scene="flat", artist_style="soft")],
)  # fmt: skip
def test_a_turning_talking_head_moves_evenly(base: PaintParams) -> None:
    frames = talking(base, 7)
    off = np.abs(np.diff(frames, axis=0)).max(axis=3)
    assert (off > 24).mean(axis=(1, 2)).max() < 0.02
    assert (off > 96).mean(axis=(1, 2)).max() < 0.006
    blinks = (off[:-1] > 48) & (off[1:] > 48)
    blinks &= np.abs(frames[2:] - frames[:-2]).max(axis=3) < 16
    assert blinks.mean() < 0.0002


def test_a_still_head_is_still() -> None:
    """Numbers that tremble below what a face shows change hardly a pixel."""
    one = paint(plain(), SIZE).image.astype(int)
    other = paint(replace(plain(), yaw=0.02, smile=plain().smile + 0.002), SIZE).image
    assert (np.abs(one - other).max(axis=2) > 16).mean() < 0.001
