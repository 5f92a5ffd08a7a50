"""Fill in the background behind a person's head.

A drawn figure may cover less than the person did; their own ears and hair must not show around it.
The head is filled from its surroundings by normalized convolution (Knutsson and Westin 1993):
blurs of the known pixels alone, from fine to coarse. The result is smooth, and steady in clips.
"""

from __future__ import annotations

import cv2
import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.faces.faces import paste
from rosetail.faces.warp import Matrix, resize_square, to_side, warp

# Lengths are in parts of the side of the head's square.
SIDE = 128  # pixels of the square that is filled
ELLIPSE = (0.5, 0.44, 0.34, 0.43)  # centre and half axes of face, ears and short hair
SHOULDERS = 0.74  # nothing is filled below this height
DILATION = 0.04  # of the mask, so that it contains the outlines of the head
BLURS = (0.02, 0.05, 0.12, 0.3)  # standard deviations


def remove_head(picture: Bytes, matrix: Matrix, side: int, mask: Bytes | None = None) -> Bytes:
    """A copy of ``picture`` [H, W, 3] without the head that ``matrix`` maps to a square of ``side``
    pixels.

    ``mask`` [S, S] marks the person in the square; an ellipse around the face is always removed.
    """
    small = to_side(matrix, side, SIDE)
    square = warp(picture, small, (SIDE, SIDE), border=cv2.BORDER_REPLICATE).astype(np.float32)
    alpha = _head_alpha(mask)
    filled = np.dstack([_fill(square, 1 - alpha), 255 * alpha]).clip(0, 255).round()
    return paste(picture, filled.astype(np.uint8), small, feather=0.04)


def _head_alpha(mask: Bytes | None) -> Floats:
    """Soft mask of the head, 1 inside: (SIDE, SIDE)."""
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE
    centre_x, centre_y, half_x, half_y = ELLIPSE
    inside = ((x - centre_x) / half_x) ** 2 + ((y - centre_y) / half_y) ** 2 < 1
    alpha = inside.astype(np.float32)
    if mask is not None:
        if mask.shape[0] >= SIDE:
            small = resize_square(mask, SIDE)
        else:
            small = cv2.resize(mask, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
        alpha = np.maximum(alpha, small.astype(np.float32) / 255)
    alpha = cv2.dilate(alpha, np.ones([2 * round(DILATION * SIDE) + 1] * 2)).astype(np.float32)
    alpha[y > SHOULDERS] = 0
    return np.asarray(cv2.GaussianBlur(alpha, (0, 0), 0.012 * SIDE), np.float32)


def _fill(square: Floats, known: Floats) -> Floats:
    """``square`` with pixels that are not ``known`` replaced by blurs of those that are."""
    known = np.where(known > 0.98, np.float32(1), np.float32(0))[..., None]
    total, weight = square * known, known
    for blur in BLURS:
        sums = cv2.GaussianBlur(square * known, (0, 0), blur * SIDE)
        weights = cv2.GaussianBlur(known, (0, 0), blur * SIDE)[..., None]
        mean = sums / np.maximum(weights, 1e-4)
        share = (1 - weight) * np.clip(4 * weights, 0, 1)
        total, weight = total + share * mean, weight + share
    return np.asarray(total / np.maximum(weight, 1e-4), np.float32)
