"""Colour in OKLCH (Ottosson 2020): lightness 0..1, chroma 0..0.4, hue in degrees.

Illustrators shade by shifting hue and chroma, not by adding black; in OKLCH that is plain
arithmetic. Colours that are drawn with are sRGB triples of floats in 0..1.
"""

from __future__ import annotations

import math
from functools import lru_cache

Lch = tuple[float, float, float]
Rgb = tuple[float, float, float]


def _encode(value: float) -> float:
    if value <= 0.0031308:
        return 12.92 * value
    return 1.055 * value ** (1 / 2.4) - 0.055


def _decode(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _linear(lightness: float, chroma: float, hue: float) -> Rgb:
    angle = math.radians(hue)
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


@lru_cache(maxsize=8192)
def to_rgb(colour: Lch) -> Rgb:
    """sRGB of an OKLCH colour; chroma is lowered until the colour can be shown."""
    lightness = min(max(colour[0], 0.0), 1.0)
    chroma = max(colour[1], 0.0)
    linear = _linear(lightness, chroma, colour[2])
    for _ in range(12):
        if min(linear) >= -0.002 and max(linear) <= 1.002:
            break
        chroma *= 0.9
        linear = _linear(lightness, chroma, colour[2])
    red, green, blue = (min(1.0, max(0.0, _encode(value))) for value in linear)
    return red, green, blue


def from_rgb(colour: Rgb) -> Lch:
    """OKLCH of an sRGB colour."""
    red, green, blue = (_decode(value) for value in colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360.0


def distance(first: Lch, second: Lch) -> float:
    """Of two colours, in OKLab."""
    return math.dist(_lab(first), _lab(second))


def _lab(colour: Lch) -> tuple[float, float, float]:
    angle = math.radians(colour[2])
    return colour[0], colour[1] * math.cos(angle), colour[1] * math.sin(angle)


def toward_hue(hue: float, target: float, degrees: float) -> float:
    """`hue` turned by at most `degrees` along the shorter way to `target`."""
    difference = (target - hue + 180.0) % 360.0 - 180.0
    step = math.copysign(min(abs(difference), degrees), difference)
    return (hue + step) % 360.0


def mix(first: Lch, second: Lch, amount: float) -> Lch:
    """Blend in OKLab, so that no hue outside the two appears."""
    one, two = math.radians(first[2]), math.radians(second[2])
    a = first[1] * math.cos(one) * (1 - amount) + second[1] * math.cos(two) * amount
    b = first[1] * math.sin(one) * (1 - amount) + second[1] * math.sin(two) * amount
    lightness = first[0] * (1 - amount) + second[0] * amount
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360.0
