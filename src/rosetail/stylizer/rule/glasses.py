"""Thin frames of glasses: dark lines that run under the eyes or across the bridge of the nose."""

from __future__ import annotations

import itertools

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.faces.traits import Traits
from rosetail.stylizer.rule.face_shape import SIDES, FaceShape
from rosetail.stylizer.rule.features import Features
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags, components, disc, grown, select, steep
from rosetail.stylizer.rule.strokes import Path, Sheet, curve

DARKER = 11.0  # L below both sides
RIM = 0.016  # units: width of a thin rim
# Of rims: distance of a lens from the middle, half its width and height, and how far it hangs.
RIM_GRID = ((0.46, 0.5, 0.54), (0.32, 0.37, 0.42), (0.17, 0.21, 0.25), (0.02, 0.06, 0.10, 0.14))
WORN = 0.6  # least probability of glasses
UNDER, BRIDGE = 0.003, 0.003  # squared eye distances of frame that must show there


def read_glasses(photo: PhotoFields, face: FaceShape, features: Features, traits: Traits) -> Floats:
    """Mask [H, W] of the frames, 0..1; empty without glasses. If ``traits`` say that
    glasses are worn whose frames cannot be seen, thin rims."""
    unit = photo.unit
    lightness = blur(photo.lab[..., 0], 0.008 * unit)
    thin = cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, disc(0.055 * unit)) - lightness
    frames = _frames(thin > DARKER, photo, face, features)
    if frames is not None:
        return steep(blur(frames, 0.010 * unit), 0.010 * unit)
    if traits.glasses > WORN:
        bright = lightness - cv2.morphologyEx(lightness, cv2.MORPH_OPEN, disc(0.055 * unit))
        return _rims(np.maximum(thin, bright), face)
    return np.zeros(photo.size, np.float32)


def _rims(seen: Floats, face: FaceShape) -> Floats:
    """Thin rims, clean, of the size and in the place at which ``seen`` (L) is strongest on them."""
    sharp = blur(np.clip(seen, 0, 12), 0.012 * face.distance)
    best = max(
        itertools.product(*RIM_GRID), key=lambda rim: _evidence(sharp, _outlines(face, *rim))
    )
    sheet = Sheet((seen.shape[0], seen.shape[1]))
    wide = RIM * face.distance
    for outline in _outlines(face, *best):
        sheet.stroke(np.concatenate([outline, outline[:1]]), wide)
    apart, half, high, low = best
    place = (face.eyes[0].centre + face.eyes[1].centre) / 2
    axes = face.distance * np.stack([face.right, face.down])
    inner, level = apart - half, low - 0.35 * high
    bridge = curve(np.array([[-inner, level], [0, level - 0.05], [inner, level]]), 16)
    sheet.stroke(place + bridge @ axes, wide)
    for side, end in zip((-1, 1), SIDES, strict=True):
        start = place + np.array([side * (apart + 0.95 * half), level]) @ axes
        sheet.stroke(np.array([start, 0.2 * start + 0.8 * face.points[end]]), wide)
    return np.float32(0.8) * sheet.mask()


def _outlines(face: FaceShape, apart: float, half: float, high: float, low: float) -> list[Path]:
    """Both lenses as rounded rectangles [48, 2]; lengths in eye distances."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    round_ = np.column_stack([np.cos(angle), np.sin(angle)])
    lens = np.sign(round_) * np.abs(round_) ** 0.72 * (half, high)
    place = (face.eyes[0].centre + face.eyes[1].centre) / 2
    axes = face.distance * np.stack([face.right, face.down])
    return [place + (lens + np.array([side * apart, low])) @ axes for side in (-1, 1)]


def _evidence(seen: Floats, outlines: list[Path]) -> float:
    points = np.concatenate(outlines).astype(np.float32)
    return float(cv2.remap(seen, points[:, 0], points[:, 1], cv2.INTER_LINEAR).mean())


def _frames(thin: Flags, photo: PhotoFields, face: FaceShape, features: Features) -> Flags | None:
    """The parts of ``thin`` that are frames; None if they do not run as frames do."""
    unit = photo.unit
    middle = (face.eyes[0].centre + face.eyes[1].centre) / 2 - face.middle
    x = features.x - np.float32(middle @ face.right / face.distance)
    y = features.y - np.float32(middle @ face.down / face.distance)
    brows = (features.brows[0] > 0.5) | (features.brows[1] > 0.5)
    eyes = (features.eyes[0] > 0.3) | (features.eyes[1] > 0.3)
    dark = thin & (np.abs(x) < 1.25) & (y > -0.30) & (y < 0.52)
    dark &= ~eyes & ~grown(brows, 0.05 * unit)
    labels, _ = components(dark, 8)
    boxes = _boxes(dark)
    wide, high = boxes[:, 0] / unit, boxes[:, 1] / unit
    under = (y > 0.16) & (y < 0.46) & (np.abs(np.abs(x) - 0.5) < 0.33)
    bridge = (np.abs(x) < 0.13) & (y > -0.16) & (y < 0.14)
    parts = [
        np.bincount(labels[dark & place], minlength=len(boxes)) / unit**2
        for place in (under & (x < 0), under & (x >= 0), bridge)
    ]
    below, across = parts[0] + parts[1], parts[2]
    sure = ((below > 0.004) & (wide > 0.3)) | ((across > BRIDGE) & (wide > 0.45))
    sure &= (wide > 0.35) | (high > 0.22)
    sure[0] = False
    left, right, over = (float(part[sure].sum()) for part in parts)
    worn = (over > BRIDGE and left + right > UNDER) or min(left, right) > 2 * UNDER
    if not worn:
        return None
    return select(labels, sure | (wide > 0.34) | (high > 0.22))


def _boxes(mask: Flags) -> Floats:
    """Width and height [N, 2] of the parts of ``mask``, as :func:`components` numbers them."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    boxes: Floats = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].astype(np.float32)
    boxes[0] = 0
    return boxes
