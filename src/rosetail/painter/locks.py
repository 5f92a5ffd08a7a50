"""Locks of hair: tapered ribbons along spines in space, all of a group turned and widened at once.

A group is painted as one mass: one outline, one gradient, so that roots vanish in it; then each
lock with the shadow it casts, the shadow on its side off the light, and lines that grow towards its
tip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves, materials
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.colour import Lch, mix
from rosetail.painter.materials import Material
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import Pose, on_forehead, on_skull

Points = NDArray[np.float64]

SAMPLES = 15  # along a lock
KNOTS = 5  # of its spine
CAST_FROM = 5  # sample from which a lock casts a shadow
OUTLINE, EDGE = 0.0068, 0.0056  # line widths
EDGE_ON = 0.35  # share of its width that a lock seen edge-on keeps
LEAF, BLUNT, ROPE = "leaf", "blunt", "rope"
EDGE_ROWS = 10  # along a line at the edge of a lock
_T = np.linspace(0, 1, SAMPLES)
# How wide the shadow on a lock is, as a share of the lock, and how it begins; its deeper part.
_STRIP = 0.16 + 0.30 * np.sin(np.pi * np.clip((_T - 0.22) / 0.78, 0, 1)) ** 1.2
_STRIP_FADES = np.clip((_T - 0.2) / 0.25, 0, 1)
_DEEP = 0.45 * np.clip((_T - 0.5) / 0.3, 0, 1)


@dataclass(frozen=True)
class Lock:
    """A lock: ``spine`` (KNOTS, 3) in head space from root to tip, ``width`` in heads.

    kind: LEAF tapers, BLUNT is cut straight, ROPE is a loc. root: width at the root as a share;
    peak: where along it is widest; taper: exponent of its narrowing. line: where along it the edge
    lines begin. shadow: strength of its shadows. shines: takes part in the highlight. azimuth:
    degrees (KNOTS,) on the skull; such a lock narrows where it is seen edge-on. front: it is drawn
    only as far as it faces the viewer by between ``faces`` (cosines).
    """

    spine: Points
    width: float
    kind: str = LEAF
    root: float = 0.5
    peak: float = 0.42
    taper: float = 1.32
    line: float = 0.36
    shadow: float = 1.0
    shines: bool = True
    azimuth: tuple[float, ...] | None = None
    front: bool = False
    faces: tuple[float, float] = (-0.02, 0.30)

    def widths(self) -> Points:
        """Half widths (SAMPLES,) along the lock, before any turn."""
        if self.kind == BLUNT:
            rise = self.root + (1 - self.root) * np.sin(np.clip(_T / 0.3, 0, 1) * np.pi / 2)
            shape = np.where(_T < 0.3, rise, 1 - 0.10 * _T)
        elif self.kind == ROPE:
            rise = self.root + (1 - self.root) * np.clip(_T / 0.2, 0, 1)
            fall = (1 - np.clip((_T - 0.2) / 0.8, 0, 1) ** 3.2) ** 0.7
            shape = np.where(_T < 0.2, rise, fall)
        else:
            rise = self.root + (1 - self.root) * np.sin(np.clip(_T / self.peak, 0, 1) * np.pi / 2)
            fall = 1 - np.clip((_T - self.peak) / (1 - self.peak), 0, 1) ** self.taper
            shape = np.where(self.peak > _T, rise, fall)
        return np.asarray(shape * self.width / 2)


def wobble(number: float, salt: float = 0.0) -> float:
    """An irregular number in -1..1, always the same for a number: hair that is uneven, but by
    nothing that a portrait's parameters do not say."""
    return 2.0 * ((number * 0.61803399 + salt * 0.7548777 + 0.31) % 1.0) - 1.0


def forehead_lock(
    start: tuple[float, float],
    end: tuple[float, float],
    width: float,
    bend: float = 0.0,
    sway: float = 0.0,
    lift: float = 0.0,
    **more: object,
) -> Lock:
    """A lock over the forehead by its ends in the front view; ``bend`` and ``sway`` are a C and an
    S in shares of its length."""
    way = np.array(end) - np.array(start)
    across = np.array([-way[1], way[0]])
    u = np.linspace(0, 1, KNOTS)[:, None]
    flat = (
        np.array(start) + way * u + across * (bend * 4 * u * (1 - u) + sway * np.sin(2 * np.pi * u))
    )
    spine = on_forehead(flat[:, 0], flat[:, 1], lift + 0.025 * u[:, 0])
    return Lock(spine, width, **more)  # type: ignore[arg-type]


