"""Puts the parts together: parameters in, a painting with its ground truth out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import scene
from rosetail.painter.canvas import ALPHA, CLEAR, FLATS, LINES, PICTURE, SHADOWS, Canvas
from rosetail.painter.finish import composed, finish, finish_figure
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait import HEADS, Portrait, marks
from rosetail.painter.pose import EYES_Y
from rosetail.painter.tags import tags_of

SIZES = (128, 2048)
FOREHEAD = 0.40  # height, in heads: what fringes leave of the forehead lies below


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
    face_box: (4,) float32 XYXY pixels around the face, from the forehead to the chin.
    head_mask: (S, S) uint8, 255 on face, ears and hair.
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
    portrait, truth = _prepared(params, size)
    image, alpha, figure = _painted(portrait, size)
    return Painting(
        image=image,
        tags=truth.tags,
        landmarks=truth.landmarks,
        face_box=truth.face_box,
        head_mask=figure.mask(),
        params=params,
        layers=_layers(portrait, size, alpha) if layers else {},
    )


def _painted(
    portrait: Portrait, size: int, *, dressed: bool = True
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Canvas]:
    """The finished picture, the alpha of its figure, and the figure's sheet."""
    figure = portrait.sheet(size, CLEAR)
    portrait.draw(figure, ground=False, dressed=dressed)
    picture, alpha = composed(_ground(portrait, size), figure)
    return finish(picture, alpha, portrait.context), alpha, figure


def paint_cut(params: PaintParams, size: int = 256, *, dressed: bool = True) -> NDArray[np.uint8]:
    """The picture with its figure's alpha as a fourth channel, (S, S, 4) uint8.

    The colours are those of `paint`, ground and all: alpha only says where the figure is. Without
    `dressed` it ends with the neck.
    """
    portrait, _ = _prepared(params, size)
    image, alpha, _ = _painted(portrait, size, dressed=dressed)
    return np.dstack([image, alpha])


def paint_figure(
    params: PaintParams, size: int = 256, *, dressed: bool = True
) -> NDArray[np.uint8]:
    """The figure alone before a clear ground, (S, S, 4) uint8 RGBA: its colours are its own right
    up to its border. Without `dressed` it ends with the neck."""
    portrait, _ = _prepared(params, size)
    figure = portrait.sheet(size, CLEAR)
    portrait.draw(figure, ground=False, dressed=dressed)
    return finish_figure(figure.cut_out(), portrait.context)


def paint_ground(params: PaintParams, size: int = 256) -> NDArray[np.uint8]:
    """What stands behind the figure, (S, S, 3) uint8."""
    return _ground(Portrait(params), size).pixels()


def _ground(portrait: Portrait, size: int) -> Canvas:
    canvas = portrait.sheet(size, PICTURE)
    scene.draw(canvas, portrait.context)
    return canvas


def describe(params: PaintParams, size: int = 256) -> Truth:
    """What `paint` would say about a portrait, without painting it."""
    return _prepared(params, size)[1]


def landmarks_of(params: PaintParams) -> NDArray[np.float64]:
    """The landmarks (5, 2) of `describe`, in shares of the picture and without drawing anything."""
    heads = marks(params) - (0.0, EYES_Y)
    return heads * (HEADS * params.scale) + (params.centre_x, params.centre_y)


def _prepared(params: PaintParams, size: int) -> tuple[Portrait, Truth]:
    if not SIZES[0] <= size <= SIZES[1]:
        raise ValueError(f"size is {size}; its range is {SIZES[0]}..{SIZES[1]}")
    portrait = Portrait(params)
    upright = portrait.head.upright_contour
    face = np.stack([upright[:, 0], np.maximum(upright[:, 1], FOREHEAD)], axis=1)
    contour = portrait.to_pixels(portrait.context.pose.leant(face), size)
    box = np.concatenate([contour.min(axis=0), contour.max(axis=0)]).astype(np.float32)
    landmarks = portrait.to_pixels(portrait.landmarks(), size)
    return portrait, Truth(tags_of(params), landmarks, box)


def _layers(
    portrait: Portrait, size: int, alpha: NDArray[np.uint8]
) -> dict[str, NDArray[np.uint8]]:
    found = {ALPHA: alpha, "background": _ground(portrait, size).pixels()}
    for name in (LINES, FLATS, SHADOWS):
        canvas = portrait.sheet(size, name)
        portrait.draw(canvas, ground=False)
        pixels = canvas.pixels()
        found[name] = pixels if name == FLATS else np.ascontiguousarray(pixels[..., 0])
    return found
