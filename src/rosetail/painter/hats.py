"""Hats: which there are, and how each is drawn; the hair under them is flattened by
:func:`rosetail.painter.hats_under.flatten`."""

from __future__ import annotations

from collections.abc import Callable

from rosetail.painter.canvas import Canvas
from rosetail.painter.hair import Hair
from rosetail.painter.hats_cloth import draw_beanie, draw_beret, draw_cap
from rosetail.painter.hats_fit import HatFit
from rosetail.painter.hats_scarf import Scarf
from rosetail.painter.hats_straw import draw_straw
from rosetail.painter.hats_under import HEADWEAR, SCARF
from rosetail.painter.head import Head

_DRAWN: dict[str, Callable[[Canvas, HatFit], None]] = {
    "beret": draw_beret, "cap": draw_cap, "straw_hat": draw_straw, "beanie": draw_beanie,
}  # fmt: skip


def draw_behind(canvas: Canvas, head: Head, hair: Hair) -> None:
    """Draw what of a hat lies behind the head."""
    if head.context.p.ornament == SCARF:
        Scarf(HatFit(head, hair)).draw_behind(canvas)


def draw(canvas: Canvas, head: Head, hair: Hair) -> None:
    """Draw the hat on the head."""
    kind = head.context.p.ornament
    if kind == SCARF:
        Scarf(HatFit(head, hair)).draw(canvas)
    elif kind in _DRAWN:
        _DRAWN[kind](canvas, HatFit(head, hair))


__all__ = ["HEADWEAR", "draw", "draw_behind"]