def skull_lock(points: ArrayLike, width: float, front: bool = False, **more: object) -> Lock:
    """A lock along the skull: points (K, 3) of azimuth, height and lift."""
    rows = np.asarray(points, np.float64)
    if len(rows) != KNOTS:
        rows = curves.spline(rows, KNOTS)
    azimuth = tuple(rows[:, 0].tolist())
    spine = on_skull(rows[:, 0], rows[:, 1], rows[:, 2])
    return Lock(spine, width, azimuth=azimuth, front=front, **more)  # type: ignore[arg-type]


def space_lock(points: ArrayLike, width: float, **more: object) -> Lock:
    """A lock along points (K, 3) of head space."""
    rows = np.asarray(points, np.float64)
    if len(rows) != KNOTS:
        rows = curves.spline(rows, KNOTS)
    return Lock(rows, width, **more)  # type: ignore[arg-type]


def mirrored(lock: Lock) -> Lock:
    """The lock on the other side of the head."""
    azimuth = None if lock.azimuth is None else tuple(-each for each in lock.azimuth)
    return replace(lock, spine=lock.spine * (-1, 1, 1), azimuth=azimuth)


class Shape(NamedTuple):
    """A lock in the picture: its spine, both edges (SAMPLES, 2), outline, and the heights and
    places in head space (SAMPLES, 3) that the highlight goes by."""

    lock: Lock
    spine: Points
    left: Points
    right: Points
    path: skia.Path
    space: Points


class LockGroup:
    """Locks that are painted together, built once for all poses."""

    def __init__(self, locks: Sequence[Lock]) -> None:
        self.locks = list(locks)

    @cached_property
    def _space(self) -> Points:
        return curves.spline(np.stack([lock.spine for lock in self.locks]), SAMPLES)

    @cached_property
    def _widths(self) -> Points:
        return np.stack([lock.widths() for lock in self.locks])

    @cached_property
    def _azimuths(self) -> Points:
        """(n, SAMPLES), NaN for locks that do not lie on the skull."""
        nowhere = (float("nan"),) * KNOTS
        rows = np.array([lock.azimuth or nowhere for lock in self.locks])
        return np.asarray(rows[:, np.rint(_T * (KNOTS - 1)).astype(int)])

    @cached_property
    def _faces(self) -> Points:
        return np.array([lock.faces for lock in self.locks])

    def shapes(self, pose: Pose) -> list[Shape]:
        """The locks that a pose shows, in the order they are painted."""
        if not self.locks:
            return []
        spines = pose.project(self._space)
        spines = spines + _hanging(self._space, pose)
        seen = pose.faces(self._azimuths)
        low, high = self._faces[:, :1], self._faces[:, 1:]
        front = np.array([lock.front for lock in self.locks])[:, None]
        shown = np.where(front, curves.smoothstep(seen, low, high), 1.0)
        edge_on = np.where(np.isnan(seen), 1.0, EDGE_ON + (1 - EDGE_ON) * np.abs(seen))
        half = self._widths * shown * edge_on
        spines = _drawn_in(spines, shown.mean(axis=1))
        offset = curves.normals(spines) * half[..., None]
        left, right = spines + offset, spines - offset
        return [
            Shape(lock, spines[n], left[n], right[n],
                  curves.path(np.concatenate([left[n], right[n][::-1]])), self._space[n])
            for n, lock in enumerate(self.locks)
            if half[n].max() > 0.002
        ]  # fmt: skip


def _drawn_in(spines: Points, shown: Points) -> Points:
    """Spines of locks that turn away, shorter as less of them is shown: so they go and come without
    a jump."""
    result = spines
    for n in np.flatnonzero((shown < 0.98) & (shown > 0)):
        if result is spines:
            result = spines.copy()
        places = _T * float(shown[n]) ** 0.5
        for axis in (0, 1):
            result[n, :, axis] = np.interp(places, _T, spines[n, :, axis])
    return result


def _hanging(space: Points, pose: Pose) -> Points:
    """How far (n, SAMPLES, 2) long hair of a leaning head swings back to the vertical."""
    long = curves.smoothstep(space[:, -1:, 1], 0.85, 1.15)
    sideways = 0.85 * pose.lean[1, 0] * np.clip(space[..., 1] - 0.58, 0, 1.3) * long
    return np.stack([sideways, 0 * sideways], axis=-1)


