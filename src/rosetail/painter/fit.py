"""A painted face laid over a photographed one: pose, place and proportions from five landmarks.

First the pose of the photographed head, as a person's: the mean face in space is turned until its
five points lie nearest to the landmarks. Then the painter's own proportions move, as little as they
can, until the painted points fall on the photographed ones. A drawn nose stands out less than a
real one, so the pose cannot come from the painting alone: it would turn too far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.errors import InputError
from rosetail.painter.paint import landmarks_of
from rosetail.painter.params import RANGES, PaintParams
from rosetail.painter.pose import Pose
from rosetail.painter.sample import in_range

Floats = NDArray[np.float64]

# The mean face of faces.MEAN_FACE with depths of adult heads, in eye distances: x, y down, z to us.
MEAN_HEAD = np.array(
    [(-0.5, 0.0, 0.0), (0.5, 0.0, 0.0), (0.0, 0.61, 0.55), (-0.49, 1.01, 0.1), (0.49, 1.01, 0.1)]
)
# Faces differ from the mean by about this many eye distances; landmarks are found as well.
SHAPE_NOISE = 0.045
USUAL_TURN = np.array([14.0, 5.0])  # spread of yaw and pitch among portraits, degrees

# What may give way when a painting is laid over a photo: usual value and how far it likes to move.
GIVES: dict[str, tuple[float, float]] = {
    "yaw": (0.0, 2.5),
    "pitch": (0.0, 2.5),
    "roll": (0.0, 2.0),
    "scale": (0.0, 1.0),
    "centre_x": (0.0, 1.0),
    "centre_y": (0.0, 1.0),
    "face_length": (1.15, 0.12),
    "eye_spacing": (1.0, 0.05),
    "mouth_width": (1.2, 0.5),
}
NARROWER = 0.81  # drawn mouths beside photographed ones: as wide, they would seem to leer
CLOSE = 0.025  # eye distances: a landmark this far off weighs like a spread of the above
STEPS = 5


class Turn(NamedTuple):
    """How a head is held, in degrees, in the painter's senses."""

    yaw: float
    pitch: float
    roll: float


def turn_of(landmarks: ArrayLike) -> Turn:
    """The pose of the head with ``landmarks`` (5, 2), in degrees.

    The most likely one under an orthographic camera. Raises InputError where the eyes coincide.
    """
    points = _checked(landmarks)
    middle, apart = points.mean(0), _apart(points)
    wanted = (points - middle) / apart
    between = points[1] - points[0]
    roll = float(np.degrees(np.arctan2(between[1], between[0])))

    def error(unknown: Floats) -> Floats:
        yaw, pitch, turned, size, x, y = unknown
        seen = size * MEAN_HEAD @ Pose(yaw, pitch, turned).matrix[:2].T + (x, y)
        off = (seen - wanted).ravel() / SHAPE_NOISE
        return np.concatenate([off, unknown[:2] / USUAL_TURN])

    start = np.array([0.0, 0.0, roll, 1.0, *(-MEAN_HEAD[:, :2].mean(0))])
    found = _least(error, start, np.array([0.5, 0.5, 0.5, 0.01, 0.01, 0.01]))
    return Turn(*(float(value) for value in found[:3]))


def laid_over(params: PaintParams, landmarks: ArrayLike, size: int) -> PaintParams:
    """``params`` with pose, place and proportions such that the painting lies over a photo.

    ``landmarks`` (5, 2) in pixels of a square picture with sides of ``size`` pixels. Mouths come
    out narrower than photographed ones, as in drawings. Values stay in their ranges. Raises
    InputError where the eyes coincide.
    """
    points = (_checked(landmarks) + 0.5) / size
    turn = turn_of(points)
    apart = _apart(points)
    mouth = points[3:].mean(0)
    points[3:] = mouth + NARROWER * (points[3:] - mouth)
    start = replace(
        params,
        yaw=in_range("yaw", turn.yaw),
        pitch=in_range("pitch", turn.pitch),
        roll=in_range("roll", turn.roll),
        scale=in_range("scale", apart / 0.95),
        centre_x=in_range("centre_x", float(points[:2, 0].mean())),
        centre_y=in_range("centre_y", float(points[:2, 1].mean())),
    )
    names = list(GIVES)
    usual = np.array([value or getattr(start, name) for name, (value, _) in GIVES.items()])
    loose = np.array([spread for _, spread in GIVES.values()])
    low, high = np.array([RANGES[name] for name in names]).T

    def placed(values: Floats) -> PaintParams:
        kept = np.clip(values, low, high).tolist()
        return replace(start, **dict(zip(names, kept, strict=True)))

    def error(values: Floats) -> Floats:
        off = (landmarks_of(placed(values)) - points).ravel() / apart / CLOSE
        return np.concatenate([off, (values - usual) / loose])

    first = np.array([getattr(start, name) for name in names])
    nudge = np.array([0.2, 0.2, 0.2, 1e-4, 1e-4, 1e-4, 1e-3, 1e-3, 1e-3])
    return placed(_least(error, first, nudge, (low + nudge, high - nudge)))


def _least(
    error: Callable[[Floats], Floats],
    start: Floats,
    nudge: Floats,
    within: tuple[Floats | float, Floats | float] = (-np.inf, np.inf),
) -> Floats:
    """Where the squared sum of ``error`` is least, by Gauss and Newton, near ``start``."""
    values = np.clip(start, *within)
    for _ in range(STEPS):
        now = error(values)
        slopes = np.stack(
            [(error(values + step) - now) / step.sum() for step in np.diag(nudge)], axis=1
        )
        values = np.clip(values - np.linalg.lstsq(slopes, now, rcond=None)[0], *within)
    return values


def _apart(points: Floats) -> float:
    return float(np.linalg.norm(points[1] - points[0]))


def _checked(landmarks: ArrayLike) -> Floats:
    points = np.asarray(landmarks, np.float64)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        raise InputError("landmarks: not five points; give those of `rosetail.faces.faces.find`")
    if _apart(points) <= 1e-6 * max(1.0, float(np.abs(points).max())):
        raise InputError("landmarks: the eyes coincide; give a photo that shows the face")
    return points
