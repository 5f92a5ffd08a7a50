"""What all parts need to know about the portrait being drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np

from rosetail.painter import colour
from rosetail.painter.artist_styles import ARTIST_STYLES, ArtistStyle
from rosetail.painter.colour import Lch, Rgb
from rosetail.painter.params import PaintParams
from rosetail.painter.pose import Pose


@dataclass(frozen=True)
class Tones:
    """One material: its flat colour, two shadows, highlight and line, ready to draw with."""

    lch: Lch
    base: Rgb
    shade: Rgb
    deep: Rgb
    light: Rgb
    line: Rgb


class PortraitContext:
    """Parameters, pose, artist's hand and the materials' tones of one portrait."""

    def __init__(self, params: PaintParams) -> None:
        self.p = params
        self.hand: ArtistStyle = ARTIST_STYLES[params.hand]
        self.pose = Pose(params.yaw, params.pitch, params.roll)
        # The shoulders follow a turn or a lean of the head only a little.
        self.body_pose = Pose(params.yaw * 0.35, 0.0, params.roll * 0.3)
        self.side = 1.0 if params.light >= 0 else -1.0  # where the light comes from: 1 is right
        self.male = params.sex == "male"

    def rng(self, part: str) -> np.random.Generator:
        """A generator of its own for each part: changing one part leaves the others as they are."""
        return np.random.default_rng([self.p.seed, crc32(part.encode())])

    def tones(self, base: Lch, ambient: float = colour.AMBIENT_HUE) -> Tones:
        """Shadow, light and line tones of a material as this hand paints them."""
        hand = self.hand
        lch = (base[0] + (1 - base[0]) * hand.air, min(base[1] * hand.chroma, 0.4), base[2])
        depth = hand.shadow
        ink = colour.mix(hand.ink, colour.shade(lch, hand.depth, ambient), hand.tint)
        ink = (min(ink[0], 0.25 + (0.12 + 0.1 * (4 - hand.depth)) * hand.tint * 2), ink[1], ink[2])
        return Tones(
            lch=lch,
            base=colour.to_rgb(lch),
            shade=colour.to_rgb(colour.shade(lch, depth, ambient)),
            deep=colour.to_rgb(colour.shade(lch, min(depth * 1.9, 2.2), ambient)),
            light=colour.to_rgb(colour.light(lch)),
            line=colour.to_rgb(ink),
        )

    @cached_property
    def skin(self) -> Tones:
        """Skin shadows turn to red instead of violet."""
        return self.tones(self.p.skin, ambient=18.0)

    @cached_property
    def hair(self) -> Tones:
        return self.tones(self.p.hair)

    @cached_property
    def cloth(self) -> Tones:
        return self.tones(self.p.cloth)

    @cached_property
    def cloth_second(self) -> Tones:
        return self.tones(self.p.cloth_second)

    @cached_property
    def accent(self) -> Tones:
        return self.tones(self.p.accent)
