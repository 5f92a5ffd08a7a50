"""The light of a place, as it falls on the figure and on the ground.

All of it can be laid on a picture as two layers: one that multiplies (the colour of the light, the
shadow of the figure on the ground, cool air below) and one that screens (light from its corner,
glow, the rim). They are worked out on a small picture, as they are smooth.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.painter.colour import Lch, Rgb, to_rgb
from rosetail.painter.portrait_context import PortraitContext

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

GRID = 96  # of the small picture
COOL: Rgb = (0.52, 0.50, 0.86)
COOL_AMOUNT, WARM_AMOUNT, RIM = 0.085, 0.11, 0.7
AMBIENT_CELLS = 6


class Light(NamedTuple):
    """``figure`` is multiplied with the figure; ``beam`` comes from the corner of the light, by
    ``strength``; ``ambient`` is how much of the ground's own colour is on the figure; ``shadow``
    is how much darker the ground is about it; ``rim`` and ``rim_strength`` are the edge off the
    light, where there is one."""

    figure: Rgb = (1.0, 1.0, 1.0)
    beam: Lch = (0.95, 0.05, 85.0)
    strength: float = 0.6
    ambient: float = 0.05
    shadow: float = 0.08
    rim: Lch = (0.97, 0.015, 90.0)
    rim_strength: float = 0.40


LIGHTS: dict[str, Light] = {
    "flat": Light(shadow=0.0, strength=0.4),
    "gradient": Light(),
    "split": Light(strength=0.5),
    "stripes": Light(strength=0.5),
    "dots": Light(strength=0.5),
    "bokeh": Light((0.96, 0.935, 0.985), (0.80, 0.10, 45), 0.6, 0.09, 0.08, (0.88, 0.10, 55), 0.5),
    "petals": Light((1.0, 0.985, 0.990), (0.96, 0.035, 350), 1.0, 0.06, 0.08, (0.97, 0.03, 350)),
    "sky": Light((0.99, 0.995, 1.0), (0.97, 0.03, 100), 1.0, 0.07, 0.12, (0.97, 0.03, 220)),
    "sunset": Light((1.0, 0.93, 0.87), (0.84, 0.14, 58), 1.5, 0.09, 0.14, (0.90, 0.12, 65), 0.55),
    "hills": Light((1.0, 1.0, 0.985), (0.97, 0.04, 100), 1.0, 0.07, 0.10, (0.97, 0.04, 110)),
    "park": Light((0.985, 1.0, 0.965), (0.96, 0.07, 108), 1.2, 0.08, 0.12, (0.96, 0.07, 115)),
    "city": Light((0.985, 0.995, 1.0), (0.96, 0.05, 85), 1.0, 0.06, 0.12, (0.96, 0.03, 230)),
    "room": Light((1.0, 0.980, 0.950), (0.95, 0.06, 80), 1.0, 0.07, 0.12, (0.95, 0.06, 78)),
    "classroom": Light((1.0, 0.988, 0.96), (0.97, 0.05, 90), 1.3, 0.06, 0.12, (0.97, 0.05, 90)),
    "night": Light((0.845, 0.87, 1.0), (0.72, 0.08, 255), 1.0, 0.08, 0.04, (0.80, 0.09, 250), 0.55),
}


class Small(NamedTuple):
    """A picture in floats 0..1 (GRID, GRID, 3), and how far its cells are figure, (.., .., 1)."""

    picture: Floats
    cover: Floats


def shrunk(picture: Bytes, alpha: Bytes) -> Small:
    """The small picture that the light is worked out on."""
    whole = (GRID, GRID)
    small = cv2.resize(picture, whole, interpolation=cv2.INTER_AREA)
    cover = cv2.resize(alpha, whole, interpolation=cv2.INTER_AREA)
    scale = np.float32(1 / 255)
    return Small(small * scale, cover[..., None] * scale)


def _places(side: float) -> tuple[Floats, Floats]:
    """How far cells lie from the side of the light (1, GRID, 1) and from the top (GRID, 1, 1)."""
    along = np.linspace(0, 1, GRID, dtype=np.float32)
    across = along if side < 0 else along[::-1]
    return across[None, :, None], along[:, None, None]


def _around(small: Small) -> Floats:
    """The colour of the ground near each cell, as it shines on a figure there."""
    seen = 1.001 - small.cover
    cells = (AMBIENT_CELLS, AMBIENT_CELLS)
    share = cv2.resize(seen, cells, interpolation=cv2.INTER_AREA)[..., None]
    colour = cv2.resize(small.picture * seen, cells, interpolation=cv2.INTER_AREA)
    both: Floats = np.concatenate([colour, share], axis=2)
    spread = cv2.GaussianBlur(both, (0, 0), 1.2)
    found = (spread[..., :3] / spread[..., 3:]).astype(np.float32)
    return np.asarray(cv2.resize(found, (GRID, GRID), interpolation=cv2.INTER_CUBIC))


def falling(small: Small, context: PortraitContext) -> tuple[Floats, Floats]:
    """What multiplies the ground and what multiplies the figure, (GRID, GRID, 3) in 0..1."""
    style, light = context.style, LIGHTS[context.p.scene]
    across, down = _places(context.side)
    cool = COOL_AMOUNT * style.lit * down**2 * (1 - np.array(COOL, np.float32))
    shared: Floats = ((1 - cool) * np.array(style.cast)).astype(np.float32)
    if style.vignette:
        out = (across - 0.5) ** 2 + (down - 0.5) ** 2
        shared = (shared * (1 - style.vignette * (2 * out) ** 1.3)).astype(np.float32)
    tint = 1 - style.lit * (1 - np.array(light.figure, np.float32))
    ambient = light.ambient * style.lit
    around = np.clip(1.2 * _around(small), 0, 1)
    figure = shared * tint * (1 - ambient * (1 - around))
    soft = cv2.GaussianBlur(small.cover, (0, 0), 0.022 * GRID)[..., None]
    ground = shared * (1 - light.shadow * style.lit * soft)
    return np.broadcast_to(ground, figure.shape).astype(np.float32), figure.astype(np.float32)


def shining(lit: Floats, context: PortraitContext) -> Floats:
    """What is screened over the small picture ``lit``: beam, glow, veil and lifted blacks."""
    style, light = context.style, LIGHTS[context.p.scene]
    across, down = _places(context.side)
    beam = np.clip(1 - np.sqrt(across**2 + (0.9 * down) ** 2) / 1.05, 0, 1) ** 1.5
    strength = WARM_AMOUNT * style.lit * light.strength
    dark = 1 - strength * beam * np.array(to_rgb(light.beam), np.float32)
    if style.glow or style.veil:
        blurred = cv2.GaussianBlur(lit, (0, 0), 0.014 * GRID)
        bright = np.clip(blurred - 0.45, 0, 1)
        dark = dark * (1 - style.glow * bright) * (1 - style.veil * blurred)
    return np.asarray(1 - dark * (1 - style.lift), np.float32)


def rim(alpha: Bytes, context: PortraitContext) -> Bytes | None:
    """Light on the edge off the light (S, S, 3), inside the outline; None where there is none."""
    if not context.p.rim_light:
        return None
    size, light = len(alpha), LIGHTS[context.p.scene]
    shape = cv2.MORPH_ELLIPSE
    line = 0.0050 * size * context.p.scale / 0.22 * context.style.line
    reach = 2 * max(1, round(line)) + 1
    inner = cv2.erode(alpha, cv2.getStructuringElement(shape, (reach, reach)))
    move = np.array([[1, 0, 0.0070 * size * context.side], [0, 1, 0.0030 * size]], np.float32)
    border = cv2.BORDER_REPLICATE
    edge = cv2.subtract(inner, cv2.warpAffine(inner, move, (size, size), borderMode=border))
    edge = cv2.multiply(cv2.GaussianBlur(edge, (0, 0), 0.0014 * size), inner, scale=1 / 255)
    parts = [
        cv2.convertScaleAbs(edge, alpha=RIM * light.rim_strength * c) for c in to_rgb(light.rim)
    ]
    return np.asarray(cv2.merge(parts), np.uint8)
