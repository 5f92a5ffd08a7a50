"""Track faces through a clip and smooth their landmarks, so that warps do not shake.

Detected landmarks jitter by a pixel or two. Each face gets a one-euro filter (Casiez, Roussel and
Vogel, CHI 2012): a low-pass filter whose cut-off rises with speed, so that a still face is steady
and a moving one does not lag.
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

CALM_HZ = 1.0  # cut-off for a still face
SPEED_GAIN = 3.0  # increase of the cut-off in Hz per eye distance per second
SURE = 0.95  # score of a detection that starts a track; lower ones may continue it
NEAR = 0.8  # a detection within this many eye distances continues a track
PATIENCE = 0.4  # seconds that a track outlives its last detection


class TrackedFace(NamedTuple):
    """A face in one frame: its ``number`` in the clip, ``points`` [5, 2], and the share of PATIENCE
    that has passed since it was last detected (0: in this frame)."""

    number: int
    points: Points
    lost: float


class Tracks:
    """The faces of one clip. Call :meth:`update` once per frame, with increasing times."""

    def __init__(self) -> None:
        self._tracks: list[_Track] = []
        self._count = 0

    def update(self, seconds: float, found: Sequence[Face]) -> list[Points]:
        """Add the faces detected at ``seconds``; return smoothed landmarks [5, 2] of each.

        A face that is missed briefly stays in place; a new one starts unfiltered. Detections below
        SURE can continue a track but not start one: a fold of cloth may look like a face for a few
        frames (two thresholds as in ByteTrack, Zhang and others 2022).
        """
        return [each.points for each in self.follow(seconds, found)]

    def follow(self, seconds: float, found: Sequence[Face]) -> list[TrackedFace]:
        """Like :meth:`update`, with the number of each face; lower numbers were seen first."""
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
        """Mean distance of the landmarks, in eye distances."""
        return float(np.linalg.norm(points - self.points, axis=1).mean() / _eyes(self.points))

    def move(self, seconds: float, points: Points) -> None:
        step = max(seconds - self.seen, LEAST_STEP)
        speed = (points - self._raw) / step
        self._speed += gain(SPEED_HZ, step) * (speed - self._speed)
        # One speed for all landmarks: filtering them separately would distort the face.
        pace = float(np.linalg.norm(self._speed.mean(0))) / _eyes(self.points)
        self.points = self.points + gain(CALM_HZ + SPEED_GAIN * pace, step) * (points - self.points)
        self._raw, self.seen = points, seconds


def _eyes(points: Points) -> float:
    return max(float(np.linalg.norm(points[1] - points[0])), 1.0)
