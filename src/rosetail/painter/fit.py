"""A painted head laid over a photographed one: pose and place from five landmarks.

The pose is that of a person's head: the mean face in space is turned until its five points lie
nearest to the landmarks. Proportions are not copied: drawn faces have their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.errors import InputError
from rosetail.painter.paint import landmarks_of
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait import HEADS
from rosetail.painter.sample import in_range

Floats = NDArray[np.float64]

# The mean face of faces.MEAN_FACE with depths of adult heads, in eye distances: x, y down, z to us.
MEAN_HEAD = np.array(
    [(-0.5, 0.0, 0.0), (0.5, 0.0, 0.0), (0.0, 0.61, 0.55), (-0.49, 1.01, 0.1), (0.49, 1.01, 0.1)]
)
# Faces differ from the mean by about this many eye distances; landmarks are found as well.
SHAPE_NOISE = 0.045
USUAL_TURN = np.array([14.0, 5.0])  # spread of yaw and pitch among portraits, degrees

# A drawn face is shorter below the eyes than a photographed one, and its skull higher: so that the
# drawn head covers the photographed one, it is drawn this much larger, and the eyes this much lower
# than the photographed ones, in eye distances.
LARGER, LOWER = 1.10, 0.12
# Of a drawn front view, in heads: distance of the eyes.
EYES_APART = 0.328
# From the eyes to the mouth, in eye distances, in a face as long as the mean face.
USUAL_LENGTH = 1.01
LENGTH_NUDGE = 0.30  # share of a face's own length that its drawing has
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
        seen = size * MEAN_HEAD @ _rotation(yaw, pitch, turned).T + (x, y)
        off = (seen - wanted).ravel() / SHAPE_NOISE
        return np.concatenate([off, unknown[:2] / USUAL_TURN])

    start = np.array([0.0, 0.0, roll, 1.0, *(-MEAN_HEAD[:, :2].mean(0))])
    found = _least(error, start, np.array([0.5, 0.5, 0.5, 0.01, 0.01, 0.01]))
    return Turn(*(float(value) for value in found[:3]))


def laid_over(params: PaintParams, landmarks: ArrayLike, size: int) -> PaintParams:
    """``params`` with the pose and place of a photographed head.

    ``landmarks`` (5, 2) in pixels of a square picture with sides of ``size`` pixels. Proportions
    stay those of a drawing, nudged by the person's. Values stay in their ranges. Raises InputError
    where the eyes coincide.
    """
    points = (_checked(landmarks) + 0.5) / size
    turn = turn_of(points)
    apart = _apart(points) / max(0.5, math.cos(math.radians(turn.yaw)))
    down = points[3:].mean(0) - points[:2].mean(0)
    length = float(np.linalg.norm(down)) / apart / USUAL_LENGTH
    longer = in_range("face_length", 1 + LENGTH_NUDGE * (length - 1))
    return posed(replace(params, face_length=longer), points[:2].mean(0), apart, turn)


def posed(params: PaintParams, eyes: ArrayLike, apart: float, turn: Turn) -> PaintParams:
    """``params`` with the pose and place of a photographed head.

    ``eyes`` (2,): the point between the eyes; ``apart``: the distance of the eyes in a face turned
    to the camera; both in shares of the picture's side. Values stay in their ranges.
    """
    lean = math.radians(turn.roll)
    placed = replace(
        params,
        yaw=in_range("yaw", turn.yaw),
        pitch=in_range("pitch", turn.pitch),
        roll=in_range("roll", turn.roll),
        body_yaw=in_range("body_yaw", 0.35 * turn.yaw),
        scale=in_range("scale", LARGER * apart / (EYES_APART * HEADS)),
    )
    wanted = np.asarray(eyes) + LOWER * apart * np.array([-math.sin(lean), math.cos(lean)])
    off = wanted - landmarks_of(placed)[:2].mean(0)
    return replace(
        placed,
        centre_x=in_range("centre_x", placed.centre_x + float(off[0])),
        centre_y=in_range("centre_y", placed.centre_y + float(off[1])),
    )


def _rotation(yaw: float, pitch: float, roll: float) -> Floats:
    """The first two rows of a head's rotation: to the right, up, clockwise, in degrees."""
    y, p, r = np.radians((yaw, pitch, roll))
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    lean = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray((lean @ nod @ turn)[:2])


def _least(error: Callable[[Floats], Floats], start: Floats, nudge: Floats) -> Floats:
    """Where the squared sum of ``error`` is least, by Gauss and Newton, near ``start``."""
    values = start
    for _ in range(STEPS):
        now = error(values)
        slopes = np.stack(
            [(error(values + step) - now) / step.sum() for step in np.diag(nudge)], axis=1
        )
        values = values - np.linalg.lstsq(slopes, now, rcond=None)[0]
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
