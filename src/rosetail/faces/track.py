"""One face of a clip: its smoothed mesh and expression, its shape, its neutral expression."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.expression import (
    NEUTRAL,
    Expression,
    Measures,
    expression_of,
    measure,
    neutral_of,
)
from rosetail.faces.faces import align
from rosetail.faces.mesh import PRESENT, Mesh, follow_mesh
from rosetail.faces.one_euro import LEAST_STEP, SPEED_HZ, OneEuro, gain
from rosetail.faces.pose import HeadPose, head_pose, shape_distance

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

CALM_HZ, SPEED_GAIN = 1.5, 4.0  # of points: cut-off at rest, rise in Hz per eye distance a second
# Of angles: cut-off in Hz at rest, and its rise for a degree a second.
TURN_HZ, TURN_GAIN = 1.2, 0.1
# Of expressions: the same for a unit a second. Lids and lips are quick.
STEADIED: dict[str, tuple[float, float]] = {
    "jaw_open": (3.0, 8.0),
    "mouth_width": (2.0, 4.0),
    "smile_left": (1.5, 3.0),
    "smile_right": (1.5, 3.0),
    "frown_left": (1.5, 3.0),
    "frown_right": (1.5, 3.0),
    "pucker": (2.0, 4.0),
    "lips_closed": (3.0, 8.0),
    "teeth": (1.5, 3.0),
    "eye_open_left": (1.5, 6.0),
    "eye_open_right": (1.5, 6.0),
    "squint_left": (0.7, 0.7),
    "squint_right": (0.7, 0.7),
    "gaze_x": (1.5, 2.0),
    "gaze_y": (1.5, 2.0),
    "brow_raise_left": (0.8, 0.8),
    "brow_raise_right": (0.8, 0.8),
    "brow_inner_raise": (0.8, 0.8),
    "brow_furrow": (0.8, 0.8),
}
JUMP = 0.02  # a greater change of the face's shape between two frames is a cut to somebody else
SHAPE_RATE = 0.1  # weight of a new frame in the shape of the face
LOOK_SIDE = 8  # pixels of the picture whose colours are compared
LIGHT_SHARE = 0.5  # share of the mean lightness that is taken for the light's
NEUTRAL_SECONDS = 2.0  # time over which a person's neutral expression is measured
NEUTRAL_YAW = 25.0  # degrees; a head turned further is measured less exactly


class Track:
    """A face followed from its ``mesh`` in the frame ``rgb`` (uint8 [H, W, 3]) at ``seconds``.

    ``neutral``: measures of the person without an expression; None to find them in the clip.

    Attributes:
        mesh, expression: smoothed; angles: yaw, pitch and roll, likewise.
        neutral: measures with which the expression was compared.
        shape: the face in head space, averaged over time.
        look: its colours (:func:`colours_of`), likewise.
        seen: time at which the face was last seen.
    """

    def __init__(
        self, number: int, rgb: Bytes, mesh: Mesh, seconds: float, neutral: Measures | None = None
    ) -> None:
        self.number, self._given = number, neutral
        self.shape = head_pose(mesh.points).to_head(mesh.points)
        self.look = colours_of(rgb, mesh)
        self._first_seen: list[Measures] = []  # over NEUTRAL_SECONDS
        self._watched = 0.0
        self.neutral = neutral or NEUTRAL
        self.begin(rgb, mesh, seconds)

    def begin(self, rgb: Bytes, mesh: Mesh, seconds: float) -> None:
        """Start from ``mesh``, elsewhere than before: it is not smoothed."""
        rows = [(TURN_HZ, TURN_GAIN)] * 3 + [STEADIED[name] for name in Expression.names()]
        calm, rises = np.array(rows).T
        self._act = OneEuro(calm, rises)
        self._speed = np.zeros(mesh.points.shape)
        self.mesh = mesh
        self._take(rgb, mesh, seconds, 0.0)

    def find_in(self, rgb: Bytes) -> Mesh | None:
        """The face in the next frame, near its place in the frame before; None if not seen."""
        mesh = follow_mesh(rgb, self._raw)
        head = head_pose(mesh.points).to_head(mesh.points)
        lost = mesh.presence < PRESENT or shape_distance(self._head, head) > JUMP
        return None if lost else mesh

    def move(self, rgb: Bytes, mesh: Mesh, seconds: float) -> None:
        """Continue with ``mesh``, near the place of the frame before."""
        step = max(seconds - self.seen, LEAST_STEP)
        speed = (mesh.points - self._raw.points) / step
        self._speed += gain(SPEED_HZ, step) * (speed - self._speed)
        # Points move at least as freely as the whole head, which would be distorted otherwise.
        own = np.linalg.norm(self._speed, axis=1, keepdims=True)
        pace = np.maximum(own, np.linalg.norm(self._speed.mean(0))) / eye_distance(mesh.landmarks)
        weight = gain(CALM_HZ + SPEED_GAIN * pace, step)
        points = self.mesh.points + weight * (mesh.points - self.mesh.points)
        self.mesh = Mesh(points.astype(np.float32), mesh.presence)
        self._take(rgb, mesh, seconds, step)

    def distance(self, landmarks: NDArray[np.floating]) -> float:
        """Mean distance of ``landmarks`` [5, 2] from those of the face, in its eye distances."""
        here = self.mesh.landmarks
        return float(np.linalg.norm(landmarks - here, axis=1).mean() / eye_distance(here))

    def _take(self, rgb: Bytes, mesh: Mesh, seconds: float, step: float) -> None:
        """Read the expression from the unsmoothed ``mesh``, since smoothing weakens blinks."""
        pose = head_pose(mesh.points)
        self._raw, self._head = mesh, pose.to_head(mesh.points)
        self.shape = self.shape + SHAPE_RATE * (self._head - self.shape)
        self.look = self.look + SHAPE_RATE * (colours_of(rgb, mesh) - self.look)
        measures = measure(rgb, mesh, pose)
        self._watch(measures, pose, step)
        row = expression_of(measures, self.neutral).row()
        yaw, pitch, roll, *values = self._act(seconds, np.array([*pose[:3], *row])).tolist()
        self.angles, self.expression = (yaw, pitch, roll), Expression(*values)
        self.seen = seconds

    def _watch(self, measures: Measures, pose: HeadPose, step: float) -> None:
        """Move ``neutral`` from the average face's to this person's."""
        if self._given or self._watched >= NEUTRAL_SECONDS or abs(pose.yaw) > NEUTRAL_YAW:
            return
        self._first_seen.append(measures)
        self._watched += step
        known = min(self._watched / NEUTRAL_SECONDS, 1.0)
        self.neutral = neutral_of(self._first_seen, known)


def colours_of(rgb: Bytes, mesh: Mesh) -> Floats:
    """Colours of face and hair in CIELAB, [LOOK_SIDE, LOOK_SIDE, 3], level and as bright as other
    faces: what remains of a person's looks in another pose and light."""
    crop = align(rgb, mesh.landmarks, LOOK_SIDE, frame="face").image
    lab = cv2.cvtColor(crop.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    lab[..., 0] -= LIGHT_SHARE * lab[..., 0].mean()
    return np.asarray(lab, np.float64)


def eye_distance(landmarks: NDArray[np.floating]) -> float:
    """Pixels between the eyes of ``landmarks`` [5, 2], at least 1."""
    return max(float(np.linalg.norm(landmarks[1] - landmarks[0])), 1.0)
