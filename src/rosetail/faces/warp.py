"""Fit and apply similarity transforms of pictures, with antialiased resampling.

Matrices are float64 [2, 3] and map x, y of one picture to x, y of another; coordinates are those
of pixel centres (the first pixel's centre is 0, 0).
"""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.errors import InputError

Matrix = NDArray[np.float64]
Picture = TypeVar("Picture", NDArray[np.uint8], NDArray[np.float32])

REACH = 3  # pixels around a region that cubic interpolation may read


def similarity(source: ArrayLike, target: ArrayLike) -> Matrix:
    """The rotation, scale and shift that map points [N, 2] closest to ``target`` [N, 2].

    The least-squares solution of Umeyama (1991), which in the plane is one complex division.
    Raises InputError if the source points coincide.
    """
    z, w = (np.asarray(points, np.float64) @ [1, 1j] for points in (source, target))
    spread = z - z.mean()
    power = np.vdot(spread, spread).real
    if not power > 1e-12 * max(1.0, abs(z.mean())) ** 2:
        raise InputError("landmarks coincide; give points that lie apart")
    turn = np.vdot(spread, w - w.mean()) / power
    return placement(turn, w.mean() - turn * z.mean())


def placement(turn: complex, shift: complex) -> Matrix:
    """The matrix of z -> turn * z + shift, in complex coordinates x + iy."""
    turn, shift = complex(turn), complex(shift)
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def scale_of(matrix: Matrix) -> float:
    """Scale factor of a similarity ``matrix``."""
    return float(np.hypot(matrix[0, 0], matrix[1, 0]))


def to_side(matrix: Matrix, size: float, side: int) -> Matrix:
    """Rescale ``matrix``, which maps to a square of ``size`` pixels, to one of ``side`` pixels."""
    scale = side / size
    return np.column_stack([scale * matrix[:, :2], scale * matrix[:, 2] + (scale - 1) / 2])


def transform(points: ArrayLike, matrix: Matrix) -> NDArray[np.float64]:
    """Transform points [..., 2] by ``matrix``."""
    return np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]


def inverse(matrix: Matrix) -> Matrix:
    """The inverse transform."""
    return np.asarray(cv2.invertAffineTransform(matrix), np.float64)


def warp(
    picture: Picture, matrix: Matrix, size: tuple[int, int], *, border: int = cv2.BORDER_REFLECT_101
) -> Picture:
    """Warp ``picture`` [H, W, C], uint8 or float32, by similarity ``matrix``; ``size`` is (w, h).

    Before downscaling, areas are averaged to avoid aliasing. ``border`` is OpenCV's border mode
    for areas beyond the picture.
    """
    picture, matrix = _visible_part(picture, matrix, size)
    scale = scale_of(matrix)
    if scale < 1:
        height, width = picture.shape[:2]
        small = max(1, round(width * scale)), max(1, round(height * scale))
        picture = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        # Convert between pixel centres of the small and the large picture.
        step = np.array([width / small[0], height / small[1]])
        linear = matrix[:, :2] * step
        matrix = np.column_stack([linear, matrix[:, :2] @ (step / 2 - 0.5) + matrix[:, 2]])
    if border == cv2.BORDER_REFLECT_101 and min(picture.shape[:2]) == 1:
        border = cv2.BORDER_REPLICATE  # the same for one pixel; OpenCV reflects it forever
    warped = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=border)
    return warped.reshape(*warped.shape[:2], -1)  # type: ignore[return-value]


def _visible_part(
    picture: Picture, matrix: Matrix, size: tuple[int, int]
) -> tuple[Picture, Matrix]:
    """The part of ``picture`` that the result shows, with the matrix that goes with it."""
    height, width = picture.shape[:2]
    corners = np.array([(x, y) for x in (0, size[0] - 1) for y in (0, size[1] - 1)])
    seen = transform(corners, inverse(matrix))
    reach = REACH * max(1, 1 / scale_of(matrix))
    low = np.clip(np.floor(seen.min(0) - reach), 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(seen.max(0) + reach) + 1, low + 1, (width, height)).astype(int)
    part = picture[low[1] : high[1], low[0] : high[0]]
    return part, np.column_stack([matrix[:, :2], transform(low, matrix)])


def resize_square(picture: Picture, side: int) -> Picture:
    """Resize a square picture [S, S, C] to ``side`` pixels; area average, or smooth to enlarge."""
    if picture.shape[0] == side:
        return picture
    way = cv2.INTER_AREA if side < picture.shape[0] else cv2.INTER_CUBIC
    return cv2.resize(picture, (side, side), interpolation=way)  # type: ignore[return-value]
