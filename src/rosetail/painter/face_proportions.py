"""How a face differs from the average one, and what of that a drawing takes over.

Drawn faces have proportions of their own: a difference moves them a little, within limits that stay
beautiful, and is never copied.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.faces.pose import HeadPose
from rosetail.painter.params import PaintParams
from rosetail.painter.sample import in_range

Floats = NDArray[np.float64]

# Mean and standard deviation of 258 public-domain and CC0 portraits turned by less than 20 degrees.
AVERAGE: dict[str, tuple[float, float]] = {
    "length": (0.822, 0.034),
    "jaw": (0.808, 0.016),
    "fullness": (0.562, 0.019),
    "chin": (0.183, 0.009),
    "spacing": (0.388, 0.011),
    "tilt": (-0.0154, 0.0076),
    "lids": (0.255, 0.040),
    "nose_width": (0.498, 0.022),
    "nose_length": (0.508, 0.020),
}
MOST = 2.0  # standard deviations that count
# What one standard deviation moves, in the parameter's unit: first where the face is laid out ...
LAYOUT_STEPS = {"face_width": ("length", -0.016), "face_length": ("length", 0.026),
                "eye_spacing": ("spacing", 0.020)}  # fmt: skip
# ... then in style.
STYLE_STEPS = {
    "jaw": ("jaw", 0.16), "cheeks": ("fullness", 0.30), "chin": ("chin", 0.16),
    "eye_tilt": ("tilt", -2.2), "eye_height": ("lids", 0.06), "nose_size": ("nose_width", 0.14),
}  # fmt: skip


class FaceProportions(NamedTuple):
    """Differences from the average face in standard deviations, -MOST to MOST.

    ``length``: from the eyes to the chin, of the face's width. ``jaw``, ``fullness``, ``chin``:
    widths of the face below the ears, beside the mouth and at the chin, of its whole width.
    ``spacing``: between the eyes. ``tilt``: how much lower the outer corners of the eyes are.
    ``lids``: height of the eyes. ``nose_width``, ``nose_length``.
    """

    length: float = 0.0
    jaw: float = 0.0
    fullness: float = 0.0
    chin: float = 0.0
    spacing: float = 0.0
    tilt: float = 0.0
    lids: float = 0.0
    nose_width: float = 0.0
    nose_length: float = 0.0


def face_proportions(points: NDArray[np.floating], pose: HeadPose) -> FaceProportions:
    """The shape of the face with the mesh ``points`` [478, 3] in ``pose``."""
    head = pose.to_head(points)

    def apart(left: int, right: int) -> float:
        return float(head[right, 0] - head[left, 0])

    width, eyes = apart(234, 454), float(head[[33, 133, 362, 263], 1].mean())
    opened = [
        float(head[low, 1] - head[high, 1]) / apart(*ends)
        for high, low, ends in ((159, 145, (33, 133)), (386, 374, (362, 263)))
    ]
    measured = FaceProportions(
        length=(float(head[152, 1]) - eyes) / width,
        jaw=apart(172, 397) / width,
        fullness=apart(150, 379) / width,
        chin=apart(148, 377) / width,
        spacing=apart(133, 362),
        tilt=float(head[[33, 263], 1].mean() - head[[133, 362], 1].mean()),
        lids=float(np.mean(opened)),
        nose_width=apart(129, 358),
        nose_length=float(head[2, 1]) - eyes,
    )
    return FaceProportions(*(
        float(np.clip((value - mean) / spread, -MOST, MOST))
        for value, (mean, spread) in zip(measured, AVERAGE.values(), strict=True)
    ))  # fmt: skip


def laid_out(shape: FaceProportions, follow: float) -> dict[str, float]:
    """Values of the parameters in LAYOUT_STEPS that follow ``shape``: 0 not at all, 1 fully."""
    return {
        name: in_range(name, 1 + follow * step * getattr(shape, part))
        for name, (part, step) in LAYOUT_STEPS.items()
    }


def shaped(params: PaintParams, shape: FaceProportions, follow: float) -> dict[str, Any]:
    """Values of the parameters in STYLE_STEPS: those of ``params``, moved by ``shape``."""
    return {
        name: in_range(name, getattr(params, name) + follow * step * getattr(shape, part))
        for name, (part, step) in STYLE_STEPS.items()
    }
