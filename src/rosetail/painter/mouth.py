"""Mouths: a closed line, or an opening with teeth and tongue."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.colour import mix, to_rgb
from rosetail.painter.head import chin
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face


@dataclass(frozen=True)
class MouthShape:
    """Half width, height of the corners, dip of the upper and lower border (head units)."""

    width: float
    corner: float
    upper: float
    lower: float
    teeth: bool = False
    tongue: bool = False


SHAPES: dict[str, MouthShape] = {
    "neutral": MouthShape(0.155, 0.0, 0.004, 0.004),
    "smile": MouthShape(0.19, -0.045, 0.025, 0.025),
    "small": MouthShape(0.10, -0.008, 0.008, 0.008),
    "pout": MouthShape(0.095, 0.022, -0.022, -0.022),
    "frown": MouthShape(0.15, 0.03, -0.025, -0.025),
    "grin": MouthShape(0.22, -0.075, 0.03, 0.145, teeth=True),
    "open": MouthShape(0.155, -0.025, -0.005, 0.15, teeth=True, tongue=True),
    "laugh": MouthShape(0.23, -0.06, 0.01, 0.25, teeth=True, tongue=True),
    "surprised": MouthShape(0.095, 0.0, -0.07, 0.12, tongue=True),
}
CHEERFUL = frozenset(("smile", "grin", "laugh"))
OPEN = frozenset(name for name, shape in SHAPES.items() if shape.lower - shape.upper > 0.02)


class Mouth:
    """The mouth's curves in the picture."""

    def __init__(self, context: PortraitContext) -> None:
        self.context = context
        shape = SHAPES[context.p.mouth]
        deeper = 0.55 + 0.45 * context.p.mouth_width  # a wide mouth opens and curves further
        self.shape = replace(
            shape,
            corner=shape.corner * deeper,
            upper=shape.upper * deeper,
            lower=shape.lower * deeper,
        )
        self.middle = 0.705 * chin(context)
        self.half = self.shape.width * context.p.mouth_width * (1.1 if context.male else 1.0)
        self.corner_y = self.middle + self.shape.corner

    def place(self, points: list[tuple[float, float]] | np.ndarray) -> np.ndarray:
        return self.context.pose.project(on_face(np.asarray(points), 0.03))

    def corners(self) -> np.ndarray:
        """Left and right corner in the picture (2, 2)."""
        return self.place([(-self.half, self.corner_y), (self.half, self.corner_y)])

    def _border(self, dip: float, fullness: float) -> np.ndarray:
        y, half = self.middle + dip, self.half
        flat = [(-half, self.corner_y), (-half * fullness,
                                         self.corner_y + (y - self.corner_y) * 0.78),
                (0.0, y), (half * fullness, self.corner_y + (y - self.corner_y) * 0.78),
                (half, self.corner_y)]  # fmt: skip
        return self.place(curves.spline(flat, 15))

    def draw(self, canvas: Canvas) -> None:
        """Draw lips, opening and the shadow under the lower lip."""
        context, shape, hand = self.context, self.shape, self.context.hand
        line = to_rgb(mix(hand.ink, (0.34 * context.skin.lch[0] + 0.05, 0.1, 20), 0.55))
        pen = canvas.pen(hand.inner * 1.7)
        upper = self._border(shape.upper, 0.55)
        if context.p.lips > 0:
            self._lips(canvas, upper)
        if context.p.mouth in OPEN:
            self._opening(canvas, upper, line, pen)
            bottom = shape.lower
        else:
            canvas.fill(curves.brush(upper, pen * 1.15, 0.45, 0.45), line, kind=LINE)
            self._corner_ticks(canvas, line, pen)
            bottom = max(shape.upper, 0.0)
        lip = self.middle + bottom + 0.065
        dash = self.place(
            curves.spline(
                [(-self.half * 0.36, lip), (0.0, lip + 0.012), (self.half * 0.36, lip)], 7
            )
        )
        canvas.fill(curves.brush(dash, 0.03), context.skin.shade, kind=SHADOW)

    def _lips(self, canvas: Canvas, upper: np.ndarray) -> None:
        """Coloured lips around the line or opening of the mouth."""
        context, y = self.context, self.middle + self.shape.upper
        half = self.half * 1.02
        bow = self.place(
            curves.spline([(-half, self.corner_y), (-half * 0.3, y - 0.052), (0.0, y - 0.036),
                           (half * 0.3, y - 0.052), (half, self.corner_y)], 17)
        )  # fmt: skip
        low = self._border(self.shape.lower + 0.075, 0.7)
        red = mix(
            context.skin.lch,
            (0.55 * context.skin.lch[0] + 0.06, 0.17, 18),
            0.35 + 0.5 * context.p.lips,
        )
        canvas.fill(curves.path(np.concatenate([low, bow[::-1]])), to_rgb(red))
        gloss = self.place([(-half * 0.25, y + 0.04), (0.0, y + 0.052), (half * 0.12, y + 0.045)])
        if self.context.p.mouth not in OPEN:
            canvas.fill(
                curves.brush(curves.spline(gloss, 6), 0.02), (1.0, 1.0, 1.0), kind=LIGHT, alpha=0.5
            )

    def _corner_ticks(self, canvas: Canvas, line: tuple[float, float, float], pen: float) -> None:
        if self.context.p.mouth not in ("smile", "frown"):
            return
        lift = -0.02 if self.context.p.mouth == "smile" else 0.02
        for side in (-1.0, 1.0):
            x, y = side * self.half, self.corner_y
            tick = self.place([(x - side * 0.012, y + 0.012), (x + side * 0.018, y + lift)])
            canvas.fill(curves.brush(curves.spline(tick, 5), pen), line, kind=LINE)

    def _opening(
        self, canvas: Canvas, upper: np.ndarray, line: tuple[float, float, float], pen: float
    ) -> None:
        shape = self.shape
        lower = self._border(shape.lower, 0.66)
        hole = curves.path(np.concatenate([upper, lower[::-1]]))
        canvas.fill(hole, to_rgb((0.42, 0.12, 18)))
        with canvas.inside(hole):
            canvas.fill(
                curves.path(np.concatenate([upper, (upper * 0.62 + lower * 0.38)[::-1]])),
                to_rgb((0.32, 0.09, 12)), kind=SHADOW,
            )  # fmt: skip
            if shape.tongue:
                depth = shape.lower - shape.upper
                y = self.middle + shape.lower + depth * 0.18
                rise = depth * 0.62
                tongue = self.place(
                    curves.spline([(-self.half * 0.8, y), (-self.half * 0.3, y - rise),
                                   (self.half * 0.3, y - rise), (self.half * 0.8, y)], 11)
                )  # fmt: skip
                canvas.fill(curves.path(tongue), to_rgb((0.66, 0.15, 18)))
            if shape.teeth:
                reach = 0.97 if self.context.p.mouth == "grin" else 0.30
                edge = upper * (1 - reach) + lower * reach
                canvas.fill(
                    curves.path(np.concatenate([upper - [0, 0.02], edge[::-1]])), (1.0, 0.99, 0.98)
                )
        canvas.fill(curves.brush(upper, pen * 1.35, 0.3, 0.3), line, kind=LINE)
        canvas.fill(curves.brush(lower, pen * 1.1, 0.5, 0.5), line, kind=LINE)
