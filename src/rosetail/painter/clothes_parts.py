"""Bands, sleeves, straps and other parts of single garments."""

from __future__ import annotations

import numpy as np
import skia

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW
from rosetail.painter.clothes_cut import Flat, Points, Tailor, curved
from rosetail.painter.materials import Material
from rosetail.painter.torso import BOTTOM

BOTH = (-1.0, 1.0)
DICKEY: Flat = (
    (-0.130, 1.290, 1), (0.0, 1.330), (0.130, 1.290, 1), (0.060, 1.48), (0.0, 1.62, 1),
    (-0.060, 1.48),
)  # fmt: skip
PUFF_FOLDS: tuple[tuple[Flat, float], ...] = (
    (((0.424, 1.250), (0.468, 1.276), (0.516, 1.330)), 0.016),
    (((0.434, 1.296), (0.476, 1.332), (0.502, 1.392)), 0.016),
    (((0.424, 1.352), (0.444, 1.400), (0.448, 1.452)), 0.016),
    (((0.446, 1.592), (0.456, 1.540), (0.452, 1.480)), 0.014),
    (((0.492, 1.600), (0.516, 1.540), (0.528, 1.470)), 0.014),
)
CUFF: Flat = (
    (0.416, 1.588, 1), (0.485, 1.604), (0.560, 1.586, 1), (0.563, 1.630, 1), (0.485, 1.652),
    (0.414, 1.634, 1),
)  # fmt: skip
# From the right of the picture to the left and down: upper edges of a kimono's collar.
CROSSING: Flat = ((0.103, 1.066), (0.118, 1.130), (0.104, 1.225), (0.046, 1.340), (-0.045, 1.480),
                  (-0.158, 1.660), (-0.300, 1.915))  # fmt: skip
STAND: Flat = (
    (0.104, 1.036, 1), (0.152, 1.040), (0.212, 1.094), (0.262, 1.180), (0.284, 1.262, 1),
    (0.236, 1.318), (0.176, 1.352, 1), (0.148, 1.270), (0.140, 1.180), (0.124, 1.100),
)  # fmt: skip
STRAP: Flat = (
    (0.185, 1.158, 1), (0.262, 1.188, 1), (0.272, 1.300), (0.262, 1.470, 1), (0.192, 1.470, 1),
    (0.196, 1.300),
)  # fmt: skip
PINAFORE: Flat = (
    (-0.285, 1.452, 1), (0.0, 1.464), (0.285, 1.452, 1), (0.300, 1.62), (0.322, 1.76),
    (0.340, 1.92), (0.342, 2.06), (0.378, 2.30), (0.420, 2.60), (0.43, BOTTOM, 1),
    (-0.43, BOTTOM, 1), (-0.420, 2.60), (-0.378, 2.30), (-0.342, 2.06), (-0.340, 1.92),
    (-0.322, 1.76), (-0.300, 1.62),
)  # fmt: skip
OBI: Flat = (
    (-0.405, 1.905, 1), (0.0, 1.935), (0.405, 1.905, 1), (0.400, 2.15), (0.410, 2.420, 1),
    (0.0, 2.455), (-0.410, 2.420, 1), (-0.400, 2.15),
)  # fmt: skip
OBI_SHADE: Flat = (
    (0.16, 1.88, 1), (0.20, 2.05), (0.10, 2.10, 1), (0.21, 2.12), (0.24, 2.48, 1), (0.5, 2.48, 1),
    (0.5, 1.88, 1),
)  # fmt: skip
BAND_SHADE: Flat = (
    (0.06, 1.0, 1), (0.07, 1.3), (0.10, 1.7), (0.05, BOTTOM, 1), (0.5, BOTTOM, 1), (0.5, 1.0, 1),
)  # fmt: skip
STAND_INSIDE: Flat = (
    (0.100, 1.036, 1), (0.130, 1.09), (0.152, 1.19), (0.160, 1.36, 1), (0.10, 1.3, 1),
)  # fmt: skip
STAND_SHADE: Flat = (
    (0.200, 1.02, 1), (0.208, 1.12), (0.236, 1.22), (0.19, 1.36, 1), (0.4, 1.36, 1),
    (0.4, 1.02, 1),
)  # fmt: skip
PINAFORE_SHADE: Flat = (
    (0.17, 1.44, 1), (0.185, 1.60), (0.13, 1.69, 1), (0.21, 1.70), (0.22, 2.0), (0.24, BOTTOM, 1),
    (0.6, BOTTOM, 1), (0.6, 1.44, 1),
)  # fmt: skip


