"""The MTCNN cascade: three small networks that propose, refine and locate faces.

Zhang et al., "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
Networks" (2016). ``pnet`` scans a pyramid of the picture, ``rnet`` and ``onet`` refine the
remaining windows at increasing resolution; ``onet`` also predicts five landmarks.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.engines.backend import open_net
from rosetail.images import to_tensor

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

STEP = 0.709  # 1/sqrt(2): each level of the pyramid has half the pixels of the previous one
THRESHOLDS = (0.6, 0.7, 0.8)
WINDOWS = {"pnet": 12, "rnet": 24, "onet": 48}
PROPOSALS = 600  # best-scored windows kept; limits the time on textured pictures
CHUNK = {"rnet": 32, "onet": 8}  # fixed batch sizes, so that engines compile one shape


def detect(
    rgb: Bytes, *, smallest: float, thresholds: tuple[float, float, float] = THRESHOLDS
) -> tuple[Floats, Floats, Floats]:
    """Boxes [N, 4] (XYXY), landmarks [N, 5, 2] and scores [N] of the faces in ``rgb`` [H, W, 3].

    ``smallest`` is the side in pixels of the smallest face to detect. ``thresholds`` are the
    minimum scores after each of the three networks. Coordinates are those of pixel centres; boxes
    may extend past the picture's border.
    """
    halves = halved(rgb)
    boxes, scores = _propose(rgb, smallest, thresholds[0])
    for stage, least, overlap in (("rnet", thresholds[1], 0.7), ("onet", thresholds[2], 0.7)):
        boxes = _squared(boxes)
        out = _look(stage, halves, boxes)
        sure = out["face"][:, 0] >= least
        boxes, scores = boxes[sure], out["face"][sure, 0]
        sides = (boxes[:, 2:] - boxes[:, :2])[:, None]
        if stage == "onet":
            landmarks = boxes[:, None, :2] + out["landmarks"][sure].reshape(-1, 5, 2) * sides
        boxes = boxes + out["box"][sure] * np.tile(sides[:, 0], 2)
        kept = suppress(boxes, scores, overlap, of_smaller=stage == "onet")
        boxes, scores = boxes[kept], scores[kept]
    return boxes - 0.5, landmarks[kept] - 0.5, scores


def suppress(
    boxes: Floats, scores: Floats, overlap: float, *, of_smaller: bool = False
) -> list[int]:
    """Non-maximum suppression: indices of the boxes [N, 4] kept, best score first.

    A box is removed if a better one overlaps it by more than ``overlap`` of their union, or of the
    smaller of the two.
    """
    order = np.argsort(-scores, kind="stable")
    areas = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    kept = []
    while order.size:
        best, order = order[0], order[1:]
        kept.append(int(best))
        corner = np.maximum(boxes[best, :2], boxes[order, :2])
        common = np.prod(
            np.maximum(np.minimum(boxes[best, 2:], boxes[order, 2:]) - corner, 0), axis=1
        )
        if of_smaller:
            whole = np.minimum(areas[best], areas[order])
        else:
            whole = areas[best] + areas[order] - common
        order = order[common <= overlap * whole]
    return kept


def _propose(rgb: Bytes, smallest: float, least: float) -> tuple[Floats, Floats]:
    """Windows from ``pnet`` over the pyramid, in edge coordinates, with their scores."""
    height, width = rgb.shape[:2]
    window = WINDOWS["pnet"]
    found_boxes, found_scores = [np.empty((0, 4), np.float32)], [np.empty(0, np.float32)]
    scale = window / smallest
    picture = rgb
    while min(height, width) * scale >= window:
        size = round(width * scale), round(height * scale)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        picture = cv2.resize(picture, size, interpolation=way)  # type: ignore[assignment]
        out = open_net("mtcnn_pnet").run({"picture": to_tensor(picture)})
        face, box = out["face"][0, 0], out["box"][0]
        y, x = np.nonzero(face >= least)
        # One output per two pixels; corrections are relative to the window.
        corners = 2 * np.stack([x, y, x, y], 1) + window * np.array([0, 0, 1, 1])
        boxes = (corners + window * box[:, y, x].T) / np.tile(np.divide(size, (width, height)), 2)
        kept = suppress(boxes, face[y, x], 0.5)
        found_boxes.append(boxes[kept].astype(np.float32))
        found_scores.append(face[y, x][kept])
        scale *= STEP
    boxes, scores = np.concatenate(found_boxes), np.concatenate(found_scores)
    kept = suppress(boxes, scores, 0.7)[:PROPOSALS]
    return boxes[kept], scores[kept]


def _squared(boxes: Floats) -> Floats:
    """Extend boxes to squares about their centres."""
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = np.max(boxes[:, 2:] - boxes[:, :2], axis=1, keepdims=True) / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def _look(stage: str, halves: list[Bytes], boxes: Floats) -> dict[str, Floats]:
    """The outputs of ``rnet`` or ``onet`` for square boxes."""
    window, chunk = WINDOWS[stage], CHUNK[stage]
    count = max(1, -(-len(boxes) // chunk)) * chunk
    patches = np.zeros((count, window, window, 3), np.uint8)
    for place, box in zip(patches, boxes, strict=False):
        place[:] = patch(halves, box, window)
    net = open_net(f"mtcnn_{stage}")
    outs = [net.run({"picture": to_tensor(patches[i : i + chunk])}) for i in range(0, count, chunk)]
    return {name: np.concatenate([out[name] for out in outs])[: len(boxes)] for name in outs[0]}


def patch(halves: list[Bytes], box: Floats, window: int) -> Bytes:
    """The square ``box`` resampled to window x window pixels, black outside the picture."""
    side = float(box[2] - box[0])
    level = int(np.clip(np.log2(max(side / window, 1)), 0, len(halves) - 1))
    step = side / window / 2**level
    start = box[:2] / 2**level + step / 2 - 0.5
    matrix = np.array([[step, 0, start[0]], [0, step, start[1]]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(halves[level], matrix, (window, window), flags=flags)  # type: ignore[return-value]


def halved(rgb: Bytes) -> list[Bytes]:
    """The picture, its half, its quarter, ..., so that patches are sampled without aliasing."""
    halves = [rgb]
    while min(halves[-1].shape[:2]) >= 2 * WINDOWS["rnet"]:
        even = halves[-1][: halves[-1].shape[0] // 2 * 2, : halves[-1].shape[1] // 2 * 2]
        halves.append(cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))  # type: ignore[arg-type]
    return halves
