"""What covers a forehead: how far down hair lies on it, and how it differs from the cheeks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.regions import CHEEKS, UNIT, HeadRegions, polygon

Floats = NDArray[np.float64]

MIDDLE = [33, 263, 168, 6]  # points of the mesh on both sides of the middle line
COLUMNS = (-0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6)  # eye distances from the middle
BANDS = ((0.15, 0.4), (0.4, 0.65), (0.65, 0.9))  # eye distances above the brows
LEAST, MOST = 0.1, 1.6  # height of hair above the brows that is measured
DARKER = 12  # CIELAB lightness below the cheeks
LEAST_SPREAD = (6.0, 2.0, 2.5)  # of the cheeks' colour, CIELAB
COUNT = len(COLUMNS) + 5 * len(BANDS)


def measure_forehead(regions: HeadRegions) -> Floats:
    """Measures [COUNT] of the head ``regions``, the same for its mirror image."""
    points = regions.points
    brow, middle = float(points[[105, 334], 1].mean()), float(points[MIDDLE, 0].mean())
    heights = [_height(regions, middle + x * UNIT, brow) for x in COLUMNS]
    pairs = list(zip(heights[:3], heights[:3:-1], strict=True))
    values = [heights[3], *(sum(pair) / 2 for pair in pairs), *(min(pair) for pair in pairs)]
    scaled = regions.image.astype(np.float32) / 255
    lab = np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2LAB), np.float32)
    smooth = cv2.GaussianBlur(lab[..., 0], (0, 0), 0.7)
    strands = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0))
    cheeks = np.concatenate([lab[polygon(points, each)] for each in CHEEKS])
    for low, high in BANDS:
        rows = slice(max(int(brow - high * UNIT), 0), max(int(brow - low * UNIT), 1))
        part = rows, slice(int(middle - 0.45 * UNIT), int(middle + 0.45 * UNIT))
        values += _unlike_cheeks(lab[part].reshape(-1, 3), cheeks)
        values.append(float(np.log(strands[part].mean() + 0.5)))
    return np.array(values)


def _height(regions: HeadRegions, x: float, brow: float) -> float:
    """Eye distances from the brows up to the lowest hair in the column ``x``."""
    column = max(round(x), 1)
    hair = regions.hair[:, column - 1 : column + 2].mean(1) > 0.5
    y = np.arange(len(hair))
    rows = np.flatnonzero(hair & (y < brow - LEAST * UNIT) & (y > brow - MOST * UNIT))
    return (brow - float(rows[-1])) / UNIT if len(rows) else MOST


def _unlike_cheeks(pixels: NDArray[np.float32], cheeks: NDArray[np.float32]) -> list[float]:
    """Difference of the lightness, share of darker pixels, difference of the colour in standard
    deviations, spread of the lightness."""
    if not len(pixels) or not len(cheeks):
        return [0.0, 0.0, 0.0, 0.0]
    usual = np.median(cheeks, axis=0)
    off = (pixels - usual) / np.maximum(cheeks.std(0), LEAST_SPREAD)
    return [
        float(np.median(pixels[:, 0]) - usual[0]) / 20,
        float((pixels[:, 0] < usual[0] - DARKER).mean()),
        float(np.minimum(np.linalg.norm(off, axis=1), 8).mean()),
        float(pixels[:, 0].std()) / 10,
    ]
