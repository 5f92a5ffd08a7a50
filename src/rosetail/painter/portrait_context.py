"""What all parts need to know about the portrait being drawn."""

from __future__ import annotations

from functools import cached_property

from rosetail.painter import materials
from rosetail.painter.artist_styles import ARTIST_STYLES, ArtistStyle
from rosetail.painter.build import Build, build_of
from rosetail.painter.colour import Lch, distance
from rosetail.painter.materials import Material
from rosetail.painter.params import PaintParams
from rosetail.painter.pose import Pose

NEAR = 0.16  # in OKLab, colours that are hard to tell beside each other


class PortraitContext:
    """Parameters, pose, build, artist's style and the materials' tones of one portrait."""

    def __init__(self, params: PaintParams) -> None:
        self.p = params
        self.style: ArtistStyle = ARTIST_STYLES[params.artist_style]
        self.pose = Pose(params.yaw, params.pitch, params.roll)
        self.build: Build = build_of(params)
        self.side = 1.0 if params.light >= 0 else -1.0  # where the light comes from: 1 is right
        self.away = -self.side

    def toned(self, material: Material) -> Material:
        return materials.toned(material, self.style)

    def ink(self, width: float) -> float:
        """A line's width as this artist draws it."""
        return width * self.style.line

    @cached_property
    def skin(self) -> Material:
        return self.toned(materials.skin(self.p.skin))

    @cached_property
    def blush(self) -> Lch:
        lightness, chroma, hue = materials.blush_of(self.skin)
        return lightness, chroma * min(self.style.chroma, 1.0), hue

    @cached_property
    def hair(self) -> Material:
        return self.toned(materials.hair(self.p.hair))

    @cached_property
    def cloth(self) -> Material:
        return self.toned(materials.cloth(self.p.cloth))

    @cached_property
    def cloth_second(self) -> Material:
        return self.toned(materials.cloth(self.p.cloth_second))

    @cached_property
    def accent(self) -> Material:
        return self.toned(materials.cloth(self.p.accent))

    @cached_property
    def worn(self) -> Material:
        """Of ornaments and hats: the accent, or a contrary of it where it would be lost in the
        hair."""
        accent, hair = self.p.accent, self.p.hair
        if distance(accent, hair) > NEAR:
            return self.accent
        contrary = 0.84 if hair[0] < 0.62 else 0.42, accent[1], (accent[2] + 150) % 360
        return self.toned(materials.cloth(contrary))
