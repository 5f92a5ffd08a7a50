"""A figure that follows a webcam: against photos moved by known amounts, and by its own numbers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

import rosetail
from rosetail.arrays import Bytes
from rosetail.characters.content import ModelId
from rosetail.characters.live import (
    ARRIVAL_SECONDS,
    AT_REST,
    CALIBRATION_SECONDS,
    HELD,
    LiveFigure,
    LiveFrame,
    Performer,
)
from rosetail.characters.model import Character
from rosetail.errors import SettingsError
from rosetail.images import read
from rosetail.painter.casts import LAYOUT
from rosetail.painter.params import RANGES
from rosetail.video.reader import ClipFrame, ClipReader

SAMPLES = Path(rosetail.__file__).parent / "samples"
RATE = 20  # frames a second
BLANK = np.full((240, 320, 3), 127, np.uint8)


def frame(angle: float = 0.0, x: float = 0.0, size: float = 1.0) -> Bytes:
    """The sample portrait in a webcam's frame, leaning by ``angle`` degrees clockwise around the
    face, moved by ``x`` pixels and ``size`` times as large."""
    photo = read(SAMPLES / "astronaut.jpg")
    matrix = cv2.getRotationMatrix2D((222, 120), -angle, 0.75 * size)
    matrix[:, 2] += np.array([200 + x, 130]) - (222, 120)
    shown = cv2.warpAffine(photo, matrix, (400, 300), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(shown, np.uint8)


def still(performer: Performer, rgb: Bytes, begin: float, seconds: float) -> LiveFrame:
    """What the performer says after ``seconds`` of the same frame."""
    for number in range(round(seconds * RATE)):
        last = performer.follow(rgb, begin + number / RATE)
    return last


@pytest.fixture
def seated() -> Performer:
    """One who has followed the sample portrait for two seconds."""
    performer = Performer()
    assert still(performer, frame(), 0.0, 2.0).seen
    return performer


def test_the_figure_rests_while_nobody_is_seen() -> None:
    seen = Performer().follow(BLANK, 0.0)
    assert not seen.seen
    assert seen.layout == AT_REST
    assert set(AT_REST) == set(LAYOUT)


def test_somebody_who_sits_still_is_in_the_middle(seated: Performer) -> None:
    layout = still(seated, frame(), 2.0, 0.5).layout
    for name in ("scale", "centre_x", "centre_y"):
        assert layout[name] == pytest.approx(AT_REST[name], abs=0.004)


def test_the_figure_leans_moves_and_nears_with_the_person(seated: Performer) -> None:
    before = still(seated, frame(), 2.0, 0.1).layout
    leant = still(seated, frame(angle=10), 2.1, 1.5).layout
    assert leant["roll"] - before["roll"] == pytest.approx(10, abs=1.5)
    moved = still(seated, frame(x=30), 3.6, 1.5).layout
    assert moved["centre_x"] > before["centre_x"] + 0.02
    assert moved["centre_y"] == pytest.approx(before["centre_y"], abs=0.01)
    near = still(seated, frame(size=1.2), 5.1, 1.5).layout
    assert near["scale"] / before["scale"] == pytest.approx(1.2, rel=0.04)


def test_calibration_takes_the_face_as_it_is_for_neutral(seated: Performer) -> None:
    """The sample portrait smiles and leans."""
    smiling = frame(angle=6)
    before = still(seated, smiling, 2.0, 1.5).layout
    assert before["smile"] > 0.5
    seated.calibrate()
    assert seated.follow(smiling, 3.5).calibrating
    after = still(seated, smiling, 3.5 + 1 / RATE, CALIBRATION_SECONDS + 2)
    assert not after.calibrating
    assert abs(after.layout["smile"]) < 0.15
    for name in ("yaw", "pitch", "roll"):
        assert after.layout[name] == pytest.approx(0, abs=1)


@pytest.mark.parametrize("name", HELD)
def test_a_held_key_makes_its_expression_and_lets_it_go(seated: Performer, name: str) -> None:
    before = still(seated, frame(), 2.0, 0.5).layout
    for number in range(6):
        held = seated.follow(frame(), 2.5 + number / RATE, [name]).layout
    assert {key: held[key] for key in HELD[name]} == pytest.approx(HELD[name])
    after = still(seated, frame(), 2.8, 0.5).layout
    assert after == pytest.approx(before, abs=0.06)


def test_keys_that_do_not_exist_are_refused() -> None:
    with pytest.raises(SettingsError, match="'sneeze': choose from wink, laugh, shout"):
        Performer().follow(BLANK, 0.0, ["sneeze"])


def test_the_figure_comes_to_rest_when_the_person_leaves(seated: Performer) -> None:
    there = still(seated, frame(x=40), 2.0, 1.0).layout
    gone = [seated.follow(BLANK, 3.0 + number / RATE) for number in range(12)]
    places = [there["centre_x"], *(each.layout["centre_x"] for each in gone)]
    assert all(a >= b for a, b in pairwise(places))  # no jump back and forth
    largest = max(a - b for a, b in pairwise(places))
    assert largest <= (places[0] - 0.5) / (ARRIVAL_SECONDS * RATE) + 1e-9
    assert gone[-1].layout == pytest.approx(AT_REST)


def test_clocks_that_stand_still_or_go_back_are_borne(seated: Performer) -> None:
    for seconds in (2.0, 2.0, 1.0):
        layout = seated.follow(frame(), seconds).layout
        assert all(np.isfinite(value) for value in layout.values())


def test_every_layout_of_a_clip_can_be_painted() -> None:
    performer = Performer()
    with ClipReader(SAMPLES / "astronaut.mp4") as clip:
        for item in clip.items():
            if isinstance(item, ClipFrame):
                layout = performer.follow(item.rgb, float(item.pts * clip.tick)).layout
                for name, value in layout.items():
                    low, high = RANGES[name]
                    assert low <= value <= high


def test_a_figure_is_drawn_on_nothing_and_moves() -> None:
    model = rosetail.load("painter")
    figure = LiveFigure(model.character(model.random_w(1, 5)[0], "Aiko"))
    rest = figure.draw(AT_REST, 128)
    assert rest.shape == (128, 128, 4)
    assert rest[0, 0, 3] == 0
    assert rest[60, 64, 3] == 255
    aside = figure.draw(AT_REST | {"centre_x": 0.6}, 128)
    columns = [np.flatnonzero(each[..., 3].max(0)).mean() for each in (rest, aside)]
    assert columns[1] - columns[0] > 6


def test_a_figure_of_another_model_is_refused() -> None:
    other = Character("Ren", ModelId("roses", "0" * 64), np.zeros(8, np.float32))
    with pytest.raises(SettingsError, match="roses"):
        LiveFigure(other)