def mass_of(shapes: Sequence[Shape], extra: Sequence[skia.Path] = ()) -> skia.Path:
    """All shapes as one path to fill and clip with; ribbons all wind the same way."""
    mass = skia.Path()
    for path in extra:
        mass.addPath(path)
    for shape in shapes:
        mass.addPath(shape.path)
    return mass


class Tones(NamedTuple):
    """Colours of a group of locks."""

    base: Lch
    shade: Lch
    deep: Lch
    line: Lch
    above: Lch
    below: Lch
    bottom: float


def tones_of(context: PortraitContext, darker: float, bottom: float, tips: Lch | None) -> Tones:
    """Tones of hair ``darker`` by steps of shadow, with its light above and its tips at the height
    ``bottom``."""
    hair: Material = context.hair
    base = materials.shade(hair.base, darker, turn=6) if darker else hair.base
    strength = context.style.gradient
    above = materials.light(base, 0.5 * strength)
    below = tips or materials.shade(base, 0.45 * strength, turn=14)
    line = mix(hair.line, materials.shade(hair.line, 0.5), min(1.0, darker))
    turn = 14 if darker < 0.5 else 6  # what lies behind is not to change its hue twice
    shade, deep = materials.shade(base, 0.95, turn=turn), materials.shade(base, 1.8, turn=turn)
    return Tones(base, shade, deep, line, above, below, bottom)


def wash(canvas: Canvas, context: PortraitContext, tones: Tones) -> None:
    """Light from above and the colour of the tips, over all that is inside the current clip: one
    gradient for a whole mass, so that single locks are not told apart by it."""
    start, end = context.pose.leant(
        [(0.10 * context.side, 0.0), (-0.06 * context.side, tones.bottom)]
    )
    colours = [tones.above, tones.above, tones.below, tones.below]
    gradient = Gradient(start, end, colours, [0, 0.34, 0.60, 1], [0.85, 0.0, 0.0, 0.8])
    canvas.wash(gradient)


def paint(
    canvas: Canvas,
    context: PortraitContext,
    shapes: Sequence[Shape],
    *,
    extra: Sequence[skia.Path] = (),
    darker: float = 0.0,
    bottom: float = 1.0,
    tips: Lch | None = None,
    cast: tuple[float, float] = (0.011, 0.017),
    bare: skia.Path | None = None,
    ground: Callable[[Tones], None] | None = None,
    finish: Callable[[Tones], None] | None = None,
) -> skia.Path:
    """Paint a group; ``ground`` draws on the mass below the locks, ``finish`` over them. Inside
    ``bare`` the mass has no outline. Returns the mass."""
    mass = mass_of(shapes, extra)
    if mass.isEmpty():
        return mass
    tones = tones_of(context, darker, bottom, tips)
    with canvas.inside(outside=bare):
        canvas.contour(mass, tones.line, context.ink(OUTLINE))
    canvas.fill(mass, tones.base)
    with canvas.inside(mass):
        if ground is not None:
            ground(tones)
        for shape, marks in zip(shapes, _marks(context, shapes), strict=True):
            _paint_lock(canvas, context, shape, marks, tones, cast)
        wash(canvas, context, tones)
        if finish is not None:
            finish(tones)
    return mass


def _paint_lock(
    canvas: Canvas,
    context: PortraitContext,
    shape: Shape,
    marks: _Marks,
    tones: Tones,
    cast: tuple[float, float],
) -> None:
    lock = shape.lock
    if lock.shadow > 0:
        # The shadow it casts begins where it has left the mass.
        left, right = shape.left[CAST_FROM:], shape.right[CAST_FROM:]
        fallen = np.concatenate([shape.spine[CAST_FROM - 1 : CAST_FROM], left, right[::-1]])
        off = np.array([context.away * cast[0], cast[1]]) * lock.shadow
        canvas.fill(curves.path(fallen + off), tones.shade, kind=SHADOW, alpha=0.85)
    canvas.fill(shape.path, tones.base)
    if lock.shadow > 0:
        canvas.fill(curves.path(marks.strip), tones.shade, kind=SHADOW, alpha=0.9)
        canvas.fill(curves.path(marks.deep), tones.deep, kind=SHADOW, alpha=0.7)
    if lock.kind == ROPE:
        _paint_rope(canvas, context, shape, tones)
    lines = curves.path(marks.edges[0])
    lines.addPath(curves.path(marks.edges[1]))
    canvas.fill(lines, tones.line, kind=LINE, alpha=0.92)
    if lock.kind == BLUNT:
        ends = np.array([shape.left[-1], shape.right[-1]])
        cut = curves.brush(ends, context.ink(EDGE), start=0.8, end=0.8)
        canvas.fill(cut, tones.line, kind=LINE, alpha=0.92)


