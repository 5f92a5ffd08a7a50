"""Find faces in photos and drawings, align them, read their traits, follow them in clips.

>>> from rosetail import faces
>>> faces.find("me.jpg")[0].pose.yaw  # degrees
"""

from rosetail.faces.analysis import FoundFace, find, overlay
from rosetail.faces.expression import Expression
from rosetail.faces.mesh import Mesh
from rosetail.faces.pose import HeadPose
from rosetail.faces.tracking import FaceTracker, TrackedFace

__all__ = [
    "Expression",
    "FaceTracker",
    "FoundFace",
    "HeadPose",
    "Mesh",
    "TrackedFace",
    "find",
    "overlay",
]
