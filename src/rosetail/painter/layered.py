"""A portrait as the layers of a drawing program: each part apart, every mouth, eyes shut.

Parts are drawn from back to front, each over what is there, so the same marks on sheets of their
own, laid over each other, are the portrait again. Mouths and eyes that are not shown now lie beside
those that are, hidden: a mouth chart and a blink for whoever animates it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import skia
from numpy.typing import NDArray

from rosetail.painter import light
from rosetail.painter.canvas import CLEAR, Canvas
from rosetail.painter.mouth import Mouth
from rosetail.painter.params import CHOICES, PaintParams
from rosetail.painter.portrait import COOL, EYES, MOUTH, WARM, Portrait, draw_eyes, eyes_of
from rosetail.painter.portrait_context import PortraitContext

Bytes = NDArray[np.uint8]
Draw = Callable[[Canvas], object]
OVER, SCREEN, MULTIPLY = "over", "screen", "multiply"
OPEN = 0.95  # how far eyes are that are shut now


@dataclass(frozen=True)
class Layer:
    """``picture`` uint8 [S, S, 4] RGBA, colours not multiplied by alpha; ``blend``: OVER, SCREEN
    or MULTIPLY, with what is below."""

    name: str
    picture: Bytes
    visible: bool = True
    blend: str = OVER


@dataclass(frozen=True)
class Group:
    """Layers of which one is seen."""

    name: str
    layers: tuple[Layer, ...]


def layers(params: PaintParams, size: int, *, ground: bool = True) -> list[Layer | Group]:
    """From back to front, each ``size`` pixels wide and high; what is empty is left out. Without
    ``ground`` there is no background and no light over everything."""
    portrait = Portrait(params)
    found: list[Layer | Group] = []
    for part in portrait.parts(ground=ground):
        if part.name == MOUTH:
            found.append(_mouths(portrait, size))
        elif part.name == EYES:
            found.append(_eyes(portrait, size))
        elif part.name in (WARM, COOL):
            found.append(_tint(portrait, part.name, size))
        else:
            found.append(Layer(part.name, _drawn(portrait, size, part.draw)))
    return [each for each in found if isinstance(each, Group) or each.picture[..., 3].any()]


def _drawn(portrait: Portrait, size: int, draw: Draw) -> Bytes:
    sheet = portrait.sheet(size, CLEAR)
    draw(sheet)
    return sheet.cut_out()


def _mouths(portrait: Portrait, size: int) -> Group:
    params = portrait.context.p
    drawn = {
        name: Mouth(PortraitContext(replace(params, mouth=name))).draw for name in CHOICES["mouth"]
    }
    return _group(portrait, size, MOUTH, drawn, params.mouth)


def _eyes(portrait: Portrait, size: int) -> Group:
    """Open, as far as they are, and shut in both ways; a wink is a layer of its own."""
    params = portrait.context.p
    variants = {"open": replace(params, eye_open=params.eye_open or OPEN, wink="none")}
    for how in CHOICES["closed_eyes"]:
        shut = replace(params, eye_open=0.0, wink="none", closed_eyes=how)
        variants[f"closed, {how}"] = shut
    shown = "open" if params.eye_open else f"closed, {params.closed_eyes}"
    if params.wink != "none":
        shown, variants["wink"] = "wink", params
    drawn = {
        name: partial(draw_eyes, eyes_of(PortraitContext(each))) for name, each in variants.items()
    }
    return _group(portrait, size, EYES, drawn, shown)


def _group(
    portrait: Portrait, size: int, name: str, drawn: Mapping[str, Draw], shown: str
) -> Group:
    """What is ``drawn``, by name, in the place of a part; one of them is ``shown``."""
    layers = (
        Layer(each, _drawn(portrait, size, draw), each == shown) for each, draw in drawn.items()
    )
    return Group(name, tuple(layers))


def _tint(portrait: Portrait, name: str, size: int) -> Layer:
    draw, blend = (light.warm, SCREEN) if name == WARM else (light.cool, MULTIPLY)
    over = skia.BlendMode.kSrcOver
    picture = _drawn(portrait, size, lambda canvas: draw(canvas, portrait.context, over))
    return Layer(name, picture, blend=blend)
