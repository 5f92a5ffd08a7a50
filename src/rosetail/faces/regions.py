"""Where a head shows skin, hair, clothes and background: by person mask, mesh and colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.mesh import Mesh
from rosetail.faces.person import person_mask
from rosetail.faces.warp import Matrix, similarity, transform, warp

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

SIDE = 192  # pixels of the upright crop
EYE_DISTANCE, EYE_HEIGHT = 0.16, 0.42  # in sides of the crop: down to the chest of most
UNIT = EYE_DISTANCE * SIDE  # pixels of an eye distance
MEAN_FACE = ((-0.5, 0.0), (0.5, 0.0), (0.0, 0.61), (-0.49, 1.01), (0.49, 1.01))  # eye distances

STRICT, LOOSE = 1.6, 3.2  # standard deviations within which a colour is that of skin
BROW = 0.15  # eye distances: height of a brow above its points
EAR = 0.2  # eye distances by which an ear stands out from the face
SHINE = 25  # CIELAB lightness (0..255) by which hair is darker than skin that may shine

OVAL = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
]  # fmt: skip
CHEEKS = (
    [116, 117, 118, 119, 100, 142, 203, 206, 216, 207, 187, 123],
    [345, 346, 347, 348, 329, 371, 423, 426, 436, 427, 411, 352],
)
FOREHEAD = [104, 69, 108, 151, 337, 299, 333, 297, 338, 10, 109, 67]
FEATURES = (  # eyes with brows, mouth
    [70, 63, 105, 66, 107, 133, 145, 33],
    [300, 293, 334, 296, 336, 362, 374, 263],
    [61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91],
)


@dataclass(frozen=True)
class HeadRegions:
    """An upright crop of a head and masks in it.

    Attributes:
        image: uint8 [SIDE, SIDE, 3].
        detail: the same crop at twice the size, uint8 [2 SIDE, 2 SIDE, 3].
        matrix: [2, 3], maps the photo to the crop.
        points: mesh points [478, 2] in the crop.
        person: probability of the person, 0..1.
        skin, hair, cloth: bool [SIDE, SIDE], disjoint; hair includes what covers it.
    """

    image: Bytes
    detail: Bytes
    matrix: Matrix
    points: Floats
    person: Floats
    skin: Flags
    hair: Flags
    cloth: Flags


def head_regions(rgb: Bytes, mesh: Mesh) -> HeadRegions:
    """The regions of the head with the face ``mesh`` in ``rgb`` (uint8 [H, W, 3])."""
    target = (np.array(MEAN_FACE) * EYE_DISTANCE + (0.5, EYE_HEIGHT)) * SIDE - 0.5
    matrix = similarity(mesh.landmarks, target)
    image = warp(rgb, matrix, (SIDE, SIDE), border=cv2.BORDER_REPLICATE)
    doubled = 2 * matrix + np.array([[0, 0, 0.5], [0, 0, 0.5]])
    detail = warp(rgb, doubled, (2 * SIDE, 2 * SIDE), border=cv2.BORDER_REPLICATE)
    points = transform(mesh.points[:, :2], matrix).astype(np.float32)
    # Beyond the photo there is nobody.
    seen = warp(np.full((*rgb.shape[:2], 1), 255, np.uint8), matrix, (SIDE, SIDE), border=0)
    person = person_mask(image) * (seen[..., 0] > 127)
    skin, hair = _skin_and_hair(image, points, person > 0.5)
    cloth = (person > 0.5) & ~skin & ~hair & ~polygon(points, OVAL)
    return HeadRegions(image, detail, matrix, points, person, skin, hair, cloth)


def polygon(points: Floats, indices: list[int]) -> Flags:
    """The pixels inside the polygon of mesh points, bool [SIDE, SIDE]."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [np.rint(points[indices]).astype(np.int32)], 1)
    return mask.astype(bool)


