"""Fringes: few, large, uneven locks over the forehead, with slivers between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rosetail.painter.hairdo import COMBED, OPEN, PULLED, Hairdresser
from rosetail.painter.locks import Lock, forehead_lock, wobble

Tips = Sequence[tuple[float, float, float]]

# Tips from left to right, with widths; the parting as (x, y). Each for a parting on the left.
CHOPPY: Tips = (
    (-0.300, 0.770, 0.115), (-0.245, 0.665, 0.140), (-0.165, 0.560, 0.085), (-0.085, 0.670, 0.235),
    (-0.015, 0.545, 0.055), (0.095, 0.600, 0.160), (0.150, 0.660, 0.095), (0.232, 0.580, 0.170),
    (0.300, 0.755, 0.125),
)  # fmt: skip
BETWEEN: Tips = (
    (-0.300, 0.790, 0.115), (-0.235, 0.610, 0.190), (-0.150, 0.665, 0.120), (-0.080, 0.545, 0.060),
    (0.006, 0.785, 0.155), (0.066, 0.545, 0.060), (0.155, 0.640, 0.215), (0.250, 0.570, 0.110),
    (0.300, 0.770, 0.115),
)  # fmt: skip
WISPY: Tips = (
    (-0.298, 0.820, 0.085), (-0.240, 0.625, 0.120), (-0.170, 0.665, 0.070), (-0.100, 0.570, 0.110),
    (-0.040, 0.630, 0.055), (0.045, 0.560, 0.095), (0.105, 0.655, 0.070), (0.175, 0.590, 0.115),
    (0.250, 0.680, 0.075), (0.298, 0.800, 0.085),
)  # fmt: skip
MESSY: Tips = (
    (-0.305, 0.700, 0.125), (-0.250, 0.560, 0.115), (-0.150, 0.680, 0.225), (-0.095, 0.525, 0.070),
    (0.020, 0.730, 0.200), (0.070, 0.540, 0.070), (0.165, 0.620, 0.190), (0.235, 0.690, 0.110),
    (0.305, 0.690, 0.130),
)  # fmt: skip
SWEPT: Tips = (
    (-0.303, 0.780, 0.125), (-0.262, 0.570, 0.150), (0.040, 0.520, 0.115), (0.120, 0.625, 0.215),
    (0.210, 0.580, 0.150), (0.262, 0.700, 0.150), (0.308, 0.790, 0.110),
)  # fmt: skip
OVER_EYE: Tips = (
    (-0.300, 0.770, 0.125), (-0.250, 0.580, 0.165), (-0.165, 0.635, 0.090), (0.020, 0.570, 0.130),
    (0.105, 0.740, 0.210), (0.190, 0.850, 0.230), (0.265, 0.800, 0.160), (0.308, 0.780, 0.110),
)  # fmt: skip
# Short hair brushed to the sides of a parting on the left, the outermost first: tip, width, bend.
BRUSHED = (
    (-0.318, 0.640, 0.120, 0.20), (0.318, 0.660, 0.120, 0.20), (-0.304, 0.520, 0.125, 0.26),
    (0.312, 0.545, 0.140, 0.26), (-0.278, 0.420, 0.110, 0.34), (0.288, 0.455, 0.150, 0.32),
    (0.240, 0.395, 0.150, 0.38), (0.165, 0.350, 0.120, 0.44),
)  # fmt: skip
TO_THE_EARS = 0.9  # height that tips of short hair do not reach


def _locks(
    tips: Tips,
    parting: tuple[float, float],
    *,
    bend: float = 0.12,
    sway: float = 0.035,
    spread: float = 0.33,
    children: bool = True,
) -> list[Lock]:
    """Locks from the parting to the tips, the outermost first."""  # fmt: skip
    found: list[tuple[float, list[Lock]]] = []
    for number, (x, y, width) in enumerate(tips):
        off = x - parting[0]
        side = 1.0 if off > 0 else -1.0
        root = (parting[0] + off * spread, parting[1] + 0.055 + 0.16 * abs(off) * spread)
        curve = -side * bend * (0.40 + 2.0 * abs(off)) * (1 + 0.2 * wobble(number, 0.1))
        waved = sway * side * (0.9 + 0.4 * wobble(number, 0.5))
        own = [forehead_lock(root, (x, y), width * 1.12, curve, waved, root=0.45, taper=1.25)]
        if children and width > 0.12 and abs(x) < 0.24:
            # A broken tip: a thinner, shorter lock that leaves the side of a large one.
            beside = (0.030 + 0.008 * wobble(number, 0.9)) * (1 if number % 2 else -1)
            short = y - 0.040 - 0.020 * wobble(number, 0.6)
            own.insert(0, forehead_lock(
                root, (x + beside, short), 0.5 * width, curve * 1.05, waved, -0.004, root=0.4,
                peak=0.5, line=0.55, shines=False,
            ))  # fmt: skip
        found.append((-abs(off), own))
    found.sort(key=lambda each: each[0])
    return [lock for _, own in found for lock in own]


def choppy(h: Hairdresser) -> None:
    h.front += _locks(CHOPPY, (-0.055, 0.045))


def between_eyes(h: Hairdresser) -> None:
    h.front += _locks(BETWEEN, (-0.06, 0.045), bend=0.11)


def wispy(h: Hairdresser) -> None:
    h.front += _locks(WISPY, (0.03, 0.05), bend=0.10, children=False)


def messy(h: Hairdresser) -> None:
    h.front += _locks(MESSY, (0.04, 0.04), bend=0.14, sway=0.05)


def side_swept(h: Hairdresser) -> None:
    h.hairline = OPEN
    h.front += _locks(SWEPT, (-0.185, 0.085), bend=0.16, sway=0.045, spread=0.22)


def over_eye(h: Hairdresser) -> None:
    h.front += _locks(OVER_EYE, (-0.15, 0.07), bend=0.15, sway=0.05, spread=0.25)


def blunt(h: Hairdresser) -> None:
    """Cut nearly straight: broad locks, narrow ones between them, one a little short."""
    for number, (x, low, width) in enumerate((
        (-0.250, 0.604, 0.125), (0.252, 0.600, 0.135), (-0.145, 0.594, 0.150),
        (0.150, 0.590, 0.165), (-0.062, 0.572, 0.045), (0.222, 0.574, 0.040),
        (0.012, 0.578, 0.170), (-0.205, 0.568, 0.050), (0.085, 0.566, 0.035),
    )):  # fmt: skip
        h.front.append(
            forehead_lock((0.42 * x, 0.07 + 0.12 * abs(x)), (x, low), width, -0.24 * x,
                          0.015 * wobble(number), root=0.5, peak=0.62,
                          taper=16.0 if width > 0.1 else 2.2, line=0.55)
        )  # fmt: skip
    for side in (-1, 1):
        h.front.insert(
            0, forehead_lock((side * 0.14, 0.13), (side * 0.300, 0.80), 0.115, -0.12 * side)
        )


def parted(h: Hairdresser) -> None:
    """Parted at the top, the forehead open; short hair is brushed off it to both sides."""
    h.hairline = OPEN
    if h.bottom < TO_THE_EARS:
        _brushed(h)
        return
    x0 = -0.10 * h.p.hair_part
    for side in (-1, 1):
        for number, (x, y, bend) in enumerate(
            ((0.322, 0.80, 0.16), (0.294, 0.73, 0.19), (0.250, 0.655, 0.24), (0.190, 0.570, 0.30))
        ):
            h.front.append(
                forehead_lock((x0 - 0.010 * side, 0.045 + 0.060 * number), (side * x, y),
                              0.150 - 0.014 * number, -bend * side, 0.045 * side, root=0.45,
                              peak=0.45, taper=1.4, line=0.2)
            )  # fmt: skip
    h.front.reverse()


def _brushed(h: Hairdresser) -> None:
    h.grow += 0.028
    x0 = -0.05 - 0.14 * h.p.hair_part
    for number, (x, y, width, bend) in enumerate(BRUSHED):
        side = 1.0 if x > x0 else -1.0
        root = (x0 + 0.20 * (x - x0), 0.055 + 0.12 * y)
        h.front.append(
            forehead_lock(root, (x, y), width, -side * bend, 0.05 * side, 0.008 * wobble(number),
                          root=0.5, peak=0.5, taper=1.3, line=0.2)
        )  # fmt: skip


def swept_back(h: Hairdresser) -> None:
    """Combed off the forehead."""
    h.hairline = COMBED
    if h.bottom < TO_THE_EARS:
        h.brush_back()
    else:
        h.grow += 0.012
        h.comb()


def none(h: Hairdresser) -> None:
    """No fringe: hair drawn off the forehead to both sides."""
    h.hairline = PULLED
    h.comb()


FRINGES: dict[str, Callable[[Hairdresser], None]] = {
    "none": none,
    "blunt": blunt,
    "choppy": choppy,
    "wispy": wispy,
    "between_eyes": between_eyes,
    "parted": parted,
    "side_swept": side_swept,
    "over_eye": over_eye,
    "messy": messy,
    "swept_back": swept_back,
}
