"""Random clutter for training scenes: shapes, lines, lettering, patterns, buttons.

Each function draws one object into ``scene`` (uint8 [H, W, 3] RGB, in place).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes

Rng = np.random.Generator
Point = tuple[int, int]


def clutter(scene: Bytes, rng: Rng) -> None:
    """Draw one random object at a random place."""
    kinds: list[Callable[[Bytes, Rng], None]] = [blob, oval, stroke, lettering, pattern, buttons]
    kinds[rng.choice(len(kinds), p=[0.25, 0.2, 0.2, 0.15, 0.08, 0.12])](scene, rng)


def blob(scene: Bytes, rng: Rng) -> None:
    """A polygon or a smooth shape, outlined or not: clothes, furniture, hair, leaves."""
    size = max(scene.shape[:2])
    corners = int(rng.integers(3, 9))
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    reach = rng.uniform(0.03, 0.3) * size * rng.uniform(0.3, 1, corners)
    points = _place(scene, rng) + reach[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    if rng.random() < 0.5:
        points = _rounded(points)
    _filled(scene, points, rng)


def oval(scene: Bytes, rng: Rng) -> None:
    """An ellipse, often with a smaller one in it: balls, wheels, blank heads."""
    size = max(scene.shape[:2])
    x, y = _place(scene, rng)
    wide, high = rng.uniform(0.01, 0.2, 2) * size
    turn, pen = float(rng.uniform(0, 180)), _pen(rng, size)
    for part in (1.0, rng.uniform(0.3, 0.8))[: rng.integers(1, 3)]:
        axes = max(1, int(wide * part)), max(1, int(high * part))
        at: Point = (int(x), int(y))
        cv2.ellipse(scene, at, axes, turn, 0, 360, _colour(rng), -1, cv2.LINE_AA)
        if pen:
            cv2.ellipse(scene, at, axes, turn, 0, 360, _ink(rng), pen, cv2.LINE_AA)


def stroke(scene: Bytes, rng: Rng) -> None:
    """A bunch of nearly parallel curves: strands, folds, sticks, strings."""
    size = max(scene.shape[:2])
    control = _place(scene, rng) + rng.uniform(-0.3, 0.3, (4, 2)) * size
    step = rng.uniform(-0.03, 0.03, (4, 2)) * size
    colour, pen = _ink(rng) if rng.random() < 0.6 else _colour(rng), 1 + _pen(rng, size)
    for number in range(rng.integers(1, 7)):
        line = np.rint(_curve(control + number * step)).astype(np.int32)
        cv2.polylines(scene, [line], False, colour, pen, cv2.LINE_AA)


def lettering(scene: Bytes, rng: Rng) -> None:
    """A row or column of random characters, each a few strokes in a square."""
    size = max(scene.shape[:2])
    side = rng.uniform(0.02, 0.12) * size
    start, colour = _place(scene, rng), _ink(rng) if rng.random() < 0.6 else _colour(rng)
    advance = np.array([1.15, 0] if rng.random() < 0.6 else [0, 1.15]) * side
    pen = max(1, round(side * rng.uniform(0.06, 0.15)))
    for sign in range(rng.integers(1, 9)):
        corner = start + sign * advance
        for _ in range(rng.integers(2, 8)):
            kind, ends = rng.random(), rng.integers(0, 4, (2, 2)) / 3
            if kind < 0.7:  # mostly vertical and horizontal strokes
                ends[1, rng.integers(2)] = ends[0, rng.integers(2)]
            first, last = (tuple(np.rint(corner + end * side).astype(int).tolist()) for end in ends)
            if kind > 0.92:
                cv2.circle(scene, first, max(1, int(side / 4)), colour, pen, cv2.LINE_AA)
            else:
                cv2.line(scene, first, last, colour, pen, cv2.LINE_AA)


def pattern(scene: Bytes, rng: Rng) -> None:
    """A field of stripes, checks or dots."""
    size = max(scene.shape[:2])
    edge = scene.shape[1::-1]
    low = np.clip(_place(scene, rng) - rng.uniform(0, 0.4, 2) * size, 0, edge).astype(int)
    high = np.clip(low + rng.uniform(0.1, 0.7, 2) * size, 0, edge).astype(int)
    y, x = np.mgrid[low[1] : high[1], low[0] : high[0]]
    period = rng.uniform(0.02, 0.12) * size
    angle = rng.uniform(0, np.pi)
    along = (x * np.cos(angle) + y * np.sin(angle)) / period % 1
    across = (y * np.cos(angle) - x * np.sin(angle)) / period % 1
    part = rng.uniform(0.2, 0.7)
    kind = rng.integers(3)
    if kind == 0:
        shown = along < part
    elif kind == 1:
        shown = (along < part) ^ (across < part)
    else:
        shown = np.hypot(along - 0.5, across - 0.5) < part / 2
    scene[low[1] : high[1], low[0] : high[0]][shown] = _colour(rng)


def buttons(scene: Bytes, rng: Rng) -> None:
    """Two to four equal ovals in a row, which resemble eyes."""
    size = max(scene.shape[:2])
    place, count = _place(scene, rng), int(rng.integers(2, 5))
    radius = rng.uniform(0.006, 0.04) * size
    angle = rng.uniform(0, np.pi)
    step = np.array([np.cos(angle), np.sin(angle)]) * radius * rng.uniform(2.2, 6)
    colour, pen, ink = _colour(rng), _pen(rng, size), _ink(rng)
    axes = max(1, int(radius)), max(1, int(radius * rng.uniform(0.5, 1.5)))
    for number in range(count):
        at: Point = tuple(np.rint(place + number * step).astype(int).tolist())
        cv2.ellipse(scene, at, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
        if pen:
            cv2.ellipse(scene, at, axes, 0, 0, 360, ink, pen, cv2.LINE_AA)


def hat(scene: Bytes, middle: NDArray[np.floating], up: NDArray[np.floating], rng: Rng) -> None:
    """A hat or hood with its brim at ``middle`` [2]; ``up`` [2] is as long as the head box."""
    along = np.array([-up[1], up[0]])
    half, height = rng.uniform(0.45, 1.2), rng.uniform(0.3, 1.1)
    top, lean, pen = rng.uniform(0.05, 0.6), rng.uniform(-0.4, 0.4), _pen(rng, max(scene.shape[:2]))
    colour, ink = _colour(rng), _ink(rng)
    crown = [(-0.55, 0.0), (lean - top, height), (lean + top, height), (0.55, 0.0)]
    shape = np.array([middle + a * along + b * up for a, b in crown])
    if rng.random() < 0.4:
        shape = _rounded(shape)
    _outlined(scene, shape, colour, ink, pen)
    if rng.random() < 0.7:
        angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        thick = rng.uniform(0.06, 0.2)
        brim = np.array(
            [middle + half * np.cos(a) * along + thick * np.sin(a) * up for a in angles]
        )
        _outlined(scene, brim, colour, ink, pen)


def _filled(scene: Bytes, points: NDArray[np.floating], rng: Rng) -> None:
    _outlined(scene, points, _colour(rng), _ink(rng), _pen(rng, max(scene.shape[:2])))


def _outlined(
    scene: Bytes,
    points: NDArray[np.floating],
    colour: tuple[int, ...],
    ink: tuple[int, ...],
    pen: int,
) -> None:
    whole = [np.rint(points).astype(np.int32)]
    cv2.fillPoly(scene, whole, colour, cv2.LINE_AA)
    if pen:
        cv2.polylines(scene, whole, True, ink, pen, cv2.LINE_AA)


def _place(scene: Bytes, rng: Rng) -> NDArray[np.float64]:
    return rng.uniform(0, scene.shape[1::-1])


def _pen(rng: Rng, size: int) -> int:
    """Width of an outline in pixels; 0 for none."""
    return int(rng.integers(0, 2 + round(size / 85)))


def _colour(rng: Rng) -> tuple[int, ...]:
    """A random colour; a third are skin colours, so that skin alone is not detected as a face."""
    if rng.random() < 0.33:
        red = rng.uniform(120, 255)
        return tuple(
            int(red * share) for share in (1, rng.uniform(0.7, 0.95), rng.uniform(0.5, 0.9))
        )
    return tuple(rng.integers(0, 256, 3).tolist())


def _ink(rng: Rng) -> tuple[int, ...]:
    if rng.random() < 0.1:
        return tuple(rng.integers(180, 256, 3).tolist())
    return tuple(rng.integers(0, 90, 3).tolist())


def _rounded(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Chaikin's corner cutting, twice."""
    for _ in range(2):
        after = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after], 1)
        points = points.reshape(-1, 2)
    return points


def _curve(control: NDArray[np.floating]) -> NDArray[np.floating]:
    """20 points of the cubic Bézier curve with four control points [4, 2]."""
    t = np.linspace(0, 1, 20)[:, None]
    shares = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
    return sum(share * point for share, point in zip(shares, control, strict=True))
