"""Hair as ribbons of four tones along its flow."""

from __future__ import annotations

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.fields import along, blur, masked_blur
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import flowing_shape

LEAST = 0.3  # eye distances: the side of the least hair that is painted


def paint_hair(photo: PhotoFields, hair: Floats, look: RuleLook) -> Floats | None:
    """Colours [H, W, 3] in CIELAB of the hair in mask ``hair`` [H, W]; None without hair."""
    unit, inside = photo.unit, hair > 0.6
    if inside.sum() < (LEAST * unit) ** 2:
        return None
    level = along(blur(photo.lab[..., 0], 0.006 * unit), photo.flow, 0.08 * unit)
    slow = masked_blur(level, hair, 0.30 * unit)
    # Slow changes count less, so that strands appear everywhere.
    level = slow * 0.55 + 1.15 * (level - slow) + np.float32(0.45 * np.median(level[inside]))
    borders = np.percentile(level[inside], [100 * share for share in look.hair_levels])
    middle = np.median(photo.smooth[inside], axis=0)
    base = 0.6 * masked_blur(photo.smooth[..., 0], hair, 0.6 * unit) + 0.4 * middle[0]
    out: Floats | None = None
    edges = [-np.inf, *borders, np.inf]
    for low, high, (factor, offset) in zip(edges[:-1], edges[1:], look.hair_tones, strict=True):
        part = hair * ((level > low) & (level <= high))
        tone = masked_blur(photo.smooth, part, 0.5 * unit)
        tone[..., 0] = np.clip(0.22 * tone[..., 0] + 0.78 * (base * factor + offset), 3, 93)
        tone[..., 1:] *= look.hair_chroma
        if out is None:
            out = tone + np.array([0, 1, -2], np.float32)
        else:
            ribbon = flowing_shape(
                level > low, photo.flow, 0.05 * unit, 0.012 * unit, (0.05 * unit) ** 2
            )
            out = out + ribbon[..., None] * (tone - out)
    return out
