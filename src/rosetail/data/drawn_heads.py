"""Where the heads are in a drawing.

MTCNN knows photographs: it finds one drawn face in eighteen. This is a cascade of local binary
patterns trained on anime faces (nagadomi, 2011, MIT) and run by OpenCV; it looks at the drawing
twelve times (tilted, mirrored, equalised), and what most looks agree on is a head.
"""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.weights import find

Bytes = NDArray[np.uint8]
Grey = NDArray[np.uint8]

LOOKED_AT = 800  # pixels on the longer side
SMALLEST = 40  # pixels of these
TILTS = (0, -12, 12)  # degrees; the cascade was trained on upright faces
AGREEING = 0.3  # intersection over union of boxes that mean one head
LEAST_LOOKS = 2  # for the best head
LEAST_LOOKS_OTHERS, LEAST_PART_OTHERS = 7, 0.7  # of the best score; collars and belts get less

_own = threading.local()  # a classifier runs one picture at a time


class Head(NamedTuple):
    """``box`` XYXY in pixels [4]: from the hairline to the chin, as wide as high; ``score`` grows
    with size and with the looks that agree, of which there are ``looks``."""

    box: NDArray[np.float64]
    score: float
    looks: int


def find_heads(rgb: Bytes) -> list[Head]:
    """The heads in drawing ``rgb`` (uint8 [H, W, 3]), surest first."""
    scale = LOOKED_AT / max(rgb.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    grey = cv2.cvtColor(
        cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=way), cv2.COLOR_RGB2GRAY
    )
    looks = [
        _look(grey, tilt=tilt, mirrored=mirrored, equalised=equalised)  # type: ignore[arg-type]
        for tilt in TILTS
        for mirrored in (False, True)
        for equalised in (False, True)
    ]
    boxes = np.concatenate([boxes for boxes, _ in looks])
    weights = np.concatenate([weights for _, weights in looks])
    look = np.repeat(np.arange(len(looks)), [len(boxes) for boxes, _ in looks])
    heads: list[Head] = []
    left = np.ones(len(boxes), bool)
    same = _overlaps(boxes, boxes) > AGREEING
    while left.any():
        best = int(np.argmax(np.where(left, (same & left) @ weights, -1.0)))
        members = same[best] & left
        left &= ~members
        # Each look has one vote, its surest.
        votes = [weights[members & (look == one)].max() for one in np.unique(look[members])]
        box = np.average(boxes[members], axis=0, weights=weights[members]) / scale
        # Of two finds alike the larger is the head, the smaller an eye or a collar.
        score = sum(votes) * ((box[2] - box[0]) / max(rgb.shape)) ** 0.5
        heads.append(Head(box, float(score), len(votes)))
    heads.sort(key=lambda head: -head.score)
    return [head for rank, head in enumerate(heads) if _is_sure(head, heads[:rank])]


def _is_sure(head: Head, better: list[Head]) -> bool:
    if not better:
        return head.looks >= LEAST_LOOKS
    apart = all(_overlaps(head.box[None], other.box[None])[0, 0] == 0 for other in better)
    enough = head.score >= LEAST_PART_OTHERS * better[0].score
    return apart and enough and head.looks >= LEAST_LOOKS_OTHERS


def _look(
    grey: Grey, *, tilt: float, mirrored: bool, equalised: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes [N, 4] and weights [N] that the cascade finds in one version of the drawing."""
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1)
    if tilt:
        grey = cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)  # type: ignore[assignment]
    if mirrored:
        grey = np.ascontiguousarray(grey[:, ::-1])
    if equalised:
        grey = cv2.equalizeHist(grey)  # type: ignore[assignment]
    found, _, levels = _cascade().detectMultiScale3(
        grey, scaleFactor=1.08, minNeighbors=1, minSize=(SMALLEST,) * 2, outputRejectLevels=True
    )
    squares = np.asarray(found, np.float64).reshape(-1, 4)
    centres = squares[:, :2] + squares[:, 2:] / 2
    if mirrored:
        centres[:, 0] = width - centres[:, 0]
    back = cv2.invertAffineTransform(turn)
    centres = centres @ back[:, :2].T + back[:, 2]
    half = squares[:, 2:] / 2
    # A window that just passed still says something: hence the half.
    weights = np.maximum(np.asarray(levels, np.float64).reshape(-1), 0) + 0.5
    return np.concatenate([centres - half, centres + half], axis=1), weights


def _overlaps(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of boxes [N, 4] and [M, 4], as [N, M]."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.prod(np.maximum(high - low, 0), axis=-1)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=-1) for boxes in (first, second)]
    whole: NDArray[np.float64] = areas[0][:, None] + areas[1] - common
    return common / whole


def _cascade() -> Any:
    if not hasattr(_own, "cascade"):
        # Read as text: OpenCV cannot open every path on every system.
        flags = cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY
        storage = cv2.FileStorage(find("animeface").read_text("utf-8"), flags)
        _own.cascade = cv2.CascadeClassifier()
        _own.cascade.read(storage.getFirstTopLevelNode())
    return _own.cascade
