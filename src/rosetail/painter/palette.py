"""Named colours in OKLCH, and the name nearest to a colour."""

from __future__ import annotations

from rosetail.painter.colour import Lch, distance

HAIR: dict[str, Lch] = {
    "black": (0.30, 0.022, 285),
    "brown": (0.44, 0.065, 50),
    "light_brown": (0.64, 0.085, 62),
    "blonde": (0.86, 0.105, 86),
    "orange": (0.68, 0.145, 52),
    "red": (0.52, 0.165, 25),
    "pink": (0.79, 0.115, 5),
    "purple": (0.53, 0.115, 305),
    "blue": (0.53, 0.115, 258),
    "aqua": (0.80, 0.085, 215),
    "green": (0.60, 0.105, 160),
    "grey": (0.67, 0.012, 280),
    "white": (0.93, 0.012, 285),
}

EYES: dict[str, Lch] = {
    "blue": (0.60, 0.135, 250),
    "aqua": (0.72, 0.11, 205),
    "green": (0.64, 0.14, 155),
    "yellow": (0.78, 0.14, 85),
    "orange": (0.66, 0.15, 55),
    "brown": (0.50, 0.09, 55),
    "red": (0.54, 0.19, 22),
    "pink": (0.68, 0.16, 355),
    "purple": (0.56, 0.16, 300),
    "grey": (0.58, 0.025, 260),
    "black": (0.32, 0.02, 280),
}


# Skin from pale to dark; what lies between neighbours is skin as well.
SKIN: tuple[Lch, ...] = (
    (0.960, 0.022, 55),
    (0.935, 0.040, 57),
    (0.895, 0.055, 60),
    (0.820, 0.073, 62),
    (0.710, 0.085, 57),
    (0.590, 0.080, 50),
    (0.460, 0.060, 45),
)


def nearest(colour: Lch, named: dict[str, Lch]) -> str:
    """Name of the closest colour of a table, by distance in OKLab."""
    return min(named, key=lambda name: distance(colour, named[name]))
