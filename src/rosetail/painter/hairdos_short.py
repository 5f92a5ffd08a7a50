"""Short hairdos."""

from __future__ import annotations

from typing import Any

from rosetail.painter.hairdo import BOTH, COMBED, OPEN, PULLED, RECEDING, Bun, Hairdresser
from rosetail.painter.locks import ROPE, forehead_lock, skull_lock, wobble


def bald(h: Hairdresser) -> None:
    h.cap = False
    h.grow = -0.064


def buzz(h: Hairdresser) -> None:
    h.hairline, h.texture, h.grow = PULLED, "stubble", -0.058
    h.close = 0.035


def short(h: Hairdresser) -> None:
    h.bottom = 0.82
    h.temples(0.62, 0.105)
    h.spikes(((-14, 0.06, 0.5), (26, 0.07, 0.6), (-58, 0.24, 0.6), (62, 0.25, 0.6),
              (-92, 0.44, 0.7),
              (95, 0.46, 0.7)), 0.055, 0.125)  # fmt: skip
    h.skirt(0.80, 7, 0.11, first=112, tuck=0.03, uneven=0.02, front=False)


def slicked(h: Hairdresser) -> None:
    """Combed back; with age it recedes."""
    h.hairline = RECEDING if h.p.age > 0.6 else COMBED
    h.bottom = 0.85
    h.brush_back()
    h.skirt(0.80, 5, 0.10, first=128, tuck=0.03, uneven=0.02, front=False)


def undercut(h: Hairdresser) -> None:
    """Long on top, shaven at the sides."""
    h.bottom, h.hairline, h.texture = 0.80, PULLED, "undercut"
    side = 1.0 if h.p.hair_part <= 0 else -1.0
    for number, (x0, y0, x1, y1, width) in enumerate((
        (-0.215, 0.20, -0.10, -0.045, 0.13), (-0.235, 0.26, 0.05, -0.055, 0.16),
        (-0.225, 0.31, 0.20, -0.005, 0.17), (-0.190, 0.335, 0.300, 0.090, 0.18),
        (-0.140, 0.345, 0.350, 0.210, 0.18), (-0.075, 0.345, 0.365, 0.330, 0.17),
        (0.000, 0.335, 0.345, 0.430, 0.15), (0.085, 0.330, 0.300, 0.500, 0.12),
    )):  # fmt: skip
        h.crown.append(
            forehead_lock((side * x0, y0), (side * x1, y1), width, 0.17 * side,
                          0.03 * side * wobble(number), 0.035, root=0.45, peak=0.45, taper=1.15,
                          line=0.12)
        )  # fmt: skip


def spiky(h: Hairdresser) -> None:
    h.bottom = 0.80
    h.temples(0.66, 0.12)
    h.spikes(((-34, 0.09, 1.2), (8, 0.05, 1.3), (40, 0.10, 1.2), (-62, 0.22, 1.2), (70, 0.24, 1.25),
              (-84, 0.40, 1.1), (90, 0.42, 1.2), (-100, 0.56, 0.9),
              (104, 0.58, 0.9)), 0.105, 0.150)  # fmt: skip
    h.skirt(0.90, 7, 0.13, first=94, flare=0.05, uneven=0.05)


def messy(h: Hairdresser) -> None:
    h.bottom = 0.85
    h.temples(0.70, 0.115)
    h.side_locks(0.74, 0.066, azimuth=70)
    h.spikes(((-12, 0.05, 0.7), (24, 0.07, 0.9), (-42, 0.14, 0.8), (52, 0.16, 0.9),
              (-72, 0.32, 0.9),
              (76, 0.33, 1.0), (-94, 0.54, 0.9), (98, 0.55, 0.9)), 0.075, 0.135)  # fmt: skip
    h.skirt(0.92, 8, 0.13, first=90, flare=0.04, uneven=0.05)


def pixie(h: Hairdresser) -> None:
    h.bottom = 0.90
    h.temples(0.74, 0.115)
    h.side_locks(0.80, 0.062, azimuth=70, hook=8)
    h.spikes(((-30, 0.09, 0.5), (36, 0.10, 0.6), (-72, 0.40, 0.5), (74, 0.42, 0.5)), 0.055, 0.13)
    h.skirt(0.96, 8, 0.125, first=88, tuck=0.035, uneven=0.03)


