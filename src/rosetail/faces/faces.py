"""Detect, align and paste faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.errors import SettingsError
from rosetail.faces import blazeface, mtcnn
from rosetail.faces.mesh import PRESENT, find_mesh
from rosetail.faces.warp import Matrix, inverse, placement, similarity, transform, warp

Bytes = NDArray[np.uint8]
Frame = Literal["head", "face", "selfie"]
Detector = Literal["auto", "mtcnn", "blazeface"]

# Smaller faces, relative to the longer side, are ignored; limits the time on large pictures.
SMALLEST_PART = 1 / 48

CERTAINLY_UPRIGHT = 0.995  # score above which faces are not looked for in other directions
SURE_TURNED = 0.95  # minimum score of a face that is not upright
CONFIRMED = 0.12  # eye distances between the detector's landmarks and the mesh's; 950 photos: 0.11
KEPT_ROLL = 15  # maximum head tilt in degrees kept in crops, to train on tilted heads
MIRRORED = [1, 0, 2, 4, 3]  # order of landmarks in a mirrored picture

# Mean landmarks of 850 portraits, in eye distances from the midpoint between the eyes.
MEAN_FACE = np.array([(-0.5, 0.0), (0.5, 0.0), (0.0, 0.61), (-0.49, 1.01), (0.49, 1.01)])

# Eye distance and height of the eyes in a crop of side 1. "head" contains hair, chin and part of
# the shoulders of nearly everybody; "face" extends from mid-forehead to the chin; "selfie" is the
# mean of the selfie2anime data set, in which eyes are 66 to 84 of 256 pixels apart at 87 to 92.
FRAMES: dict[Frame, tuple[float, float]] = {
    "head": (0.21, 0.46),
    "face": (0.34, 0.38),
    "selfie": (0.293, 0.352),
}


@dataclass(frozen=True)
class Face:
    """One face: ``box`` XYXY in pixels [4], ``landmarks`` [5, 2] (left eye, right eye, nose, left
    and right corner of the mouth, as seen in the picture), ``score`` in 0..1."""

    box: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    score: float


class Aligned(NamedTuple):
    """A square crop, uint8 [size, size, 3], and the matrix [2, 3] from the picture to it."""

    image: Bytes
    matrix: Matrix


def find(
    rgb: Bytes,
    *,
    smallest: float = 40,
    thresholds: tuple[float, float, float] = mtcnn.THRESHOLDS,
    turned: bool = True,
    detector: Detector = "mtcnn",
) -> list[Face]:
    """The faces in ``rgb`` (uint8 [H, W, 3]), largest first.

    Faces smaller than ``smallest`` pixels, or than 1/48 of the picture's longer side, are ignored.
    ``thresholds``: minimum score after each of MTCNN's three networks; lower values find more faces
    and more false positives. ``turned``: if no face is surely upright, look for faces that lie
    on a side or are upside down too; it takes three times as long again. ``detector``: "mtcnn",
    "blazeface" (tilted by up to 45 degrees; it often misses faces below 30 pixels), or "auto",
    which asks BlazeFace if MTCNN finds nobody. Raises SettingsError for any other.
    """
    if detector == "blazeface":
        return _find_by_blazeface(rgb, smallest)
    if detector not in ("auto", "mtcnn"):
        raise SettingsError(f"detector {detector}: unknown; choose auto, mtcnn or blazeface")
    found = _find_by_mtcnn(rgb, smallest, thresholds, turned)
    return found or (_find_by_blazeface(rgb, smallest) if detector == "auto" else [])


def _find_by_blazeface(rgb: Bytes, smallest: float) -> list[Face]:
    least = max(smallest, max(rgb.shape[:2]) * SMALLEST_PART)
    return _largest_first(*blazeface.detect(rgb, smallest=least))


def _find_by_mtcnn(
    rgb: Bytes, smallest: float, thresholds: tuple[float, float, float], turned: bool
) -> list[Face]:
    upright = _find_upright(rgb, smallest, thresholds)
    best = max((face.score for face in upright), default=0.0)
    if not turned or best >= CERTAINLY_UPRIGHT or any(_confirmed(rgb, face) for face in upright):
        return upright
    # A face that lies on a side is often found upright too, in a wrong place.
    ways = [_find_turned(rgb, quarters, smallest, thresholds) for quarters in (1, 2, 3)]
    turned_faces = max(ways, key=lambda faces: max((face.score for face in faces), default=0.0))
    return turned_faces or upright


def _confirmed(rgb: Bytes, face: Face) -> bool:
    """Whether the mesh model sees the same face: its landmarks are near the detector's."""
    mesh = find_mesh(rgb, face.landmarks)
    eyes = max(float(np.linalg.norm(face.landmarks[1] - face.landmarks[0])), 1.0)
    apart = float(np.linalg.norm(mesh.landmarks - face.landmarks, axis=1).mean()) / eyes
    return mesh.presence >= PRESENT and apart < CONFIRMED


