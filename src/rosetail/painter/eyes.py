"""Eyes: white, iris, lids and lashes, drawn on the curved face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.colour import mix, to_rgb
from rosetail.painter.iris import draw_highlights, draw_iris
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import on_face

Points = NDArray[np.float64]


@dataclass(frozen=True)
class EyeShape:
    """Lids in eye coordinates: across -1 (inner corner) to 1 (outer), down -1 to 1 at full
    height."""

    upper: tuple[tuple[float, float], ...]
    lower: tuple[tuple[float, float], ...]
    wing: float  # how far the lash line runs past the outer corner


SHAPES: dict[str, EyeShape] = {
    "round": EyeShape(
        ((-0.98, 0.18), (-0.80, -0.42), (-0.35, -0.90), (0.20, -0.98), (0.68, -0.66), (0.98, 0.02)),
        ((-0.80, 0.55), (-0.40, 0.90), (0.10, 0.98), (0.55, 0.84), (0.86, 0.48)),
        0.20,
    ),
    "almond": EyeShape(
        (
            (-1.00, 0.36),
            (-0.74, -0.28),
            (-0.26, -0.78),
            (0.26, -0.90),
            (0.74, -0.62),
            (1.02, -0.06),
        ),
        ((-0.82, 0.58), (-0.40, 0.84), (0.10, 0.92), (0.56, 0.76), (0.88, 0.36)),
        0.26,
    ),
    "sharp": EyeShape(
        (
            (-1.00, 0.44),
            (-0.68, -0.14),
            (-0.18, -0.60),
            (0.30, -0.80),
            (0.74, -0.70),
            (1.04, -0.30),
        ),
        ((-0.80, 0.66), (-0.38, 0.82), (0.12, 0.84), (0.58, 0.60), (0.92, 0.12)),
        0.30,
    ),
    "droopy": EyeShape(
        ((-0.98, 0.02), (-0.78, -0.52), (-0.32, -0.86), (0.22, -0.82), (0.70, -0.38), (1.00, 0.32)),
        ((-0.78, 0.54), (-0.36, 0.86), (0.14, 0.98), (0.58, 0.92), (0.90, 0.67)),
        0.18,
    ),
    "narrow": EyeShape(
        ((-1.00, 0.34), (-0.70, -0.14), (-0.22, -0.48), (0.26, -0.54), (0.72, -0.36), (1.02, 0.06)),
        ((-0.80, 0.52), (-0.38, 0.70), (0.12, 0.74), (0.58, 0.60), (0.90, 0.30)),
        0.22,
    ),
}


WIDTH, HEIGHT = 0.305, 0.325  # half of an eye's usual sides, head units


def corner_lean(shape: str, height: float) -> float:
    """How far the outer corner of a `shape` of this `eye_height` lies above the inner one, in
    degrees, before any tilt."""
    inner, outer = np.array(SHAPES[shape].upper)[[0, -1]] * [WIDTH, HEIGHT * height]
    return float(np.degrees(np.arctan2(inner[1] - outer[1], outer[0] - inner[0])))


# How far the upper lid is raised, by how open the eye is.
LIDS = ((0.0, 0.52, 0.8, 1.0), (0.0, 0.32, 0.84, 1.0))


class Eye:
    """One eye's curves in the picture. `side` is -1 for the eye on the picture's left."""

    def __init__(self, context: PortraitContext, side: float) -> None:
        p = context.p
        self.context, self.side = context, side
        self.half_width = WIDTH * p.eye_size
        self.half_height = HEIGHT * p.eye_size * p.eye_height
        winking = (p.wink == "left") == (side < 0) and p.wink != "none"
        self.open = 0.0 if winking else p.eye_open
        self.happy = p.closed_eyes == "happy" or winking
        # Small eyes lie closer: the gap between the inner corners stays.
        across = (0.178 + self.half_width) * p.eye_spacing * p.face_width
        self.centre = np.array([side * across, 0.06])
        shape = SHAPES[p.eye_shape]
        self.shape = shape
        upper, lower = np.array(shape.upper), np.array(shape.lower)
        lift = float(np.interp(self.open, *LIDS))
        self.droop = float(np.clip((0.8 - self.open) / 0.2, 0, 1)) if self.is_open else 0.0
        closed = np.interp(upper[:, 0], [-1, 0, 1], [0.42, 0.78, 0.40])
        if self.happy and not self.is_open:
            closed = np.interp(upper[:, 0], [-1, -0.5, 0, 0.5, 1], [0.42, -0.12, -0.28, -0.1, 0.45])
        self.flat_fold = curves.spline(upper, 17)
        upper[:, 1] = closed + (upper[:, 1] - closed) * lift
        if self.open > 1.0:
            upper[:, 1] *= 1 + 1.9 * (self.open - 1.0)
        # A squinting lower lid rises a little as the upper comes down.
        lower[:, 1] -= 0.10 * (1 - lift)
        self.flat_upper = curves.spline(upper, 17)
        corner = self.flat_upper[[0, -1]]
        self.flat_lower = curves.spline(np.vstack([corner[:1], lower, corner[1:]]), 17)
        self.upper, self.lower = self.place(self.flat_upper), self.place(self.flat_lower)

    def place(self, flat: Points, lift: float = 0.0) -> Points:
        """Eye coordinates (N, 2) -> picture (N, 2)."""
        scaled = np.asarray(flat) * [self.half_width, self.half_height]
        leaned = curves.turned(scaled, -self.context.p.eye_tilt)
        return self.context.pose.project(on_face(leaned * [self.side, 1] + self.centre, lift))

    @property
    def is_open(self) -> bool:
        return self.open > 0.12

    def landmark(self) -> Points:
        """The eye's centre in the picture (2,)."""
        return self.place(np.array([[0.0, 0.05]]))[0]

    def opening(self) -> skia.Path:
        """What the lids leave free."""
        return curves.path(np.concatenate([self.upper, self.lower[::-1]]))

    def iris_frame(self) -> NDArray[np.float64]:
        """Affine (2, 3) that maps a disc of radius 1 onto the iris."""
        p = self.context.p
        radius_y = self.half_height * (1.08 if p.eye_open <= 1 else 0.86)
        radius_x = min(radius_y * 0.86, self.half_width * 0.73)
        radius_y = max(min(radius_y, radius_x * 1.58), radius_x * 1.02)
        if p.eye_shape == "narrow" or p.eye_height < 0.75:
            radius_x = self.half_width * (0.58 if p.eye_open <= 1 else 0.48)
            radius_y = radius_x * 1.10
        travel_x = (self.half_width - radius_x) * 0.85
        across = self.centre[0] + p.gaze_x * travel_x - self.side * 0.04 * self.half_width
        down = self.centre[1] + (p.gaze_y * 0.56 - 0.06) * self.half_height
        at = np.array([across, down])
        # Irises turn with the face but stay rounder than its surface would make them.
        slope = -0.4 * across
        return self.context.pose.frame(
            on_face(at), np.array([radius_x, 0.0, slope * radius_x]), np.array([0.0, radius_y, 0.0])
        )

    def draw_ball(self, canvas: Canvas) -> None:
        """White and iris, clipped by the lids."""
        if not self.is_open:
            return
        context = self.context
        white = mix((0.985, 0.006, 250), context.skin.lch, 0.06)
        opening = self.opening()
        canvas.fill(opening, to_rgb(white))
        with canvas.inside(opening):
            frame = self.iris_frame()
            draw_iris(canvas, context, frame)
            # The upper lid's shadow on the eyeball.
            dip = np.array([0.0, 0.20 * self.half_height * 2])
            lid = np.concatenate([self.upper - dip, (self.upper + dip * 0.62)[::-1]])
            dark = to_rgb(mix(context.skin.lch, (0.42, 0.06, 290), 0.75))
            canvas.fill(
                curves.path(lid), dark, kind=SHADOW, alpha=0.38, blur=context.hand.soft * 0.25
            )
            draw_highlights(canvas, context, frame)

    def draw_lids(self, canvas: Canvas) -> None:
        """Lash lines, single lashes, and the crease above or the lid that hangs from it."""
        context, hand = self.context, self.context.hand
        ink = self._ink()
        if self.droop > 0:
            self._draw_hanging(canvas)
        canvas.fill(self._lash_line(), ink, kind=LINE)
        if self.is_open:
            under = self.lower[7:17]
            weight = canvas.pen(hand.inner * (1.1 + 0.5 * context.p.lashes))
            canvas.fill(curves.brush(under, weight, 0.8, 0.1), ink, kind=LINE, alpha=0.85)
            if context.p.lashes > 0.55 and hand.lash >= 1.0:
                canvas.fill(self._lower_lashes(canvas), ink, kind=LINE, alpha=0.8)
        crease = self._crease(canvas)
        if crease is not None:
            canvas.fill(crease, context.skin.line, kind=LINE, alpha=0.75)

    def _draw_hanging(self, canvas: Canvas) -> None:
        """The upper lid of a drowsy eye, and the fold that it hangs from."""
        skin, fold = self.context.skin, self.place(self.flat_fold)
        lid = curves.path(np.concatenate([fold, self.upper[::-1]]))
        canvas.fill(lid, skin.base)
        canvas.fill(lid, skin.shade, kind=SHADOW, alpha=0.9 * self.droop)
        weight = canvas.pen(self.context.hand.inner * 1.3)
        line = curves.brush(fold, weight, 0.4, 0.3)
        canvas.fill(line, skin.line, kind=LINE, alpha=0.8 * self.droop)

    def _ink(self) -> tuple[float, float, float]:
        context = self.context
        hair = (min(context.hair.lch[0], 0.34), min(context.hair.lch[1], 0.08), context.hair.lch[2])
        return to_rgb(mix((0.2, 0.03, 20), hair, 0.45 * context.hand.tint + 0.15))

    def _lash_line(self) -> skia.Path:
        """The upper lash line: nothing at the inner corner, heavy over the outer third, with a
        wing."""
        context = self.context
        size = np.array([self.half_width, self.half_height])
        lid = self.flat_upper * size
        t = np.linspace(0, 1, len(lid))
        weight = np.interp(t, [0, 0.1, 0.45, 0.7, 0.86, 1.0], [0.0, 0.5, 0.85, 1.1, 0.8, 0.22])
        if not self.is_open:
            weight = np.interp(t, [0, 0.3, 0.7, 1.0], [0.0, 0.75, 0.85, 0.5])
        weight *= (0.050 + 0.050 * context.p.lashes) * context.hand.lash
        up = curves.normals(lid) * weight[:, None]
        # The line's lower border dips a little over the iris: lids have thickness.
        outer, inner = lid + up, lid - up * 0.28
        reach = self.shape.wing * (0.35 + 0.75 * context.p.lashes) * self.half_width
        rise = 0.1 if not self.is_open else 0.55
        tip = lid[-1] + np.array([reach, -rise * reach])
        outline = np.concatenate([outer, [tip, tip], inner[::-1]])
        result = curves.path(self.place(outline / size))
        if context.p.lashes > 0.5:
            for index, long in ((15, 0.75), (13, 0.6)):
                root = outer[index]
                end = root + np.array([0.75, -0.45 if self.is_open else -0.1]) * reach * long
                base = np.array([lid[index - 1], outer[index - 1], end, lid[index]])
                result.addPath(curves.path(self.place(base / size), smooth=False))
        return result

    def _lower_lashes(self, canvas: Canvas) -> skia.Path:
        marks = []
        for at, length in ((11, 0.15), (13, 0.19), (15, 0.17)):
            base = self.flat_lower[at]
            tip = base + np.array([0.10 + 0.02 * (at - 11), length])
            marks.append(
                curves.brush(
                    self.place(np.linspace(base, tip, 4)),
                    canvas.pen(self.context.hand.inner * 1.2), 0.1, 0.9,
                )
            )  # fmt: skip
        return curves.join(marks)

    def _crease(self, canvas: Canvas) -> skia.Path | None:
        """The fold of the upper lid, a thin line that follows the lash line."""
        context = self.context
        if self.droop > 0 or not self.is_open or context.hand.lash < 0.9:
            return None
        fold = self.flat_upper[3:15] + np.array([0.04, -0.24 - 0.10 * context.p.age])
        return curves.brush(self.place(fold), canvas.pen(context.hand.inner * 1.15), 0.5, 0.6)
