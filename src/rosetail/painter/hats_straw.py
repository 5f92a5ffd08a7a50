"""A straw hat with a wide brim and a ribbon."""

from __future__ import annotations

import math

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, materials
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.curves import smoothstep
from rosetail.painter.hair_knots import draw_bow
from rosetail.painter.hats_fit import HatFit, lune, strokes
from rosetail.painter.hats_under import shell

Points = NDArray[np.float64]

STRAW = (0.880, 0.078, 88.0)
TOP, SQUARE, LIFT = -0.085, 3.4, 0.004
REACH = 0.265  # of the brim beyond the crown
TURN = np.linspace(-180, 180, 73)


def _brim(fit: HatFit, share: float = 1.0) -> Points:
    """Places (73, 2) around the brim, from the back; ``share`` of its reach."""
    turn = np.radians(TURN)
    inner = shell(TURN, fit.edge(TURN), fit.lift + LIFT, TOP, SQUARE)
    out = np.stack([np.sin(turn), 0 * turn, np.cos(turn)], axis=1)
    reach = REACH * share * (1.0 + 0.04 * np.cos(2 * turn))
    # Tilted forward, less on a bowed head, whose eyes it would hide; the sides fall, the edge
    # waves.
    nod = math.sin(math.radians(fit.pose.pitch))
    fall = (
        (0.095 + (0.10 if nod > 0 else 0.18) * nod) * np.cos(turn)
        + 0.050 * np.sin(turn) ** 2
        + 0.010 * np.cos(5 * turn + 0.6 * fit.side)
    )
    return fit.project(
        inner + out * reach[:, None] + np.stack([0 * turn, fall * share**1.3, 0 * turn], 1)
    )


def draw_straw(canvas: Canvas, fit: HatFit) -> None:
    """The brim, seen from above, and the crown on it."""
    straw = fit.context.toned(materials.cloth(STRAW))
    whole = curves.ring(_brim(fit)[:-1])
    shape, outline = fit.crown(LIFT, TOP, SQUARE)
    fit.cast(canvas, whole, 0.012, 0.050)
    canvas.solid(whole, straw.base, straw.line, fit.width)
    with canvas.inside(whole):
        _draw_weave(canvas, fit, straw)
        canvas.fill(
            curves.shifted(shape, 0.050 * fit.context.away, 0.034), straw.shade, kind=SHADOW
        )
    _draw_crown(canvas, fit, straw, shape, outline)


def _draw_weave(canvas: Canvas, fit: HatFit, straw: materials.Material) -> None:
    """Rings of plaited straw, a darker hem, light on one side."""
    context = fit.context
    rings = np.stack([_brim(fit, share)[8:65] for share in (0.30, 0.52, 0.74)])
    weave = strokes(rings, context.ink(0.0038), 0.5, 0.2, 0.2)
    canvas.fill(weave, straw.line, kind=LINE, alpha=0.38)
    hem, edge = _brim(fit, 0.92), _brim(fit, 0.99)
    seam = strokes(hem[None, 4:69], context.ink(0.0048), 0.5, 0.4, 0.4)
    canvas.fill(seam, straw.line, kind=LINE, alpha=0.6)
    ticks = np.stack([hem, edge], axis=1)[10:64:2]
    canvas.fill(
        strokes(ticks, context.ink(0.0034), 0.5, 0.8, 0.8), straw.line, kind=LINE, alpha=0.35
    )
    part = slice(16, 33) if context.side < 0 else slice(40, 57)
    gleam = _brim(fit, 0.62)[part]
    canvas.fill(curves.brush(gleam, 0.040), straw.light, kind=LIGHT, alpha=0.8)


def _draw_crown(
    canvas: Canvas, fit: HatFit, straw: materials.Material, shape: skia.Path, outline: Points
) -> None:
    """The crown with its ribbon."""
    context, tones = fit.context, fit.tones
    fit.body(canvas, shape, straw, outline)
    seen = fit.seen()
    low = fit.ring(seen, LIFT + 0.008, TOP, -0.012, SQUARE)
    high = fit.ring(seen, LIFT + 0.006, TOP, 0.082, SQUARE)
    band = curves.path(np.concatenate([low, high[::-1]]))
    with canvas.inside(shape):
        raised = np.array([[0.125], [0.165], [0.205], [0.240]])
        lines = fit.project(
            shell(seen[3:-3], fit.edge(seen[3:-3]) - raised, fit.lift + LIFT, TOP, SQUARE)
        )
        rows = strokes(lines, context.ink(0.0036), 0.5, 0.2, 0.2)
        canvas.fill(rows, straw.line, kind=LINE, alpha=0.38)
        canvas.fill(curves.shifted(band, 0.0, -0.012), straw.shade, kind=SHADOW, alpha=0.5)
    canvas.solid(band, tones.base, tones.line, 0.85 * fit.width)
    with canvas.inside(band):
        lit = curves.shifted(band, 0.20 * context.side, -0.010)
        canvas.fill(lune(band, lit), tones.shade, kind=SHADOW, alpha=0.9)
    azimuth = 52.0 * fit.side
    shown = float(smoothstep(fit.pose.faces(azimuth), -0.05, 0.30))
    if shown > 0.02:
        centre = fit.ring(azimuth, LIFT + 0.02, TOP, 0.030, SQUARE)
        with canvas.faded(shown):
            draw_bow(canvas, centre, 0.105, tones, 0.8 * fit.width, -0.25 * fit.side)
