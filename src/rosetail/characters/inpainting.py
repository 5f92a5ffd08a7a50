"""Fill in the background behind a person, or a person's head.

A drawn figure may cover less than the person did; their own hair, ears and shoulders must not show
around it. They are filled from their surroundings by normalized convolution (Knutsson and Westin
1993): blurs of the known pixels alone, from fine to coarse. The result is smooth, and steady in
clips.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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
# Of a bust, in parts of its square's side: the ellipse of the face, and fading at the borders.
FACE = (0.5, 0.34, 0.16, 0.20)
FADE = 0.1
FILLED_SIDE = 192  # pixels of the longer side of a picture in which people are filled
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


class Hidden(NamedTuple):
    """Where people are replaced by busts, at a small size: float32 [h, w], 0 to 1.

    ``alpha``: by how much now; ``whole``: by how much if every bust were opaque.
    """

    alpha: Floats
    whole: Floats


def hidden_people(
    size: tuple[int, int], mask: Floats, busts: Sequence[tuple[Matrix, int, float]]
) -> Hidden:
    """Where people stand behind ``busts`` in a picture of ``size`` (height, width).

    ``mask`` (float32 [h, w], covering the picture) says where people are. For each bust: the matrix
    from the picture to its square, the square's side in pixels, and its opacity, 0 to 1.
    """
    shrink = FILLED_SIDE / max(size)
    small = max(1, round(size[1] * shrink)), max(1, round(size[0] * shrink))
    person = np.asarray(cv2.resize(mask, small, interpolation=cv2.INTER_LINEAR), np.float32)
    y, x = (np.mgrid[: small[1], : small[0]].astype(np.float32) + 0.5) / np.float32(shrink) - 0.5
    alpha, whole = np.zeros_like(person), np.zeros_like(person)
    for matrix, side, strength in busts:
        u, v = ((a * x + b * y + c + 0.5) / side for a, b, c in matrix.astype(np.float32))
        centre_x, centre_y, half_x, half_y = FACE
        face = ((u - centre_x) / half_x) ** 2 + ((v - centre_y) / half_y) ** 2 < 1
        near = _inner(np.minimum(u, 1 - u)) * _inner(v + 2 * FADE) * _inner(1 - v)
        here = np.maximum(person, face) * near
        whole = np.maximum(whole, here)
        alpha = np.maximum(alpha, np.float32(strength) * here)
    kernel = np.ones([2 * round(DILATION * FILLED_SIDE / 2) + 1] * 2)
    soft = (cv2.GaussianBlur(cv2.dilate(each, kernel), (0, 0), 1.2) for each in (alpha, whole))
    return Hidden(*(np.asarray(each, np.float32) for each in soft))


def remove_people(picture: Bytes, hidden: Hidden) -> Bytes:
    """A copy of ``picture`` [H, W, 3] without the people that are ``hidden``."""
    whole = picture.shape[1], picture.shape[0]
    size = hidden.alpha.shape[1], hidden.alpha.shape[0]
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    filled = _fill(small, 1 - hidden.whole).clip(0, 255)
    ground = cv2.resize(filled.astype(np.uint8), whole, interpolation=cv2.INTER_LINEAR)
    share = cv2.resize(hidden.alpha, whole, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.blendLinear(picture, ground, 1 - share, share), np.uint8)


def _inner(distance: Floats) -> Floats:
    """0 at the border of a square, 1 from FADE inside it on."""
    return np.clip(distance / np.float32(FADE), 0, 1)


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
    side = max(square.shape[:2])
    for blur in BLURS:
        sums = cv2.GaussianBlur(square * known, (0, 0), blur * side)
        weights = cv2.GaussianBlur(known, (0, 0), blur * side)[..., None]
        mean = sums / np.maximum(weights, 1e-4)
        share = (1 - weight) * np.clip(4 * weights, 0, 1)
        total, weight = total + share * mean, weight + share
    return np.asarray(total / np.maximum(weight, 1e-4), np.float32)
