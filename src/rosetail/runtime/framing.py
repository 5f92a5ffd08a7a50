"""A drawn head in its photo: how much of it is shown, and what is drawn around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rosetail.runtime.roses import Content
    from rosetail.runtime.stylizer import Stylizer

Bytes = NDArray[np.uint8]

PORTRAIT = 1.6  # sides of a portrait, in sides of the head
FEATHER = 0.22  # of the head's side: drawn shoulders and grounds fade into the stylized ones


def in_picture(content: Content, head: Bytes, stylizer: Stylizer, *, whole: bool) -> Bytes:
    """``head``, [S, S, 3] or a figure [S, S, 4], where ``content`` was taken from, the rest drawn
    by ``stylizer``: the ``whole`` photo, or a square of it about the head. uint8 [H, W, 3]."""
    from rosetail.data.faces import paste
    from rosetail.data.warp import inverse, scale_of, transform

    rgb, matrix, size = content.rgb, content.matrix, len(head)
    if not whole:
        middle = transform([[(size - 1) / 2] * 2], inverse(matrix))[0]
        half = PORTRAIT * size / scale_of(matrix) / 2
        low = np.maximum(np.floor(middle - half), 0).astype(int)
        high = np.minimum(np.ceil(middle + half), (rgb.shape[1], rgb.shape[0])).astype(int)
        rgb = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
        # The matrix of the part: what lies at 0 there lay at ``low`` in the whole.
        matrix = np.column_stack([matrix[:, :2], matrix[:, 2] + matrix[:, :2] @ low])
    return paste(stylizer.array(rgb), head, matrix, feather=FEATHER)