class _Marks(NamedTuple):
    """What is drawn on a lock: a strip of shadow (2 * rows, 2), a deeper one near the tip, and
    lines along both edges (2, 2 * EDGE_ROWS, 2)."""

    strip: Points
    deep: Points
    edges: Points


def _marks(context: PortraitContext, shapes: Sequence[Shape]) -> list[_Marks]:
    """The marks of all shapes, worked out at once."""
    if not shapes:
        return []
    left = np.stack([shape.left for shape in shapes])
    right = np.stack([shape.right for shape in shapes])
    across = left[:, SAMPLES // 2] - right[:, SAMPLES // 2]
    off_light = (across[:, 0] * context.away + 0.25 * across[:, 1] > 0)[:, None, None]
    dark, lit = np.where(off_light, left, right), np.where(off_light, right, left)
    # A strip along the side off the light, deeper near the tip; no two locks have the same.
    phase = np.array([[90 * shape.lock.width] for shape in shapes])
    wide = (_STRIP + 0.08 * np.sin(7 * _T + phase)) * _STRIP_FADES
    first, half = 3, SAMPLES // 2
    inner = dark + (lit - dark) * wide[..., None]
    strips = np.concatenate([dark[:, first:], inner[:, first:][:, ::-1]], axis=1)
    inner = dark + (lit - dark) * (wide * _DEEP)[..., None]
    deep = np.concatenate([dark[:, half:], inner[:, half:][:, ::-1]], axis=1)
    edges = _edges(context, np.stack([left, right], axis=1), shapes)
    return [_Marks(*each) for each in zip(strips, deep, edges, strict=True)]


def _edges(context: PortraitContext, both: Points, shapes: Sequence[Shape]) -> Points:
    """Tapered lines (n, 2, 2 * EDGE_ROWS, 2) from where locks' lines begin to their tips."""
    begin = np.array([min(shape.lock.line * SAMPLES, SAMPLES - 5.0) for shape in shapes])
    places = begin[:, None] + (SAMPLES - 1 - begin[:, None]) * np.linspace(0, 1, EDGE_ROWS)
    low = np.minimum(places.astype(int), SAMPLES - 2)
    share = (places - low)[:, None, :, None]
    rows = np.arange(len(shapes))[:, None, None]
    sides = np.arange(2)[None, :, None]
    lines = both[rows, sides, low[:, None]] * (1 - share)
    lines = lines + both[rows, sides, low[:, None] + 1] * share
    half = curves.profile(EDGE_ROWS, 0.80, 0.0, 0.35, 1.2, 1.0) * context.ink(EDGE) / 2
    offset = curves.normals(lines) * half[:, None]
    return np.concatenate([lines + offset, (lines - offset)[:, :, ::-1]], axis=2)


def _paint_rope(canvas: Canvas, context: PortraitContext, shape: Shape, tones: Tones) -> None:
    """The turns of a loc: arcs across it, each with a light tick."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(shape.spine, axis=0), axis=1))])
    if along[-1] < 0.08:
        return
    places = np.arange(0.045, along[-1], 0.034)

    def at(edge: Points) -> Points:
        return np.stack([np.interp(places, along, edge[:, axis]) for axis in (0, 1)], axis=1)

    left, right, middle = at(shape.left), at(shape.right), at(shape.spine)
    way = np.gradient(middle, axis=0) if len(middle) > 1 else np.zeros_like(middle)
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    arcs, ticks = skia.Path(), skia.Path()
    for one, other, centre, forward in zip(left, right, middle, way, strict=True):
        arc = curves.spline([one, centre + 0.012 * forward, other], 8)
        arcs.addPath(curves.ribbon(arc, curves.profile(8, 0.6, 0, 0, 0.8, 0.9) * 0.003))
        tick = curves.spline([0.75 * one + 0.25 * other, centre, 0.45 * one + 0.55 * other], 8)
        ticks.addPath(
            curves.ribbon(tick - 0.006 * forward, curves.profile(8, 0.5, 0, 0, 1, 1) * 0.003)
        )
    canvas.fill(arcs, tones.line, kind=LINE, alpha=0.35)
    canvas.fill(ticks, context.hair.light, kind=LIGHT, alpha=0.35)
