"""Face, ears and neck: their outlines under the pose, flat colour and large shadows."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas
from rosetail.painter.colour import mix, to_rgb
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.pose import SKULL_AXES, SKULL_CENTRE, on_face

Points = NDArray[np.float64]

# Half a face from temple to chin: across, down (shares of the face length below the eyes, head
# units above), and depth when the side is turned away from us and when it is turned towards us.
_OUTLINE = np.array(
    [
        (0.90, -0.58, 0.05, 0.00),
        (0.955, -0.38, 0.22, 0.04),
        (0.965, -0.20, 0.42, 0.06),
        (0.965, 0.00, 0.53, 0.08),
        (0.935, 0.20, 0.57, 0.10),
        (0.835, 0.40, 0.57, 0.14),
        (0.645, 0.61, 0.60, 0.28),
        (0.415, 0.80, 0.64, 0.46),
        (0.205, 0.935, 0.70, 0.64),
        (0.078, 0.99, 0.75, 0.74),
    ]
)


def chin(context: PortraitContext) -> float:
    """Height of the chin below the eyes."""
    return 1.13 * context.p.face_length


def outline(context: PortraitContext) -> Points:
    """The face's contour in the picture (N, 2), from the left temple over the chin to the right."""
    p = context.p
    across, down = _OUTLINE[:, 0].copy(), _OUTLINE[:, 1].copy()
    # A strong jaw is wide where it turns and at the chin.
    wide = np.array([0, 0, 0, 0, 0.012, 0.06, 0.16, 0.22, 0.21, 0.14])
    across = (across + wide * p.jaw) * p.face_width
    # Seen from below, the jaw narrows towards the chin.
    across *= 1 - np.linspace(0, 0.10, len(across)) * np.clip(p.pitch / 16, 0, 1)
    down = np.where(down > 0, down * chin(context), down)
    left, right = (_half(context, across, down, side) for side in (-1.0, 1.0))
    tip = np.array([[0.0, chin(context), 0.76]])
    space = np.concatenate([left, tip, right[::-1]])
    # Nodding moves the jaw less than its depth would: draughtsmen keep the taper of the chin.
    lean, nod = np.radians(p.roll), np.radians(p.pitch)
    facing = -np.sin(np.radians(p.yaw)) * space[:, 0] + np.cos(np.radians(p.yaw)) * space[:, 2]
    held = (
        (0.85 if p.pitch > 0 else 0.62)
        * (facing - 0.45)
        * np.clip(space[:, 1] / chin(context), 0, 1)
    )
    shift = (np.sin(nod) * held)[:, None] * np.array([-np.sin(lean), np.cos(lean)])
    return context.pose.project(space) + shift


def _half(context: PortraitContext, across: Points, down: Points, side: float) -> Points:
    away = np.clip(side * context.p.yaw / 28.0 * 0.5 + 0.5, 0, 1)
    away = away * away * (3 - 2 * away)
    depth = _OUTLINE[:, 2] * away + _OUTLINE[:, 3] * (1 - away)
    # Seen from the side the eye lies in a hollow between brow and cheek bone.
    hollow = np.array([0, 0, 0.0, -0.028, 0.008, 0.02, 0.005, 0, 0, 0])
    bulge = hollow * np.clip(side * context.p.yaw / 30.0, 0, 1)
    return np.stack([side * (across + bulge), down, depth], axis=-1)


