"""BlazeFace, MediaPipe's face detector for nearby faces, run over overlapping views of a picture.

Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs" (2019). The
network sees 128 pixels and finds faces that fill at least an eighth of them; smaller ones are found
in smaller views. The mesh model confirms each face and gives its five landmarks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rosetail.engines.backend import open_net
from rosetail.faces.mesh import PRESENT, find_mesh
from rosetail.faces.mtcnn import halved, patch, suppress
from rosetail.images import to_tensor

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

SIDE = 128  # pixels of a view
GRIDS = ((16, 2), (8, 6))  # cells a side, anchors a cell
LEAST_SCORE = 0.75  # photographed faces have 0.8 to 0.97
AGREEING = 0.2  # eye distances between its landmarks and the mesh's
OVERLAP = 0.3  # of two boxes of the same face
LARGEST_VIEW = 8  # sides of the smallest face that a view is wide
MOUTH = 0.49  # half the width of a mouth, in eye distances


def detect(rgb: Bytes, *, smallest: float) -> tuple[Floats, Floats, Floats]:
    """Boxes [N, 4] (XYXY), landmarks [N, 5, 2] and scores [N] of the faces in ``rgb`` [H, W, 3].

    ``smallest`` is the side in pixels of the smallest face to detect. Coordinates are those of
    pixel centres.
    """
    halves = halved(rgb)
    found = [_look(halves, left, top, side) for left, top, side in _views(rgb.shape, smallest)]
    boxes, points, scores = (np.concatenate(part) for part in zip(*found, strict=True))
    large = boxes[:, 2] - boxes[:, 0] >= smallest
    boxes, points, scores = boxes[large], points[large], scores[large]
    kept: list[int] = []
    landmarks = []
    for index in suppress(boxes, scores, OVERLAP):
        mesh = find_mesh(rgb, points[index])
        eyes = max(float(np.linalg.norm(points[index, 1] - points[index, 0])), 1.0)
        apart = float(np.linalg.norm(mesh.landmarks - points[index], axis=1).mean()) / eyes
        if mesh.presence >= PRESENT and apart < AGREEING:
            kept.append(index)
            landmarks.append(mesh.landmarks)
    return boxes[kept], np.array(landmarks, np.float32).reshape(-1, 5, 2), scores[kept]


def _views(shape: tuple[int, ...], smallest: float) -> list[tuple[float, float, float]]:
    """Left, top and side of the square views: the whole picture, then halves, quarters, ..., each
    overlapping its neighbours by half."""
    height, width = shape[:2]
    side = float(max(height, width))
    views = [((width - side) / 2, (height - side) / 2, side)]
    while side > LARGEST_VIEW * smallest:
        side /= 2
        views += [
            (left, top, side) for top in _starts(height, side) for left in _starts(width, side)
        ]
    return views


def _starts(length: int, side: float) -> list[float]:
    """Where views of ``side`` start along ``length``."""
    if side >= length:
        return [(length - side) / 2]
    count = int(np.ceil((length - side) / (side / 2))) + 1
    return np.linspace(0, length - side, count).tolist()


def _look(
    halves: list[Bytes], left: float, top: float, side: float
) -> tuple[Floats, Floats, Floats]:
    """Boxes, landmarks and scores in one view; black beyond the picture."""
    box = np.array([left, top, left + side, top + side], np.float32)
    view = patch(halves, box, SIDE)
    out = open_net("blazeface_short").run({"picture": to_tensor(view)})
    scores = 1 / (1 + np.exp(-np.clip(out["scores"].ravel(), -80, 80)))
    sure = scores >= LEAST_SCORE
    raw = out["boxes"][0][sure].reshape(-1, 8, 2) / SIDE
    anchors = _anchors()[sure, None]
    middle, size = raw[:, :1] + anchors, raw[:, 1:2]
    corners = np.concatenate([middle - size / 2, middle + size / 2], axis=1)
    places = np.concatenate([corners, _landmarks(raw[:, 2:] + anchors)], axis=1)
    places = (places * side + (left, top) - 0.5).astype(np.float32)
    return places[:, :2].reshape(-1, 4), places[:, 2:], scores[sure].astype(np.float32)


def _landmarks(points: Floats) -> Floats:
    """Five landmarks [N, 5, 2] from BlazeFace's six: eyes, nose, middle of the mouth, ears."""
    eyes, nose, mouth = points[:, :2], points[:, 2:3], points[:, 3:4]
    half = MOUTH * (eyes[:, 1:] - eyes[:, :1])
    return np.concatenate([eyes, nose, mouth - half, mouth + half], axis=1)


def _anchors() -> Floats:
    """Centres of the anchors [896, 2], in sides of the view."""
    rows = []
    for cells, count in GRIDS:
        places = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(places, places)
        rows.append(np.repeat(np.stack([x.ravel(), y.ravel()], 1), count, axis=0))
    return np.concatenate(rows).astype(np.float32)