def _strip(points: Points, width: Points) -> Points:
    """The outline of a strip on the outer side of a line (N, 2) down the right half."""
    return np.concatenate([points, (points + curves.normals(points) * width[:, None])[::-1]])


def neck_band(
    tailor: Tailor, material: Material, neckline: Flat, width: float, *, ribs: bool = False
) -> None:
    """The knitted band along a neckline, on its outer side."""
    half = curved(neckline, 6 * len(neckline))
    outer = half + curves.normals(half) * width
    outer[0] = half[0] + (0.9 * width, 0.36 * width)
    if half[-1, 0] < 0.001:  # closed in the middle
        outer[-1] = half[-1] + (0, width * (1.25 if half[-1, 1] - half[-6, 1] > 0.06 else 1.0))
    canvas, away = tailor.canvas, tailor.away
    for side in (-away, away):
        points = np.concatenate([half, outer[::-1]]) - (0.002, 0)
        shape = curves.path(tailor.at(points, side), smooth=False)
        canvas.fill(shape, material.base)
        with canvas.inside(shape):
            canvas.fill(tailor.head_cast, material.shade, kind=SHADOW)
            if side == away:
                tailor.shade(BAND_SHADE, material, away)
            for step in range(2, len(half) - 1, 2) if ribs else ():
                rib = np.array([half[step], outer[step]])
                stroke = curves.path(tailor.at(rib, side), closed=False, smooth=False)
                canvas.stroke(stroke, material.line, tailor.context.ink(0.0038), alpha=0.45)
    for edge, ink in ((half, 0.0070), (outer, 0.0056)):
        whole = tailor.at(np.concatenate([edge * (-1, 1), edge[-2::-1]]))
        stroke = curves.brush(whole, tailor.context.ink(ink), 0.5, start=0.7, end=0.7)
        canvas.fill(stroke, material.line, kind=LINE)


def dickey(tailor: Tailor, white: Material, cloth: Material) -> None:
    """What fills the opening of a sailor's blouse."""
    shape = tailor.shape(DICKEY)
    tailor.canvas.fill(shape, white.base)
    with tailor.canvas.inside(shape):
        tailor.canvas.fill(tailor.head_cast, white.shade, kind=SHADOW)
        shade: Flat = ((0.03, 1.28, 1), (0.02, 1.45), (0.0, 1.63, 1), (0.2, 1.5, 1), (0.2, 1.28, 1))
        tailor.shade(shade, white, tailor.away)
    top: Flat = ((-0.128, 1.290), (-0.05, 1.322), (0.05, 1.322), (0.128, 1.290))
    tailor.line(top, cloth, width=0.0066, start=0.7, end=0.7, peak=0.5)
    stripe: Flat = ((-0.120, 1.312), (-0.05, 1.342), (0.05, 1.342), (0.120, 1.312))
    tailor.line(stripe, cloth, width=0.0090, start=0.8, end=0.8, peak=0.5)


def puffs(tailor: Tailor, material: Material, cuff: Material) -> None:
    """Puffed sleeves gathered at the shoulder and the cuff."""
    for side in BOTH:
        tailor.folds(PUFF_FOLDS, material, side, line=0.8)
        shape = tailor.piece(CUFF, cuff, side, cast=None, head=False)
        if side == tailor.away:
            tailor.canvas.fill(shape, cuff.shade, kind=SHADOW, alpha=0.9)


