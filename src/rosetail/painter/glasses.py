"""Glasses: thin frames before the eyes that turn with the face."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, MULTIPLY, SHADOW, Canvas
from rosetail.painter.colour import Lch, mix
from rosetail.painter.curves import smoothstep
from rosetail.painter.hair import Hair
from rosetail.painter.head import Head
from rosetail.painter.pose import face_depth

Points = NDArray[np.float64]


class Frame(NamedTuple):
    """Half axes of a lens in heads, exponent of its superellipse (2 is round), how far its middle
    lies below the eye's, width of the frame, how much heavier it is above, whether it is metal."""

    across: float
    down: float
    square: float
    lower: float
    width: float
    heavy: float
    metal: bool


FRAMES: dict[str, Frame] = {
    "round": Frame(0.116, 0.108, 2.0, 0.014, 0.0062, 1.45, True),
    "square": Frame(0.121, 0.086, 3.6, 0.014, 0.0085, 1.7, False),
    "half": Frame(0.120, 0.086, 3.0, 0.016, 0.0076, 1.9, False),
    "oval": Frame(0.119, 0.083, 2.25, 0.018, 0.0060, 1.5, True),
}
LIFT = 0.055  # before the face
SAMPLES = 48
INTO_HAIR = 0.74  # how strongly a frame shows before the fringe


def draw(canvas: Canvas, head: Head, hair: Hair) -> None:
    """Draw the glasses, before the fringe and behind the hair at the temples."""
    kind = head.context.p.glasses
    if kind != "none":
        _Glasses(head, hair, FRAMES[kind]).draw(canvas)


