"""All parts of one portrait, and the order in which they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import beard, clothes, glasses, hats, ornaments, scene, wrinkles
from rosetail.painter.brows import Brows
from rosetail.painter.canvas import Canvas
from rosetail.painter.eyes import Eye, eyes_of
from rosetail.painter.hair import Hair
from rosetail.painter.head import Head
from rosetail.painter.mouth import Mouth
from rosetail.painter.nose import Nose
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import EYES_Y
from rosetail.painter.torso import Body

HEADS = 2.8  # a head is so many times as long as half of it is wide, with its hair
EYES, MOUTH = "eyes", "mouth"  # parts that move
BROWS_SHOW, LASHES_SHOW = 0.32, 0.36  # how far they show through the fringe


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
        self.body = Body(self.head)
        self.hair = Hair(self.head)
        self.eyes = eyes_of(self.head)
        self.brows = Brows(self.head)
        self.nose = Nose(self.head)
        self.mouth = Mouth(self.head)

    def sheet(self, size: int, layer: str) -> Canvas:
        p = self.context.p
        centre = (p.centre_x, p.centre_y)
        return Canvas(size, HEADS * p.scale, centre, EYES_Y, layer, self.context.side)

    def to_pixels(self, points: NDArray[np.float64], size: int) -> NDArray[np.float32]:
        """Heads -> pixels of a sheet, (N, 2)."""
        p = self.context.p
        shares = (points - (0.0, EYES_Y)) * (HEADS * p.scale) + (p.centre_x, p.centre_y)
        return (shares * size).astype(np.float32)

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
        yield Part("hat behind", lambda canvas: hats.draw_behind(canvas, head, hair))
        yield Part("back hair", hair.draw_back)
        yield Part("neck", self.body.draw_skin if dressed else self.body.draw_neck, False)
        if dressed:
            yield Part("clothes", lambda canvas: clothes.draw(canvas, self.body), False)
        yield Part("hair over clothes", hair.draw_over)
        yield Part("under the jaw", head.draw_under_jaw)
        if not hair.covers_ears():
            yield Part("far ear", lambda canvas: head.draw_ear(canvas, self._far))
        yield Part("scalp", hair.draw_scalp)
        yield Part("face", head.draw_face)
        yield Part("marks", head.draw_marks)
        yield Part("shadow of the hair", hair.draw_shadow_on)
        yield Part("outline of the face", head.draw_outline)
        if not hair.covers_ears():
            yield Part("near ear", lambda canvas: head.draw_ear(canvas, -self._far))
        yield Part("wrinkles", lambda canvas: wrinkles.draw(canvas, head))
        yield Part("nose", self.nose.draw)
        yield Part("beard", lambda canvas: beard.draw(canvas, head, self.mouth))
        yield Part(MOUTH, self.mouth.draw)
        yield Part(EYES, self.draw_eyes)
        yield Part("brows", self._draw_brows)
        yield Part("fringe", hair.draw_front)
        if hair.exists:
            yield Part("eyes through the fringe", self._draw_through)
        yield Part("glasses", lambda canvas: glasses.draw(canvas, head, hair))
        yield Part("earrings", lambda canvas: ornaments.earrings(canvas, head, hair))
        yield Part("ornament", lambda canvas: ornaments.draw(canvas, head, hair))

    @property
    def _far(self) -> float:
        """The side that the head turns away."""
        return 1.0 if self.context.pose.yaw > 0 else -1.0

    def draw_eyes(self, canvas: Canvas) -> None:
        for eye in self.eyes:
            eye.draw_ball(canvas)
        for eye in self.eyes:
            eye.draw_lids(canvas)

    def _draw_brows(self, canvas: Canvas) -> None:
        self.brows.draw_frown(canvas)
        self.brows.draw(canvas)

    def _draw_through(self, canvas: Canvas) -> None:
        """Brows and lashes that show through the fringe."""
        if self.hair.do.texture != "none" or not self.hair.do.front:
            return
        with canvas.inside(self.hair.over_face, self.head.face):
            self.brows.draw(canvas, BROWS_SHOW)
            for eye in self.eyes:
                eye.draw_over_hair(canvas, LASHES_SHOW)

    def landmarks(self) -> NDArray[np.float64]:
        """(5, 2) in heads: eyes, nose, corners of the mouth, left ones of the picture first."""
        centres = [eye.landmark() for eye in self.eyes]
        return np.concatenate([centres, [self.nose.tip()], self.mouth.corners()])


def marks(params: PaintParams) -> NDArray[np.float64]:
    """Landmarks (5, 2) of :meth:`Portrait.landmarks` without hair or body."""
    head = Head(PortraitContext(params))
    centres = [Eye(head, side).landmark() for side in (-1.0, 1.0)]
    return np.concatenate([centres, [Nose(head).tip()], Mouth(head).corners()])
