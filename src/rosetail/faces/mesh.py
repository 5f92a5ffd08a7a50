"""Dense landmarks: 478 points in 3D on a face, by MediaPipe's face mesh and iris models.

Points 0 to 467 are those of MediaPipe's canonical face mesh, 468 to 472 the iris of the eye on the
left of the picture (centre, then right, top, left, bottom edge), 473 to 477 that of the other eye.
Left and right are as seen in the picture; the mesh's documentation names them from the person's
side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.engines.backend import open_net
from rosetail.faces.warp import Matrix, inverse, placement, transform, warp
from rosetail.images import to_tensor

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 192  # pixels of the mesh model's crop
MARGIN = 1.5  # side of the crop relative to the longer side of the face's box
EYE_SIDE = 64
EYE_MARGIN = 2.3  # side of the iris model's crop relative to the eye's width
PRESENT = 0.5  # minimum confidence to follow a face from frame to frame

# Corners of the eyes, outer then inner, and contours from corner to corner.
EYES = {
    "left": ((33, 133), (246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)),
    "right": ((263, 362), (466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)),
}
IRISES = {"left": slice(468, 473), "right": slice(473, 478)}
# The lids among the iris model's contour points, from the outer to the inner corner.
UPPER_LID = [0, *range(9, 16), 8]
LOWER_LID = list(range(9))
NOSE = (1, 4)  # between them lies MTCNN's landmark, on average
MOUTH_CORNERS = (61, 291)


class Mesh(NamedTuple):
    """``points``: float32 [478, 3], x and y in pixels of the picture, z (depth) in the same unit,
    smaller towards the viewer; ``presence``: confidence that this is a face, 0..1."""

    points: Floats
    presence: float

    @property
    def landmarks(self) -> Floats:
        """Five landmarks [5, 2] (see :class:`Face`), from eye contours, nose and mouth corners.

        They lie where MTCNN sees them (to 0.02 eye distances on average of 950 photos) and are
        steadier.
        """
        points = self.points[:, :2]
        eyes = [points[[*ends, *upper, *lower]].mean(0) for ends, upper, lower in EYES.values()]
        return np.stack([*eyes, points[[*NOSE]].mean(0), *points[[*MOUTH_CORNERS]]])


def find_mesh(rgb: Bytes, landmarks: ArrayLike) -> Mesh:
    """The mesh of the face with the five ``landmarks`` [5, 2] (see :class:`Face`) in ``rgb``.

    The model runs twice: on a crop from the landmarks, and on the box of the resulting points,
    which is more stable.
    """
    first = _mesh(rgb, _crop_of_landmarks(np.asarray(landmarks, np.float64)))
    return follow_mesh(rgb, first)


def find_meshes(rgb: Bytes, landmarks_list: Sequence[ArrayLike]) -> list[Mesh]:
    """The meshes of several faces; those that the model does not recognise are left out."""
    meshes = (find_mesh(rgb, landmarks) for landmarks in landmarks_list)
    return [mesh for mesh in meshes if mesh.presence >= PRESENT]


def refine_landmarks(rgb: Bytes, landmarks: ArrayLike) -> Floats:
    """Five landmarks from the mesh at detected ``landmarks`` [5, 2].

    When a photo is turned, resized or noisy they move by 0.005 eye distances, MTCNN's by 0.017.
    Returns ``landmarks`` if the model does not recognise a face.
    """
    mesh = find_mesh(rgb, landmarks)
    return mesh.landmarks if mesh.presence >= PRESENT else np.asarray(landmarks, np.float32)


def follow_mesh(rgb: Bytes, before: Mesh) -> Mesh:
    """The mesh of a face that was at ``before`` in the previous frame of a clip.

    ``presence`` below PRESENT means that the face is lost; detect faces again.
    """
    mesh = _mesh(rgb, crop_matrix(before.points))
    return mesh._replace(points=_with_irises(rgb, mesh.points))


def crop_matrix(points: Floats, side: int = SIDE, margin: float = MARGIN) -> Matrix:
    """The matrix [2, 3] from the picture to a square around the face, with level eyes."""
    outer = points[263, :2].astype(np.float64) - points[33, :2]
    turn = np.exp(-1j * np.angle(complex(*outer)))
    upright = points[:468, :2].astype(np.float64) @ [1, 1j] * turn
    low = complex(upright.real.min(), upright.imag.min())
    high = complex(upright.real.max(), upright.imag.max())
    extent = max((high - low).real, (high - low).imag) * margin
    return _square((low + high) / 2 / turn, extent, turn, side)


def _crop_of_landmarks(landmarks: NDArray[np.float64]) -> Matrix:
    """Crop matrix from five landmarks, by the extent of the mean mesh around them."""
    z = landmarks @ [1, 1j]
    eyes, mouth = z[:2].mean(), z[3:].mean()
    across = z[1] - z[0]
    # Yaw shortens the distance between the eyes, pitch that to the mouth: use the larger.
    size = max(abs(across), abs(mouth - eyes) * 0.95)
    turn = np.exp(-1j * np.angle(across))
    centre = eyes + (mouth - eyes) * 0.45
    return _square(centre, 2.5 * size * MARGIN, turn, SIDE)


def _square(centre: complex, extent: float, turn: complex, side: int) -> Matrix:
    scale = turn * side / max(extent, 1e-3)
    return placement(scale, (side - 1) * (1 + 1j) / 2 - scale * centre)


def _mesh(rgb: Bytes, matrix: Matrix) -> Mesh:
    out = open_net("face_mesh").run({"picture": to_tensor(warp(rgb, matrix, (SIDE, SIDE)))})
    found = out["points"].reshape(468, 3)
    points = np.zeros((478, 3), np.float32)
    points[:468] = _back(found, matrix)
    return Mesh(points, float(1 / (1 + np.exp(-out["presence"].ravel()[0]))))


def _back(found: Floats, matrix: Matrix) -> Floats:
    """Map points [N, 3] of a crop to the picture; the centre of a crop's first pixel is at 0.5."""
    back = inverse(matrix)
    scale = np.hypot(back[0, 0], back[1, 0])
    return np.column_stack([transform(found[:, :2] - 0.5, back), found[:, 2] * scale]).astype(
        np.float32
    )