def _find_turned(
    rgb: Bytes, quarters: int, smallest: float, thresholds: tuple[float, float, float]
) -> list[Face]:
    """The confirmed faces that are upright after so many quarter turns to the left."""
    found = _find_upright(np.ascontiguousarray(np.rot90(rgb, quarters)), smallest, thresholds)
    height, width = rgb.shape[:2]
    turn, shift = {
        1: (1j, complex(width - 1, 0)),
        2: (-1 + 0j, complex(width - 1, height - 1)),
        3: (-1j, complex(0, height - 1)),
    }[quarters]
    back = placement(turn, shift)
    faces = []
    for face in found:
        if face.score >= SURE_TURNED:
            corners = transform(face.box.reshape(2, 2), back)
            box = np.concatenate([corners.min(0), corners.max(0)]).astype(np.float32)
            landmarks = transform(face.landmarks, back).astype(np.float32)
            faces.append(Face(box, landmarks, face.score))
    return [face for face in faces if _confirmed(rgb, face)]


def _find_upright(
    rgb: Bytes, smallest: float, thresholds: tuple[float, float, float]
) -> list[Face]:
    longer = max(rgb.shape[:2])
    smallest = max(smallest, longer * SMALLEST_PART)
    # The last network's input is 48 pixels; more resolution does not help the smallest face.
    shrink = max(1.0, smallest / mtcnn.WINDOWS["onet"])
    if shrink > 1:
        height, width = rgb.shape[:2]
        size = max(1, round(width / shrink)), max(1, round(height / shrink))
        rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        shrink = longer / max(size)
    boxes, landmarks, scores = mtcnn.detect(rgb, smallest=smallest / shrink, thresholds=thresholds)
    centre = (shrink - 1) / 2  # from pixel centres of the small picture to those of the large one
    return _largest_first(boxes * shrink + centre, landmarks * shrink + centre, scores)


def _largest_first(
    boxes: NDArray[np.float32], landmarks: NDArray[np.float32], scores: NDArray[np.float32]
) -> list[Face]:
    faces = [
        Face(box.astype(np.float32), points.astype(np.float32), float(score))
        for box, points, score in zip(boxes, landmarks, scores, strict=True)
    ]
    return sorted(faces, key=lambda face: -float(np.prod(face.box[2:] - face.box[:2])))


def mirror_landmarks(landmarks: ArrayLike, width: int) -> NDArray[np.float64]:
    """``landmarks`` [5, 2] in the mirror image of a picture of ``width`` pixels."""
    return np.asarray(landmarks, np.float64)[MIRRORED] * (-1, 1) + (width - 1, 0)


def canonical(size: int, frame: Frame = "head") -> NDArray[np.float64]:
    """Canonical positions of the five landmarks [5, 2] in a crop of ``size`` pixels."""
    distance, height = FRAMES[frame]
    return (MEAN_FACE * distance + (0.5, height)) * size - 0.5


def align(
    rgb: Bytes,
    landmarks: ArrayLike,
    size: int = 256,
    *,
    frame: Frame = "head",
    keep_roll: float = 0,
) -> Aligned:
    """Crop the face with ``landmarks`` [5, 2], upright in its canonical place, to a square.

    ``size`` is in pixels. ``keep_roll``: maximum head tilt in degrees to keep. The picture is
    mirrored beyond its edges. Raises InputError if the landmarks coincide.
    """
    matrix = align_matrix(landmarks, size, frame=frame, keep_roll=keep_roll)
    return Aligned(warp(rgb, matrix, (size, size)), matrix)


