"""Long hairdos, loose and tied."""

from __future__ import annotations

import numpy as np

from rosetail.painter.hairdo import BOTH, Hairdresser
from rosetail.painter.locks import skull_lock

_TAIL = ((0.10, -0.16, 0.80), (-0.11, -0.09, 0.90), (0.03, 0.02, 1.15), (-0.02, -0.26, 0.55))


def bob(h: Hairdresser) -> None:
    h.bottom = 1.0
    h.hull = (h.fall(0.78), 0.014, 0.92)
    h.skirt(0.99, 13, 0.20, first=72, tuck=0.060, full=0.028, flare=0.055, uneven=0.02, taper=2.6)
    h.side_locks(0.90, 0.095, azimuth=62, hook=-10)


def shoulder(h: Hairdresser) -> None:
    """To the shoulders, tips turned out."""
    h.bottom = 1.15
    h.hull = (h.fall(0.92), 0.006, 0.92)
    h.skirt(1.15, 13, 0.19, first=74, full=0.012, flare=0.08, uneven=0.05, taper=2.1)
    h.side_locks(0.94, 0.085, azimuth=64, hook=6)


def straight(h: Hairdresser) -> None:
    _long(h, 1.68, 0.0)


def wavy(h: Hairdresser) -> None:
    _long(h, 1.60, 0.045)


def half_up(h: Hairdresser) -> None:
    """The upper half tied behind the head."""
    _long(h, 1.60, 0.012)
    h.tail([(0.0, 0.22, -0.40), (0.03, 0.40, -0.46), (0.05, 0.70, -0.44), (0.06, 1.00, -0.40),
            (0.06, 1.25, -0.36)], 0.20, _TAIL[:3], h.tails)  # fmt: skip
    h.ties.append((0.215, 0.105, -0.30))


def _long(h: Hairdresser, end: float, wave: float) -> None:
    h.bottom = 1.5
    h.hull = (h.fall(end) - 0.36, 0.004, 1.05 + wave)
    h.skirt(end, 10, 0.20, first=80, flare=0.05 + wave, wave=wave, uneven=0.06)
    low = h.fall(end)
    h.falling([(52, 0.20, -0.01), (84, 0.42, -0.012), (90, 0.5 * (0.42 + low) - 0.12, 0.004 + wave),
               (86, 0.75 * low + 0.10, 0.016 - wave),
               (80, low - 0.10, 0.01 + wave)], 0.135)  # fmt: skip
    h.falling([(80, 0.22, -0.02), (100, 0.45, -0.02), (106, 0.85, 0.004 - wave),
               (104, 1.15, 0.02 + wave), (98, low - 0.02, 0.03)], 0.115)  # fmt: skip
    h.side_locks(1.04, 0.088, azimuth=64, hook=-5, wave=0.3 * wave)


def ponytail(h: Hairdresser) -> None:
    _gathered(h)
    h.tail([(0.06, 0.06, -0.30), (0.22, -0.03, -0.40), (0.40, 0.14, -0.44), (0.46, 0.55, -0.42),
            (0.40, 1.24, -0.34)], 0.19, _TAIL, h.tails)  # fmt: skip
    h.ties.append((0.13, 0.035, -0.34))


def low_ponytail(h: Hairdresser) -> None:
    _gathered(h)
    side = 1.0 if h.p.hair_part <= 0 else -1.0
    h.tail([(0.10 * side, 0.78, -0.30), (0.24 * side, 0.92, -0.26), (0.33 * side, 1.10, -0.10),
            (0.33 * side, 1.32, 0.06), (0.28 * side, 1.58, 0.10)], 0.15,
           ((0.05, -0.12, 0.75), (-0.05, 0.0, 1.1)), h.over)  # fmt: skip
    h.ties.append((0.25 * side, 0.93, -0.22))


def side_tail(h: Hairdresser) -> None:
    _gathered(h)
    side = 1.0 if h.p.hair_part <= 0 else -1.0
    tips = [(side * x, y, w) for x, y, w in _TAIL]
    h.tail([(side * x, y, z) for x, y, z in (
        (0.29, 0.28, -0.06), (0.41, 0.23, -0.05), (0.49, 0.48, -0.02), (0.48, 0.88, 0.02),
        (0.42, 1.30, 0.05))], 0.17, tips, h.over)  # fmt: skip
    h.ties.append((0.325 * side, 0.255, -0.03))


def twin_tails(h: Hairdresser) -> None:
    _gathered(h)
    for side in BOTH:
        spine = [(side * x, y, z) for x, y, z in (
            (0.27, 0.20, -0.08), (0.41, 0.12, -0.08), (0.53, 0.36, -0.06), (0.57, 0.82, -0.04),
            (0.54, 1.30, -0.02))]  # fmt: skip
        tips = [(side * x, y, w) for x, y, w in _TAIL]
        h.tail(spine, 0.18, tips, h.tails)
        h.ties.append((0.305 * side, 0.175, -0.05))


def low_twin_tails(h: Hairdresser) -> None:
    _gathered(h)
    for side in BOTH:
        spine = [(side * x, y, z) for x, y, z in (
            (0.27, 0.76, -0.06), (0.35, 0.90, 0.0), (0.39, 1.10, 0.05), (0.36, 1.34, 0.08),
            (0.32, 1.58, 0.10))]  # fmt: skip
        h.tail(spine, 0.15, ((0.05 * side, -0.10, 0.75), (-0.04 * side, 0.0, 1.1)), h.over)
        h.ties.append((0.305 * side, 0.815, -0.02))


def braid(h: Hairdresser) -> None:
    """One plait over a shoulder."""
    _gathered(h)
    side = 1.0 if h.p.hair_part <= 0 else -1.0
    h.plaits.append(_plait(h, side))


def braids(h: Hairdresser) -> None:
    _gathered(h)
    h.plaits += [_plait(h, side) for side in BOTH]


def _plait(h: Hairdresser, side: float) -> np.ndarray:
    end = 0.80 + 0.78 * h.p.hair_length
    return np.array([
        (0.27 * side, 0.72, -0.06), (0.345 * side, 0.86, 0.02), (0.375 * side, 1.05, 0.08),
        (0.36 * side, 0.5 * (1.05 + end), 0.11), (0.33 * side, end, 0.12),
    ])  # fmt: skip


def _gathered(h: Hairdresser) -> None:
    """What hair that is tied back leaves around the face and at the nape."""
    h.bottom = 1.0
    h.side_locks(0.94, 0.070, azimuth=66)
    for side in BOTH:
        points = [(72 * side, 0.22, 0.0), (84 * side, 0.38, 0.006), (90 * side, 0.52, 0.006),
                  (95 * side, 0.64, 0.002), (102 * side, 0.74, -0.01)]  # fmt: skip
        h.crown.append(
            skull_lock(
                points, 0.15, True, root=0.3, peak=0.5, taper=1.8, line=0.5, faces=(-0.1, 0.3)
            )
        )
    h.skirt(0.84, 6, 0.11, first=100, tuck=0.05, full=-0.004, uneven=0.02, front=False)
