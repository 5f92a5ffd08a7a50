"""Backgrounds indoors, with a window on the side of the light."""

from __future__ import annotations

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import Canvas, Gradient
from rosetail.painter.colour import Lch, mix
from rosetail.painter.materials import light, shade
from rosetail.painter.scene_marks import WHITE, box, cloud, foliage, glow, spread, wash

WOOD: Lch = (0.74, 0.060, 66.0)
FRAME: Lch = (0.975, 0.012, 88.0)


def _view(sheet: Canvas, left: float, top: float, right: float, bottom: float) -> None:
    """What is seen through a window: sky, a cloud and treetops."""
    glass = box(left, top, right, bottom)
    air = [(0.80, 0.080, 240), (0.90, 0.045, 228), (0.955, 0.025, 200)]
    with sheet.inside(glass):
        sheet.fill(glass, Gradient((0, top), (0, bottom), air, [0, 0.55, 1]))
        middle, wide = (left + right) / 2, right - left
        cloud(sheet, middle + 0.1 * wide, top + 0.5 * (bottom - top), 0.34 * wide,
              (0.99, 0.005, 230.0), (0.91, 0.03, 235.0), 0.9)  # fmt: skip
        green = ((0.77, 0.085, 142.0), (0.84, 0.095, 130.0))
        for u, v, r in spread(4, 6):
            place = left + wide * u, bottom - 0.015 - 0.02 * v
            foliage(sheet, place, wide * (0.24 + 0.1 * r), 0.075, green)


def _beam(sheet: Canvas, rows: list[tuple[float, float]], alpha: float) -> None:
    """Light that falls slanting into the room."""
    fading = Gradient((0.1, 0.0), (0.75, 0.95), [(0.99, 0.03, 92.0)] * 2, None, [alpha, 0.0])
    sheet.fill(curves.path(rows, smooth=False), fading, blur=0.012)


def classroom(sheet: Canvas, tone: Lch) -> None:
    """A row of windows, desks below them."""
    wall = mix((0.935, 0.028, 84.0), (0.93, tone[1] * 0.7, tone[2]), 0.35)
    wash(sheet, [wall, shade(wall, 0.45)], None, (0, 0), (0.9, 0.9))
    for left in (-0.14, 0.36, 0.84):
        right = left + 0.40
        sheet.fill(box(left - 0.022, -0.1, right + 0.022, 0.655), FRAME)
        _view(sheet, left, -0.1, right, 0.63)
        bars = skia.Path()
        bars.addRect(skia.Rect((left + right) / 2 - 0.010, -0.1, (left + right) / 2 + 0.010, 0.63))
        bars.addRect(skia.Rect(left, 0.215, right, 0.232))
        sheet.fill(bars, FRAME)
    for left in (0.255, 0.755):
        _curtain(sheet, left, 0.105, 0.70, mix(FRAME, tone, 0.25))
    sill = mix(WOOD, (0.86, 0.04, 75.0), 0.5)
    sheet.fill(box(-0.1, 0.655, 1.1, 0.685), sill)
    lower = shade(wall, 0.55)
    sheet.fill(box(-0.1, 0.685, 1.1, 1.1), Gradient((0, 0.685), (0, 1), [lower, shade(wall, 1.0)]))
    for u in (-0.06, 0.29, 0.64, 0.99):
        top = box(u - 0.02, 0.835, u + 0.27, 0.862)
        legs = skia.Path()
        legs.addRect(skia.Rect(u, 0.862, u + 0.016, 1.1))
        legs.addRect(skia.Rect(u + 0.234, 0.862, u + 0.25, 1.1))
        sheet.fill(legs, (0.66, 0.018, 260.0))
        sheet.fill(top, Gradient((0, 0.83), (0, 0.862), [light(WOOD, 1.0), shade(WOOD, 0.5)]))
    _beam(sheet, [(-0.1, -0.05), (0.30, -0.05), (0.95, 1.05), (0.30, 1.05)], 0.50)
    glow(sheet, (0.0, 0.0), 0.8, (0.99, 0.03, 95.0), 0.5)