def crossed_collars(tailor: Tailor, under: Material, cloth: Material, over: Material) -> None:
    """A kimono's collars: the left one, on the right of the picture, lies on top. Not mirrored."""
    upper = curved(CROSSING, 36)
    out = curves.normals(upper)
    wide = 0.34 + 0.66 * curves.smoothstep(upper[:, 1], 1.06, 1.24)
    layers = ((0.0, 0.026, under), (0.024, 0.016, over), (0.038, 0.076, cloth))
    canvas = tailor.canvas
    for side, last in ((-1.0, 24), (1.0, 36)):
        whole = curves.path(tailor.at(_strip(upper[:last], 0.110 * wide[:last]), side))
        tailor.cast(whole, (0.014, 0.018), on_skin=True)
        for inset, width, material in layers:
            line = upper + out * (inset * wide)[:, None]
            strip = _strip(line[:last], width * wide[:last])
            shape = curves.path(tailor.at(strip, side), smooth=False)
            tailor.lay(shape, material, width=0.0062)
            with canvas.inside(shape):
                canvas.fill(tailor.head_cast, material.shade, kind=SHADOW)
                if side == tailor.away:
                    canvas.fill(shape, material.shade, kind=SHADOW, alpha=0.6)


def obi(tailor: Tailor, material: Material, cord: Material) -> None:
    """A kimono's sash, with its cord."""
    tailor.piece(OBI, material, tailor.away, shades=(OBI_SHADE,), head=False)
    for points, width in (
        (((-0.400, 1.955), (0.0, 1.985), (0.400, 1.955)), 0.0050),
        (((-0.402, 2.165), (0.0, 2.195), (0.402, 2.165)), 0.0420),
    ):
        tailor.line(points, material, tailor.away, width=width, start=0.8, end=0.8, peak=0.5)
    tailor.band(((-0.402, 2.165), (0.0, 2.195), (0.402, 2.165)), cord, tailor.away, width=0.030)


def zips(tailor: Tailor, metal: Material, edge: Flat) -> None:
    """The two halves of a zip along an open front."""
    line = curved(edge, 40)[8:]
    teeth, stitches = np.array([0.010, 0]), np.array([0.022, 0])
    for side in BOTH:
        inner = tailor.at(line + teeth, side)
        width = tailor.context.ink(0.0115)
        tailor.canvas.fill(curves.brush(inner, width, 0.5, start=1.0, end=1.0), metal.base)
        seam = curves.brush(tailor.at(line + stitches, side), tailor.context.ink(0.0052), 0.4,
                            start=0.6, end=0.5)  # fmt: skip
        tailor.canvas.fill(seam, metal.line, kind=LINE, alpha=0.7)


def stand_collar(tailor: Tailor, material: Material) -> None:
    """A jacket's collar, standing open around the neck."""
    for side in (tailor.away, -tailor.away):
        shades = (STAND_INSIDE, STAND_SHADE) if side == tailor.away else (STAND_INSIDE,)
        tailor.piece(STAND, material, side, shades=shades, cast=(0.012, 0.022), on_skin=True)
        seam: Flat = ((0.198, 1.102), (0.240, 1.185), (0.254, 1.262), (0.180, 1.328))
        tailor.line(seam, material, side, width=0.0046, alpha=0.55, start=0.5, end=0.5, peak=0.5)


def straps(tailor: Tailor, material: Material, metal: Material) -> None:
    """The bib and straps of overalls."""
    away = tailor.away
    for side in BOTH:
        tailor.piece(STRAP, material, side)
        for x in (0.206, 0.252):
            stitch: Flat = ((x, 1.19), (x + 0.008, 1.30), (x, 1.45))
            tailor.line(stitch, material, side, width=0.0040, alpha=0.5, start=0.6, end=0.6)
    tailor.piece(PINAFORE, material, away, shades=(PINAFORE_SHADE,), cast=(0.012, 0.014))
    for points in (((-0.276, 1.478), (0.0, 1.489), (0.276, 1.478)),
                   ((-0.10, 1.58), (0.0, 1.585), (0.10, 1.58))):  # fmt: skip
        tailor.line(points, material, away, width=0.0048, start=0.7, end=0.7, peak=0.5, alpha=0.6)
    for side in BOTH:
        edge: Flat = ((0.10, 1.58), (0.104, 1.68), (0.10, 1.76))
        tailor.line(edge, material, side, width=0.0050, alpha=0.7)
        tailor.dot(side * 0.228, 1.488, 0.021, metal)
        spot = tailor.at([(side * 0.228 - 0.006 * away, 1.482)])[0].tolist()
        tailor.canvas.fill(skia.Path.Circle(*spot, 0.007), metal.light, kind=LIGHT)
