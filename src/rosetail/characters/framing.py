"""Paste a drawn head into its photo, and select the visible part of the photo."""

from __future__ import annotations

from typing import Literal

import numpy as np

from rosetail.arrays import Bytes
from rosetail.characters.inpainting import remove_head
from rosetail.faces.faces import Borders, paste
from rosetail.faces.person import person_mask
from rosetail.faces.warp import Matrix, inverse, scale_of, to_side, transform, warp
from rosetail.stylizer.stylizer import Stylizer

Frame = Literal["face", "figure", "portrait", "full"]

FRAMES: tuple[Frame, ...] = ("face", "figure", "portrait", "full")
MASK_SIDE = 128  # pixels of the mask of a person
PORTRAIT = 1.6  # side of a portrait as a multiple of the head's
# Feathering in parts of the head's side (left, right, top, bottom).
SQUARE_FEATHER = 0.22  # a head with its background
FIGURE_FEATHER = Borders(0.06, 0.06, 0.02, 0.3)  # a figure on a picture: the shoulders fade
CLEAR_FEATHER = Borders(0.03, 0.03, 0.02, 0.1)  # a figure on a transparent background


def paste_in_photo(
    rgb: Bytes,
    head: Bytes,
    matrix: Matrix,
    stylizer: Stylizer,
    *,
    whole: bool,
) -> Bytes:
    """The photo ``rgb`` drawn by ``stylizer``, with ``head`` in the place of the person's own.

    ``head`` is [S, S, 3], or a figure [S, S, 4]; ``matrix`` maps the photo to it. The result,
    uint8 [H, W, 3], shows the ``whole`` photo or a square around the head.
    """
    size = len(head)
    if not whole:
        centre = transform([[(size - 1) / 2] * 2], inverse(matrix))[0]
        half = PORTRAIT * size / scale_of(matrix) / 2
        low = np.maximum(np.floor(centre - half), 0).astype(int)
        high = np.minimum(np.ceil(centre + half), (rgb.shape[1], rgb.shape[0])).astype(int)
        rgb = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
        matrix = np.column_stack([matrix[:, :2], matrix[:, 2] + matrix[:, :2] @ low])
    mask = person_in_head(rgb, matrix, size) if head.shape[-1] == 4 else None
    return paste_head(stylizer.array(rgb), head, matrix, mask)


def person_in_head(rgb: Bytes, matrix: Matrix, size: int) -> Bytes:
    """Mask of the person in the square of ``size`` pixels that ``matrix`` maps the photo ``rgb``
    to: uint8 [MASK_SIDE, MASK_SIDE]."""
    square = warp(rgb, to_side(matrix, size, MASK_SIDE), (MASK_SIDE, MASK_SIDE))
    return np.asarray(255 * person_mask(square), np.uint8)


def paste_head(
    picture: Bytes, head: Bytes, matrix: Matrix, mask: Bytes | None = None, strength: float = 1.0
) -> Bytes:
    """Paste ``head`` with opacity ``strength`` on ``picture``; ``matrix`` maps picture to head.

    A head with a background is feathered. A figure replaces the person's head, which is first
    inpainted within ``mask`` [S, S], if known.
    """
    if head.shape[-1] == 3 or head[..., 3].min() == 255:
        return paste(picture, head[..., :3], matrix, feather=SQUARE_FEATHER, strength=strength)
    if strength == 1:
        picture = remove_head(picture, matrix, len(head), mask)
    return paste(picture, head, matrix, feather=FIGURE_FEATHER, strength=strength)


def paste_figure(picture: Bytes, figure: Bytes, matrix: Matrix, strength: float = 1.0) -> Bytes:
    """Paste a figure [S, S, 4] with opacity ``strength`` on ``picture`` [H, W, 3 or 4], where
    nobody has to be removed. It fades at the borders of its square."""
    return paste(picture, figure, matrix, feather=CLEAR_FEATHER, strength=strength)
