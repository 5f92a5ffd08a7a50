"""A drawn head in its photo: how much of it is shown, and what is drawn around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rosetail.faces.warp import Matrix
    from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]

LAYERED = 1536  # pixels of layers, if nobody says
PORTRAIT = 1.6  # sides of a portrait, in sides of the head
FEATHER = 0.22  # of the head's side: drawn shoulders and grounds fade into the stylized ones
ALONE = (0.03, 0.03, 0.02, 0.1)  # the same of a figure on a clear ground
CUT_OUT = (0.06, 0.06, 0.02, 0.3)  # left, right, top, bottom of a figure: only shoulders fade


def in_picture(
    rgb: Bytes,
    head: Bytes,
    matrix: Matrix,
    stylizer: Stylizer,
    *,
    whole: bool,
    own: Bytes | None = None,
) -> Bytes:
    """``head``, [S, S, 3] or a figure [S, S, 4], where ``matrix`` took it from in the photo
    ``rgb``, the rest drawn by ``stylizer``: the ``whole`` photo, or a square of it about the head.
    uint8 [H, W, 3].

    ``own`` as in :func:`laid_on`."""
    from rosetail.faces.warp import inverse, scale_of, transform

    size = len(head)
    if not whole:
        middle = transform([[(size - 1) / 2] * 2], inverse(matrix))[0]
        half = PORTRAIT * size / scale_of(matrix) / 2
        low = np.maximum(np.floor(middle - half), 0).astype(int)
        high = np.minimum(np.ceil(middle + half), (rgb.shape[1], rgb.shape[0])).astype(int)
        rgb = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
        # The matrix of the part: what lies at 0 there lay at ``low`` in the whole.
        matrix = np.column_stack([matrix[:, :2], matrix[:, 2] + matrix[:, :2] @ low])
    return laid_on(stylizer.array(rgb), head, matrix, own)


def laid_on(
    drawn: Bytes, head: Bytes, matrix: Matrix, own: Bytes | None = None, strength: float = 1.0
) -> Bytes:
    """``drawn`` [H, W, 3] with ``head`` where ``matrix`` took it from, laid on with ``strength``.

    A square fades into what is around it. A figure takes the place of the person's own head, whose
    ``own`` [S, S] shape, as far as it is known, goes first; on a clear ground, ``drawn``
    [H, W, 4], nobody is.
    """
    from rosetail.characters.inpainting import without_head
    from rosetail.faces.faces import Borders, paste

    if drawn.shape[-1] == 4:
        return paste(drawn, head, matrix, feather=Borders(*ALONE), strength=strength)
    if head.shape[-1] == 3 or head[..., 3].min() == 255:
        return paste(drawn, head[..., :3], matrix, feather=FEATHER, strength=strength)
    if strength == 1:
        drawn = without_head(drawn, matrix, len(head), own)
    return paste(drawn, head, matrix, feather=Borders(*CUT_OUT), strength=strength)
