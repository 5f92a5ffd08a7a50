"""The whole head of hair: back, shoulders, cap, fringe, shadows and highlights, in drawing
order."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, fringes, hair_growth, hair_light, light, locks
from rosetail.painter.canvas import SHADOW, Canvas
from rosetail.painter.hair_back import HAIRDOS, Hairdo
from rosetail.painter.hair_cap import cap, cap_lines, pile
from rosetail.painter.hair_curly import Curls
from rosetail.painter.hair_short import SHORT
from rosetail.painter.hair_updo import UPDOS
from rosetail.painter.locks import Lock
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import SKULL_AXES, SKULL_CENTRE
from rosetail.painter.worn import OVER_EARS, shows_tips

Points = NDArray[np.float64]


class Hair:
    """Builds the context's hair once; the painter draws its layers between the other parts."""

    def __init__(self, context: PortraitContext) -> None:
        self.context = context
        self.exists = context.p.hair_back != "bald"
        do = Hairdo()
        build = (HAIRDOS | SHORT | UPDOS).get(context.p.hair_back)
        if build is not None:  # bald, undercut and curls have no locks behind
            build(context, do)
        self.do = do
        self.lift = hair_growth.lift(context)
        if context.p.hair_back == "undercut":
            self.lift *= 0.6
        self.over = do.over.place(context)
        self.axes = SKULL_AXES + self.lift
        front: list[Lock] = []
        self.behind: list[Lock] = []
        if self.exists:
            smooth = self.axes + 0.012
            self.behind = do.behind.place(context, smooth)
            front = do.front.place(context, smooth) + fringes.fringe(context).place(context, smooth)
        self.front = front
        angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        # Below, the back of the head draws in to the nape, less where it turns to us.
        middle = context.pose.project(SKULL_CENTRE)
        reach = context.pose.silhouette(SKULL_CENTRE, self.axes, angles) - middle
        shown = np.clip(-np.cos(angles) * context.p.yaw / 25, 0, 1)
        nape = 1 - (0.28 - 0.2 * shown) * np.clip(np.sin(angles), 0, 1)
        self.skull = curves.ring(middle + reach * nape[:, None] + pile(context, angles))
        self.cap = cap(context, self.lift) if self.exists else cap(context, 0.0)
        self.curls = Curls(context, self.lift) if context.p.hair_back == "curly" else None
        shapes = [self.cap, *(lock.shape() for lock in front)]
        self.front_outline = curves.join([lock.shape() for lock in front if lock.width > 0.08])
        if self.curls is not None:
            self.front = []
            shapes = [self.cap, Curls.shape(self.curls.front)]
            self.front_outline = Curls.shape(self.curls.front)
        self.front_shape = curves.join(shapes)

    def draw_back(self, canvas: Canvas) -> None:
        """Everything behind the body."""
        if not self.exists:
            return
        context, tones = self.context, self.context.hair
        outline = curves.join([lock.shape() for lock in self.behind])
        shapes = curves.join([self.skull, *self.do.shapes])
        if self.curls is not None:
            shapes.addPath(Curls.shape(self.curls.back))
        pen = 2 * canvas.pen(context.hand.line)
        canvas.contour(outline, tones.line, pen)
        canvas.contour(shapes, tones.line, pen)
        canvas.fill(shapes, tones.base)
        if self.curls is not None:
            self.curls.draw(canvas, self.curls.back)
        locks.draw(canvas, context, self.behind, tones)
        both = curves.join([outline, shapes])
        light.hair_gradient(canvas, context, both)
        hair_light.inner_shade(canvas, context, both)
        light.rim(canvas, context, both, context.hair.lch)
        self._bands(canvas)

    def _bands(self, canvas: Canvas) -> None:
        """What ties tails and plaits."""
        context = self.context
        for *spot, fall in self.do.bands:
            at = np.array(spot)
            place = context.pose.project(at) * (1 - fall) + context.body_pose.project(at) * fall
            x, y = float(place[0]), float(place[1])
            oval = skia.Path.Oval(skia.Rect(x - 0.14, y - 0.11, x + 0.14, y + 0.11))
            canvas.solid(
                oval, context.accent.base, context.accent.line, 2 * canvas.pen(context.hand.inner)
            )

    def draw_over(self, canvas: Canvas) -> None:
        """Locks over the shoulders, behind the face."""
        if not self.over:
            return
        context = self.context
        outline = curves.join([lock.shape() for lock in self.over])
        canvas.contour(outline, context.hair.line, 2 * canvas.pen(context.hand.line * 0.9))
        locks.draw(canvas, context, self.over, context.hair)
        if shows_tips(context.p):
            light.hair_gradient(canvas, context, outline)
        self._bands(canvas)

    def draw_shadow_on(self, canvas: Canvas, face: skia.Path) -> None:
        """The shadow the fringe throws on the face."""
        if not self.exists:
            return
        context = self.context
        shade = context.skin.shade
        moved = skia.Path(self.front_shape)
        moved.offset(-0.045 * context.side, 0.085)
        with canvas.inside(face):
            canvas.fill(moved, shade, kind=SHADOW, blur=context.hand.soft * 0.4)

    def draw_front(self, canvas: Canvas, face: skia.Path) -> None:
        """Cap, fringe and sides with their shadows and highlight, over the `face`."""
        if not self.exists:
            hair_light.shaven(canvas, self.context, self.cap)
            return
        context, tones = self.context, self.context.hair
        hair_light.flyaways(canvas, context, self.lift)
        pen = 2 * canvas.pen(context.hand.line)
        canvas.stroke(cap_lines(context, self.lift), tones.line, pen)
        canvas.contour(self.front_outline, tones.line, pen)
        if self.curls is not None:
            canvas.fill(self.front_shape, tones.base)
            self.curls.draw(canvas, self.curls.front)
            hair_light.form_shadow(canvas, context, self.front_shape, self.axes)
            light.rim(canvas, context, self.front_shape, context.hair.lch, spare=face)
            return
        canvas.fill(self.cap, tones.base)
        hair_light.cap_strands(canvas, context, self.cap, self.lift)
        locks.draw(canvas, context, self.front, tones)
        hair_light.form_shadow(canvas, context, self.front_shape, self.axes)
        light.hair_gradient(canvas, context, self.front_shape)
        hair_light.highlight(canvas, context, self.front_shape, self.lift)
        if context.p.hair_back == "undercut":
            hair_light.shaven_sides(canvas, context, self.cap, self.lift)
        light.rim(canvas, context, self.front_shape, context.hair.lch, spare=face)

    def covers_ears(self) -> bool:
        """Whether hair hangs over the ears."""
        return self.context.p.hair_back in OVER_EARS

    def see_through(self) -> float:
        """How strongly brows show through the fringe."""
        return 0.8
