"""Edge tangents of a picture, smoothing along them, and lines drawn with them.

The edge tangent field and the flow-based difference of Gaussians follow Kang, Lee and Chui,
"Coherent Line Drawing" (2007), with the tangents taken from the smoothed structure tensor as in
Kyprianidis and Döllner, "Image Abstraction by Structure Adaptive Filtering" (2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Tangents:
    """Unit vectors along the edges, one per pixel; each array is float32 [H, W]."""

    x: Floats
    y: Floats


def blur(values: Floats, sigma: float) -> Floats:
    """Gaussian blur, sigma in pixels, float32 in and out."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)


def edge_tangents(grey: Floats, sigma: float = 3.0) -> Tangents:
    """Directions in which ``grey`` [H, W] changes least, averaged over ``sigma`` pixels."""
    dx = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3)
    dy = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)
    xx, xy, yy = (blur(np.asarray(t, np.float32), sigma) for t in (dx * dx, dx * dy, dy * dy))
    across = 0.5 * np.arctan2(2 * xy, xx - yy)
    return Tangents(-np.sin(across), np.cos(across))


def smooth_along(picture: Floats, flow: Tangents, reach: int, sigma: float) -> Floats:
    """``picture`` [H, W] or [H, W, C] averaged along the tangents, ``reach`` pixels each way.

    Weights are Gaussian with ``sigma`` pixels. The path is integrated in unit steps (Euler);
    tangents have no sign, so each step keeps the previous direction.
    """
    height, width = picture.shape[:2]
    grid = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    total, weights = picture.copy(), 1.0
    for sign in (1, -1):
        x, y = grid
        step_x, step_y = flow.x * sign, flow.y * sign
        for distance in range(1, reach + 1):
            x, y = x + step_x, y + step_y
            next_x, next_y = _sample(flow.x, x, y), _sample(flow.y, x, y)
            same = np.where(next_x * step_x + next_y * step_y < 0, np.float32(-1), np.float32(1))
            step_x, step_y = next_x * same, next_y * same
            weight = float(np.exp(-(distance**2) / (2 * sigma**2)))
            total = total + np.float32(weight) * _sample(picture, x, y)
            weights += weight
    return total / np.float32(weights)


def flow_lines(grey: Floats, flow: Tangents, sigma: float, threshold: float | Floats) -> Floats:
    """Ink [H, W] in [0, 1] where ``grey`` (in [0, 1]) is darker than its surroundings.

    A difference of Gaussians (``sigma`` and 1.6 ``sigma`` pixels), averaged along the tangents so
    that strokes are long and clean; values more than ``threshold`` (a number, or one per pixel)
    below zero are ink.
    """
    difference = blur(grey, sigma) - blur(grey, 1.6 * sigma)
    stroke = smooth_along(difference, flow, reach=12, sigma=5.0)
    return blur(np.tanh(80 * np.clip(-threshold - stroke, 0, None)), 0.5)


def _sample(values: Floats, x: Floats, y: Floats) -> Floats:
    linear = cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(linear, np.float32)
