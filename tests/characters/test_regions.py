"""Regions of a portrait in both crops."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.characters.regions import mask
from rosetail.faces.faces import FRAMES, canonical


@pytest.mark.parametrize("crop", ["head", "selfie"])
def test_landmarks_are_in_their_regions(crop) -> None:  # type: ignore[no-untyped-def]
    left, right, _, corner, other = canonical(256, crop).round().astype(int)
    for x, y in (left, right):
        assert mask("eyes", 256, crop)[y, x]
        assert not mask("hair", 256, crop)[y, x]
    for x, y in (corner, other):
        assert mask("mouth", 256, crop)[y, x]


def test_a_region_is_as_much_larger_as_the_face() -> None:
    ratio = (FRAMES["selfie"][0] / FRAMES["head"][0]) ** 2
    area = np.mean(mask("mouth", 512, "selfie")) / np.mean(mask("mouth", 512))
    assert area == pytest.approx(ratio, rel=0.02)
