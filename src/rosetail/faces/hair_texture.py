"""How a head's hair is textured: strands, waves, curls, coils and braids, as numbers.

Nothing here depends on the colour of hair or skin.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

LEVELS = 4  # the crop (eyes 61 pixels apart), its half, its quarter, its eighth
PATTERN_LEVELS = 2  # those whose local patterns are counted
RADIUS = 2  # pixels to the neighbours that a pixel is compared with
COUNT = 7 * LEVELS + 4 * PATTERN_LEVELS + 2
LEAST_PIXELS = 200  # of hair


def measure_texture(image: Bytes, hair: Flags) -> NDArray[np.float64]:
    """Measures [COUNT] of the pixels ``hair`` (bool [H, W]) of ``image`` (uint8 RGB [H, W, 3]);
    zeros if there is hardly any hair."""
    inside = cv2.erode(hair.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if inside.sum() < LEAST_PIXELS:
        return np.zeros(COUNT)
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lightness: Floats = np.ascontiguousarray(lab[..., 0], np.float32)
    outline = _outline(inside)
    values: list[float] = []
    patterns: list[float] = []
    for level in range(LEVELS):
        if inside.any():
            values += [*_contrast(lightness, inside), *_strands(lightness, inside)]
        else:
            values += [0.0] * 7
        if level < PATTERN_LEVELS:
            patterns += _local_patterns(lightness, inside)
        lightness, inside = _half(lightness), _half(inside.astype(np.float32)) > 0.5
    return np.array(values + patterns + outline, np.float64)


def _contrast(lightness: Floats, inside: Flags) -> list[float]:
    """Strength, evenness and skewness of the finest details."""
    seen = (_blurred(lightness, 1.0) - _blurred(lightness, 1.6))[inside]
    spread = float(seen.std())
    skew = float(((seen / (spread + 1e-3)) ** 3).mean())
    return [np.log(spread + 0.05), float(np.abs(seen).mean()) / (spread + 0.05), skew]


def _strands(lightness: Floats, inside: Flags) -> list[float]:
    """How parallel the strands are (mean and spread), how upright, and how far they keep their
    direction; by the structure tensor (Bigun and Granlund 1987)."""
    smooth, mask = _blurred(lightness, 1.0), inside.astype(np.float32)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    xx, yy, xy = (
        _blurred(np.asarray(product * mask, np.float32), 3.0)
        for product in (across * across, down * down, across * down)
    )
    parallel = (np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (xx + yy + 0.1))[inside]
    twice = np.arctan2(2 * xy, xx - yy)  # twice the angle of the gradient
    energy = (xx + yy)[inside]
    upright = float((energy * np.cos(twice[inside])).sum() / (energy.sum() + 1e-3))
    near = _blurred(mask, 6.0) + 1e-3
    kept = np.hypot(
        *(_blurred(np.asarray(part(twice) * mask, np.float32), 6.0) for part in (np.cos, np.sin))
    )
    return [
        float(parallel.mean()),
        float(parallel.std()),
        upright,
        float((kept / near)[inside].mean()),
    ]


def _local_patterns(lightness: Floats, inside: Flags) -> list[float]:
    """Shares of pixels on edges, of dark and bright spots, and of irregular pixels; by local binary
    patterns (Ojala, Pietikainen and Maenpaa 2002)."""
    smooth = _blurred(lightness, RADIUS / 2)
    angles = np.arange(8) * np.pi / 4
    steps = np.rint(RADIUS * np.stack([np.sin(angles), np.cos(angles)], 1)).astype(int)
    brighter = np.stack([np.roll(smooth, tuple(-step), (0, 1)) > smooth for step in steps])[
        :, inside
    ]
    changes = (brighter != np.roll(brighter, 1, axis=0)).sum(0)
    count = brighter.sum(0)
    shares = (changes <= 2, count == 0, count == 8, changes >= 6)
    return [float(share.mean()) for share in shares]


def _outline(inside: Flags) -> list[float]:
    """Length of the largest part's outline relative to its size, and how much of its hull it
    fills."""
    outlines, _ = cv2.findContours(
        inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    largest = max(outlines, key=cv2.contourArea)
    area = cv2.contourArea(largest) + 1
    hull = cv2.contourArea(cv2.convexHull(largest)) + 1
    return [cv2.arcLength(largest, True) / np.sqrt(area), area / hull]


def _half(values: Floats) -> Floats:
    return np.asarray(
        cv2.resize(values, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32
    )


def _blurred(values: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)
