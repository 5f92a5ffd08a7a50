"""Numbers read from every frame of a film, without their noise.

The one-euro filter (Casiez, Roussel and Vogel, CHI 2012): a low-pass whose cut-off rises with
speed, so that what rests is steady and what moves is not dragged behind.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SPEED_HZ = 1.0  # cut-off of the speed itself
LEAST_STEP = 1e-3  # seconds


def gain(cutoff: float | Floats, step: float) -> float | Floats:
    """Weight of the newest of samples ``step`` seconds apart, in a first-order low-pass of
    ``cutoff`` Hz."""
    return 1 / (1 + 1 / (2 * np.pi * cutoff * step))


class OneEuro:
    """Of a row of numbers, each by itself: called once a frame, times rising.

    ``calm``: cut-off in Hz of what rests; ``rises``: what it gains for a unit a second.
    """

    def __init__(self, calm: Floats, rises: Floats) -> None:
        self._calm, self._rises = calm, rises
        self._seconds = -math.inf
        self._raw = self._kept = self._speed = np.zeros_like(calm)

    def __call__(self, seconds: float, values: Floats) -> Floats:
        """The numbers at ``seconds``, of which ``values`` were read; the first as they are."""
        if self._seconds == -math.inf:
            self._kept = values
        else:
            step = max(seconds - self._seconds, LEAST_STEP)
            speed = (values - self._raw) / step
            self._speed = self._speed + gain(SPEED_HZ, step) * (speed - self._speed)
            cutoff = self._calm + self._rises * np.abs(self._speed)
            self._kept = self._kept + gain(cutoff, step) * (values - self._kept)
        self._raw, self._seconds = values, seconds
        return self._kept
