"""Codes over time."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.video.style_paths import SECONDS, SWING, WALL, Fixed, beat, blend, eig, paths_for_mode

CODES = list(np.eye(3, dtype=np.float32))


def test_blend_goes_round_without_a_jump() -> None:
    path = blend(CODES)
    for number in range(7):
        assert np.allclose(path(number * SECONDS), CODES[number % 3])
    assert np.allclose(path(0.5 * SECONDS), (CODES[0] + CODES[1]) / 2)
    times = np.arange(0, 3 * SECONDS, 0.01)
    steps = np.abs(np.diff([path(each) for each in times], axis=0)).max(1)
    assert steps.max() < 0.01 / SECONDS * 1.6
    assert steps[:3].max() < 0.1 * steps.max()  # it rests at each code


def test_beat_changes_at_each_beat() -> None:
    path = beat(CODES, [0.5, 1.0, 2.0])
    seen = [int(path(each).argmax()) for each in (0.0, 0.49, 0.5, 0.99, 1.5, 2.0, 99.0)]
    assert seen == [0, 0, 1, 1, 2, 0, 0]


def test_eig_swings_along_one_axis_after_the_other() -> None:
    path = eig(CODES[0], [CODES[1], 2 * CODES[2]])
    for quarter, wanted in enumerate(([1, 0, 0], [1, 1, 0], [1, 0, 0], [1, -1, 0])):
        assert np.allclose(path(quarter * SWING / 4), wanted, atol=1e-6)
        second = [1, 0, 2 * wanted[1]]
        assert np.allclose(path((1 + quarter / 4) * SWING), second, atol=1e-6)
        assert np.allclose(path((2 + quarter / 4) * SWING), wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("mode", "count"), [("fixed", 2), ("blend", 2), ("beat", 2), ("eig", 2), ("wall", 8)]
)
def test_modes_begin_with_what_was_given(mode: str, count: int) -> None:
    others = [np.full(3, number, np.float32) for number in range(WALL)]
    paths = paths_for_mode(mode, CODES[:2], others, [1.0], CODES)
    assert len(paths) == count
    for path, code in zip(paths, CODES[:2], strict=False):
        assert np.array_equal(path(0.0), code)
    assert np.array_equal(Fixed(CODES[1])(7.0), CODES[1])