def _skin_and_hair(image: Bytes, points: Floats, person: Flags) -> tuple[Flags, Flags]:
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
    oval = polygon(points, OVAL)
    features = np.logical_or.reduce([polygon(points, each) for each in FEATURES])
    y = np.arange(SIDE, dtype=np.float32)[:, None]
    brows, chin = points[[105, 334], 1].mean(), points[152, 1]
    # Above the brows brown and fair hair is nearly as skin; below are neck and ears in shadow.
    like_skin = _unlike_skin(lab, points) < np.where(y < brows, STRICT, LOOSE)
    around = _near(oval, 0.5) & ~oval & (y < points[[234, 454], 1].mean())
    shining = _shine(lab[..., 0], points, person & around & ~like_skin)
    like_skin |= shining & (y < brows) & _near(oval, 0.25)
    # Inside the oval, a fringe covers the forehead; the rest is the face itself.
    face = oval & ((y > brows) | like_skin | features)
    skin = person & (face | (like_skin & _near(oval, 0.55)))
    outside = person & ~skin
    seeds = outside & (around | (oval & (y < brows - BROW * UNIT)))
    if seeds.sum() < 0.002 * SIDE**2:
        return skin, np.zeros_like(skin)
    like_hair = _like(lab, seeds)
    # Beside the ears, what is like both is fair hair, or hair in a grey photo.
    skin &= ~(like_hair & (y > brows) & (y < chin) & ~_near(oval, EAR))
    outside = person & ~skin
    room = outside & (like_hair | (y < chin))
    _, labels = cv2.connectedComponents(cv2.erode(room.astype(np.uint8), _disc(3)))
    touched = np.unique(labels[seeds & (labels > 0)])
    kept = cv2.dilate(np.isin(labels, touched[touched > 0]).astype(np.uint8), _disc(5)) > 0
    return skin, room & kept


def _unlike_skin(lab: Floats, points: Floats) -> Floats:
    """Distance of every pixel from the colour of cheeks and forehead, in standard deviations."""
    seen = np.concatenate([lab[polygon(points, each)] for each in (*CHEEKS, FOREHEAD)])
    if len(seen) < 10:
        return np.full(lab.shape[:2], np.inf, np.float32)
    middle = np.median(seen, axis=0)
    spread = np.maximum(1.48 * np.median(np.abs(seen - middle), axis=0), (10, 3.5, 4.5))
    off = (lab - middle) / spread
    off[..., 0] *= np.where(off[..., 0] < 0, 0.7, 0.5)
    return np.asarray(np.sqrt((off**2).sum(-1)), np.float32)


def _shine(lightness: Floats, points: Floats, hair: Flags) -> Flags:
    """Pixels brighter than the cheeks where ``hair`` is much darker than these: foreheads shine."""
    cheeks = np.concatenate([lightness[polygon(points, each)] for each in CHEEKS])
    if hair.sum() < 20 or not len(cheeks):
        return np.zeros(lightness.shape, bool)
    skin = np.median(cheeks)
    return np.asarray((lightness > skin) & (np.median(lightness[hair]) <= skin - SHINE))


def _like(lab: Floats, seeds: Flags) -> Flags:
    """Pixels of the colour of at least one of two clusters of ``seeds``."""
    pixels = lab[seeds]
    criteria = (cv2.TERM_CRITERIA_MAX_ITER, 10, 0.0)
    cv2.setRNGSeed(0)
    _, member, centres = cv2.kmeans(pixels, 2, None, criteria, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    like = np.zeros(lab.shape[:2], bool)
    for number, centre in enumerate(centres):
        own = pixels[member[:, 0] == number]
        if len(own) < 0.15 * len(pixels):
            continue
        spread = np.maximum(own.std(0), (10, 4, 4))
        like |= (((lab - centre) / spread) ** 2).sum(-1) < 2.6**2
    return like


def _near(mask: Flags, reach: float) -> Flags:
    """``mask`` grown by ``reach`` eye distances."""
    size = 2 * round(reach * UNIT) + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _disc(size)) > 0)


def _disc(size: int) -> Bytes:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
