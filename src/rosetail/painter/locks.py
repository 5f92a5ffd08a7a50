"""Locks of hair: tapered shapes along curves in space, shaded and outlined one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.portrait_context import PortraitContext, Tones
from rosetail.painter.pose import SKULL_CENTRE

Points = NDArray[np.float64]
SAMPLES = 13
_T = np.linspace(0.0, 1.0, SAMPLES)

# Share of full width along a lock, by the kind of its end.
_PROFILES: dict[str, Points] = {
    "point": np.interp(_T, [0, 0.3], [0.35, 1.0]) * (1 - np.clip((_T - 0.4) / 0.6, 0, 1) ** 1.9),
    "cut": np.interp(_T, [0, 0.3, 0.8, 1], [0.35, 1.0, 1.0, 0.88]),
    "blunt": (0.75 + 0.25 * np.clip(_T / 0.4, 0, 1)) * np.interp(_T, [0, 0.6, 1], [1, 1, 0.8]),
    "leaf": np.sin(np.pi * np.clip(_T * 0.93 + 0.07, 0, 1)) ** 0.8,
    "spike": np.interp(_T, [0, 0.25, 1], [0.7, 1.0, 0.0]),
}


@dataclass
class Locks:
    """A growing set of locks. Points are in head space; see `add`."""

    points: list[Points] = field(default_factory=list)
    hang: list[Sequence[float]] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    end: list[str] = field(default_factory=list)
    wave: list[tuple[float, float, float]] = field(default_factory=list)
    layer: list[float] = field(default_factory=list)
    free: list[bool] = field(default_factory=list)

    def add(
        self,
        points: ArrayLike,
        width: float,
        *,
        hang: Sequence[float] = (0, 0, 0, 0, 0),
        end: str = "point",
        wave: tuple[float, float, float] = (0.0, 0.0, 0.0),
        layer: float = 0.0,
        free: bool = False,
    ) -> None:
        """Add a lock through five points (5, 3) from root to tip.

        `width` is its half width; `hang` says for each point how far it falls straight down (1)
        instead of moving with the head (0); `wave` is amplitude, number of waves and phase (turns);
        locks of a higher `layer` are drawn later, equal ones from far to near; `free` locks may
        leave the outline of the head.
        """
        self.points.append(np.asarray(points, dtype=np.float64))
        self.hang.append(hang)
        self.width.append(width)
        self.end.append(end)
        self.wave.append(wave)
        self.layer.append(layer)
        self.free.append(free)

    def only(self, kept: Sequence[int]) -> Locks:
        """The locks of these numbers."""
        parts = vars(self).items()
        return Locks(**{name: [each[number] for number in kept] for name, each in parts})

    def place(self, context: PortraitContext, within: Points | None = None) -> list[Lock]:
        """Project the locks into the picture, in drawing order.

        `within` are the axes (3,) of an ellipsoid around the skull: above the temples no lock
        leaves its outline, so that the crown stays smooth.
        """
        if not self.points:
            return []
        space = np.stack(self.points)
        fall = np.array(self.hang, dtype=np.float64)[..., None]
        flat = context.pose.project(space) * (1 - fall) + context.body_pose.project(space) * fall
        centre = curves.spline(flat, SAMPLES)
        amplitude, count, phase = np.array(self.wave, dtype=np.float64).T[..., None]
        normal = curves.normals(centre)
        if amplitude.any():
            swing = amplitude * np.sin(2 * np.pi * (count * _T + phase)) * np.minimum(_T * 2.2, 1)
            centre = centre + normal * swing[..., None]
            normal = curves.normals(centre)
        profile = np.stack([_PROFILES[end] for end in self.end])
        offset = normal * (profile * np.array(self.width)[:, None])[..., None]
        left, right = centre + offset, centre - offset
        depth = context.pose.depth(space[:, 2:4].mean(axis=1))
        order = np.lexsort((depth, np.array(self.layer)))
        if within is not None:
            bound = np.where(self.free, 0.0, 1.0)[:, None]
            left, right = (_within(edge, context, within, bound) for edge in (left, right))
        return [Lock(centre[i], left[i], right[i], self.end[i], self.width[i]) for i in order]


def _within(points: Points, context: PortraitContext, axes: Points, bound: Points) -> Points:
    """Pull points (..., 2) that stick out of the top of the head back to its outline."""
    spread = context.pose.matrix[:2] * axes
    inverse = np.linalg.inv(spread @ spread.T)
    centre = context.pose.project(SKULL_CENTRE)
    way = points - centre
    reach = np.sqrt(np.einsum("...i,ij,...j->...", way, inverse, way))
    up = -(context.pose.matrix[1, 1] * way[..., 1] + context.pose.matrix[0, 1] * way[..., 0])
    strength = np.clip((up - 0.05) / 0.5, 0, 1) * bound
    factor = np.where(reach > 1, 1 / np.maximum(reach, 1e-6), 1.0)
    factor = 1 + (factor - 1) * strength
    result: Points = centre + way * factor[..., None]
    return result


@dataclass(frozen=True)
class Lock:
    """A lock in the picture: middle line and both borders, each (SAMPLES, 2)."""

    centre: Points
    left: Points
    right: Points
    end: str
    width: float

    def shape(self) -> skia.Path:
        if self.end in ("blunt", "cut"):  # a straight cut keeps its corners
            cut = [self.left[-1:], self.left[-1:], self.right[-1:], self.right[-1:]]
            return curves.path(np.concatenate([self.left, *cut, self.right[::-1]]))
        return curves.path(np.concatenate([self.left, self.right[::-1]]))


def draw(canvas: Canvas, context: PortraitContext, locks: Sequence[Lock], tones: Tones) -> None:
    """Flat colour, a shaded side and border lines for each lock, later ones over earlier ones."""
    if not locks:
        return
    if context.hand.soft == 0:
        _draw_each(canvas, context, locks, tones)
        return
    whole = curves.join([lock.shape() for lock in locks])
    canvas.fill(whole, tones.base)
    with canvas.inside(whole):  # soft shadows must not spill onto what lies behind
        _draw_each(canvas, context, locks, tones)


def _draw_each(
    canvas: Canvas, context: PortraitContext, locks: Sequence[Lock], tones: Tones
) -> None:
    hand = context.hand
    pen = canvas.pen(hand.inner)
    for lock in locks:
        canvas.fill(lock.shape(), tones.base)
        shaded = _shaded_side(lock, context.side)
        if lock.width > 0.15 and hand.strands > 0.55:
            shaded.addPath(_strand(lock))
        canvas.fill(shaded, tones.shade, kind=SHADOW, blur=hand.soft * 0.35)
        fine = min(1.0, 0.45 + lock.width / 0.16)
        canvas.fill(_border_lines(lock, pen * fine), tones.line, kind=LINE)


def _shaded_side(lock: Lock, side: float) -> skia.Path:
    """The part of a lock that turns away from the light, tapered at both ends."""
    leftness = lock.left[6, 0] - lock.right[6, 0]
    away, near = (lock.right, lock.left) if leftness * side > 0 else (lock.left, lock.right)
    share = np.interp(_T, [0.0, 0.25, 0.6, 0.9, 1.0], [0.0, 0.02, 0.30, 0.52, 0.6])
    edge = away + (near - away) * share[:, None]
    return curves.path(np.concatenate([away, edge[::-1]]))


def _strand(lock: Lock) -> skia.Path:
    """A thin shaded wisp on the lit side of a broad lock."""
    share = 0.32 if lock.centre[0, 0] > lock.centre[-1, 0] else 0.68
    line = lock.left[4:11] * share + lock.right[4:11] * (1 - share)
    return curves.brush(line, lock.width * 0.16, 0.5, 0.8)


def _border_lines(lock: Lock, pen: float) -> skia.Path:
    """Lines along both borders that begin part of the way down and are heaviest near the tip."""
    start = 4
    weight = np.interp(_T[start:], [_T[start], 0.7, 0.92, 1.0], [0.0, 0.36, 0.5, 0.1]) * pen
    result = skia.Path()
    for border, inward in ((lock.left, lock.right), (lock.right, lock.left)):
        line = border[start:]
        across = inward[start:] - line
        length = np.maximum(np.sqrt((across**2).sum(axis=1, keepdims=True)), 1e-6)
        offset = across / length * weight[:, None]
        result.addPath(curves.path(np.concatenate([line - offset, (line + offset)[::-1]])))
    return result
