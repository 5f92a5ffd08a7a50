"""Collars, lapels, hoods and what else lies around the neck."""

from __future__ import annotations

from rosetail.painter import curves
from rosetail.painter.canvas import SHADOW
from rosetail.painter.clothes_cut import Flat, Tailor
from rosetail.painter.materials import Material

BOTH = (-1.0, 1.0)
# For the right of the picture; a third number marks a corner.
SHIRT_COLLAR: Flat = (
    (0.101, 1.058, 1), (0.136, 1.105), (0.166, 1.158, 1), (0.168, 1.215), (0.148, 1.306, 1),
    (0.090, 1.268), (0.020, 1.222, 1), (0.070, 1.180), (0.098, 1.120),
)  # fmt: skip
SHIRT_COLLAR_OPEN: Flat = (
    (0.101, 1.066, 1), (0.138, 1.105), (0.172, 1.158, 1), (0.190, 1.232), (0.184, 1.344, 1),
    (0.118, 1.316), (0.050, 1.272, 1), (0.082, 1.200), (0.101, 1.130),
)  # fmt: skip
COLLAR_SHADE: Flat = (
    (0.101, 1.05, 1), (0.145, 1.13), (0.150, 1.20), (0.105, 1.245), (0.02, 1.225, 1), (0.06, 1.16),
)  # fmt: skip
ROUND_COLLAR: Flat = (
    (0.108, 1.080, 1), (0.150, 1.125), (0.220, 1.172), (0.262, 1.232), (0.230, 1.300),
    (0.140, 1.338), (0.050, 1.326), (0.006, 1.262, 1), (0.066, 1.226), (0.104, 1.150),
)  # fmt: skip
LAPEL: Flat = (
    (0.118, 1.094, 1), (0.168, 1.142), (0.212, 1.196, 1), (0.262, 1.330, 1), (0.196, 1.362, 1),
    (0.244, 1.402, 1), (0.196, 1.530), (0.110, 1.670), (0.012, 1.800, 1), (0.060, 1.560),
    (0.122, 1.330), (0.140, 1.200),
)  # fmt: skip
LAPEL_NOTCH: Flat = ((0.196, 1.362), (0.160, 1.300), (0.136, 1.258))
LAPEL_SHADE: Flat = (
    (0.118, 1.09, 1), (0.170, 1.20), (0.178, 1.34), (0.150, 1.46), (0.060, 1.66), (0.01, 1.81, 1),
    (0.05, 1.56), (0.10, 1.3),
)  # fmt: skip
BIG_LAPEL: Flat = (
    (0.102, 1.040, 1), (0.165, 1.052), (0.228, 1.110), (0.300, 1.235), (0.345, 1.345, 1),
    (0.262, 1.372, 1), (0.318, 1.418, 1), (0.250, 1.560), (0.130, 1.720), (0.020, 1.860, 1),
    (0.050, 1.600), (0.110, 1.380), (0.136, 1.220), (0.122, 1.120),
)  # fmt: skip
SAILOR_FLAP: Flat = (
    (0.110, 1.074, 1), (0.180, 1.130), (0.290, 1.186), (0.408, 1.232, 1), (0.440, 1.320),
    (0.428, 1.386, 1), (0.300, 1.410), (0.150, 1.490), (0.002, 1.610, 1), (0.050, 1.480),
    (0.112, 1.310), (0.122, 1.180),
)  # fmt: skip
SAILOR_STRIPES: tuple[Flat, ...] = (
    ((0.386, 1.250), (0.412, 1.325), (0.402, 1.364)),
    ((0.402, 1.364), (0.290, 1.387), (0.146, 1.460), (0.014, 1.566)),
    ((0.363, 1.252), (0.386, 1.318), (0.379, 1.342)),
    ((0.379, 1.342), (0.280, 1.362), (0.142, 1.430), (0.026, 1.522)),
)
HOOD: Flat = (
    (0.096, 1.030, 1), (0.150, 1.020), (0.226, 1.058), (0.298, 1.130), (0.318, 1.210),
    (0.262, 1.292), (0.150, 1.352), (0.004, 1.392, 1), (-0.004, 1.392, 1), (-0.004, 1.300, 1),
    (0.070, 1.262), (0.128, 1.180), (0.126, 1.100),
)  # fmt: skip
HOOD_LINES: tuple[tuple[Flat, float], ...] = (
    (((0.262, 1.100), (0.268, 1.190), (0.200, 1.272)), 0.0058),
    (((0.182, 1.062), (0.202, 1.150), (0.170, 1.222)), 0.0058),
)
HOOD_SHADE: Flat = (
    (0.096, 1.03, 1), (0.160, 1.090), (0.176, 1.160), (0.130, 1.250), (0.05, 1.310),
    (-0.01, 1.330, 1), (-0.01, 1.25, 1), (0.09, 1.2), (0.11, 1.1),
)  # fmt: skip
HOOD_SHADE_AWAY: Flat = (
    (0.170, 1.02, 1), (0.252, 1.110), (0.250, 1.200), (0.180, 1.280), (0.06, 1.34),
    (-0.01, 1.37, 1), (-0.01, 1.43, 1), (0.4, 1.4, 1), (0.4, 1.02, 1),
)  # fmt: skip
HOOD_BACK: Flat = (  # whole
    (-0.205, 1.24, 1), (-0.282, 1.150), (-0.225, 1.040), (-0.130, 0.985), (0.0, 0.975),
    (0.130, 0.985), (0.225, 1.040), (0.282, 1.150), (0.205, 1.24, 1),
)  # fmt: skip
COLLAR_BACK: Flat = (  # whole
    (-0.152, 1.12, 1), (-0.134, 1.056), (-0.092, 1.030), (0.0, 1.020), (0.092, 1.030),
    (0.134, 1.056), (0.152, 1.12, 1),
)  # fmt: skip
STAND_BACK: Flat = (  # whole
    (-0.200, 1.20, 1), (-0.186, 1.086), (-0.136, 1.032), (0.0, 1.014), (0.136, 1.032),
    (0.186, 1.086), (0.200, 1.20, 1),
)  # fmt: skip
ROLL: Flat = (  # whole, of a turtleneck
    (-0.106, 0.985, 1), (-0.124, 1.020), (-0.130, 1.080), (-0.150, 1.150), (-0.168, 1.192, 1),
    (-0.100, 1.238), (0.0, 1.256), (0.100, 1.238), (0.168, 1.192, 1), (0.150, 1.150),
    (0.130, 1.080), (0.124, 1.020), (0.106, 0.985, 1), (0.060, 1.022), (0.0, 1.034),
    (-0.060, 1.022),
)  # fmt: skip
ROLL_EDGE: Flat = ((-0.131, 1.085), (-0.070, 1.130), (0.0, 1.144), (0.070, 1.130), (0.131, 1.085))
ROLL_RIBS: tuple[tuple[Flat, float], ...] = tuple(
    (((a * x, top - b * x * x), (0.5 * (a + c) * x, 0.5 * (top + end) - b * x * x),
      (c * x, end - d * x * x)), 0.0042)
    for a, top, b, c, end, d in ((1.0, 1.035, 1.0, 1.05, 1.122, 1.6),
                                 (1.06, 1.152, 1.6, 1.16, 1.235, 1.6))
    for x in (-0.104, -0.074, -0.042, -0.012, 0.018, 0.048, 0.078, 0.106)
)  # fmt: skip
ROLL_SHADE: Flat = (
    (0.050, 0.98, 1), (0.062, 1.06), (0.048, 1.125), (0.074, 1.165), (0.060, 1.26, 1),
    (0.2, 1.26, 1), (0.2, 0.98, 1),
)  # fmt: skip
SCARF_TOP: Flat = (
    (-0.108, 0.985, 1), (-0.160, 1.012), (-0.186, 1.070), (-0.176, 1.130, 1), (-0.080, 1.196),
    (0.030, 1.204), (0.130, 1.166), (0.186, 1.096, 1), (0.184, 1.040), (0.150, 0.990),
    (0.106, 0.980, 1), (0.0, 1.040),
)  # fmt: skip
SCARF_LOW: Flat = (
    (-0.172, 1.090, 1), (-0.208, 1.140), (-0.196, 1.212), (-0.110, 1.268), (0.010, 1.280),
    (0.130, 1.256), (0.206, 1.186), (0.200, 1.100), (0.172, 1.066, 1), (0.100, 1.160),
    (-0.060, 1.180),
)  # fmt: skip
SCARF_LINES: tuple[tuple[Flat, float], ...] = (
    (((-0.165, 1.050), (-0.080, 1.128), (0.030, 1.150)), 0.0062),
    (((0.172, 1.030), (0.120, 1.100), (0.050, 1.130)), 0.0062),
    (((-0.190, 1.160), (-0.100, 1.226), (0.0, 1.240)), 0.0062),
    (((0.190, 1.150), (0.140, 1.212), (0.070, 1.232)), 0.0062),
)
SCARF_FRINGE: tuple[tuple[Flat, float], ...] = tuple(
    (((x, 1.684), (x + 0.002, 1.720)), 0.0060) for x in (0.062, 0.086, 0.110, 0.136, 0.158)
)
SCARF_END: Flat = (
    (0.046, 1.222, 1), (0.128, 1.212, 1), (0.150, 1.330), (0.152, 1.480), (0.172, 1.680, 1),
    (0.118, 1.690), (0.046, 1.684, 1), (0.052, 1.480), (0.060, 1.340),
)  # fmt: skip
ROUND_SEAM: Flat = (
    (0.205, 1.190), (0.236, 1.236), (0.208, 1.285), (0.135, 1.315), (0.058, 1.303),
)  # fmt: skip
SAILOR_SHADE: Flat = (
    (0.11, 1.07, 1), (0.162, 1.150), (0.170, 1.270), (0.128, 1.390), (0.070, 1.500),
    (0.0, 1.62, 1), (0.04, 1.48), (0.1, 1.3), (0.1, 1.2),
)  # fmt: skip
ROLL_BELOW: Flat = (
    (-0.14, 1.09, 1), (-0.07, 1.128), (0.0, 1.142), (0.07, 1.128), (0.14, 1.09, 1),
    (0.14, 1.11, 1), (0.06, 1.155), (-0.06, 1.155), (-0.14, 1.10, 1),
)  # fmt: skip
SCARF_END_SHADE: Flat = (
    (0.10, 1.2, 1), (0.118, 1.34), (0.108, 1.48), (0.12, 1.7, 1), (0.2, 1.7, 1), (0.2, 1.2, 1),
)  # fmt: skip
SCARF_LOW_SHADE: Flat = (
    (-0.21, 1.09, 1), (-0.06, 1.205), (0.06, 1.208), (0.085, 1.235), (0.06, 1.29, 1),
    (0.25, 1.29, 1), (0.25, 1.05, 1),
)  # fmt: skip
SCARF_TOP_SHADE: Flat = (
    (0.02, 1.0, 1), (0.075, 1.08), (0.05, 1.15), (0.08, 1.2, 1), (0.25, 1.2, 1), (0.25, 0.95, 1),
)  # fmt: skip


