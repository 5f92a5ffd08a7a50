"""The whole head of hair: back, shoulders, cap, fringe, shadows and highlights, in drawing order."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.data.painter import curves, fringes, hair_light, light, locks
from rosetail.data.painter.canvas import SHADOW, Canvas
from rosetail.data.painter.colour import mix, to_rgb
from rosetail.data.painter.hair_curly import Curls
from rosetail.data.painter.hair_updo import HAIRDOS, Hairdo
from rosetail.data.painter.locks import Lock
from rosetail.data.painter.pose import SKULL_AXES, SKULL_CENTRE, on_skull
from rosetail.data.painter.sitter import Sitter

Points = NDArray[np.float64]


class Hair:
    """Builds the sitter's hair once; the painter draws its layers between the other parts."""

    def __init__(self, sitter: Sitter) -> None:
        self.sitter = sitter
        self.exists = sitter.p.hair_back != "bald"
        do = Hairdo()
        HAIRDOS[sitter.p.hair_back](sitter, do)
        self.do = do
        self.lift = fringes.lift(sitter)
        if sitter.p.hair_back == "undercut":
            self.lift *= 0.5
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
        self.skull = curves.ring(sitter.pose.silhouette(SKULL_CENTRE, self.axes, angles))
        self.cap = self._cap() if self.exists else skia.Path()
        self.curls = Curls(sitter, self.lift) if sitter.p.hair_back == "curly" else None
        shapes = [self.cap, *(lock.shape() for lock in front)]
        if self.curls is not None:
            self.front = []
            shapes = [self.cap, Curls.shape(self.curls.front)]
        self.front_shape = curves.join(shapes)

    def _cap(self) -> skia.Path:
        """The hair on the skull in front: from the silhouette down to the hairline."""
        sitter = self.sitter
        yaw = sitter.p.yaw
        line = []
        for side in (-1.0, 1.0):
            turned = side * yaw  # positive: this side turns away
            # Towards us the line runs before the ear, over it and down behind it.
            limit = 86.0 - turned if turned > 0 else max(86.0 + 1.2 * min(turned + 6, 0.0), 71.0)
            azimuth = np.linspace(0, limit, 9)
            elevation = np.interp(azimuth / max(limit, 60) * 86, [0, 25, 50, 70, 86], [40, 37, 24, 10, -6])
            if sitter.p.hair_fringe == "swept_back":  # a peak, and free temples
                elevation += np.interp(azimuth, [0, 12, 32, 50, 70], [-2, 3, 9, 5, 0])
            if sitter.male and sitter.p.age > 0.6:
                elevation += np.interp(azimuth, [0, 20, 40, 70], [8, 13, 12, 0]) * (sitter.p.age - 0.6) * 2.5
            rise = np.full(9, self.lift * 0.5)
            points = on_skull(side * azimuth, elevation, rise)
            if turned < -6:
                back = np.array([limit + 3, limit + 5, 90.0, 101.0, 107.0, 110.0, 112.0])
                rise = np.array([-4.0, 8.0, 15.0, 10.0, -6.0, -22.0, -38.0])
                behind = on_skull(side * back, rise, np.full(7, 0.02))
                points = np.concatenate([points, behind])
            line.append(sitter.pose.project(points))
        left, right = line
        angles = np.radians(np.linspace(-230, 50, 57))
        arc = sitter.pose.silhouette(SKULL_CENTRE, self.axes, angles)
        top = sitter.pose.project(SKULL_CENTRE)
        keep = np.where(arc[:, 0] < top[0], arc[:, 1] < left[-1, 1], arc[:, 1] < right[-1, 1])
        return curves.path(np.concatenate([left, arc[keep], right[::-1]]))

    def draw_back(self, canvas: Canvas) -> None:
        """Everything behind the body."""
        if not self.exists:
            return
        sitter, tones = self.sitter, self.sitter.hair
        outline = curves.join([lock.shape() for lock in self.behind])
        shapes = curves.join([self._nape(), *self.do.shapes])
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

    def _nape(self) -> skia.Path:
        """The back of the skull; hair that is tied up or short ends at the nape."""
        return self.skull

    def draw_over(self, canvas: Canvas) -> None:
        """Locks over the shoulders, behind the face."""
        if not self.over:
            return
        sitter = self.sitter
        outline = curves.join([lock.shape() for lock in self.over])
        canvas.contour(outline, sitter.hair.line, 2 * canvas.pen(sitter.hand.line * 0.9))
        locks.draw(canvas, sitter, self.over, sitter.hair)
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
            return
        sitter, tones = self.sitter, self.sitter.hair
        hair_light.flyaways(canvas, sitter, self.lift)
        canvas.contour(self.front_shape, tones.line, 2 * canvas.pen(sitter.hand.line))
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
        light.rim(canvas, sitter, self.front_shape, sitter.hair.lch, spare=face)

    def covers_ears(self) -> bool:
        """Whether hair hangs over the ears."""
        return self.sitter.p.hair_back in ("bob", "shoulder", "straight", "wavy", "half_up", "pixie")

    def see_through(self) -> float:
        """How strongly brows show through the fringe."""
        return 0.55 if self.sitter.hair.lch[0] > 0.5 else 0.35


def undercut_tone(sitter: Sitter) -> tuple[float, float, float]:
    """Cropped hair lets the skin through."""
    return to_rgb(mix(sitter.hair.lch, sitter.skin.lch, 0.35))


__all__ = ["Hair", "Lock", "undercut_tone"]
