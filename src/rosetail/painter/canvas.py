"""The sheet the painter draws on.

Every mark says what it is: flat colour, shadow, light or line. The same drawing code then gives the
finished picture, or one of its layers, or the mask of the head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter.colour import Lch, Rgb, to_rgb

FLAT, SHADOW, LIGHT, LINE = "flat", "shadow", "light", "line"
PICTURE, FLATS, LINES, SHADOWS, ALPHA = "picture", "flat", "line", "shadow", "alpha"
CLEAR = "clear"  # as the picture, on nothing
MULTIPLY, SCREEN = skia.BlendMode.kMultiply, skia.BlendMode.kScreen
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


class Gradient(NamedTuple):
    """Colours along the line from ``start`` to ``end``, or outwards from ``start`` over
    ``radius``; with alphas where some are translucent."""

    start: ArrayLike
    end: ArrayLike | None
    colours: Sequence[Lch]
    stops: Sequence[float] | None = None
    alphas: Sequence[float] | None = None
    radius: float = 0.0

    def shader(self) -> skia.Shader:
        alphas = self.alphas or [1.0] * len(self.colours)
        packed = [
            skia.Color4f(*to_rgb(colour), alpha).toColor()
            for colour, alpha in zip(self.colours, alphas, strict=True)
        ]
        stops = list(self.stops) if self.stops is not None else None
        first = skia.Point(*np.asarray(self.start, np.float64).tolist())
        if self.end is None:
            return skia.GradientShader.MakeRadial(first, self.radius, packed, stops)
        last = skia.Point(*np.asarray(self.end, np.float64).tolist())
        return skia.GradientShader.MakeLinear([first, last], packed, stops)


@lru_cache(maxsize=2048)
def _plain(rgb: Rgb, alpha: float) -> skia.Paint:
    """A paint of one colour, to be copied."""
    return skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*rgb, alpha))


class Canvas:
    """A square sheet measured in heads, with the point (0, ``eyes``) of head space at ``centre``.

    ``size`` is in pixels, ``scale`` is the length of a head as a share of the sheet, ``centre`` is
    in shares of the sheet; the light comes from the left (``light_side`` -1) or right (1).
    """

    def __init__(
        self,
        size: int,
        scale: float,
        centre: tuple[float, float],
        eyes: float,
        layer: str = PICTURE,
        light_side: float = 1.0,
    ) -> None:
        self.size = size
        self.unit = scale * size
        self.origin = np.array(centre) * size - (0.0, eyes * self.unit)
        self.layer = layer
        self.coloured = layer in (PICTURE, CLEAR)
        self.surface = skia.Surface(size, size)
        self.skia = self.surface.getCanvas()
        self.skia.clear(skia.Color4f(*_GROUND[layer]))
        self.skia.translate(*self.origin.tolist())
        self.skia.scale(self.unit, self.unit)
        self.is_head = False
        self.light_side = light_side
        self._clips = 0
        self._solids: list[tuple[skia.Path, bool]] = []

    def bounds(self) -> tuple[float, float, float, float]:
        """The sheet's left, top, right and bottom in heads."""
        left, top = -self.origin / self.unit
        side = self.size / self.unit
        return float(left), float(top), float(left + side), float(top + side)

    def _paint(self, colour: Lch, alpha: float, kind: str) -> skia.Paint | None:
        role = _LAYERS[self.layer][kind]
        if role is None:
            return None
        rgb = to_rgb(colour) if role == "own" else role
        if role != "own" and kind == FLAT:
            alpha = 1.0
        return skia.Paint(_plain(rgb, alpha))

    def fill(
        self,
        shape: skia.Path,
        colour: Lch | Gradient,
        *,
        kind: str = FLAT,
        alpha: float = 1.0,
        blur: float = 0.0,
        mode: skia.BlendMode | None = None,
    ) -> None:
        """Fill a shape; ``blur`` in heads softens its border."""
        plain = colour.colours[0] if isinstance(colour, Gradient) else colour
        paint = self._paint(plain, alpha, kind)
        if kind == FLAT and not self._clips:
            self._solids.append((shape, self.is_head))
        if paint is None:
            return
        if isinstance(colour, Gradient) and self.coloured:
            paint.setShader(colour.shader())
            paint.setAlphaf(alpha)
        if blur * self.unit > 0.3:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        if mode is not None and self.coloured:
            paint.setBlendMode(mode)
        self.skia.drawPath(shape, paint)

    def wash(self, colour: Lch | Gradient, *, kind: str = LIGHT, alpha: float = 1.0) -> None:
        """Fill all that is inside the current clip."""
        left, top, right, bottom = self.bounds()
        self.fill(
            skia.Path.Rect(skia.Rect(left, top, right, bottom)), colour, kind=kind, alpha=alpha
        )

    def stroke(
        self, shape: skia.Path, colour: Lch, width: float, *, alpha: float = 1.0, blur: float = 0.0
    ) -> None:
        """Draw along a path with an even line (width in heads)."""
        paint = self._paint(colour, alpha, LINE)
        if paint is None:
            return
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(width)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        if blur * self.unit > 0.3:
            paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        self.skia.drawPath(shape, paint)

    def contour(self, shape: skia.Path, line: Lch, width: float) -> None:
        """The outline of a shape that is filled next; heavier below and off the light."""
        self.stroke(shape, line, width)
        heavy = skia.Path(shape)
        heavy.offset(-self.light_side * 0.55 * width, 0.75 * width)
        self.fill(heavy, line, kind=LINE)

    def solid(self, shape: skia.Path, colour: Lch | Gradient, line: Lch, width: float) -> None:
        """A shape with its outline around it."""
        self.contour(shape, line, width)
        self.fill(shape, colour)

    @contextmanager
    def inside(self, *shapes: skia.Path, outside: skia.Path | None = None) -> Iterator[None]:
        """Draw only inside all ``shapes``, and not inside ``outside``."""
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
    def faded(self, alpha: float) -> Iterator[None]:
        """What is drawn here is laid on as a whole, translucent by ``alpha``."""
        if alpha >= 0.995 or not self.coloured:
            yield
            return
        self.skia.saveLayerAlpha(None, round(255 * alpha))
        yield
        self.skia.restore()

    @contextmanager
    def head(self) -> Iterator[None]:
        """What is drawn here belongs to the head in the mask."""
        before, self.is_head = self.is_head, True
        yield
        self.is_head = before

    def pixels(self) -> NDArray[np.uint8]:
        """The picture (H, W, 3) RGB."""
        return np.ascontiguousarray(self.cut_out()[..., :3])

    def cut_out(self) -> NDArray[np.uint8]:
        """What is drawn (H, W, 4) RGBA, colours not multiplied by alpha."""
        return np.ascontiguousarray(self.surface.toarray(colorType=skia.kRGBA_8888_ColorType))

    def mask(self) -> NDArray[np.uint8]:
        """(H, W) uint8: 255 where the head is the front-most solid thing."""
        sheet = skia.Surface(self.size, self.size)
        drawn = sheet.getCanvas()
        drawn.clear(skia.Color4f(*_BLACK, 1.0))
        drawn.translate(*self.origin.tolist())
        drawn.scale(self.unit, self.unit)
        for shape, is_head in self._solids:
            colour = _WHITE if is_head else _BLACK
            drawn.drawPath(shape, skia.Paint(AntiAlias=True, Color4f=skia.Color4f(*colour, 1.0)))
        pixels = sheet.toarray(colorType=skia.kRGBA_8888_ColorType)
        return np.ascontiguousarray(pixels[..., 0])
