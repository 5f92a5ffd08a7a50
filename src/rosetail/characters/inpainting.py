"""What is behind somebody's head, guessed: where a drawn figure covers less than the person did,
their own ears and hair must not show around it.

The head is filled with what surrounds it, by normalised convolution (Knutsson and Westin 1993): a
blur that only known pixels take part in, from fine to coarse. It is smooth, and in a clip as still
as what it is made of.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.warp import Matrix, shrunk, to_side, warp

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 128  # pixels of the square in which it is done
HEAD = (0.5, 0.44, 0.34, 0.43)  # an ellipse in parts of the square: face, ears and short hair
SHOULDERS = 0.74  # from here down the person is left as they are
GROWN = 0.04  # the mask is larger by so much: outlines belong to the head
BLURS = (0.02, 0.05, 0.12, 0.3)  # deviations


def without_head(drawn: Bytes, matrix: Matrix, side: int, own: Bytes | None = None) -> Bytes:
    """A copy of ``drawn`` [H, W, 3] without the head that ``matrix`` takes to a square of ``side``.

    ``own`` [S, S] is where the person is in the square, as far as that is known; else an ellipse
    about the face has to do.
    """
    from rosetail.faces.faces import paste

    small = to_side(matrix, side, SIDE)
    square = warp(drawn, small, (SIDE, SIDE), border=cv2.BORDER_REPLICATE).astype(np.float32)
    mask = _mask(own)
    cut = np.dstack([_filled(square, 1 - mask), 255 * mask]).clip(0, 255).round()
    return paste(drawn, cut.astype(np.uint8), small, feather=0.04)


def _mask(own: Bytes | None) -> Floats:
    """1 where the head is, soft at its border: (SIDE, SIDE)."""
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE
    across, down, wide, high = HEAD
    mask = (((x - across) / wide) ** 2 + ((y - down) / high) ** 2 < 1).astype(np.float32)
    if own is not None:
        mask = np.maximum(mask, _resized(own).astype(np.float32) / 255)
    mask = cv2.dilate(mask, np.ones([2 * round(GROWN * SIDE) + 1] * 2)).astype(np.float32)
    mask[y > SHOULDERS] = 0
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.012 * SIDE), np.float32)


def _resized(own: Bytes) -> Bytes:
    if own.shape[0] >= SIDE:
        return shrunk(own, SIDE)
    return np.asarray(cv2.resize(own, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), np.uint8)


def _filled(square: Floats, known: Floats) -> Floats:
    """The square's known pixels, and blurs of them where there are none nearby."""
    known = np.where(known > 0.98, np.float32(1), np.float32(0))[..., None]
    made, sure = square * known, known
    for blur in BLURS:
        sums = cv2.GaussianBlur(square * known, (0, 0), blur * SIDE)
        weights = cv2.GaussianBlur(known, (0, 0), blur * SIDE)[..., None]
        mean = sums / np.maximum(weights, 1e-4)
        share = (1 - sure) * np.clip(4 * weights, 0, 1)
        made, sure = made + share * mean, sure + share
    return np.asarray(made / np.maximum(sure, 1e-4), np.float32)
