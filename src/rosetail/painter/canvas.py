"""The sheet the painter draws on.

Every mark says what it is: flat colour, shadow, light or line. The same drawing code then gives the
finished picture, or one of its layers, or the mask of the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter.colour import Rgb

FLAT, SHADOW, LIGHT, LINE = "flat", "shadow", "light", "line"
PICTURE, FLATS, LINES, SHADOWS, ALPHA = "picture", "flat", "line", "shadow", "alpha"
CLEAR = "clear"  # as the picture, on nothing
_WHITE: Rgb = (1.0, 1.0, 1.0)
_BLACK: Rgb = (0.0, 0.0, 0.0)

# What each mark turns into in each layer; None is left out, "own" keeps its colour.
_LAYERS: dict[str, dict[str, Rgb | str | None]] = {
    PICTURE: {FLAT: "own", SHADOW: "own", LIGHT: "own", LINE: "own"},
    CLEAR: {FLAT: "own", SHADOW: "own", LIGHT: "own", LINE: "own"},
    FLATS: {FLAT: "own", SHADOW: None, LIGHT: None, LINE: None},
    LINES: {FLAT: _WHITE, SHADOW: None, LIGHT: None, LINE: _BLACK},
    SHADOWS: {FLAT: _WHITE, SHADOW: (0.45, 0.45, 0.45), LIGHT: None, LINE: None},
    ALPHA: {FLAT: _WHITE, SHADOW: None, LIGHT: None, LINE: _WHITE},
}
_GROUND = {
    PICTURE: (*_WHITE, 1.0),
    FLATS: (*_WHITE, 1.0),
    LINES: (*_WHITE, 1.0),
    SHADOWS: (*_WHITE, 1.0),
    ALPHA: (*_BLACK, 1.0),
    CLEAR: (*_WHITE, 0.0),
}


class Canvas:
    """A square sheet measured in head units, with the head's origin at `centre`.

    `size` is in pixels, `scale` is the length of a head unit as a share of the sheet,
    `centre` is in shares of the sheet; the light comes from the left (`light_side` -1) or right
    (1).
    """

    def __init__(
        self,
        size: int,
        scale: float,
        centre: tuple[float, float],
        layer: str = PICTURE,
        light_side: float = 1.0,
    ) -> None:
        self.size = size
        self.unit = scale * size
        self.centre = np.array(centre) * size
        self.layer = layer
        self.coloured = layer in (PICTURE, CLEAR)
        self.surface = skia.Surface(size, size)
        self.skia = self.surface.getCanvas()
        self.skia.clear(skia.Color4f(*_GROUND[layer]))
        self.skia.translate(*(float(value) for value in self.centre))
        self.skia.scale(self.unit, self.unit)
        self.is_head = False
        self.light_side = light_side
        self._clips = 0
        self._solids: list[tuple[skia.Path, bool]] = []

    def pen(self, width: float) -> float:
        """Line width in head units that stays visible in small pictures."""
        return max(width, 0.85 / self.unit)

    def bounds(self) -> tuple[float, float, float, float]:
        """The sheet's left, top, right and bottom in head units."""
        left, top = -self.centre / self.unit
        side = self.size / self.unit
        return float(left), float(top), float(left + side), float(top + side)

    def _paint(self, colour: Rgb, alpha: float, kind: str) -> skia.Paint | None:
        role = _LAYERS[self.layer][kind]
        if role is None:
            return None
        if role != "own":
            colour = role  # type: ignore[assignment]
            alpha = 1.0 if kind == FLAT else alpha
        return skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*colour, alpha))

    def fill(
        self,
        shape: skia.Path,
        colour: Rgb,
        *,
        kind: str = FLAT,
        alpha: float = 1.0,
        blur: float = 0.0,
        shader: skia.Shader | None = None,
    ) -> None:
        """Fill a shape; `blur` in head units softens its border, `shader` replaces the plain
        colour."""
        paint = self._paint(colour, alpha, kind)
        if kind == FLAT and not self._clips:
            self._solids.append((shape, self.is_head))
        if paint is None:
            return
        if shader is not None and self.coloured:
            paint.setShader(shader)
        if blur * self.unit > 0.4:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        self.skia.drawPath(shape, paint)

    def stroke(
        self, shape: skia.Path, colour: Rgb, width: float, *, alpha: float = 1.0, kind: str = LINE
    ) -> None:
        """Draw along a path with an even width (head units)."""
        paint = self._paint(colour, alpha, kind)
        if paint is None:
            return
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(width)
        paint.setStrokeJoin(skia.Paint.kMiter_Join)
        paint.setStrokeMiter(7.0)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        self.skia.drawPath(shape, paint)

    def contour(self, shape: skia.Path, line: Rgb, width: float) -> None:
        """The outline of a shape that is filled next; heavier below and on the side off the
        light."""
        self.stroke(shape, line, width * 0.85)
        heavy = skia.Path(shape)
        heavy.offset(-self.light_side * 0.22 * width, 0.28 * width)
        self.fill(heavy, line, kind=LINE)

    def solid(self, shape: skia.Path, colour: Rgb, line: Rgb, width: float) -> None:
        """A shape with its outline around it."""
        self.contour(shape, line, width)
        self.fill(shape, colour)

    @contextmanager
    def inside(self, *shapes: skia.Path, outside: skia.Path | None = None) -> Iterator[None]:
        """Draw only inside all `shapes`, and not inside `outside`."""
        self.skia.save()
        self._clips += 1
        for shape in shapes:
            self.skia.clipPath(shape, skia.ClipOp.kIntersect, True)
        if outside is not None:
            self.skia.clipPath(outside, skia.ClipOp.kDifference, True)
        yield
        self._clips -= 1
        self.skia.restore()

    @contextmanager
    def patch(self, affine: NDArray[np.float64]) -> Iterator[None]:
        """Draw in the coordinates of a flat patch given by an affine (2, 3)."""
        (a, b, c), (d, e, f) = affine.tolist()
        self.skia.save()
        self._clips += 1
        self.skia.concat(skia.Matrix.MakeAll(a, b, c, d, e, f, 0, 0, 1))
        yield
        self._clips -= 1
        self.skia.restore()

    @contextmanager
    def head(self) -> Iterator[None]:
        """What is drawn here belongs to the head in the mask."""
        before, self.is_head = self.is_head, True
        yield
        self.is_head = before

    def pixels(self) -> NDArray[np.uint8]:
        """The picture (H, W, 3) RGB."""
        rgba = self.surface.toarray(colorType=skia.kRGBA_8888_ColorType)
        return np.ascontiguousarray(rgba[..., :3])

    def cut_out(self) -> NDArray[np.uint8]:
        """What is drawn on a CLEAR sheet (H, W, 4) RGBA, colours not multiplied by alpha."""
        return np.ascontiguousarray(self.surface.toarray(colorType=skia.kRGBA_8888_ColorType))

    def mask(self) -> NDArray[np.uint8]:
        """(H, W) uint8: 255 where the head is the front-most solid thing."""
        sheet = Canvas(self.size, self.unit / self.size, (0.0, 0.0), ALPHA)
        sheet.skia.translate(*(float(value) for value in self.centre / self.unit))
        for shape, is_head in self._solids:
            colour = _WHITE if is_head else _BLACK
            paint = skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*colour, 1.0))
            sheet.skia.drawPath(shape, paint)
        return np.ascontiguousarray(sheet.pixels()[..., 0])

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float32]:
        """Head units -> pixels, (N, 2)."""
        return (points * self.unit + self.centre).astype(np.float32)
