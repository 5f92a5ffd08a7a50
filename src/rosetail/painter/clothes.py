"""Clothes: each kind is a function that draws on a tailor's body; register it in GARMENTS."""

from __future__ import annotations

from collections.abc import Callable

from rosetail.painter import clothes_collars as collars
from rosetail.painter import clothes_details as details
from rosetail.painter import clothes_parts as parts
from rosetail.painter.canvas import Canvas
from rosetail.painter.clothes_cut import Flat, Tailor
from rosetail.painter.clothes_shell import Fit, Shell, bare_arms, bib, opening
from rosetail.painter.torso import Body, shoulder_line

# Necklines: the right half from beside the neck to the middle.
CREW: Flat = ((0.140, 1.208), (0.080, 1.254), (0.0, 1.272))
SCOOP: Flat = ((0.172, 1.226), (0.104, 1.296), (0.0, 1.322))
BUTTONED: Flat = ((0.080, 1.200), (0.030, 1.235), (0.0, 1.250))
SHALLOW_V: Flat = ((0.128, 1.225), (0.070, 1.315), (0.0, 1.400))
DEEP_V: Flat = ((0.140, 1.30), (0.080, 1.56), (0.0, 1.80))
SAILOR_V: Flat = ((0.118, 1.250), (0.060, 1.430), (0.0, 1.600))
SHORT, PUFFED = 1.72, 1.625  # where sleeves end
OPEN: Flat = ((0.165, 1.30), (0.135, 1.48), (0.128, 1.68))


def _at_neck(x: float, below: float = 0.0) -> tuple[float, float]:
    return x, float(shoulder_line(x)) + below


def _t_shirt(tailor: Tailor) -> None:
    cloth, second = tailor.context.cloth, tailor.context.cloth_second
    neckline, neck = (CREW, 0.160) if tailor.is_male else (SCOOP, 0.195)
    shell = Shell(tailor, cloth, neckline, Fit(0.014, neck, hem=SHORT))
    shell.draw()
    parts.neck_band(tailor, second, shell.neckline, 0.030)
    bare_arms(tailor, SHORT, cloth)


def _shirt(tailor: Tailor) -> None:
    cloth = tailor.context.cloth
    neckline = BUTTONED if tailor.is_male else SHALLOW_V
    Shell(tailor, cloth, neckline, Fit(0.016, 0.150)).draw()
    details.placket(tailor, cloth, 1.262 if tailor.is_male else 1.385)
    details.buttons(
        tailor, cloth, (1.325, 1.475, 1.630, 1.79) if tailor.is_male else (1.46, 1.60, 1.75)
    )
    collars.shirt_collar(tailor, cloth, opened=not tailor.is_male)


def _shirt_front(tailor: Tailor, over: Shell, *, opened: bool = False) -> None:
    """The shirt below a jacket."""
    second = tailor.context.cloth_second
    bib(tailor, second, (_at_neck(0.12), *(SHALLOW_V if opened else BUTTONED)), over.shape)
    details.placket(tailor, second, 1.385 if opened else 1.255, 0.020)


def _suit(tailor: Tailor) -> None:
    context = tailor.context
    jacket = Shell(tailor, context.cloth, DEEP_V, Fit(0.034, 0.175, seam=0.8, folds=0.8))
    _shirt_front(tailor, jacket, opened=not tailor.is_male)
    if tailor.is_male:
        collars.shirt_collar(tailor, context.cloth_second)
        details.tie(tailor, context.accent)
    else:
        details.buttons(tailor, context.cloth_second, (1.47, 1.61))
        collars.shirt_collar(tailor, context.cloth_second, opened=True)
    jacket.draw()
    details.front(tailor, context.cloth, 1.80)
    details.buttons(tailor, context.cloth, (1.86, 2.04), 0.012, 0.014)
    collars.lapels(tailor, context.cloth)


def _blazer(tailor: Tailor) -> None:
    context = tailor.context
    jacket = Shell(tailor, context.cloth, DEEP_V, Fit(0.028, 0.175, seam=0.8, folds=0.8))
    _shirt_front(tailor, jacket)
    collars.shirt_collar(tailor, context.cloth_second)
    if tailor.is_male:
        details.tie(tailor, context.accent)
    jacket.draw()
    details.front(tailor, context.cloth, 1.80)
    details.buttons(tailor, context.accent, (1.86, 2.04), 0.012, 0.015)
    collars.lapels(tailor, context.cloth, trim=context.cloth_second)
    if not tailor.is_male:
        details.ribbon(tailor, context.accent, 1.272)


def _sailor(tailor: Tailor) -> None:
    context = tailor.context
    Shell(tailor, context.cloth_second, SAILOR_V, Fit(0.014, 0.150)).draw()
    parts.dickey(tailor, context.cloth_second, context.cloth)
    collars.sailor_collar(tailor, context.cloth, context.cloth_second)
    details.neckerchief(tailor, context.accent)


def _hoodie(tailor: Tailor) -> None:
    context = tailor.context
    collars.behind(tailor, context.cloth, collars.HOOD_BACK)
    inner: Flat = (_at_neck(0.13), (0.110, 1.20), (0.06, 1.245), (0.0, 1.262))
    bib(tailor, context.cloth_second, inner)
    low: Flat = ((0.150, 1.25), (0.07, 1.33), (0.0, 1.37))
    Shell(tailor, context.cloth, low, Fit(0.040, 0.200, seam=0.9, folds=1.3, waist=False)).draw()
    collars.hood(tailor, context.cloth)
    details.cords(tailor, context.cloth_second)


