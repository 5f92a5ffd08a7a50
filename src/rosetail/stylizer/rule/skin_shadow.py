"""The shadow on skin as one clean shape: large, with calm borders, never a stain."""

from __future__ import annotations

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import BROWS, LOWER_LIP, UPPER_LIP, FaceShape
from rosetail.stylizer.rule.features import Features
from rosetail.stylizer.rule.fields import blur, masked_blur
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags, grown, large_parts, opened, shape, shrunk
from rosetail.stylizer.rule.skin_light import SkinLight
from rosetail.stylizer.rule.strokes import curve, filled, smooth_path

NOSE = [48, 278, 4, 6, 2, 129, 358]
NOSE_TO_MOUTH = [129, 358, 61, 291]
NOSE_SIDES = (  # left, right: from the brow's inner end round the wing to under the tip
    [55, 193, 122, 196, 3, 51, 45, 4, 1, 2, 98, 64, 48, 49, 198, 217, 114, 128, 243, 189, 221],
    [285, 417, 351, 419, 248, 281, 275, 4, 1, 2, 327, 294, 278, 279, 420, 437, 343, 357, 463,
     413, 441],
)  # fmt: skip


def first_border(light: SkinLight) -> float:
    """L below which skin is in shadow."""
    return light.middle - float(np.clip(0.42 * light.spread, 7.0, 12.5)) - 2.5 * light.dark


def deep_border(light: SkinLight) -> float:
    """L below which it is in deep shadow."""
    return first_border(light) - float(np.clip(0.5 * light.spread, 10, 18))


def skin_shadow(head: SeenHead, look: RuleLook) -> tuple[Floats, Floats]:
    """Masks 0..1 of the shadow and of the deep shadow on skin."""
    photo, face, features, light = head.photo, head.face, head.features, head.light
    unit, sigma = photo.unit, look.shadow_sigma * photo.unit
    skin = head.regions.skin > 0.5
    rim = skin & ~shrunk(skin, 1.5)
    level = _without_fall(0.45 * light.light + 0.55 * light.slow, features, light, face)
    dark = skin & (blur(level, 0.2 * sigma) < first_border(light))
    dark = _calm(dark, skin, rim, features, face, look, unit)
    dark |= _cast(photo, face, features, light)
    # Continued beyond the skin, so that smoothing does not peel it off the outline.
    continued = dark | (~skin & grown(dark, 0.06 * unit))
    shadow = shape(continued, sigma, (0.30 * unit) ** 2)
    deep = skin & (level < deep_border(light)) & (shadow > 0.5)
    deep = large_parts(deep, (0.40 * unit) ** 2, rim)
    return shadow, shape(deep, 0.5 * sigma, (0.18 * unit) ** 2)


def _without_fall(level: Floats, features: Features, light: SkinLight, face: FaceShape) -> Floats:
    """``level`` without most of its fall from forehead to chin, which light from above makes."""
    y, values = features.y[light.inside], level[light.inside]
    if len(y) < 50:
        return level
    slope = min(float(np.polyfit(y[::4], values[::4], 1)[0]), 0)
    down = np.clip(features.y - np.median(y), -1.2, face.chin)
    return np.asarray(level - 0.8 * slope * down * features.oval, np.float32)


def _calm(
    dark: Flags,
    skin: Flags,
    rim: Flags,
    features: Features,
    face: FaceShape,
    look: RuleLook,
    unit: float,
) -> Flags:
    """``dark`` without small parts; around the features it only continues from outside."""
    least = look.least_shadow
    rooms = _feature_rooms(face, dark.shape, unit)
    outside = large_parts(dark & ~rooms, (0.7 * least * unit) ** 2, rim)
    around = (~rooms & skin).astype(np.float32) + np.float32(1e-4)
    spread = masked_blur(outside, around, 0.10 * unit)
    dark = np.where(rooms, (spread > 0.55) & skin, outside)
    lit = large_parts(opened(skin & ~dark, 0.075 * unit), (0.5 * unit) ** 2)
    dark = skin & ~grown(lit, 1.5)
    dark = large_parts(opened(dark, 0.045 * unit), (0.7 * least * unit) ** 2, rim)
    forehead = (features.y < -0.22) & grown(features.oval > 0.5, 0.08 * unit)
    dark = np.where(forehead, opened(dark, 0.12 * unit), dark)
    return large_parts(opened(dark, 0.055 * unit), (least * unit) ** 2, rim)


def _feature_rooms(face: FaceShape, size: tuple[int, ...], unit: float) -> Flags:
    """Orbits, nose and mouth."""
    q = face.points
    rooms = np.zeros(size[:2], np.uint8)
    around = [
        np.concatenate([q[upper], q[lower], eye.upper, eye.lower])
        for eye, (upper, lower) in zip(face.eyes, BROWS, strict=True)
    ]
    around += [q[NOSE], q[[*UPPER_LIP, *LOWER_LIP]], q[NOSE_TO_MOUTH]]
    for points in around:
        cv2.fillConvexPoly(rooms, cv2.convexHull(np.rint(points).astype(np.int32)), 1)
    return grown(rooms > 0, 0.13 * unit)


def _cast(photo: PhotoFields, face: FaceShape, features: Features, light: SkinLight) -> Flags:
    """The shadow that the head casts on the neck, unless the neck is lit."""
    unit = photo.unit
    shift = face.down * 0.30 * unit - face.right * 0.10 * unit * light.side
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    head = cv2.warpAffine(features.oval, matrix, photo.size[::-1])
    neck = (features.oval < 0.5) & (features.y > 0.45 * face.chin) & (np.abs(features.x) < 1.1)
    return (head > 0.5) & neck & (light.light < light.middle - 3)


def nose_shadow(photo: PhotoFields, face: FaceShape, light: SkinLight) -> Floats:
    """The side of the nose away from the light, 0..1."""
    side = NOSE_SIDES[0] if light.side > 0 else NOSE_SIDES[1]
    outline = smooth_path(curve(face.points[side], 90, closed=True), 0.02 * photo.unit)
    strength = float(np.clip(1.5 * abs(light.side), 0.45, 1))
    return blur(filled(photo.size, [outline]), 0.012 * photo.unit) * np.float32(strength)
