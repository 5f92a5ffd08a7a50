"""The body of a garment: shoulders, sleeves and chest as one area, with its light and folds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW
from rosetail.painter.clothes_cut import Flat, Tailor, curved
from rosetail.painter.materials import Material
from rosetail.painter.torso import BOTTOM, OUTLINE, shoulder_line

# All for light from the left, in the standard front view.
# The large shadow: the arm off the light and the chest's side, with the tips of four folds.
SHADE: Flat = (
    (0.462, 1.20, 1), (0.462, 1.285), (0.432, 1.335), (0.396, 1.362), (0.308, 1.378, 1),
    (0.348, 1.390), (0.374, 1.410, 1), (0.310, 1.462), (0.220, 1.494, 1), (0.290, 1.508),
    (0.348, 1.540, 1), (0.314, 1.600), (0.258, 1.644, 1), (0.298, 1.656), (0.336, 1.690, 1),
    (0.298, 1.790), (0.218, 1.868, 1), (0.270, 1.880), (0.302, 1.908, 1), (0.294, 1.99),
    (0.284, 2.10), (0.308, 2.30), (0.334, 2.60), (0.342, 3.1), (0.345, BOTTOM, 1),
    (0.90, BOTTOM, 1), (0.90, 1.20, 1),
)  # fmt: skip
# Light from behind on the arm off the light.
BACK_LIGHT: Flat = (
    (0.545, 1.40, 1), (0.506, 1.46), (0.492, 1.56), (0.508, 1.72), (0.493, 1.9), (0.510, BOTTOM, 1),
    (0.60, BOTTOM, 1), (0.60, 1.40, 1),
)  # fmt: skip
# On the lit side: between arm and chest.
ARMPIT: Flat = (
    (-0.404, 1.345, 1), (-0.384, 1.405), (-0.288, 1.442, 1), (-0.366, 1.456), (-0.372, 1.520),
    (-0.262, 1.624, 1), (-0.350, 1.614), (-0.372, 1.700), (-0.398, 1.800, 1), (-0.440, 1.800, 1),
    (-0.430, 1.64), (-0.416, 1.53), (-0.470, 1.504, 1), (-0.410, 1.45),
)  # fmt: skip
# Below the armpits of a garment that hides the waist.
HANGING: Flat = (
    (-0.440, 1.60, 1), (-0.350, 1.614, 1), (-0.366, 1.76), (-0.362, 2.10), (-0.372, 2.60),
    (-0.375, BOTTOM, 1), (-0.460, BOTTOM, 1), (-0.452, 2.60), (-0.444, 2.10), (-0.434, 1.80),
)  # fmt: skip
HANGING_LINE: Flat = ((0.418, 1.60), (0.434, 1.85), (0.444, 2.10), (0.452, 2.60), (0.460, BOTTOM))
SHOULDER_LIGHT: Flat = (
    (-0.290, 1.205, 1), (-0.400, 1.248), (-0.470, 1.315), (-0.505, 1.42), (-0.512, 1.54, 1),
    (-0.486, 1.42), (-0.440, 1.342), (-0.388, 1.292),
)  # fmt: skip
# Of the chest and of the sleeves, with their widths.
FOLDS: tuple[tuple[Flat, float], ...] = (
    (((0.366, 1.230), (0.296, 1.286), (0.244, 1.384)), 0.024),
    (((-0.398, 1.396), (-0.318, 1.388), (-0.258, 1.350)), 0.016),
    (((-0.392, 1.500), (-0.290, 1.590), (-0.225, 1.720)), 0.018),
)
SLEEVE_FOLDS: tuple[tuple[Flat, float], ...] = (
    (((-0.430, 1.312), (-0.474, 1.350), (-0.488, 1.404)), 0.014),
    (((-0.526, 1.500), (-0.476, 1.536), (-0.450, 1.600)), 0.018),
)
ARM_LINES: tuple[tuple[Flat, float], ...] = (  # points, width
    (((-0.398, 1.340), (-0.404, 1.43), (-0.418, 1.60), (-0.424, 1.70)), 0.0076),
    (((0.402, 1.340), (0.406, 1.43), (0.419, 1.60), (0.424, 1.70)), 0.0082),
    (((0.402, 1.404), (0.340, 1.420), (0.282, 1.414)), 0.0058),
)
SLEEVE_LINES: tuple[tuple[Flat, float], ...] = (
    (((-0.404, 1.430), (-0.450, 1.478), (-0.486, 1.488)), 0.0052),
    (((0.408, 1.440), (0.456, 1.492), (0.496, 1.500)), 0.0058),
)
SEAM: Flat = ((0.420, 1.240), (0.430, 1.290), (0.414, 1.345), (0.401, 1.385))


@dataclass(frozen=True)
class Fit:
    """How a garment sits. ``grow``: thickness; ``neck``: where its outline begins beside the neck;
    ``puff``: of its sleeves; ``seam``: strength of the shoulder's seam; ``folds``: how strong;
    ``waist``: whether the arms hang free of it; ``hem``: y of the end of short sleeves."""

    grow: float = 0.012
    neck: float = 0.165
    puff: float = 0.0
    seam: float = 0.7
    folds: float = 1.0
    waist: bool = True
    hem: float | None = None


class Shell:
    """A garment below a neckline: the rest of its right half, from beside the neck to the middle,
    or for an open garment down to the bottom."""

    def __init__(self, tailor: Tailor, material: Material, neckline: Flat, fit: Fit) -> None:
        self.tailor, self.material, self.fit = tailor, material, fit
        right = tailor.body.side(1.0, fit.grow, fit.neck, fit.puff)
        if fit.hem is not None:
            right = np.concatenate([right[right[:, 1] < fit.hem], [(right[-1, 0], fit.hem)]])
            right[-1, 0] = right[-2, 0] + 0.004
        self.edge = right
        if fit.hem is not None:  # the arm lies over the rest
            arm = OUTLINE[OUTLINE[:, 1] > fit.hem] - (0.012, 0)
            right = np.concatenate([right, [(arm[0, 0], fit.hem)], arm])
        left = right * (-1, 1)
        self.neckline: Flat = ((right[0, 0], right[0, 1]), *neckline)
        half = curved(self.neckline, 5 * len(self.neckline))
        edge = [half[:1] * (-1, 1), half * (-1, 1), half[::-1], half[:1]]
        gap = tailor.body.gap if fit.waist else right[-1:]
        outline = [gap[::-1] * (-1, 1), left[::-1], *edge, right, gap]
        self.shape = curves.path(tailor.body.at(np.concatenate(outline)))

    def draw(self) -> skia.Path:
        """Cloth, light and shadow, outline."""
        tailor, material = self.tailor, self.material
        tailor.canvas.fill(self.shape, material.base)
        tailor.cover(self.shape)
        with tailor.canvas.inside(self.shape):
            self._draw_light()
            self._draw_folds()
        self._draw_outline()
        for side in (-1.0, 1.0):
            tailor.line(
                self.neckline, material, side, width=0.0070, start=0.7, end=0.65, peak=0.4, alpha=1
            )
        return self.shape

    def _draw_light(self) -> None:
        tailor, material, away = self.tailor, self.material, self.tailor.away
        tailor.glow(self.shape, material)
        light = tailor.shape(SHOULDER_LIGHT, away)
        tailor.canvas.fill(light, material.light, kind=LIGHT, alpha=0.75)
        tailor.shade(SHADE, material, away)
        tailor.canvas.fill(tailor.shape(BACK_LIGHT, away), material.base, kind=LIGHT, alpha=0.28)
        tailor.shade(ARMPIT, material, away)
        if not self.fit.waist:
            tailor.shade(HANGING, material, away)
        tailor.canvas.fill(tailor.head_cast, material.shade, kind=SHADOW)

    def _draw_folds(self) -> None:
        tailor, material, away = self.tailor, self.material, self.tailor.away
        plain = not self.fit.puff
        strength = self.fit.folds
        tailor.folds((*FOLDS, *SLEEVE_FOLDS) if plain else FOLDS, material, away, strength=strength)
        tailor.lines((*ARM_LINES, *SLEEVE_LINES) if plain else ARM_LINES, material, away)
        if not self.fit.waist:
            for side in (-1.0, 1.0):
                tailor.line(HANGING_LINE, material, side, width=0.0076, peak=0.2, end=0.6)
        if self.fit.seam:
            for side in (-1.0, 1.0):
                tailor.line(SEAM, material, side, alpha=self.fit.seam, start=0.6, peak=0.3)

    def _draw_outline(self) -> None:
        """The two outer lines, thicker at the shoulder and off the light."""
        tailor = self.tailor
        for side in (-1.0, 1.0):
            line = self.edge * (side, 1)
            width = 0.0098 if side == tailor.away else 0.0080
            wave = 1 + 0.18 * np.sin(np.linspace(0.5, 11.0, len(line)))
            profile = curves.profile(len(line), 0.42, 0.55, 0.65, 0.7, 0.9) * wave
            path = curves.ribbon(tailor.body.at(line), profile * (tailor.context.ink(width) / 2))
            tailor.canvas.fill(path, self.material.line, kind=LINE)
            if self.fit.waist:
                gap = tailor.at(tailor.body.gap, side)
                stroke = curves.brush(gap, tailor.context.ink(0.0078), 0.45, start=0.6, end=0.7)
                tailor.canvas.fill(stroke, self.material.line, kind=LINE)


def opening(neckline: Flat) -> Flat:
    """The neckline of an open garment goes on to the bottom."""
    x = neckline[-1][0]
    return (*neckline, (x + 0.008, 2.0), (x + 0.016, 2.5), (x + 0.022, 3.1), (x + 0.026, BOTTOM))


def bare_arms(tailor: Tailor, hem: float, material: Material) -> None:
    """Arms below short sleeves."""
    skin, canvas = tailor.context.skin, tailor.canvas
    hemline: Flat = ((0.424, hem - 0.012), (0.48, hem + 0.010), (0.545, hem - 0.004))
    inner = tailor.body.gap[:11]
    points = np.concatenate([
        curved(hemline, 8), OUTLINE[OUTLINE[:, 1] > hem + 0.01],
        inner[inner[:, 1] > hem],
    ])  # fmt: skip
    deep: Flat = ((0.40, hem - 0.02, 1), (0.56, hem - 0.02, 1), (0.56, hem + 0.03, 1),
                  (0.48, hem + 0.045), (0.40, hem + 0.035, 1))  # fmt: skip
    strip: Flat = ((0.40, hem, 1), (0.505, hem, 1), (0.495, 2.0), (0.505, 2.6), (0.51, 3.1),
                   (0.51, BOTTOM, 1), (0.40, BOTTOM, 1))  # fmt: skip
    for side in (-1.0, 1.0):
        shape = curves.path(tailor.at(points, side))
        canvas.solid(shape, skin.base, skin.line, tailor.context.ink(0.0068))
        with canvas.inside(shape):
            if side == tailor.away:
                canvas.fill(tailor.shape(strip, side), skin.shade, kind=SHADOW)
            canvas.fill(tailor.shape(deep, side), skin.deep, kind=SHADOW)
        ends: Flat = ((0.420, hem - 0.014), *hemline[1:], (0.552, hem - 0.012))
        tailor.line(ends, material, side, width=0.0075, start=0.7, end=0.8, peak=0.5)


def bib(
    tailor: Tailor, material: Material, neckline: Flat, over: skia.Path | None = None
) -> skia.Path:
    """The middle of what is worn below an open garment, with the shadow of the garment on it."""
    half = curved(neckline, 5 * len(neckline))
    neck = neckline[0][0]
    top = (0.30, float(shoulder_line(0.30)))
    outer = np.array([(neck, float(shoulder_line(neck)) - 0.004), top, (0.34, 1.6), (0.34, BOTTOM)])
    right = np.concatenate([half[::-1], half[:1], outer])
    shape = curves.path(
        tailor.body.at(np.concatenate([right[::-1] * (-1, 1), right])), smooth=False
    )
    canvas = tailor.canvas
    canvas.fill(shape, material.base)
    tailor.cover(shape)
    with canvas.inside(shape):
        canvas.fill(tailor.head_cast, material.shade, kind=SHADOW)
        side: Flat = ((0.10, 1.10, 1), (0.075, 1.45), (0.095, 1.8), (0.085, BOTTOM, 1),
                      (0.5, BOTTOM, 1), (0.5, 1.1, 1))  # fmt: skip
        tailor.shade(side, material, tailor.away)
        if over is not None:
            fallen = curves.shifted(over, 0.020 * tailor.away, 0.010)
            canvas.fill(fallen, material.shade, kind=SHADOW)
    for side_ in (-1.0, 1.0):
        tailor.line(neckline, material, side_, width=0.0062, start=0.8, end=0.7, peak=0.5)
    return shape
