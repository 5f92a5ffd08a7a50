"""How flat the regions and how strong the contours of an anime picture are, beside its photo.

Both are ratios anime / photo of one pair of pictures, uint8 RGB (H, W, 3) of one size; a table
gives the median over photos. A blur lowers both, noise raises both; a drawing has a low flatness
ratio and an edge ratio about one or above.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.data.targets import superpixels

Bytes = NDArray[np.uint8]

SEGMENTS = 250
STRONGEST = 0.03  # part of the photo's pixels


def flatness(photo: Bytes, anime: Bytes) -> float:
    """Median grey variance inside the photo's superpixels, anime divided by photo.

    About 250 SLIC superpixels (Achanta and others 2012) of the photo, in Lab. NaN for a photo whose
    superpixels are mostly of one grey: there is nothing to flatten.
    """
    _check(photo, anime)
    labels = superpixels(photo, SEGMENTS)
    before, after = (np.median(_variances(_grey(picture), labels)) for picture in (photo, anime))
    return float(after / before) if before > 0 else float("nan")


def edge_strength(photo: Bytes, anime: Bytes) -> float:
    """Mean Sobel magnitude over the photo's 3 % strongest pixels, anime divided by photo.

    The same pixels in both pictures. NaN for a photo without any edge.
    """
    _check(photo, anime)
    before, after = (_sobel(_grey(picture)).ravel() for picture in (photo, anime))
    count = max(1, round(STRONGEST * before.size))
    strongest = np.argpartition(before, -count)[-count:]
    base = before[strongest].mean()
    return float(after[strongest].mean() / base) if base > 0 else float("nan")


def _check(photo: Bytes, anime: Bytes) -> None:
    if photo.shape != anime.shape:
        raise ValueError(f"photo {photo.shape} and anime {anime.shape} must have one size")


def _grey(rgb: Bytes) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)


def _sobel(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))


def _variances(grey: NDArray[np.float32], labels: NDArray[np.int32]) -> NDArray[np.float64]:
    """Variance of ``grey`` inside every label that occurs."""
    flat, values = labels.ravel(), grey.ravel().astype(np.float64)
    count = np.bincount(flat)
    held = count > 0
    mean = np.bincount(flat, values)[held] / count[held]
    square = np.bincount(flat, values**2)[held] / count[held]
    return np.maximum(square - mean**2, 0)
