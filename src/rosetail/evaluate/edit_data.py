"""Photos and drawings that edits are measured on, and sheets of edited pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.characters.content import Content
from rosetail.characters.directions_file import Directions
from rosetail.characters.edits import stack_codes
from rosetail.characters.model import CharacterModel
from rosetail.directions.draws import Progress
from rosetail.directions.taggers import Tagger, resized
from rosetail.errors import InputError, NoFaceFound, RosetailError
from rosetail.evaluate.compare_data import drawn_heads
from rosetail.evaluate.edits import COLOUR, PARTS, TAGS, Edits, without_contrary
from rosetail.faces.warp import transform
from rosetail.metrics.features import Backbone
from rosetail.metrics.fid import FeatureStats

BATCH = 16  # pictures drawn at once
HAS_TAG = 0.5  # smallest score of a picture that has a tag


class PhotoHead(NamedTuple):
    """The aligned head of a photo, uint8 [S, S, 3], its content code, and its landmarks [5, 2]."""

    rgb: Bytes
    content: Content
    landmarks: NDArray[np.float64]


class TargetDrawings(NamedTuple):
    """Features of drawn heads: all, and by edit of PARTS those with its tag."""

    all: FeatureStats
    tagged: dict[str, FeatureStats]


def read_heads(
    model: CharacterModel, photos: Sequence[Path], progress: Progress
) -> tuple[list[PhotoHead], list[RosetailError]]:
    """The head in each photo, and the errors of photos without one. InputError if none has one."""
    heads, errors = [], list[RosetailError]()
    for number, path in enumerate(photos):
        try:
            rgb = images.read(path)
            found = model.find(rgb)
            if not found:
                raise NoFaceFound(f"{path}: no face found; give a larger, clearer face")
        except InputError as error:
            errors.append(error)
            continue
        head, matrix = model.align(rgb, found[0].landmarks)
        placed = transform(found[0].landmarks, matrix)
        heads.append(PhotoHead(head, model.encode_head(head), placed))
        progress("photos", number + 1, len(photos))
    if not heads:
        raise errors[0] if errors else InputError("no photos; give a folder of portraits")
    return heads, errors


def target_features(
    folder: Path, size: int, backbone: Backbone, rescorer: Tagger, progress: Progress
) -> TargetDrawings:
    """Features of the heads in a folder of drawings. Raises InputError for fewer than two."""
    columns = [rescorer.tags.index(tag) for tag in TAGS.values()]
    stats = FeatureStats(backbone.width)
    tagged = {part: FeatureStats(backbone.width, sample_size=0) for part in PARTS}
    for pixels in drawn_heads(folder, size):
        head = resized(pixels, size)
        row = backbone(head)[None]
        stats.add(row)
        for part, score in zip(PARTS, rescorer(head[None])[0, columns], strict=True):
            if score >= HAS_TAG:
                tagged[part].add(row)
        progress("drawings", stats.count, stats.count)
    if stats.count < 2:
        raise InputError(f"{folder}: {stats.count} drawn heads; a distance needs two at least")
    return TargetDrawings(stats, tagged)


def draw(model: CharacterModel, content: Content, codes: NDArray[np.float32]) -> Bytes:
    """The content in each code, uint8 [N, S, S, 3], in batches."""
    batches = (codes[first : first + BATCH] for first in range(0, len(codes), BATCH))
    return np.concatenate([model.decode(content, batch) for batch in batches])


def edit_sheets(
    model: CharacterModel,
    heads: Sequence[PhotoHead],
    directions: Directions,
    edits: Edits,
    shown: Sequence[Bytes],
) -> dict[str, Bytes]:
    """Contact sheets like figures 5.1 to 5.3 of Trần and Vòng (2022).

    ``edits-N``: photo N, whose character after each edit is ``shown[N]``, by method. ``colour``: a
    hair colour by each method. ``pair-PART``: an edit without and with its contrary.
    """
    sheets = {}
    for number, (head, pictures) in enumerate(zip(heads, shown, strict=False)):
        cells, labels = [], []
        for method in edits.methods:
            rows = edits.of(method)
            blank = np.full_like(pictures[0], 255)
            edited = [pictures[rows[part]] if part in rows else blank for part in PARTS]
            cells += [head.rgb, pictures[0], *edited]
            labels += [method, "before", *(TAGS[part] if part in rows else "-" for part in PARTS)]
        sheets[f"edits-{number}"] = images.contact_sheet(cells, 2 + len(PARTS), labels)
    w = model.random_w(1, 0)[0]

    def row(moves: dict[str, NDArray[np.float32]]) -> Bytes:
        codes = stack_codes([w, *(np.asarray(w + move, np.float32) for move in moves.values())])
        pictures = list(draw(model, heads[0].content, codes))
        return images.contact_sheet(pictures, len(pictures), ["before", *moves])

    coloured = [each for each in edits.methods if COLOUR in directions.by_method[each]]
    if coloured:
        sheets["colour"] = row({each: directions.move(COLOUR, each)[2] for each in coloured})
    for method in edits.methods:
        for part in PARTS:
            alone = without_contrary(directions, part, method)
            if alone is not None and f"pair-{part}" not in sheets:
                pair = directions.move(TAGS[part], method)[2]
                sheets[f"pair-{part}"] = row({f"{method}, alone": alone, f"{method}, pair": pair})
    return sheets