class _Glasses:
    """One pair on one face."""

    def __init__(self, head: Head, hair: Hair, frame: Frame) -> None:
        self.head, self.hair, self.frame = head, hair, frame
        self.context = head.context
        build = head.build
        grow = float(np.clip(build.eye_wide / 0.202, 0.9, 1.06))
        self.size = np.array([frame.across * grow, max(frame.down * grow, 0.54 * build.eye_high)])
        self.x, self.y = build.eye_x + 0.002, build.eye_y + frame.lower
        self.size[0] = min(self.size[0], self.x - 0.036)
        self.colour = self._colour()

    def _colour(self) -> Lch:
        """Metal is bronze on pale skin and gold on dark skin; horn has the accent's hue."""
        context = self.context
        chroma = min(1.0, context.style.chroma)
        dark = float(smoothstep(context.skin.depth, 0.45, 0.75))
        if self.frame.metal:
            found = mix((0.42, 0.060, 50.0), (0.76, 0.095, 82.0), dark)
        else:
            hue = context.p.accent[2]
            found = mix((0.27, 0.040, hue), (0.20, 0.030, hue), dark)
        return found[0], found[1] * chroma, found[2]

    def _at(self, points: ArrayLike, lift: float = LIFT) -> Points:
        return self.head.on_face(self.head.level(np.asarray(points, np.float64), self.x), lift)

    def _rim(self, side: float) -> Points:
        """Around a lens in the front view, from its outer end over the top (SAMPLES, 2)."""
        turn = np.linspace(0, 2 * np.pi, SAMPLES, endpoint=False)
        power = 2 / self.frame.square
        cos, sin = np.cos(turn), -np.sin(turn)
        x = np.sign(cos) * np.abs(cos) ** power
        y = np.sign(sin) * np.abs(sin) ** power
        y = np.where(y > 0, y * (1 - 0.05 * x), y)
        # The far lens would stand out beyond the face: drawn heads bend less than real ones.
        far = float(smoothstep(side * self.context.pose.yaw, 8, 36))
        x = np.where(x > 0, x * (1 - 0.17 * far), x)
        ring = self.size * np.stack([x, y], axis=1)
        return np.asarray((np.add(ring, (self.x, self.y))) * (side, 1))

    def draw(self, canvas: Canvas) -> None:
        rims = [self._at(self._rim(side)) for side in (-1.0, 1.0)]
        frame = skia.Path()
        for rim in rims:
            self._draw_lens(canvas, rim)
            frame.addPath(self._frame(rim))
        frame.addPath(self._bridge())
        self._draw_temples(canvas)
        covered = self.hair.over_face if self.hair.exists else None
        with canvas.inside(self.head.face):
            self._draw_cast(canvas, rims)
        if covered is None:
            canvas.fill(frame, self.colour, kind=LINE)
        else:
            with canvas.inside(outside=covered):
                canvas.fill(frame, self.colour, kind=LINE)
            with canvas.inside(covered):
                canvas.fill(frame, self.colour, kind=LINE, alpha=INTO_HAIR)
        self._draw_glints(canvas, rims)

    def _frame(self, rim: Points) -> skia.Path:
        """The frame of a lens: heavy above, light below; half frames have no more than a hint
        below."""
        width = self.context.ink(self.frame.width) / 2
        up = np.sin(np.linspace(0, 2 * np.pi, SAMPLES, endpoint=False))
        half = width * np.where(up > 0, 1 + (self.frame.heavy - 1) * np.abs(up) ** 0.6, 1.0)
        if self.frame is FRAMES["half"]:
            half = half * (0.26 + 0.74 * smoothstep(up, -0.42, 0.12))
        closed = np.concatenate([rim[-1:], rim, rim[:1]])
        offset = curves.normals(closed)[1:-1] * half[:, None]
        path = curves.ring(rim + offset)
        path.addPath(curves.ring((rim - offset)[::-1]))
        path.setFillType(skia.PathFillType.kEvenOdd)
        return path

    def _bridge(self) -> skia.Path:
        inner = self.x - self.size[0]
        y = self.y - 0.20 * self.size[1]
        points = [(-inner - 0.002, y), (-0.5 * inner, y - 0.020), (0.5 * inner, y - 0.020),
                  (inner + 0.002, y)]  # fmt: skip
        line = curves.spline(self._at(points, LIFT + 0.006), 12)
        width = self.context.ink(self.frame.width) * 1.15
        return curves.brush(line, width, start=0.95, end=0.95)

    def _draw_lens(self, canvas: Canvas, rim: Points) -> None:
        """One slanted reflection on the side of the light, a faint arc of light opposite."""
        lens = curves.ring(rim)
        low, high = rim.min(axis=0), rim.max(axis=0)
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        side = self.context.side
        white = (0.995, 0.004, 230.0)
        with canvas.inside(lens):
            band = middle + half * np.array([
                (0.98 * side, -0.02), (0.20 * side, -1.05), (0.62 * side, -1.05),
                (1.05 * side, -0.55),
            ])  # fmt: skip
            canvas.fill(curves.path(band, smooth=False), white, kind=LIGHT, alpha=0.42)
            thin = middle + half * np.array([
                (0.98 * side, 0.14), (0.08 * side, -1.05), (0.14 * side, -1.05),
                (0.98 * side, 0.06),
            ])  # fmt: skip
            canvas.fill(curves.path(thin, smooth=False), white, kind=LIGHT, alpha=0.34)
        turn = np.linspace(0.10, 0.40, 10) * np.pi
        arc = middle + 0.86 * half * np.stack([-side * np.cos(turn), np.sin(turn)], axis=1)
        canvas.fill(curves.brush(arc, 0.0070), white, kind=LIGHT, alpha=0.38)

    def _draw_cast(self, canvas: Canvas, rims: list[Points]) -> None:
        """The thin shadow of the lower rims on the cheeks."""
        skin, strength = self.context.skin, 0.75
        if self.frame is FRAMES["half"]:
            strength = 0.35
        shift = (0.004 * self.context.away, 0.0095)
        for rim in rims:
            lower = rim[SAMPLES // 2 + 2 : -1] + shift
            stroke = curves.brush(lower, 0.0075, 0.5)
            canvas.fill(stroke, skin.shade, kind=SHADOW, alpha=strength, mode=MULTIPLY)

    def _draw_glints(self, canvas: Canvas, rims: list[Points]) -> None:
        """A light along the heavy upper edge of either rim."""
        colour = (min(0.97, self.colour[0] + 0.42), self.colour[1] * 0.7, self.colour[2])
        for rim in rims:
            top = rim[4 : SAMPLES // 2 - 3]
            lit = top[:9] if (top[0, 0] - top[-1, 0]) * self.context.side > 0 else top[-9:]
            width = 0.42 * self.context.ink(self.frame.width)
            canvas.fill(curves.brush(lit, width), colour, kind=LIGHT, alpha=0.85)

    def _draw_temples(self, canvas: Canvas) -> None:
        """From the lenses to the ears, where neither hair nor the face covers them."""
        pose = self.context.pose
        width = self.context.ink(self.frame.width) * 1.35
        for side in (-1.0, 1.0):
            seen = float(smoothstep(-pose.yaw * side, -13, -2))
            if seen < 0.02:
                continue
            x = (self.x + 0.985 * self.size[0]) * self.head.build.wide
            y = self.y - 0.26 * self.size[1]
            depth = float(face_depth(x, y)) + LIFT
            ear = 0.318 * self.head.build.wide
            points = [(side * x, y, depth), (side * 0.5 * (x + ear), y - 0.004, 0.5 * depth),
                      (side * ear, y + 0.002, -0.04)]  # fmt: skip
            line = curves.spline(pose.project(points), 12)
            stroke = curves.brush(line, width, 0.15, start=0.9, end=0.45, fall=0.6)
            covered = None
            if self.hair.exists:
                covered = skia.Path(self.hair.over_face)
                covered.addPath(self.hair.cap_path)
            with canvas.inside(outside=covered):
                canvas.fill(stroke, self.colour, kind=LINE, alpha=seen)
