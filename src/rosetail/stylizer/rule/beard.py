"""Where a beard or moustache grows: the lower face, darker than its skin on both sides."""

from __future__ import annotations

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.faces.traits import Traits
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.features import CORNERS, Features
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags, disc, drop_small, grown, shape
from rosetail.stylizer.rule.skin_mask import Regions

GROWN = 0.5  # least probability of a beard for a grey one to be looked for
LEAST_SHARE = 0.12  # of both halves of the moustache; shadows of one side are no beard
NOSE_BASE = 2


def read_beard(
    photo: PhotoFields, face: FaceShape, features: Features, regions: Regions, traits: Traits
) -> Floats:
    """Mask [H, W] of the beard, 0..1: below 1 everywhere for a faint one."""
    unit, x, y = photo.unit, features.x, features.y
    skin = float(regions.skin_tone.middle[0])
    nose_x, nose_y = face.at(NOSE_BASE)
    lips = features.lips > 0.3
    near = grown(features.oval > 0.5, 0.10 * unit)
    low = (y > nose_y + 0.05) & near & (photo.person > 0.5) & (np.abs(x - nose_x) < 0.95)
    darker = skin - blur(photo.smooth[..., 0], 0.02 * unit)
    # A beard's upper edge on the cheek is a curve: the threshold rises towards the ears.
    sides = 0.22 * np.clip(np.abs(x - nose_x) - 0.45, 0, 0.5)
    rise = np.clip((nose_y + 0.16 - y - sides) / 0.22, 0, 2)
    dark = low & (darker > max(9.0, 0.22 * skin) + 30 * rise) & ~lips
    strength = _strength(dark, darker / max(skin, 1), face, features, skin)
    if strength <= 0 and traits.beard > GROWN:
        dark, strength = _grey(photo, face, features, regions, low & ~lips & (rise < 1))
    if strength <= 0:
        return np.zeros(photo.size, np.float32)
    closed = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_CLOSE, disc(0.05 * unit)) > 0
    closed = drop_small(closed & ~lips, (0.12 * unit) ** 2)
    return shape(closed, 0.022 * unit) * np.float32(strength)


def _strength(
    dark: Flags, darker: Floats, face: FaceShape, features: Features, skin: float
) -> float:
    """0..1: how surely it is a beard, by its share of moustache and chin on both sides."""
    x, y = features.x, features.y
    nose_x, nose_y = face.at(NOSE_BASE)
    mouth_y = float(np.mean([face.at(corner)[1] for corner in CORNERS]))
    strip = (features.oval > 0.5) & (features.lips < 0.3) & (features.mouth < 0.2)
    strip &= (y > nose_y + 0.06) & (np.abs(x - nose_x) < 0.42)
    left = x < nose_x

    def share(place: Flags) -> float:
        return min(_mean(dark[place & left]), _mean(dark[place & ~left]))

    moustache, chin = share(strip & (y < mouth_y)), share(strip & (y > mouth_y + 0.12))
    if moustache < LEAST_SHARE or not (dark & strip).any():
        return 0.0
    depth = float(np.median(darker[dark & strip]))
    certain = np.clip((depth - 0.27 - 0.08 * np.clip((50 - skin) / 20, 0, 1)) / 0.08, 0, 1)
    return float(np.clip(((0.6 * moustache + 0.4 * chin) * certain - 0.16) / 0.12, 0, 1))


def _grey(
    photo: PhotoFields, face: FaceShape, features: Features, regions: Regions, low: Flags
) -> tuple[Flags, float]:
    """A grey or white beard: paler than skin and rough; and how surely it is one."""
    tone = regions.skin_tone.middle
    chroma = blur(np.hypot(photo.lab[..., 1], photo.lab[..., 2]), 0.02 * photo.unit)
    usual = float(np.hypot(tone[1], tone[2]))
    level = photo.lab[..., 0]
    rough = blur(np.abs(level - blur(level, 0.02 * photo.unit)), 0.04 * photo.unit)
    cheeks = (features.oval > 0.9) & ~features.room & (features.y < face.at(NOSE_BASE)[1])
    if usual < 8 or not cheeks.any():
        return low & False, 0.0
    grey = low & (chroma < 0.85 * usual) & (rough > 0.9 * float(np.median(rough[cheeks])))
    shares = np.full(photo.size, 1.0, np.float32)
    return grey, 0.9 * _strength(grey, shares, face, features, 100.0)


def _mean(values: Flags) -> float:
    return float(values.mean()) if values.size else 0.0
