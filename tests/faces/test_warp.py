"""Similarity transforms, found and applied."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.errors import InputError
from rosetail.faces.warp import inverse, placement, scale_of, similarity, transform, warp

RNG = np.random.default_rng(3)
NOISE: NDArray[np.uint8] = RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8)


def test_similarity_is_the_least_squares_solution() -> None:
    source, target = RNG.normal(0, 30, (5, 2)), RNG.normal(0, 30, (5, 2))
    # x' = a x - b y + c, y' = b x + a y + d: linear in a, b, c, d.
    rows = [[x, -y, 1, 0] for x, y in source] + [[y, x, 0, 1] for x, y in source]
    a, b, c, d = np.linalg.lstsq(np.array(rows), target.T.ravel(), rcond=None)[0]
    np.testing.assert_allclose(similarity(source, target), [[a, -b, c], [b, a, d]], atol=1e-9)


def test_similarity_recovers_a_known_transform() -> None:
    matrix = placement(1.7 * np.exp(0.6j), 12 - 5j)
    points = RNG.normal(100, 40, (5, 2))
    found = similarity(points, transform(points, matrix))
    np.testing.assert_allclose(found, matrix, atol=1e-9)
    assert scale_of(found) == pytest.approx(1.7)
    np.testing.assert_allclose(transform(transform(points, matrix), inverse(matrix)), points)


@pytest.mark.parametrize("place", [0.0, 1e4])
def test_coinciding_points_are_refused(place: float) -> None:
    with pytest.raises(InputError, match="coincide"):
        similarity(np.full((5, 2), place), RNG.normal(size=(5, 2)))


def test_warp_by_whole_pixels_is_slicing() -> None:
    shifted = warp(NOISE, placement(1, -7 - 9j), (20, 15))
    np.testing.assert_array_equal(shifted, NOISE[9:24, 7:27])


def test_warp_shows_the_same_as_one_over_the_whole_picture() -> None:
    """Only the needed part is looked at: that must not show."""
    smooth = cv2.GaussianBlur(NOISE, (0, 0), 2)
    matrix = placement(1.5 * np.exp(0.4j), -12 - 3j)
    whole = cv2.warpAffine(
        smooth, matrix, (30, 20), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
    )
    # OpenCV rounds sample places to 1/32 of a pixel, from different origins here.
    assert np.abs(warp(smooth, matrix, (30, 20)).astype(int) - whole).max() <= 4


def test_shrinking_averages_areas() -> None:
    stripes = np.zeros((128, 128, 3), np.uint8)
    stripes[:, ::2] = 255
    small = warp(stripes, placement(0.25, 0), (20, 20))
    assert 120 < small[2:-2, 2:-2].min() <= small[2:-2, 2:-2].max() < 135


def test_shrinking_keeps_places() -> None:
    """A blob's centre lands where the matrix says, to a small part of a pixel."""
    y, x = np.mgrid[:200, :240]
    blob = np.exp(-((x - 131.3) ** 2 + (y - 97.6) ** 2) / (2 * 18**2))
    rgb = np.repeat((255 * blob).astype(np.uint8)[..., None], 3, 2)
    matrix = placement(0.31 * np.exp(0.2j), 4 + 9j)
    seen = warp(rgb, matrix, (90, 80), border=cv2.BORDER_CONSTANT)[..., 0].astype(float)
    y, x = np.mgrid[:80, :90]
    centre = (x * seen).sum() / seen.sum(), (y * seen).sum() / seen.sum()
    np.testing.assert_allclose(centre, transform((131.3, 97.6), matrix), atol=0.05)


def test_floats_and_any_number_of_channels_pass() -> None:
    layers = RNG.random((30, 30, 4)).astype(np.float32)
    cut = warp(layers, placement(1, -10 - 10j), (40, 40), border=cv2.BORDER_CONSTANT)
    assert cut.shape == (40, 40, 4)
    assert cut.dtype == np.float32
    assert not cut[25:, 25:].any()
    assert warp(NOISE[..., :1], placement(1, 0), (9, 9)).shape == (9, 9, 1)


def test_places_far_outside_and_single_pixels_come_to_an_end() -> None:
    """OpenCV itself never returns from reflecting a single pixel."""
    picture = np.full((40, 40, 3), 90, np.uint8)
    away = placement(2.5, -211 - 209j)
    np.testing.assert_array_equal(warp(picture, away, (64, 64)), np.full((64, 64, 3), 90))
    np.testing.assert_array_equal(warp(picture[:1, :1], away, (8, 8)), np.full((8, 8, 3), 90))
