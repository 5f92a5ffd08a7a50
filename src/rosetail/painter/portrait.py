"""All parts of one portrait, and the order in which they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import beard, brows, clothes, glasses, light, nose, ornaments, scene, wrinkles
from rosetail.painter.canvas import Canvas
from rosetail.painter.eyes import Eye
from rosetail.painter.hair import Hair
from rosetail.painter.head import Head
from rosetail.painter.mouth import Mouth
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait_context import PortraitContext

EYES, MOUTH = "eyes", "mouth"  # parts that move
WARM, COOL = "warm light", "cool air"  # parts that tint what is below them


class Part(NamedTuple):
    """A part by name, how it is drawn, and whether it belongs to the head."""

    name: str
    draw: Callable[[Canvas], object]
    of_head: bool = True


class Portrait:
    """Built once, drawn on as many sheets as wanted."""

    def __init__(self, params: PaintParams) -> None:
        self.context = PortraitContext(params)
        self.head = Head(self.context)
        self.hair = Hair(self.context)
        self.eyes = eyes_of(self.context)
        self.mouth = Mouth(self.context)

    def sheet(self, size: int, layer: str) -> Canvas:
        p = self.context.p
        return Canvas(size, p.scale, (p.centre_x, p.centre_y), layer, self.context.side)

    def draw(self, canvas: Canvas, *, ground: bool = True, dressed: bool = True) -> None:
        """Draw from back to front."""
        for part in self.parts(ground=ground, dressed=dressed):
            if part.of_head:
                with canvas.head():
                    part.draw(canvas)
            else:
                part.draw(canvas)

    def parts(self, *, ground: bool = True, dressed: bool = True) -> Iterator[Part]:
        """From back to front."""
        context, head, hair = self.context, self.head, self.hair
        if ground:
            yield Part("background", lambda canvas: scene.draw(canvas, context), False)
        yield Part("back hair", hair.draw_back)
        yield Part("neck", head.draw_neck, False)
        if dressed:
            yield Part("clothes", lambda canvas: clothes.draw(canvas, context), False)
        yield Part("hair over clothes", hair.draw_over)
        if not hair.covers_ears():
            yield Part("far ear", lambda canvas: head.draw_ears(canvas, turned=False))
        yield Part("face", head.draw_face)
        if not hair.covers_ears():
            yield Part("near ear", lambda canvas: head.draw_ears(canvas, turned=True))
        yield Part("shadow of the hair", lambda canvas: hair.draw_shadow_on(canvas, head.face))
        yield Part("beard", lambda canvas: beard.draw(canvas, context, head, self.mouth))
        yield Part("wrinkles", lambda canvas: wrinkles.draw(canvas, context))
        yield Part("nose", lambda canvas: nose.draw(canvas, context))
        yield Part(MOUTH, self.mouth.draw)
        yield Part(EYES, partial(draw_eyes, self.eyes))
        yield Part("brows", lambda canvas: brows.draw(canvas, context, self.eyes))
        yield Part("glasses", lambda canvas: glasses.draw(canvas, context, self.eyes))
        yield Part("ahoge", lambda canvas: ornaments.ahoge(canvas, context, hair.lift))
        yield Part("fringe", lambda canvas: hair.draw_front(canvas, head.face))
        yield Part("earrings", lambda canvas: ornaments.earrings(canvas, context))
        if hair.exists:
            yield Part(
                "brows over the fringe",
                lambda canvas: brows.draw(canvas, context, self.eyes, alpha=hair.see_through()),
            )
            yield Part("ornament", lambda canvas: ornaments.draw(canvas, context, hair.lift))
        if ground:
            yield Part(WARM, lambda canvas: light.warm(canvas, context), False)
            yield Part(COOL, lambda canvas: light.cool(canvas, context), False)

    def landmarks(self) -> NDArray[np.float64]:
        """(5, 2) in head units."""
        return marks(self.context, self.eyes, self.mouth)


def eyes_of(context: PortraitContext) -> tuple[Eye, Eye]:
    """The left one of the picture, then the right one."""
    return Eye(context, -1.0), Eye(context, 1.0)


def draw_eyes(eyes: tuple[Eye, Eye], canvas: Canvas) -> None:
    for eye in eyes:
        eye.draw_ball(canvas)
    for eye in eyes:
        eye.draw_lids(canvas)


def marks(context: PortraitContext, eyes: tuple[Eye, Eye], mouth: Mouth) -> NDArray[np.float64]:
    """Landmarks (5, 2) in head units."""
    centres = [eye.landmark() for eye in eyes]
    return np.concatenate([centres, [nose.landmark(context)], mouth.corners()])
