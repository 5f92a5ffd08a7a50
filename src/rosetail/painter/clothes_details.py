"""Ties, ribbons, buttons, cords, pockets."""

from __future__ import annotations

from rosetail.painter.clothes_cut import Flat, Tailor
from rosetail.painter.materials import Material
from rosetail.painter.torso import BOTTOM

BOTH = (-1.0, 1.0)
STRING_LOOP = ((0.0, 0.0), (0.050, -0.020), (0.072, 0.012), (0.036, 0.026), (0.0, 0.0))
STRING_END = ((0.0, 0.0), (0.022, 0.070), (0.034, 0.170))
KNOT: Flat = (
    (-0.038, 1.212, 1), (0.0, 1.204), (0.038, 1.212, 1), (0.034, 1.246), (0.022, 1.288, 1),
    (-0.022, 1.288, 1), (-0.034, 1.246),
)  # fmt: skip
TIE: Flat = (
    (-0.020, 1.286, 1), (0.020, 1.286, 1), (0.040, 1.42), (0.058, 1.62), (0.066, 1.90, 1),
    (0.0, 1.99, 1), (-0.066, 1.90, 1), (-0.058, 1.62), (-0.040, 1.42),
)  # fmt: skip
TIE_SHADE: Flat = (
    (0.012, 1.28, 1), (0.014, 1.40), (0.030, 1.62), (0.03, 2.0, 1), (0.1, 2.0, 1), (0.1, 1.28, 1),
)  # fmt: skip
# Ribbons lie around (0, 0).
LOOP: Flat = (
    (0.006, -0.014, 1), (0.044, -0.040), (0.098, -0.056), (0.126, -0.030), (0.124, 0.016),
    (0.108, 0.048), (0.052, 0.032), (0.006, 0.014, 1),
)  # fmt: skip
LOOP_SHADE: Flat = ((0.0, -0.01, 1), (0.05, 0.004), (0.12, 0.010), (0.12, 0.06, 1), (0.0, 0.03, 1))
TAIL: Flat = (
    (0.002, 0.010, 1), (0.036, 0.062), (0.060, 0.120), (0.094, 0.186, 1), (0.060, 0.178, 1),
    (0.036, 0.206, 1), (0.014, 0.130), (-0.004, 0.030, 1),
)  # fmt: skip
RIBBON_KNOT: Flat = (
    (-0.020, -0.020), (0.0, -0.025), (0.020, -0.020), (0.025, 0.002), (0.020, 0.024), (0.0, 0.028),
    (-0.020, 0.024), (-0.025, 0.002),
)  # fmt: skip
NECKERCHIEF_TAIL: Flat = (
    (0.002, 1.586, 1), (0.048, 1.600), (0.086, 1.690), (0.120, 1.800, 1), (0.074, 1.800),
    (0.044, 1.836, 1), (0.018, 1.730),
)  # fmt: skip
KNOT_SHADE: Flat = (
    (0.012, 1.20, 1), (0.014, 1.25), (0.0, 1.29, 1), (0.05, 1.29, 1), (0.05, 1.2, 1),
)  # fmt: skip
RIBBON_KNOT_SHADE: Flat = (
    (0.004, -0.03, 1), (0.008, 0.0), (0.0, 0.03, 1), (0.03, 0.03, 1), (0.03, -0.03, 1),
)  # fmt: skip
NECKERCHIEF_KNOT: Flat = (
    (-0.036, 1.560, 1), (0.0, 1.548), (0.036, 1.560, 1), (0.044, 1.60), (0.028, 1.634, 1),
    (0.0, 1.642), (-0.028, 1.634, 1), (-0.044, 1.60),
)  # fmt: skip
NECKERCHIEF_SHADE: Flat = (
    (0.01, 1.55, 1), (0.018, 1.6), (0.006, 1.64, 1), (0.06, 1.64, 1), (0.06, 1.55, 1),
)  # fmt: skip


def tie(tailor: Tailor, material: Material) -> None:
    """A necktie."""
    away = tailor.away
    shape = tailor.piece(TIE, material, away, shades=(TIE_SHADE,), cast=(0.014, 0.010))
    with tailor.canvas.inside(shape):
        fold: Flat = ((-0.004, 1.290), (-0.002, 1.34), (0.006, 1.40))
        tailor.folds(((fold, 0.012),), material, away, line=0.0)
    tailor.piece(KNOT, material, away, shades=(KNOT_SHADE,), cast=(0.006, 0.012))


