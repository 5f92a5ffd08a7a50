"""Fringes and side locks: the hair in front of the face.

A fringe is a list of tips. Each tip (across, down) in flat face coordinates becomes a lock that
grows from the parting, follows the skull and falls over the forehead.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rosetail.data.painter.locks import Locks
from rosetail.data.painter.pose import on_face, on_skull
from rosetail.data.painter.sitter import Sitter

# across, down, half width, bend of the tip
Tip = tuple[float, float, float, float]


def parting(sitter: Sitter) -> float:
    """Azimuth of the parting in degrees."""
    return 34.0 * sitter.p.hair_part


def lift(sitter: Sitter) -> float:
    """How far the hair stands off the skull."""
    combed_up = 0.05 if sitter.p.hair_fringe == "swept_back" else 0.0
    return 0.075 + 0.085 * sitter.p.hair_volume + combed_up


def grow(
    locks: Locks, sitter: Sitter, tip: Tip, part: float, layer: float = 0.0, end: str = "point"
) -> None:
    """Add the lock that ends at `tip` and starts at the parting `part` (degrees)."""
    across, down, width, bend = tip
    stand = lift(sitter)
    azimuth = float(np.degrees(np.arcsin(np.clip(across / 1.08, -0.98, 0.98))))
    away = azimuth - part
    skull = on_skull(
        np.array([part + away * 0.25, part + away * 0.66, part + away * 0.92]),
        np.array([70.0, 53.0, 32.0]),
        np.array([stand * 0.5, stand, stand + 0.03]),
    )
    # The tip leaves the line of the lock by `bend`, in an even curve.
    middle_y = skull[2, 1] + (down - skull[2, 1]) * 0.55
    middle_x = skull[2, 0] + (across - skull[2, 0]) * 0.6
    tip_x = across + bend * 0.5
    outer = on_face(np.array([(middle_x, middle_y), (tip_x, down)]), 0.14)
    locks.add(np.concatenate([skull, outer]), width, layer=layer, end=end)


def sweep(
    locks: Locks, sitter: Sitter, part: float, side: float, reach: float, down: float, width: float,
    layer: float = 0.0,
) -> None:  # fmt: skip
    """Add a lock that rises from the parting, arches over the brow and falls beside the face.

    `reach` is how far out it ends (1 is the edge of the face), `down` how low.
    """
    stand = lift(sitter)
    edge = 72.0 * side * min(reach, 1.05)
    away = edge - part
    skull = on_skull(
        np.array([part + away * 0.06, part + away * 0.42, part + away * 0.80]),
        np.array([55.0, 52.0 - 6 * reach, 30.0 - 8 * reach]),
        np.array([stand * 0.5, stand + 0.02, stand + 0.01]),
    )
    tip_x = side * (0.98 * reach)
    middle_y = skull[2, 1] + (down - skull[2, 1]) * 0.55
    middle_x = skull[2, 0] * 0.45 + tip_x * 0.55 + side * 0.05
    outer = on_face(np.array([(middle_x, middle_y), (tip_x, down)]), 0.13)
    locks.add(np.concatenate([skull, outer]), width, layer=layer)


def beside(sitter: Sitter, side: float, depth: float) -> float:
    """Depth of hair beside the face: on the side that turns away it lies at the cheek, not the
    ear."""
    turn = float(np.clip(side * sitter.p.yaw / 30.0, 0.0, 1.0))
    return depth + (0.58 - depth) * turn


def _side_by_side(
    sitter: Sitter, locks: Locks, tips: tuple[tuple[float, float, float], ...], part: float,
    jitter: float, end: str = "point",
) -> None:  # fmt: skip
    """Locks that end at `tips` (across, down, half width), each moved by up to `jitter`."""
    rng = sitter.rng("fringe")
    for across, down, width in tips:
        x = across + rng.uniform(-0.6, 0.6) * jitter
        y = down + rng.uniform(-1, 1) * jitter
        bend = 0.1 * x + rng.uniform(-1.2, 1.2) * jitter
        wide = width * rng.uniform(1 - 2 * jitter, 1 + 2 * jitter)
        grow(locks, sitter, (x, y, wide, bend), part, end=end)


def _blunt(sitter: Sitter, locks: Locks) -> None:
    """Cut in one line above the eyes, with a few slits."""
    tips = tuple(
        (float(x), float(-0.24 + 0.10 * x * x), 0.165) for x in np.linspace(-0.82, 0.82, 7)
    )
    _side_by_side(sitter, locks, tips, parting(sitter) * 0.3, 0.022, end="cut")


def _choppy(sitter: Sitter, locks: Locks) -> None:
    """Broad and narrow wedges by turns."""
    tips = ((-0.84, 0.03, 0.16), (-0.30, -0.27, 0.13), (-0.57, -0.10, 0.21), (0.25, -0.24, 0.14),
            (-0.04, -0.05, 0.21), (0.84, 0.02, 0.16), (0.53, -0.09, 0.22))  # fmt: skip
    _side_by_side(sitter, locks, tips, parting(sitter) * 0.5, 0.07)


def _wispy(sitter: Sitter, locks: Locks) -> None:
    """Thin strands that leave much of the forehead free."""
    rng = sitter.rng("fringe")
    part = parting(sitter) * 0.6
    for x in np.linspace(-0.78, 0.78, 9):
        if rng.random() > 0.15:
            x += rng.uniform(-0.06, 0.06)
            width = rng.uniform(0.06, 0.14)
            tip = (float(x), float(-0.2 + rng.uniform(-0.16, 0.14)), width, float(x) * 0.12)
            grow(locks, sitter, tip, part)


def _between_eyes(sitter: Sitter, locks: Locks) -> None:
    """A long lock between the eyes, shorter ones over them."""
    tips = ((-0.84, 0.14, 0.17), (-0.56, -0.16, 0.2), (0.84, 0.12, 0.17), (0.56, -0.14, 0.2),
            (-0.27, -0.10, 0.17), (0.30, -0.13, 0.18), (0.03, 0.24, 0.15))  # fmt: skip
    _side_by_side(sitter, locks, tips, parting(sitter) * 0.45, 0.05)


def _parted(sitter: Sitter, locks: Locks) -> None:
    """Both halves sweep outwards from the parting and leave the forehead free."""
    part = parting(sitter)
    rng = sitter.rng("fringe")
    for side in (-1.0, 1.0):
        # The wider half lies on the side away from the parting and reaches lower over the brow.
        wide = 1 - 0.4 * side * part / 34
        for step, (reach, down) in enumerate(
            ((0.60, -0.28), (0.78, 0.02), (0.93, 0.34), (1.0, 0.58))
        ):
            down += rng.uniform(-0.05, 0.05)
            sweep(locks, sitter, part, side, reach * (0.9 + 0.1 * wide), down, 0.17, -step * 0.1)


def _side_swept(sitter: Sitter, locks: Locks) -> None:
    """All falls from a side parting across the forehead."""
    side = 1.0 if sitter.p.hair_part >= 0 else -1.0
    part = side * max(24.0, abs(parting(sitter)))
    rng = sitter.rng("fringe")
    tips = ((0.97, 0.34), (0.84, 0.06), (0.64, -0.10), (0.38, -0.2), (0.12, -0.30))
    for step, (reach, down) in enumerate(tips):
        tip = (-side * reach, down + rng.uniform(-0.05, 0.05), 0.19, -side * 0.2)
        grow(locks, sitter, tip, part, layer=step * 0.1)
    for reach, down in ((0.80, -0.15), (0.95, 0.3)):
        sweep(locks, sitter, part, side, reach, down, 0.15, 0.2 - reach * 0.1)


def _over_eye(sitter: Sitter, locks: Locks) -> None:
    """A curtain over one eye."""
    side = 1.0 if sitter.p.hair_part >= 0 else -1.0
    part = side * max(20.0, abs(parting(sitter)))
    rng = sitter.rng("fringe")
    for step, (across, down) in enumerate(
        ((-0.95, 0.62), (-0.78, 0.5), (-0.56, 0.36), (-0.36, 0.14), (-0.1, -0.16))
    ):
        tip = (side * across, down + rng.uniform(-0.05, 0.05), 0.2, side * 0.05)
        grow(locks, sitter, tip, part, layer=float(step) * 0.1)
    for reach, down in ((0.78, -0.12), (0.95, 0.32)):
        sweep(locks, sitter, part, side, reach, down, 0.15, -reach)


def _messy(sitter: Sitter, locks: Locks) -> None:
    rng = sitter.rng("fringe")
    part = parting(sitter) * 0.4
    for x in np.linspace(-0.85, 0.85, 8):
        x += rng.uniform(-0.09, 0.09)
        y = rng.uniform(-0.38, 0.06)
        bend = rng.uniform(-0.42, 0.42)
        grow(locks, sitter, (float(x), float(y), rng.uniform(0.11, 0.22), float(bend)), part)


def _swept_back(sitter: Sitter, locks: Locks) -> None:
    """Combed away from the face: locks rise behind the hairline and run to the crown."""
    stand = lift(sitter)
    rng = sitter.rng("fringe")
    for azimuth in np.linspace(-66, 66, 11):
        edge = 48.0 - 0.0046 * azimuth * azimuth
        lean = parting(sitter) * 0.4
        points = on_skull(
            np.array([azimuth, azimuth * 0.97, azimuth * 0.92, azimuth * 0.85, azimuth * 0.75])
            + lean * np.array([0, 0.2, 0.4, 0.7, 1.0]),
            np.array([edge, edge + 9, edge + 18, edge + 26, edge + 33]),
            np.array([0.02, stand * 0.6, stand, stand, stand * 0.8]),
        )
        locks.add(points, 0.15 * rng.uniform(0.8, 1.2), end="leaf", layer=-abs(float(azimuth)))


def _splinters(sitter: Sitter, locks: Locks) -> None:
    """Thin strands beside a few of the fringe's locks."""
    rng = sitter.rng("splinters")
    count = len(locks.points)
    for index in rng.permutation(count)[: max(count // 3, 1)]:
        points = locks.points[index].copy()
        slide = np.array([[0.0], [0.25], [0.6], [0.9], [1.2]])
        points[:, :1] += (
            slide * rng.choice([-1.0, 1.0]) * locks.width[index] * rng.uniform(0.6, 1.0)
        )
        points[4, 1] += rng.uniform(-0.22, 0.10)
        points[3, 1] += 0.5 * (points[4, 1] - locks.points[index][4, 1])
        locks.add(points, rng.uniform(0.035, 0.06), layer=locks.layer[index] + 0.05)


FRINGES: dict[str, Callable[[Sitter, Locks], None]] = {
    "blunt": _blunt,
    "choppy": _choppy,
    "wispy": _wispy,
    "between_eyes": _between_eyes,
    "parted": _parted,
    "side_swept": _side_swept,
    "over_eye": _over_eye,
    "messy": _messy,
    "swept_back": _swept_back,
}


def fringe(sitter: Sitter) -> Locks:
    """The locks of the sitter's fringe and sides."""
    locks = Locks()
    if sitter.p.hair_fringe in FRINGES:
        FRINGES[sitter.p.hair_fringe](sitter, locks)
        if sitter.p.hair_fringe not in ("swept_back", "blunt"):
            _splinters(sitter, locks)
    _sides(sitter, locks)
    return locks


_OFF_THE_FACE = ("none", "swept_back")


def _temples(sitter: Sitter, locks: Locks) -> None:
    """Short locks that cover the temples, where no longer ones hang before the ears."""
    rng = sitter.rng("temples")
    stand = lift(sitter)
    for side in (-1.0, 1.0):
        for step, (down, width) in enumerate(((0.30, 0.12), (0.10, 0.13))):
            down += rng.uniform(-0.07, 0.07)
            skull = on_skull(
                side * np.array([40.0, 64.0, 78.0 - 10 * step]),
                np.array([58.0, 34.0, 10.0]),
                np.array([stand, stand, stand * 0.6]),
            )
            x = 0.99 - 0.12 * step
            low = [(side * x, down * 0.45, beside(sitter, side, 0.26)),
                   (side * (x - 0.10), down, beside(sitter, side, 0.34))]  # fmt: skip
            locks.add(np.concatenate([skull, low]), width, layer=0.4)


def _sides(sitter: Sitter, locks: Locks) -> None:
    """Locks in front of the ears."""
    kind = sitter.p.hair_sides
    if kind == "none":
        if sitter.p.hair_fringe not in _OFF_THE_FACE and sitter.p.hair_back != "undercut":
            _temples(sitter, locks)
        return
    rng = sitter.rng("sides")
    stand = lift(sitter)
    ends = {"short": ((0.58, 0.14), (0.30, 0.14)), "long": ((1.35, 0.18), (0.78, 0.15)),
            "hime": ((0.97, 0.15), (0.97, 0.13))}[kind]  # fmt: skip
    for side in (-1.0, 1.0):
        for step, (down, width) in enumerate(ends):
            down += 0.0 if kind == "hime" else rng.uniform(-0.08, 0.08)
            skull = on_skull(
                side * np.array([38.0, 62.0, 78.0 - 8 * step]),
                np.array([62.0, 36.0, 8.0]),
                np.array([stand, stand + 0.02, stand + 0.03]),
            )
            x = (0.95 if kind == "hime" else 1.02) - 0.11 * step
            low = np.array(
                [
                    [side * x, down * 0.5, beside(sitter, side, 0.30)],
                    [
                        side * (x - (0.03 if kind == "hime" else 0.13)),
                        down,
                        beside(sitter, side, 0.36),
                    ],
                ]
            )
            fall = 0.5 if down > 0.8 else 0.15
            end = "blunt" if kind == "hime" else "point"
            locks.add(
                np.concatenate([skull, low]), width, hang=(0, 0, 0, fall * 0.4, fall), end=end,
                layer=0.5,
            )  # fmt: skip
