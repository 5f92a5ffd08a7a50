"""Pictures that edits are measured on, and pictures that show them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.characters.directions_file import Directions
from rosetail.characters.model import CharacterModel
from rosetail.data import drawings as drawn
from rosetail.data.folders import Crops, is_prepared, pictures
from rosetail.directions.taggers import Tagger, resized
from rosetail.errors import InputError, RosetailError
from rosetail.evaluate.edit_measures import HAS, Heads, Note, Stills, draw
from rosetail.evaluate.edits import COLOUR, TAGS, Edits, unopposed
from rosetail.evaluate.thesis_tables import WHAT
from rosetail.metrics.features import Backbone
from rosetail.metrics.summary import Summary

Bytes = NDArray[np.uint8]


def read_heads(
    roses: CharacterModel, photos: Sequence[Path], note: Note
) -> tuple[list[Heads], list[RosetailError]]:
    """The head of every photo in its place, and the photos without one. InputError without any."""
    from rosetail.faces.faces import KEPT_ROLL, align, find

    heads, left_out = [], list[RosetailError]()
    for number, path in enumerate(photos):
        try:
            rgb = images.read(path)
            found = find(rgb)
            if not found:
                raise InputError(f"{path}: no face found; give a larger, clearer face")
        except InputError as error:
            left_out.append(error)
            continue
        head, _ = align(rgb, found[0].landmarks, roses.size, keep_roll=KEPT_ROLL)
        heads.append(Heads(path.stem, head, roses.encode_head(head)))
        note("photos", number + 1, len(photos))
    if not heads:
        raise left_out[0] if left_out else InputError("no photos; give a folder of portraits")
    return heads, left_out


class Drawings(NamedTuple):
    """Features of drawn heads: ``all``, and those that ``have`` what each edit of WHAT names."""

    all: Summary
    have: dict[str, Summary]


def drawings_summary(
    style: Path, size: int, backbone: Backbone, tagger: Tagger, note: Note
) -> Drawings:
    """Features of the heads in the drawings of ``style``, as ``tagger`` sees them.

    Raises InputError for fewer than two.
    """
    columns = [tagger.tags.index(TAGS[what]) for what in WHAT]
    made = Summary(backbone.width)
    have = {what: Summary(backbone.width, kept=0) for what in WHAT}
    for pixels in _drawn_heads(style, size):
        head = resized(pixels, size)
        row = backbone(head)[None]
        made.add(row)
        for what, score in zip(WHAT, tagger(head[None])[0, columns], strict=True):
            if score >= HAS:
                have[what].add(row)
        note("drawings", made.count, made.count)
    if made.count < 2:
        raise InputError(f"{style}: {made.count} drawn heads; a distance needs two at least")
    return Drawings(made, have)


def _drawn_heads(style: Path, size: int) -> Iterator[Bytes]:
    if is_prepared(style):
        crops = Crops(style)
        yield from (crops.picture(i) for i in range(len(crops)) if crops[i].is_head)
        return
    for file in pictures(style):
        try:
            found = [
                pixels for crop, pixels in drawn.crops(file, file.name, size, 0) if crop.is_head
            ]
        except RosetailError:
            continue  # no head in this drawing
        yield from found


def sheets(
    roses: CharacterModel,
    heads: Sequence[Heads],
    directions: Directions,
    edits: Edits,
    seen: Stills,
) -> dict[str, Bytes]:
    """The thesis's figures 5.1 to 5.3: every edit by every method, a colour, with and without the
    contrary."""
    made = {}
    methods = list(dict.fromkeys(name for name, what in edits.names if what))
    for number, shown in enumerate(seen.shown):
        cells, labels = [], []
        for method in methods:
            row = {what: shown[i] for i, (name, what) in enumerate(edits.names) if name == method}
            blank = np.full_like(shown[0], 255)
            cells += [heads[number].head, shown[0], *(row.get(what, blank) for what in WHAT)]
            labels += [method, "before", *(TAGS[what] if what in row else "-" for what in WHAT)]
        made[f"edits-{number}"] = images.contact_sheet(cells, 2 + len(WHAT), labels)
    w = roses.random_w(1, 0)[0]
    coloured = [(m, directions.found[m]) for m in methods if COLOUR in directions.found[m]]
    if coloured:
        moves = [directions.move(COLOUR, method)[2] for method, _ in coloured]
        codes = [w, *(w + move for move in moves)]
        labels = ["before", *(method for method, _ in coloured)]
        made["colour"] = _row(roses, heads[0], codes, labels)
    for method in methods:
        for what in WHAT:
            alone = unopposed(directions, what, method)
            if alone is not None and f"pair-{what}" not in made:
                pair = directions.move(TAGS[what], method)[2]
                labels = ["before", f"{method}, alone", f"{method}, pair"]
                made[f"pair-{what}"] = _row(roses, heads[0], [w, w + alone, w + pair], labels)
    return made


def _row(
    roses: CharacterModel, head: Heads, codes: Sequence[NDArray[np.float32]], labels: Sequence[str]
) -> Bytes:
    from rosetail.characters.edits import stack_codes

    drawn_heads = draw(roses, head.content, stack_codes([np.asarray(code) for code in codes]))
    return images.contact_sheet(list(drawn_heads), len(drawn_heads), list(labels))
