"""2.5D head pose: every drawn point has a depth, and turning the head moves it.

Head space is measured in heads: x to the right of the picture, 0 on the face's midline; y down, 0
at the top of the hair and 1 at the chin; z to the viewer. Yaw turns to the picture's right, pitch
looks up, roll leans clockwise. The projection is orthographic, as drawings of single heads are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]

PIVOT_Y = 0.60  # the head turns and nods about the middle of the skull
NECK_Y = 1.04  # and leans about the top of the neck
NODDED = 0.8  # a drawn face is shortened less by nodding than a real one
EYES_Y = 0.64  # height of the eyes, the origin of the picture
SKULL = (0.366, 0.285, 0.395)  # half width, depth in front, depth behind
SKULL_TOP, SKULL_WIDEST = 0.0, 0.42  # heights


class Pose:
    """Projects head space into the picture plane, still in heads."""

    def __init__(self, yaw: float, pitch: float, roll: float) -> None:
        self.yaw, self.pitch, self.roll = yaw, pitch, roll
        y, p, r = math.radians(yaw), math.radians(pitch), math.radians(roll)
        self.lean = np.array([[math.cos(r), -math.sin(r)], [math.sin(r), math.cos(r)]])
        turn = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
        nod = np.array([[1, 0, 0], [0, math.cos(NODDED * p), -math.sin(p)]])
        self._turned: Points = nod @ turn
        self._matrix: Points = self.lean @ self._turned
        self._depth: Points = turn[2]
        self._neck = np.array([0.0, NECK_Y])
        pivot = np.array([0.0, PIVOT_Y, 0.0])
        level = pivot[:2] - self._turned @ pivot
        self._offset: Points = self.lean @ (level - self._neck) + self._neck

    def project(self, points: ArrayLike) -> Points:
        """(..., 3) points in head space -> (..., 2) in the picture plane."""
        return np.asarray(np.asarray(points, np.float64) @ self._matrix.T + self._offset)

    def leant(self, points: ArrayLike) -> Points:
        """(..., 2) points that are turned already, leant as the head is."""
        return np.asarray((np.asarray(points) - self._neck) @ self.lean.T + self._neck)

    def depth(self, points: ArrayLike) -> Points:
        """Distance towards the viewer after the turn, for (..., 3) points."""
        return np.asarray(np.asarray(points, np.float64) @ self._depth)

    def faces(self, azimuth: ArrayLike) -> Points:
        """How much a place of the skull faces the viewer, -1..1; azimuth in degrees."""
        return np.asarray(np.cos(np.radians(np.asarray(azimuth, np.float64) + self.yaw)))


def face_depth(x: ArrayLike, y: ArrayLike) -> Points:
    """Depth of the surface of the face; about half of life, so that the far eye stays inside the
    face at 30 degrees."""
    x, y = np.abs(np.asarray(x, np.float64)), np.asarray(y, np.float64)
    bend = 1.25 * np.minimum(x, 0.30) ** 2
    return np.asarray(
        0.155 - bend - 0.10 * np.maximum(y - 0.72, 0) - 0.15 * np.maximum(0.45 - y, 0)
    )


def on_skull(azimuth: ArrayLike, height: ArrayLike, lift: ArrayLike = 0.0) -> Points:
    """Points (..., 3) on the surface of the hair: azimuth in degrees, 0 in front and 90 on the
    right; ``height`` is y; ``lift`` above the surface, in heads."""
    turn = np.radians(np.asarray(azimuth, np.float64))
    y, lift = np.asarray(height, np.float64), np.asarray(lift, np.float64)
    up = np.clip((SKULL_WIDEST - y) / (SKULL_WIDEST - SKULL_TOP), 0, 1)
    around = np.sqrt(1 - up**2.5)  # fuller at the crown than an ellipsoid
    front = np.where(np.cos(turn) > 0, SKULL[1], SKULL[2])
    x = (SKULL[0] + lift) * around * np.sin(turn)
    z = (front + lift) * around * np.cos(turn) - 0.03
    return np.stack(np.broadcast_arrays(x, y - lift * up, z), axis=-1)


def on_forehead(x: ArrayLike, y: ArrayLike, lift: ArrayLike = 0.0) -> Points:
    """Points (..., 3) on the hair's surface in front, by their place in the front view."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    across, up = x / (SKULL[0] + 0.025), np.minimum(0, y - SKULL_WIDEST) / 0.44
    z = 0.27 * np.sqrt(np.clip(1 - across**2 - up**2, 0, 1)) - 0.03 + np.asarray(lift)
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1)


def chest_depth(x: ArrayLike) -> Points:
    """Depth of the chest's surface at x."""
    return np.asarray(0.12 - 0.62 * np.minimum(np.abs(np.asarray(x, np.float64)), 0.6) ** 2)
