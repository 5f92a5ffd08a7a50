"""A photographed person as far as a likeness needs: what is read, and how the face is shaped."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.colours import HeadColours
from rosetail.faces.hair import HairMeasures, measure_hair
from rosetail.faces.pose import head_pose
from rosetail.faces.regions import SIDE, UNIT, HeadRegions, polygon
from rosetail.painter.face_proportions import FaceProportions, face_proportions
from rosetail.painter.garment import Garment, read_garment
from rosetail.painter.reading import Reading, read_evenly, see_face

Bytes = NDArray[np.uint8]

LENS = (0.2, 0.2, 0.52)  # eye distances beside and below an eye where the rim of a lens lies
EYES = ((33, 133), (362, 263))  # mesh points of their corners
COLUMNS = np.linspace(-0.6, 0.6, 13)  # eye distances from the middle of the forehead
HIGHEST = 1.5  # eye distances above the brows
BROWS = (
    [70, 63, 105, 66, 107, 55, 65, 52, 53, 46],
    [300, 293, 334, 296, 336, 285, 295, 282, 283, 276],
)


@dataclass(frozen=True)
class Person:
    """``part``: where the hair is parted, -1 (left of the picture) to 1, 0 in the middle.
    ``brows``: how much darker they are than the skin, as a share of its lightness. ``rims``: how
    much darker than the skin the darkest line below the eyes is, in CIELAB lightness (of glasses,
    if any are worn)."""

    reading: Reading
    shape: FaceProportions
    garment: Garment | None
    hair: HairMeasures
    colours: HeadColours
    part: float
    brows: float
    rims: float


def read_person(rgb: Bytes, landmarks: NDArray[np.floating]) -> Person:
    """Read the person with the `landmarks` (5, 2) in a photo (uint8 [H, W, 3])."""
    seen = see_face(rgb, landmarks)
    mesh, regions = seen.mesh, seen.appearance.regions
    reading = read_evenly(rgb, landmarks, seen)
    return Person(
        reading=reading,
        shape=face_proportions(mesh.points, head_pose(mesh.points)),
        garment=read_garment(regions, reading.skin),
        hair=measure_hair(regions),
        colours=seen.appearance.colours,
        part=_part(regions),
        brows=_brows(regions),
        rims=_rims(regions),
    )


def _part(regions: HeadRegions) -> float:
    """Where the forehead is free the furthest up, in half widths of it."""
    points = regions.points
    brow, middle = float(points[[105, 334], 1].mean()), float(points[[168, 10], 0].mean())
    heights = []
    for x in COLUMNS:
        column = int(np.clip(round(middle + x * UNIT), 1, SIDE - 2))
        hair = regions.hair[:, column - 1 : column + 2].mean(1) > 0.5
        y = np.arange(SIDE)
        rows = np.flatnonzero(hair & (y < brow - 0.1 * UNIT) & (y > brow - HIGHEST * UNIT))
        heights.append((brow - rows[-1]) / UNIT if len(rows) else HIGHEST)
    excess = np.array(heights) - np.min(heights)
    if excess.sum() < 1e-3:
        return 0.0
    return float(np.clip((excess**2 * COLUMNS).sum() / (excess**2).sum() / 0.45, -1, 1))


def _brows(regions: HeadRegions) -> float:
    lightness = cv2.cvtColor(regions.image, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float64)
    brows = polygon(regions.points, BROWS[0]) | polygon(regions.points, BROWS[1])
    skin = regions.skin & ~brows
    if not brows.any() or not skin.any():
        return 0.0
    skin_lightness = float(np.median(lightness[skin]))
    return (skin_lightness - float(np.percentile(lightness[brows], 30))) / max(skin_lightness, 1.0)


def _rims(regions: HeadRegions) -> float:
    unit = np.asarray(regions.image, np.float32) / 255
    lab = cv2.cvtColor(unit, cv2.COLOR_RGB2LAB)
    lightness = lab[..., 0].astype(np.float64)
    if not regions.skin.any():
        return 0.0
    beside, high, low = (UNIT * each for each in LENS)
    darkest = []
    for corners in EYES:
        x, y = regions.points[list(corners)].mean(0)[:2]
        below = lightness[int(y + high) : int(y + low), int(x - beside) : int(x + beside)]
        if below.size:
            darkest.append(float(np.median(below.min(axis=0))))
    skin = float(np.median(lightness[regions.skin]))
    return skin - float(np.mean(darkest)) if darkest else 0.0
