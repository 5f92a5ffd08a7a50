"""Fringes: the hair over the forehead.

A fringe is a list of tips. Each tip (across, down) in flat face coordinates becomes a lock that
grows from the parting, follows the skull and falls over the forehead.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rosetail.painter.hair_growth import grow, lift, parting, sweep
from rosetail.painter.hair_sides import sides
from rosetail.painter.hats import HATS
from rosetail.painter.locks import Locks
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_skull

SHORN = 0.68  # an undercut has no locks that end further out


def _side_by_side(
    context: PortraitContext, locks: Locks, tips: tuple[tuple[float, float, float], ...], part:
    float, jitter: float, end: str = "point",
) -> None:  # fmt: skip
    """Locks that end at `tips` (across, down, half width), each moved by up to `jitter`."""
    rng = context.rng("fringe")
    for across, down, width in tips:
        x = across + rng.uniform(-0.6, 0.6) * jitter
        y = down + rng.uniform(-1, 1) * jitter
        bend = 0.1 * x + rng.uniform(-1.2, 1.2) * jitter
        wide = width * rng.uniform(1 - 2 * jitter, 1 + 2 * jitter)
        grow(locks, context, (x, y, wide, bend), part, end=end)


def _blunt(context: PortraitContext, locks: Locks) -> None:
    """Cut in one line above the eyes, with a few slits."""
    tips = tuple(
        (float(x), float(-0.24 + 0.10 * x * x), 0.165) for x in np.linspace(-0.82, 0.82, 7)
    )
    _side_by_side(context, locks, tips, parting(context) * 0.3, 0.022, end="cut")


def _choppy(context: PortraitContext, locks: Locks) -> None:
    """Broad and narrow wedges by turns."""
    tips = ((-0.84, 0.03, 0.16), (-0.30, -0.27, 0.13), (-0.57, -0.10, 0.21), (0.25, -0.24, 0.14),
            (-0.04, -0.05, 0.21), (0.84, 0.02, 0.16), (0.53, -0.09, 0.22))  # fmt: skip
    _side_by_side(context, locks, tips, parting(context) * 0.5, 0.07)


def _wispy(context: PortraitContext, locks: Locks) -> None:
    """Thin strands that leave much of the forehead free."""
    rng = context.rng("fringe")
    part = parting(context) * 0.6
    for x in np.linspace(-0.78, 0.78, 9):
        if rng.random() > 0.15:
            x += rng.uniform(-0.06, 0.06)
            width = rng.uniform(0.06, 0.14)
            tip = (float(x), float(-0.2 + rng.uniform(-0.16, 0.14)), width, float(x) * 0.12)
            grow(locks, context, tip, part)


def _between_eyes(context: PortraitContext, locks: Locks) -> None:
    """A long lock between the eyes, shorter ones over them."""
    tips = ((-0.84, 0.14, 0.17), (-0.56, -0.16, 0.2), (0.84, 0.12, 0.17), (0.56, -0.14, 0.2),
            (-0.27, -0.10, 0.17), (0.30, -0.13, 0.18), (0.03, 0.24, 0.15))  # fmt: skip
    _side_by_side(context, locks, tips, parting(context) * 0.45, 0.05)


def _parted(context: PortraitContext, locks: Locks) -> None:
    """Both halves sweep outwards from the parting and leave the forehead free."""
    part = parting(context)
    rng = context.rng("fringe")
    for side in (-1.0, 1.0):
        # The wider half lies on the side away from the parting and reaches lower over the brow.
        wide = 1 - 0.4 * side * part / 34
        for step, (reach, down) in enumerate(
            ((0.60, -0.28), (0.78, 0.02), (0.93, 0.34), (1.0, 0.58))
        ):
            down += rng.uniform(-0.05, 0.05)
            sweep(locks, context, part, side, reach * (0.9 + 0.1 * wide), down, 0.17, -step * 0.1)


def _side_swept(context: PortraitContext, locks: Locks) -> None:
    """All falls from a side parting across the forehead."""
    side = 1.0 if context.p.hair_part >= 0 else -1.0
    part = side * max(24.0, abs(parting(context)))
    rng = context.rng("fringe")
    tips = ((0.97, 0.34), (0.84, 0.06), (0.64, -0.10), (0.38, -0.2), (0.12, -0.30))
    for step, (reach, down) in enumerate(tips):
        tip = (-side * reach, down + rng.uniform(-0.05, 0.05), 0.19, -side * 0.2)
        grow(locks, context, tip, part, layer=step * 0.1)
    for reach, down in ((0.80, -0.15), (0.95, 0.3)):
        sweep(locks, context, part, side, reach, down, 0.15, 0.2 - reach * 0.1)


def _over_eye(context: PortraitContext, locks: Locks) -> None:
    """A curtain over one eye."""
    side = 1.0 if context.p.hair_part >= 0 else -1.0
    part = side * max(20.0, abs(parting(context)))
    rng = context.rng("fringe")
    for step, (across, down) in enumerate(
        ((-0.95, 0.62), (-0.78, 0.5), (-0.56, 0.36), (-0.36, 0.14), (-0.1, -0.16))
    ):
        tip = (side * across, down + rng.uniform(-0.05, 0.05), 0.2, side * 0.05)
        grow(locks, context, tip, part, layer=float(step) * 0.1)
    for reach, down in ((0.78, -0.12), (0.95, 0.32)):
        sweep(locks, context, part, side, reach, down, 0.15, -reach)


def _messy(context: PortraitContext, locks: Locks) -> None:
    """Locks that cross each other, and tufts that leave the outline of the head."""
    rng = context.rng("fringe")
    part = parting(context) * 0.4
    for step, x in enumerate(np.linspace(-0.85, 0.85, 9)):
        x += rng.uniform(-0.09, 0.09)
        y = rng.uniform(-0.06, 0.10) if step % 2 else rng.uniform(-0.42, -0.20)
        bend = rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 0.65)
        grow(locks, context, (float(x), float(y), rng.uniform(0.11, 0.2), float(bend)), part)
    if context.p.ornament not in HATS and context.p.hair_back not in ("spiky", "undercut"):
        _tufts(context, locks)


def _tufts(context: PortraitContext, locks: Locks) -> None:
    """Short locks that stand off the head, to one side and the other."""
    rng = context.rng("tufts")
    stand = lift(context)
    for azimuth, elevation in ((-80.0, 26.0), (-74.0, 52.0), (-30.0, 74.0), (44.0, 70.0),
                               (76.0, 46.0), (82.0, 18.0)):  # fmt: skip
        turn = azimuth - 0.5 * context.p.yaw + rng.uniform(-6, 6)
        way, reach = rng.choice([-1.0, 1.0]), rng.uniform(0.14, 0.26)
        points = on_skull(
            turn + way * np.array([-16.0, -9.0, 0.0, 7.0, 12.0]),
            elevation + np.array([18.0, 12.0, 5.0, 0.0, -2.0]) + rng.uniform(-5, 5),
            np.array([-0.06, stand * 0.7, stand, stand + reach * 0.6, stand + reach]),
        )
        locks.add(points, rng.uniform(0.10, 0.15), end="spike", free=True, layer=-3.5)


def _swept_back(context: PortraitContext, locks: Locks) -> None:
    """Combed away from the face: locks rise behind the hairline and run to the crown."""
    stand = lift(context)
    rng = context.rng("fringe")
    for azimuth in np.linspace(-66, 66, 11):
        edge = 48.0 - 0.0046 * azimuth * azimuth
        lean = parting(context) * 0.4
        points = on_skull(
            np.array([azimuth, azimuth * 0.97, azimuth * 0.92, azimuth * 0.85, azimuth * 0.75])
            + lean * np.array([0, 0.2, 0.4, 0.7, 1.0]),
            np.array([edge, edge + 9, edge + 18, edge + 26, edge + 33]),
            np.array([0.02, stand * 0.6, stand, stand + 0.04, stand + 0.08]),
        )
        locks.add(points, 0.15 * rng.uniform(0.8, 1.2), end="leaf", layer=-abs(float(azimuth)))


def _splinters(context: PortraitContext, locks: Locks) -> None:
    """Thin strands beside a few of the fringe's locks."""
    rng = context.rng("splinters")
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


FRINGES: dict[str, Callable[[PortraitContext, Locks], None]] = {
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


def fringe(context: PortraitContext) -> Locks:
    """The locks of the context's fringe and sides."""
    locks = Locks()
    if context.p.hair_fringe in FRINGES:
        FRINGES[context.p.hair_fringe](context, locks)
        if context.p.hair_fringe not in ("swept_back", "blunt"):
            _splinters(context, locks)
    if context.p.hair_back == "undercut":
        locks = locks.only([n for n, each in enumerate(locks.points) if abs(each[-1, 0]) < SHORN])
    sides(context, locks)
    return locks
