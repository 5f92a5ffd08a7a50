"""2.5D head pose: every drawn point has a depth, and turning the head moves it by parallax.

Head space: x to the right of the picture, y down, z to the viewer; the origin lies between the
temples at the height of the eyes; one unit is about half the width of the face. Yaw turns to the
picture's right, pitch looks up, roll leans clockwise. Projection is orthographic, as drawings of
single heads are.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

PIVOT = np.array([0.0, 0.95, -0.15])  # the top of the neck: the head rolls and nods about it
SKULL_CENTRE = np.array([0.0, -0.16, -0.08])
SKULL_AXES = np.array([1.0, 1.1, 1.02])


class Pose:
    """Projects head space into the picture plane (still in head units)."""

    def __init__(self, yaw: float, pitch: float, roll: float) -> None:
        self.yaw, self.pitch, self.roll = yaw, pitch, roll
        y, p, r = math.radians(yaw), math.radians(pitch), math.radians(roll)
        turn = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
        nod = np.array([[1, 0, 0], [0, math.cos(p), -math.sin(p)], [0, math.sin(p), math.cos(p)]])
        lean = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
        self.matrix: Points = lean @ nod @ turn
        self.lean = r
        # Nodding and rolling turn about the neck; yaw turns about the spine and needs no shift.
        anchor = np.array([0.0, 0.55, 0.0])
        self.offset: Points = (anchor - lean @ nod @ anchor)[:2]

    def depth(self, points: Points) -> Points:
        """Distance towards the viewer, for (..., 3) points in head space."""
        return points @ self.matrix[2]

    def project(self, points: Points) -> Points:
        """(..., 3) points in head space -> (..., 2) in the picture plane."""
        return points @ self.matrix[:2].T + self.offset

    def silhouette(self, centre: Points, axes: Points, angles: Points) -> Points:
        """Outline points (N, 2) of an ellipsoid; `angles` in radians, 0 right, pi/2 down."""
        spread = self.matrix[:2] * axes
        normal = np.stack([np.cos(angles + self.lean), np.sin(angles + self.lean)], axis=-1)
        reach = normal @ (spread @ spread.T)
        length = np.sqrt(np.einsum("ij,ij->i", reach, normal))
        return self.project(centre) + reach / length[:, None]

    def frame(self, point: Points, across: Points, down: Points) -> Points:
        """Affine (2, 3) that maps a small flat patch at `point` into the picture."""
        columns = [self.matrix[:2] @ across, self.matrix[:2] @ down, self.project(point)]
        return np.stack(columns, axis=1)


def face_depth(x: Points, y: Points) -> Points:
    """Depth of the surface of the face: round across, gently round from forehead to chin."""
    return 0.88 - 0.36 * x * x - 0.09 * (y - 0.1) ** 2


def on_face(points: Points, lift: float = 0.0) -> Points:
    """(N, 2) flat drawing of the face -> (N, 3) on its surface, `lift` in front of it."""
    flat = np.asarray(points, dtype=np.float64)
    depth = face_depth(flat[..., 0], flat[..., 1]) + lift
    return np.concatenate([flat, depth[..., None]], axis=-1)


def on_skull(azimuth: Points, elevation: Points, lift: float | Points = 0.0) -> Points:
    """Points (N, 3) on the skull; degrees: azimuth 0 front, 90 right; elevation 90 is the crown."""
    a, e = np.radians(azimuth), np.radians(elevation)
    unit = np.stack([np.sin(a) * np.cos(e), -np.sin(e), np.cos(a) * np.cos(e)], axis=-1)
    return SKULL_CENTRE + unit * (SKULL_AXES + np.asarray(lift)[..., None])
