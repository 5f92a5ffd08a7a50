"""Find heads in a drawing, with eyes, nose and mouth.

MTCNN is trained on photographs and finds one drawn face in eighteen. This small network is trained
on painted figures (:mod:`rosetail.methods.headfinder.network`). It is run on the drawing at several
scales, each also mirrored; detections that agree are heads.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.engines.backend import open_net
from rosetail.faces.faces import MIRRORED
from rosetail.images import to_tensor

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

LOOKED_AT = (160, 320, 640)  # longer side in pixels, per scale
SIDES = (20, 220)  # range of head sizes in the training data, in pixels
SMALLEST = 16  # pixels in the drawing itself; below this a bow looks like a face
STRIDE = 8  # input pixels per cell of the output maps
MULTIPLE = 32  # input sides are multiples of this
USUAL_SIDE = 64.0  # pixels; head size that the map encodes as 0
LEAST_GLIMPSE = 0.05  # minimum score of a single detection
AGREEING = 0.4  # intersection over union of boxes of the same head
LEAST, LEAST_OTHERS = 0.35, 0.6  # minimum scores of the best head and of further ones


class DrawnHead(NamedTuple):
    """``box`` XYXY in pixels [4], a square from mid-fringe to below the chin; ``landmarks``
    [5, 2]: left eye, right eye, nose, left and right mouth corner as seen; ``score`` in 0..1."""

    box: Floats
    landmarks: Floats
    score: float


def find_heads(rgb: Bytes) -> list[DrawnHead]:
    """The heads in drawing ``rgb`` (uint8 [H, W, 3]), highest score first."""
    looks = [
        (longer / max(rgb.shape[:2]), _detect(rgb, longer, mirrored=mirrored))
        for longer in LOOKED_AT
        for mirrored in (False, True)
    ]
    heads = [head for head in _merge(looks) if head.box[2] - head.box[0] >= SMALLEST]
    return [
        head for rank, head in enumerate(heads) if head.score >= (LEAST_OTHERS if rank else LEAST)
    ]


def _merge(looks: list[tuple[float, list[DrawnHead]]]) -> list[DrawnHead]:
    """Merge the detections of several passes, each with its scale, highest score first.

    A head's score is the mean over the passes at whose scale its size is within the trained range.
    """
    glimpses = [(number, head) for number, (_, heads) in enumerate(looks) for head in heads]
    glimpses.sort(key=lambda glimpse: -glimpse[1].score)
    heads = []
    while glimpses:
        first = glimpses[0][1].box
        same = [_overlap(first, head.box) > AGREEING for _, head in glimpses]
        members = [glimpse for glimpse, one in zip(glimpses, same, strict=True) if one]
        glimpses = [glimpse for glimpse, one in zip(glimpses, same, strict=True) if not one]
        weights = [head.score for _, head in members]
        box = np.average([head.box for _, head in members], axis=0, weights=weights)
        landmarks = np.average([head.landmarks for _, head in members], axis=0, weights=weights)
        sides = [scale * (box[2] - box[0]) for scale, _ in looks]
        # Each pass has one vote, its best detection: members are sorted by score.
        votes = {number: head.score for number, head in reversed(members)}
        said = [
            votes.get(number, 0.0)
            for number, side in enumerate(sides)
            if SIDES[0] <= side <= SIDES[1]
        ]
        if said:
            heads.append(DrawnHead(box, landmarks, float(np.mean(said))))
    return sorted(heads, key=lambda head: -head.score)


def _detect(rgb: Bytes, longer: int, *, mirrored: bool) -> list[DrawnHead]:
    """Detections in the drawing with its longer side scaled to ``longer`` pixels."""
    height, width = rgb.shape[:2]
    scale = longer / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    seen = cast(Bytes, cv2.resize(rgb, size, interpolation=way))
    if mirrored:
        seen = seen[:, ::-1]
    right, below = (-side % MULTIPLE for side in size)
    seen = np.pad(seen, ((0, below), (0, right), (0, 0)), mode="edge")
    found = open_net("headfinder").run({"picture": to_tensor(seen)})
    maps = {name: each[0] for name, each in found.items()}
    chances = maps["head"][0]
    peaks = (chances == cv2.dilate(chances, np.ones((3, 3)))) & (chances >= LEAST_GLIMPSE)
    heads = []
    for row, column in np.argwhere(peaks):
        there = {name: each[:, row, column].astype(np.float64) for name, each in maps.items()}
        middle = (np.array([column, row]) + 0.5 + there["shift"]) * STRIDE
        side = USUAL_SIDE * np.exp(there["size"])
        points = np.stack([middle - side / 2, middle + side / 2])
        points = np.concatenate([points, middle + side * there["landmarks"].reshape(5, 2)])
        if mirrored:
            points[:, 0] = size[0] - points[:, 0]
            points = points[[0, 1, *(2 + np.array(MIRRORED))]]
        # From edge coordinates of the scaled picture to pixel centres of the drawing.
        points = points * (width / size[0], height / size[1]) - 0.5
        box = np.concatenate([points[:2].min(0), points[:2].max(0)])
        heads.append(DrawnHead(box, points[2:], float(chances[row, column])))
    return heads


def _overlap(first: Floats, second: Floats) -> float:
    """Intersection over union of two boxes [4]."""
    low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
    common = float(np.prod(np.maximum(high - low, 0)))
    whole = sum(float(np.prod(box[2:] - box[:2])) for box in (first, second)) - common
    return common / whole