def ribbon(tailor: Tailor, material: Material, y: float = 1.262, size: float = 1.0) -> None:
    """A ribbon tied in a bow."""

    def placed(points: Flat) -> Flat:
        return tuple((size * row[0], y + size * row[1], *row[2:]) for row in points)

    for side in (tailor.away, -tailor.away):
        tailor.piece(placed(TAIL), material, side, cast=(0.010, 0.012), head=False)
        fold = placed(((0.010, 0.040), (0.034, 0.100), (0.048, 0.160)))
        tailor.folds(((fold, 0.014 * size),), material, side, line=0.0)
    for side in (tailor.away, -tailor.away):
        tailor.piece(placed(LOOP), material, side, shades=(placed(LOOP_SHADE),), head=False)
        for points in (((0.020, -0.006), (0.056, -0.020), (0.088, -0.020)),
                       ((0.022, 0.008), (0.056, 0.014), (0.078, 0.022))):  # fmt: skip
            tailor.line(placed(points), material, side, width=0.0052, start=0.4, peak=0.2)
    tailor.piece(
        placed(RIBBON_KNOT),
        material,
        tailor.away,
        shades=(placed(RIBBON_KNOT_SHADE),),
        cast=None,
        head=False,
    )


def string_tie(tailor: Tailor, material: Material, y: float) -> None:
    """A thin ribbon: two loops and two ends."""
    for side in BOTH:
        for relative in (STRING_LOOP, STRING_END):
            points = tuple((x, y + down) for x, down in relative)
            tailor.line(points, material, side, width=0.0190, start=0.7, end=0.6, peak=0.5)
            tailor.band(points, material, side, width=0.0115)
    tailor.dot(0.0, y, 0.012, material)


def neckerchief(tailor: Tailor, material: Material) -> None:
    """The sailor's, knotted below the collar."""
    for side in (tailor.away, -tailor.away):
        tailor.piece(NECKERCHIEF_TAIL, material, side, head=False)
        fold: Flat = ((0.014, 1.62), (0.044, 1.70), (0.058, 1.78))
        tailor.folds(((fold, 0.018),), material, side)
    tailor.piece(NECKERCHIEF_KNOT, material, tailor.away, shades=(NECKERCHIEF_SHADE,), head=False)


def buttons(
    tailor: Tailor,
    material: Material,
    rows: tuple[float, ...],
    x: float = 0.0,
    radius: float = 0.0095,
) -> None:
    for y in rows:
        tailor.dot(x, y, radius, material)


def _down(x: float, top: float) -> Flat:
    """A line from ``top`` to the bottom."""
    return tuple((x, top + (BOTTOM - top) * step / 5) for step in range(6))


def placket(tailor: Tailor, material: Material, top: float, half: float = 0.024) -> None:
    """The buttoned front of a shirt."""
    for side in BOTH:
        line = _down(half, top)
        tailor.line(line, material, side, width=0.0050, start=0.6, end=0.6, alpha=0.75)


def front(tailor: Tailor, material: Material, top: float) -> None:
    """The line where a jacket closes."""
    tailor.line(_down(0.0, top), material, width=0.0072, start=0.7, end=0.7)


def cords(tailor: Tailor, material: Material) -> None:
    """A hood's cords, the one off the light shorter."""
    for side in BOTH:
        end = 1.535 if side == tailor.away else 1.575
        points: Flat = ((0.052, 1.318), (0.064, 1.410), (0.056, 1.480), (0.060, end))
        tailor.line(points, material, side, width=0.0205, start=0.8, end=0.9, peak=0.5, alpha=1)
        tailor.band(points, material, side, width=0.0125)
        tip: Flat = ((0.060, end - 0.016), (0.0605, end + 0.014))
        tailor.line(tip, material, side, width=0.0190, start=0.9, end=0.8, peak=0.5, alpha=1)


def pocket(tailor: Tailor, material: Material) -> None:
    """A breast pocket, over the heart: on the right of the picture."""
    edge: Flat = ((0.170, 1.520), (0.235, 1.512), (0.300, 1.516))
    tailor.line(edge, material, width=0.0066, start=0.6, end=0.6, peak=0.5)
    under: Flat = ((0.172, 1.550), (0.235, 1.542), (0.300, 1.545))
    tailor.line(under, material, width=0.0046, start=0.5, end=0.5, peak=0.5, alpha=0.6)
    for x in (0.170, 0.302):
        side: Flat = ((x, 1.520), (x, 1.62), (x + 0.004, 1.69))
        tailor.line(side, material, width=0.0050, start=0.6, end=0.5, alpha=0.7)
