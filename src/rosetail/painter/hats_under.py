"""What hair does under a hat: where hats end on the skull, and hairdos pressed below that edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.hairdo import Hairdresser
from rosetail.painter.head import Head
from rosetail.painter.locks import Lock
from rosetail.painter.pose import SKULL, SKULL_WIDEST

Points = NDArray[np.float64]

SCARF = "headscarf"
# Heights of a hat's edge in front and behind.
BRIMS: dict[str, tuple[float, float]] = {
    "beret": (0.235, 0.40),
    "cap": (0.270, 0.41),
    "straw_hat": (0.270, 0.245),
    "beanie": (0.315, 0.46),
}
HEADWEAR = (*BRIMS, SCARF)
FLAT = 0.012  # hair under a hat stands out no further


def brim_at(kind: str, azimuth: ArrayLike) -> Points:
    """Heights of a hat's edge by azimuth."""
    front, back = BRIMS[kind]
    turn = np.radians(np.asarray(azimuth, np.float64))
    return np.asarray(back + (front - back) * (0.5 + 0.5 * np.cos(turn)))


def shell(
    azimuth: ArrayLike, height: ArrayLike, lift: float, top: float = 0.0, square: float = 2.0
) -> Points:
    """Points (..., 3) on a surface around the skull with its own top; ``square`` above 2 has a flat
    top and steep sides."""
    turn = np.radians(np.asarray(azimuth, np.float64))
    y = np.asarray(height, np.float64)
    up = np.clip((SKULL_WIDEST - y) / (SKULL_WIDEST - top), 0, 1)
    around = (1 - up**square) ** (1 / square)
    front = np.where(np.cos(turn) > 0, SKULL[1], SKULL[2])
    x = (SKULL[0] + lift) * around * np.sin(turn)
    z = (front + lift) * around * np.cos(turn) - 0.03
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1)


def flatten(do: Hairdresser) -> None:
    """Press a hairdo under the hat of its portrait: what would stand out above the edge goes, tails
    and ribbons slip below it; a headscarf covers all."""
    kind = do.p.ornament
    if kind == SCARF:
        _cover(do)
    elif kind in BRIMS:
        do.grow = min(do.grow, FLAT)
        do.crown = [lock for lock in do.crown if _below(kind, lock.spine[-1], 0.04)]
        do.tails = [_slipped(kind, lock) for lock in do.tails]
        do.over = [_slipped(kind, lock) if lock.azimuth is None else lock for lock in do.over]
        do.buns = [bun for bun in do.buns if _below(kind, bun.centre, bun.radius)]
        do.ties = [tie for tie in do.ties if _below(kind, tie, 0.06)]


def _cover(do: Hairdresser) -> None:
    for room in (
        do.back,
        do.tails,
        do.over,
        do.sides,
        do.crown,
        do.front,
        do.buns,
        do.ties,
        do.plaits,
    ):
        room.clear()
    do.hull, do.cap, do.cloud = None, False, "none"


def _edge(kind: str, point: Sequence[float] | Points) -> float:
    """Height of the hat's edge above a place of head space."""
    return float(brim_at(kind, math.degrees(math.atan2(point[0], point[2] + 0.03))))


def _below(kind: str, point: Sequence[float] | Points, by: float) -> bool:
    return float(point[1]) > _edge(kind, point) + by


def _slipped(kind: str, lock: Lock) -> Lock:
    """A tail that starts below the edge."""
    high = int(np.argmin(lock.spine[:, 1]))
    down = max(0.0, _edge(kind, lock.spine[0]) + 0.04 - float(lock.spine[high, 1]))
    return replace(lock, spine=np.add(lock.spine, (0.0, down, 0.0)))


def above(head: Head) -> skia.Path:
    """The part of the picture above a hat's edge, where loose hair such as an afro is cut away;
    empty without a hat. It slopes beside the hat, as hair pressed by a brim does."""
    kind = head.context.p.ornament
    if kind not in BRIMS:
        return skia.Path()
    azimuth = np.linspace(-90, 90, 19) - head.pose.yaw
    edge = head.pose.project(shell(azimuth, brim_at(kind, azimuth) - 0.03, 0.03))
    around = head.pose.leant([(-0.75, 0.62), (-0.75, -0.6), (0.75, -0.6), (0.75, 0.62)])
    return curves.path(np.concatenate([around, edge[::-1]]), smooth=False)
