"""One-euro filter for values measured in every frame of a film.

Casiez, Roussel and Vogel, CHI 2012: a low-pass filter whose cut-off rises with speed, so that
values at rest are steady and moving ones do not lag.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SPEED_HZ = 1.0  # cut-off of the filter of the speed
LEAST_STEP = 1e-3  # seconds


def gain(cutoff: float | Floats, step: float) -> float | Floats:
    """Weight of the newest sample in a first-order low-pass of ``cutoff`` Hz with samples ``step``
    seconds apart."""
    return 1 / (1 + 1 / (2 * np.pi * cutoff * step))


class OneEuro:
    """Filter each of several values independently; call once per frame, with increasing times.

    ``calm``: cut-off in Hz at rest; ``rises``: its increase per unit of speed.
    """

    def __init__(self, calm: Floats, rises: Floats) -> None:
        self._calm, self._rises = calm, rises
        self._seconds = -math.inf
        self._raw = self._kept = self._speed = np.zeros_like(calm)

    def __call__(self, seconds: float, values: Floats) -> Floats:
        """The filtered ``values`` at ``seconds``; the first ones are returned unchanged."""
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
