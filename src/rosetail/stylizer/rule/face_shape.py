"""Where a face and its features lie: contours of the mesh, lids and irises, axes of the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.faces.mesh import EYES, IRISES, MOUTH_CORNERS, NOSE, Mesh, find_lids
from rosetail.faces.warp import Matrix, scale_of, transform
from rosetail.stylizer.rule.strokes import Path

OVAL = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]  # fmt: skip
UPPER_LIP = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291]
LOWER_LIP = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291]
UPPER_INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308]
LOWER_INNER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308]
# Upper and lower edge of the brows, from the temple to the nose.
BROWS = (
    ([70, 63, 105, 66, 107], [46, 53, 52, 65, 55]),
    ([300, 293, 334, 296, 336], [276, 283, 282, 295, 285]),
)
LID_FOLDS = ([247, 30, 29, 27, 28, 56, 190], [467, 260, 259, 257, 258, 286, 414])
JAW = [172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397]
SIDES = (234, 454)
CHIN, NOSE_TIP = 152, 4


@dataclass(frozen=True)
class EyeShape:
    """``upper``, ``lower``: lids [9, 2] from the outer to the inner corner; ``centre`` [2] and
    ``radius`` of the iris; ``side``: -1 for the eye on the left of the picture, else 1."""

    upper: Path
    lower: Path
    centre: Path
    radius: float
    side: int


@dataclass(frozen=True)
class FaceShape:
    """A face in pixels of a picture.

    Attributes:
        points: mesh [478, 2]; depth: [478], smaller is nearer.
        eyes: the left one in the picture first.
        distance: between the irises, pixels; the unit of all lengths of the rule.
        right, down: unit vectors of the head's axes in the picture.
        middle: between the sides of the face, near the ears.
    """

    points: Path
    depth: Path
    eyes: tuple[EyeShape, EyeShape]
    distance: float
    right: Path
    down: Path
    middle: Path

    @classmethod
    def of(cls, rgb: Bytes, mesh: Mesh) -> FaceShape:
        """The shape of the face with ``mesh`` in ``rgb``, uint8 [H, W, 3]."""
        points = mesh.points[:, :2].astype(np.float64)
        eyes = []
        for side, (name, lids) in zip((-1, 1), find_lids(rgb, mesh).items(), strict=True):
            centre, *edges = points[IRISES[name]]
            radius = float(np.hypot(*(np.array(edges) - centre).T).mean())
            upper, lower = (lid.astype(np.float64) for lid in lids)
            eyes.append(EyeShape(upper, lower, centre, radius, side))
        outer = [EYES[name][0][0] for name in EYES]
        across = points[outer[1]] - points[outer[0]]
        right = across / np.hypot(*across)
        return cls(
            points,
            mesh.points[:, 2].astype(np.float64),
            (eyes[0], eyes[1]),
            _distance(points, eyes[0].centre, eyes[1].centre),
            right,
            np.array([-right[1], right[0]]),
            points[list(SIDES)].mean(0),
        )

    def moved(self, matrix: Matrix) -> FaceShape:
        """The face after the similarity ``matrix`` without rotation (a crop, resized)."""
        scale = scale_of(matrix)
        eyes = [
            EyeShape(
                transform(eye.upper, matrix),
                transform(eye.lower, matrix),
                transform(eye.centre, matrix),
                eye.radius * scale,
                eye.side,
            )
            for eye in self.eyes
        ]
        return FaceShape(
            transform(self.points, matrix),
            self.depth * scale,
            (eyes[0], eyes[1]),
            self.distance * scale,
            self.right,
            self.down,
            transform(self.middle, matrix),
        )

    def place(self, size: tuple[int, int]) -> tuple[Floats, Floats]:
        """x (to the right) and y (down) [H, W] of every pixel along the head's axes, from
        ``middle``, in eye distances."""
        y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
        x, y = x - np.float32(self.middle[0]), y - np.float32(self.middle[1])
        axes = (self.right / self.distance, self.down / self.distance)
        across, down = (x * np.float32(a[0]) + y * np.float32(a[1]) for a in axes)
        return across, down

    def at(self, index: int) -> tuple[float, float]:
        """A mesh point along the head's axes, as :meth:`place`."""
        offset = (self.points[index] - self.middle) / self.distance
        return float(offset @ self.right), float(offset @ self.down)

    @property
    def landmarks(self) -> Floats:
        """Five landmarks [5, 2]: eyes, nose and corners of the mouth, as of a Mesh."""
        eyes = [np.concatenate([eye.upper, eye.lower]).mean(0) for eye in self.eyes]
        nose = self.points[list(NOSE)].mean(0)
        return np.stack([*eyes, nose, *self.points[list(MOUTH_CORNERS)]]).astype(np.float32)

    @property
    def chin(self) -> float:
        """The chin's y, as :meth:`place`."""
        return self.at(CHIN)[1]

    @property
    def turn(self) -> float:
        """The tip of the nose beside the middle, in eye distances: positive to the right."""
        return self.at(NOSE_TIP)[0]


def _distance(points: Path, left: Path, right: Path) -> float:
    """Between the irises; in a turned head, where they come together, by the face's height."""
    height = np.hypot(*(points[CHIN] - points[OVAL[0]]))
    return float(max(np.hypot(*(right - left)), 0.42 * height))
