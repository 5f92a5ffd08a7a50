"""The head without its features: outline, skin and its light, ears.

The outline of the face is not turned in space but blended between key outlines at 0, 25 and 45
degrees of yaw, as animators' model sheets hold them; what lies on the face is turned in space.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.curves import smoothstep
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import face_depth

Points = NDArray[np.float64]

# One side of the face from the top to the chin. Turned, the near side and the far side.
FRONT = np.array([
    (0, 0.095), (0.19, 0.135), (0.285, 0.265), (0.298, 0.42), (0.291, 0.55), (0.286, 0.66),
    (0.270, 0.755), (0.226, 0.852), (0.153, 0.930), (0.078, 0.978), (0.031, 0.996), (0, 1.0),
])  # fmt: skip
NEAR_25 = np.array([
    (0.02, 0.095), (0.225, 0.135), (0.322, 0.265), (0.336, 0.42), (0.322, 0.55), (0.298, 0.67),
    (0.262, 0.768), (0.188, 0.855), (0.098, 0.931), (0.014, 0.982), (-0.036, 0.997), (-0.068, 1.0),
])  # fmt: skip
FAR_25 = np.array([
    (0.02, 0.095), (-0.16, 0.135), (-0.25, 0.265), (-0.266, 0.42), (-0.256, 0.52), (-0.242, 0.605),
    (-0.252, 0.70), (-0.240, 0.785), (-0.202, 0.878), (-0.148, 0.957), (-0.104, 0.994),
    (-0.068, 1.0),
])  # fmt: skip
NEAR_45 = np.array([
    (0.05, 0.095), (0.265, 0.14), (0.375, 0.27), (0.385, 0.42), (0.345, 0.56), (0.298, 0.68),
    (0.248, 0.770), (0.166, 0.852), (0.066, 0.921), (-0.024, 0.970), (-0.076, 0.992),
    (-0.112, 1.0),
])  # fmt: skip
FAR_45 = np.array([
    (0.05, 0.095), (-0.14, 0.135), (-0.228, 0.265), (-0.25, 0.40), (-0.248, 0.50), (-0.228, 0.590),
    (-0.241, 0.685), (-0.235, 0.766), (-0.212, 0.848), (-0.176, 0.923), (-0.142, 0.980),
    (-0.112, 1.0),
])  # fmt: skip
STRETCH_FROM = 0.70  # what lies below is longer in long faces
# The build's numbers move the outline out: height, spread, amount.
SHAPES = {
    "cheeks": (0.745, 0.070, 0.030),
    "jaw": (0.865, 0.062, 0.036),
    "chin": (0.982, 0.030, 0.030),
}
EAR = np.array([
    (0.285, 0.600), (0.318, 0.570), (0.350, 0.578), (0.362, 0.625), (0.345, 0.690), (0.318, 0.745),
    (0.290, 0.735),
])  # fmt: skip
EAR_FOLD = np.array([(0.300, 0.612), (0.328, 0.596), (0.345, 0.625), (0.330, 0.675)])
EAR_HOLLOW = np.array(
    [(0.305, 0.640), (0.326, 0.632), (0.324, 0.685), (0.304, 0.715), (0.299, 0.68)]
)
LINE_WIDTH = 0.0080


def _through(angle: float, front: Points, mid: Points, far: Points) -> Points:
    """The parabola through key outlines at 0, 25 and 45 degrees."""
    a, b, c = 0.0, 25.0, 45.0
    return np.asarray(
        front * (angle - b) * (angle - c) / ((a - b) * (a - c))
        + mid * (angle - a) * (angle - c) / ((b - a) * (b - c))
        + far * (angle - a) * (angle - b) / ((c - a) * (c - b))
    )


class Head:
    """The head of one portrait in its pose."""

    def __init__(self, context: PortraitContext) -> None:
        self.context = context
        self.pose, self.build = context.pose, context.build
        # Bowed heads: true geometry slants eyes and brows angrily; most of it is taken back.
        self._slant = -0.62 * 1.25 * math.sin(math.radians(self.pose.pitch))

    def stretched(self, y: ArrayLike) -> Points:
        """Heights with the lower face as long as the build has it."""
        y = np.asarray(y, np.float64)
        return np.where(y > STRETCH_FROM, y + (y - STRETCH_FROM) * self.build.lower, y)

    def on_face(self, points: ArrayLike, lift: float = 0.0) -> Points:
        """Points (..., 2) of a flat front view -> their places in the picture, (..., 2)."""
        flat = np.asarray(points, np.float64)
        x, y = flat[..., 0] * self.build.wide, flat[..., 1]
        z = face_depth(x, y) + lift
        return self.pose.project(np.stack([x, self.stretched(y), z], axis=-1))

    def level(self, points: ArrayLike, x: float) -> Points:
        """Points (..., 2) around ``x`` (an eye's or brow's middle) with the angry slant of a bowed
        head taken back."""
        flat = np.array(points, np.float64)
        flat[..., 1] += self._slant * (flat[..., 0] ** 2 - x * x)
        return flat

    @cached_property
    def contour(self) -> Points:
        """Outline of the face (N, 2), clockwise from the top."""
        return self.pose.leant(self.upright_contour)

    @cached_property
    def upright_contour(self) -> Points:
        angle = min(50.0, abs(self.pose.yaw))
        near = _through(angle, FRONT, NEAR_25, NEAR_45)
        far = _through(angle, FRONT * (-1, 1), FAR_25, FAR_45)
        near = self._shaped(near, 1.0)
        far = self._shaped(far, 1 - 0.5 * angle / 45)
        points = np.concatenate([near, far[::-1][1:-1]])
        if self.pose.yaw > 0:
            points = np.stack([-points[:, 0], points[:, 1]], axis=1)[::-1]
        return curves.loop(self._nodded(points, abs(near[-1, 0])), 6)

    def _shaped(self, side: Points, strength: float) -> Points:
        """A side of the outline with the build's cheeks, jaw and chin."""
        y = side[:, 1]
        middle = side[-1, 0] * np.clip((y - 0.5) / 0.5, 0, 1)
        out = side[:, 0] - middle
        sign = np.sign(out)
        out = out * self.build.wide
        for name, (height, spread, amount) in SHAPES.items():
            bell = np.exp(-(((y - height) / spread) ** 2))
            out = out + sign * bell * amount * strength * getattr(self.build, name)
        return np.stack([middle + out, self.stretched(y)], axis=1)

    def _nodded(self, points: Points, chin: float) -> Points:
        pitch = math.radians(self.pose.pitch)
        y = points[:, 1]
        sign = -1.0 if self.pose.yaw <= 0 else 1.0
        middle = sign * chin * np.clip((y - 0.5) / 0.5, 0, 1)
        round_ = np.clip(1 - (np.abs(points[:, 0] - middle) / 0.27) ** 1.6, 0, 1)
        depth = -0.035 + 0.175 * round_ * smoothstep(y, 0.70, 0.95)
        nodded = 0.60 + (y - 0.60) * math.cos(0.8 * pitch) - depth * math.sin(pitch)
        y = y + (nodded - y) * smoothstep(y, 0.25, 0.5)
        return np.stack([points[:, 0], y], axis=1)

    @cached_property
    def face(self) -> skia.Path:
        return curves.ring(self.contour)

    def draw_under_jaw(self, canvas: Canvas) -> None:
        """The underside of the jaw of a head that looks up."""
        up = max(0.0, math.sin(math.radians(self.pose.pitch - 5)))
        if up < 0.01:
            return
        upright = self.upright_contour
        count = len(upright)
        seam = upright[int(count * 0.26) : int(count * 0.74)]
        t = np.linspace(0, 1, len(seam))
        lower = seam + np.stack([0 * t, 0.11 * up * np.sin(np.pi * t) ** 0.8], axis=1)
        skin = self.context.skin
        shape = curves.path(self.pose.leant(np.concatenate([seam, lower[::-1]])))
        canvas.fill(shape, skin.deep)
        width = self.context.ink(0.0065)
        canvas.fill(curves.brush(self.pose.leant(lower), width), skin.line, kind=LINE)

    def draw_face(self, canvas: Canvas) -> None:
        """Skin, its light and shadow, and the outline."""
        skin = self.context.skin
        canvas.fill(self.face, skin.base)
        with canvas.inside(self.face):
            self._draw_light(canvas)
            self._draw_blush(canvas)
            if skin.depth > 0.25:
                self._draw_sheen(canvas)

    def draw_outline(self, canvas: Canvas) -> None:
        count = len(self.contour)
        line = self.contour[int(count * 0.17) : int(count * 0.83)]
        width = self.context.ink(LINE_WIDTH)
        stroke = curves.brush(line, width, 0.5, start=0.5, end=0.45, rise=0.4, fall=0.4)
        canvas.fill(stroke, self.context.skin.line, kind=LINE)

    def _draw_light(self, canvas: Canvas) -> None:
        skin, away = self.context.skin, self.context.away
        start, end = self.on_face([(-0.25 * away, 0.42), (0.25 * away, 1.0)])
        strength = 0.4 * self.context.style.gradient
        soft = Gradient(
            start, end, [skin.light, skin.base, skin.shade], [0, 0.45, 1], [strength, 0, strength]
        )
        canvas.fill(self.face, soft, kind=LIGHT)
        turned = -self.pose.yaw * away  # towards the light: the shaded cheek is the near one
        seen = float(smoothstep(turned, -26, -8))
        if seen <= 0.02:
            return
        edge = np.array([
            (0.36, 0.40), (0.270, 0.50), (0.254, 0.62), (0.266, 0.70), (0.240, 0.79),
            (0.172, 0.885), (0.092, 0.955), (0.03, 0.992), (0.0, 1.04), (0.4, 1.04),
        ]) * (away, 1)  # fmt: skip
        shape = curves.blob(self.on_face(edge))
        edge_blur = max(0.002, self.context.style.edge)
        canvas.fill(shape, skin.shade, kind=SHADOW, alpha=0.9 * seen, blur=edge_blur)
        canvas.stroke(shape, self.context.blush, 0.010, alpha=0.30 * seen, blur=0.004)

    def _draw_blush(self, canvas: Canvas) -> None:
        amount = (0.10 + 0.42 * self.context.p.blush) * self.context.style.blush
        if amount < 0.01:
            return
        colour = self.context.blush
        for side in (-1.0, 1.0):
            centre = self.on_face((0.185 * side, 0.765))
            stops, alphas = [0, 0.45, 1], [amount, amount * 0.55, 0]
            spot = Gradient(centre, None, [colour] * 3, stops, alphas, 0.10)
            canvas.fill(skia.Path.Circle(*centre.tolist(), 0.10), spot, kind=LIGHT)
        if self.context.p.blush > 0.55:
            self._draw_hatching(canvas)

    def _draw_hatching(self, canvas: Canvas) -> None:
        """The slanted strokes of a strong blush."""
        alpha = float(smoothstep(self.context.p.blush, 0.55, 0.75)) * 0.75
        for side in (-1.0, 1.0):
            for step in range(3):
                x = 0.150 + 0.032 * step
                ends = self.on_face([(side * (x + 0.012), 0.750), (side * (x - 0.004), 0.782)])
                stroke = curves.brush(ends, self.context.ink(0.0055), 0.4)
                canvas.fill(stroke, self.context.blush, kind=LINE, alpha=alpha)

    def _draw_sheen(self, canvas: Canvas) -> None:
        """Soft light on dark skin: cheekbones, forehead, bridge of the nose, chin."""
        skin, away = self.context.skin, self.context.away
        strength = float(smoothstep(skin.depth, 0.25, 0.6))
        for x, y, across, down, alpha in (
            (-0.190, 0.712, 0.055, 0.020, 0.80),
            (0.150, 0.715, 0.036, 0.016, 0.45),
            (-0.060, 0.430, 0.130, 0.050, 0.35),
            (-0.010, 0.952, 0.032, 0.014, 0.50),
            (-0.012, 0.700, 0.010, 0.050, 0.45),
        ):
            centre = self.on_face((x * away, y))
            spot = curves.ring(curves.ellipse(centre, across, down))
            canvas.fill(spot, skin.light, kind=LIGHT, alpha=alpha * strength, blur=0.012)

    def draw_marks(self, canvas: Canvas) -> None:
        """Freckles and a mole."""
        p, skin = self.context.p, self.context.skin
        if p.freckles > 0.02:
            for side in (-1.0, 1.0):
                for number in range(9):
                    # A fixed scatter: golden-ratio steps across the cheek.
                    x = 0.075 + 0.16 * ((number * 0.618) % 1)
                    y = 0.728 + 0.052 * ((number * 0.381 + 0.2 * side) % 1)
                    centre = self.on_face((side * x, y)).tolist()
                    dot = skia.Path.Circle(*centre, 0.0030 + 0.0012 * (number % 2))
                    canvas.fill(dot, skin.deep, kind=LINE, alpha=0.85 * p.freckles)
        if p.mole:
            centre = self.on_face((0.118, 0.742)).tolist()
            canvas.fill(skia.Path.Circle(*centre, 0.0056), skin.line, kind=LINE)

    def draw_ear(self, canvas: Canvas, side: float) -> None:
        """An ear, on the side of the head: gone when the head turns it away."""
        seen = float(smoothstep(-self.pose.yaw * side, -24, -7))
        if seen < 0.02:
            return
        skin = self.context.skin
        shape = curves.blob(self._on_ear(EAR, side))
        width = self.context.ink(0.0062)
        canvas.solid(shape, skin.base, skin.line, width)
        canvas.fill(shape, skin.shade, kind=SHADOW, alpha=0.30)
        fold = curves.brush(self._on_ear(EAR_FOLD, side), self.context.ink(0.0070))
        canvas.fill(fold, skin.line, kind=LINE, alpha=0.75)
        canvas.fill(curves.blob(self._on_ear(EAR_HOLLOW, side)), skin.deep, kind=SHADOW, alpha=0.9)

    def _on_ear(self, points: Points, side: float) -> Points:
        x = points[:, 0] * self.build.wide
        z = -0.02 - (points[:, 0] - 0.285)
        y = points[:, 1] - 0.655 + self.build.eye_y
        return self.pose.project(np.stack([side * x, y, z], axis=1))
