"""The finish of a picture: the light of the place, and how the artist's pictures are printed.

The light is two layers (`light_layers`), so that a drawing program shows the same picture. What no
layer can do, dots for print and colours that lie beside each other, is done by `printed`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import light
from rosetail.painter.canvas import Canvas
from rosetail.painter.colour import to_rgb
from rosetail.painter.portrait_context import PortraitContext

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

GRAIN_CELLS = 420  # across the picture: as coarse at any size
# Dots: cells as wide as a share of the picture, but not narrower than these pixels.
DOT, DOT_PIXELS = 1 / 86, 4
PARTS = 8  # of a pixel, along each side, that are black or white
HALO = 0.016  # of white about the figure, in shares of the picture
THIN = 0.012  # what is narrower and dark is a line, not a tone
# Tones for print: up to this grey, this share of white.
TONES = (
    (0.25, 0.0), (0.32, 0.26), (0.44, 0.46), (0.58, 0.62), (0.70, 0.74), (0.79, 0.84),
    (0.86, 0.92), (1.0, 1.0),
)  # fmt: skip
GROUND_TONES = ((0.0, 0.22), (0.25, 0.50), (0.60, 0.80), (0.86, 0.95), (0.94, 1.0))


class LightLayers(NamedTuple):
    """Both (S, S, 3): ``multiply`` with the picture, then ``screen`` over it."""

    multiply: Bytes
    screen: Bytes


def composed(ground: Canvas, figure: Canvas) -> tuple[Bytes, Bytes]:
    """The picture (S, S, 3) of a figure, drawn on nothing, over a ground; and its alpha (S, S)."""
    alpha = np.array(figure.surface.toarray(colorType=skia.kAlpha_8_ColorType))
    ground.skia.save()
    ground.skia.resetMatrix()
    ground.skia.drawImage(figure.surface.makeImageSnapshot(), 0, 0)
    ground.skia.restore()
    return ground.pixels(), alpha


def finish(picture: Bytes, alpha: Bytes, context: PortraitContext) -> Bytes:
    """The finished picture (S, S, 3) of one whose figure has ``alpha`` (S, S)."""
    lit = laid_on(picture, light_layers(picture, alpha, context))
    return printed(lit, alpha, context)


def finish_figure(figure: Bytes, context: PortraitContext) -> Bytes:
    """A figure without a ground, (S, S, 4) RGBA, lit as before the colour of its scene."""
    alpha = np.ascontiguousarray(figure[..., 3])
    colour = np.ascontiguousarray(figure[..., :3])
    ground = np.empty_like(colour)
    ground[:] = np.round(255 * np.array(to_rgb(context.p.scene_colour)))
    share = alpha.astype(np.float32) * np.float32(1 / 255)
    before = np.asarray(cv2.blendLinear(colour, ground, share, 1 - share), np.uint8)
    lit = laid_on(colour, light_layers(before, alpha, context))
    whole = np.full_like(alpha, 255)
    return np.dstack([printed(lit, whole, context), alpha])


def light_layers(picture: Bytes, alpha: Bytes, context: PortraitContext) -> LightLayers:
    """The light on a picture, as two layers for all of it."""
    size, style = len(picture), context.style
    edge = light.rim(alpha, context)
    if not style.lit:
        none = np.zeros_like(picture)
        return LightLayers(np.full_like(picture, 255), none if edge is None else edge)
    small = light.shrunk(picture, alpha)
    ground, figure = light.falling(small, context)
    share = alpha.astype(np.float32) * np.float32(1 / 255)
    multiply = cv2.blendLinear(_large(figure, size), _large(ground, size), share, 1 - share)
    if style.grain:
        multiply = cv2.multiply(multiply, _grain(size, style.grain), scale=1 / 255)
    lit = small.picture * (ground + (figure - ground) * small.cover)
    screen = _large(light.shining(lit, context), size)
    if edge is not None:
        screen = np.asarray(cv2.add(screen, edge))
    return LightLayers(np.asarray(multiply), screen)


def laid_on(picture: Bytes, layers: LightLayers) -> Bytes:
    """A picture with the light on it."""
    dark = cv2.bitwise_not(cv2.multiply(picture, layers.multiply, scale=1 / 255))
    return np.asarray(
        cv2.bitwise_not(cv2.multiply(dark, cv2.bitwise_not(layers.screen), scale=1 / 255))
    )


def printed(picture: Bytes, alpha: Bytes, context: PortraitContext) -> Bytes:
    """A picture as the artist's are printed: with dots, or not quite in register."""
    if context.style.screen:
        return _screened(picture, alpha)
    if context.style.misprint:
        return _misprinted(picture, context.style.misprint * len(picture))
    return picture


def _large(field: Floats, size: int) -> Bytes:
    """A small field 0..1 as bytes at the size of the picture."""
    return np.asarray(cv2.resize((255 * field + 0.5).astype(np.uint8), (size, size)))


