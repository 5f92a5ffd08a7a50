"""Hats sit on the head and belong to it."""

from dataclasses import replace

import numpy as np
import pytest

from rosetail.painter import paint
from rosetail.painter.hats import HATS
from rosetail.painter.sheet import plain

SIZE = 192


def painted(hat, pitch=0.0):
    """What a hat changes in a picture, (S, S) bool, and the painting with it."""
    base = replace(plain(), centre_y=0.52, pitch=pitch)
    bare, worn = paint(base, SIZE), paint(replace(base, ornament=hat), SIZE)
    return np.abs(bare.image.astype(int) - worn.image).sum(axis=2) > 40, worn


@pytest.mark.parametrize("hat", HATS)
@pytest.mark.parametrize("pitch", [-15.0, 0.0, 15.0])
def test_a_hat_lies_above_the_eyes_and_in_the_mask_of_the_head(hat, pitch):
    changed, worn = painted(hat, pitch)
    ys, xs = np.nonzero(changed)
    assert changed.mean() > 0.03
    left, right = worn.landmarks[:2]
    assert np.percentile(ys, 95) < min(left[1], right[1])
    assert abs(xs.mean() - 0.5 * (left[0] + right[0])) < 0.12 * SIZE
    assert (worn.head_mask[changed] > 128).mean() > 0.85  # all but its outline
    assert "hat" in worn.tags


def test_a_straw_hat_shows_its_top_from_above_and_its_underside_from_below():
    dark = []
    for pitch in (-15.0, 15.0):
        changed, worn = painted("straw_hat", pitch)
        rows = np.nonzero(changed)[0]
        rim = changed.copy()
        rim[: int(np.percentile(rows, 60))] = False
        dark.append(worn.image[rim].mean())
    assert dark[1] < dark[0]
