"""Hair as ribbons of four tones along its flow."""

from __future__ import annotations

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.fields import along, blur, masked_blur
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.shapes import flowing_shape
from rosetail.stylizer.rule.strokes import Sheet, taper

STRANDS = 0.75  # opacity of strands
BAND = 1.06  # radius of the band of light, in half the size of a head
LEAST = 0.3  # eye distances: the side of the least hair that is painted


def paint_hair(head: SeenHead, look: RuleLook) -> Floats | None:
    """Colours [H, W, 3] in CIELAB of the hair, valid in its mask; None without hair."""
    photo, hair = head.photo, head.regions.hair
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
    assert out is not None
    out = _with_strands(out, head, base, look)
    return _with_band(out, head, level, look) if look.young else out


def _with_band(colours: Floats, head: SeenHead, level: Floats, look: RuleLook) -> Floats:
    """``colours`` with the band of light round the crown that drawn hair has, in strands."""
    unit, features = head.photo.unit, head.features
    inside = head.regions.hair > 0.6
    across = np.hypot(features.x / 1.22, (features.y + 0.02) / 1.5)
    round_crown = np.exp(-(((across - BAND) / 0.075) ** 2)) * (features.y < -0.45)
    light = along(level, head.photo.flow, 0.06 * unit)
    # Wider where a strand catches light: the band ends in points along the flow.
    spread = np.clip((light - float(np.median(light[inside]))) / (light[inside].std() + 1), -1, 1)
    seen = round_crown * (0.62 + 0.25 * spread) > 0.5
    band = flowing_shape(seen, head.photo.flow, 0.06 * unit, 0.010 * unit, (0.06 * unit) ** 2)
    tone = colours * np.array([1.0, 1.1, 1.1], np.float32)
    tone[..., 0] = np.clip(colours[..., 0] * 1.25 + 15, 3, 95)
    return np.asarray(colours + (0.8 * band)[..., None] * (tone - colours), np.float32)


def _with_strands(colours: Floats, head: SeenHead, base: Floats, look: RuleLook) -> Floats:
    """``colours`` with fine strands in its darkest and lightest tone."""
    size, unit = head.photo.size, head.photo.unit
    last = len(look.hair_tones) - 1
    for strands, (factor, offset) in zip(
        head.strands, (look.hair_tones[0], look.hair_tones[last]), strict=True
    ):
        sheet = Sheet(size)
        for strand in strands:
            wide = (0.006 + 0.012 * strand.strength) * unit * look.line
            sheet.stroke(strand.path, wide * taper(len(strand.path), 0.35, 0.45, 0.1))
        tone = colours.copy()
        tone[..., 0] = np.clip(base * factor + offset, 3, 93)
        colours = colours + (STRANDS * sheet.mask())[..., None] * (tone - colours)
    return colours
