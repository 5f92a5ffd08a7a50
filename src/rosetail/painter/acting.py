"""One face through a film: it follows, and nothing of it flickers or trembles.

What is read in a frame is off by a little, and a drawn mouth is one of a few: read by itself, every
frame of a smile may choose another. So readings are smoothed over time, a mouth stays what it was
until it is clearly another, and is held for two frames of film, as animators hold it. How the head
turns, told by the places of five landmarks, and its proportions are smoothed as well. Where the
person is in the head is cut out now and then, and what was found fades into what is found next.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rosetail.faces.one_euro import LEAST_STEP, OneEuro, gain
from rosetail.painter.after import Changes, expression_of, mouth_of
from rosetail.painter.outline import outline
from rosetail.painter.params import PaintParams
from rosetail.painter.reading import PhotoExpression

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

MOUTH_HZ = 6.0  # cut-off of the low-pass of mouths: speech opens them four times a second
LIDS_HZ = 1.0  # of how far eyes are open, unless they move
BLINK = 0.35  # of an open eye: what moves further from one frame to the next is no error
HELD = 2 / 24 - 0.01  # seconds that a mouth stays at least
CUT_OUT_EVERY, SHAPE_HZ = 0.2, 1.5  # seconds between two cuts; how fast one fades into the next
# What of a pose is smoothed: cut-off in Hz at rest, and its rise for a unit a second.
STEADIED = {
    "yaw": (1.0, 0.1),
    "pitch": (1.0, 0.1),
    "face_width": (1.0, 0.0),
    "face_length": (1.0, 0.0),
    "eye_spacing": (1.0, 0.0),
    "mouth_width": (2.0, 0.0),
}


class Acting:
    """Of one face, times rising: once a frame what it does, then how it is held."""

    def __init__(self) -> None:
        self._seen: PhotoExpression | None = None
        self._seconds = self._since = -math.inf
        self._mouth = ""
        calm, rises = np.array(list(STEADIED.values())).T
        self._steady = OneEuro(calm, rises)
        self._cut: Floats | None = None
        self._shape: Floats | None = None
        self._cut_at = self._shaped_at = -math.inf

    def express(self, seconds: float, read: PhotoExpression) -> Changes:
        """Eyes and mouth at ``seconds``, of which ``read`` was seen: parameters of a painting."""
        self._seen = self._smooth(seconds, read)
        self._seconds = seconds
        mouth = mouth_of(self._seen, self._mouth)
        if mouth != self._mouth and seconds - self._since >= HELD:
            self._mouth, self._since = mouth, seconds
        return expression_of(np.random.default_rng(0), self._seen, self._mouth)

    def pose(self, seconds: float, laid: PaintParams) -> PaintParams:
        """What was ``laid`` over the photo at ``seconds``, steady."""
        kept = self._steady(seconds, np.array([getattr(laid, name) for name in STEADIED]))
        return replace(laid, **dict(zip(STEADIED, kept.tolist(), strict=True)))

    def shape(self, seconds: float, head: Bytes, landmarks: NDArray[np.floating]) -> Bytes:
        """Where the person is in the ``head`` uint8 [S, S, 3] at ``seconds``: uint8 [128, 128]."""
        if self._cut is None or seconds - self._cut_at >= CUT_OUT_EVERY:
            self._cut, self._cut_at = outline(head, landmarks).person.astype(np.float32), seconds
        if self._shape is None:
            self._shape = self._cut
        else:
            step = max(seconds - self._shaped_at, LEAST_STEP)
            self._shape = self._shape + np.float32(gain(SHAPE_HZ, step)) * (self._cut - self._shape)
        self._shaped_at = seconds
        return np.rint(255 * self._shape).astype(np.uint8)

    def _smooth(self, seconds: float, read: PhotoExpression) -> PhotoExpression:
        if self._seen is None:
            return read
        step = max(seconds - self._seconds, LEAST_STEP)
        moved = abs(read.eye_open - self._seen.eye_open) > BLINK
        lids, mouth = 1.0 if moved else gain(LIDS_HZ, step), gain(MOUTH_HZ, step)
        kept = np.array(self._seen)
        kept += np.array([lids, mouth, mouth, mouth]) * (np.array(read) - kept)
        return PhotoExpression(*kept.tolist())
