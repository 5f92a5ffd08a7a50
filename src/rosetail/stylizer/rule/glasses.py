"""Thin frames of glasses: dark lines that run under the eyes or across the bridge of the nose."""

from __future__ import annotations

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.features import Features
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags, components, disc, grown, select, steep

DARKER = 11.0  # L below both sides
UNDER, BRIDGE = 0.003, 0.003  # squared eye distances of frame that must show there


def read_glasses(photo: PhotoFields, face: FaceShape, features: Features) -> Floats:
    """Mask [H, W] of the frames, 0..1; empty without glasses."""
    unit = photo.unit
    lightness = blur(photo.lab[..., 0], 0.008 * unit)
    thin = cv2.morphologyEx(lightness, cv2.MORPH_CLOSE, disc(0.055 * unit)) - lightness
    middle = (face.eyes[0].centre + face.eyes[1].centre) / 2 - face.middle
    x = features.x - np.float32(middle @ face.right / face.distance)
    y = features.y - np.float32(middle @ face.down / face.distance)
    brows = (features.brows[0] > 0.5) | (features.brows[1] > 0.5)
    eyes = (features.eyes[0] > 0.3) | (features.eyes[1] > 0.3)
    dark = (thin > DARKER) & (np.abs(x) < 1.25) & (y > -0.30) & (y < 0.52)
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
        return np.zeros(photo.size, np.float32)
    frames = select(labels, sure | (wide > 0.34) | (high > 0.22))
    return steep(blur(frames, 0.010 * unit), 0.010 * unit)


def _boxes(mask: Flags) -> Floats:
    """Width and height [N, 2] of the parts of ``mask``, as :func:`components` numbers them."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    boxes: Floats = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].astype(np.float32)
    boxes[0] = 0
    return boxes
