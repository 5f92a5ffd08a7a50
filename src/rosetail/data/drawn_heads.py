"""Where the heads are in a drawing, and in them the eyes, the nose and the mouth.

MTCNN knows photographs: it finds one drawn face in eighteen. This small net learnt from painted
figures (:mod:`rosetail.nets.headfinder`). It looks at the drawing in two sizes, each also mirrored;
what the looks agree on is a head.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.data.engines import net
from rosetail.images import to_tensor

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

LOOKED_AT = (320, 640)  # pixels on the longer side
SIDES = (20, 220)  # pixels; of the heads that the net learnt
STRIDE, MULTIPLE, USUAL_SIDE = 8, 32, 64.0  # of the net: see rosetail.nets.headfinder
LEAST_LOOK = 0.05  # what a look has to say counts from here
AGREEING = 0.4  # intersection over union of boxes that mean one head
LEAST, LEAST_OTHERS = 0.2, 0.5  # scores of the surest head and of further ones
MIRRORED = [1, 0, 2, 4, 3]  # the landmarks' order in a mirrored picture


class Head(NamedTuple):
    """``box`` XYXY in pixels [4], a square from amid the fringe to below the chin; ``landmarks``
    [5, 2]: left eye, right eye, nose, left and right mouth corner as seen; ``score`` in 0..1."""

    box: Floats
    landmarks: Floats
    score: float


def find_heads(rgb: Bytes) -> list[Head]:
    """The heads in drawing ``rgb`` (uint8 [H, W, 3]), surest first."""
    looks = [
        _look(rgb, longer, mirrored=mirrored)
        for longer in LOOKED_AT
        for mirrored in (False, True)
    ]
    found = _agreed(looks, max(rgb.shape[:2]))
    return [
        head for rank, head in enumerate(found) if head.score >= (LEAST_OTHERS if rank else LEAST)
    ]


def _look(rgb: Bytes, longer: int, *, mirrored: bool) -> list[Head]:
    """What the net sees in the drawing, its longer side brought to ``longer`` pixels."""
    height, width = rgb.shape[:2]
    scale = longer / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    seen = cv2.resize(rgb, size, interpolation=way)
    if mirrored:
        seen = np.ascontiguousarray(seen[:, ::-1])
    right, below = (-side % MULTIPLE for side in size)
    seen = cv2.copyMakeBorder(seen, 0, below, 0, right, cv2.BORDER_REPLICATE)
    maps = {name: each[0].astype(np.float64) for name, each in net("headfinder")(to_tensor(seen)).items()}  # type: ignore[arg-type]
    chances = maps["head"][0]
    highest = cv2.dilate(chances, np.ones((3, 3)))
    heads = []
    for row, column in np.argwhere((chances == highest) & (chances >= LEAST_LOOK)):
        middle = (np.array([column, row]) + 0.5 + maps["shift"][:, row, column]) * STRIDE
        side = USUAL_SIDE * np.exp(maps["size"][0, row, column])
        landmarks = middle + side * maps["landmarks"][:, row, column].reshape(5, 2)
        if mirrored:
            middle[0] = size[0] - middle[0]
            landmarks[:, 0] = size[0] - landmarks[:, 0]
            landmarks = landmarks[MIRRORED]
        box = np.concatenate([middle - side / 2, middle + side / 2])
        # From edges of the look to pixel centres of the drawing.
        ratio = np.array([width, height]) / size
        heads.append(
            Head(
                box * np.tile(ratio, 2) - 0.5,
                landmarks * ratio - 0.5,
                float(chances[row, column]),
            )
        )
    return heads
