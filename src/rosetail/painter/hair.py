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
from rosetail.painter.pose import SKULL_AXES, SKULL_CENTRE
from rosetail.painter.sitter import Sitter
from rosetail.painter.worn import OVER_EARS, shows_tips

Points = NDArray[np.float64]


class Hair:
    """Builds the sitter's hair once; the painter draws its layers between the other parts."""

    def __init__(self, sitter: Sitter) -> None:
        self.sitter = sitter
        self.exists = sitter.p.hair_back != "bald"
        do = Hairdo()
        build = (HAIRDOS | SHORT | UPDOS).get(sitter.p.hair_back)
        if build is not None:  # bald, undercut and curls have no locks behind
            build(sitter, do)
        self.do = do
        self.lift = hair_growth.lift(sitter)
        if sitter.p.hair_back == "undercut":
            self.lift *= 0.6
        self.over = do.over.place(sitter)
        self.axes = SKULL_AXES + self.lift
        front: list[Lock] = []
        self.behind: list[Lock] = []
        if self.exists:
            smooth = self.axes + 0.012
            self.behind = do.behind.place(sitter, smooth)
            front = do.front.place(sitter, smooth) + fringes.fringe(sitter).place(sitter, smooth)
        self.front = front
        angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        # Below, the back of the head draws in to the nape, less where it turns to us.
        middle = sitter.pose.project(SKULL_CENTRE)
        reach = sitter.pose.silhouette(SKULL_CENTRE, self.axes, angles) - middle
        shown = np.clip(-np.cos(angles) * sitter.p.yaw / 25, 0, 1)
        nape = 1 - (0.28 - 0.2 * shown) * np.clip(np.sin(angles), 0, 1)
        self.skull = curves.ring(middle + reach * nape[:, None] + pile(sitter, angles))
        self.cap = cap(sitter, self.lift) if self.exists else cap(sitter, 0.0)
        self.curls = Curls(sitter, self.lift) if sitter.p.hair_back == "curly" else None
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
        sitter, tones = self.sitter, self.sitter.hair
        outline = curves.join([lock.shape() for lock in self.behind])
        shapes = curves.join([self.skull, *self.do.shapes])
        if self.curls is not None:
            shapes.addPath(Curls.shape(self.curls.back))
        pen = 2 * canvas.pen(sitter.hand.line)
        canvas.contour(outline, tones.line, pen)
        canvas.contour(shapes, tones.line, pen)
        canvas.fill(shapes, tones.base)
        if self.curls is not None:
            self.curls.draw(canvas, self.curls.back)
        locks.draw(canvas, sitter, self.behind, tones)
        both = curves.join([outline, shapes])
        light.hair_gradient(canvas, sitter, both)
        hair_light.inner_shade(canvas, sitter, both)
        light.rim(canvas, sitter, both, sitter.hair.lch)
        self._bands(canvas)

    def _bands(self, canvas: Canvas) -> None:
        """What ties tails and plaits."""
        sitter = self.sitter
        for *spot, fall in self.do.bands:
            at = np.array(spot)
            place = sitter.pose.project(at) * (1 - fall) + sitter.body_pose.project(at) * fall
            x, y = float(place[0]), float(place[1])
            oval = skia.Path.Oval(skia.Rect(x - 0.14, y - 0.11, x + 0.14, y + 0.11))
            canvas.solid(
                oval, sitter.accent.base, sitter.accent.line, 2 * canvas.pen(sitter.hand.inner)
            )

    def draw_over(self, canvas: Canvas) -> None:
        """Locks over the shoulders, behind the face."""
        if not self.over:
            return
        sitter = self.sitter
        outline = curves.join([lock.shape() for lock in self.over])
        canvas.contour(outline, sitter.hair.line, 2 * canvas.pen(sitter.hand.line * 0.9))
        locks.draw(canvas, sitter, self.over, sitter.hair)
        if shows_tips(sitter.p):
            light.hair_gradient(canvas, sitter, outline)
        self._bands(canvas)

    def draw_shadow_on(self, canvas: Canvas, face: skia.Path) -> None:
        """The shadow the fringe throws on the face."""
        if not self.exists:
            return
        sitter = self.sitter
        shade = sitter.skin.shade
        moved = skia.Path(self.front_shape)
        moved.offset(-0.045 * sitter.side, 0.085)
        with canvas.inside(face):
            canvas.fill(moved, shade, kind=SHADOW, blur=sitter.hand.soft * 0.4)

    def draw_front(self, canvas: Canvas, face: skia.Path) -> None:
        """Cap, fringe and sides with their shadows and highlight, over the `face`."""
        if not self.exists:
            hair_light.shaven(canvas, self.sitter, self.cap)
            return
        sitter, tones = self.sitter, self.sitter.hair
        hair_light.flyaways(canvas, sitter, self.lift)
        pen = 2 * canvas.pen(sitter.hand.line)
        canvas.stroke(cap_lines(sitter, self.lift), tones.line, pen)
        canvas.contour(self.front_outline, tones.line, pen)
        if self.curls is not None:
            canvas.fill(self.front_shape, tones.base)
            self.curls.draw(canvas, self.curls.front)
            hair_light.form_shadow(canvas, sitter, self.front_shape, self.axes)
            light.rim(canvas, sitter, self.front_shape, sitter.hair.lch, spare=face)
            return
        canvas.fill(self.cap, tones.base)
        hair_light.cap_strands(canvas, sitter, self.cap, self.lift)
        locks.draw(canvas, sitter, self.front, tones)
        hair_light.form_shadow(canvas, sitter, self.front_shape, self.axes)
        light.hair_gradient(canvas, sitter, self.front_shape)
        hair_light.highlight(canvas, sitter, self.front_shape, self.lift)
        if sitter.p.hair_back == "undercut":
            hair_light.shaven_sides(canvas, sitter, self.cap, self.lift)
        light.rim(canvas, sitter, self.front_shape, sitter.hair.lch, spare=face)

    def covers_ears(self) -> bool:
        """Whether hair hangs over the ears."""
        return self.sitter.p.hair_back in OVER_EARS

    def see_through(self) -> float:
        """How strongly brows show through the fringe."""
        return 0.8
