"""Paint eyes on a redrawn face: lash line, iris, highlights and lids, open as in the photo."""

from __future__ import annotations

import cv2
import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.faces.parts import FaceAxes, patch

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Point = tuple[float, float]

HALF_WIDTH, HALF_HEIGHT, BELOW = 0.300, 0.175, 0.130  # of an open eye, in eye distances
IRIS_WIDTH, IRIS_HEIGHT = 0.61 * HALF_WIDTH, 0.190
OPEN_IN_PHOTOS = 0.165  # height of the dark part of a wide open eye, in eye distances
LASH = 0.052
INK = (0.13, 0.08, 0.09)
BLUE, GREEN = (0.22, 0.46, 0.80), (0.25, 0.55, 0.38)
BROWN, DARK_BROWN = (0.52, 0.28, 0.13), (0.38, 0.21, 0.14)


def draw_eyes(
    rgb: Bytes, frame: FaceAxes, lab: Floats, skin: Floats, skin_lightness: float
) -> Bytes:
    """Paint both eyes on ``rgb`` [H, W, 3]; ``lab`` is the photograph, ``skin`` the colours around
    the eyes (sRGB in [0, 1]), ``skin_lightness`` the median L of the face."""
    canvas_pixels = np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])
    openings = _openings(lab[..., 0], frame, skin_lightness)
    iris = _iris(lab, frame)
    angle = float(np.degrees(np.arctan2(frame.right[1], frame.right[0])))
    surface = skia.Surface(canvas_pixels, colorType=skia.kRGBA_8888_ColorType)
    with surface as canvas:
        for eye, side, opening in zip(frame.landmarks[:2], (-1, 1), openings, strict=True):
            # The eye on the far side of a turned head is narrower.
            narrow = float(np.clip(1 + 1.6 * min(side * frame.turn, 0) + 0.08, 0.62, 1))
            beneath = np.median(patch(skin, eye, 3), axis=0)
            canvas.save()
            canvas.translate(float(eye[0]), float(eye[1]))
            canvas.rotate(angle)
            canvas.scale(frame.distance * narrow, frame.distance)
            _eye(canvas, side, opening, np.array(iris), beneath)
            canvas.restore()
    return canvas_pixels[..., :3].copy()


def _eye(canvas: skia.Canvas, side: int, opening: float, iris: Floats, skin: Floats) -> None:
    """Draw one eye; lengths in eye distances from its centre; ``side`` is outwards along x."""
    upper, lower = HALF_HEIGHT * opening, BELOW * (0.55 + 0.45 * opening)
    inner, outer = (-0.95 * side * HALF_WIDTH, 0.040), (0.98 * side * HALF_WIDTH, 0.005)
    rise, crest = (
        (-0.62 * side * HALF_WIDTH, -1.02 * upper),
        (0.42 * side * HALF_WIDTH, -1.42 * upper),
    )
    fall, sag = (0.72 * side * HALF_WIDTH, 1.15 * lower), (-0.40 * side * HALF_WIDTH, 1.30 * lower)
    white = _path([inner, rise, crest, outer, fall, sag, inner])
    canvas.drawPath(white, _fill(np.array([0.95, 0.95, 0.965]) * 0.75 + skin * 0.25))
    canvas.save()
    canvas.clipPath(white, skia.ClipOp.kIntersect, True)
    _draw_iris(canvas, iris)
    lowered = skia.Path(white)
    lowered.offset(0, 0.05)
    lid_shadow = skia.Op(white, lowered, skia.PathOp.kDifference_PathOp)
    if lid_shadow is not None:
        canvas.drawPath(lid_shadow, _fill(skin * np.array([0.55, 0.50, 0.62]), 0.45))
    _highlights(canvas)
    canvas.restore()
    _lash_line(canvas, side, inner, rise, crest, outer)
    lower_lid = [
        (outer[0] - 0.012 * side, outer[1] + 0.03),
        (fall[0] - 0.02 * side, 0.93 * fall[1]),
        (0.30 * side * HALF_WIDTH, 1.02 * lower),
        (-0.05 * side * HALF_WIDTH, 0.98 * lower),
    ]
    canvas.drawPath(_path(lower_lid), _stroke(INK, 0.017, 0.8))
    crease = [
        (inner[0] + 0.10 * side, -0.86 * upper - 0.04),
        (-0.30 * side * HALF_WIDTH, -1.20 * upper - 0.045),
        (0.40 * side * HALF_WIDTH, -1.30 * upper - 0.055),
        (outer[0] - 0.03 * side, -0.075),
    ]
    canvas.drawPath(_path(crease), _stroke(skin * np.array([0.50, 0.38, 0.38]), 0.014, 0.9))


def _draw_iris(canvas: skia.Canvas, colour: Floats) -> None:
    """Draw the iris, dark above and bright below, with a darker rim and the pupil."""
    oval = skia.Rect.MakeLTRB(-IRIS_WIDTH, -IRIS_HEIGHT, IRIS_WIDTH, IRIS_HEIGHT)
    shades = [0.42 * colour, 1.05 * colour, 1.35 * colour + 0.22]
    gradient = skia.GradientShader.MakeLinear(
        points=[(0, -IRIS_HEIGHT), (0, IRIS_HEIGHT)],
        colors=[_colour(shade).toColor() for shade in shades],
        positions=[0.22, 0.58, 0.95],
    )
    canvas.drawOval(oval, skia.Paint(AntiAlias=True, Shader=gradient))
    canvas.drawOval(oval.makeInset(0.01, 0.01), _stroke(0.25 * colour, 0.026))
    pupil = skia.Rect.MakeLTRB(
        -0.4 * IRIS_WIDTH, -0.4 * IRIS_HEIGHT, 0.4 * IRIS_WIDTH, 0.42 * IRIS_HEIGHT
    )
    canvas.drawOval(pupil, _fill(0.15 * colour))


