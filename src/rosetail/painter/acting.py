"""From the expression of a photographed face to that of a painted one."""

from __future__ import annotations

from typing import Any

import numpy as np

from rosetail.faces.expression import Expression
from rosetail.painter.curves import smoothstep
from rosetail.painter.params import ACTING, RANGES

Changes = dict[str, Any]

OPEN = 0.92  # of a painted eye that is open as usual
SHUT = (0.12, 0.30)  # of a photographed eye: shut below, open from here on
WINKS = (0.30, 0.70)  # how much further one eye is open than the other
SMILE = 1.15  # a drawn smile beside a photographed one
ANGRY, SAD = 16.0, 14.0  # degrees of the brows at full furrow and full inner raise
BARED = 0.22  # jaw_open of a mouth that shows its teeth and is not open


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
