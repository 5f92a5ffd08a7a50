"""Where a person shows skin, by the colour of the middle of the face; where hair, by its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.features import Features
from rosetail.stylizer.rule.fields import blur
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.shapes import (
    Flags,
    components,
    drop_small,
    grown,
    select,
    shape,
    shrunk,
)

LEAST_SPREAD = np.array([8, 3.5, 4.5], np.float32)  # of skin in L, a, b
HAIR_SPREAD = np.array([10, 4.5, 5.5], np.float32)
WIDTHS = np.array([2.0, 2.2, 2.2], np.float32)  # standard deviations that count as near
BRIGHTER, DARKER = 0.35, 0.62  # weight of a difference in L upwards (shine) and downwards (shade)


@dataclass(frozen=True)
class Tone:
    """Median and spread of a colour in CIELAB, [3] each."""

    middle: Floats
    spread: Floats

    @classmethod
    def of(cls, colours: Floats, least: Floats) -> Tone:
        """The robust mean of ``colours`` [N, 3]; the fifth farthest from it do not count."""
        middle = np.median(colours, axis=0)
        apart = np.abs(colours - middle).max(1)
        near = colours[apart <= np.percentile(apart, 80)]
        middle = np.median(near, axis=0)
        spread = 1.4826 * np.median(np.abs(near - middle), axis=0)
        return cls(middle.astype(np.float32), np.maximum(spread, least).astype(np.float32))

    def apart(self, lab: Floats) -> Floats:
        """Distance of every pixel in spreads, [H, W]."""
        return np.asarray(np.sqrt((((lab - self.middle) / self.spread) ** 2).sum(-1)))


@dataclass(frozen=True)
class Regions:
    """``skin``, ``hair``: soft masks 0..1 with clean contours. ``skin_tone``, ``hair_tone``: their
    colours; hair_tone is None if the head shows none."""

    skin: Floats
    hair: Floats
    skin_tone: Tone
    hair_tone: Tone | None


def read_regions(photo: PhotoFields, face: FaceShape, features: Features) -> Regions:
    """Skin and hair of the person with ``face``."""
    person = photo.person > 0.5
    tone = _skin_tone(photo, face, features)
    hair_tone = _hair_tone(photo, features, tone)
    skin = _skin(photo, face, features, tone, hair_tone)
    hair = _hair(photo, face, features, skin > 0.5, hair_tone)
    return Regions(skin * person, hair, tone, hair_tone)


def _skin_tone(photo: PhotoFields, face: FaceShape, features: Features) -> Tone:
    clear = (features.oval > 0.9) & ~features.room
    middle = clear & (features.y > -0.35) & (features.y < 0.55 * face.chin)
    colours = photo.smooth[middle if middle.sum() > 20 else features.oval > 0.5]
    return Tone.of(colours, LEAST_SPREAD)


def _hair_tone(photo: PhotoFields, features: Features, skin: Tone) -> Tone | None:
    """The colour of the top of the head, unless it is that of the skin (bald)."""
    unit = photo.unit
    around = ~grown(features.oval > 0.5, 0.16 * unit)
    band = (photo.person > 0.6) & (features.y < -0.5) & (np.abs(features.x) < 1.5) & around
    if band.sum() < (0.25 * unit) ** 2:
        return None
    tone = Tone.of(photo.smooth[band], HAIR_SPREAD)
    lighter, red, yellow = tone.middle - skin.middle
    differs = np.hypot(red, yellow) > 7 or tone.middle[0] < 0.66 * skin.middle[0] or lighter > 18
    return tone if differs else None


def _skin(
    photo: PhotoFields, face: FaceShape, features: Features, tone: Tone, hair: Tone | None
) -> Floats:
    unit, smooth = photo.unit, photo.smooth
    oval, x, y = features.oval > 0.5, features.x, features.y
    person = photo.person > 0.4
    likely = _likely(smooth, tone)
    seen = likely * _prior(photo, face, features)
    if hair is not None:
        seen = seen * (1 - _more_hair(smooth, tone, hair, features, unit))
    skin = (seen > 0.25) & person
    if hair is not None and hair.middle[0] < tone.middle[0] - 9:
        # With dark hair, all that is as light as skin above the brows is forehead, shine included.
        between = 0.42 * hair.middle[0] + 0.58 * tone.middle[0]
        forehead = grown(oval, 0.30 * unit) & (np.abs(x) < 0.95) & (y < -0.2) & person
        skin |= forehead & (smooth[..., 0] > between)
    colour = np.hypot(smooth[..., 1] - tone.middle[1], smooth[..., 2] - tone.middle[2])
    bright = (smooth[..., 0] > tone.middle[0] - 4) & (colour < 28)
    skin |= shrunk(oval, 0.03 * unit) & bright & (y < 0.9 * face.chin)
    inner = shrunk(oval, 0.12 * unit)
    skin |= inner & (likely > 0.04) & (y < 0.6 * face.chin)
    skin = _touching(drop_small(skin, (0.12 * unit) ** 2), oval, (0.35 * unit) ** 2)
    skin |= (features.eye_room & oval) | (features.lip_room & person)
    skin = _without_holes(drop_small(skin, (0.12 * unit) ** 2), oval, (0.55 * unit) ** 2)
    # Shine elsewhere, on shoulders: bright, of the colour of skin, with skin all around.
    skin |= _enclosed(skin, (0.5 * unit) ** 2) & (smooth[..., 0] > tone.middle[0]) & (colour < 28)
    return shape(skin, 0.026 * unit, (0.1 * unit) ** 2)


def _likely(smooth: Floats, tone: Tone) -> Floats:
    apart = (smooth - tone.middle) / (tone.spread * WIDTHS)
    apart[..., 0] *= np.where(apart[..., 0] > 0, np.float32(BRIGHTER), np.float32(DARKER))
    return np.asarray(np.exp(-0.5 * (apart**2).sum(-1)), np.float32)


def _prior(photo: PhotoFields, face: FaceShape, features: Features) -> Floats:
    """How likely skin is at all: high in the face, at the neck, less elsewhere (hands, arms)."""
    x, y, unit = features.x, features.y, photo.unit
    head = 1 / (1 + np.exp(6 * (np.hypot(x / 1.35, (y - 0.1) / 1.55) - 1)))
    neck = (np.abs(x - 0.3 * face.turn) < 1.0) & (y > 0.3) & (y < face.chin + 1.0)
    prior = np.maximum(head, 0.9 * blur(neck, 0.1 * unit))
    prior = np.maximum(prior, 0.55)
    return np.maximum(prior, 1.1 * blur(features.oval, 0.05 * unit)).astype(np.float32)


def _more_hair(smooth: Floats, skin: Tone, hair: Tone, features: Features, unit: float) -> Floats:
    """0..1 where the colour above the brows is nearer to that of the hair than of the skin."""
    to_hair = blur(hair.apart(smooth), 0.02 * unit)
    to_skin = blur(skin.apart(smooth), 0.02 * unit)
    nearer = 1 / (1 + np.exp(-1.5 * (to_skin - to_hair)))
    above = 1 / (1 + np.exp(8 * (features.y + 0.1)))
    inside = np.clip(1.3 * blur(shrunk(features.oval > 0.5, 0.1 * unit), 0.04 * unit), 0, 1)
    return np.asarray(nearer * above * (1 - inside), np.float32)


def _touching(mask: Flags, seed: Flags, large: float) -> Flags:
    """The parts of ``mask`` that touch ``seed`` or are ``large``."""
    labels, areas = components(mask)
    return select(labels, (np.bincount(labels[seed], minlength=len(areas)) > 0) | (areas > large))


def _without_holes(mask: Flags, oval: Flags, area: float) -> Flags:
    """``mask`` with its holes inside ``oval`` below ``area`` pixels filled."""
    labels, areas = components(~mask)
    inside = np.bincount(labels[oval], minlength=len(areas)) > 0.9 * areas
    return mask | select(labels, inside & (areas < area))


def _enclosed(mask: Flags, area: float) -> Flags:
    """The holes of ``mask`` below ``area`` pixels."""
    labels, areas = components(~mask)
    return select(labels, areas < area)


def _hair(
    photo: PhotoFields, face: FaceShape, features: Features, skin: Flags, tone: Tone | None
) -> Floats:
    """The person's pixels outside the skin that look like the ring above the face."""
    unit, x, y = photo.unit, features.x, features.y
    person, oval = photo.person > 0.5, features.oval > 0.5
    brows = features.brow_room & oval
    ring = person & ~skin & (y < -0.3) & grown(oval, 0.45 * unit) & ~brows
    if tone is None or ring.sum() < (0.2 * unit) ** 2:
        return np.zeros(photo.size, np.float32)
    seen = Tone.of(photo.smooth[ring], HAIR_SPREAD)
    like = seen.apart(photo.smooth) * np.float32(0.9) < 2.4 * 1.8
    # Below the ears hair hangs beside the neck, not in front of it.
    hanging = like & (y < face.chin + 1.6) & ((y < 0.8 * face.chin) | (np.abs(x) > 0.8))
    crown = (y < -0.1) & (np.abs(x) < 1.9) & ~grown(oval, 0.06 * unit)
    hair = person & ~skin & (hanging | crown) & ~brows & ~(features.eye_room & oval)
    hair &= ~(features.lip_room & oval)
    labels, areas = components(drop_small(hair, (0.15 * unit) ** 2))
    return shape(select(labels, np.bincount(labels[ring], minlength=len(areas)) > 20), 0.02 * unit)