def align_matrix(
    landmarks: ArrayLike, size: int = 256, *, frame: Frame = "head", keep_roll: float = 0
) -> Matrix:
    """The matrix [2, 3] that :func:`align` uses."""
    matrix = similarity(landmarks, canonical(size, frame))
    roll = -np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))
    kept = np.radians(np.clip(roll, -keep_roll, keep_roll))
    cos, sin = np.cos(kept), np.sin(kept)
    # Rotate about the middle of the face, so that it stays in place.
    middle = canonical(size, frame).mean(0)
    back = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([back @ matrix[:, :2], back @ (matrix[:, 2] - middle) + middle])


class Borders(NamedTuple):
    """A number for each border of a crop."""

    left: float
    right: float
    top: float
    bottom: float


def paste(
    rgb: Bytes,
    crop: Bytes,
    matrix: Matrix,
    *,
    feather: float | Borders = 0.12,
    strength: float = 1.0,
) -> Bytes:
    """A copy of ``rgb`` with ``crop`` pasted back; ``matrix`` maps the picture to the crop.

    The crop fades in over ``feather`` of its side, or over the given share at each border. It is
    blended with ``strength`` 0..1 and with its fourth channel, if any, as alpha. Its size may
    differ from the original crop's only if the matrix accounts for it. ``rgb`` may have alpha too,
    [H, W, 4], not premultiplied.
    """
    height, width = rgb.shape[:2]
    side = crop.shape[0]
    back = inverse(matrix)
    corners = transform(
        [(-0.5, -0.5), (side - 0.5, -0.5), (-0.5, side - 0.5), (side - 0.5,) * 2], back
    )
    low = np.maximum(np.floor(corners.min(0)), 0).astype(int)
    high = np.minimum(np.ceil(corners.max(0)) + 1, (width, height)).astype(int)
    pasted = rgb.copy()
    if np.any(high <= low):
        return pasted
    to_part = np.column_stack([back[:, :2], back[:, 2] - low])
    here = warp(crop, to_part, tuple(high - low), border=cv2.BORDER_REPLICATE)
    borders = feather if isinstance(feather, Borders) else Borders(*[feather] * 4)
    weight = np.float32(strength) * _feathered(matrix, low, high, side, borders)
    if here.shape[-1] == 4:
        weight = weight * (here[..., 3] * np.float32(1 / 255))
    part = pasted[low[1] : high[1], low[0] : high[0]]
    part[:] = _composite(part, np.ascontiguousarray(here[..., :3]), weight)
    return pasted


def _composite(under: Bytes, colours: Bytes, weight: NDArray[np.float32]) -> Any:
    """Composite ``colours`` over ``under`` [H, W, 3 or 4] by ``weight`` (Porter and Duff, 1984)."""
    if under.shape[-1] == 3:
        return cv2.blendLinear(np.ascontiguousarray(under), colours, 1 - weight, weight)
    there = (1 - weight) * (under[..., 3] * np.float32(1 / 255))
    whole = weight + there
    below = np.ascontiguousarray(under[..., :3])
    mixed = cv2.blendLinear(below, colours, there, weight) if there.any() else colours
    return np.dstack([mixed, np.rint(255 * whole).astype(np.uint8)])


def _feathered(
    matrix: Matrix, low: NDArray[np.int_], high: NDArray[np.int_], side: int, feather: Borders
) -> NDArray[np.float32]:
    """Weight of the crop at pixels low..high of the picture: 1 inside, smoothly 0 at its border."""
    x = np.arange(low[0], high[0], dtype=np.float32)
    y = np.arange(low[1], high[1], dtype=np.float32)[:, None]
    weight = np.ones((), np.float32)
    for (a, b, c), (near, far) in zip(
        matrix.astype(np.float32), (feather[:2], feather[2:]), strict=True
    ):
        place = a * x + b * y + c + np.float32(0.5)
        for distance, part in ((place, near), (side - place, far)):
            ramp = np.clip(distance / max(part * side, 1.0), 0, 1)
            weight = weight * ramp * ramp * (3 - 2 * ramp)
    return weight
