"""Beards: tapered clumps that fade into the cheek above and end in uneven tips below.

A beard grows on the face's outline, so that it follows the jaw however it turns, nods or opens;
what lies around the mouth follows the lips.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import skia
from numpy.typing import ArrayLike, NDArray

from rosetail.painter import curves, materials
from rosetail.painter.beard_jaw import SIDEBURN, Jaw, clumps_of, grown
from rosetail.painter.canvas import LIGHT, LINE, SHADOW, Canvas, Gradient
from rosetail.painter.colour import mix
from rosetail.painter.head import Head
from rosetail.painter.mouth import Mouth

Points = NDArray[np.float64]

# Height and share of the way from the face's middle to its outline: the upper edge on the cheek.
CHEEK = (
    (SIDEBURN, 1.0),
    (0.655, 0.965),
    (0.715, 0.905),
    (0.770, 0.815),
    (0.808, 0.670),
    (0.832, 0.500),
)
STUBBLE = ((0.640, 1.0), (0.720, 0.93), (0.785, 0.80), (0.820, 0.58), (0.826, 0.36))


class Growth(NamedTuple):
    """A beard along the jaw. tips: place along the outline from the sideburn (0) to the chin (1)
    and length of each clump, one side; middle: length of the chin's clump; notch: how deep the
    gaps between clumps are; side: how far it stands out beside the jaw; form: strength of what is
    drawn on the clumps."""

    tips: tuple[tuple[float, float], ...]
    middle: float
    notch: float
    side: float
    form: float


GROWTHS: dict[str, Growth] = {
    "short": Growth(((0.40, 0.016), (0.66, 0.023), (0.86, 0.026)), 0.027, 0.013, 0.009, 0.5),
    "full": Growth(
        ((0.30, 0.040), (0.48, 0.064), (0.66, 0.088), (0.84, 0.108)), 0.138, 0.032, 0.015, 1.0
    ),
}


def draw(canvas: Canvas, head: Head, mouth: Mouth) -> None:
    """Draw the beard of a portrait."""
    kind = head.context.p.beard
    if kind != "none":
        getattr(_Beard(head, mouth), f"draw_{kind}")(canvas)


class _Beard:
    """Hair on one face."""

    def __init__(self, head: Head, mouth: Mouth) -> None:
        self.head, self.context = head, head.context
        p, build, hair = self.context.p, head.build, self.context.hair
        self.lip = build.mouth_y - 0.20 * mouth.opening * (1 - 0.25 * max(0.0, p.smile))
        self.below = build.mouth_y + 0.80 * mouth.opening
        self.corner = mouth.width
        skin = self.context.skin
        self.base = mix(hair.base, skin.deep, 0.10)
        self.soft = mix(hair.base, skin.deep, 0.55)
        self.shade = materials.shade(self.base, 0.9)
        self.line = mix(hair.line, skin.line, 0.25)
        self.jaw = Jaw(head)

    def _on_lips(self, points: ArrayLike, lift: float = 0.02) -> Points:
        return self.head.on_face(np.asarray(points, np.float64), lift)

    # The pieces.

    def draw_stubble(self, canvas: Canvas) -> None:
        """A shadow on the skin, softer above."""
        skin, hair = self.context.skin, self.context.hair
        upper = [self.jaw.cheek(side, STUBBLE) for side in (-1.0, 1.0)]
        lip = self._on_lips([(-0.05, self.lip - 0.052), (0.05, self.lip - 0.052)])
        jaws = [self.jaw.side(side)[0] for side in (-1.0, 1.0)]
        shape = curves.path(
            np.concatenate([upper[0], lip, upper[1][::-1], jaws[1][4:], jaws[0][4:][::-1]])
        )
        colour = mix(mix(skin.deep, hair.base, 0.36), (0.52, 0.03, 265.0), 0.16)
        start, end = self._on_lips([(0, 0.735), (0, 0.93)])
        fade = Gradient(start, end, [colour, colour, colour], [0, 0.55, 1], [0.0, 0.34, 0.50])
        with canvas.inside(self.head.face):
            canvas.fill(shape, fade, kind=SHADOW, blur=0.018)

    def draw_moustache(self, canvas: Canvas) -> None:
        self._draw_moustache(canvas, 1.0)

    def draw_goatee(self, canvas: Canvas) -> None:
        """Clumps on the chin, a tuft under the lip, a moustache that meets them."""
        self._draw_chin(canvas)
        self._draw_moustache(canvas, 0.86)

    def draw_short(self, canvas: Canvas) -> None:
        self._draw_mass(canvas, GROWTHS["short"])
        self._draw_moustache(canvas, 0.90)

    def draw_full(self, canvas: Canvas) -> None:
        self._draw_mass(canvas, GROWTHS["full"])
        self._draw_moustache(canvas, 1.10)

    def _fade(self) -> Gradient:
        """One gradient for all: nothing at the sideburn, skin and hair mixed, then hair."""
        start, end = self.context.pose.leant(
            [(0.0, 0.57), (0.0, 0.57 + 1.06 * (self.jaw.low - 0.57))]
        )
        colours = [self.soft, self.soft, self.base, self.base, materials.shade(self.base, 0.35)]
        return Gradient(start, end, colours, [0, 0.32, 0.58, 0.80, 1], [0.10, 0.80, 1, 1, 1])

    def _inner(self) -> Points:
        """The upper edge from cheek to cheek: round the corners and under the lower lip."""
        x, y = self.corner, self.below
        half = np.array([(x + 0.040, self.lip - 0.022), (x + 0.012, 0.5 * (self.lip + y) + 0.010),
                         (0.72 * x, y + 0.021), (0.30 * x, y + 0.027)])  # fmt: skip
        return self._on_lips(np.concatenate([half * (-1, 1), half[::-1]]))

    def _lower(self, growth: Growth) -> tuple[Points, list[Points]]:
        """The lower edge from left to right, and the three corners of each clump."""
        jaws = {side: self.jaw.side(side) for side in (-1.0, 1.0)}
        down = self.jaw.down
        rows: list[tuple[Points, bool]] = []
        for side in (-1.0, 1.0):
            even, out = jaws[side]
            half: list[tuple[Points, bool]] = [(even[0] + 0.002 * out[0], False)]
            for number, (place, length) in enumerate(growth.tips):
                before = place - 0.10
                half.append(
                    (grown(even, out, before, growth.side * min(1.0, 3 * before), down), False)
                )
                odd = self.context.side * side * (1 if number % 2 else -1)
                uneven = length * (1.0 + 0.16 * odd)
                half.append((grown(even, out, place + 0.035, uneven, down), True))
            half.append((grown(even, out, 0.93, growth.notch, down), False))
            rows += half if side < 0 else half[::-1]
            if side < 0:
                chin, sway = even[40], 0.012 * self.context.side
                across = np.array([down[1], -down[0]])
                rows.append((chin + growth.middle * down + sway * across, True))
        return clumps_of(rows)

    def _draw_mass(self, canvas: Canvas, growth: Growth) -> None:
        left, right = self.jaw.cheek(-1.0, CHEEK), self.jaw.cheek(1.0, CHEEK)
        lower, clumps = self._lower(growth)
        upper = np.concatenate([left, self._inner(), right[::-1]])
        shape = curves.path(np.concatenate([upper, lower[::-1]]))
        fade = self._fade()
        canvas.fill(shape, fade)
        self._draw_cheek_clumps(canvas, fade)
        with canvas.inside(shape):
            self._draw_form(canvas, clumps, growth.form)
        width = self.context.ink(0.0062)
        first = int(0.10 * len(lower))
        stroke = curves.brush(lower[first:-first], width, 0.5, rise=0.35, fall=0.35)
        canvas.fill(stroke, self.line, kind=LINE, alpha=0.92)

    def _draw_cheek_clumps(self, canvas: Canvas, fade: Gradient) -> None:
        """Tapered strokes from the beard up into the cheek: no contour above."""
        strokes = skia.Path()
        for side in (-1.0, 1.0):
            near = self.jaw.near(side)
            for y, share, length in (
                (0.735, 0.92, 0.060), (0.775, 0.85, 0.052), (0.805, 0.76, 0.056),
                (0.825, 0.64, 0.044), (0.840, 0.54, 0.040),
            ):  # fmt: skip
                rows = [(y + 0.030, share), (y, share - 0.015), (y - length * 0.8, share + 0.012)]
                line = curves.spline(self.jaw.cheek(side, rows), 10)
                strokes.addPath(curves.brush(line, 0.022 * near, 0.25, start=0.6, fall=1.2))
        canvas.fill(strokes, fade, alpha=0.85)

    def _draw_form(self, canvas: Canvas, clumps: Sequence[Points], form: float) -> None:
        """Shade on each clump's side off the light, lines that climb from the notches, a light."""
        away, middle = self.context.away, self._on_lips([(0.0, self.below)])[0]
        down = self.jaw.down
        shades, lines, lights = skia.Path(), skia.Path(), skia.Path()
        for number, (one, tip, two) in enumerate(clumps):
            dark = two if (two[0] - one[0]) * away > 0 else one
            lit = one if dark is two else two
            # Hair grows down and a little outwards.
            inwards = (middle - tip) - ((middle - tip) @ down) * down
            root = tip - 0.20 * down + 0.22 * inwards
            inner = tip + (root - tip) * (0.42 + 0.10 * (number % 2))
            edge = curves.spline([tip, 0.55 * tip + 0.30 * dark + 0.15 * inner, inner], 8)
            shades.addPath(
                curves.path(np.concatenate([edge, (dark + 0.25 * (root - dark))[None], dark[None]]))
            )
            notch = dark + (root - dark) * (0.44 + 0.12 * ((number + 1) % 2))
            bow = 0.5 * (dark + notch) + 0.06 * (lit - dark)
            lines.addPath(
                curves.brush(curves.spline([dark, bow, notch], 10), self.context.ink(0.0052), 0.12)
            )
            gleam = [tip + 0.22 * (lit - tip), tip + 0.30 * (root - tip) + 0.10 * (lit - dark)]
            lights.addPath(curves.brush(np.array([*gleam, tip + 0.48 * (root - tip)]), 0.010, 0.5))
        canvas.fill(shades, self.shade, kind=SHADOW, alpha=0.85 * form)
        canvas.fill(lights, materials.light(self.base, 1.1), kind=LIGHT, alpha=0.55)
        canvas.fill(lines, self.line, kind=LINE, alpha=0.7 * form)
        lip = self._on_lips([(-0.7 * self.corner, self.below + 0.024), (0, self.below + 0.044),
                             (0.7 * self.corner, self.below + 0.024)])  # fmt: skip
        stroke = curves.brush(curves.spline(lip, 10), 0.014)
        canvas.fill(stroke, self.shade, kind=SHADOW, alpha=0.7)

    def _draw_chin(self, canvas: Canvas) -> None:
        chin = self.jaw.chin
        top = self._on_lips([(0.0, self.below + 0.026)])[0]
        down = chin - top
        across = np.array([down[1], -down[0]])
        across = across / max(float(np.linalg.norm(across)), 1e-9)
        unit = down / max(float(np.linalg.norm(down)), 1e-9)
        sway = 0.006 * self.context.side

        def at(x: float, share: float, more: float = 0.0) -> Points:
            return np.asarray(top + share * down + x * across + more * unit)

        rows = [at(-0.050, 0.70), at(-0.030, 1.0, 0.012), at(-0.018, 1.0, 0.008),
                at(sway, 1.0, 0.046), at(0.016, 1.0, 0.008), at(0.032, 1.0, 0.016),
                at(0.050, 0.68)]  # fmt: skip
        lower, clumps = clumps_of([(row, n % 2 == 1) for n, row in enumerate(rows)])
        upper = np.array([at(0.040, 0.42), at(0.014, 0.36), at(0.011, 0.0), at(-0.011, 0.0),
                          at(-0.014, 0.36), at(-0.040, 0.42)])  # fmt: skip
        shape = curves.path(np.concatenate([lower, upper]))
        start, end = top, chin
        fade = Gradient(start, end, [self.soft, self.base, self.base], [0.1, 0.6, 1], [0.55, 1, 1])
        canvas.fill(shape, fade)
        with canvas.inside(shape):
            shades, lines = skia.Path(), skia.Path()
            for one, tip, two in clumps:
                dark = two if (two[0] - one[0]) * self.context.away > 0 else one
                inner = tip + (top - tip) * 0.55
                shades.addPath(
                    curves.path(np.array([tip, 0.5 * (tip + inner), inner, dark]), smooth=False)
                )
                notch = dark + (top - dark) * 0.5
                lines.addPath(curves.brush(np.array([dark, notch]), self.context.ink(0.0050), 0.1))
            canvas.fill(shades, self.shade, kind=SHADOW, alpha=0.85)
            canvas.fill(lines, self.line, kind=LINE, alpha=0.7)
        stroke = curves.brush(lower[2:-2], self.context.ink(0.0056), 0.5, rise=0.4, fall=0.4)
        canvas.fill(stroke, self.line, kind=LINE, alpha=0.9)

    def _draw_moustache(self, canvas: Canvas, size: float) -> None:
        """Two tapered clumps that part under the nose and leave the lip free."""
        smile = max(0.0, self.context.p.smile)
        wide = (self.corner + 0.046) * size
        droop = (0.024 - 0.016 * smile) * size
        y = self.lip - 0.013
        for side in (-1.0, 1.0):
            upper = [(0.001, y - 0.030), (0.28 * wide, y - 0.038 * size),
                     (0.66 * wide, y - 0.022 * size), (0.90 * wide, y + 0.30 * droop),
                     (wide, y + droop)]  # fmt: skip
            lower = [(wide, y + droop), (0.80 * wide, y + 0.70 * droop), (0.45 * wide, y + 0.003),
                     (0.16 * wide, y - 0.004), (0.002, y - 0.016)]  # fmt: skip
            top = self._on_lips(curves.spline(np.array(upper) * (side, 1), 12))
            low = self._on_lips(curves.spline(np.array(lower) * (side, 1), 12))
            shape = curves.path(np.concatenate([top, low[:1], low, low[-1:]]))
            start, end = self._on_lips([(0.0, y - 0.040 * size), (0.0, y - 0.010)])
            fade = Gradient(start, end, [self.soft, self.base], [0.1, 0.8], [0.86, 1])
            canvas.fill(shape, fade)
            with canvas.inside(shape):
                band = np.concatenate([low, (low + (top[::-1] - low) * 0.36)[::-1]])
                canvas.fill(curves.path(band), self.shade, kind=SHADOW, alpha=0.85)
            stroke = curves.brush(low, self.context.ink(0.0050), 0.35, start=0.3)
            canvas.fill(stroke, self.line, kind=LINE, alpha=0.8)
            hair = top[1:-1] + (low[::-1][1:-1] - top[1:-1]) * 0.40
            canvas.fill(
                curves.brush(hair, self.context.ink(0.0036)), self.line, kind=LINE, alpha=0.5
            )
