"""Colours of skin: a lit tone and a shadow in the skin's own hue, with soft light inside."""

from __future__ import annotations

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.fields import blur, masked_blur
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import Flags, shape
from rosetail.stylizer.rule.skin_light import SkinLight
from rosetail.stylizer.rule.skin_shadow import (
    deep_border,
    first_border,
    nose_shadow,
    skin_shadow,
)

HUES = (49.0, 63.0)  # degrees: of skin under white light; dark skin begins at 53
PENUMBRA = 0.10  # units over which a third of a shadow fades
LIFTED = 48.0  # L above which skin is lifted; below it stays as dark as it is
CHEEKS = ((50, 205), (280, 425))
NOSE_SHARE, YOUNG_NOSE_SHARE = 0.80, 0.25  # of the shadow tone, on the side of the nose


def paint_skin(head: SeenHead, look: RuleLook) -> tuple[Floats, Floats]:
    """Colours of the skin [H, W, 3] in CIELAB, valid in and near its mask, and the lit tone."""
    photo, face, light = head.photo, head.face, head.light
    shadow, deep = skin_shadow(head, look)
    lit, colour = _lit_tone(photo, light, look)
    depths = _depths(photo, light, look)
    redder = (4.0 - 2.5 * light.dark) * colour
    first = _tone(lit, -depths[0], redder, colour, 1.06)
    second = _tone(lit, -depths[0] - depths[1], 1.5 * redder, 0, 1.05)
    out = _with_shine(photo, lit, light, colour, look)
    share = YOUNG_NOSE_SHARE if look.young else NOSE_SHARE
    half = 0.65 * shadow + 0.35 * blur(shadow, PENUMBRA * photo.unit)
    for mask, tone in (
        (nose_shadow(photo, face, light) * np.float32(share), first),
        (half, first),
        (deep * shadow * np.float32(not look.greys), second),
    ):
        out = out + mask[..., None] * (tone - out)
    if look.blush and colour > 0:
        out[..., 1] += look.blush * colour * _cheeks(face, photo.size, photo.unit) * (1 - shadow)
    return np.asarray(out, np.float32), lit


def _lit_tone(photo: PhotoFields, light: SkinLight, look: RuleLook) -> tuple[Floats, float]:
    """Colours of lit skin [H, W, 3], and how coloured it is at all (0 in black and white)."""
    between = (light.light > first_border(light)) & (light.light < light.middle + 18)
    base = np.median(photo.smooth[light.inside], axis=0)
    # Shine is pale and grey: the hue of dark skin is seen beside it.
    matt = light.inside & (photo.smooth[..., 0] < base[0] + 2)
    base[1:] += light.dark * (np.median(photo.smooth[matt], axis=0)[1:] - base[1:])
    colour = float(np.clip((np.hypot(base[1], base[2]) - 4) / 6, 0, 1))
    lit = 0.55 * base + 0.45 * masked_blur(photo.smooth, light.core * between, 0.45 * photo.unit)
    natural = float(np.median(photo.natural[light.inside]))
    # Against the photograph itself: what balancing the exposure did does not count for skin.
    level = natural + float(np.clip(0.25 * (natural - LIFTED), 0, look.lift)) - 3 * light.dark
    slow, middling = look.modelling
    lit[..., 0] = np.minimum(
        level
        + (slow + 0.25 * light.dark) * np.clip(light.slower - light.middle, -12, 12)
        + middling * np.clip(light.fine - light.slower, -13, 6),
        93,
    )
    return _skin_hue(np.asarray(lit, np.float32), colour, light.dark), colour


def _skin_hue(lab: Floats, colour: float, dark: float) -> Floats:
    """Hue moved towards that of skin (colour casts), chroma a little up, orange held back."""
    hue, chroma = np.arctan2(lab[..., 2], lab[..., 1]), np.hypot(lab[..., 1], lab[..., 2])
    usual = np.clip(hue, np.radians(HUES[0] + 4 * dark), np.radians(HUES[1]))
    hue = hue + 0.8 * colour * (usual - hue)
    chroma = chroma * (1.12 + 0.12 * dark)
    chroma = chroma + colour * (0.6 + 0.3 * dark) * np.clip(24 + 5 * dark - chroma, 0, 12)
    chroma = np.where(chroma > 33, 33 + 0.25 * (chroma - 33), chroma)
    lab[..., 1], lab[..., 2] = chroma * np.cos(hue), chroma * np.sin(hue)
    return lab


def _depths(photo: PhotoFields, light: SkinLight, look: RuleLook) -> tuple[float, float]:
    """How much darker the shadow is than lit skin, and the deep shadow than the shadow."""
    level, smooth = light.light, photo.smooth[..., 0]
    first, deep = first_border(light), deep_border(light)
    clear = light.core > 0.7
    shaded = _median(smooth, clear & (level <= first) & (level > deep))
    black = _median(smooth, clear & (level <= deep))
    apart = 12.0 if shaded is None else light.middle - shaded
    least = 9.5 if look.young else 11.0
    depth = float(np.clip(0.5 * apart + 7, least, 17)) * look.shadow
    below = 14.0 if shaded is None or black is None else shaded - black
    return depth, float(np.clip(0.6 * below + 4, 9, 18)) * look.shadow


def _median(values: Floats, mask: Flags) -> float | None:
    found = values[mask]
    return float(np.median(found)) if len(found) > 50 else None


def _tone(lit: Floats, darker: float, redder: float, yellower: float, chroma: float) -> Floats:
    tone = lit * np.array([1, chroma, chroma], np.float32)
    return np.asarray(tone + np.array([darker, redder, yellower], np.float32), np.float32)


def _with_shine(
    photo: PhotoFields, lit: Floats, light: SkinLight, colour: float, look: RuleLook
) -> Floats:
    """``lit`` with its soft highlights; dark skin has more of them."""
    border = light.middle + float(np.clip(0.6 * light.spread, 9, 15))
    bright = (light.light > border) & (light.core > 0.3)
    if not bright.any():
        return lit
    soft = blur(shape(bright, 1.2 * 0.4 * look.shadow_sigma * photo.unit), 0.035 * photo.unit)
    seen = _median(photo.smooth[..., 0], (light.core > 0.7) & bright)
    rise = float(
        np.clip(0.6 * (8.0 if seen is None else seen - light.middle) + 1, 3, 6 + 5 * light.dark)
    )
    rise *= 0.55 + 0.45 * light.dark
    shine = _tone(lit, rise, -1.5 * colour, -colour, 0.92)
    share = (0.35 if look.young else 0.45) + 0.5 * light.dark
    return np.asarray(lit + (soft * share)[..., None] * (shine - lit), np.float32)


def _cheeks(face: FaceShape, size: tuple[int, int], unit: float) -> Floats:
    """Two soft ellipses, 0..1."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    cheeks = np.zeros(size, np.float32)
    for pair in CHEEKS:
        middle = face.points[list(pair)].mean(0)
        across, down = (x - middle[0]) / (0.24 * unit), (y - middle[1]) / (0.15 * unit)
        cheeks += np.exp(-(across**2 + down**2)).astype(np.float32)
    return cheeks
