"""Side locks: the hair before the ears."""

from __future__ import annotations

import numpy as np

from rosetail.painter.hair_growth import beside, lift
from rosetail.painter.locks import Locks
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_skull

_OFF_THE_FACE = ("none", "swept_back")


def _temples(context: PortraitContext, locks: Locks) -> None:
    """Short locks that cover the temples, where no longer ones hang before the ears."""
    rng = context.rng("temples")
    stand = lift(context)
    for side in (-1.0, 1.0):
        for step, (down, width) in enumerate(((0.30, 0.12), (0.10, 0.13))):
            down += rng.uniform(-0.07, 0.07)
            skull = on_skull(
                side * np.array([40.0, 64.0, 78.0 - 10 * step]),
                np.array([58.0, 34.0, 10.0]),
                np.array([stand, stand, stand * 0.6]),
            )
            x = 0.99 - 0.12 * step
            low = [(side * x, down * 0.45, beside(context, side, 0.26)),
                   (side * (x - 0.10), down, beside(context, side, 0.34))]  # fmt: skip
            locks.add(np.concatenate([skull, low]), width, layer=0.4)


def sides(context: PortraitContext, locks: Locks) -> None:
    """Locks in front of the ears."""
    kind = context.p.hair_sides
    if kind == "none":
        if context.p.hair_fringe not in _OFF_THE_FACE and context.p.hair_back != "undercut":
            _temples(context, locks)
        return
    rng = context.rng("sides")
    stand = lift(context)
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
                    [side * x, down * 0.5, beside(context, side, 0.30)],
                    [
                        side * (x - (0.03 if kind == "hime" else 0.13)),
                        down,
                        beside(context, side, 0.36),
                    ],
                ]
            )
            fall = 0.5 if down > 0.8 else 0.15
            end = "blunt" if kind == "hime" else "point"
            locks.add(
                np.concatenate([skull, low]), width, hang=(0, 0, 0, fall * 0.4, fall), end=end,
                layer=0.5,
            )  # fmt: skip