def curly(h: Hairdresser) -> None:
    h.cloud, h.cap = "curls", False


def afro(h: Hairdresser) -> None:
    h.cloud, h.cap = "afro", False


def locs(h: Hairdresser) -> None:
    """Ropes that fall to the shoulders, or gathered short."""
    h.bottom, h.whorl = 1.0, False
    rope: dict[str, Any] = {"kind": ROPE, "root": 0.5, "line": 0.08, "shines": False}
    low = h.fall(1.06)
    for number in range(13):
        azimuth = 64 + (360 - 128) * number / 12
        signed = azimuth if azimuth <= 180 else azimuth - 360
        tip = low + 0.07 * wobble(number, 0.2)
        points = [(0.9 * signed, 0.06, 0.0), (signed, 0.26, 0.012), (signed, 0.52, 0.020),
                  (signed + 3 * wobble(number), 0.5 * (0.52 + tip), 0.022),
                  (signed, tip, 0.010)]  # fmt: skip
        h.back.append(skull_lock(points, 0.074, **rope))
        if abs(signed) < 140:
            h.crown.append(skull_lock(points, 0.074, True, faces=(0.0, 0.25), **rope))
    part = -0.05 + 0.05 * h.p.hair_part
    h.hairline = OPEN
    for number, (x, y) in enumerate(
        ((-0.330, 0.86), (0.330, 0.80), (-0.300, 0.70), (0.310, 0.92), (-0.265, 0.78),
        (0.275, 0.66),
         (-0.225, 0.60), (0.235, 0.73), (-0.175, 0.50), (0.190, 0.56), (0.130, 0.46))
    ):  # fmt: skip
        off = x - part
        h.front.append(
            forehead_lock((part + 0.30 * off, 0.045 + 0.14 * abs(off)), (x, y), 0.070, -0.62 * off,
                          0.03 * wobble(number), kind=ROPE, root=0.8, line=0.05, shines=False)
        )  # fmt: skip


def cornrows(h: Hairdresser) -> None:
    """Plaits close to the scalp from the forehead back, free at the nape."""
    h.hairline, h.texture, h.grow = PULLED, "rows", -0.040
    h.close = 0.03
    low = h.fall(0.98)
    for number in range(9):
        signed = 100 + 160 * number / 8
        signed = signed if signed <= 180 else signed - 360
        points = [(signed, 0.50, -0.05), (signed, 0.62, -0.045), (signed, 0.74, -0.04),
                  (signed, 0.5 * (0.74 + low), 0.006),
                  (signed, low + 0.03 * wobble(number), 0.0)]  # fmt: skip
        h.back.append(skull_lock(points, 0.058, kind=ROPE, root=0.8, line=0.05, shines=False))


def bun(h: Hairdresser) -> None:
    _pulled(h)
    h.buns.append(Bun((0.02, -0.020, -0.16), 0.105 + 0.06 * h.p.hair_volume))
    h.skirt(0.84, 6, 0.09, first=106, tuck=0.04, uneven=0.02, front=False)
    _wisps(h)


def two_buns(h: Hairdresser) -> None:
    """Two knots; of curls where hair is dark and worn full."""
    _pulled(h)
    curls = h.p.hair[0] < 0.40 and h.p.hair_volume > 0.5
    radius = 0.105 + 0.075 * h.p.hair_volume
    for side in BOTH:
        h.buns.append(Bun((0.285 * side, 0.075, -0.07), radius, curls))
    h.skirt(0.82, 6, 0.09, first=108, tuck=0.04, uneven=0.02, front=False)
    _wisps(h)


def _pulled(h: Hairdresser) -> None:
    """Hair gathered behind, but for a fringe."""
    if h.p.hair_fringe == "none":
        h.hairline = PULLED
        h.comb()
    else:
        h.temples(0.66, 0.10)


def _wisps(h: Hairdresser) -> None:
    """Thin locks that escaped before the ears."""
    for side in BOTH:
        points = [(62 * side, 0.40, 0.0), (68 * side, 0.52, 0.012), (71 * side, 0.64, 0.014),
                  (72 * side, 0.74, 0.006), (68 * side, 0.84, 0.0)]  # fmt: skip
        h.sides.append(skull_lock(points, 0.034, True, root=0.4, line=0.2, faces=(-0.25, 0.1)))
