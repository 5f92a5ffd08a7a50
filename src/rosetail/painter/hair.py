"""Hair: which locks a portrait has, and how they are painted around its head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import curves, hairdos_long, hairdos_short, hats_under, locks
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.colour import Lch, mix
from rosetail.painter.curves import smoothstep
from rosetail.painter.fringes import FRINGES
from rosetail.painter.hair_cloud import Cloud
from rosetail.painter.hair_knots import Knots
from rosetail.painter.hair_light import draw_highlight
from rosetail.painter.hair_scalp import draw_scalp, notches
from rosetail.painter.hairdo import BOTH, Hairdresser
from rosetail.painter.head import Head
from rosetail.painter.locks import LockGroup, Shape, Tones, forehead_lock, skull_lock
from rosetail.painter.params import PaintParams
from rosetail.painter.pose import SKULL_WIDEST, on_skull
from rosetail.painter.worn import WITHOUT_FRINGE, is_covered, shows_ears, shows_tips

Points = NDArray[np.float64]

HAIRDOS: dict[str, Callable[[Hairdresser], None]] = {
    name: getattr(room, name)
    for room, names in (
        (hairdos_short, ("bald", "buzz", "short", "slicked", "undercut", "spiky", "messy", "pixie",
                         "curly", "afro", "locs", "cornrows", "bun", "two_buns")),
        (hairdos_long, ("bob", "shoulder", "straight", "wavy", "ponytail", "low_ponytail",
                        "side_tail", "twin_tails", "low_twin_tails", "braid", "braids", "half_up")),
    )
    for name in names
}  # fmt: skip
HIGH_ON_LOCKS, HIGH_ON_COMBED = 0.235, 0.165  # heights of the highlight
SHADOW_ON_FACE = (0.013, 0.028)  # how far the fringe's shadow falls, off the light and down
EAR_TOP, BEHIND_EAR = 0.56, 88.0  # height; azimuth
BARE_LOWER = 0.03  # how much lower the top of a bald head is: heads are drawn tall for their hair
VOLUME = 0.045  # how much further than usual the fullest hair stands out


def dressed(p: PaintParams) -> Hairdresser:
    """The hairdo of a portrait, whatever its pose."""
    h = Hairdresser(replace(p, hair_part=abs(p.hair_part)))
    HAIRDOS[p.hair_back](h)
    if h.texture not in ("stubble", "rows"):
        h.grow += VOLUME * (p.hair_volume - 0.35)
    if p.hair_back not in WITHOUT_FRINGE:
        FRINGES[p.hair_fringe](h)
        if p.hair_fringe == "swept_back":
            h.whorl = False
    if p.hair_back != "bald":
        _sides(h)
    hats_under.flatten(h)
    return h.mirrored() if p.hair_part < 0 else h


def _sides(h: Hairdresser) -> None:
    """Locks before the ears as the parameter has them."""
    kind = h.p.hair_sides
    if kind == "none":
        h.sides = [lock for lock in h.sides if lock.azimuth is None]
    elif kind == "long":
        h.side_locks(1.12, 0.085, azimuth=62, hook=-6)
    elif kind == "hime":
        for side in BOTH:
            points = [(54 * side, 0.22, 0.0), (66 * side, 0.38, 0.010), (69 * side, 0.56, 0.012),
                      (69 * side, 0.74, 0.008), (67 * side, 0.92, 0.004)]  # fmt: skip
            h.sides.append(
                skull_lock(
                    points, 0.112, True, kind=locks.BLUNT, root=0.6, line=0.2, faces=(-0.3, 0.05)
                )
            )


class Hair:
    """The hair of one head in its pose."""

    def __init__(self, head: Head) -> None:
        self.head, self.context = head, head.context
        self.do = dressed(self.context.p)
        self.exists = self.do.cap or self.do.cloud != "none"
        self.tips: Lch | None = None
        if shows_tips(self.context.p):
            self.tips = self._tip_colour()
        self.cloud = Cloud(head) if self.do.cloud != "none" else None
        self.knots = Knots(head, self.do)

    @property
    def _ends_at_ears(self) -> bool:
        """The mass on the head ends at the ears; locks may fall lower."""
        return self.do.hull is None and self.do.cap and self.do.texture not in ("stubble", "rows")

    @property
    def _combed(self) -> bool:
        return self.do.texture == "combed"

    def _tip_colour(self) -> Lch:
        """A second colour for the tips: the accent, in the lightness of hair."""
        lightness, chroma, hue = self.context.accent.base
        return 0.5 * (lightness + 0.68), min(chroma, 0.15), hue

    @cached_property
    def dome(self) -> Points:
        """Silhouette of the head with its hair, without locks (40, 2)."""
        heights = [0.0, 0.012, 0.04, 0.09, 0.16, 0.24, 0.33, 0.42, 0.56, 0.70]
        if self._ends_at_ears:
            heights[-2:] = [0.48, EAR_TOP]
        return self._rings(self.do.grow, heights, lower=0.0 if self.exists else BARE_LOWER)

    def _rings(self, lift: float, heights: list[float], lower: float) -> Points:
        azimuths = np.arange(0, 360, 12.0)
        points = [
            on_skull(
                azimuths, np.full(30, y), lift - self.do.close * float(smoothstep(y, 0.18, 0.42))
            )
            for y in heights
        ]
        for ring, y in zip(points, heights, strict=True):
            ring[:, 1] += lower * max(0.0, 1 - y / SKULL_WIDEST)
        return curves.loop(curves.hull(self.context.pose.project(np.concatenate(points)), 36), 2)

    @cached_property
    def cap_path(self) -> skia.Path:
        """The hair on the head: its dome above the hairline."""
        dome, pose = self.dome, self.context.pose
        line = np.array(self.do.hairline)
        ends = []
        sides = []
        for side in BOTH:
            azimuth = np.linspace(0, 180, 181 if self._combed else 46)
            height = np.interp(azimuth, line[:, 0], line[:, 1])
            if self._combed:
                height = _smoothed(_smoothed(height)) - notches(azimuth, side)
            else:
                height = _smoothed(height)
            if self._ends_at_ears:
                height = np.where(azimuth > BEHIND_EAR, np.minimum(height, EAR_TOP), height)
            points = pose.project(on_skull(side * azimuth, height, 0.5 * self.do.grow))
            away = np.flatnonzero(pose.faces(side * azimuth) < 0.02)
            last = max(int(away[0]) if away.size else len(points), 3)
            sides.append(points[:last])
            ends.append(int(np.argmin(np.linalg.norm(dome - points[last - 1], axis=1))))
        left, right = sides
        brim = self._brim = np.concatenate([left[::-1], right[1:]])
        over = _around(dome, ends[1], ends[0], pose.project(on_skull(0, 0.02)))
        outline = np.concatenate([brim, over])
        if curves.area(outline) < 0:
            outline = outline[::-1]
        return curves.path(outline)

    @cached_property
    def _front(self) -> list[Shape]:
        return self._shapes("front")

    @cached_property
    def _crown(self) -> list[Shape]:
        return self._shapes("crown")

    @property
    def _over_forehead(self) -> list[Shape]:
        """The fringe; combed hair has none, its strands lie on the cap."""
        return [] if self._combed else self._front

    @cached_property
    def _side_shapes(self) -> list[Shape]:
        return self._shapes("sides")

    def _shapes(self, name: str) -> list[Shape]:
        return LockGroup(getattr(self.do, name)).shapes(self.context.pose)

    def covers_ears(self) -> bool:
        return not shows_ears(self.context.p)

    def draw_back(self, canvas: Canvas) -> None:
        """What is behind the head and the shoulders."""
        if not self.exists:
            return
        self.knots.draw_behind(canvas)
        extra = [curves.ring(self.dome)] if self.do.cap else []
        if self.do.hull is not None:
            extra.append(curves.ring(self._hull(*self.do.hull)))
        shapes = self._shapes("back")
        locks.paint(
            canvas, self.context, shapes, extra=extra, darker=0.9, bottom=self.do.bottom + 0.1,
            tips=self._behind(self.tips), cast=(0.008, 0.006),
        )  # fmt: skip
        if self.cloud is not None:
            self.cloud.draw_back(canvas)
        tails = self._shapes("tails")
        locks.paint(
            canvas, self.context, tails, darker=0.15, bottom=1.5, tips=self.tips,
            finish=lambda tones: draw_highlight(canvas, self.context, tails, 0.42, 0.7),
        )  # fmt: skip

    @staticmethod
    def _behind(tips: Lch | None) -> Lch | None:
        return None if tips is None else (tips[0] - 0.10, tips[1], tips[2])

    def _hull(self, end: float, full: float, narrow: float) -> Points:
        """The mass of hair behind the head, down to ``end``."""
        azimuths = np.arange(0, 360, 12.0)
        rings = [on_skull(azimuths, np.full(30, y), full) for y in (0.16, 0.30, SKULL_WIDEST)]
        for share in (0.5, 1.0):
            ring = on_skull(azimuths, np.full(30, SKULL_WIDEST), full) * (
                1 + (narrow - 1) * share,
                1,
                1,
            )
            ring[:, 1] = SKULL_WIDEST + (end - SKULL_WIDEST) * share
            rings.append(ring)
        return curves.hull(self.context.pose.project(np.concatenate(rings)), 36)

    def draw_over(self, canvas: Canvas) -> None:
        """What falls over the shoulders, in front of the clothes."""
        if not self.exists:
            return
        shapes = self._shapes("over")
        locks.paint(
            canvas, self.context, shapes, darker=0.10, bottom=1.6, tips=self.tips,
            cast=(0.010, 0.008),
            finish=lambda tones: draw_highlight(canvas, self.context, shapes, 0.46, 0.5),
        )  # fmt: skip
        self.knots.draw_plaits(canvas)

    def draw_scalp(self, canvas: Canvas) -> None:
        """The bare crown of a bald head, which the outline of a face does not reach."""
        if self.exists or is_covered(self.context.p):
            return
        context, skin = self.context, self.context.skin
        dome = curves.ring(self.dome)
        canvas.solid(dome, skin.base, skin.line, context.ink(0.0068))
        with canvas.inside(dome):
            low, high = self.dome.min(axis=0), self.dome.max(axis=0)
            middle, half = 0.5 * (low + high), 0.5 * (high - low)
            away = context.away
            shade = middle + half * np.array([
                (1.1 * away, -0.7), (0.80 * away, -0.40), (0.84 * away, 0.20), (1.2 * away, 0.6),
            ])  # fmt: skip
            canvas.fill(curves.blob(shade), skin.shade, kind=SHADOW, alpha=0.8)
            spot = middle + half * (0.38 * context.side, -0.62)
            shine = curves.ring(curves.ellipse(spot, 0.085, 0.030))
            canvas.fill(shine, skin.shine, kind=LIGHT, alpha=0.7, blur=0.014)

    def draw_shadow_on(self, canvas: Canvas) -> None:
        """The shadow of fringe and locks on the face: soft further away, deeper beside them."""
        if not self.exists:
            return
        context, skin = self.context, self.context.skin
        mass = self.front_mass
        flat = 1.0 if self.do.texture == "none" else 0.35  # combed hair lies close
        x, y = SHADOW_ON_FACE[0] * flat, SHADOW_ON_FACE[1] * flat
        with canvas.inside(self.head.face):
            far = curves.shifted(mass, context.away * x, y)
            rim = curves.shifted(mass, context.away * 1.12 * x, 1.12 * y)
            canvas.fill(rim, context.blush, kind=SHADOW, alpha=0.22)
            canvas.fill(far, skin.shade, kind=SHADOW, alpha=0.92)
            near = curves.shifted(mass, context.away * 0.45 * x, 0.42 * y)
            canvas.fill(near, skin.deep, kind=SHADOW, alpha=0.75)

    def draw_front(self, canvas: Canvas) -> None:
        """What lies on the head and before the face."""
        if not self.exists:
            return
        if self.cloud is not None:
            self.cloud.draw_front(canvas)
        if not self.do.cap:
            return
        context = self.context
        locks.paint(
            canvas, context, self._side_shapes, darker=0.12, bottom=self.do.bottom + 0.1,
            tips=self.tips, cast=(0.010, 0.010),
        )  # fmt: skip
        shapes = [*self._crown, *self._over_forehead]
        self._mass = locks.paint(
            canvas, context, shapes, extra=[self.cap_path], bottom=self.do.bottom, tips=self.tips,
            bare=self.head.face if self._combed else None,
            ground=lambda tones: self._draw_ground(canvas, tones),
            finish=lambda tones: self._draw_finish(canvas, [*self._crown, *self._front]),
        )  # fmt: skip
        if self.do.texture == "none":
            self._draw_veil(canvas)
        else:
            width = context.ink(0.0034 if self._combed else 0.0052)
            line = curves.brush(self._brim, width, start=0.4, end=0.4)
            with canvas.inside(self.head.face):
                canvas.fill(line, context.hair.line, kind=LINE, alpha=0.75)
        self.knots.draw_front(canvas)

    def _draw_ground(self, canvas: Canvas, tones: Tones) -> None:
        """On the cap: light above, shade below and off the light, lines from the whorl."""
        context = self.context
        dome = self.dome
        low, high = dome.min(axis=0), dome.max(axis=0)
        middle, half = 0.5 * (low + high), 0.5 * (high - low)
        if context.style.gradient > 0.1:
            centre = middle + half * (0.45 * context.side, -0.62)
            glow = Gradient(centre, None, [context.hair.light] * 2, [0, 1],
                            [0.55 * context.style.gradient, 0], 0.32)  # fmt: skip
            canvas.fill(skia.Path.Circle(*centre.tolist(), 0.32), glow, kind=LIGHT)
        away = context.away
        shade = middle + half * np.array([
            (1.10 * away, -0.75), (0.74 * away, -0.42), (0.76 * away, 0.10), (0.64 * away, 0.62),
            (1.2 * away, 0.9),
        ])  # fmt: skip
        canvas.fill(curves.blob(shade), tones.shade, kind=SHADOW, alpha=0.85)
        if self.do.texture != "none":
            draw_scalp(canvas, self.head, self.do, tones, self._front)
        elif self.do.whorl:
            self._draw_whorl(canvas, tones)

    def _draw_whorl(self, canvas: Canvas, tones: Tones) -> None:
        """Lines from the parting over the crown, each with a wedge of shadow."""
        made = [
            forehead_lock((0.03 + 0.10 * x, 0.018), (x, y), width, -0.17 * (1 if x > 0 else -1))
            for x, y, width in ((-0.31, 0.34, 0.022), (-0.17, 0.27, 0.014), (0.14, 0.26, 0.014),
                                (0.30, 0.34, 0.024))
        ]  # fmt: skip
        if self.context.p.hair_part < 0:
            made = [locks.mirrored(lock) for lock in made]
        for shape in LockGroup(made).shapes(self.context.pose):
            wedge = curves.brush(
                np.add(shape.spine, (0.007 * self.context.away, 0.002)),
                shape.lock.width,
                0.62,
                rise=1.1,
            )
            canvas.fill(wedge, tones.shade, kind=SHADOW, alpha=0.85)
            line = curves.brush(shape.spine, self.context.ink(0.0054), 0.62, rise=1.1)
            canvas.fill(line, tones.line, kind=LINE, alpha=0.8)

    def _draw_finish(self, canvas: Canvas, shapes: list[Shape]) -> None:
        if self.do.texture in ("none", "combed", "swept", "undercut"):
            height = HIGH_ON_COMBED if self._combed else HIGH_ON_LOCKS
            draw_highlight(canvas, self.context, shapes, height - 0.5 * self.do.grow, 1.0)

    def _draw_veil(self, canvas: Canvas) -> None:
        """Skin shining through the tips of the fringe before the eyes; less where the colours are
        far apart."""
        context = self.context
        apart = abs(context.hair.base[0] - context.skin.base[0])
        strength = (
            0.7 * (1 - 0.70 * min(1.0, apart / 0.45)) * min(1.0, 0.4 + context.style.gradient)
        )
        centre = self.head.on_face((0.0, self.head.build.eye_y + 0.04), 0.1)
        colour = mix(context.skin.base, context.blush, 0.15)
        veil = Gradient(centre, None, [colour] * 3, [0, 0.45, 1],
                        [0.30 * strength, 0.18 * strength, 0], 0.34)  # fmt: skip
        with canvas.inside(self._mass, self.head.face):
            canvas.fill(skia.Path.Circle(*centre.tolist(), 0.34), veil, kind=LIGHT)

    @cached_property
    def front_mass(self) -> skia.Path:
        """All hair that lies before the head, to clip with."""
        if not self.exists:
            return skia.Path()
        if self.cloud is not None:
            return self.cloud.front_path
        return locks.mass_of(
            [*self._crown, *self._over_forehead, *self._side_shapes], [self.cap_path]
        )

    @cached_property
    def over_face(self) -> skia.Path:
        """What of the hair lies before the face: brows and lashes show through it."""
        return locks.mass_of([*self._over_forehead, *self._side_shapes])


def _smoothed(values: Points) -> Points:
    """Without corners: the middle of five neighbours."""
    return np.convolve(np.pad(values, 2, mode="reflect"), np.full(5, 0.2), mode="valid")


def _around(dome: Points, start: int, end: int, top: Points) -> Points:
    """Points of the dome from ``start`` to ``end`` on the way that passes nearer to ``top``."""
    count = len(dome)
    forward = [(start + step) % count for step in range((end - start) % count + 1)]
    backward = [(start - step) % count for step in range((start - end) % count + 1)]

    def off(way: list[int]) -> float:
        return float(np.linalg.norm(dome[way] - top, axis=1).min())

    return dome[forward if off(forward) <= off(backward) else backward]
