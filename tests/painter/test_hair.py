"""Hair lies where it should, whichever way the head turns."""

from dataclasses import replace

import numpy as np
import pytest

from rosetail.painter.eyes import Eye
from rosetail.painter.hair import Hair
from rosetail.painter.head import Head, chin
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.sheet import plain

LONG = ("shoulder", "straight", "wavy", "half_up", "bob")
TIED = ("ponytail", "bun", "braids", "twin_tails")


@pytest.mark.parametrize("hair_back", LONG)
@pytest.mark.parametrize("yaw", [-32.0, -20.0, 0.0, 20.0, 32.0])
def test_hair_that_hangs_beside_the_face_leaves_the_eyes_free(hair_back, yaw):
    params = replace(
        plain(), hair_back=hair_back, hair_fringe="swept_back", hair_sides="none", yaw=yaw
    )
    context = PortraitContext(params)
    shape = Hair(context).front_shape
    for side in (-1.0, 1.0):
        eye = Eye(context, side)
        across = np.stack([np.linspace(-0.7, 0.7, 15), np.full(15, 0.1)], axis=-1)
        covered = [shape.contains(*map(float, point)) for point in eye.place(across)]
        assert np.mean(covered) < 0.15


@pytest.mark.parametrize("hair_back", TIED)
def test_tied_hair_does_not_frame_the_chin(hair_back):
    context = PortraitContext(replace(plain(), hair_back=hair_back, hair_volume=1.0))
    hair, head = Hair(context), Head(context)
    low = 0.62 * chin(context)
    beside = [(x, low) for x in np.linspace(-1.2, 1.2, 49)]
    seen = [p for p in beside if hair.skull.contains(*p) and not head.face.contains(*p)]
    assert not seen


def test_a_turned_head_shows_hair_behind_the_ear():
    for yaw, side in ((30.0, -1.0), (-30.0, 1.0)):
        context = PortraitContext(replace(plain(), hair_back="bun", yaw=yaw))
        away, near = (Hair(context).skull.contains(x, 0.55) for x in (-side * 0.8, side * 0.8))
        assert near
        assert not away
