"""Whether an eye is shut, by the picture between its lids.

The lids of the mesh hardly follow those of a shut eye. A logistic regression on an upright crop of
the eye does: histograms of oriented gradients (Dalal and Triggs 2005) and CIELAB colours relative
to the crop's own. It is trained in :mod:`rosetail.methods.traits.eyes`.
"""

from __future__ import annotations

from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.arrays import Bytes, Floats
from rosetail.errors import WeightsMissing
from rosetail.faces.mesh import EYES
from rosetail.faces.warp import Matrix, placement, warp

NAME = "eye_reader"  # in the catalog
SIZE = (72, 48)  # pixels of a crop, width and height
EYE = 40  # pixels between the corners of the eye
MIDDLE = 0.55  # height of the corners in the crop
GRID = (18, 12)  # colour samples
LEAST_SPREAD, COLOUR_SPREAD = 8.0, 12.0  # of the lightness and the colours, CIELAB 0..255


def read_shut(rgb: Bytes, points: Floats) -> tuple[float, float]:
    """Probabilities that the eyes on the left and right of ``rgb`` (uint8 [H, W, 3]) are shut.

    ``points`` [N, 2 or more] are those of a mesh. Raises WeightsMissing if the installation is
    damaged.
    """
    row, bias = _load_weights()
    left, right = (float(row @ describe(eye_crop(rgb, points, name)) + bias) for name in EYES)
    return float(1 / (1 + np.exp(-left))), float(1 / (1 + np.exp(-right)))


def eye_crop(rgb: Bytes, points: NDArray[np.floating], name: str, scale: int = 1) -> Bytes:
    """The eye ``name`` of EYES, its outer corner on the left, uint8 [48, 72, 3] times ``scale``."""
    size = SIZE[0] * scale, SIZE[1] * scale
    crop = warp(rgb, eye_matrix(points, name, scale), size, border=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(crop[:, ::-1]) if name == "right" else crop


def eye_matrix(points: NDArray[np.floating], name: str, scale: int = 1) -> Matrix:
    """The matrix [2, 3] from the picture to :func:`eye_crop`, whose right eye is then mirrored."""
    outer, inner = points[list(EYES[name][0]), :2].astype(np.float64) @ [1, 1j]
    across = (inner - outer) * (1 if name == "left" else -1)
    turn = EYE * scale / across if abs(across) > 1e-3 else complex(EYE * scale)
    centre = complex((SIZE[0] * scale - 1) / 2, (SIZE[1] * scale - 1) * MIDDLE)
    return placement(turn, centre - turn * (outer + inner) / 2)


def describe(crop: Bytes) -> Floats:
    """Features [:func:`feature_count`] of an :func:`eye_crop` of scale 1."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    lab = cv2.cvtColor(crop, cv2.COLOR_RGB2LAB).astype(np.float32)
    colours = np.asarray(cv2.resize(lab, GRID, interpolation=cv2.INTER_AREA), np.float32)
    colours -= np.median(colours.reshape(-1, 3), axis=0)
    colours /= (max(float(colours[..., 0].std()), LEAST_SPREAD), COLOUR_SPREAD, COLOUR_SPREAD)
    lines = np.ravel(_gradients().compute(grey))
    return np.concatenate([lines, colours.ravel()]).astype(np.float32)


@cache
def feature_count() -> int:
    """Length of :func:`describe`."""
    return len(describe(np.zeros((SIZE[1], SIZE[0], 3), np.uint8)))


@cache
def _gradients() -> cv2.HOGDescriptor:
    return cv2.HOGDescriptor(SIZE, (16, 16), (8, 8), (8, 8), 9)


@lru_cache(maxsize=1)
def _load_weights() -> tuple[Floats, float]:
    from safetensors.numpy import load

    held = load(weights.find(NAME).read_bytes())
    if held["weights"].shape != (feature_count(),):
        raise WeightsMissing(f"{NAME}: weights of another version; install Rosetail again")
    return held["weights"].astype(np.float32), float(held["bias"][0])