def _turtleneck(tailor: Tailor) -> None:
    cloth = tailor.context.cloth
    Shell(tailor, cloth, BUTTONED, Fit(0.018, 0.150)).draw()
    collars.roll(tailor, cloth)


def _sweater(tailor: Tailor) -> None:
    context = tailor.context
    neckline: Flat = ((0.130, 1.262), (0.072, 1.400), (0.0, 1.512))
    sweater = Shell(tailor, context.cloth, neckline, Fit(0.024, 0.172, seam=0.5, folds=1.15))
    _shirt_front(tailor, sweater)
    details.buttons(tailor, context.cloth_second, (1.33, 1.43))
    sweater.draw()
    parts.neck_band(tailor, context.cloth, sweater.neckline, 0.034, ribs=True)
    collars.shirt_collar(tailor, context.cloth_second)


def _cardigan(tailor: Tailor) -> None:
    context = tailor.context
    neckline = opening(((0.150, 1.30), (0.100, 1.50), (0.062, 1.70)))
    cardigan = Shell(tailor, context.cloth, neckline, Fit(0.024, 0.180, seam=0.5, folds=1.15))
    _shirt_front(tailor, cardigan)
    details.buttons(tailor, context.cloth_second, (1.38, 1.51, 1.64))
    cardigan.draw()
    parts.neck_band(tailor, context.cloth, cardigan.neckline, 0.040)
    if tailor.is_male:
        collars.shirt_collar(tailor, context.cloth_second)
    else:
        collars.round_collar(tailor, context.cloth_second)
        details.string_tie(tailor, context.accent, 1.268)


def _dress(tailor: Tailor) -> None:
    context = tailor.context
    Shell(tailor, context.cloth, CREW, Fit(0.006, 0.150, puff=1.0, seam=1.0, hem=PUFFED)).draw()
    bare_arms(tailor, PUFFED, context.cloth_second)
    parts.puffs(tailor, context.cloth, context.cloth_second)
    collars.round_collar(tailor, context.cloth_second)
    details.ribbon(tailor, context.accent, 1.292, 0.95)


def _kimono(tailor: Tailor) -> None:
    context = tailor.context
    collars.behind(tailor, context.cloth, collars.COLLAR_BACK)
    crossed: Flat = ((0.120, 1.26), (0.05, 1.37), (0.0, 1.43))
    Shell(
        tailor, context.cloth, crossed, Fit(0.030, 0.150, seam=0.0, folds=0.9, waist=False)
    ).draw()
    parts.crossed_collars(tailor, context.cloth_second, context.cloth, context.accent)
    parts.obi(tailor, context.accent, context.cloth_second)


def _jacket(tailor: Tailor) -> None:
    context = tailor.context
    collars.behind(tailor, context.cloth, collars.STAND_BACK)
    jacket = Shell(tailor, context.cloth, opening(OPEN), Fit(0.040, 0.185, seam=0.9, folds=1.15))
    inner: Flat = (_at_neck(0.150), *CREW)
    bib(tailor, context.cloth_second, inner, jacket.shape)
    jacket.draw()
    parts.zips(tailor, context.accent, jacket.neckline)
    parts.stand_collar(tailor, context.cloth)


def _coat(tailor: Tailor) -> None:
    context = tailor.context
    coat = Shell(tailor, context.cloth, DEEP_V, Fit(0.050, 0.200, seam=0.9, waist=False))
    bib(tailor, context.cloth_second, (_at_neck(0.130), *BUTTONED), coat.shape)
    coat.draw()
    details.front(tailor, context.cloth, 1.86)
    for x in (-0.13, 0.13):
        details.buttons(tailor, context.cloth, (1.80, 1.98), x, 0.018)
    collars.big_lapels(tailor, context.cloth)
    collars.scarf(tailor, context.accent)


def _overalls(tailor: Tailor) -> None:
    context = tailor.context
    shell = Shell(tailor, context.cloth_second, CREW, Fit(0.014, 0.165, hem=SHORT))
    shell.draw()
    parts.neck_band(tailor, context.cloth_second, shell.neckline, 0.028)
    parts.straps(tailor, context.cloth, context.accent)
    bare_arms(tailor, SHORT, context.cloth_second)


def _lab_coat(tailor: Tailor) -> None:
    """White over a coloured shirt."""
    context = tailor.context
    white = context.cloth_second
    coat = Shell(tailor, white, opening(((0.150, 1.30), (0.10, 1.55), (0.07, 1.78))),
                 Fit(0.036, 0.185, seam=0.8, folds=0.9))  # fmt: skip
    bib(tailor, context.cloth, (_at_neck(0.12), *BUTTONED), coat.shape)
    details.placket(tailor, context.cloth, 1.255, 0.020)
    collars.shirt_collar(tailor, context.cloth)
    if tailor.is_male:
        details.tie(tailor, context.accent)
    coat.draw()
    details.pocket(tailor, white)
    collars.lapels(tailor, white)


GARMENTS: dict[str, Callable[[Tailor], None]] = {
    "t_shirt": _t_shirt, "shirt": _shirt, "suit": _suit, "blazer": _blazer, "sailor": _sailor,
    "hoodie": _hoodie, "turtleneck": _turtleneck, "sweater": _sweater, "cardigan": _cardigan,
    "dress": _dress, "kimono": _kimono, "jacket": _jacket, "coat": _coat, "overalls": _overalls,
    "lab_coat": _lab_coat,
}  # fmt: skip


def draw(canvas: Canvas, body: Body) -> None:
    """Draw the garment of the portrait on its body."""
    GARMENTS[body.context.p.clothes](Tailor(canvas, body))
