"""Texture of drawn hair whose strands are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.faces.hair_texture import COUNT, LEVELS, measure_texture

Bytes = NDArray[np.uint8]

SIDE = 384
HAIR = np.zeros((SIDE, SIDE), bool)
HAIR[40:300, 60:320] = True
PARALLEL, UPRIGHT, KEPT = 3, 5, 6  # places among the measures of a level


def strands(angle: float, wave: float = 0.0, period: float = 9.0) -> Bytes:
    """Stripes that run at ``angle`` degrees from upright, bent by ``wave`` pixels."""
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    turn = np.radians(angle)
    across = x * np.cos(turn) + y * np.sin(turn) + wave * np.sin(y / 9) * np.cos(x / 9)
    grey = 120 + 60 * np.sin(2 * np.pi * across / period)
    return np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)


def at(measures: NDArray[np.float64], place: int, level: int = 1) -> float:
    return float(measures[7 * level + place])


def test_strands_have_their_direction() -> None:
    upright, level = (measure_texture(strands(angle), HAIR) for angle in (0, 90))
    assert at(upright, UPRIGHT) == pytest.approx(1, abs=0.05)
    assert at(level, UPRIGHT) == pytest.approx(-1, abs=0.05)
    assert at(measure_texture(strands(45), HAIR), UPRIGHT) == pytest.approx(0, abs=0.05)


def test_curls_keep_their_direction_less_than_straight_hair() -> None:
    straight, curled = (measure_texture(strands(0, wave), HAIR) for wave in (0, 12))
    assert at(straight, PARALLEL) > 0.9
    assert at(straight, KEPT) > 0.9
    assert at(curled, KEPT) < at(straight, KEPT) - 0.2
    noise = np.random.default_rng(0).integers(0, 255, (SIDE, SIDE, 1), np.uint8).repeat(3, 2)
    assert at(measure_texture(noise, HAIR), PARALLEL) < at(curled, PARALLEL)


def test_a_mirrored_head_measures_the_same() -> None:
    picture = strands(20, 8)
    ours = measure_texture(picture, HAIR)
    theirs = measure_texture(picture[:, ::-1].copy(), HAIR[:, ::-1].copy())
    np.testing.assert_allclose(ours, theirs, atol=0.05)


def test_colour_does_not_matter() -> None:
    """Hair in another colour of the same lightness, to the rounding of 8 bits."""
    grey = strands(0, 8)
    lab = cv2.cvtColor(grey.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab[..., 1:] += (8, 12)
    brown = np.rint(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB) * 255).clip(0, 255).astype(np.uint8)
    np.testing.assert_allclose(measure_texture(grey, HAIR), measure_texture(brown, HAIR), atol=0.06)


def test_little_hair_measures_nothing_and_some_is_finite() -> None:
    few = np.zeros((SIDE, SIDE), bool)
    few[:12, :12] = True
    assert not measure_texture(strands(0), few).any()
    few[:22, :22] = True  # gone at the coarsest level
    seen = measure_texture(strands(0), few)
    assert seen.shape == (COUNT,)
    assert np.isfinite(seen).all()
    assert seen[: 7 * (LEVELS - 1)].any()