class Head:
    """Shapes of the head that other parts clip to or shade."""

    def __init__(self, context: PortraitContext) -> None:
        self.context = context
        contour = outline(context)
        dense = curves.spline(contour, 41)
        self.contour = dense
        self.chin_point = dense[20]
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        skull = context.pose.silhouette(SKULL_CENTRE, SKULL_AXES * [0.985, 1, 1], angles)
        # Both run clockwise, so that filling by winding unites them.
        self.face = curves.join([curves.path(dense[::-1]), curves.ring(skull)])
        attach = context.pose.project(np.array([0.0, 0.85, -0.28]))
        self.neck_top = attach

    def _ear(self, side: float) -> tuple[Points, Points]:
        """Rim and inner fold of an ear, as curves in the picture."""
        width = 0.15 + 0.0035 * max(-side * self.context.p.yaw, 0)
        rim = np.array(
            [(0.0, -0.16), (0.5, -0.34), (1.0, -0.30), (1.1, -0.05), (0.8, 0.2), (0.35, 0.38),
             (0.0, 0.36)]
        )  # fmt: skip
        fold = np.array([(0.25, -0.16), (0.62, -0.2), (0.72, -0.02), (0.45, 0.1), (0.35, 0.2)])
        placed = []
        for line in (rim, fold):
            across = side * (0.93 + line[:, 0] * width)
            flat = np.stack([across, 0.16 + line[:, 1] * 0.92, 0.02 - 0.16 * line[:, 0]], axis=-1)
            placed.append(self.context.pose.project(flat))
        return curves.spline(placed[0], 16), curves.spline(placed[1], 9)

    def draw_ears(self, canvas: Canvas, *, turned: bool) -> None:
        """Draw the ears that lie behind the face, or (`turned`) the one that has turned to us."""
        skin, hand, yaw = self.context.skin, self.context.hand, self.context.p.yaw
        pen = canvas.pen(hand.inner)
        for side in (-1.0, 1.0):
            if side * yaw > 16 or (side * yaw < -7) != turned:
                continue
            rim, fold = self._ear(side)
            shape, line = curves.path(rim), curves.path(rim, closed=False)
            if not turned:
                canvas.stroke(line, skin.line, 2 * pen)
            shaded = turned and side == -self.context.side and hand.shadow > 0.75
            canvas.fill(shape, skin.base)
            if shaded:
                canvas.fill(shape, skin.shade, kind=SHADOW, alpha=0.85)
            with canvas.inside(shape):
                shadow = curves.brush(fold, 0.09)
                canvas.fill(shadow, skin.shade, kind=SHADOW)
            canvas.fill(curves.brush(fold, pen * 1.1), skin.line, kind=LINE, alpha=0.8)
            if turned:
                canvas.fill(curves.brush(rim, pen * 1.5, 0.1, 0.3), skin.line, kind=LINE)

    def draw_face(self, canvas: Canvas) -> None:
        """Flat face with its contour, the shaded cheek and the blush."""
        context, skin = self.context, self.context.skin
        hand = context.hand
        canvas.solid(self.face, skin.base, skin.line, 2 * canvas.pen(hand.line * 0.75))
        with canvas.inside(self.face):
            self._cheek_shadow(canvas)
            self._blush(canvas)

    def _cheek_shadow(self, canvas: Canvas) -> None:
        """A crescent along the jaw on the side away from the light."""
        context = self.context
        if context.hand.shadow <= 0.75:
            return
        # The lit part is the face moved towards the light, from the cheek down and the more the
        # lower; the side that the head turns to us is shaded from the temple.
        shown = float(np.clip(context.side * context.p.yaw / 20, 0, 1))
        top, low = context.pose.project(
            np.array([(0.0, y, 0.7) for y in (0.05 - 0.6 * shown, 0.7)])
        )
        grown = np.clip((self.contour[:, 1] - top[1]) / max(low[1] - top[1], 0.2), 0, 1)
        shift = np.array([context.side * 0.10, -0.035])
        lit = curves.path(self.contour + (grown * grown * (3 - 2 * grown))[:, None] * shift)
        below = skia.Path.Rect(skia.Rect(-4, float(top[1]), 4, 4))
        with canvas.inside(self.face, below, outside=lit):
            canvas.fill(
                self.face, context.skin.shade, kind=SHADOW, alpha=0.85,
                blur=context.hand.soft * 0.9,
            )  # fmt: skip

    def _blush(self, canvas: Canvas) -> None:
        context, skin = self.context, self.context.skin
        amount, style = context.p.blush, context.hand.blush
        if amount < 0.08 or style == "none":
            return
        flush = to_rgb(mix(context.skin.lch, (0.62 * context.skin.lch[0] + 0.1, 0.17, 18), 0.75))
        for side in (-1.0, 1.0):
            spot = on_face(np.array([side * 0.6, 0.44 * chin(context)]))
            affine = context.pose.frame(
                spot, np.array([0.27, 0, -side * 0.1]), np.array([0, 0.15, 0])
            )
            with canvas.patch(affine):
                if style == "hatch":
                    hatched = float(np.clip(1.5 * amount - 0.45, 0.1, 0.9))
                    marks = [
                        curves.brush([(x + 0.14, -0.5), (x, 0), (x - 0.14, 0.5)], 0.11)
                        for x in (-0.5, 0.0, 0.5)
                    ]
                    canvas.fill(curves.join(marks), flush, kind=LIGHT, alpha=hatched)
                elif style == "flat":
                    canvas.fill(skia.Path.Circle(0, 0, 0.8), flush, kind=LIGHT, alpha=0.45 * amount)
                else:
                    canvas.fill(
                        skia.Path.Circle(0, 0, 1.25), flush, kind=LIGHT,
                        shader=_spot(flush, 0.75 * amount),
                    )  # fmt: skip
                    if amount > 0.5 and context.hand.glow > 0:  # a moist spark
                        x = context.side * 0.25
                        spark = curves.brush([(x - 0.12, -0.42), (x, -0.5), (x + 0.14, -0.46)], 0.2)
                        canvas.fill(spark, skin.light, kind=LIGHT, alpha=0.8)

    def neck(self) -> skia.Path:
        """The neck from under the jaw to below the collar."""
        half = 0.395 if self.context.male else 0.295
        x, y = self.neck_top
        sides = []
        for side in (-1.0, 1.0):
            upper = [(x + side * half, y - 0.3), (x + side * half * 0.94, y + 0.3)]
            base = np.array([(half * 1.05, 1.42), (half * 1.75, 1.76), (1.2, 2.2)]) * [side, 1]
            lower = self.context.body_pose.project(np.pad(base, ((0, 0), (0, 1))))
            sides.append(curves.spline(np.concatenate([upper, lower]), 12))
        return curves.path(np.concatenate([sides[0], sides[1][::-1]]))

    def draw_neck(self, canvas: Canvas) -> None:
        """The neck with the shadow the jaw throws on it and the collar bones."""
        context, skin = self.context, self.context.skin
        neck = self.neck()
        canvas.solid(neck, skin.base, skin.line, 2 * canvas.pen(context.hand.line * 0.7))
        drop = self.contour + np.array([-0.10 * context.side, 0.30 + 0.006 * context.p.pitch])
        with canvas.inside(neck):
            canvas.fill(curves.path(drop), skin.shade, kind=SHADOW, blur=context.hand.soft * 0.8)
            if context.hand.second:
                near = self.contour + np.array([-0.06 * context.side, 0.13])
                canvas.fill(curves.path(near), skin.deep, kind=SHADOW, blur=context.hand.soft)
            for side in (-1.0, 1.0):
                bone = [(side * 0.12, 1.78), (side * 0.4, 1.75), (side * 0.8, 1.69)]
                canvas.fill(
                    curves.brush(curves.spline(bone, 9), canvas.pen(context.hand.inner) * 1.5),
                    skin.shade, kind=SHADOW,
                )  # fmt: skip


def _spot(colour: tuple[float, float, float], alpha: float) -> skia.Shader:
    """Round spot of colour that fades out, in patch coordinates."""
    inner = skia.Color4f(*colour, alpha).toColor()
    outer = skia.Color4f(*colour, 0.0).toColor()
    return skia.GradientShader.MakeRadial(skia.Point(0, 0), 1.2, [inner, outer])
