"""Neck and shoulders: how the body is placed, and its bare skin.

Everything on the body is given in the standard front view: a woman's body in heads, x right and y
down, her shoulders .515 from the middle at y 1.30. It is fitted to the build, then turned.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LINE, SHADOW, Canvas
from rosetail.painter.curves import smoothstep
from rosetail.painter.head import Head
from rosetail.painter.pose import chest_depth

Points = NDArray[np.float64]

CENTRE_Y = 1.10  # the shoulders turn and lean about the pit of the neck
BALANCE = -0.28  # of a leaning head's roll: the shoulders lean the other way
NEARER = 0.22  # how much larger the nearer shoulder is drawn
BOTTOM = 3.7  # below every picture
NECK, SHOULDER, SHOULDER_Y = 0.100, 0.515, 1.300  # of the standard body
RAISED = 0.028  # shoulders are drawn so much higher: long necks look stiff
# What fades over the body: towards the shoulders, towards the chest, away from the head, onto the
# chest. Where it begins, and over what distance.
_FROM = np.array([0.10, 1.25, 0.80, 1.02])
_OVER = np.array([0.38, 0.55, 0.42, 0.22])
# The right outline of the standard body: neck, trapezius, collar bone, shoulder, upper arm.
OUTLINE = curves.spline(np.array([
    (0.103, 0.80), (0.097, 0.96), (0.098, 1.05), (0.115, 1.110), (0.160, 1.158), (0.235, 1.194),
    (0.335, 1.226), (0.424, 1.264), (0.486, 1.330), (0.520, 1.43), (0.536, 1.60), (0.552, 1.90),
    (0.560, 2.30), (0.570, BOTTOM),
]), 53)  # fmt: skip
# Between arm and waist, from the bottom up to the armpit and down again; the waist of men is wider.
GAP = np.concatenate([
    curves.spline(np.array([(0.470, BOTTOM), (0.462, 2.60), (0.452, 2.15), (0.438, 1.90),
                            (0.424, 1.66)]), 11),
    curves.spline(np.array([(0.421, 1.655), (0.396, 1.76), (0.352, 1.92), (0.338, 2.06),
                            (0.370, 2.30), (0.410, 2.60), (0.420, BOTTOM)]), 16),
])  # fmt: skip
BONE = ((0.032, 1.236), (0.10, 1.212), (0.20, 1.205), (0.30, 1.212))
BONE_SHADE = ((0.036, 1.250), (0.12, 1.228), (0.21, 1.216), (0.28, 1.218))
NECK_SHADE = ((0.046, 0.8), (0.16, 0.8), (0.20, 1.16), (0.15, 1.215), (0.072, 1.17))
# Where a neck without clothes ends.
COLLAR = np.array([
    (-0.18, 0.70), (-0.18, 0.70), (-0.17, 1.12), (-0.15, 1.185), (-0.09, 1.235), (0.0, 1.255),
    (0.09, 1.235), (0.15, 1.185), (0.17, 1.12), (0.18, 0.70), (0.18, 0.70),
])  # fmt: skip


def shoulder_line(x: ArrayLike) -> Points:
    """Height of the standard body's skin at x, between neck and shoulder."""
    line = OUTLINE[5:33]
    return np.interp(np.abs(np.asarray(x, np.float64)), line[:, 0], line[:, 1])


