"""Flat tones for all that is neither skin nor hair: clothes in steps, the ground soft behind."""

from __future__ import annotations

import cv2
import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.fields import blur, masked_blur
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import grown, shape

FIRST_STEP = 11.0  # L
CRUMB = 0.07  # units: shapes below this size are not drawn


def paint_ground(photo: PhotoFields, look: RuleLook) -> Floats:
    """Colours [H, W, 3] in CIELAB of clothes, things and the ground."""
    unit, smooth = photo.unit, photo.smooth
    cloth = smooth.copy()
    cloth[..., 0] = stepped(smooth[..., 0], unit, look)
    depth = np.clip((45 - cloth[..., 0]) / 45, 0, 1)
    cloth[..., 1] = cloth[..., 1] * look.chroma + depth
    cloth[..., 2] = cloth[..., 2] * look.chroma - 2.5 * depth
    if photo.person.max() < 0.5:
        return cloth
    behind = _behind(photo, look)
    return np.asarray(cloth + (1 - photo.person)[..., None] * (behind - cloth), np.float32)


def stepped(lightness: Floats, unit: float, look: RuleLook) -> Floats:
    """L in steps with clean borders; each has the mean lightness of what lies in it nearby."""
    # A median before a threshold is a majority after it: no step has crumbs or pinholes.
    side = 2 * max(1, round(0.5 * CRUMB * unit)) + 1
    bytes_ = np.asarray(np.clip(lightness * 2.55, 0, 255), np.uint8)
    even = cv2.medianBlur(bytes_, min(side, 31)).astype(np.float32) / np.float32(2.55)
    borders = np.arange(FIRST_STEP, 100, look.step)
    bins = np.digitize(even, borders)
    present = np.unique(bins)
    out = masked_blur(lightness, (bins == present[0]).astype(np.float32), 0.35 * unit)
    for number in present[1:]:
        level = masked_blur(lightness, (bins == number).astype(np.float32), 0.35 * unit)
        step = shape(bins >= number, look.step_sigma * unit)
        out = out + step * (level - out)
    return out


def _behind(photo: PhotoFields, look: RuleLook) -> Floats:
    """The ground: blurred without the person, so that there is neither a halo nor a wisp of hair;
    in flat steps where it is busy."""
    unit, smooth = photo.unit, photo.smooth
    far = (~grown(photo.person > 0.5, 0.05 * unit)).astype(np.float32)
    if not far.any():
        return smooth
    sigma = look.ground_blur * unit
    clear = np.clip(3 * blur(far, sigma), 0, 1)[..., None]
    soft = masked_blur(smooth, far, sigma)
    soft = soft * clear + (1 - clear) * masked_blur(smooth, far, 0.25 * unit)
    level = smooth[..., 0]
    detail = np.abs(level - masked_blur(level, far, 0.10 * unit))
    busy = np.clip((masked_blur(detail, far, 0.16 * unit) - 2.2) / 4, 0, 1)
    source = blur(smooth, 0.022 * unit) if look.young else smooth
    flat = blur(source, 0.02 * unit)
    flat[..., 0] = stepped(source[..., 0], unit, look)
    share = (busy * (0.6 if look.young else 1.0))[..., None] * clear
    ground = soft + share * (flat - soft)
    ground[..., 0] = ground[..., 0] * (1 - 0.01 * look.ground_light) + look.ground_light
    ground[..., 1:] *= look.chroma
    return np.asarray(ground, np.float32)