def shirt_collar(tailor: Tailor, material: Material, *, opened: bool = False) -> None:
    """Two wings, standing against the neck."""
    points = SHIRT_COLLAR_OPEN if opened else SHIRT_COLLAR
    for side in (tailor.away, -tailor.away):
        shades = (COLLAR_SHADE,) if side == tailor.away else ()
        tailor.piece(points, material, side, shades=shades, cast=(0.008, 0.016), on_skin=True)
        inner: Flat = ((0.114, 1.082), (0.118, 1.150), (0.092, 1.206))
        tailor.line(inner, material, side, width=0.0046, alpha=0.5)


def round_collar(tailor: Tailor, material: Material) -> None:
    """The wide round collar of a blouse or dress."""
    for side in (tailor.away, -tailor.away):
        shades = (COLLAR_SHADE,) if side == tailor.away else ()
        tailor.piece(ROUND_COLLAR, material, side, shades=shades, on_skin=True)
        tailor.line(
            ROUND_SEAM, material, side, width=0.0042, alpha=0.45, start=0.5, end=0.3, peak=0.5
        )


def lapels(tailor: Tailor, material: Material, *, trim: Material | None = None) -> None:
    """The folded front of a suit's jacket, with the notch below the collar."""
    for side in (tailor.away, -tailor.away):
        shades = (LAPEL_SHADE,) if side == tailor.away else ()
        tailor.piece(LAPEL, material, side, shades=shades, cast=(0.012, 0.014))
        tailor.line(LAPEL_NOTCH, material, side, width=0.0066, start=0.8, peak=0.3)
        if trim is not None:
            hem: Flat = ((0.233, 1.408), (0.186, 1.528), (0.102, 1.664), (0.030, 1.766))
            tailor.band(hem, trim, side, width=0.0085)


