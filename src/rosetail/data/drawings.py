"""Training crops from drawings: heads, shoulders, upper bodies and details, varied backgrounds.

Crop sizes are relative to the head box, so that heads are as large as in crops of photos.
Transparent figures get a new background in each crop; half of all crops are mirrored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes
from rosetail.data.backgrounds import random_background
from rosetail.data.folders import Crop, PictureFile
from rosetail.errors import NoFaceFound
from rosetail.faces.drawn_heads import DrawnHead, find_heads
from rosetail.faces.faces import MIRRORED
from rosetail.faces.warp import Matrix, scale_of, transform, warp

Rng = np.random.Generator

MOST_ENLARGED = 1.7  # maximum enlargement; beyond it lines blur
FINDING_GROUND = 150  # grey behind transparent figures during head detection


class CropFrame(NamedTuple):
    """Position and size of a crop relative to the head.

    ``side`` is in head boxes; ``top`` is the position of the top of the head box, as a share of the
    crop's height; ``wander`` is the maximum random shift in head boxes; ``varies`` is the relative
    variation of the side; ``many`` is the number of crops per head.
    """

    side: float
    top: float
    wander: float
    varies: float
    many: int


FRAMES = {
    "head": CropFrame(side=1.95, top=0.24, wander=0.02, varies=0.05, many=2),
    "bust": CropFrame(side=3.0, top=0.16, wander=0.1, varies=0.1, many=2),
    "upper": CropFrame(side=4.4, top=0.12, wander=0.15, varies=0.1, many=1),
    "detail": CropFrame(side=0.95, top=-0.25, wander=0.65, varies=0.25, many=2),
}


def crops(file: PictureFile, name: str, size: int, seed: int) -> Iterator[tuple[Crop, Bytes]]:
    """All crops of one drawing, ``size`` pixels square.

    Raises NoFaceFound if no head is found or all are too small.
    """
    rgb, alpha = file.read()
    shown = rgb if alpha is None else _composite(rgb, alpha, np.full_like(rgb, FINDING_GROUND))
    rng = _generator(seed, file.name)
    made = 0
    for index, head in enumerate(find_heads(shown)):
        for frame, shape in FRAMES.items():
            for number in range(shape.many):
                flipped = bool((number + rng.integers(2)) % 2)
                matrix = _place(head, shape, size, rgb.shape, alpha, rng)
                if scale_of(matrix) > MOST_ENLARGED:
                    continue
                if flipped:
                    matrix = matrix * [[-1.0], [1.0]] + [[0, 0, size - 1], [0, 0, 0]]
                made += 1
                corners = transform(head.box.reshape(2, 2), matrix)
                box = np.concatenate([corners.min(0), corners.max(0)])
                landmarks = transform(head.landmarks, matrix)[MIRRORED if flipped else slice(None)]
                yield (
                    Crop(
                        name=f"{name}-{index + 1}-{frame}-{number + 1}",
                        source=file.name,
                        group=character(file.name),
                        kind="anime",
                        frame=frame,
                        size=size,
                        matrix=matrix.tolist(),
                        landmarks=landmarks.round(2).tolist(),
                        flipped=flipped,
                        box=box.round(2).tolist(),
                    ),
                    _render_crop(rgb, alpha, matrix, size, rng),
                )
    if not made:
        raise NoFaceFound(
            f"{file.path}: no head found that is large enough; leave it out or crop it by hand"
        )


def character(name: str) -> str:
    """Character in a file name: one for ``hero_smile`` and ``hero_sad``, another for ``hero_1``."""
    stem = name.rpartition(".")[0] or name
    return re.split(r"(?<=[^/_])_+(?=[^\W\d]{2,}[^/]*$)", stem, maxsplit=1)[0]


def _place(
    head: DrawnHead,
    shape: CropFrame,
    size: int,
    extent: tuple[int, ...],
    alpha: Bytes | None,
    rng: Rng,
) -> Matrix:
    """Matrix from the drawing to a crop around ``head``, kept inside the picture if needed."""
    box = head.box[2] - head.box[0]
    side = box * shape.side * np.exp(rng.uniform(-1, 1) * np.log1p(shape.varies))
    # Widen narrow crops rather than enlarge too much, but by no more than 1.6 head boxes.
    side = max(side, min(1.05 * size / MOST_ENLARGED, 1.6 * box))
    free = _free_sides(alpha)
    lengths = np.array([extent[1], extent[0]], np.float64)
    for axis in range(2):
        if not free[axis, 0] and not free[axis, 1]:
            side = min(side, lengths[axis])
    low = np.array([(head.box[0] + head.box[2] - side) / 2, head.box[1] - shape.top * side])
    low += rng.uniform(-shape.wander, shape.wander, 2) * box
    low = np.where(free[:, 0], low, np.maximum(low, 0))
    low = np.where(free[:, 1], low, np.minimum(low, lengths - side))
    scale = size / side
    shift = -(low - 0.5) * scale - 0.5
    return np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])


def _free_sides(alpha: Bytes | None) -> NDArray[np.bool_]:
    """[axis x, y; low, high]: whether a crop may extend past that side of the drawing.

    It may if the figure does not touch that side.
    """
    if alpha is None:
        return np.zeros((2, 2), bool)
    edges = (alpha[:, 0], alpha[:, -1]), (alpha[0], alpha[-1])
    return np.array([[bool(edge.max() < 128) for edge in pair] for pair in edges])


def _render_crop(rgb: Bytes, alpha: Bytes | None, matrix: Matrix, size: int, rng: Rng) -> Bytes:
    if alpha is None:
        return warp(rgb, matrix, (size, size))
    # Premultiply colours for resampling, so that hidden ones do not bleed in.
    cover = alpha.astype(np.float32) / 255
    layers = np.dstack([rgb * cover[..., None], alpha]).astype(np.float32)
    cut = warp(layers, matrix, (size, size), border=cv2.BORDER_CONSTANT)
    under = random_background(size, rng)
    share = np.clip(cut[..., 3:] / 255, 0, 1)
    return np.clip(np.rint(cut[..., :3] + under * (1 - share)), 0, 255).astype(np.uint8)


def _composite(rgb: Bytes, alpha: Bytes, under: Bytes) -> Bytes:
    share = alpha[..., None].astype(np.float32) / 255
    return np.rint(rgb * share + under * (1 - share)).astype(np.uint8)


def _generator(seed: int, name: str) -> Rng:
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "little")])
