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
    return 0.075 + 0.085 * sitter.p.hair_volume


def grow(locks: Locks, sitter: Sitter, tip: Tip, part: float, layer: float = 0.0) -> None:
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
    locks.add(np.concatenate([skull, outer]), width, layer=layer)


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


def _spread(
    sitter: Sitter, count: int, span: float, height: Callable[[float], float], jitter: float
) -> list[Tip]:
    """Tips side by side from -span to span, ending at `height(across)`."""
    rng = sitter.rng("fringe")
    tips = []
    for x in np.linspace(-span, span, count):
        x += rng.uniform(-0.3, 0.3) * jitter * 2 * span / count
        y = height(float(x)) + rng.uniform(-1, 1) * 0.10 * jitter
        width = 1.5 * span / count * rng.uniform(1 - 0.35 * jitter, 1 + 0.35 * jitter)
        tips.append(
            (float(x), float(y), width, float(0.1 * x + rng.uniform(-0.12, 0.12) * (0.4 + jitter)))
        )
    return tips


def _blunt(sitter: Sitter, locks: Locks) -> None:
    part = parting(sitter) * 0.3
    for tip in _spread(sitter, 9, 0.78, lambda x: -0.27 + 0.10 * x * x, 0.35):
        grow(locks, sitter, tip, part)


def _choppy(sitter: Sitter, locks: Locks) -> None:
    part = parting(sitter) * 0.5
    for tip in _spread(sitter, 7, 0.78, lambda x: -0.16 + 0.12 * abs(x), 1.0):
        grow(locks, sitter, tip, part)


def _wispy(sitter: Sitter, locks: Locks) -> None:
    rng = sitter.rng("fringe")
    part = parting(sitter) * 0.6
    for x in np.linspace(-0.74, 0.74, 9):
        if abs(x) < 0.9 and rng.random() > 0.12:
            x += rng.uniform(-0.05, 0.05)
            tip = (float(x), float(-0.22 + rng.uniform(-0.14, 0.12)), 0.10, float(x) * 0.12)
            grow(locks, sitter, tip, part)


def _between_eyes(sitter: Sitter, locks: Locks) -> None:
    """Long locks between the eyes, shorter ones over them."""
    rng = sitter.rng("fringe")
    part = parting(sitter) * 0.45
    for x, y, width in ((-0.8, 0.12, 0.17), (-0.56, -0.22, 0.16), (0.8, 0.12, 0.17),
                        (0.56, -0.2, 0.16),
                        (-0.27, -0.12, 0.15), (0.3, -0.16, 0.15), (0.03, 0.24, 0.13)):  # fmt: skip
        x += rng.uniform(-0.05, 0.05)
        grow(locks, sitter, (x, y + rng.uniform(-0.07, 0.07), width, -x * 0.15), part)


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
    for x in np.linspace(-0.85, 0.85, 9):
        x += rng.uniform(-0.08, 0.08)
        y = rng.uniform(-0.42, 0.02)
        grow(
            locks,
            sitter,
            (float(x), float(y), rng.uniform(0.1, 0.18), rng.uniform(-0.4, 0.4)),
            part,
        )


def _swept_back(sitter: Sitter, locks: Locks) -> None:
    """Combed away from the face: locks rise behind the hairline and run to the crown."""
    stand = lift(sitter)
    rng = sitter.rng("fringe")
    for azimuth in np.linspace(-66, 66, 9):
        edge = 50.0 - 0.0046 * azimuth * azimuth
        lean = parting(sitter) * 0.4
        points = on_skull(
            np.array([azimuth, azimuth * 0.97, azimuth * 0.92, azimuth * 0.85, azimuth * 0.75])
            + lean * np.array([0, 0.2, 0.4, 0.7, 1.0]),
            np.array([edge, edge + 9, edge + 18, edge + 26, edge + 33]),
            np.array([0.03, stand + 0.04, stand + 0.07, stand + 0.07, stand]),
        )
        locks.add(
            points, 0.15 * rng.uniform(0.8, 1.2), end="leaf", layer=-abs(float(azimuth)), free=True
        )


def _splinters(sitter: Sitter, locks: Locks) -> None:
    """Thin strands beside a few of the fringe's locks."""
    rng = sitter.rng("splinters")
    count = len(locks.points)
    for index in rng.permutation(count)[: max(count // 2, 1)]:
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


def _sides(sitter: Sitter, locks: Locks) -> None:
    """Locks in front of the ears."""
    kind = sitter.p.hair_sides
    if kind == "none":
        return
    rng = sitter.rng("sides")
    stand = lift(sitter)
    ends = {"short": ((0.45, 0.11), (0.25, 0.12)), "long": ((1.25, 0.15), (0.75, 0.13)),
            "hime": ((1.0, 0.145), (0.9, 0.12))}[kind]  # fmt: skip
    for side in (-1.0, 1.0):
        for step, (down, width) in enumerate(ends):
            down += rng.uniform(-0.08, 0.08)
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
