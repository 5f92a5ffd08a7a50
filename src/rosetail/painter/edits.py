"""Named changes of a portrait: what a person would ask for, and nothing else changed.

A painted portrait with a mouth that was closed and is now open, everything else to the strand the
same, is the exact answer to the edit "open_mouth". Names are Danbooru-style tags.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from rosetail.painter import palette
from rosetail.painter.mouth import MOUTHS
from rosetail.painter.params import PaintParams
from rosetail.painter.tags import OPEN_MOUTH, SMILE, TEETH, tags_of

Change = Callable[[PaintParams], PaintParams]


def _mouth(p: PaintParams, name: str) -> PaintParams:
    return p.changed(MOUTHS[name])


def _opened(p: PaintParams) -> PaintParams:
    """Whoever smiles goes on smiling; others open in surprise."""
    if p.smile > SMILE:
        return _mouth(p, "laugh" if p.teeth > TEETH else "open")
    return _mouth(p, "surprised")


def _closed(p: PaintParams) -> PaintParams:
    return _mouth(p, "smile" if p.smile > SMILE else "neutral")


def _smiling(p: PaintParams) -> PaintParams:
    return _mouth(p, "open" if p.jaw_open > OPEN_MOUTH else "smile")


def _set(p: PaintParams, **values: object) -> PaintParams:
    return p.changed(values)


_AWAKE: dict[str, object] = {"wink_left": 0.0, "wink_right": 0.0}
EDITS: dict[str, Change] = {
    "open_mouth": _opened,
    "closed_mouth": _closed,
    "smile": _smiling,
    "closed_eyes": lambda p: p.changed(_AWAKE | {"eye_open": 0.0}),
    "wide-eyed": lambda p: p.changed(_AWAKE | {"eye_open": 1.2}),
    "long_hair": partial(_set, hair_back="straight"),
    "short_hair": lambda p: p.changed(
        {"hair_back": "short", "hair_sides": "none" if p.hair_sides == "none" else "short"}
    ),
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

# How often each is shown while a network learns, a colour once: shapes are harder to learn, small
# ones hardest.
SHARES = dict.fromkeys(EDITS, 1.0) | {
    "open_mouth": 14.0, "closed_mouth": 8.0, "smile": 6.0, "closed_eyes": 14.0, "wide-eyed": 5.0,
    "long_hair": 6.0, "short_hair": 8.0, "ponytail": 4.0, "twintails": 4.0, "blunt_bangs": 4.0,
    "hair_slicked_back": 4.0, "glasses": 12.0, "blush": 4.0, "cat_ears": 4.0, "dark_skin": 2.0,
}  # fmt: skip
_NAMES = list(SHARES)
_CHANCES = np.array(list(SHARES.values())) / sum(SHARES.values())


def any_edit(rng: np.random.Generator, params: PaintParams) -> tuple[str, PaintParams]:
    """The name of an edit that can be done, drawn by SHARES, and ``params`` with it done.

    There is always one: a mouth is open or closed.
    """
    while True:
        name = _NAMES[rng.choice(len(_NAMES), p=_CHANCES)]
        if (after := edited(params, name)) is not None:
            return name, after


def edited(params: PaintParams, name: str) -> PaintParams | None:
    """``params`` with the edit ``name`` done; None where it is so already or cannot be.

    A bald head has no hair to colour, and hair pulled back no fringe.
    """
    if name in tags_of(params):
        return None
    changed = EDITS[name](params)
    return changed if name in tags_of(changed) else None
