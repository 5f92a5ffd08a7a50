"""Targets made by image processing, against plain calculations."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.data.l0 import l0_smooth
from rosetail.data.targets import (
    average_superpixels,
    mean_colours,
    remove_texture,
    salted,
    sharpen_edges,
    smooth_edges,
)

Bytes = NDArray[np.uint8]
RNG = np.random.default_rng(7)


@pytest.fixture
def step() -> Bytes:
    """Dark on the left, bright from column 32 on."""
    rgb = np.full((64, 64, 3), (40, 60, 50), np.uint8)
    rgb[:, 32:] = (220, 200, 210)
    return rgb


def test_edges_are_blurred_and_nothing_else(step: Bytes) -> None:
    smooth = smooth_edges(step)
    np.testing.assert_array_equal(smooth[:, :28], step[:, :28])
    np.testing.assert_array_equal(smooth[:, 36:], step[:, 36:])
    # At the edge: the 5x5 Gaussian of a step, from OpenCV's kernel of that size.
    kernel = cv2.getGaussianKernel(5, 0).ravel()
    values = [sum(kernel[k] * step[30, x + k - 2, 0] for k in range(5)) for x in range(30, 34)]
    np.testing.assert_allclose(smooth[30, 30:34, 0], values, atol=1)


def test_mean_colours_are_means() -> None:
    rgb = RNG.integers(0, 256, (12, 9, 3), dtype=np.uint8)
    labels = RNG.integers(0, 6, (12, 9)) * 3  # with labels that nobody has
    result = mean_colours(rgb, labels)
    for label in np.unique(labels):
        mine = labels == label
        np.testing.assert_allclose(
            result[mine], np.tile(rgb[mine].mean(0), (mine.sum(), 1)), atol=0.5
        )


@pytest.mark.parametrize("method", ["slic", "felzenszwalb"])
def test_superpixels_flatten_and_keep_borders(step: Bytes, method: str) -> None:
    grain = np.clip(step + RNG.normal(0, 4, step.shape), 0, 255).astype(np.uint8)
    flat = average_superpixels(grain, method)  # type: ignore[arg-type]
    for side in (slice(0, 31), slice(33, 64)):
        assert flat[:, side].std(axis=(0, 1)).mean() < 0.6 * grain[:, side].std(axis=(0, 1)).mean()
        assert np.abs(flat[:, side].mean((0, 1)) - step[0, side.start]).max() < 8


def test_slic_makes_about_as_many_segments_as_asked(astronaut: Bytes) -> None:
    small = cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA)
    for segments in (60, 200):
        flat = average_superpixels(small, segments=segments)  # type: ignore[arg-type]
        colours = len(np.unique(flat.reshape(-1, 3), axis=0))
        assert 0.5 * segments < colours < 1.6 * segments


def test_cleaned_takes_grain_and_leaves_edges(step: Bytes) -> None:
    grain = np.clip(step + RNG.normal(0, 4, step.shape), 0, 255).astype(np.uint8)
    clean = remove_texture(grain)
    assert clean[:, :30].std(axis=(0, 1)).max() < 1
    # OpenCV's non-local means go through 8-bit Lab, which rounds dark colours.
    np.testing.assert_allclose(clean[:, :28].mean((0, 1)), step[0, 0], atol=6)
    assert clean[:, 34:].mean() - clean[:, :30].mean() > 150
    assert int(clean[20, 33, 0]) - int(clean[20, 30, 0]) > 100


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 40, 3), (3, 3, 3), (37, 20, 3)])
def test_any_size_passes(shape: tuple[int, int, int]) -> None:
    rgb = RNG.integers(0, 256, shape, dtype=np.uint8)
    for made in (smooth_edges(rgb), average_superpixels(rgb), remove_texture(rgb)):
        assert made.shape == shape
        assert made.dtype == np.uint8


def test_crisped_edges_are_steeper_and_have_no_halos() -> None:
    slope = np.clip((np.arange(40) - 15) * 20 + 30, 30, 220).astype(np.uint8)
    soft = np.repeat(np.repeat(slope[None, :, None], 20, 0), 3, 2)
    crisp = sharpen_edges(soft, 2.0)
    assert crisp.min() == 30
    assert crisp.max() == 220
    middle = crisp[10, :, 0].astype(int)
    assert np.abs(np.diff(middle)).max() > np.abs(np.diff(slope.astype(int))).max()
    flat = np.full((8, 8, 3), 120, np.uint8)
    np.testing.assert_array_equal(sharpen_edges(flat, 2.0), flat)


def test_salt_is_white_pixels_inside() -> None:
    rgb = np.zeros((50, 60, 3), np.uint8)
    noisy = salted(rgb, 0.1, seed=1)
    white = (noisy == 255).all(2)
    assert ((noisy == 0).all(2) | white).all()
    assert 0.08 < white.mean() < 0.1  # drawn with replacement
    assert white.sum() == white[1:-1, 1:-1].sum()
    assert (salted(rgb, 0.1, seed=1) == noisy).all()


def test_published_cleaning_takes_rgb_for_bgr(step: Bytes) -> None:
    noisy = np.clip(step + np.random.default_rng(0).normal(0, 4, step.shape), 0, 255)
    noisy = noisy.astype(np.uint8)
    calm = cv2.fastNlMeansDenoisingColored(noisy, None, 7, 6, 6, 7)
    expected = l0_smooth(np.asarray(calm, np.uint8), 0.005, periodic=True)
    np.testing.assert_array_equal(remove_texture(noisy, published=True), expected)
