"""HDR frames (PQ and HLG) as the sRGB pictures that a player shows on an ordinary screen.

Reference white of HDR, 203 cd/m² (ITU-R BT.2408), becomes white; brighter highlights are compressed
smoothly. The formulas are those of ITU-R BT.2100 and BT.2087.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Floats

PQ, HLG = 16, 18  # transfer curves, ITU-T H.273
REFERENCE_WHITE = 203.0  # cd/m²
HLG_PEAK, HLG_GAMMA = 1000.0, 1.2  # of the nominal display
KNEE = 0.85  # linear light from which highlights are compressed
BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)
BT2020_LUMA = np.array([0.2627, 0.6780, 0.0593], np.float32)
STEPS = 4096  # of the table of sRGB levels


def to_srgb(rgb: NDArray[np.uint16], curve: int) -> Bytes:
    """uint16 [H, W, 3] of BT.2020 with ``curve`` PQ or HLG, full range, to uint8 sRGB."""
    light = _decoded(curve)[rgb]
    if curve == HLG:
        luma = np.maximum(light @ BT2020_LUMA, 1e-6)[..., None]
        light = light * luma ** np.float32(HLG_GAMMA - 1) * np.float32(HLG_PEAK / REFERENCE_WHITE)
    light = np.maximum(light @ BT2020_TO_BT709.T, 0)
    bright = 1 - (1 - KNEE) * np.exp((KNEE - light) / (1 - KNEE))
    shown = np.where(light > KNEE, bright, light)
    return _levels()[np.rint(np.sqrt(shown) * (STEPS - 1)).astype(np.int32)]


@cache
def _decoded(curve: int) -> Floats:
    """Linear light of each code: PQ relative to the reference white, HLG relative to the scene."""
    code = np.arange(65536) / 65535
    if curve == PQ:
        root = code ** (1 / 78.84375)
        light = np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
        return (10_000 / REFERENCE_WHITE * light ** (1 / 0.1593017578125)).astype(np.float32)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    high = (np.exp((code - c) / a) + b) / 12
    return np.where(code <= 0.5, code**2 / 3, high).astype(np.float32)


@cache
def _levels() -> Bytes:
    """sRGB levels by the square root of linear light, which spreads the shadows."""
    light = (np.arange(STEPS) / (STEPS - 1)) ** 2
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * curve).astype(np.uint8)