def big_lapels(tailor: Tailor, material: Material) -> None:
    """A coat's, standing around the neck."""
    for side in (tailor.away, -tailor.away):
        shades = (LAPEL_SHADE,) if side == tailor.away else ()
        tailor.piece(BIG_LAPEL, material, side, shades=shades, cast=(0.014, 0.018), on_skin=True)
        notch: Flat = ((0.262, 1.372), (0.200, 1.310), (0.150, 1.262))
        tailor.line(notch, material, side, width=0.0066, start=0.8, peak=0.3)


def sailor_collar(tailor: Tailor, material: Material, stripe: Material) -> None:
    """Two flaps that go on to the back, with two stripes."""
    for side in (tailor.away, -tailor.away):
        shades = (SAILOR_SHADE,) if side == tailor.away else ()
        tailor.piece(SAILOR_FLAP, material, side, shades=shades, cast=(0.012, 0.018), on_skin=True)
        for line in SAILOR_STRIPES:
            tailor.band(line, stripe, side, width=0.0088)


def behind(tailor: Tailor, material: Material, points: Flat) -> None:
    """The back of a collar or hood, behind the neck."""
    shape = curves.minus(tailor.shape(points), tailor.body.skin_path)
    tailor.lay(shape, material)
    tailor.canvas.fill(shape, material.deep, kind=SHADOW)


