"""Backgrounds out of doors."""

from __future__ import annotations

import skia

from rosetail.painter import curves
from rosetail.painter.canvas import Canvas, Gradient
from rosetail.painter.colour import Lch, mix
from rosetail.painter.materials import light
from rosetail.painter.scene_marks import (
    WHITE,
    box,
    cloud,
    foliage,
    glow,
    ridge,
    spread,
    wash,
)

NIGHT: Lch = (0.20, 0.055, 274.0)
LAMP: Lch = (0.86, 0.095, 82.0)


def _air(colour: Lch, tone: Lch, amount: float = 0.14) -> Lch:
    """A colour of the place, a little of the scene's own colour in it."""
    return mix(colour, (colour[0], tone[1], tone[2]), amount)


def sky(sheet: Canvas, tone: Lch) -> None:
    """Noon in summer: heaps of cloud at both sides."""
    air = ((0.66, 0.118, 247), (0.79, 0.083, 237), (0.93, 0.03, 222))
    wash(sheet, [_air(each, tone) for each in air], [0, 0.5, 1], (0.4, 0), (0.6, 1))
    glow(sheet, (0.02, 0.0), 0.75, WHITE, 0.5)
    white, dim = (0.985, 0.008, 230.0), (0.87, 0.042, 243.0)
    cloud(sheet, 0.62, 0.17, 0.10, white, dim, 0.7)
    cloud(sheet, 0.18, 0.31, -0.15, white, dim, 0.85)
    cloud(sheet, 0.93, 0.46, 0.22, white, dim, 0.95)
    cloud(sheet, 1.02, 0.74, -0.32, white, dim)
    cloud(sheet, 0.00, 0.72, 0.27, white, dim)
    cloud(sheet, 0.14, 0.98, -0.42, white, (0.90, 0.035, 235.0))
    cloud(sheet, 0.80, 1.02, 0.40, white, (0.90, 0.035, 235.0))


def sunset(sheet: Canvas, tone: Lch) -> None:
    """The sun low over the sea, the clouds lit from below."""
    air = ((0.50, 0.095, 298), (0.66, 0.115, 350), (0.79, 0.125, 45), (0.90, 0.095, 80))
    wash(sheet, [_air(each, tone, 0.08) for each in air], [0, 0.34, 0.62, 0.80])
    glow(sheet, (0.14, 0.66), 0.55, (0.96, 0.09, 88.0), 0.85)
    for number, (u, v, r) in enumerate(spread(9, 4)):
        wide, high = 0.16 + 0.22 * r, 0.010 + 0.012 * u
        middle = (u, 0.05 + 0.52 * v)
        warm = mix((0.60, 0.115, 345.0), (0.85, 0.12, 55.0), v)
        strip = curves.ring(curves.ellipse(middle, wide, high))
        sheet.fill(strip, warm, alpha=0.36)
        lower = curves.ring(curves.ellipse((u - 0.03, middle[1] + 0.012), wide * 0.8, high * 0.5))
        sheet.fill(lower, (0.92, 0.095, 70.0), alpha=0.26 + 0.1 * (number % 2))
    sheet.fill(skia.Path.Circle(0.14, 0.66, 0.058), (0.985, 0.05, 95.0))
    ridge(sheet, (0.775, 0.755, 0.765, 0.735, 0.745, 0.715, 0.73), (0.55, 0.095, 345.0))
    sea = [(0.74, 0.115, 40.0), (0.55, 0.095, 330.0), (0.44, 0.085, 300.0)]
    sheet.fill(box(-0.1, 0.775, 1.1, 1.1), Gradient((0, 0.775), (0, 1), sea, [0, 0.3, 1]))
    for u, v, r in spread(12, 9):
        row = 0.79 + 0.16 * v
        dash = curves.ellipse((0.14 + 0.16 * (u - 0.5) * (1 + v), row), 0.02 + 0.04 * r, 0.0035)
        sheet.fill(curves.ring(dash), (0.95, 0.085, 85.0), alpha=0.65)


