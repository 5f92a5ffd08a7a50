"""Follow the faces of a clip, from frame to frame.

>>> from rosetail.faces import FaceTracker
>>> tracker = FaceTracker()
>>> for frame in frames:  # uint8 [H, W, 3]
...     for face in tracker.follow(frame, seconds):
...         face.number, face.mesh.points, face.pose.yaw, face.expression.jaw_open

The mesh model looks for each face where it was in the frame before. Faces are detected anew only
if one is lost, if there is none, and twice a second to notice those that arrive. Points and
expressions are smoothed by one-euro filters (:mod:`rosetail.faces.one_euro`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Doubles
from rosetail.faces.expression import Expression, Measures
from rosetail.faces.faces import Face, find
from rosetail.faces.mesh import PRESENT, Mesh, find_mesh
from rosetail.faces.pose import HeadPose, head_pose, shape_distance
from rosetail.faces.track import Track, colours_of

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

DETECT_EVERY = 0.5  # seconds between detections while all faces are followed
SURE = 0.95  # score of a detection that starts a track; lower ones may continue a lost one
CERTAIN = 0.8  # confidence of the mesh of a face that starts a track; PRESENT continues it
NEAR = 0.8  # a detection within this many eye distances of a lost face continues its track
SAME_PLACE = 0.4  # two tracks within this many eye distances are one face
# Differences of shape, and of colours in CIELAB, at which faces near and away are one person.
SAME_NEAR, SAME_AWAY = (0.03, 18.0), (0.022, 16.0)
PATIENCE = 0.4  # seconds that a lost face is still returned, at its last place


@dataclass(frozen=True)
class TrackedFace:
    """A face in one frame of a clip.

    Attributes:
        number: identifies the person in the clip, from 0 in order of appearance; somebody who
            leaves and returns keeps it.
        mesh: smoothed points [478, 3] in pixels.
        pose: of the smoothed points, in degrees.
        angles: yaw, pitch and roll in degrees, smoothed by themselves and so steadier.
        expression: smoothed; relative to ``neutral``.
        neutral: the person's measures without an expression, found in the first two seconds.
        lost: 0 if the face is seen in this frame, else the time since as a share of PATIENCE, up
            to 1; the other attributes are then those of the frame in which it was last seen.
    """

    number: int
    mesh: Mesh
    pose: HeadPose
    angles: tuple[float, float, float]
    expression: Expression
    neutral: Measures
    lost: float

    @property
    def landmarks(self) -> Floats:
        """Five landmarks [5, 2] (see :class:`rosetail.faces.faces.Face`)."""
        return self.mesh.landmarks


class FaceTracker:
    """The faces of one clip. Call :meth:`follow` once per frame, in order.

    Faces smaller than ``smallest`` pixels are ignored. While all faces are followed, new ones are
    looked for ``detect_every`` seconds. ``neutral``: measures of the person without
    an expression (:func:`rosetail.faces.expression.measure` of a calm photo); by default they are
    found for each person in the clip.
    """

    def __init__(
        self,
        *,
        smallest: float = 40,
        neutral: Measures | None = None,
        detect_every: float = DETECT_EVERY,
    ) -> None:
        self._smallest, self._neutral, self._detect_every = smallest, neutral, detect_every
        self._tracks: list[Track] = []  # in the picture, or lost a moment ago
        self._away: list[Track] = []
        self._count = 0
        self._detected = -math.inf

    def follow(self, rgb: Bytes, seconds: float) -> list[TrackedFace]:
        """The faces in the frame ``rgb`` (uint8 [H, W, 3]) at ``seconds``, lowest number first."""
        self._look(rgb, seconds)
        seen = [track for track in self._tracks if track.seen == seconds]
        all_seen = seen and len(seen) == len(self._tracks)
        if not all_seen or seconds - self._detected >= self._detect_every:
            self._detected = seconds
            for face in find(rgb, smallest=self._smallest, turned=False):
                self._place(rgb, face, seconds)
        self._retire(seconds)
        self._tracks.sort(key=lambda track: track.number)
        return [_tracked(track, seconds) for track in self._tracks]

    def _look(self, rgb: Bytes, seconds: float) -> None:
        """Follow every track into the frame.

        When one face passes before another, both tracks may find the same: the one keeps it whose
        shape is more alike.
        """
        found: list[tuple[float, Track, Mesh]] = []
        for track in self._tracks:
            if mesh := track.find_in(rgb):
                found.append((_unlike(track, mesh), track, mesh))
        taken: list[Track] = []
        for _, track, mesh in sorted(found, key=lambda each: each[0]):
            if all(other.distance(mesh.landmarks) > SAME_PLACE for other in taken):
                track.move(rgb, mesh, seconds)
                taken.append(track)

    def _place(self, rgb: Bytes, face: Face, seconds: float) -> None:
        """Continue the track of a detected ``face``, or begin one."""
        here = [track for track in self._tracks if track.distance(face.landmarks) < NEAR]
        if any(track.seen == seconds for track in here):
            return
        mesh = find_mesh(rgb, face.landmarks)
        if mesh.presence < PRESENT:
            return
        missed = [track for track in self._tracks if track.seen < seconds]
        look = colours_of(rgb, mesh)
        if track := _most_alike(here, mesh, look, SAME_NEAR):
            track.move(rgb, mesh, seconds)
        elif face.score < SURE or mesh.presence < CERTAIN:
            return
        elif track := _most_alike([*missed, *self._away], mesh, look, SAME_AWAY):
            track.begin(rgb, mesh, seconds)
            if track in self._away:
                self._away.remove(track)
                self._tracks.append(track)
        else:
            self._tracks.append(Track(self._count, rgb, mesh, seconds, self._neutral))
            self._count += 1

    def _retire(self, seconds: float) -> None:
        """Put tracks away that are lost for long, or whose place is taken."""
        seen = [track for track in self._tracks if track.seen == seconds]
        for track in [track for track in self._tracks if track.seen < seconds]:
            taken = any(other.distance(track.mesh.landmarks) < NEAR for other in seen)
            if taken or seconds - track.seen > PATIENCE:
                self._tracks.remove(track)
                self._away.append(track)


def _unlike(track: Track, mesh: Mesh) -> float:
    """How much the shape of ``mesh`` differs from that of the track's face."""
    return shape_distance(track.shape, head_pose(mesh.points).to_head(mesh.points))


def _most_alike(
    tracks: Iterable[Track], mesh: Mesh, look: Doubles, limits: tuple[float, float]
) -> Track | None:
    """The track whose face is most alike in shape and colours, if both differ by less than the
    ``limits``."""
    found = []
    for track in tracks:
        colours = float(np.sqrt(((track.look - look) ** 2).sum(-1).mean()))
        parts = _unlike(track, mesh) / limits[0], colours / limits[1]
        if max(parts) < 1:
            found.append((sum(parts), track.number, track))
    return min(found)[2] if found else None


def _tracked(track: Track, seconds: float) -> TrackedFace:
    pose = head_pose(track.mesh.points)
    lost = (seconds - track.seen) / PATIENCE
    return TrackedFace(
        track.number, track.mesh, pose, track.angles, track.expression, track.neutral, lost
    )
