"""A portrait as the layers of a drawing program: each part apart, every mouth, eyes shut.

Parts are drawn from back to front, each over what is there, so the same marks on sheets of their
own, laid over each other, are the portrait again. Mouths and eyes that are not shown now lie beside
those that are, hidden: a mouth chart and a blink for whoever animates it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rosetail.painter import scene
from rosetail.painter.canvas import CLEAR, PICTURE, Canvas
from rosetail.painter.finish import composed, light_layers
from rosetail.painter.mouth import LIPS, MOUTHS, VISEMES
from rosetail.painter.params import PaintParams
from rosetail.painter.portrait import EYES, MOUTH, Portrait

Bytes = NDArray[np.uint8]
Draw = Callable[[Canvas], object]
OVER, SCREEN, MULTIPLY = "over", "screen", "multiply"
OPEN = 0.95  # how far eyes are that are shut now
AS_IS = "as drawn"


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
        else:
            found.append(Layer(part.name, _drawn(portrait, size, part.draw)))
    if ground:
        found += _light(portrait, size)
    return [each for each in found if isinstance(each, Group) or each.picture[..., 3].any()]


def _light(portrait: Portrait, size: int) -> list[Layer | Group]:
    """The light of the place, which multiplies and is screened over the whole picture."""
    back, figure = portrait.sheet(size, PICTURE), portrait.sheet(size, CLEAR)
    scene.draw(back, portrait.context)
    portrait.draw(figure, ground=False)
    lit = light_layers(*composed(back, figure), portrait.context)
    whole = np.full((size, size, 1), 255, np.uint8)
    return [
        Layer("shade of the place", np.dstack([lit.multiply, whole]), blend=MULTIPLY),
        Layer("light of the place", np.dstack([lit.screen, whole]), blend=SCREEN),
    ]


def _drawn(portrait: Portrait, size: int, draw: Draw) -> Bytes:
    sheet = portrait.sheet(size, CLEAR)
    draw(sheet)
    return sheet.cut_out()


def _mouths(portrait: Portrait, size: int) -> Group:
    """The mouth as it is, named mouths and the vowels."""
    params = portrait.context.p
    shapes = {name: getattr(params, name) for name in LIPS}
    variants = {AS_IS: params} | {
        name: params.changed(lips) for name, lips in {**MOUTHS, **VISEMES}.items() if lips != shapes
    }
    drawn = {name: Portrait(each).mouth.draw for name, each in variants.items()}
    return _group(portrait, size, MOUTH, drawn, AS_IS)


def _eyes(portrait: Portrait, size: int) -> Group:
    """As they are, open, and shut in two ways."""
    params = portrait.context.p
    awake = {"wink_left": 0.0, "wink_right": 0.0}
    variants = {
        AS_IS: params,
        "open": params.changed(awake | {"eye_open": OPEN}),
        "closed, resting": params.changed(awake | {"eye_open": 0.0, "smile_lids": 0.0}),
        "closed, happy": params.changed(awake | {"eye_open": 0.0, "smile_lids": 1.0}),
    }
    drawn = {name: Portrait(each).draw_eyes for name, each in variants.items()}
    return _group(portrait, size, EYES, drawn, AS_IS)


def _group(
    portrait: Portrait, size: int, name: str, drawn: Mapping[str, Draw], shown: str
) -> Group:
    """What is ``drawn``, by name, in the place of a part; one of them is ``shown``."""
    layers = (
        Layer(each, _drawn(portrait, size, draw), each == shown) for each, draw in drawn.items()
    )
    return Group(name, tuple(layers))
