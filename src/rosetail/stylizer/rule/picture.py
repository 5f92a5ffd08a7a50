"""Draw a whole picture of any size: the picture at a size that suits it, and every head at one
that suits the head, put back in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Bytes, Floats
from rosetail.errors import NoFaceFound
from rosetail.faces.faces import find
from rosetail.faces.mesh import Mesh, find_meshes
from rosetail.faces.warp import Matrix, inverse, placement, transform
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.figure import draw_figure, draw_scene, read_figure
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.shapes import grown
from rosetail.stylizer.scale import Detail, resize_drawing, resize_photo, scaled

Progress = Callable[[int, int], None]

SMALLEST = 24  # pixels of a face that is drawn by its features
DISTANCES = (110.0, 170.0)  # between the eyes, pixels, at which a face is drawn
LEAST_DISTANCE = 85.0  # of the largest face, for the picture to be drawn with it at once
MAX_PIXELS = 1_300_000  # of the picture at working size
SCENE_PIXELS = 800_000  # least size at which a picture without a large face is drawn
MAX_ENLARGEMENT = 6.0
SCENE_UNIT = 0.10  # of the square root of a picture's area, where no face gives the unit
HEAD_BOX = ((-2.2, -2.3), (2.2, 2.4))  # of a crop around a head, in eye distances


@dataclass(frozen=True)
class Placed:
    """A face of the picture as it is in a resized part of it: ``rgb`` and the ``matrix`` there."""

    rgb: Bytes
    face: FaceShape
    matrix: Matrix


def draw_picture(
    rgb: Bytes,
    look: RuleLook,
    *,
    detail: Detail = "auto",
    faces_only: bool = False,
    meshes: Sequence[Mesh] | None = None,
    progress: Progress | None = None,
) -> Bytes:
    """Draw uint8 [H, W, 3] in ``look``; returns the same size.

    ``detail`` is the working scale: ``auto``, or a number, which is limited to MAX_PIXELS.
    ``faces_only`` draws the heads alone. ``meshes`` are the faces if they are known, largest first.
    ``progress`` is called with the parts drawn and their number: the picture, then each head.

    Raises NoFaceFound if ``faces_only`` needs one.
    """
    if meshes is None:
        meshes = find_meshes(rgb, [face.landmarks for face in find(rgb, smallest=SMALLEST)])
    if faces_only and not meshes:
        raise NoFaceFound("no face found; give a picture with a larger, clearer face")
    faces = sorted(
        (FaceShape.of(rgb, mesh) for mesh in meshes), key=lambda face: face.distance, reverse=True
    )
    scale = _scale((rgb.shape[0], rgb.shape[1]), faces, detail)
    whole = bool(faces) and (faces[0].distance * scale >= LEAST_DISTANCE or detail != "auto")
    heads = faces[1:] if whole and not faces_only else faces
    parts = len(heads) + (not faces_only)
    drawn = rgb
    if not faces_only:
        drawn = _whole(rgb, faces[0] if whole else None, scale, look)
        if progress:
            progress(1, parts)
    # The largest is the nearest: it is put on top.
    for number, face in enumerate(reversed(heads), 1 + parts - len(heads)):
        drawn = _with_head(drawn, rgb, face, look)
        if progress:
            progress(number, parts)
    return drawn


def _scale(size: tuple[int, int], faces: Sequence[FaceShape], detail: Detail) -> float:
    """The scale at which the whole picture is drawn."""
    area = size[0] * size[1]
    most = (MAX_PIXELS / area) ** 0.5
    if detail != "auto":
        return min(detail, most)
    if faces:
        distance = faces[0].distance
        scale = float(np.clip(distance, *DISTANCES)) / distance
        if distance * min(scale, most) >= LEAST_DISTANCE:
            return min(scale, most)
    return min(max(1.0, (SCENE_PIXELS / area) ** 0.5), most, MAX_ENLARGEMENT)


def _whole(rgb: Bytes, face: FaceShape | None, scale: float, look: RuleLook) -> Bytes:
    size = rgb.shape[0], rgb.shape[1]
    working = scaled(size, scale)
    small = _resized(rgb, working)
    if face is None:
        drawn = draw_scene(small, SCENE_UNIT * (working[0] * working[1]) ** 0.5, look)
    else:
        drawn = draw_figure(read_figure(small, face.moved(_resizing(size, working))), look)
    return resize_drawing(drawn, size)


def _resized(rgb: Bytes, size: tuple[int, int]) -> Bytes:
    return rgb if rgb.shape[:2] == size else resize_photo(rgb, size)


def _resizing(size: tuple[int, int], working: tuple[int, int]) -> Matrix:
    """The matrix between pixel centres of a picture and of its resized copy."""
    scale = (working[0] * working[1] / (size[0] * size[1])) ** 0.5
    return placement(scale, (scale - 1) / 2 * (1 + 1j))


def place_head(rgb: Bytes, face: FaceShape) -> Placed:
    """The part of ``rgb`` around the head of ``face``, at the size at which it is drawn."""
    axes = np.stack([face.right, face.down])
    corners = np.array([(x, y) for x in (0, 1) for y in (0, 1)])
    box = np.array(HEAD_BOX)
    seen = (
        face.middle + np.array([(box[x, 0], box[y, 1]) for x, y in corners]) @ axes * face.distance
    )
    height, width = rgb.shape[:2]
    left, top = np.clip(np.floor(seen.min(0)), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(np.ceil(seen.max(0)), (left + 1, top + 1), (width, height)).astype(int)
    part = rgb[top:bottom, left:right]
    scale = float(np.clip(face.distance, *DISTANCES)) / face.distance
    size = part.shape[0], part.shape[1]
    working = scaled(size, min(scale, MAX_ENLARGEMENT))
    matrix = _resizing(size, working)
    shift = matrix[:, :2] @ np.array([left, top], np.float64)
    matrix = np.column_stack([matrix[:, :2], matrix[:, 2] - shift])
    return Placed(_resized(part, working), face.moved(matrix), matrix)


def _with_head(drawn: Bytes, rgb: Bytes, face: FaceShape, look: RuleLook) -> Bytes:
    """``drawn`` with the head of ``face``, drawn at its own size, in its place."""
    placed = place_head(rgb, face)
    head = read_figure(placed.rgb, placed.face)
    picture = draw_figure(head, look).astype(np.float32)
    layer = np.dstack([picture, 255 * _head_mask(head)])
    left, top = np.rint(transform((0, 0), inverse(placed.matrix)) + 0.49).astype(int).clip(0)
    scale = placed.matrix[0, 0]
    size = tuple(max(1, round(side / scale)) for side in layer.shape[:2])
    size = min(size[0], rgb.shape[0] - top), min(size[1], rgb.shape[1] - left)
    way = cv2.INTER_AREA if scale > 1 else cv2.INTER_CUBIC
    layer = np.clip(cv2.resize(layer, size[::-1], interpolation=way), 0, 255)
    place = slice(top, top + size[0]), slice(left, left + size[1])
    beneath = drawn[place].astype(np.float32)
    mixed = beneath + layer[..., 3:] / np.float32(255) * (layer[..., :3] - beneath)
    out = drawn.copy()
    out[place] = np.asarray(mixed + 0.5, np.uint8)
    return out


def _head_mask(head: SeenHead) -> Floats:
    """Face, hair and neck near the face, 0..1, fading outwards."""
    x, y, unit = head.features.x, head.features.y, head.photo.unit
    near = 1 - np.clip((np.hypot(x / 1.7, (y - 0.1) / 1.9) - 0.8) / 0.2, 0, 1)
    own = np.maximum(head.regions.skin, head.regions.hair) > 0.5
    own |= (head.features.oval > 0.5) | (head.glasses > 0.5) | (head.beard > 0.3)
    mask = blur(grown(own, 0.05 * unit).astype(np.float32), 0.03 * unit) * near
    # Not to the very border of the crop, unless the picture ends there too.
    return np.asarray(mask, np.float32)