def _hashed(count: int) -> Floats:
    """A fixed pattern (count, count) without order, 0..1."""
    column, row = np.meshgrid(np.arange(count, dtype=np.uint32), np.arange(count, dtype=np.uint32))
    mixed = (column * np.uint32(374761393) + row * np.uint32(668265263)) & np.uint32(0xFFFFFFFF)
    mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(1274126177)
    return np.asarray((mixed ^ (mixed >> np.uint32(16))) / np.float32(2**32), np.float32)


@lru_cache(maxsize=4)
def _grain(size: int, strength: float) -> Bytes:
    """Film grain that a picture is multiplied with, (S, S, 3)."""
    pattern = cv2.resize(_hashed(GRAIN_CELLS), (size, size), interpolation=cv2.INTER_AREA)
    if size > GRAIN_CELLS:
        pattern = cv2.resize(_hashed(GRAIN_CELLS), (size, size), interpolation=cv2.INTER_CUBIC)
    grain = 255 * (1 - strength * np.clip(pattern, 0, 1)) + 0.5
    return np.ascontiguousarray(np.repeat(grain.astype(np.uint8)[..., None], 3, axis=2))


def _misprinted(picture: Bytes, pixels: float) -> Bytes:
    """Red a little to the right, blue a little to the left."""
    red, green, blue = cv2.split(picture)
    whole, border = (len(picture), len(picture)), cv2.BORDER_REPLICATE
    moved = [
        cv2.warpAffine(each, np.array([[1, 0, x], [0, 1, 0]], np.float32), whole, borderMode=border)
        for each, x in ((red, pixels), (blue, -pixels))
    ]
    return np.asarray(cv2.merge([moved[0], green, moved[1]]))


@lru_cache(maxsize=4)
def _dots(size: int) -> tuple[Bytes, NDArray[np.int32]]:
    """What each pixel of a cell is for each share of white (256 * N * N,), and for each pixel of
    the picture its place in a cell (S, S): dots at 45 degrees whose area is the tone."""
    wide = 2 * max(DOT_PIXELS // 2, round(DOT * size / 2))
    along = np.cos(2 * np.pi * (np.arange(wide * PARTS) + 0.5) / (wide * PARTS))
    swell = along[:, None] * along[None, :]
    order = np.empty(swell.size)
    order[np.argsort(swell, axis=None, kind="stable")] = (np.arange(swell.size) + 0.5) / swell.size
    parts = np.sort(
        order.reshape(wide, PARTS, wide, PARTS).transpose(0, 2, 1, 3).reshape(-1, PARTS**2)
    )
    shares = np.arange(256) / 255
    white = np.stack([np.searchsorted(each, shares) for each in parts], axis=1) / PARTS**2
    place = (np.arange(size) - size // 2) % wide  # the cells are even about the middle
    places = (place[:, None] * wide + place[None, :]).astype(np.int32)
    return (255 * white + 0.5).astype(np.uint8).ravel(), places


@lru_cache(maxsize=1)
def _tone_tables() -> tuple[Bytes, Bytes]:
    """Grey -> share of white, of the figure and of the ground, (256,) each."""
    grey = np.arange(256) / 255
    borders, shares = np.array(TONES).T
    figure = shares[np.searchsorted(borders, grey)]
    ground = np.interp(grey, *np.array(GROUND_TONES).T)
    return (255 * figure + 0.5).astype(np.uint8), (255 * ground + 0.5).astype(np.uint8)


def _halo(alpha: Bytes) -> Bytes:
    """255 on the figure and close about it; worked out at a quarter of the area."""
    size = len(alpha)
    half = cv2.resize(alpha, (size // 2, size // 2), interpolation=cv2.INTER_AREA)
    reach = max(3, round(HALO * size) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.resize(cv2.dilate(half, kernel), (size, size)))


def _screened(picture: Bytes, alpha: Bytes) -> Bytes:
    """Greys as dots of black; lines stay lines, and white parts the figure from the ground."""
    size = len(picture)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    width = max(3, round(THIN * size) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    tone = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, kernel)
    line = cv2.divide(grey, tone, scale=255)
    line = np.clip((line.astype(np.float32) - 64) * np.float32(1 / 150), 0, 1)
    for_figure, for_ground = _tone_tables()
    halo = _halo(alpha)
    behind = cv2.max(cv2.LUT(grey, for_ground), halo)
    share = alpha.astype(np.float32) / 255
    white = cv2.blendLinear(cv2.LUT(tone, for_figure), behind, share, 1 - share)
    table, places = _dots(size)
    cell = len(table) // 256
    dots = table[white.astype(np.int32) * cell + places]
    kept = (255 * (1 - share * (1 - line)) + 0.5).astype(np.uint8)
    ink = cv2.multiply(dots, kept, scale=1 / 255)
    return np.asarray(cv2.merge([ink, ink, ink]))
