"""Tied hair: ponytail, side tail, twin tails, braids, bun and half-up.

Hair is drawn up from the neck: behind the head only the skull itself shows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import skia

from rosetail.painter.hair_back import Hairdo, falling
from rosetail.painter.portrait_context import PortraitContext

Space = tuple[float, float, float]


def _tail(
    context: PortraitContext, do: Hairdo, knot: Space, way: list[Space], *, front: bool, wave:
    float = 0.0, full: float = 0.3,
) -> None:  # fmt: skip
    """A tail from `knot` through three points; `full` is its half width.

    Its locks lie side by side and end one after the other, so that the tail runs out in points.
    """
    rng = context.rng(f"tail{knot[0]:.1f}")
    locks = do.over if front else do.behind
    long = way[2][1] - way[0][1]
    for offset in (-1.0, 1.0, -0.5, 0.5, 0.0):
        shift = np.array([offset * full, 0.0, 0.0])
        ends = np.array(way) + shift * np.array([[0.55], [0.8], [0.75]])
        ends[2, 1] -= long * (0.22 * offset * offset + rng.uniform(-0.03, 0.05))
        ends[2, 0] += offset * 0.10 + rng.uniform(-0.08, 0.08)
        start = np.array([knot, np.array(knot) * 0.6 + np.array(way[0]) * 0.4])
        start[1, 0] += shift[0] * 0.25
        locks.add(
            np.concatenate([start, ends]), full * 0.62, hang=(0, 0, 0.25, 0.7, 1.0),
            wave=(wave, 1.6, float(rng.random())), layer=10 - abs(offset), free=True,
        )  # fmt: skip
    do.bands.append((*knot, 0.0))


def _ponytail(context: PortraitContext, do: Hairdo) -> None:
    """Tied high at the back; it swings to the side that shows it."""
    side = -1.0 if context.p.yaw > 0 else 1.0
    length = context.p.hair_length
    _tail(
        context, do, (side * 0.25, -0.95, -0.85),
        [(side * 1.15, -1.0, -0.9), (side * 1.55, 0.5 * length, -0.7),
         (side * 1.25, 2.0 * length, -0.5)], front=False, full=0.36,
    )  # fmt: skip


def _side_tail(context: PortraitContext, do: Hairdo) -> None:
    """Tied low at one side, lying over the shoulder."""
    side = 1.0 if context.p.hair_part >= 0 else -1.0
    length = context.p.hair_length
    _tail(
        context, do, (side * 0.92, 0.72, -0.25),
        [(side * 1.12, 1.1, 0.1), (side * 1.05, 1.7 * length, 0.4),
         (side * 0.85, 2.5 * length, 0.5)],
        front=True, full=0.27,
    )  # fmt: skip


def _twin_tails(context: PortraitContext, do: Hairdo) -> None:
    length = context.p.hair_length
    wave = 0.06 if context.p.hair_volume > 0.6 else 0.0
    for side in (-1.0, 1.0):
        _tail(
            context, do, (side * 0.98, -0.55, -0.35),
            [(side * 1.46, -0.45, -0.35), (side * 1.68, 0.8 * length, -0.2),
             (side * 1.42, 2.3 * length, -0.1)],
            front=False, wave=wave, full=0.32,
        )  # fmt: skip


def _braids(context: PortraitContext, do: Hairdo) -> None:
    """Two plaits that lie in front of the shoulders."""
    bottom = 2.3 * context.p.hair_length
    for side in (-1.0, 1.0):
        middle = [(side * 0.93, 0.45, -0.05), (side * 1.0, 1.25, 0.25), (side * 0.92, bottom, 0.45)]
        flat = np.array(middle)
        line = flat[0] + (flat[1] - flat[0]) * np.clip(np.linspace(0, 2, 9), 0, 1)[:, None]
        line += (flat[2] - flat[1]) * np.clip(np.linspace(-1, 1, 9), 0, 1)[:, None]
        lower = np.array([0.0, 0.16, 0.0])
        for step in range(8):
            turn = 1.0 if step % 2 else -1.0
            a, b = line[step], line[step + 1]
            out = np.array([turn * 0.155, 0.0, 0.0])
            points = np.array(
                [a + out * 0.2 - lower * 0.5, a + out * 0.85, (a + b) / 2 + out * 0.95,
                 b + out * 0.45 + lower * 0.3, b - out * 0.2 + lower * 1.1]
            )  # fmt: skip
            fall = min(step * 0.14, 1.0)
            do.over.add(points, 0.115, hang=(fall,) * 5, end="leaf", layer=float(step))
        end = line[8]
        for spread in (-0.09, 0.09, 0.0):
            points = np.linspace(end, end + np.array([spread, 0.42, 0.0]), 5)
            do.over.add(points, 0.07, hang=(1,) * 5, layer=9.0)
        do.bands.append((float(end[0]), float(end[1]) + 0.03, float(end[2]), 1.0))


def _bun(context: PortraitContext, do: Hairdo) -> None:
    """One or two buns on the head."""
    if context.p.hair_volume > 0.6 and not context.male:
        for side in (-1.0, 1.0):
            _knot(context, do, (side * 0.72, -1.12, -0.2), 0.34)
    else:
        _knot(context, do, (0.0, -1.32, -0.55), 0.44)


def _half_up(context: PortraitContext, do: Hairdo) -> None:
    """Long hair with the upper part tied in a small knot."""
    falling(context, do, 2.6 * context.p.hair_length, 0.14)
    _knot(context, do, (0.0, -1.46, -0.35), 0.37)


def _knot(context: PortraitContext, do: Hairdo, spot: Space, radius: float) -> None:
    """Hair wound around itself."""
    x, y = context.pose.project(np.array(spot))
    do.shapes.append(skia.Path.Circle(float(x), float(y), radius))
    rng = context.rng(f"knot{spot[0]:.1f}")
    for angle in np.linspace(0, 300, 5) + rng.uniform(0, 60):
        sweep = np.radians(angle) + np.array([0.0, 0.5, 1.0, 1.6, 2.2])
        reach = np.array([0.15, 0.5, 0.8, 0.9, 0.75]) * radius
        points = np.stack(
            [spot[0] + np.cos(sweep) * reach, spot[1] + np.sin(sweep) * reach, np.full(5, spot[2])],
            axis=-1,
        )
        do.behind.add(points, radius * 0.28, end="leaf", layer=20.0, free=True)


UPDOS: dict[str, Callable[[PortraitContext, Hairdo], None]] = {
    "ponytail": _ponytail,
    "side_tail": _side_tail,
    "twin_tails": _twin_tails,
    "braids": _braids,
    "bun": _bun,
    "half_up": _half_up,
}
