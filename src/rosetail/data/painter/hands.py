"""The painter's hands: what makes one artist's drawing differ from another's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hand:
    """How an artist draws. Widths in head units (half a face width is about one).

    line: width of the outer contour. inner: width of inner lines. tint: share of the local colour in
    the line, 0 is ink. ink: the line's own OKLCH colour. shadow: depth of the cel shadow, 0 none.
    second: draws a second, deeper shadow. soft: blur of shadow borders. ring: the hair's highlight.
    iris: how irises are coloured. chroma: factor on all colours' chroma. lash: weight of lash lines.
    """

    line: float
    inner: float
    tint: float
    ink: tuple[float, float, float]
    shadow: float
    second: bool
    soft: float
    ring: str
    iris: str
    blush: str
    chroma: float
    lash: float
    strands: float
    glow: float


HANDS: dict[str, Hand] = {
    "studio": Hand(
        line=0.022, inner=0.014, tint=0.35, ink=(0.25, 0.045, 20), shadow=1.0, second=False,
        soft=0.0, ring="dashes", iris="layered", blush="soft", chroma=1.0, lash=1.0, strands=0.8,
        glow=0.0,
    ),
    "visual_novel": Hand(
        line=0.018, inner=0.011, tint=0.6, ink=(0.32, 0.06, 15), shadow=0.9, second=True,
        soft=0.05, ring="band", iris="layered", blush="soft", chroma=1.05, lash=1.05, strands=1.0,
        glow=0.5,
    ),
    "manga": Hand(
        line=0.030, inner=0.018, tint=0.0, ink=(0.14, 0.01, 280), shadow=1.1, second=False,
        soft=0.0, ring="zigzag", iris="bold", blush="hatch", chroma=0.95, lash=1.15, strands=0.6,
        glow=0.0,
    ),
    "pastel": Hand(
        line=0.017, inner=0.011, tint=0.75, ink=(0.42, 0.07, 340), shadow=0.7, second=False,
        soft=0.02, ring="band", iris="bright", blush="soft", chroma=0.85, lash=0.9, strands=0.7,
        glow=0.6,
    ),
    "painterly": Hand(
        line=0.014, inner=0.009, tint=0.8, ink=(0.28, 0.06, 30), shadow=1.0, second=True,
        soft=0.11, ring="soft", iris="layered", blush="soft", chroma=1.0, lash=0.95, strands=1.4,
        glow=0.8,
    ),
    "retro": Hand(
        line=0.028, inner=0.016, tint=0.15, ink=(0.18, 0.03, 300), shadow=1.25, second=True,
        soft=0.0, ring="zigzag", iris="bold", blush="none", chroma=1.08, lash=1.1, strands=0.9,
        glow=0.0,
    ),
    "poster": Hand(
        line=0.012, inner=0.010, tint=0.9, ink=(0.3, 0.05, 290), shadow=1.1, second=False,
        soft=0.0, ring="zigzag", iris="bright", blush="flat", chroma=1.1, lash=0.9, strands=0.5,
        glow=0.0,
    ),
    "ink": Hand(
        line=0.026, inner=0.017, tint=0.1, ink=(0.22, 0.03, 40), shadow=0.8, second=False,
        soft=0.0, ring="dashes", iris="bold", blush="hatch", chroma=0.8, lash=1.0, strands=0.9,
        glow=0.0,
    ),
}  # fmt: skip
