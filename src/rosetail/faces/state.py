"""What a face does at one time: its place, pose and expression, without the picture."""

from __future__ import annotations

from typing import NamedTuple

from rosetail.faces.expression import Expression
from rosetail.faces.tracking import TrackedFace

PLACE = ("x", "y", "size")
POSE = ("yaw", "pitch", "roll")
EYES_APART = 0.698  # between the middles of the eyes, in distances of the outer corners


class FaceState(NamedTuple):
    """Place in pixels, pose in degrees (see :class:`HeadPose <rosetail.faces.pose.HeadPose>`).

    ``x`` and ``y`` are the point between the eyes, ``size`` is the distance of the eyes' outer
    corners in a face that is turned to the camera.
    """

    x: float
    y: float
    size: float
    yaw: float
    pitch: float
    roll: float
    expression: Expression

    @classmethod
    def of(cls, face: TrackedFace) -> FaceState:
        """The state of a face that is followed through a clip."""
        x, y = (float(value) for value in face.landmarks[:2].mean(0))
        return cls(x, y, face.pose.scale, *face.angles, face.expression)