class Body:
    """The body below one head."""

    def __init__(self, head: Head) -> None:
        self.head, self.context, self.build = head, head.context, head.build
        p = self.context.p
        yaw, lean = math.radians(p.body_yaw), math.radians(BALANCE * p.roll)
        self._cos, self._sin = math.cos(yaw), math.sin(yaw)
        self._lean = np.array([[math.cos(lean), -math.sin(lean)], [math.sin(lean), math.cos(lean)]])
        # Where the neck meets the head: it follows the head's turn and lean.
        self.neck_x = 0.045 * math.sin(math.radians(p.yaw)) + 0.09 * math.sin(math.radians(p.roll))

    def at(self, points: ArrayLike, lift: float = 0.0) -> Points:
        """Points (..., 2) of the standard front view -> the picture; ``lift`` before the chest."""
        flat = np.asarray(points, np.float64)
        x, y = flat.reshape(-1, 2).T
        across = np.abs(x)
        t = (np.array([across, y, y, y]).T - _FROM) / _OVER
        t = np.minimum(np.maximum(t, 0.0), 1.0)
        out, below, away, onto = (t * t * (3.0 - 2.0 * t)).T
        build = self.build
        neck, wide = build.neck / NECK, build.shoulder / SHOULDER
        x = x * (neck + (wide - neck) * np.maximum(out, below)) + self.neck_x * (1.0 - away)
        y = y + (build.shoulder_y - SHOULDER_Y - RAISED) * onto
        z = chest_depth(x) * onto + lift
        turned, depth = x * self._cos + z * self._sin, z * self._cos - x * self._sin
        near = 1 + NEARER * (depth - 0.12)
        placed = np.array([turned * near, (y - CENTRE_Y) * near]).T @ self._lean.T
        placed[..., 1] += CENTRE_Y
        return np.asarray(placed.reshape(flat.shape))

    def side(self, side: float, grow: float = 0.0, neck: float = 0.16, puff: float = 0.0) -> Points:
        """The outline of a garment from the neck over the shoulder down, standard front view.

        ``grow``: how thick it is at the shoulder and the arm; ``puff``: of a puffed sleeve.
        """
        begin = np.array([[neck, float(shoulder_line(neck))]])
        line = np.concatenate([begin, OUTLINE[OUTLINE[:, 0] > neck + 0.02]])
        x, y = line.T
        over = 1 - smoothstep(y, 1.22, 1.40)  # 1 where it lies on the shoulder, 0 on the arm
        bell = np.exp(-(((y - 1.375) / 0.10) ** 2)) * puff
        x = x + grow * smoothstep(x, 0.30, 0.47) + 0.085 * bell
        y = y - (0.010 + 0.42 * grow) * over - 0.03 * bell * over
        return np.stack([side * x, y], axis=1)

    @cached_property
    def gap(self) -> Points:
        """The outline between right arm and waist, from the bottom up and down again."""
        narrow = smoothstep(0.42 - GAP[:, 0], 0.0, 0.09)
        return GAP + np.stack([0.03 * self.build.male * narrow, 0 * narrow], axis=1)

    @cached_property
    def skin_path(self) -> skia.Path:
        right = np.concatenate([OUTLINE, self.gap])
        return curves.path(self.at(np.concatenate([right[::-1] * (-1, 1), right])))

    @cached_property
    def chin_shadow(self) -> skia.Path:
        """What the head shades of the neck."""
        down = 0.105 + 0.10 * max(0.0, -math.sin(math.radians(self.context.pose.pitch)))
        return curves.shifted(self.head.face, 0.016 * self.context.away, down)

    def draw_skin(self, canvas: Canvas) -> None:
        """Neck, shoulders and collar bones."""
        context, skin = self.context, self.context.skin
        canvas.fill(self.skin_path, skin.base)
        with canvas.inside(self.skin_path):
            side = curves.path(self.at(np.array(NECK_SHADE) * (context.away, 1)))
            canvas.fill(side, skin.shade, kind=SHADOW, alpha=0.9)
            canvas.fill(self.chin_shadow, skin.deep, kind=SHADOW, blur=0.0015)
            self._draw_bones(canvas)
        for line in (OUTLINE, self.gap):
            for side_ in (-1, 1):
                path = self.at(line * (side_, 1))
                stroke = curves.brush(path, context.ink(0.0072), 0.30, start=0.5, end=0.7)
                canvas.fill(stroke, skin.line, kind=LINE)

    def draw_neck(self, canvas: Canvas) -> None:
        """As much as a round collar shows."""
        with canvas.inside(curves.path(self.at(COLLAR))):
            self.draw_skin(canvas)

    def _draw_bones(self, canvas: Canvas) -> None:
        """Collar bones, and the sinew of a turned neck."""
        skin, ink = self.context.skin, self.context.ink
        for side in (-1.0, 1.0):
            shade = curves.spline(self.at(np.array(BONE_SHADE) * (side, 1)), 12)
            canvas.fill(curves.brush(shade, 0.014, 0.25), skin.shade, kind=SHADOW, alpha=0.8)
            line = curves.spline(self.at(np.array(BONE) * (side, 1)), 12)
            canvas.fill(curves.brush(line, ink(0.0066), 0.2), skin.line, kind=LINE, alpha=0.6)
            turned = -side * self.context.pose.yaw
            seen = 0.45 * float(smoothstep(turned, 6, 22))
            if seen > 0.02:
                sinew = self.at([(side * 0.078, 1.06), (side * 0.055, 1.15), (side * 0.022, 1.235)])
                stroke = curves.brush(sinew, ink(0.0060), 0.65)
                canvas.fill(stroke, skin.line, kind=LINE, alpha=seen)


__all__ = ["BOTTOM", "OUTLINE", "Body", "shoulder_line"]