def hills(sheet: Canvas, tone: Lch) -> None:
    """Mountains and meadows, paler the further off they are."""
    wash(sheet, [(0.74, 0.095, 243), (0.86, 0.06, 232), (0.95, 0.03, 200)], [0, 0.4, 0.66])
    glow(sheet, (0.02, 0.0), 0.75, WHITE, 0.5)
    cloud(sheet, 0.80, 0.26, 0.18, (0.985, 0.01, 230.0), (0.88, 0.04, 240.0), 0.9)
    cloud(sheet, 0.10, 0.34, -0.22, (0.985, 0.01, 230.0), (0.89, 0.035, 238.0), 0.8)
    far, blue = _air((0.77, 0.058, 242.0), tone), _air((0.72, 0.068, 225.0), tone)
    peaks = (0.50, 0.47, 0.53, 0.445, 0.39, 0.455, 0.50, 0.46, 0.43, 0.49, 0.46)
    ridge(sheet, peaks, Gradient((0, 0.40), (0, 0.62), [far, (0.90, 0.03, 220.0)]), sharp=True)
    ridge(sheet, (0.56, 0.58, 0.60, 0.575, 0.60, 0.55, 0.53), blue)
    wood = Gradient((0, 0.58), (0, 0.78), [(0.66, 0.085, 165.0), (0.76, 0.085, 150.0)])
    ridge(sheet, (0.66, 0.63, 0.64, 0.67, 0.66, 0.64, 0.60), wood)
    meadow = [(0.80, 0.120, 128.0), (0.70, 0.115, 138.0)]
    ridge(sheet, (0.70, 0.72, 0.76, 0.75, 0.72, 0.71, 0.73), Gradient((0, 0.7), (0.3, 1), meadow))


def park(sheet: Canvas, tone: Lch) -> None:
    """Under trees, the sun in the leaves."""
    air = [(0.94, 0.045, 118), (0.90, 0.065, 128), (0.84, 0.085, 133)]
    wash(sheet, [_air(each, tone, 0.10) for each in air], [0, 0.5, 0.75])
    distant = ((0.82, 0.075, 142.0), (0.87, 0.075, 132.0))
    for u, v, r in spread(6, 2):
        foliage(sheet, (-0.05 + 1.1 * u, 0.46 + 0.10 * v), 0.13 + 0.05 * r, 0.13, distant)
    grass = [(0.86, 0.105, 125.0), (0.77, 0.110, 133.0)]
    ridge(sheet, (0.66, 0.67, 0.66, 0.65, 0.66), Gradient((0, 0.66), (0, 1), grass))
    way = curves.path([(0.60, 0.66), (0.68, 0.66), (1.12, 1.0), (0.45, 1.0)], smooth=False)
    sheet.fill(way, (0.90, 0.035, 95.0), alpha=0.85)
    for u, foot, wide in ((0.05, 0.80, 0.040), (0.93, 0.73, 0.028)):
        trunk = [(u - wide, -0.1), (u + wide, -0.1), (u + wide * 1.2, foot), (u - wide * 1.2, foot)]
        bark = [(0.68, 0.050, 85.0), (0.58, 0.045, 75.0)]
        sheet.fill(curves.path(trunk, smooth=False), Gradient((u - wide, 0), (u + wide, 0), bark))
    near = ((0.66, 0.105, 143.0), (0.74, 0.120, 133.0), (0.83, 0.125, 122.0))
    for centre, wide, high in (
        ((0.00, 0.08), 0.26, 0.20), ((0.98, 0.10), 0.24, 0.19), ((0.50, -0.08), 0.34, 0.16),
        ((0.99, 0.70), 0.10, 0.07), ((0.02, 0.76), 0.15, 0.08),
    ):  # fmt: skip
        foliage(sheet, centre, wide, high, near)
    for u, v, r in spread(16, 5):
        spot = skia.Path.Circle(u, 0.02 + 0.6 * v, 0.014 + 0.022 * r)
        sheet.fill(spot, (0.97, 0.07, 110.0), alpha=0.20 + 0.2 * (1 - v))
    glow(sheet, (0.15, 0.0), 0.75, (0.985, 0.05, 105.0), 0.55)


def _towers(
    sheet: Canvas, start: int, base: float, rise: float, colour: Lch | Gradient
) -> list[tuple[float, float, float]]:
    """A row of houses; returns the left, top and width of each."""
    houses, shape, u = [], skia.Path(), -0.04
    for _, _, r in spread(16, start):
        wide = 0.075 + 0.065 * ((r * 3.7) % 1)
        # Lower in the middle, where the head is.
        top = base - rise * (0.25 + 0.75 * r) * (0.45 + 0.55 * abs(2 * u + wide - 1))
        shape.addRect(skia.Rect(u, top, u + wide, 1.1))
        if r > 0.55:
            shape.addRect(skia.Rect(u + wide * 0.3, top - 0.02, u + wide * 0.6, top + 0.01))
        houses.append((u, top, wide))
        u += wide + 0.006
        if u > 1.05:
            break
    sheet.fill(shape, colour)
    return houses


