"""From the expression of a photographed face to that of a painted one, in stills and clips.

In a clip nothing flickers or trembles: every number passes a one-euro filter, slow at rest and
quick when the face moves. Where the person is in the head is cut out now and then, and what was
found fades into what is found next.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Floats
from rosetail.faces.expression import Expression
from rosetail.faces.one_euro import LEAST_STEP, OneEuro, gain
from rosetail.painter.curves import smoothstep
from rosetail.painter.outline import outline
from rosetail.painter.params import ACTING, RANGES, PaintParams

Changes = dict[str, Any]

OPEN = 0.92  # of a painted eye that is open as usual
SHUT = (0.12, 0.30)  # of a photographed eye: shut below, open from here on
WINKS = (0.30, 0.70)  # how much further one eye is open than the other
SMILE = 1.15  # a drawn smile beside a photographed one
ANGRY, SAD = 16.0, 14.0  # degrees of the brows at full furrow and full inner raise
BARED = 0.22  # jaw_open of a mouth that shows its teeth and is not open
CUT_OUT_EVERY, SHAPE_HZ = 0.2, 1.5  # seconds between two cuts; how fast one fades into the next
# Cut-off in Hz at rest, and its rise for a unit a second.
STEADIED: dict[str, tuple[float, float]] = {
    "yaw": (1.2, 0.1),
    "pitch": (1.2, 0.1),
    "face_length": (0.5, 0.0),
    "eye_open": (1.5, 6.0),
    "wink_left": (1.0, 4.0),
    "wink_right": (1.0, 4.0),
    "smile_lids": (1.0, 1.0),
    "gaze_x": (2.0, 4.0),
    "gaze_y": (1.5, 3.0),
    "brow_height": (1.0, 1.0),
    "brow_skew": (0.8, 0.8),
    "brow_angle": (0.8, 0.05),
    "jaw_open": (3.0, 8.0),
    "mouth_wide": (2.0, 3.0),
    "smile": (2.0, 3.0),
    "smile_skew": (1.0, 1.0),
    "pucker": (2.0, 3.0),
    "teeth": (1.5, 2.0),
}


def acting_of(seen: Expression) -> Changes:
    """ACTING parameters of a painted face that does what a photographed one does."""
    opened = max(seen.eye_open_left, seen.eye_open_right)
    awake = float(smoothstep(opened, *SHUT))
    values = {
        "eye_open": OPEN * opened * awake,
        "wink_left": awake * float(smoothstep(opened - seen.eye_open_left, *WINKS)),
        "wink_right": awake * float(smoothstep(opened - seen.eye_open_right, *WINKS)),
        "smile_lids": 0.5 * (seen.squint_left + seen.squint_right),
        "gaze_x": seen.gaze_x,
        "gaze_y": seen.gaze_y,
        "brow_height": 0.5 * (seen.brow_raise_left + seen.brow_raise_right)
        - 0.5 * seen.brow_furrow,
        "brow_skew": 0.5 * (seen.brow_raise_right - seen.brow_raise_left),
        "brow_angle": SAD * seen.brow_inner_raise - ANGRY * seen.brow_furrow,
        "jaw_open": max(seen.jaw_open, BARED * seen.teeth),
        "mouth_wide": seen.mouth_width,
        "smile": SMILE * 0.5 * (seen.smile_left + seen.smile_right)
        - 0.5 * (seen.frown_left + seen.frown_right),
        "smile_skew": 0.5 * (seen.smile_right - seen.smile_left),
        "pucker": seen.pucker,
        "teeth": seen.teeth,
    }
    return {name: float(np.clip(values[name], *RANGES[name])) for name in ACTING}


class Acting:
    """Of one face, times rising: what it does and how it is held, steady."""

    def __init__(self) -> None:
        calm, rises = np.array(list(STEADIED.values())).T
        self._steady = OneEuro(calm, rises)
        self._cut: Floats | None = None
        self._shape: Floats | None = None
        self._cut_at = self._shaped_at = -math.inf

    def steadied(self, seconds: float, laid: PaintParams) -> PaintParams:
        """What was laid over the photo at ``seconds``, without the trembling of what is read."""
        kept = self._steady(seconds, np.array([getattr(laid, name) for name in STEADIED]))
        values = dict(zip(STEADIED, kept.tolist(), strict=True))
        return laid.changed({n: float(np.clip(v, *RANGES[n])) for n, v in values.items()})

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