def _highlights(canvas: skia.Canvas) -> None:
    """Draw a large highlight above left and a small one below right, the same in both eyes."""
    large = skia.Rect.MakeXYWH(
        -0.70 * IRIS_WIDTH, -0.58 * IRIS_HEIGHT, 0.58 * IRIS_WIDTH, 0.46 * IRIS_HEIGHT
    )
    small = skia.Rect.MakeXYWH(
        0.22 * IRIS_WIDTH, 0.22 * IRIS_HEIGHT, 0.30 * IRIS_WIDTH, 0.24 * IRIS_HEIGHT
    )
    canvas.drawOval(large, _fill((1, 1, 1)))
    canvas.drawOval(small, _fill((1, 1, 1), 0.9))


def _lash_line(
    canvas: skia.Canvas, side: int, inner: Point, rise: Point, crest: Point, outer: Point
) -> None:
    """Draw a crescent on the upper lid, thickest near the outer corner, with a small wing."""
    start = (inner[0] - 0.01 * side, inner[1] + 0.006)
    crescent = [
        start,
        (rise[0], rise[1] - 0.004),
        (crest[0], crest[1] - 0.018),
        (outer[0] + 0.052 * side, outer[1] - 0.020),
        (outer[0] + 0.030 * side, outer[1] + 0.008),
        (outer[0] + 0.015 * side, outer[1] + 0.020),
        (outer[0] - 0.015 * side, outer[1] + 0.030),
        (crest[0], crest[1] + 1.05 * LASH),
        (rise[0] + 0.02 * side, rise[1] + 0.75 * LASH),
        start,
    ]
    canvas.drawPath(_path(crescent), _fill(INK))


def _openings(lightness: Floats, frame: FaceAxes, skin_lightness: float) -> list[float]:
    """Opening of each eye, 0.65..1.08: the height of the dark part along three vertical lines."""
    heights = np.linspace(-0.2, 0.2, 41, dtype=np.float32)
    found = []
    for eye in frame.landmarks[:2]:
        runs = []
        for beside in (-0.05, 0.0, 0.05):
            line = eye + frame.distance * (beside * frame.right + heights[:, None] * frame.down)
            line = line.astype(np.float32)[:, None]
            values = cv2.remap(
                lightness,
                line,
                None,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,  # type: ignore[call-overload]
            )[:, 0]
            runs.append(0.01 * _dark_run(values, skin_lightness))
        found.append(float(np.clip(np.median(runs) / OPEN_IN_PHOTOS, 0.65, 1.08)))
    mean = sum(found) / 2
    return [(mean + one) / 2 for one in found]


def _dark_run(values: Floats, skin_lightness: float) -> int:
    """Length of the run around the darkest middle sample that is closer to it than to skin."""
    darkest = 10 + int(np.argmin(values[10:31]))
    low = values[darkest]
    bright = np.flatnonzero(values > low + 0.45 * (max(skin_lightness, low + 10) - low))
    above = bright[bright < darkest]
    below = bright[bright > darkest]
    return int((below[0] if below.size else 40) - (above[-1] if above.size else 0))


def _iris(lab: Floats, frame: FaceAxes) -> tuple[float, float, float]:
    """One of four iris colours, from the hue of coloured pixels in both eyes."""
    pixels = np.concatenate([patch(lab, eye, 0.06 * frame.distance) for eye in frame.landmarks[:2]])
    lightness = pixels[:, 0]
    pixels = pixels[(lightness > 12) & (lightness <= np.percentile(lightness, 75))]
    if not len(pixels):
        return DARK_BROWN
    level, red_green, yellow_blue = np.median(pixels, axis=0)
    # Only clear cases: a network trained on ambiguous colours paints grey irises.
    if yellow_blue < -2:
        return BLUE
    if red_green < -2:
        return GREEN
    return BROWN if level > 22 else DARK_BROWN


def _path(points: list[Point]) -> skia.Path:
    """A path from a start point and triples of cubic Bézier points."""
    path = skia.Path()
    path.moveTo(*points[0])
    for first, second, end in zip(points[1::3], points[2::3], points[3::3], strict=True):
        path.cubicTo(*first, *second, *end)
    return path


def _colour(rgb: ArrayLike, alpha: float = 1) -> skia.Color4f:
    red, green, blue = np.clip(np.asarray(rgb, float), 0, 1).tolist()
    return skia.Color4f(red, green, blue, alpha)


def _fill(rgb: ArrayLike, alpha: float = 1) -> skia.Paint:
    paint = skia.Paint(AntiAlias=True)
    paint.setColor4f(_colour(rgb, alpha))
    return paint


def _stroke(rgb: ArrayLike, width: float, alpha: float = 1) -> skia.Paint:
    paint = skia.Paint(
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
    )
    paint.setColor4f(_colour(rgb, alpha))
    return paint
