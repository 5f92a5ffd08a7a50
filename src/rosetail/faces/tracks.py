"""Landmarks that stay put: faces followed through a clip, so that a warp of them does not shake.

A detector's landmarks jump by a pixel or two from frame to frame. Each face gets a one-euro
filter (Casiez, Roussel and Vogel, CHI 2012): a low-pass whose cut-off rises with speed, so a still
face is steady and a moving one is not dragged behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.faces.one_euro import LEAST_STEP, SPEED_HZ, gain

if TYPE_CHECKING:
    from rosetail.faces.faces import Face

Points = NDArray[np.float64]

CALM_HZ = 1.0  # cut-off for a face that does not move
SPEED_GAIN = 3.0  # cut-off in Hz gained per eye distance a second
SURE = 0.95  # score of a detection that begins a track; what goes on may be less clear
NEAR = 0.8  # a detection within this many eye distances continues a track
PATIENCE = 0.4  # seconds that a track outlives its last detection


class TrackedFace(NamedTuple):
    """A face in one frame: its ``number`` in the clip, ``points`` [5, 2], and how near it is to
    being given up, from 0 (found in this frame) to 1."""

    number: int
    points: Points
    lost: float


class Tracks:
    """The faces of one clip. :meth:`update` once a frame, times rising."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._count = 0

    def update(self, seconds: float, found: Sequence[Face]) -> list[Points]:
        """Take the faces found at ``seconds``; return steady landmarks [5, 2] of each.

        A face that is missed for a moment stays where it was; one that is new starts as found. What
        is found without being SURE goes on with a face but begins none: a fold of cloth may look
        like one for a few frames (the two thresholds of ByteTrack, Zhang and others 2022).
        """
        return [each.points for each in self.follow(seconds, found)]

    def follow(self, seconds: float, found: Sequence[Face]) -> list[TrackedFace]:
        """As :meth:`update`, and who each face is: earlier numbers were seen first."""
        left = list(self._tracks)
        for face in found:
            points = np.asarray(face.landmarks, np.float64)
            near = min(left, key=lambda track: track.distance(points), default=None)
            if near is not None and near.distance(points) < NEAR:
                near.move(seconds, points)
                left.remove(near)
            elif face.score >= SURE:
                self._tracks.append(_Track(self._count, seconds, points))
                self._count += 1
        self._tracks = [t for t in self._tracks if seconds - t.seen <= PATIENCE]
        return [
            TrackedFace(track.number, track.points.copy(), (seconds - track.seen) / PATIENCE)
            for track in self._tracks
        ]


class _Track:
    """One face: its filtered landmarks and their speed."""

    def __init__(self, number: int, seconds: float, points: Points) -> None:
        self.number, self.seen, self.points = number, seconds, points
        self._raw, self._speed = points, np.zeros_like(points)

    def distance(self, points: Points) -> float:
        """Mean distance of landmarks in eye distances."""
        return float(np.linalg.norm(points - self.points, axis=1).mean() / _eyes(self.points))

    def move(self, seconds: float, points: Points) -> None:
        step = max(seconds - self.seen, LEAST_STEP)
        speed = (points - self._raw) / step
        self._speed += gain(SPEED_HZ, step) * (speed - self._speed)
        # One speed for the face: landmarks filtered apart would bend it.
        pace = float(np.linalg.norm(self._speed.mean(0))) / _eyes(self.points)
        self.points = self.points + gain(CALM_HZ + SPEED_GAIN * pace, step) * (points - self.points)
        self._raw, self.seen = points, seconds


def _eyes(points: Points) -> float:
    return max(float(np.linalg.norm(points[1] - points[0])), 1.0)
