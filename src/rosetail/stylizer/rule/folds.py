"""The folds from the nose to the corners of the mouth, where the photograph shows them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.strokes import Path, curve, smooth_path

FOLDS = ([129, 203, 206, 216, 212], [358, 423, 426, 436, 432])
SIDE = 0.07  # units: skin on both sides that a fold is darker than
SEARCH = np.linspace(-0.08, 0.08, 9)  # units: where the fold may lie beside the mesh's
LEAST = 1.2  # L darker than both sides, on average, for a fold to be drawn
STRONG = 8.0  # L: of a deep one


@dataclass(frozen=True)
class Fold:
    """A fold: points [N, 2] from the nose down, and how deep it is along them, 0..1."""

    path: Path
    depth: Floats


def read_folds(photo: PhotoFields, face: FaceShape) -> list[Fold]:
    """The folds that can be seen."""
    lightness = blur(photo.lab[..., 0], 0.016 * photo.unit)
    found = (_fold(lightness, curve(face.points[ids], 40), photo.unit) for ids in FOLDS)
    return [fold for fold in found if fold is not None]


def _fold(lightness: Floats, path: Path, unit: float) -> Fold | None:
    """The darkest line near ``path``: beside each of its points, then smoothed."""
    along = np.gradient(path, axis=0)
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    shifts = SEARCH[:, None, None] * unit
    places = path[None] + shifts * normal[None]  # [S, N, 2]
    sides = [_sample(lightness, places + s * SIDE * unit * normal[None]) for s in (-1, 1)]
    # A fold may be the edge of a shadow: one side may be as dark.
    higher, lower = np.maximum(*sides), np.minimum(*sides)
    darker = 0.35 * higher + 0.65 * lower - _sample(lightness, places)
    smooth = cv2.GaussianBlur(darker.astype(np.float32), (0, 0), sigmaX=4.0, sigmaY=0.8)
    best = np.argmax(smooth, axis=0)
    depth = smooth[best, np.arange(len(path))]
    if depth.mean() < LEAST:
        return None
    line = path + (SEARCH[best] * unit)[:, None] * normal
    seen = np.clip(depth / STRONG, 0, 1)
    first, last = np.flatnonzero(depth > 0.5 * LEAST)[[0, -1]]
    if last - first < 12:
        return None
    return Fold(_smooth(line[first : last + 1], unit), np.asarray(seen[first : last + 1]))


def _smooth(line: Path, unit: float) -> Path:
    """``line`` smoothed, with as many points as before."""
    smooth = smooth_path(line, 0.06 * unit)
    place = np.linspace(0, len(smooth) - 1, len(line))
    index = np.arange(len(smooth))
    return np.column_stack([np.interp(place, index, smooth[:, axis]) for axis in (0, 1)])


def _sample(values: Floats, points: Path) -> Floats:
    x, y = (np.asarray(points[..., axis], np.float32) for axis in (0, 1))
    return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
