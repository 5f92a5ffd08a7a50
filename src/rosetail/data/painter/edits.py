"""Named changes of a portrait: what a person would ask for, and nothing else changed.

A painted portrait with a mouth that was closed and is now open, everything else to the strand the
same, is the exact answer to the edit "open_mouth". Names are Danbooru-style tags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from rosetail.data.painter import palette
from rosetail.data.painter.hands import HANDS
from rosetail.data.painter.params import PaintParams
from rosetail.data.painter.tags import tags_of

Change = Callable[[PaintParams], PaintParams]

OPENED = {"smile": "open", "grin": "laugh"}  # every other closed mouth opens in surprise
SMILING = {"surprised": "open"}
CLOSED = {"surprised": "neutral"}  # open and laughing ones go on smiling


def _opened(p: PaintParams) -> PaintParams:
    return replace(p, mouth=OPENED.get(p.mouth, "surprised"))


def _closed(p: PaintParams) -> PaintParams:
    return replace(p, mouth=CLOSED.get(p.mouth, "smile"))


def _smiling(p: PaintParams) -> PaintParams:
    return replace(p, mouth=SMILING.get(p.mouth, "smile"))


def _set(p: PaintParams, **values: object) -> PaintParams:
    return replace(p, **values)  # type: ignore[arg-type]


EDITS: dict[str, Change] = {
    "open_mouth": _opened,
    "closed_mouth": _closed,
    "smile": _smiling,
    "closed_eyes": partial(_set, eye_open=0.0, wink="none"),
    "wide-eyed": partial(_set, eye_open=1.2, wink="none"),
    "long_hair": partial(_set, hair_back="straight"),
    "short_hair": partial(_set, hair_back="short"),
    "ponytail": partial(_set, hair_back="ponytail"),
    "twintails": partial(_set, hair_back="twin_tails"),
    "blunt_bangs": partial(_set, hair_fringe="blunt"),
    "hair_slicked_back": partial(_set, hair_fringe="swept_back"),
    "glasses": partial(_set, glasses="round"),
    "blush": partial(_set, blush=0.95),
    "cat_ears": partial(_set, ornament="cat_ears"),
    "dark_skin": partial(_set, skin=palette.SKIN[-2]),
    **{f"{name}_hair": partial(_set, hair=lch) for name, lch in palette.HAIR.items()},
    **{f"{name}_eyes": partial(_set, eyes=lch) for name, lch in palette.EYES.items()},
}


def edited(params: PaintParams, name: str) -> PaintParams | None:
    """``params`` with the edit ``name`` done; None where it is so already or cannot be.

    A bald head has no hair to colour, and some hands draw no blush.
    """
    if name in tags_of(params):
        return None
    if name == "blush" and HANDS[params.hand].blush == "none":
        return None
    changed = EDITS[name](params)
    return changed if name in tags_of(changed) else None