def _curtain(sheet: Canvas, left: float, wide: float, bottom: float, cloth: Lch) -> None:
    """A curtain that hangs in folds."""
    t = np.linspace(0, 1, 24)
    edge = np.stack([left + wide + 0.008 * np.sin(9 * t), -0.1 + t * (bottom + 0.1)], axis=1)
    other = np.stack([left + 0.006 * np.sin(8 * t + 1), -0.1 + t * (bottom + 0.1)], axis=1)
    shape = curves.path(np.concatenate([edge, other[::-1]]), smooth=False)
    tones = [light(cloth, 0.6), shade(cloth, 0.55)] * 3
    sheet.fill(shape, Gradient((left, 0), (left + wide, 0), tones))


def _books(sheet: Canvas, left: float, right: float, foot: float, tone: Lch) -> None:
    """A row of books on a board."""
    u = left
    for x, y, r in spread(24, 4):
        wide, high = 0.016 + 0.020 * x, 0.085 + 0.050 * y
        if u + wide > right:
            break
        if r < 0.86:
            back = (0.62 + 0.26 * y, 0.035 + 0.035 * x, (tone[2] + 250 * r - 60) % 360)
            sheet.fill(box(u, foot - high, u + wide, foot), mix(back, tone, 0.25))
        u += wide + 0.003


def room(sheet: Canvas, tone: Lch) -> None:
    """At home: a window with curtains, a shelf, a lamp and a plant."""
    lightness = min(max(tone[0], 0.84), 0.92)
    wall = (lightness, min(tone[1] * 0.65, 0.045), tone[2])
    wall = mix(wall, (lightness, 0.035, 75.0), 0.4)
    wash(sheet, [light(wall, 0.5), wall, shade(wall, 0.7)], [0, 0.5, 1], (0, 0.1), (1, 0.8))
    sheet.fill(box(0.015, 0.02, 0.335, 0.595), FRAME)
    _view(sheet, 0.035, 0.04, 0.315, 0.575)
    bars = skia.Path()
    bars.addRect(skia.Rect(0.168, 0.03, 0.184, 0.585))
    bars.addRect(skia.Rect(0.03, 0.27, 0.32, 0.284))
    sheet.fill(bars, FRAME)
    sheet.fill(box(-0.01, 0.595, 0.36, 0.618), shade(FRAME, 0.5))
    cloth = mix((0.90, 0.035, 70.0), tone, 0.45)
    _curtain(sheet, 0.290, 0.105, 0.72, cloth)
    _curtain(sheet, -0.06, 0.105, 0.72, cloth)
    board = mix(WOOD, (0.70, 0.042, 68.0), 0.6)
    for foot in (0.22, 0.42):
        _books(sheet, 0.71, 0.97, foot, tone)
        sheet.fill(box(0.68, foot, 1.1, foot + 0.018), board)
        sheet.fill(box(0.68, foot + 0.018, 1.1, foot + 0.034), shade(wall, 1.4), alpha=0.6)
    sheet.fill(box(-0.1, 0.90, 1.1, 1.1), mix(WOOD, wall, 0.35))
    front = [board, (board[0] - 0.07, board[1], board[2] - 6)]
    sheet.fill(box(0.66, 0.70, 1.1, 0.92), Gradient((0, 0.7), (0, 0.92), front))
    _plant(sheet, 0.88, 0.70)
    _beam(sheet, [(0.02, 0.05), (0.32, 0.05), (0.85, 1.05), (0.42, 1.05)], 0.42)
    glow(sheet, (0.10, 0.15), 0.75, WHITE, 0.40)


def _plant(sheet: Canvas, u: float, foot: float) -> None:
    """Leaves in a pot."""
    for number, turn in enumerate(np.linspace(-1.15, 1.15, 8)):
        reach = 0.15 - 0.02 * (number % 2)
        tip = (u + reach * np.sin(turn), foot - 0.06 - reach * np.cos(turn) * 0.9)
        middle = (u + 0.55 * reach * np.sin(turn) * 0.7, foot - 0.06 - 0.75 * reach * np.cos(turn))
        leaf = curves.brush([(u, foot - 0.05), middle, tip], 0.034, 0.55)
        sheet.fill(leaf, (0.66 + 0.05 * (number % 3), 0.085, 143.0))
    pot = [(u - 0.045, foot - 0.07), (u + 0.045, foot - 0.07), (u + 0.034, foot), (u - 0.034, foot)]
    sheet.fill(curves.path(pot, smooth=False), (0.90, 0.02, 70.0))
