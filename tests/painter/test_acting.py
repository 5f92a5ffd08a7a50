"""A face through a film: it follows, and does not flicker."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from rosetail.faces.expression import Expression
from rosetail.painter import PaintParams, sample
from rosetail.painter.acting import OPEN, STEADIED, Acting, acting_of
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


def played(values: list[dict[str, float]]) -> list[PaintParams]:
    """What is drawn in each frame of a film of 24 frames a second."""
    acting, usual = Acting(), sample(0).changed(acting_of(CALM))
    return [acting.steadied(n * FRAME, usual.changed(each)) for n, each in enumerate(values)]


def test_all_that_a_face_does_is_steadied_and_nothing_else() -> None:
    assert set(ACTING) <= set(STEADIED)
    first, second = played([{}, {"smile": 1.0}])
    moved = {name for name in RANGES if getattr(first, name) != getattr(second, name)}
    assert moved == {"smile"}
    assert first == sample(0).changed(acting_of(CALM))


@pytest.mark.parametrize(
    ("name", "usual", "noise"),
    [("yaw", 2.0, 0.6), ("eye_open", 0.85, 0.03), ("smile", 0.5, 0.04), ("gaze_x", 0.1, 0.04),
     ("brow_height", 0.2, 0.05), ("smile_skew", 0.0, 0.05)],
)  # fmt: skip
def test_errors_of_reading_do_not_tremble(name: str, usual: float, noise: float) -> None:
    read = np.random.default_rng(3).normal(usual, noise, 96)
    seen = [getattr(each, name) for each in played([{name: float(value)} for value in read])]
    assert np.abs(np.diff(seen)).mean() < 0.4 * np.abs(np.diff(read)).mean()
    assert np.mean(seen) == pytest.approx(usual, abs=noise)


def test_a_turn_is_followed_in_time() -> None:
    way = np.minimum(np.arange(24) * 3.0, 30.0)  # 72 degrees a second
    seen = [each.yaw for each in played([{"yaw": float(yaw)} for yaw in way])]
    assert way[9] - seen[9] < 5
    assert seen[-1] == pytest.approx(30, abs=0.5)


def test_speech_is_followed() -> None:
    """Open and shut four times a second: every opening is drawn, at most a frame late."""
    way = ([0.0] * 3 + [0.6] * 3) * 8
    seen = np.array([each.jaw_open for each in played([{"jaw_open": each} for each in way])])
    rounds = seen.reshape(8, 6)[1:]
    assert (rounds.max(axis=1) > 0.45).all()
    assert (rounds.min(axis=1) < 0.15).all()
    assert set(rounds.argmax(axis=1)) <= {5}
    assert set(rounds.argmin(axis=1)) <= {2}


def test_a_blink_of_two_frames_is_seen() -> None:
    way = [0.92] * 5 + [0.0] * 2 + [0.92] * 6
    seen = [each.eye_open for each in played([{"eye_open": each} for each in way])]
    assert min(seen[5:7]) < 0.3
    assert seen[4] > 0.9
    assert seen[-1] > 0.8


def test_the_persons_shape_is_cut_out_now_and_then_and_fades(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cuts: list[float] = []

    def outline(head: np.ndarray, landmarks: np.ndarray) -> SimpleNamespace:
        cuts.append(head.mean())
        return SimpleNamespace(person=head[..., 0] > 100)

    monkeypatch.setattr("rosetail.painter.acting.outline", outline)
    acting, there, gone = Acting(), np.full((128, 128, 3), 200, np.uint8), np.zeros((128, 128, 3))
    shapes = [
        acting.shape(frame * FRAME, there if frame < 24 else gone, np.zeros((5, 2)))
        for frame in range(72)
    ]
    assert 10 <= len(cuts) <= 15  # three seconds
    levels = np.array([shape.mean() for shape in shapes])
    assert (levels[:24] == 255).all()
    assert 0 < -np.diff(levels).min() < 0.3 * 255
    assert (np.diff(levels) <= 0).all()
    assert levels[-1] < 5
