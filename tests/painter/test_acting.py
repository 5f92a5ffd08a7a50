"""A face through a film: it follows, and does not flicker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rosetail.faces.expression import Expression
from rosetail.painter.acting import OPEN, acting_of
from rosetail.painter.params import ACTING, RANGES
from rosetail.painter.sheet import plain

FRAME = 1 / 24
CALM = Expression(
    **dict.fromkeys(Expression.names(), 0.0)
    | {"eye_open_left": 1.0, "eye_open_right": 1.0, "lips_closed": 1.0}
)


def random_expression(seed: int) -> Expression:
    rng = np.random.default_rng(seed)
    both = ("mouth_width", "gaze_x", "gaze_y")
    return Expression(
        **{name: rng.uniform(-1 if name in both else 0, 1) for name in Expression.names()}
    )


def in_a_mirror(seen: Expression) -> Expression:
    values = {name: getattr(seen, name) for name in Expression.names()}
    for name in list(values):
        if name.endswith("_left"):
            other = name.replace("_left", "_right")
            values[name], values[other] = getattr(seen, other), getattr(seen, name)
    return Expression(**values | {"gaze_x": -seen.gaze_x})


def test_a_calm_face_is_drawn_calm() -> None:
    assert acting_of(CALM) == dict.fromkeys(ACTING, 0.0) | {"eye_open": OPEN}


@pytest.mark.parametrize("seed", range(20))
def test_any_face_gives_numbers_in_their_ranges_and_its_mirror_image_the_mirrored(
    seed: int,
) -> None:
    seen = random_expression(seed)
    found = acting_of(seen)
    assert set(found) == set(ACTING)
    assert all(RANGES[name][0] <= value <= RANGES[name][1] for name, value in found.items())
    mirrored = plain().changed(found).mirrored()
    turned = acting_of(in_a_mirror(seen))
    assert {n: getattr(mirrored, n) for n in ACTING} == pytest.approx(turned, abs=1e-9)


@pytest.mark.parametrize(
    ("seen", "drawn"),
    [
        ({"smile_left": 1.0, "smile_right": 1.0}, {"smile": 1.0, "smile_skew": 0.0}),
        ({"smile_right": 0.8}, {"smile": 0.46, "smile_skew": 0.4}),
        ({"frown_left": 1.0, "frown_right": 1.0}, {"smile": -1.0}),
        ({"jaw_open": 0.7}, {"jaw_open": 0.7}),
        ({"brow_furrow": 1.0}, {"brow_angle": -16.0, "brow_height": -0.5}),
        ({"brow_inner_raise": 1.0}, {"brow_angle": 14.0}),
        ({"brow_raise_right": 1.0}, {"brow_height": 0.5, "brow_skew": 0.5}),
        ({"squint_left": 1.0, "squint_right": 1.0}, {"smile_lids": 1.0}),
        ({"eye_open_left": 0.0}, {"wink_left": 1.0, "wink_right": 0.0, "eye_open": OPEN}),
        (
            {"eye_open_left": 0.05, "eye_open_right": 0.0},
            {"eye_open": 0.0, "wink_left": 0.0, "wink_right": 0.0},
        ),
        ({"gaze_x": -0.4, "gaze_y": 0.3}, {"gaze_x": -0.4, "gaze_y": 0.3}),
        ({"pucker": 0.6, "mouth_width": -0.5}, {"pucker": 0.6, "mouth_wide": -0.5}),
    ],
)
def test_what_a_face_does_is_drawn(seen: dict[str, float], drawn: dict[str, float]) -> None:
    found = acting_of(replace(CALM, **seen))
    assert {name: found[name] for name in drawn} == pytest.approx(drawn, abs=1e-6)


def test_teeth_show_in_a_mouth_that_is_open_a_little() -> None:
    found = acting_of(replace(CALM, teeth=1.0))
    assert found["teeth"] == 1.0
    assert 0.1 < found["jaw_open"] < 0.4
