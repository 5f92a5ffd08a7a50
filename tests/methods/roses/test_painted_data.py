"""Painted lessons: windows of units, draws that agree with their paintings, errors told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from rosetail.errors import InputError
from rosetail.methods.roses.painted_data import (
    AHEAD,
    BEGIN,
    MovingWindow,
    PaintedData,
    paint_after,
    paint_cast,
    painting_pool,
    photos_of,
)
from rosetail.methods.roses.settings import RosesData
from rosetail.painter import sample
from rosetail.painter.casts import SIDE, cast_of
from rosetail.painter.edits import EDITS, edited
from rosetail.painter.paint import describe, paint_cut
from rosetail.painter.style_code import style_codes
from tests.training.small_data import portraits


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with painting_pool(1) as pool:
        yield pool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return portraits(tmp_path_factory.mktemp("photos"))


def square(number: int) -> int:
    return number**2


def never(number: int) -> int:
    raise InputError(f"unit {number} cannot be painted")


def test_windows_move_on() -> None:
    painters = MovingWindow(ThreadPoolExecutor(1), square, 40, 0.5)
    assert painters.window(0) == (0, 40 // BEGIN + 1)
    assert painters.window(20) == (0, 21)
    assert painters.window(200) == (71, 111)


def test_draws_are_a_function_of_step_and_seed(pool: ProcessPoolExecutor) -> None:
    painters, again = (MovingWindow(pool, square, 40, 0.5) for _ in range(2))
    for step in (0, 3, 60, 500):
        first, end = painters.window(step)
        drawn = [painters.draw(np.random.default_rng(seed), step) for seed in range(30)]
        assert drawn == [again.draw(np.random.default_rng(seed), step) for seed in range(30)]
        assert {int(each**0.5) for each in drawn} <= set(range(first, end))
        assert len(set(drawn)) > 4
    assert min(painters._units) >= painters.window(480)[0]  # what nobody draws is let go
    assert max(painters._units) == painters.window(500 + AHEAD)[1] - 1


def test_errors_of_painters_are_told(pool: ProcessPoolExecutor) -> None:
    with pytest.raises(InputError, match="cannot be painted"):
        MovingWindow(pool, never, 4, 1.0).draw(np.random.default_rng(0), 0)


def test_a_cast_is_what_its_portraits_say() -> None:
    cast, portraits = paint_cast(128, 0, 7), cast_of(2**24 + 7)
    assert cast.pictures.shape == (SIDE, SIDE, 128, 128, 4)
    for number in (1, 6, 12):
        portrait = portraits[number]
        wanted = paint_cut(portrait.params, 128)
        np.testing.assert_array_equal(cast.pictures[portrait.layout, portrait.style], wanted)
        marks = describe(portrait.params, 128).landmarks - 0.5
        apart = np.linalg.norm(marks[0] - marks[1])
        assert np.abs(cast.landmarks[portrait.layout] - marks).max() < 0.15 * apart
    for (layout, style, edit, picture), portrait in zip(
        cast.edited, portraits[SIDE**2 :], strict=True
    ):
        assert (layout, style, list(EDITS)[edit - 1]) == portrait[:3]
        if layout == 0:
            np.testing.assert_array_equal(picture, paint_cut(portrait.params, 128))


def test_drawings_after_photos(folder: Path) -> None:
    photos = photos_of(folder, 128)
    made = [paint_after(photos, np.array([0.0, 1.0]), 128, 0, number) for number in range(12)]
    assert {each.photo for each in made} == {1}
    assert {each.own for each in made} == {True, False}
    assert {each.edit > 0 for each in made} == {True, False}
    for each in made[:6]:
        shown = edited(each.params, list(EDITS)[each.edit - 1]) if each.edit else each.params
        assert shown is not None
        np.testing.assert_array_equal(each.drawn, paint_cut(shown, 128))
        marks = describe(each.params, 128).landmarks
        apart = np.linalg.norm(marks[0] - marks[1])
        error = np.linalg.norm(marks - 0.5 - photos[1].landmarks, axis=1)
        assert error[:3].mean() < 0.15 * apart  # eyes and nose
        assert error.mean() < 0.25 * apart  # a drawn mouth lies higher than a photographed one
    again = paint_after(photos, np.array([0.0, 1.0]), 128, 0, 3)
    np.testing.assert_array_equal(again.drawn, made[3].drawn)


def test_batches_agree_with_their_paintings(folder: Path) -> None:
    data = RosesData(photos=(str(folder),), painters=1, pool_sizes=(4, 8), load_size=150, size=128)
    lessons = PaintedData(data, 5)
    batch = lessons.draw(np.random.default_rng(0), 6, 0)
    again = PaintedData(data, 5).draw(np.random.default_rng(0), 6, 0)
    for name, each in batch.items():
        assert torch.equal(each, again[name]), name
    for name, channels in {"layout": 3, "target": 4, "pair_photo": 3, "pair_drawn": 4}.items():
        assert batch[name].shape == (6, 150, 150, channels), name
    number = 6 * 2**24
    who = [sample(SIDE * (number + each) + style) for each in range(2) for style in range(SIDE)]
    codes = style_codes([*who, *(each.mirrored() for each in who)])
    turned = []
    for style, other in zip(batch["style"].numpy(), batch["layout_style"].numpy(), strict=True):
        (own,) = (place for place, code in enumerate(codes) if np.allclose(code, style))
        (its,) = (place for place, code in enumerate(codes) if np.allclose(code, other))
        assert own // SIDE == its // SIDE
        assert own != its
        turned.append(own >= len(who))
    assert len(set(turned)) == 2  # mirrored pictures have mirrored styles
    for name in ("cast_landmarks", "pair_landmarks"):
        eyes, mouth = batch[name][:, :2], batch[name][:, 3:]
        assert (eyes[:, 0, 0] < eyes[:, 1, 0]).all(), name  # mirrored or not
        assert (mouth[:, 0, 0] < mouth[:, 1, 0]).all(), name


def test_no_photos(tmp_path: Path) -> None:
    (tmp_path / "manifest.jsonl").write_text("")
    with pytest.raises(InputError, match="no prepared photos"):
        photos_of(tmp_path, 128)
