"""Random views of a prepared crop: shifted, scaled, rotated, mirrored, lighter or darker.

A view is drawn once and applied to all pictures of a sample (a photo, its superpixels, its drawn
target), so that they stay aligned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from rosetail.arrays import Bytes
from rosetail.faces.warp import Matrix, placement, transform, warp


@dataclass(frozen=True)
class Augment:
    """Range of the random views.

    ``scale``: minimum and maximum magnification, 1 as prepared. ``turn``: maximum rotation in
    degrees. ``light``: maximum relative change of brightness. ``mirror``: share of mirrored views.
    ``face``: share of views centred on the face, within a tenth of the view and the limits of the
    crop; the others are placed uniformly.
    """

    scale: tuple[float, float] = (1.0, 1.0)
    turn: float = 0.0
    light: float = 0.0
    mirror: float = 0.5
    face: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError("scale must be two numbers above 0, the smaller one first")
        if not (0 <= self.turn <= 180 and 0 <= self.light < 1):
            raise ValueError("turn must be in [0, 180] and light in [0, 1)")
        if not (0 <= self.mirror <= 1 and 0 <= self.face <= 1):
            raise ValueError("mirror and face must be in [0, 1]")


@dataclass(frozen=True)
class View:
    """One view: ``matrix`` maps the crop to the square of ``size`` pixels."""

    matrix: Matrix
    size: int
    mirrored: bool
    gain: float

    def of(self, picture: Bytes) -> Bytes:
        """``picture`` uint8 [H, W, 3] in this view, uint8 [size, size, 3]."""
        seen = warp(picture, self.matrix, (self.size, self.size))
        if self.mirrored:
            seen = seen[:, ::-1]
        if self.gain != 1:
            seen = cast(Bytes, cv2.convertScaleAbs(np.ascontiguousarray(seen), alpha=self.gain))
        return np.ascontiguousarray(seen)

    def places(self, points: ArrayLike) -> NDArray[np.float64]:
        """``points`` [N, 2] of the picture (x, y in pixels) in this view, in the same order."""
        seen = transform(points, self.matrix)
        if self.mirrored:
            seen[:, 0] = self.size - 1 - seen[:, 0]
        return seen


def draw_view(
    rng: np.random.Generator,
    side: int,
    size: int,
    augment: Augment,
    face: tuple[float, float] | None = None,
) -> View:
    """A random view of ``size`` pixels of a square crop with ``side`` pixels.

    ``face`` is the middle of the face, x and y in the crop, if known. The view is placed within the
    crop; areas beyond its edges, due to rotation or a scale below size / side, are mirrored.
    """
    scale = rng.uniform(*augment.scale)
    turn = scale * np.exp(1j * np.deg2rad(rng.uniform(-augment.turn, augment.turn)))
    slack = max(scale * side - size, 0.0) / 2
    x, y = rng.uniform(-slack, slack, 2)
    middle, centre = (side - 1) / 2 * (1 + 1j), (size - 1) / 2 * (1 + 1j)
    if augment.face and rng.random() < augment.face and face is not None:
        off = turn * (middle - complex(*face)) + complex(*rng.uniform(-0.1, 0.1, 2)) * size
        x, y = np.clip((off.real, off.imag), -slack, slack)
    shift = centre + complex(x, y) - turn * middle
    if turn == 1:  # whole pixels keep lines sharp
        shift = complex(np.rint(shift.real), np.rint(shift.imag))
    return View(
        matrix=placement(turn, shift),
        size=size,
        mirrored=bool(rng.random() < augment.mirror),
        gain=1 + rng.uniform(-augment.light, augment.light),
    )
