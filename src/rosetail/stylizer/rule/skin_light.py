"""How a face is lit: the lightness of its skin without features, and where it turns away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.features import Features
from rosetail.stylizer.rule.fields import blur, masked_blur
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags
from rosetail.stylizer.rule.skin_mask import Regions

TURNED = 7.0  # L taken from skin that faces sideways
DARK_SKIN = (58.0, 30.0)  # L at which skin begins to count as dark, and the range


@dataclass(frozen=True)
class SkinLight:
    """Light on the skin of a face; [H, W] fields in L.

    Attributes:
        core: skin without features, 0..1. inside: clear skin inside the face.
        fine, light, slow, slower: lightness filled in under the features, ever smoother.
        middle: median L; spread: between dark and light skin.
        dark: 0..1, how dark the skin itself is. side: -1..1, from where the light comes.
    """

    core: Floats
    inside: Flags
    fine: Floats
    light: Floats
    slow: Floats
    slower: Floats
    middle: float
    spread: float
    dark: float
    side: float


def read_light(
    photo: PhotoFields, face: FaceShape, features: Features, regions: Regions
) -> SkinLight:
    """Read the light on the skin of ``face``."""
    unit, smooth = photo.unit, photo.smooth[..., 0]
    core = regions.skin * ~features.room
    fine, wide, middling = (masked_blur(smooth, core, s * unit) for s in (0.03, 0.10, 0.06))
    sure = np.clip(1.5 * blur(core, 0.02 * unit), 0, 1)
    turned = TURNED * _turned_away(face, photo.size) * blur(features.oval, 0.03 * unit)
    light = wide + sure * (0.55 * fine + 0.45 * middling - wide) - turned
    inside = (core > 0.7) & (features.oval > 0.5) & (features.y < 0.8 * face.chin)
    if not inside.any():
        inside = features.oval > 0.5
    values = light[inside]
    middle = float(np.median(values))
    low, high = np.percentile(values, [12, 85])
    slow = masked_blur(smooth, core, 0.15 * unit) - turned
    return SkinLight(
        core=core,
        inside=inside,
        fine=masked_blur(smooth, core, 0.055 * unit),
        light=np.asarray(light, np.float32),
        slow=np.asarray(slow, np.float32),
        slower=masked_blur(smooth, core, 0.20 * unit),
        middle=middle,
        spread=float(high - low),
        dark=float(np.clip((DARK_SKIN[0] - middle) / DARK_SKIN[1], 0, 1)),
        side=_side(features.x[inside], values),
    )


def _side(x: Floats, light: Floats) -> float:
    """-1 if the light comes from the left of the picture, 1 from the right; -1 if unclear."""
    if len(x) < 50 or x.std() < 1e-3 or light.std() < 0.5:
        return -1.0
    slope = float(np.corrcoef(x, light)[0, 1])
    return float(np.tanh(4 * slope)) if abs(slope) > 0.02 else -1.0


def _turned_away(face: FaceShape, size: tuple[int, int]) -> Floats:
    """0..1 [H, W]: how far the face's surface turns away from the viewer, by the mesh's depth."""
    step = max(2, round(face.distance / 24))
    height, width = (-(-side // step) for side in size)
    depth, count = (np.zeros((height, width), np.float32) for _ in range(2))
    cells = np.rint(face.points[:468] / step).astype(int)
    seen = (cells >= 0).all(1) & (cells < (width, height)).all(1)
    rows, columns = cells[seen, 1], cells[seen, 0]
    np.add.at(depth, (rows, columns), face.depth[:468][seen] / step)
    np.add.at(count, (rows, columns), 1)
    sigma = 0.07 * face.distance / step
    even = cv2.GaussianBlur(depth, (0, 0), sigma) / (cv2.GaussianBlur(count, (0, 0), sigma) + 1e-4)
    slope = np.hypot(*(cv2.Sobel(even, cv2.CV_32F, *d, scale=1 / 8) for d in ((1, 0), (0, 1))))
    facing = 1 / np.sqrt(1 + slope**2)
    turned = np.clip((0.62 - facing) / 0.45, 0, 1).astype(np.float32)
    return np.asarray(cv2.resize(turned, size[::-1], interpolation=cv2.INTER_LINEAR))
