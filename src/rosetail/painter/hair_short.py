"""Short hairdos: cropped, pixie and spiky."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rosetail.painter.hair_back import Hairdo, strand
from rosetail.painter.hair_growth import beside, lift
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_skull


def _short(context: PortraitContext, do: Hairdo) -> None:
    """Cut close: a little length at the nape and above the ears."""
    rng = context.rng("back")
    length = (0.66 if context.male else 0.92) * context.p.hair_length
    for side in (-1.0, 1.0):
        for t in np.linspace(0, 1, 5):
            if t > 0.6 and side * context.p.yaw > 15:
                continue  # hidden behind the cheek, its tips would stick out
            down = length - 0.42 * t + rng.uniform(-0.06, 0.06)
            x = 0.15 + 0.84 * t
            strand(
                do.behind, context, side * (178 - 78 * t),
                [(side * x * 1.07, down * 0.2, -0.6 + 0.5 * t),
                 (side * x * 1.07, down * 0.6, -0.5 + 0.45 * t),
                 (side * x * 0.97, down, -0.42 + 0.4 * t)],
                0.18, fall=0.2, layer=float(t),
            )  # fmt: skip
    if context.p.hair_fringe not in ("none", "swept_back"):  # combed hair lies close
        _tips(context, do)


def _tips(context: PortraitContext, do: Hairdo) -> None:
    """Pointed locks that leave the outline of cropped hair at the sides."""
    rng = context.rng("tips")
    stand = lift(context)
    for side in (-1.0, 1.0):
        for down, out, width in ((0.14, 1.20, 0.13), (0.36, 1.09, 0.13), (-0.16, 1.22, 0.12)):
            skull = on_skull(
                side * np.array([56.0, 80.0]), np.array([58.0, 32.0]), np.full(2, stand - 0.06)
            )
            depth = beside(context, side, -0.05)
            low = down + rng.uniform(-0.06, 0.06)
            ends = [(side * (0.99 + stand), low - 0.34, depth),
                    (side * (1.0 + stand), low - 0.16, depth),
                    (side * (out + rng.uniform(-0.04, 0.04)), low, depth)]  # fmt: skip
            do.front.add(np.concatenate([skull, np.array(ends)]), width, layer=-3.0)


def _pixie(context: PortraitContext, do: Hairdo) -> None:
    rng = context.rng("back")
    for side in (-1.0, 1.0):
        for t in np.linspace(0, 1, 5):
            down = 0.98 - 0.3 * t + rng.uniform(-0.08, 0.08)
            x = 0.15 + 0.92 * t
            strand(
                do.behind, context, side * (178 - 76 * t),
                [(side * x * 1.08, 0.25, -0.5 + 0.4 * t),
                 (side * x * 1.08, down * 0.62, -0.4 + 0.4 * t),
                 (side * (x + 0.10), down, -0.35 + 0.35 * t)],
                0.2, fall=0.35, layer=float(t),
            )  # fmt: skip
        skull = on_skull(
            side * np.array([34.0, 64.0]),
            np.array([66.0, 42.0]),
            np.array([lift(context) - 0.1, lift(context) - 0.08]),
        )
        ends = [
            (side * 1.04, 0.05, beside(context, side, 0.05)),
            (side * 1.03, 0.4, beside(context, side, 0.12)),
            (side * 0.92, 0.74, beside(context, side, 0.2)),
        ]
        do.front.add(np.concatenate([skull, np.array(ends)]), 0.16, layer=-2.0)


def _spiky(context: PortraitContext, do: Hairdo) -> None:
    """Spikes that leave the skull on all sides, swept back and to one side."""
    rng = context.rng("back")
    stand = lift(context)
    wind = 24.0 if context.p.hair_part >= 0 else -24.0
    size = 0.36 + 0.26 * context.p.hair_volume

    def spike(azimuth: float, elevation: float, reach: float, width: float, front: bool) -> None:
        # Low spikes point down and out, high ones grow out of the fringe and point up.
        climb = np.array([-44, -26, -8, 3, 5]) if front else np.array([42, 26, 10, -5, -16])
        lowest = 50 - 0.0046 * azimuth * azimuth if front else -90.0  # never below the hairline
        points = on_skull(
            azimuth + wind * np.array([-0.7, -0.35, 0.0, 0.4, 1.1]),
            np.maximum(elevation + climb, lowest),
            np.array([-0.08, stand * 0.6, stand, stand + reach * 0.55, stand + reach]),
        )
        group = do.front if front else do.behind
        group.add(points, width, end="spike", free=True, layer=-4.0 - abs(azimuth) * 0.01)

    for side in (-1.0, 1.0):
        for azimuth, elevation in (
            (84.0, 30.0),
            (88.0, 6.0),
            (104.0, -16.0),
            (124.0, -36.0),
            (152.0, -40.0),
        ):
            turn = side * (azimuth + rng.uniform(-5, 5))
            spike(turn, elevation + rng.uniform(-5, 5), size * rng.uniform(0.75, 1.2), 0.27, False)
    for rank, azimuth in enumerate((-84.0, -66.0, -46.0, -22.0, 6.0, 32.0, 54.0, 72.0, 86.0)):
        turn = azimuth + rng.uniform(-4, 4)
        high = 78 - 0.0054 * azimuth * azimuth
        reach = size * rng.uniform(0.85, 1.15) * (1.0 if rank % 2 else 0.62)
        spike(turn, high, reach, 0.30 if rank % 2 else 0.26, True)


SHORT: dict[str, Callable[[PortraitContext, Hairdo], None]] = {
    "short": _short,
    "pixie": _pixie,
    "spiky": _spiky,
}
