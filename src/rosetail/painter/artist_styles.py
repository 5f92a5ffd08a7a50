"""Artist styles: what makes one artist's drawing differ from another's."""

from __future__ import annotations

from dataclasses import dataclass

from rosetail.painter.colour import Lch, Rgb


@dataclass(frozen=True)
class ArtistStyle:
    """How an artist draws, and what is done to the finished picture.

    Drawing. line: factor on all line widths. ink, tint: colour that lines are mixed with, and how
    far, 0..1. gradient: strength of soft gradients, 0..1. depth: how far shadows and shine stand
    off the flat colour. edge: blur of the borders of shadows, in heads. blush: factor on blush.
    lash: factor on lash widths. eye: factor on the height of eyes. split: whether irises change
    from dark to light at once. chroma: factor on all chroma. paper: how far dark skin is lightened
    towards the paper, 0..1.

    Finish. lit: how far the light of the place tints the picture, 0..1. glow: how far what is
    bright spreads. veil: share of a blurred picture laid over it. lift: light in the blacks. cast:
    what the picture is multiplied with. vignette: how much darker the corners are. grain: film
    grain. misprint: how far red and blue lie beside green, in shares of the picture. screen: dots
    for print instead of greys.
    """

    line: float = 1.0
    ink: Lch = (0.25, 0.05, 20.0)
    tint: float = 0.0
    gradient: float = 1.0
    depth: float = 1.0
    edge: float = 0.0
    blush: float = 1.0
    lash: float = 1.0
    eye: float = 1.0
    split: bool = False
    chroma: float = 1.0
    paper: float = 0.0
    lit: float = 1.0
    glow: float = 0.0
    veil: float = 0.0
    lift: float = 0.0
    cast: Rgb = (1.0, 1.0, 1.0)
    vignette: float = 0.0
    grain: float = 0.0
    misprint: float = 0.0
    screen: bool = False


ARTIST_STYLES: dict[str, ArtistStyle] = {
    "cel": ArtistStyle(gradient=0.7, lit=0.8, glow=0.08),
    "soft": ArtistStyle(
        line=0.72, ink=(0.46, 0.10, 15.0), tint=0.42, depth=0.85, edge=0.006, blush=1.35,
        lash=0.92, eye=1.05, chroma=1.03, glow=0.34, veil=0.10, lift=0.022, cast=(1.0, 0.985, 0.99),
    ),
    "retro": ArtistStyle(
        line=1.28, ink=(0.18, 0.04, 330.0), tint=0.55, gradient=0.2, depth=1.35, blush=0.4,
        lash=1.3, eye=1.08, split=True, chroma=0.90, lit=0.8, glow=0.06, veil=0.03, lift=0.04,
        cast=(1.0, 0.97, 0.905), vignette=0.10, grain=0.050, misprint=0.0013,
    ),
    "manga": ArtistStyle(
        line=1.12, ink=(0.05, 0.0, 0.0), tint=1.0, gradient=0.0, depth=1.1, blush=0.0, lash=1.15,
        chroma=0.0, paper=0.5, lit=0.0, screen=True,
    ),
}  # fmt: skip
