"""The tones of one material: flat colour, shadows, light and line, by the laws of the study of
drawings in docs/painter.md."""

from __future__ import annotations

from dataclasses import dataclass

from rosetail.painter.artist_styles import ArtistStyle
from rosetail.painter.colour import Lch, mix, toward_hue

SHADOW_HUE = 300.0  # the violet that fills most painted shadows
DARKEST_SKIN = 0.43  # below it features are lost in the skin


@dataclass(frozen=True)
class Material:
    """Tones in OKLCH. ``depth``: how dark a skin is, 0 porcelain to 1 ebony; 0 for the rest."""

    base: Lch
    shade: Lch
    deep: Lch
    light: Lch
    shine: Lch
    line: Lch
    depth: float = 0.0


def shade(colour: Lch, steps: float = 1.0, hue: float = SHADOW_HUE, turn: float = 18.0) -> Lch:
    """A shadow of ``colour``: darker, richer, turned towards ``hue`` by at most ``turn`` degrees a
    step."""
    lightness, chroma, own = colour
    darker = lightness - 0.105 * steps * (0.55 + 0.45 * lightness / 0.8)
    richer = chroma + 0.012 * steps * (1.0 if lightness > 0.45 else 0.4)
    return max(0.08, darker), max(0.0, richer), toward_hue(own, hue, turn * steps)


def light(colour: Lch, steps: float = 1.0) -> Lch:
    """A lit tone: lighter, a little paler and warmer."""
    lightness, chroma, hue = colour
    return (
        min(0.99, lightness + 0.07 * steps),
        max(0.0, chroma * (1 - 0.12 * steps)),
        toward_hue(hue, 80.0, 10.0 * min(steps, 1.5)),
    )


def skin(colour: Lch) -> Material:
    """Skin, whose shadows turn red; never so dark that the features are lost in it."""
    base = (max(colour[0], DARKEST_SKIN), colour[1], colour[2])
    lightness, chroma, hue = base
    k = min(max((0.93 - lightness) / 0.5, 0.0), 1.0)
    return Material(
        base=base,
        shade=(lightness - 0.070 - 0.012 * k, chroma + 0.020 - 0.012 * k,
               toward_hue(hue, 24, 30 - 18 * k)),
        deep=(lightness - 0.120 - 0.020 * k, chroma + 0.030 - 0.020 * k,
              toward_hue(hue, 18, 36 - 20 * k)),
        light=(min(0.985, lightness + 0.04 + 0.04 * k), chroma * 0.85, hue + 6),
        shine=(min(0.995, lightness + 0.075 + 0.05 * k), chroma * 0.6, hue + 8),
        line=(max(0.17, 0.50 - 0.33 * k), 0.085 - 0.025 * k, 24 + 4 * k),
        depth=k,
    )  # fmt: skip


def blush_of(skin: Material) -> Lch:
    """The colour of cheeks, ears and knuckles."""
    return max(0.40, skin.base[0] - 0.15 - 0.02 * skin.depth), 0.125, 22 + 2 * skin.depth


def hair(colour: Lch) -> Material:
    """Hair: lines in its own hue, never black; a highlight turned to yellow."""
    lightness, chroma, hue = colour
    base = (max(lightness, 0.215 + 0.40 * lightness), chroma, hue)  # black is drawn as L .35
    lightness = base[0]
    if lightness > 0.6:
        line = (0.37, min(0.085, chroma * 0.6 + 0.02), toward_hue(hue, 20, 28))
    else:
        line = (
            max(0.15, min(0.30, lightness * 0.47)),
            min(0.06, chroma * 0.6 + 0.018),
            toward_hue(hue, 330, 30),
        )
    if lightness > 0.80:
        shine = (min(0.99, lightness + 0.10), min(chroma, 0.045), hue)
    elif lightness < 0.385:
        shine = (lightness + 0.23, 0.055 if chroma < 0.04 else chroma * 1.2, hue)
    else:
        lift = 0.19 if lightness < 0.5 else 0.14
        shine = (lightness + lift, max(chroma * 0.9, 0.02), toward_hue(hue, 70, 14))
    return Material(base, shade(base), shade(base, 1.9), light(base, 0.8), shine, line)


def cloth(colour: Lch) -> Material:
    """Cloth and everything else."""
    lightness, chroma, hue = colour
    if lightness > 0.85:
        line = (0.45, 0.05, 285.0)
    else:
        dark = lightness - 0.40 if lightness > 0.6 else lightness * 0.48
        line = (max(0.13, dark), min(0.07, chroma * 0.7 + 0.01), toward_hue(hue, 300, 15))
    return Material(
        colour, shade(colour), shade(colour, 1.8), light(colour), light(colour, 2), line
    )


def toned(material: Material, style: ArtistStyle) -> Material:
    """The material as an artist paints it: lines mixed with ink, chroma scaled, shadows and lights
    further from or closer to the flat colour."""

    def scaled(colour: Lch) -> Lch:
        return colour[0], min(colour[1] * style.chroma, 0.37), colour[2]

    base = material.base
    if style.paper and material.depth:
        base = (base[0] + style.paper * (0.93 - base[0]), base[1], base[2])

    def away(colour: Lch) -> Lch:
        light = base[0] + style.depth * (colour[0] - material.base[0])
        return scaled((min(max(light, 0.0), 1.0), colour[1], colour[2]))

    return Material(
        base=scaled(base),
        shade=away(material.shade),
        deep=away(material.deep),
        light=away(material.light),
        shine=away(material.shine),
        line=scaled(mix(material.line, style.ink, style.tint)),
        depth=material.depth,
    )
