"""Flatness of regions and strength of contours, drawing relative to photo.

Both measures are ratios drawing / photo for a pair of pictures of one size, uint8 RGB [H, W, 3].
Blur lowers both and noise raises both; a drawing has low flatness and an edge strength near or
above 1.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Floats
from rosetail.data.targets import superpixels

SEGMENTS = 250
STRONGEST = 0.03  # share of the photo's pixels


def flatness(photo: Bytes, drawing: Bytes) -> float:
    """Ratio of the median grey variances within the photo's SLIC superpixels (Achanta et al. 2012).

    NaN if most superpixels of the photo are of one grey.
    """
    before, after = _grey_pair(photo, drawing)
    labels = superpixels(photo, SEGMENTS)
    base = np.median(_variances(before, labels))
    return float(np.median(_variances(after, labels)) / base) if base > 0 else float("nan")


def edge_strength(photo: Bytes, drawing: Bytes) -> float:
    """Ratio of the mean Sobel magnitudes at the photo's 3 % strongest edge pixels.

    NaN if the photo has no edges.
    """
    before, after = (_sobel(grey).ravel() for grey in _grey_pair(photo, drawing))
    count = max(1, round(STRONGEST * before.size))
    strongest = np.argpartition(before, -count)[-count:]
    base = before[strongest].mean()
    return float(after[strongest].mean() / base) if base > 0 else float("nan")


def _grey_pair(photo: Bytes, drawing: Bytes) -> tuple[Floats, Floats]:
    if photo.shape != drawing.shape:
        raise ValueError(f"photo {photo.shape} and drawing {drawing.shape} must have one size")
    before, after = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY) for each in (photo, drawing))
    return before.astype(np.float32), after.astype(np.float32)


def _sobel(grey: Floats) -> Floats:
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))


def _variances(grey: Floats, labels: NDArray[np.int32]) -> NDArray[np.float64]:
    """Variance of ``grey`` within each label that occurs."""
    flat, values = labels.ravel(), grey.ravel().astype(np.float64)
    count = np.bincount(flat)
    present = count > 0
    mean = np.bincount(flat, values)[present] / count[present]
    square = np.bincount(flat, values**2)[present] / count[present]
    return np.maximum(square - mean**2, 0)
