"""Clutter draws something, within the picture, the same for a seed."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.methods.headfinder.clutter import (
    blob,
    buttons,
    clutter,
    hat,
    lettering,
    oval,
    pattern,
    stroke,
)


@pytest.mark.parametrize("kind", [blob, oval, stroke, lettering, pattern, buttons, clutter])
@pytest.mark.parametrize("shape", [(128, 128, 3), (40, 90, 3), (5, 4, 3)])
def test_every_kind_draws(kind, shape) -> None:  # type: ignore[no-untyped-def]
    drawn = []
    for _ in range(2):
        scene = np.full(shape, 100, np.uint8)
        rng = np.random.default_rng(3)
        for _ in range(20):
            kind(scene, rng)
        drawn.append(scene)
    np.testing.assert_array_equal(*drawn)
    assert (drawn[0] != 100).any()


def test_a_hat_sits_above_its_brim() -> None:
    up = np.array([0.0, -40.0])
    for seed in range(10):
        scene = np.full((200, 200, 3), 100, np.uint8)
        hat(scene, np.array([100.0, 120.0]), up, np.random.default_rng(seed))
        rows = np.nonzero((scene != 100).any((1, 2)))[0]
        assert rows.min() < 112
        assert rows.max() < 120 + 0.25 * 40
