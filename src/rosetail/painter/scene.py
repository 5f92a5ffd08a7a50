"""Backgrounds, as those of visual novels: calm, and out of focus where there is depth.

Each is drawn on a sheet of its own, a square of side 1 with the light from its left, u to the right
and v down; then softened, mirrored where the light comes from the right, and laid on the picture.
What is out of focus is drawn small and scaled up.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import scene_indoors, scene_open, scene_plain
from rosetail.painter.canvas import FLAT, Canvas
from rosetail.painter.colour import Lch
from rosetail.painter.portrait_context import PortraitContext

Bytes = NDArray[np.uint8]
SOFT_PIXELS = 1.5  # blur, in pixels of the small sheet


class Ground(NamedTuple):
    """``draw`` takes the sheet and the scene's colour; ``blur`` is in shares of the picture."""

    draw: Callable[[Canvas, Lch], None]
    blur: float = 0.0


SCENES: dict[str, Ground] = {
    "gradient": Ground(scene_plain.gradient, 0.012),
    "split": Ground(scene_plain.split),
    "stripes": Ground(scene_plain.stripes),
    "dots": Ground(scene_plain.dots),
    "bokeh": Ground(scene_plain.bokeh, 0.005),
    "petals": Ground(scene_plain.petals, 0.005),
    "sky": Ground(scene_open.sky, 0.006),
    "sunset": Ground(scene_open.sunset, 0.006),
    "hills": Ground(scene_open.hills, 0.007),
    "park": Ground(scene_open.park, 0.008),
    "city": Ground(scene_open.city, 0.006),
    "night": Ground(scene_open.night, 0.003),
    "room": Ground(scene_indoors.room, 0.0075),
    "classroom": Ground(scene_indoors.classroom, 0.0075),
}


def draw(canvas: Canvas, context: PortraitContext) -> None:
    """Draw the portrait's background over the whole sheet."""
    lightness, chroma, hue = context.p.scene_colour
    name, style = context.p.scene, context.style
    if name not in SCENES:
        canvas.wash((lightness, chroma * style.chroma, hue), kind=FLAT)
        return
    picture = _sheet(name, context.p.scene_colour, canvas.size, canvas.layer, style.chroma)
    if context.side > 0:
        picture = np.asarray(cv2.flip(picture, 1), np.uint8)
    if len(picture) < canvas.size:
        picture = np.asarray(cv2.resize(picture, (canvas.size, canvas.size)), np.uint8)
    image = skia.Image.fromarray(
        picture, alphaType=skia.kOpaque_AlphaType, colorType=skia.kRGBA_8888_ColorType
    )
    canvas.skia.save()
    canvas.skia.resetMatrix()
    canvas.skia.drawImage(image, 0, 0)
    canvas.skia.restore()


@lru_cache(maxsize=4)
def _sheet(name: str, colour: Lch, size: int, layer: str, chroma: float) -> Bytes:
    """The scene (N, N, 4) with its blur, at most ``size`` pixels wide; kept, as a film needs it
    again."""
    scene, small = SCENES[name], size
    if scene.blur > 0:
        small = min(size, math.ceil(SOFT_PIXELS / scene.blur))
    sheet = Canvas(small, 1.0, (0.0, 0.0), 0.0, layer, light_side=-1.0)
    scene.draw(sheet, colour)
    picture = sheet.cut_out()
    soft = scene.blur * small
    if soft > 0.2:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), soft))
    return _toned(picture, chroma)


def _toned(picture: Bytes, chroma: float) -> Bytes:
    """With as much colour as the artist uses."""
    if chroma == 1.0:
        return picture
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGBA2GRAY), cv2.COLOR_GRAY2RGBA)
    return np.asarray(cv2.addWeighted(picture, chroma, grey, 1 - chroma, 0))
