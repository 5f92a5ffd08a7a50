"""The one-euro filter: still numbers get steadier, moving ones are not left behind."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.faces.one_euro import OneEuro, gain

FRAME = 1 / 24


def filtered(values: np.ndarray, calm: float, rises: float) -> np.ndarray:
    steady = OneEuro(np.array([calm]), np.array([rises]))
    kept = [steady(number * FRAME, np.array([each])) for number, each in enumerate(values)]
    return np.concatenate(kept)


def test_the_gain_is_that_of_a_low_pass() -> None:
    """After one time constant, 1 / (2 pi f), in many small steps, 1/e of a jump is left."""
    cutoff, steps = 2.0, 10_000
    step = 1 / (2 * np.pi * cutoff) / steps
    assert (1 - gain(cutoff, step)) ** steps == pytest.approx(np.exp(-1), rel=1e-3)


def test_noise_is_taken_off_and_the_level_kept() -> None:
    noisy = 5 + np.random.default_rng(0).normal(0, 1, 2000)
    kept = filtered(noisy, 1.0, 0.0)
    assert kept[0] == noisy[0]
    assert kept[100:].mean() == pytest.approx(5, abs=0.2)
    # Of white noise an exponential mean of weight a leaves a / (2 - a) of the variance.
    weight = gain(1.0, FRAME)
    assert kept[100:].var() == pytest.approx(weight / (2 - weight), rel=0.25)


def test_what_moves_is_not_dragged_behind() -> None:
    ramp = np.arange(48) * FRAME * 60  # 60 a second
    assert ramp[-1] - filtered(ramp, 1.0, 0.0)[-1] > 9
    assert ramp[-1] - filtered(ramp, 1.0, 0.1)[-1] < 2


def test_numbers_are_filtered_each_by_itself() -> None:
    steady = OneEuro(np.array([1.0, 1.0]), np.array([0.0, 100.0]))
    steady(0.0, np.array([0.0, 0.0]))
    kept = steady(FRAME, np.array([1.0, 1.0]))
    assert kept[0] < 0.3
    assert kept[1] > 0.9
