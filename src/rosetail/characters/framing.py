"""Paste a drawn head into its photo, and select the visible part of the photo."""

from __future__ import annotations

from typing import Literal

import numpy as np

from rosetail.arrays import Bytes
from rosetail.characters.inpainting import remove_head
from rosetail.faces.faces import Borders, paste
from rosetail.faces.warp import Matrix, inverse, scale_of, transform
from rosetail.stylizer.stylizer import Stylizer

Frame = Literal["face", "figure", "portrait", "full"]

FRAMES: tuple[Frame, ...] = ("face", "figure", "portrait", "full")
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
    mask: Bytes | None = None,
) -> Bytes:
    """The photo ``rgb`` drawn by ``stylizer``, with ``head`` in the place of the person's own.

    ``head`` is [S, S, 3], or a figure [S, S, 4]; ``matrix`` maps the photo to it. The result,
    uint8 [H, W, 3], shows the ``whole`` photo or a square around the head. ``mask``: see
    :func:`paste_head`.
    """
    size = len(head)
    if not whole:
        centre = transform([[(size - 1) / 2] * 2], inverse(matrix))[0]
        half = PORTRAIT * size / scale_of(matrix) / 2
        low = np.maximum(np.floor(centre - half), 0).astype(int)
        high = np.minimum(np.ceil(centre + half), (rgb.shape[1], rgb.shape[0])).astype(int)
        rgb = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
        matrix = np.column_stack([matrix[:, :2], matrix[:, 2] + matrix[:, :2] @ low])
    return paste_head(stylizer.array(rgb), head, matrix, mask)


def paste_head(
    picture: Bytes, head: Bytes, matrix: Matrix, mask: Bytes | None = None, strength: float = 1.0
) -> Bytes:
    """Paste ``head`` with opacity ``strength`` on ``picture``; ``matrix`` maps picture to head.

    A head with a background is feathered. A figure replaces the person's head, which is first
    inpainted within ``mask`` [S, S], if known. On a transparent ``picture`` [H, W, 4] nothing is
    inpainted.
    """
    if picture.shape[-1] == 4:
        return paste(picture, head, matrix, feather=CLEAR_FEATHER, strength=strength)
    if head.shape[-1] == 3 or head[..., 3].min() == 255:
        return paste(picture, head[..., :3], matrix, feather=SQUARE_FEATHER, strength=strength)
    if strength == 1:
        picture = remove_head(picture, matrix, len(head), mask)
    return paste(picture, head, matrix, feather=FIGURE_FEATHER, strength=strength)
