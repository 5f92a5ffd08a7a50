"""Puts the parts together: parameters in, a painting with its ground truth out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import scene
from rosetail.painter.canvas import ALPHA, FLATS, LINES, PICTURE, SHADOWS, Canvas
from rosetail.painter.colour import to_rgb
from rosetail.painter.mouth import Mouth
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait import Portrait, eyes_of, marks
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.sample import on_flat_ground
from rosetail.painter.tags import tags_of

SIZES = (128, 2048)


@dataclass(frozen=True)
class Truth:
    """Tags, landmarks (5, 2) and face box (4,) of a portrait; see Painting."""

    tags: tuple[str, ...]
    landmarks: NDArray[np.float32]
    face_box: NDArray[np.float32]


@dataclass(frozen=True)
class Painting:
    """A picture and everything known about it.

    image: (S, S, 3) uint8 RGB. tags: Danbooru-style names. landmarks: (5, 2) float32 x, y in
    pixels: left eye, right eye, nose, left and right mouth corner as seen in the picture.
    face_box: (4,) float32 XYXY pixels around the face without hair. head_mask: (S, S) uint8, 255
    on face, ears and hair.
    layers: empty, or "line", "shadow", "alpha" (S, S) and "flat", "background" (S, S, 3), uint8.
    """

    image: NDArray[np.uint8]
    tags: tuple[str, ...]
    landmarks: NDArray[np.float32]
    face_box: NDArray[np.float32]
    head_mask: NDArray[np.uint8]
    params: PaintParams
    layers: dict[str, NDArray[np.uint8]]


def paint(params: PaintParams, size: int = 256, layers: bool = False) -> Painting:
    """Paint a portrait `size` pixels wide and high (128..2048).

    Deterministic: the same parameters and size give the same bytes on the same library versions.
    """
    portrait, canvas, truth = _prepared(params, size)
    portrait.draw(canvas)
    return Painting(
        image=canvas.pixels(),
        tags=truth.tags,
        landmarks=truth.landmarks,
        face_box=truth.face_box,
        head_mask=canvas.mask(),
        params=params,
        layers=_layers(portrait, size) if layers else {},
    )


def paint_cut(params: PaintParams, size: int = 256, *, dressed: bool = True) -> NDArray[np.uint8]:
    """The picture with its figure's alpha as a fourth channel, (S, S, 4) uint8.

    The colours are those of `paint`, ground and all: alpha only says where the figure is. Without
    `dressed` it ends with the neck.
    """
    portrait, canvas, _ = _prepared(params, size)
    portrait.draw(canvas, dressed=dressed)
    cut = portrait.sheet(size, ALPHA)
    portrait.draw(cut, ground=False, dressed=dressed)
    return np.concatenate([canvas.pixels(), cut.pixels()[..., :1]], axis=2)


def paint_figure(
    params: PaintParams, size: int = 256, *, dressed: bool = True
) -> NDArray[np.uint8]:
    """The figure alone before a clear ground, (S, S, 4) uint8 RGBA: its colours are its own right
    up to its border. Without `dressed` it ends with the neck."""
    cut = paint_cut(on_flat_ground(params), size, dressed=dressed).astype(np.float32)
    ground = 255 * np.array(to_rgb(params.scene_colour), np.float32)
    alpha = cut[..., 3:] / 255
    own = (cut[..., :3] - (1 - alpha) * ground) / np.maximum(alpha, 1 / 255)
    return np.concatenate([own, cut[..., 3:]], axis=2).clip(0, 255).round().astype(np.uint8)


def paint_ground(params: PaintParams, size: int = 256) -> NDArray[np.uint8]:
    """What stands behind the figure, (S, S, 3) uint8."""
    return _ground(Portrait(params), size)


def _ground(portrait: Portrait, size: int) -> NDArray[np.uint8]:
    canvas = portrait.sheet(size, PICTURE)
    scene.draw(canvas, portrait.context)
    return canvas.pixels()


def describe(params: PaintParams, size: int = 256) -> Truth:
    """What `paint` would say about a portrait, without painting it."""
    return _prepared(params, size)[2]


def landmarks_of(params: PaintParams) -> NDArray[np.float64]:
    """The landmarks (5, 2) of `describe`, in shares of the picture and without drawing anything."""
    context = PortraitContext(params)
    points = marks(context, eyes_of(context), Mouth(context))
    return points * params.scale + (params.centre_x, params.centre_y)


def _prepared(params: PaintParams, size: int) -> tuple[Portrait, Canvas, Truth]:
    if not SIZES[0] <= size <= SIZES[1]:
        raise ValueError(f"size is {size}; its range is {SIZES[0]}..{SIZES[1]}")
    portrait = Portrait(params)
    canvas = portrait.sheet(size, PICTURE)
    contour = canvas.to_pixels(portrait.head.contour)
    box = np.concatenate([contour.min(axis=0), contour.max(axis=0)]).astype(np.float32)
    return portrait, canvas, Truth(tags_of(params), canvas.to_pixels(portrait.landmarks()), box)


def _layers(portrait: Portrait, size: int) -> dict[str, NDArray[np.uint8]]:
    found = {}
    for name in (LINES, FLATS, SHADOWS, ALPHA):
        canvas = portrait.sheet(size, name)
        portrait.draw(canvas, ground=False)
        pixels = canvas.pixels()
        found[name] = pixels if name == FLATS else np.ascontiguousarray(pixels[..., 0])
    found["background"] = _ground(portrait, size)
    return found
