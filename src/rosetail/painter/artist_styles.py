"""Artist styles: what makes one artist's drawing differ from another's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArtistStyle:
    """How an artist draws. Widths in head units (half a face width is about one).

    line: width of the outer contour. inner: width of inner lines. ink: the line's own OKLCH colour.
    tint: share of the local colour in the line, 0 is ink. depth: how dark that local colour is
    (steps of shadow). shadow: depth of the cel shadow. second: draws a second, deeper shadow.
    soft: blur of shadow borders. ring: the hair's highlight. iris: how irises are coloured.
    blush: how cheeks are.
    chroma: factor on all chroma. air: share of white in all colours. lash: weight of lash lines.
    strands: how many lines and wedges run through the hair. glow: light over the whole picture.
    """

    line: float
    inner: float
    ink: tuple[float, float, float]
    tint: float
    depth: float
    shadow: float
    second: bool
    soft: float
    ring: str
    iris: str
    blush: str
    chroma: float
    air: float
    lash: float
    strands: float
    glow: float


ARTIST_STYLES: dict[str, ArtistStyle] = {
    "studio": ArtistStyle(
        line=0.021, inner=0.014, ink=(0.25, 0.045, 20), tint=0.35, depth=3.4, shadow=1.0,
        second=False, soft=0.0, ring="dashes", iris="layered", blush="soft", chroma=1.0, air=0.0,
        lash=1.0, strands=0.8, glow=0.0,
    ),
    "visual_novel": ArtistStyle(
        line=0.017, inner=0.011, ink=(0.32, 0.06, 15), tint=0.65, depth=3.2, shadow=0.9,
        second=True, soft=0.045, ring="band", iris="layered", blush="soft", chroma=1.05, air=0.02,
        lash=1.05, strands=1.0, glow=0.45,
    ),
    "manga": ArtistStyle(
        line=0.028, inner=0.016, ink=(0.14, 0.01, 280), tint=0.0, depth=3.4, shadow=1.1,
        second=False, soft=0.0, ring="zigzag", iris="bold", blush="hatch", chroma=0.92, air=0.0,
        lash=1.15, strands=0.6, glow=0.0,
    ),
    "pastel": ArtistStyle(
        line=0.018, inner=0.012, ink=(0.48, 0.08, 340), tint=0.8, depth=2.3, shadow=0.7,
        second=False, soft=0.02, ring="band", iris="bright", blush="soft", chroma=0.85, air=0.14,
        lash=0.9, strands=0.7, glow=0.5,
    ),
    "painterly": ArtistStyle(
        line=0.013, inner=0.008, ink=(0.28, 0.06, 30), tint=0.85, depth=2.6, shadow=1.15,
        second=True, soft=0.085, ring="soft", iris="layered", blush="soft", chroma=1.03, air=0.0,
        lash=0.95, strands=1.4, glow=0.8,
    ),
    "retro": ArtistStyle(
        line=0.027, inner=0.015, ink=(0.18, 0.03, 300), tint=0.15, depth=3.4, shadow=1.55,
        second=True, soft=0.0, ring="zigzag", iris="bold", blush="none", chroma=1.05, air=0.0,
        lash=1.2, strands=0.9, glow=0.0,
    ),
    "poster": ArtistStyle(
        line=0.010, inner=0.010, ink=(0.4, 0.08, 290), tint=1.0, depth=1.7, shadow=1.25,
        second=False, soft=0.0, ring="zigzag", iris="bright", blush="flat", chroma=1.12, air=0.03,
        lash=0.9, strands=0.5, glow=0.0,
    ),
    "ink": ArtistStyle(
        line=0.026, inner=0.017, ink=(0.22, 0.03, 40), tint=0.05, depth=3.4, shadow=0.75,
        second=False, soft=0.0, ring="dashes", iris="bold", blush="hatch", chroma=0.72, air=0.05,
        lash=1.0, strands=1.1, glow=0.0,
    ),
}  # fmt: skip
