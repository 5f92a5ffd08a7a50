"""The nose: a stroke for each wing, leaf-shaped nostrils, its base, and the bridge in shadow."""

from __future__ import annotations

import numpy as np

from rosetail.arrays import Floats
from rosetail.stylizer.rule.head import SeenHead
from rosetail.stylizer.rule.looks import RuleLook
from rosetail.stylizer.rule.strokes import curve, smooth_path, taper
from rosetail.stylizer.rule.window import PaintWindow, shade

AROUND = [48, 278, 2, 4, 129, 358, 193, 417]
NOSTRILS = ((60, 20, 242, 97, 98), (290, 250, 462, 326, 327))
WINGS = (((129, 49, 48, 64, 98, 97), -1), ((358, 279, 278, 294, 327, 326), 1))
BASE = [97, 2, 326]
BRIDGES = ([193, 122, 196, 3, 51], [417, 351, 419, 248, 281])


def paint_nose(picture: Floats, head: SeenHead, lit: Floats, look: RuleLook) -> None:
    """Paint the lines of the nose on ``picture``; ``lit`` [H, W, 3] is the tone of lit skin."""
    face, unit = head.face, head.face.distance
    window = PaintWindow(picture, face.points[AROUND], 0.16 * unit)
    skin = np.median(window.cut(lit).reshape(-1, 3), axis=0)
    ink = shade(skin, 0.42, (0, 6, 0)) if look.young else shade(skin, 0.30, (0, 4, -2))
    ink[0] = max(6.0, float(ink[0])) if look.young else float(np.clip(ink[0], 6, 30))
    soft = shade(skin, 0.55, (0, 5, 1))
    wide = (0.019 if look.young else 0.030) * unit
    _nostrils(window, head, wide, ink)
    for ids, side in WINGS:
        _wing(window, head, ids, side, wide, soft if look.young else ink, look)
    if not look.young:
        _bridge(picture, head, wide, shade(skin, 0.5, (0, 5, 0)))
    t = np.linspace(-1, 1, 24)
    base = window.stroke(
        curve(face.points[BASE], 24), wide * 0.7 * np.cos(t * np.pi / 2) ** 0.7 + 0.1
    )
    window.put(base * np.float32(0.45 if look.young else 0.6), soft)


def _nostrils(window: PaintWindow, head: SeenHead, wide: float, ink: Floats) -> None:
    q, t = head.face.points, np.linspace(0, 1, 24)
    leaf = np.sin(np.pi * np.clip(0.9 * t + 0.05, 0, 1)) ** 0.8
    for outer, top, _, inner, low in NOSTRILS:
        start, end = q[outer], (q[inner] + q[low]) / 2
        line = curve(np.array([start, 0.5 * q[top] + 0.25 * (start + end), end]), 24)
        window.put(window.stroke(line, 1.5 * wide * leaf) * np.float32(0.95), ink)


def _wing(
    window: PaintWindow,
    head: SeenHead,
    ids: tuple[int, ...],
    side: int,
    wide: float,
    ink: Floats,
    look: RuleLook,
) -> None:
    """From the wing's top into the nostril; fainter where the head turns it away."""
    p = head.face.points[list(ids)]
    knots = [0.35 * p[0] + 0.65 * p[1], p[2], 0.6 * p[3] + 0.4 * p[2], p[4], (p[4] + p[5]) / 2]
    line, t = curve(np.array(knots), 44), np.linspace(0, 1, 44)
    seen = float(np.clip(1 - 1.2 * side * head.face.turn, 0.35, 1))
    profile = np.interp(t, [0, 0.25, 0.5, 0.72, 0.88, 1], [0.1, 0.8, 0.95, 0.45, 0.8, 0.1])
    opacity = (0.6 if look.young else 0.9) * seen
    window.put(window.stroke(line, 0.9 * wide * profile + 0.2) * np.float32(opacity), ink)


def _bridge(picture: Floats, head: SeenHead, wide: float, ink: Floats) -> None:
    """On the side away from the light, or on the far side of a turned head."""
    turn = head.face.turn
    left = turn < 0 if abs(turn) > 0.12 else head.light.side > 0
    unit = head.face.distance
    line = smooth_path(curve(head.face.points[BRIDGES[0 if left else 1]], 60), 0.04 * unit, 1.0)
    window = PaintWindow(picture, line, 0.05 * unit)
    mask = window.stroke(line, 0.75 * wide * taper(len(line), 0.35, 0.6, 0.05))
    window.put(mask * np.float32(0.55), ink)
