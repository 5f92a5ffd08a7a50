"""Eyelids as curves: shapes of eyes, and how they open, shut and smile without a step.

Coordinates of an eye: u outwards in widths of the eye, v down in heights of the eye, 0 in the
middle.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import curves

Points = NDArray[np.float64]
SAMPLES = 24

# Upper lid from the inner to the outer corner, lower lid from the outer to the inner corner.
_SHAPES: dict[str, tuple[list[tuple[float, float]], list[tuple[float, float]]]] = {
    "round": (
        [(-0.50, 0.15), (-0.42, -0.08), (-0.24, -0.35), (0.02, -0.475), (0.28, -0.40),
            (0.475, -0.09)],
        [(0.445, 0.18), (0.27, 0.43), (0.02, 0.515), (-0.22, 0.475), (-0.41, 0.33)],
    ),
    "almond": (
        [(-0.53, 0.20), (-0.41, -0.04), (-0.20, -0.34), (0.05, -0.45), (0.30, -0.37),
            (0.53, -0.14)],
        [(0.46, 0.14), (0.27, 0.37), (0.01, 0.47), (-0.22, 0.44), (-0.42, 0.32)],
    ),
    "sharp": (
        [(-0.51, 0.24), (-0.40, 0.02), (-0.22, -0.27), (0.04, -0.44), (0.31, -0.43), (0.52, -0.25)],
        [(0.47, 0.07), (0.29, 0.35), (0.03, 0.46), (-0.21, 0.45), (-0.41, 0.37)],
    ),
    "droopy": (
        [(-0.49, 0.02), (-0.42, -0.20), (-0.22, -0.43), (0.05, -0.47), (0.31, -0.31), (0.50, 0.06)],
        [(0.47, 0.26), (0.29, 0.45), (0.02, 0.50), (-0.22, 0.44), (-0.42, 0.24)],
    ),
    "narrow": (
        [(-0.53, 0.17), (-0.40, -0.08), (-0.18, -0.30), (0.07, -0.38), (0.31, -0.31),
            (0.54, -0.08)],
        [(0.44, 0.17), (0.25, 0.33), (0.0, 0.40), (-0.22, 0.37), (-0.43, 0.27)],
    ),
}  # fmt: skip
_ARCH = np.array([0.22, -0.02, -0.20, -0.24, -0.10, 0.16])  # a shut eye that smiles
LEAN = {"sharp": 0.16, "droopy": -0.12}  # how far the outer corner lies above the inner one


class Lids(NamedTuple):
    """Upper and lower lid (SAMPLES, 2) from the inner to the outer corner; ``gap`` is the largest
    distance between them, in heights of the eye."""

    upper: Points
    lower: Points
    gap: float


def lids(shape: str, openness: float, smile: float, tilt: float) -> Lids:
    """Lids ``openness`` 0 shut to 1.2 wide open, ``smile`` 0..1; ``tilt`` lifts the outer corner,
    in heights."""
    top, bottom = (np.array(each) for each in _SHAPES[shape])
    lower = np.concatenate([[top[0]], bottom[::-1], [top[-1]]])
    shut = _shut(top, lower, smile)
    up = top.copy()
    up[:, 1] = shut + (top[:, 1] - shut) * openness
    down = lower.copy()
    shut_below = np.interp(lower[:, 0], top[:, 0], shut)
    raised = lower[:, 1] + (np.minimum(lower[:, 1], shut_below * 0.55 + 0.10) - lower[:, 1]) * (
        0.75 * smile
    )
    met = max(0.0, 1 - openness) ** 1.6
    down[:, 1] = raised + (shut_below + 0.03 - raised) * met
    down[0], down[-1] = up[0], up[-1]
    for lid in (up, down):
        lid[:, 1] -= tilt * (lid[:, 0] + 0.5)
    upper, under = curves.spline(up, SAMPLES), curves.spline(down, SAMPLES)
    gap = float(np.max(np.interp(upper[:, 0], under[:, 0], under[:, 1]) - upper[:, 1]))
    return Lids(upper, under, gap)


def _shut(top: Points, lower: Points, smile: float) -> Points:
    """Heights of the upper lid of a shut eye at its knots: low and, outside, lower, or an arch."""
    u = top[:, 0]
    resting = np.interp(u, lower[:, 0], lower[:, 1]) * 0.80 + 0.02 + 0.20 * (u + 0.05)
    return np.asarray(resting + (_ARCH - resting) * smile)


def corner_lean(shape: str, tilt: float) -> float:
    """How far the outer corner lies above the inner one, degrees: of an eye of usual height."""
    rise = LEAN.get(shape, 0.05) * 0.75 + math.tan(math.radians(tilt))
    return math.degrees(math.atan(rise))
