"""Flatness and edge strength on pictures whose answer is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from rosetail.data.targets import superpixels
from rosetail.metrics import flatness as measure
from rosetail.metrics.flatness import edge_strength, flatness

PHOTO = np.ascontiguousarray(data.astronaut()[:256, 100:356])


def towards_grey(rgb: np.ndarray, part: float) -> np.ndarray:
    return np.rint(128 + (rgb.astype(float) - 128) * part).astype(np.uint8)


def test_a_photo_against_itself() -> None:
    assert flatness(PHOTO, PHOTO) == 1
    assert edge_strength(PHOTO, PHOTO) == pytest.approx(1)


def test_less_contrast_scales_both() -> None:
    """Half the contrast: a quarter of the variance, half of the slopes (but for rounding)."""
    dull = towards_grey(PHOTO, 0.5)
    assert flatness(PHOTO, dull) == pytest.approx(0.25, rel=0.1)
    assert edge_strength(PHOTO, dull) == pytest.approx(0.5, rel=0.02)


def test_noise_is_not_flat_and_blur_has_no_edges() -> None:
    rng = np.random.default_rng(0)
    noisy = np.clip(PHOTO + rng.normal(0, 20, PHOTO.shape), 0, 255).astype(np.uint8)
    assert flatness(PHOTO, noisy) > 1.5
    assert edge_strength(PHOTO, cv2.GaussianBlur(PHOTO, (0, 0), 2)) < 0.7


def test_mean_colours_of_its_own_superpixels_are_flat() -> None:
    labels = superpixels(PHOTO, measure.SEGMENTS)
    means = np.stack([PHOTO[labels == label].mean(0) for label in range(labels.max() + 1)])
    assert flatness(PHOTO, np.rint(means[labels]).astype(np.uint8)) < 1e-3


def test_a_line_on_the_strongest_contours_counts() -> None:
    photo = np.full((64, 64, 3), 100, np.uint8)
    photo[:, 32:] = 180
    lined = photo.copy()
    lined[:, 31:33] = 0  # a dark line along the step
    assert edge_strength(photo, lined) > 1.2
    elsewhere = photo.copy()
    elsewhere[:, 8] = 0
    assert edge_strength(photo, elsewhere) == pytest.approx(1)


def test_superpixels_are_about_250_and_connected() -> None:
    labels = superpixels(PHOTO, measure.SEGMENTS)
    assert labels.shape == PHOTO.shape[:2]
    assert 200 <= len(np.unique(labels)) <= 300
    pieces = [
        cv2.connectedComponents((labels == label).astype(np.uint8), connectivity=4)[0] - 1
        for label in range(0, labels.max() + 1, 10)
    ]
    assert max(pieces) == 1


def test_variances_by_hand() -> None:
    grey = np.random.default_rng(0).random((6, 8), np.float32)
    labels = np.zeros((6, 8), np.int32)
    labels[:, 5:] = 2  # 1 does not occur
    wanted = [grey[:, :5].var(), grey[:, 5:].var()]
    np.testing.assert_allclose(measure._variances(grey, labels), wanted, rtol=1e-5)


def test_sobel_by_hand() -> None:
    grey = np.random.default_rng(1).random((5, 5)).astype(np.float32)
    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    window = grey[1:4, 1:4]
    wanted = np.hypot((window * kernel).sum(), (window * kernel.T).sum())
    assert measure._sobel(grey)[2, 2] == pytest.approx(wanted, rel=1e-5)


def test_nothing_to_compare() -> None:
    blank = np.full((32, 32, 3), 90, np.uint8)
    assert np.isnan(flatness(blank, blank))
    assert np.isnan(edge_strength(blank, blank))
    with pytest.raises(ValueError, match="one size"):
        flatness(PHOTO, PHOTO[:-1])
    with pytest.raises(ValueError, match="one size"):
        edge_strength(PHOTO, PHOTO[:-1])
