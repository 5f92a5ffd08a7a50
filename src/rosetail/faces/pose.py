"""Head pose from dense landmarks, by fitting a mean face shape (Umeyama 1991).

Head space: x to the right of the picture, y down, z to the viewer, origin at the mean point; the
unit is the distance between the outer corners of the eyes. The shape is the mean of public-domain
and CC0 portraits and symmetric, so that a pose of 0, 0, 0 is that of the average portrait.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.weights import find

Floats = NDArray[np.float64]

POINTS = 468  # of the mesh; the irises move
OUTER_CORNERS = (33, 263)  # of the eyes


class HeadPose(NamedTuple):
    """``yaw`` turns to the picture's right, ``pitch`` looks up, ``roll`` leans clockwise (degrees).

    ``rotation`` [3, 3], ``scale`` (pixels per unit of head space) and ``centre`` [3] (pixels) map
    head space to the picture.
    """

    yaw: float
    pitch: float
    roll: float
    rotation: Floats
    scale: float
    centre: Floats

    def to_head(self, points: NDArray[np.floating]) -> Floats:
        """Map points [N, 3] of the picture to head space, without pose, position and size."""
        flipped = np.asarray(points, np.float64) * (1, 1, -1)
        return (flipped - self.centre) @ self.rotation / self.scale

    def to_picture(self, points: NDArray[np.floating]) -> Floats:
        """Map points [N, 3] of head space to the picture, z smaller towards the viewer."""
        return (self.scale * np.asarray(points) @ self.rotation.T + self.centre) * (1, 1, -1)


@cache
def face_shape() -> Floats:
    """The mean face [468, 3] in head space. Do not modify it."""
    shape = np.load(find("face_shape")).astype(np.float64)
    shape.setflags(write=False)
    return shape


@cache
def _weights() -> Floats:
    """Weight of each point; the jaw, lips and lids move with the expression and weigh less."""
    shape = face_shape()
    still = (shape[:, 1] < shape[2, 1]).astype(np.float64)  # above the base of the nose
    return np.asarray(0.1 + still)


def head_pose(points: NDArray[np.floating]) -> HeadPose:
    """The pose of the face with mesh ``points`` [478 or 468, 3] (see :class:`Mesh`)."""
    seen = np.asarray(points[:POINTS], np.float64) * (1, 1, -1)
    rotation, scale, centre = fit_similarity(face_shape(), seen, _weights())
    yaw, pitch, roll = angles(rotation)
    return HeadPose(yaw, pitch, roll, rotation, scale, centre)


def shape_distance(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Root mean square difference of two faces [478 or 468, 3] in head space.

    Points that move with the expression weigh less. Pictures of one person in poses 12 degrees
    apart differ by 0.010 (median; 0.017 in one of a hundred), those of two people by 0.029 (0.017
    in one of twenty).
    """
    squares = ((np.asarray(one)[:POINTS] - np.asarray(other)[:POINTS]) ** 2).sum(1)
    return float(np.sqrt(np.average(squares, weights=_weights())))


def fit_similarity(
    source: Floats, target: Floats, weights: Floats | None = None
) -> tuple[Floats, float, Floats]:
    """Rotation [3, 3], scale and shift [3] that minimise the weighted squares of
    ``scale * source @ rotation.T + shift - target`` for points [N, 3] (Umeyama 1991, eq. 40-42)."""
    weights = np.ones(len(source)) if weights is None else weights
    share = (weights / weights.sum())[:, None]
    source_mean, target_mean = (share * source).sum(0), (share * target).sum(0)
    source, target = source - source_mean, target - target_mean
    u, singular, vt = np.linalg.svd((share * target).T @ source)
    sign = np.array([1, 1, np.sign(np.linalg.det(u @ vt))])
    rotation = (u * sign) @ vt
    scale = float((singular * sign).sum() / (share * source**2).sum())
    return rotation, scale, target_mean - scale * rotation @ source_mean


def angles(rotation: Floats) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees of ``rotation`` = lean @ nod @ turn."""
    # Row 2 of the product is (-cos p sin y, sin p, cos p cos y); column 1 is
    # (-sin r cos p, cos r cos p, sin p).
    yaw = np.arctan2(-rotation[2, 0], rotation[2, 2])
    pitch = np.arcsin(np.clip(rotation[2, 1], -1, 1))
    roll = np.arctan2(-rotation[0, 1], rotation[1, 1])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))
