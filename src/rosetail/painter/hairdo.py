"""A hairdo as its locks, built once; and the hand that lays them.

A hairdo is a function that takes a :class:`Hairdresser` and fills its lists. Everything is placed
on the skull, so that it turns with the head; see docs/painter.md for how to add one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from rosetail.painter.locks import (
    KNOTS,
    LEAF,
    Lock,
    forehead_lock,
    mirrored,
    skull_lock,
    space_lock,
    wobble,
)
from rosetail.painter.params import PaintParams

BOTH = (-1.0, 1.0)
# Where hair begins: azimuth and height, one side from the middle of the forehead backwards.
COVERED = (
    (0, 0.29), (24, 0.30), (44, 0.35), (60, 0.43), (68, 0.50), (76, 0.58), (86, 0.62), (94, 0.62),
    (106, 0.64), (124, 0.70), (150, 0.78), (180, 0.80),
)  # fmt: skip
OPEN = (
    (0, 0.228), (18, 0.228), (32, 0.285), (46, 0.36), (60, 0.45), (68, 0.53), (76, 0.60),
    (86, 0.64), (94, 0.64), (106, 0.66), (124, 0.72), (150, 0.78), (180, 0.80),
)  # fmt: skip
COMBED = (
    (0, 0.285), (8, 0.262), (18, 0.268), (28, 0.300), (38, 0.350), (48, 0.412), (57, 0.475),
    (65, 0.540), (71, 0.605), (77, 0.660), (84, 0.650), (92, 0.570), (106, 0.620), (124, 0.74),
    (150, 0.80), (180, 0.82),
)  # fmt: skip
RECEDING = (
    (0, 0.285), (14, 0.290), (26, 0.250), (40, 0.280), (52, 0.385), (60, 0.465), (68, 0.540),
    (73, 0.620), (79, 0.67), (86, 0.645), (94, 0.57), (108, 0.62), (126, 0.74), (150, 0.80),
    (180, 0.82),
)  # fmt: skip
PULLED = (
    (0, 0.310), (9, 0.292), (20, 0.296), (30, 0.328), (40, 0.376), (49, 0.428), (58, 0.488),
    (66, 0.550), (72, 0.615), (78, 0.658), (84, 0.640), (92, 0.570), (106, 0.60), (124, 0.74),
    (150, 0.80), (180, 0.82),
)  # fmt: skip

# Short hair brushed back from the forehead, from the sides to the middle: root, tip, width.
BACK = (
    (-0.275, 0.41, -0.345, 0.22, 0.10), (0.275, 0.41, 0.350, 0.22, 0.10),
    (-0.235, 0.33, -0.305, 0.08, 0.12), (0.235, 0.33, 0.320, 0.10, 0.12),
    (-0.165, 0.275, -0.200, -0.015, 0.13), (0.170, 0.275, 0.235, 0.00, 0.14),
    (-0.085, 0.255, -0.080, -0.055, 0.14), (0.090, 0.255, 0.140, -0.050, 0.14),
    (0.005, 0.265, 0.030, -0.065, 0.13),
)  # fmt: skip


Place = tuple[float, float, float]


def _turned(place: Place) -> Place:
    """The place on the other side of the head."""
    return -place[0], place[1], place[2]


@dataclass
class Bun:
    """A knot of hair: its middle in head space, radius, and whether it is a cloud of curls."""

    centre: tuple[float, float, float]
    radius: float
    curly: bool = False


@dataclass
class Hairdresser:
    """What a hairdo is made of, from back to front.

    back: locks behind everything; hull: height where the mass of the back ends, how far it stands
    out, how wide its end is; tails: locks from a knot, behind the shoulders; over: locks over the
    clothes; sides: locks before the ears; crown: locks on the head; front: the fringe.
    grow: how far the hair stands out from the skull. close: how much closer it lies at the temples.
    bottom: height of the tips, for the gradient.
    ties: places of ribbons or bands. plaits: spines of braids.
    """

    p: PaintParams
    back: list[Lock] = field(default_factory=list)
    hull: tuple[float, float, float] | None = None
    tails: list[Lock] = field(default_factory=list)
    over: list[Lock] = field(default_factory=list)
    sides: list[Lock] = field(default_factory=list)
    crown: list[Lock] = field(default_factory=list)
    front: list[Lock] = field(default_factory=list)
    hairline: Sequence[tuple[float, float]] = COVERED
    grow: float = 0.0
    close: float = 0.0
    bottom: float = 1.0
    cap: bool = True
    whorl: bool = True
    texture: str = "none"
    cloud: str = "none"
    buns: list[Bun] = field(default_factory=list)
    ties: list[tuple[float, float, float]] = field(default_factory=list)
    plaits: list[np.ndarray] = field(default_factory=list)

    def fall(self, height: float) -> float:
        """The height of tips of hair that is as long as the parameters have it."""
        return 0.42 + (height - 0.42) * self.p.hair_length

    def side_locks(
        self,
        end: float,
        width: float,
        *,
        azimuth: float = 66,
        count: int = 2,
        hook: float = -4,
        wave: float = 0.0,
    ) -> None:
        """Locks before the ears, on both sides."""  # fmt: skip
        for side in BOTH:
            for number in range(count):
                uneven = wobble(number + 2 * side, 0.3)
                low = self.fall(end) - 0.10 * number + 0.02 * uneven
                a = azimuth + 9 * number
                heights = np.linspace(0.24, low, KNOTS)
                turns = np.array([a - 16, a - 1, a + 2, a + 1, a + hook * (1 + 0.4 * uneven)])
                lifts = np.array([0.0, 0.012, 0.016 + wave, 0.010 - wave, 0.004])
                points = np.stack([side * turns, heights, lifts], axis=1)
                self.sides.append(
                    skull_lock(points, width * (1 - 0.14 * number), True, root=0.5, peak=0.45,
                               taper=1.5, line=0.2, faces=(-0.30, 0.05))
                )  # fmt: skip

    def temples(self, end: float, width: float = 0.115) -> None:
        """Locks from the crown over the temples, which break the outline."""
        for side in BOTH:
            for number, (far, wide) in enumerate(((76, 1.0), (94, 1.1))):
                low = end - 0.06 * number + 0.02 * wobble(number, side)
                heights = np.linspace(0.10, low, KNOTS)
                turns = np.array([0.45, 0.78, 0.95, 1.0, 1.0]) * far
                lifts = np.array([0.0, 0.006, 0.010, 0.012, 0.006])
                points = np.stack([side * turns, heights, lifts], axis=1)
                self.crown.append(
                    skull_lock(points, width * wide, True, root=0.25, peak=0.5, taper=1.6,
                               line=0.42, faces=(-0.12, 0.25))
                )  # fmt: skip

    def skirt(
        self,
        end: float,
        count: int,
        width: float,
        *,
        first: float = 78,
        flare: float = 0.0,
        tuck: float = 0.0,
        full: float = 0.004,
        wave: float = 0.0,
        uneven: float = 0.03,
        kind: str = LEAF,
        taper: float = 1.7,
        front: bool = True,
    ) -> None:
        """Broad and narrow locks in turn around the back of the head; those at the sides are drawn
        again in front, where the head turns towards them."""
        low = self.fall(end)
        factors = (1.35, 0.72, 1.12, 0.56, 1.22, 0.88)
        for number in range(count):
            azimuth = first + (360 - 2 * first) * number / (count - 1)
            signed = azimuth if azimuth <= 180 else azimuth - 360
            wide = width * factors[(2 * number + (signed < 0)) % 6]
            tip = low + uneven * wobble(number, 0.7) - 0.05 * (1 - min(1, wide / width))
            middle = 0.42 + (tip - 0.42) * np.array([0.33, 0.66, 1.0])
            swing = wave * (1 if number % 2 else -1)
            turn = 5 * wobble(number, 0.2)
            points = np.array([
                (signed, 0.18, -0.008), (signed, 0.40, full),
                (signed, middle[0], full + 0.15 * flare + swing),
                (signed + 0.5 * turn, middle[1], full + 0.6 * flare - swing - 0.4 * tuck),
                (signed + turn, middle[2], full + flare + 1.1 * swing - tuck),
            ])  # fmt: skip
            shape: dict[str, Any] = {"kind": kind, "root": 0.12, "peak": 0.55, "taper": taper}
            self.back.append(skull_lock(points, wide, line=0.55, **shape))
            if front and abs(signed) < 150:
                self.crown.append(
                    skull_lock(points, 0.92 * wide, True, line=0.5, faces=(0.02, 0.34), **shape)
                )
        self.back.sort(key=lambda lock: abs(float(lock.spine[2, 0])))

    def spikes(
        self, places: Sequence[tuple[float, float, float]], reach: float, width: float
    ) -> None:
        """Locks that leave the outline: azimuth and height of the tip, and how far,
        in ``reach``."""
        for number, (azimuth, height, far) in enumerate(places):
            u = np.linspace(0, 1, KNOTS)
            root = max(0.07, height - 0.22)
            lean = 13.0 if azimuth > -20 else -13.0
            turns = azimuth * (0.55 + 0.45 * u) + lean * u**1.5
            rise = 0.05 * max(0.0, 1 - height / 0.25)
            heights = root + (height - root) * u - rise * u**2
            wide = width * (1 + 0.18 * wobble(number, 0.4))
            lifts = -0.42 * wide * (1 - u**1.3) + reach * far * u**1.5
            self.crown.append(
                skull_lock(np.stack([turns, heights, lifts], axis=1), wide, root=0.35, peak=0.38,
                           taper=1.15, line=0.55, shadow=0.6, shines=False)
            )  # fmt: skip

    def falling(self, points: Sequence[tuple[float, float, float]], width: float) -> None:
        """A lock over the shoulders on both sides: azimuth, height and lift."""
        for side in BOTH:
            rows = [(side * a, y, lift) for a, y, lift in points]
            self.over.append(
                skull_lock(rows, width, True, root=0.2, peak=0.5, taper=1.5, line=0.3,
                           faces=(-0.12, 0.22))
            )  # fmt: skip

    def tail(
        self,
        spine: Sequence[tuple[float, float, float]],
        width: float,
        tips: Sequence[tuple[float, float, float]],
        into: list[Lock],
    ) -> None:
        """A few big locks out of one knot: places of the tips beside the spine's end, and factors
        of the width."""
        rows = np.array(spine)
        rows[:, 1] = rows[0, 1] + (rows[:, 1] - rows[0, 1]) * self.p.hair_length
        u = np.linspace(0, 1, len(rows))
        for across, down, wide in tips:
            moved = rows + np.stack([across * u**1.6, down * u**2, 0 * u], axis=1)
            into.append(space_lock(moved, width * wide, root=0.35, peak=0.42, taper=1.4, line=0.2))

    def mirrored(self) -> Hairdresser:
        """The hairdo with the parting on the other side."""
        rooms = ("back", "tails", "over", "sides", "crown", "front")
        turned: dict[str, Any] = {
            name: [mirrored(lock) for lock in getattr(self, name)] for name in rooms
        }
        return replace(
            self,
            p=replace(self.p, hair_part=-self.p.hair_part),
            buns=[replace(bun, centre=_turned(bun.centre)) for bun in self.buns],
            ties=[_turned(tie) for tie in self.ties],
            plaits=[plait * (-1, 1, 1) for plait in self.plaits],
            **turned,
        )

    def comb(self) -> None:
        """Hair pulled back from the hairline: in front over the crown, at the sides past the
        ears."""
        self.texture, self.close = "combed", 0.045
        self.grow += 0.016
        line = np.array(self.hairline)
        u = np.linspace(0, 1, KNOTS)
        over = 1.0 if self.p.hair_part > 0 else -1.0  # combed a little to one side
        for number, azimuth in enumerate((66, 53, 40, 28, 16, 5)):
            start = float(np.interp(azimuth, line[:, 0], line[:, 1])) - 0.004
            aside = azimuth / 66
            end = 0.015 + 0.36 * aside**1.6
            heights = start + (end - start) * np.sin(u * np.pi / 2) ** 0.9
            for side in BOTH:
                turns = side * (azimuth + 42 * aside**1.3 * u) + 26 * over * (1 - aside) * u**1.4
                points = np.stack([turns, heights, 0.5 * self.grow + 0 * u], axis=1)
                self.front.append(
                    skull_lock(points, 0.125 + 0.03 * wobble(number, side), root=0.25, peak=0.4,
                               taper=1.5, line=0.04, shadow=0.45)
                )  # fmt: skip

    def brush_back(self) -> None:
        """Short hair brushed back from the hairline in locks that stand up a little."""
        self.texture, self.close = "swept", 0.03
        self.grow += 0.030
        for number, (x0, y0, x1, y1, width) in enumerate(BACK):
            self.front.append(
                forehead_lock((x0, y0), (x1, y1), width, 0.10 * wobble(number, 0.4), 0.04, 0.012,
                              root=0.7, peak=0.35, taper=1.2, line=0.05, shadow=0.8)
            )  # fmt: skip