def _with_irises(rgb: Bytes, points: Floats) -> Floats:
    """``points`` with irises detected in crops of both eyes; their depth is that of the lids."""
    points = points.copy()
    for name, (_, upper, lower) in EYES.items():
        found = _read_eye(rgb, points, name)["iris"]
        if name == "right":
            found = found[[0, 3, 2, 1, 4]]  # mirrored: its left edge is the right one
        found[:, 2] = points[[*upper, *lower], 2].mean()
        points[IRISES[name]] = found
    return points


def find_lids(rgb: Bytes, mesh: Mesh) -> dict[str, tuple[Floats, Floats]]:
    """The upper and lower lid of both eyes by name, float32 [9, 2] each, outer to inner corner.

    The iris model sees them closer than the mesh model does.
    """
    lids = {}
    for name in EYES:
        contour = _read_eye(rgb, mesh.points, name)["contour"][:, :2]
        lids[name] = contour[UPPER_LID], contour[LOWER_LID]
    return lids


def _read_eye(rgb: Bytes, points: Floats, name: str) -> dict[str, Floats]:
    """The iris model's ``contour`` [71, 3] and ``iris`` [5, 3] in the picture."""
    (outer, inner), _, _ = EYES[name]
    corners = points[[outer, inner], :2].astype(np.float64) @ [1, 1j]
    across = (corners[1] - corners[0]) * (1 if name == "left" else -1)
    turn = np.exp(-1j * np.angle(across))
    matrix = _square(corners.mean(), abs(across) * EYE_MARGIN, turn, EYE_SIDE)
    crop = warp(rgb, matrix, (EYE_SIDE, EYE_SIDE))
    # The model is for left eyes; the right one is mirrored.
    mirrored = name == "right"
    crop = crop[:, ::-1] if mirrored else crop
    found = open_net("iris").run({"picture": to_tensor(np.ascontiguousarray(crop))})
    eye = {}
    for output, values in found.items():
        read = values.reshape(-1, 3)
        if mirrored:
            read = read * (-1, 1, 1) + (EYE_SIDE, 0, 0)
        eye[output] = _back(read.astype(np.float32), matrix)
    return eye
