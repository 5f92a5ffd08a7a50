"""A face through a film: it follows, and does not flicker."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from types import SimpleNamespace

import numpy as np
import pytest

from rosetail.painter import sample
from rosetail.painter.acting import Acting
from rosetail.painter.after import GAPING, SMILING, TOOTHY, mouth_of
from rosetail.painter.reading import PhotoExpression

FRAME = 1 / 24
SMILE = PhotoExpression(eye_open=0.9, smile=0.9, teeth=0.1, gap=0.0)


def played(readings: list[PhotoExpression]) -> list[dict]:
    """What is drawn in each frame of a film of 24 frames a second."""
    acting = Acting()
    return [acting.express(number * FRAME, read) for number, read in enumerate(readings)]


def runs(values: list) -> list[int]:
    """How many frames each value stays."""
    return [len(list(same)) for _, same in groupby(values)]


def test_errors_of_reading_do_not_flicker() -> None:
    """As read in the sample clip: teeth at the border of a grin, lids a tenth up and down."""
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 1, (96, 3)) * (0.1, 0.06, 0.04)
    readings = [
        SMILE._replace(eye_open=0.85 + lids, teeth=TOOTHY + teeth, smile=0.85 + smile)
        for lids, teeth, smile in noise
    ]
    drawn = played(readings)
    assert len(runs([mouth_of(read) for read in readings])) > 20
    assert len(runs([each["mouth"] for each in drawn])) <= 3
    moved = np.abs(np.diff([each["eye_open"] for each in drawn]))
    assert moved.mean() < 0.25 * 0.42 * np.abs(np.diff(noise[:, 0])).mean()


def test_speech_is_followed() -> None:
    """Open and shut four times a second: every opening is drawn, at most two frames late."""
    wide = SMILE._replace(gap=0.6)
    readings = ([SMILE] * 3 + [wide] * 3) * 8
    drawn = [each["mouth"] for each in played(readings)]
    assert len(runs(drawn)) == len(runs([mouth_of(read) for read in readings])) == 16
    assert 3 <= runs(drawn)[0] <= 5


def test_mouths_are_held_for_two_frames() -> None:
    wide = SMILE._replace(gap=0.9)
    drawn = [each["mouth"] for each in played([SMILE, SMILE, *[wide, SMILE] * 20])]
    assert len(runs(drawn)) > 2
    assert min(runs(drawn)[:-1]) >= 2


def test_a_blink_of_one_frame_is_seen() -> None:
    closed = SMILE._replace(eye_open=0.05)
    drawn = [each["eye_open"] for each in played([*[SMILE] * 5, closed, *[SMILE] * 5])]
    assert drawn[5] == 0
    assert min(drawn[4], drawn[6]) > 0.9


@pytest.mark.parametrize(
    ("name", "border", "mouth", "below"),
    [
        ("smile", SMILING, "smiling", "calm"),
        ("teeth", TOOTHY, "toothy", "smiling"),
        ("gap", GAPING, "gaping", "smiling"),
    ],
)
def test_a_mouth_stays_until_it_is_clearly_another(
    name: str, border: float, mouth: str, below: str
) -> None:
    over, under = (SMILE._replace(**{name: border + off}) for off in (0.01, -0.01))
    assert mouth_of(over) == mouth_of(over, mouth) == mouth_of(under, mouth) == mouth
    assert mouth_of(under) == mouth_of(under, below) == mouth_of(over, below) == below
    far = SMILE._replace(**{name: border - 0.2})
    assert mouth_of(far, mouth) == below


def test_a_head_does_not_tremble_and_turns_in_time() -> None:
    rng, usual = np.random.default_rng(1), sample(0)
    still, turned = Acting(), Acting()
    angles = rng.normal(2, 0.6, 72)
    seen = [still.pose(n * FRAME, replace(usual, yaw=yaw)).yaw for n, yaw in enumerate(angles)]
    assert np.abs(np.diff(seen)).mean() < 0.4 * np.abs(np.diff(angles)).mean()
    way = np.minimum(np.arange(24) * 3.0, 30.0)  # 72 degrees a second
    seen = [turned.pose(n * FRAME, replace(usual, yaw=yaw)).yaw for n, yaw in enumerate(way)]
    assert way[9] - seen[9] < 5
    assert seen[-1] == pytest.approx(30, abs=0.5)


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