def hood(tailor: Tailor, material: Material) -> None:
    """The hood, lying on the shoulders around the neck."""
    for side in (tailor.away, -tailor.away):
        shades = (HOOD_SHADE, HOOD_SHADE_AWAY) if side == tailor.away else (HOOD_SHADE,)
        tailor.piece(HOOD, material, side, shades=shades, cast=(0.016, 0.030), on_skin=True)
        tailor.lines(HOOD_LINES, material, side, alpha=0.75, peak=0.4)


def roll(tailor: Tailor, material: Material) -> None:
    """The folded neck of a turtleneck, ribbed."""
    shape = tailor.piece(ROLL, material, cast=(0.012, 0.020), head=False)
    away = tailor.away
    with tailor.canvas.inside(shape):
        tailor.shade(ROLL_SHADE, material, away)
        tailor.canvas.fill(tailor.body.chin_shadow, material.shade, kind=SHADOW)
        tailor.shade(ROLL_BELOW, material, away)
        tailor.lines(ROLL_RIBS, material, away, alpha=0.4, peak=0.5)
    tailor.line(ROLL_EDGE, material, away, width=0.0066, start=0.5, end=0.5, peak=0.5)


def scarf(tailor: Tailor, material: Material) -> None:
    """A scarf wound twice, with one hanging end."""
    away = tailor.away
    tailor.piece(SCARF_END, material, away, shades=(SCARF_END_SHADE,), cast=(0.016, 0.018))
    tailor.lines(SCARF_FRINGE, material, away, start=0.8, peak=0.4)
    tailor.piece(SCARF_LOW, material, away, shades=(SCARF_LOW_SHADE,), cast=(0.016, 0.026))
    shape = tailor.piece(
        SCARF_TOP, material, away, shades=(SCARF_TOP_SHADE,), cast=None, head=False
    )
    with tailor.canvas.inside(shape):
        tailor.canvas.fill(tailor.body.chin_shadow, material.shade, kind=SHADOW)
    tailor.lines(SCARF_LINES, material, away, alpha=0.8, peak=0.3)