def _windows(houses: list[tuple[float, float, float]], every: int, step: float) -> skia.Path:
    """Windows of houses; of ``every`` some one is left out."""
    found, number = skia.Path(), 0
    for u, top, wide in houses:
        columns = max(2, round(wide / 0.030))
        gap = wide / columns
        for row in range(14):
            v = top + 0.022 + step * row
            for column in range(columns):
                number += 1
                if v > 1 or (number * number // 3) % every == 0:
                    continue
                left = u + gap * (column + 0.28)
                found.addRect(skia.Rect(left, v, left + gap * 0.46, v + step * 0.52))
    return found


def city(sheet: Canvas, tone: Lch) -> None:
    """Streets in a clear morning."""
    air = [_air(each, tone) for each in ((0.76, 0.085, 243), (0.88, 0.05, 232), (0.955, 0.028, 90))]
    wash(sheet, air, [0, 0.45, 0.8])
    glow(sheet, (0.02, 0.05), 0.75, (0.99, 0.015, 90.0), 0.6)
    cloud(sheet, 0.72, 0.20, 0.16, (0.98, 0.01, 230.0), (0.89, 0.035, 240.0), 0.8)
    cloud(sheet, 0.20, 0.30, -0.12, (0.98, 0.01, 230.0), (0.90, 0.035, 240.0), 0.7)
    haze = (0.93, 0.022, 225.0)
    far, middle, near = (_air(each, tone, 0.35) for each in (
        (0.85, 0.030, 238.0), (0.77, 0.036, 242.0), (0.68, 0.040, 248.0),
    ))  # fmt: skip
    _towers(sheet, 3, 0.72, 0.34, Gradient((0, 0.4), (0, 0.85), [far, haze]))
    houses = _towers(sheet, 8, 0.80, 0.40, Gradient((0, 0.4), (0, 0.95), [middle, haze]))
    sheet.fill(_windows(houses, 4, 0.036), light(middle, 1.0), alpha=0.75)
    houses = _towers(sheet, 17, 0.97, 0.50, Gradient((0, 0.5), (0, 1.0), [near, middle]))
    sheet.fill(_windows(houses, 3, 0.048), light(near, 1.7), alpha=0.8)
    lit = Gradient((0, 0), (0.6, 0.5), [WHITE] * 2, None, [0.25, 0.0])
    sheet.fill(box(0, 0, 1, 1), lit)


def night(sheet: Canvas, tone: Lch) -> None:
    """Stars, the moon, and a town with its lamps."""
    air = ((0.245, 0.065, 270), (0.33, 0.085, 274), (0.46, 0.095, 290), (0.57, 0.085, 320))
    wash(sheet, [_air(each, tone, 0.08) for each in air], [0, 0.4, 0.75, 1])
    stars = skia.Path()
    for u, v, r in spread(64, 3):
        stars.addCircle(u, 0.80 * v * v + 0.01, 0.0012 + 0.0026 * r**3)
    sheet.fill(stars, (0.96, 0.025, 240.0), alpha=0.9)
    glow(sheet, (0.16, 0.15), 0.34, (0.80, 0.07, 255.0), 0.55)
    sheet.fill(skia.Path.Circle(0.16, 0.15, 0.062), (0.965, 0.035, 98.0))
    for u, v, r in ((0.145, 0.135, 0.012), (0.185, 0.165, 0.016), (0.165, 0.185, 0.008)):
        sheet.fill(skia.Path.Circle(u, v, r), (0.90, 0.04, 95.0), alpha=0.7)
    cloud(sheet, 0.88, 0.40, 0.20, (0.47, 0.07, 280.0), (0.40, 0.08, 283.0), 0.6)
    cloud(sheet, 0.05, 0.52, -0.20, (0.52, 0.07, 285.0), (0.45, 0.08, 290.0), 0.6)
    _towers(sheet, 8, 0.86, 0.24, (0.36, 0.075, 285.0))
    houses = _towers(sheet, 17, 1.0, 0.30, NIGHT)
    sheet.fill(_windows(houses, 2, 0.040), LAMP, alpha=0.80)
