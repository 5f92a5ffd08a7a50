"""Hairdos: what hangs behind the head, over the shoulders or stands off it.

A hairdo is a function that fills two sets of locks: `behind` the body and `over` the shoulders
(drawn before the face), and one of locks `front` beside the face. `strand` makes most of them in
a line each. Register it in HAIRDOS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import skia

from rosetail.painter.hair_growth import beside, lift
from rosetail.painter.locks import Locks
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_skull


@dataclass
class Hairdo:
    """Locks behind the body, over the shoulders and beside the face; solid shapes behind the head.

    bands: what ties the hair: place (x, y, z) and how far it hangs (see `Locks.add`).
    """

    behind: Locks = field(default_factory=Locks)
    over: Locks = field(default_factory=Locks)
    front: Locks = field(default_factory=Locks)
    shapes: list[skia.Path] = field(default_factory=list)
    bands: list[tuple[float, float, float, float]] = field(default_factory=list)


def strand(
    locks: Locks,
    context: PortraitContext,
    azimuth: float,
    ends: list[tuple[float, float, float]],
    width: float,
    *,
    elevation: float = 30.0,
    fall: float = 1.0,
    wave: tuple[float, float, float] = (0.0, 0.0, 0.0),
    layer: float = 0.0,
) -> None:
    """A lock from the skull at `azimuth`, `elevation` (degrees) through three points in head
    space."""
    stand = lift(context)
    root = on_skull(
        np.array([azimuth, azimuth]),
        np.array([elevation + 24, elevation]),
        np.array([-0.12, stand * 0.7]),
    )
    hang = (0.0, 0.0, 0.3 * fall, 0.75 * fall, fall)
    locks.add(np.concatenate([root, np.array(ends)]), width, hang=hang, wave=wave, layer=layer)


def falling(
    context: PortraitContext, do: Hairdo, bottom: float, flare: float, wave: float = 0.0
) -> None:
    """Hair that falls around the neck down to `bottom`; `flare` widens it."""
    rng = context.rng("back")
    turns = max(bottom - 0.6, 0.4) * 0.62
    for side in (-1.0, 1.0):
        for t in np.linspace(0.0, 1.0, 5):
            x = 0.12 + 1.0 * t
            end = bottom + rng.uniform(-0.14, 0.14) - 0.10 * (1 - t)
            bend = rng.uniform(-0.16, 0.06)
            phase = float(rng.random())
            strand(
                do.behind, context, side * (176 - 72 * t),
                [(side * x * 1.04, 0.45, -0.45 + 0.25 * t),
                 (side * x * (1.05 + flare * 0.5), (0.45 + end) / 2, -0.35 + 0.2 * t),
                 (side * (x * (1.0 + flare) + bend), end, -0.3 + 0.2 * t)],
                0.29, wave=(wave, turns, phase), layer=float(t),
            )  # fmt: skip
    for side in (-1.0, 1.0):
        for step, x in enumerate((1.04, 0.95)):
            curtain(
                context, do, side, x, bottom * (0.95 - 0.1 * step), flare, wave, 0.18, -2.0 + step
            )


def curtain(
    context: PortraitContext, do: Hairdo, side: float, x: float, bottom: float, flare: float, wave:
    float, width: float, layer: float,
) -> None:  # fmt: skip
    """A long lock that flows from the crown past the temple and hangs beside the face."""
    rng = context.rng(f"curtain{side}{x}")
    stand = lift(context)
    # On the side that turns away the lock gives way, so that the eye there stays free.
    away = float(np.clip(side * context.p.yaw / 30.0, 0.0, 1.0))
    x, width = x + 0.13 * away, width * (1 - 0.3 * away)
    end = bottom + rng.uniform(-0.08, 0.08)
    skull = on_skull(
        side * np.array([30.0, 64.0]),
        np.array([68.0, 45.0]),
        np.array([stand - 0.12, stand - 0.10]),
    )
    ends = np.array(
        [(side * (x + 0.04), 0.12, beside(context, side, 0.06)),
         (side * (x + flare * 0.3), 0.12 + (end - 0.12) * 0.55, beside(context, side, 0.14) * 0.8),
         (side * (x - 0.06 + flare), end, 0.25)]
    )  # fmt: skip
    do.front.add(
        np.concatenate([skull, ends]), width, hang=(0, 0, 0.1, 0.7, 1.0), layer=layer,
        wave=(wave * 0.9, max(bottom - 0.6, 0.4) * 0.62, float(rng.random())),
    )  # fmt: skip


def _bob(context: PortraitContext, do: Hairdo) -> None:
    rng = context.rng("back")
    bottom = 1.12 * context.p.hair_length
    for side in (-1.0, 1.0):
        for t in np.linspace(0, 1, 5):
            x = 0.15 + 0.95 * t
            end = bottom + rng.uniform(-0.05, 0.05)
            strand(
                do.behind, context, side * (178 - 76 * t),
                [(side * x * 1.08, 0.35, -0.45 + 0.3 * t),
                 (side * x * 1.13, end * 0.75, -0.35 + 0.3 * t),
                 (side * x * 0.9, end, -0.3 + 0.3 * t)],
                0.24, fall=0.5, layer=float(t),
            )  # fmt: skip
        for step, x in enumerate((1.05, 0.98)):
            end = bottom * (1.06 - 0.08 * step) + rng.uniform(-0.05, 0.05)
            skull = on_skull(
                side * np.array([30.0, 64.0]),
                np.array([68.0, 45.0]),
                np.array([lift(context) - 0.12, lift(context) - 0.08]),
            )
            ends = [(side * (x + 0.06), 0.14, beside(context, side, 0.06)),
                    (side * (x + 0.06), end * 0.66, beside(context, side, 0.12)),
                    (side * (x - 0.24), end, beside(context, side, 0.22))]  # fmt: skip
            do.front.add(
                np.concatenate([skull, np.array(ends)]), 0.21, hang=(0, 0, 0.05, 0.3, 0.5),
                layer=-2.0 + step,
            )  # fmt: skip


def _shoulder(context: PortraitContext, do: Hairdo) -> None:
    falling(context, do, 1.72 * context.p.hair_length, 0.10)


def _straight(context: PortraitContext, do: Hairdo) -> None:
    falling(context, do, 3.3 * context.p.hair_length, 0.16)


def _wavy(context: PortraitContext, do: Hairdo) -> None:
    falling(context, do, 2.9 * context.p.hair_length, 0.34, wave=0.15)


HAIRDOS: dict[str, Callable[[PortraitContext, Hairdo], None]] = {
    "bob": _bob,
    "shoulder": _shoulder,
    "straight": _straight,
    "wavy": _wavy,
}
