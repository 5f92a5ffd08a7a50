"""What is measured of edits: distances to drawings, diversity, scores, and what stays the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.characters.content import Content
from rosetail.characters.model import CharacterModel
from rosetail.characters.regions import mask
from rosetail.characters.tag_families import region
from rosetail.directions.draws import style_seed
from rosetail.directions.taggers import Tagger
from rosetail.evaluate.edits import TAGS, Edits
from rosetail.evaluate.sight import Sight
from rosetail.evaluate.thesis_tables import WHAT
from rosetail.metrics.dfid import TURNED
from rosetail.metrics.features import Backbone
from rosetail.metrics.fid import fid
from rosetail.metrics.kid import kid
from rosetail.metrics.lpips import Eye, Maps, diversity, places
from rosetail.metrics.rescoring import Rescored, rescore
from rosetail.metrics.summary import Summary
from rosetail.training.random_views import draw_view

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Note = Callable[[str, int, int], None]

AT_ONCE = 16  # pictures that are drawn together
HAS = 0.5  # a score from which a character counts as having what the tag names
FEWEST = 50  # drawings from which a distance to them says something
SHOWN = 4  # photos whose pictures are kept for the report


class Heads(NamedTuple):
    """The aligned head of a photo, uint8 [S, S, 3], and its content."""

    name: str
    head: Bytes
    content: Content


@dataclass
class Stills:
    """One random character a photo, with every edit: ``features`` (C, N, width), ``scores``
    (C, N, 3) of WHAT, ``outside`` (C, N) perceptual distance outside the edit's region over the one
    inside, NaN for the original, ``shown`` the pictures of the first photos."""

    features: Floats
    scores: Floats
    outside: Floats
    shown: list[Bytes]

    def summary(self, row: int) -> Summary:
        """Of the features of edit number ``row``."""
        held = Summary(self.features.shape[2], kept=0)
        held.add(self.features[row])
        return held


class Gain(NamedTuple):
    """Mean change of an edit's own score over the ``of`` characters that did not have it."""

    change: float
    of: int


def draw(roses: CharacterModel, content: Content, codes: NDArray[np.float32]) -> Bytes:
    """The head in every code, a few at a time."""
    parts = (codes[first : first + AT_ONCE] for first in range(0, len(codes), AT_ONCE))
    return np.concatenate([roses.decode(content, part) for part in parts])


def stills(
    roses: CharacterModel,
    heads: Sequence[Heads],
    edits: Edits,
    sight: Sight,
    rescorer: Tagger,
    *,
    seed: int,
    note: Note,
) -> Stills:
    """Draw and look at every photo's character."""
    columns = [rescorer.tags.index(TAGS[what]) for what in WHAT]
    features, scores, outside, shown = [], [], [], []
    for number, each in enumerate(heads):
        w = roses.random_w(1, style_seed(seed, number))[0]
        pictures = draw(roses, each.content, edits.codes(w))
        before = sight(pictures[0])
        rows, apart = [before.features], [float("nan")]
        for picture, (_, what) in zip(pictures[1:], edits.names[1:], strict=True):
            seen = sight(picture)
            rows.append(seen.features)
            apart.append(_beside(before.maps, seen.maps, picture.shape[:2], what))
        features.append(np.stack(rows))
        outside.append(apart)
        scores.append(rescorer(pictures)[:, columns])
        if number < SHOWN:
            shown.append(pictures)
        note("edits", number + 1, len(heads))
    return Stills(
        np.stack(features, 1), np.stack(scores, 1).astype(np.float64), np.array(outside).T, shown
    )


def _beside(before: Maps, after: Maps, shape: tuple[int, int], what: str) -> float:
    """How far apart two pictures are outside the place of an edit, over inside."""
    apart = places(before, after, shape)
    inside = mask(region(TAGS[what]), len(apart))
    return float(apart[~inside].mean() / max(apart[inside].mean(), 1e-12))


def distances(
    found: Stills, edits: Edits, target: Summary
) -> dict[tuple[str, str], tuple[float, float]]:
    """FID and KID of every edit's pictures to the drawings."""
    made = {}
    for row, name in enumerate(edits.names):
        made[name] = fid(found.summary(row), target), kid(found.features[row], target.sample)
    return made


def alike(found: Stills, edits: Edits, have: Mapping[str, Summary]) -> dict[tuple[str, str], float]:
    """FID of every edit's pictures to the drawings that ``have`` what it names; NaN where those are
    too few to say."""
    made = {}
    for row, (method, what) in enumerate(edits.names):
        if what:
            enough = have[what].count >= FEWEST
            made[method, what] = fid(found.summary(row), have[what]) if enough else float("nan")
    return made


def matrices(found: Stills, edits: Edits, *, seed: int) -> dict[str, Rescored]:
    """The re-scoring matrix of every method; edits it has no direction for are left out."""
    made = {}
    for method in dict.fromkeys(name for name, what in edits.names if what):
        after = {
            what: found.scores[row]
            for row, (name, what) in enumerate(edits.names)
            if name == method
        }
        made[method] = rescore(found.scores[0], after, WHAT, seed=seed)
    return made


def gains(found: Stills, edits: Edits) -> dict[tuple[str, str], Gain]:
    """What every edit does to its own score where it has something to do."""
    made = {}
    for row, (method, what) in enumerate(edits.names):
        if what:
            column = WHAT.index(what)
            before, after = found.scores[0][:, column], found.scores[row][:, column]
            without = before < HAS
            change = (after - before)[without]
            made[method, what] = Gain(float(change.mean()) if len(change) else np.nan, len(change))
    return made


def diverse_distances(
    roses: CharacterModel,
    heads: Sequence[Heads],
    edits: Edits,
    backbone: Backbone,
    target: Summary,
    *,
    views: int,
    seed: int,
    note: Note,
) -> dict[tuple[str, str], float]:
    """DFID of every edit ([T1] eq. 5.1): the mean over photos of FID of ``views`` views of one
    photo, each in its own random style, to the drawings. All edits see the same views and styles.
    """
    sums = np.zeros(len(edits.names))
    for number, each in enumerate(heads):
        rng = np.random.default_rng([seed, number])
        held = [Summary(backbone.width, kept=0) for _ in edits.names]
        for _ in range(views):
            side = each.head.shape[0]
            view = draw_view(rng, side, side, TURNED).of(each.head)
            w = roses.random_w(1, int(rng.integers(2**31)))[0]
            pictures = draw(roses, roses.encode_head(view), edits.codes(w))
            for summary, picture in zip(held, pictures, strict=True):
                summary.add(backbone(picture)[None])
        sums += [fid(summary, target) for summary in held]
        note("diverse views", number + 1, len(heads))
    return dict(zip(edits.names, (sums / len(heads)).tolist(), strict=True))


def diversities(
    roses: CharacterModel,
    heads: Sequence[Heads],
    edits: Edits,
    eye: Eye,
    *,
    cast: int,
    seed: int,
    note: Note,
) -> dict[tuple[str, str], float]:
    """Mean perceptual distance of all pairs of ``cast`` random characters of a photo, by edit."""
    sums = np.zeros(len(edits.names))
    for number, each in enumerate(heads):
        w = roses.random_w(cast, style_seed(seed + 1, number))
        for row in range(len(edits.names)):
            pictures = draw(roses, each.content, edits.after(row, w))
            sums[row] += diversity([list(pictures)], eye).value
        note("diversity", number + 1, len(heads))
    return dict(zip(edits.names, (sums / len(heads)).tolist(), strict=True))


def motion(
    roses: CharacterModel,
    clip: Path,
    w: NDArray[np.float32],
    moves: NDArray[np.float32],
    note: Note,
) -> list[float]:
    """How alike heads move through a clip with and without each of ``moves``: the correlation of
    the tracks of five landmarks in the frame, mean over their x and y; NaN where heads are lost.
    """
    from rosetail.faces import faces
    from rosetail.faces.drawn_heads import find_heads
    from rosetail.faces.warp import inverse, transform
    from rosetail.video.reader import ClipFrame, ClipReader

    tracks: list[list[NDArray[Any]]] = []
    with ClipReader(clip) as reader:
        frames = (item for item in reader.items() if isinstance(item, ClipFrame))
        for number, frame in enumerate(frames):
            found = faces.find(frame.rgb)
            if not found:
                continue
            content = roses.encode_at(frame.rgb, found[0].landmarks)
            codes = np.concatenate([np.zeros_like(moves[:1]), moves]) + w
            drawn = [find_heads(head) for head in draw(roses, content, codes)]
            back = inverse(content.matrix)
            tracks.append(
                [
                    transform(heads[0].landmarks, back).ravel() if heads else np.full(10, np.nan)
                    for heads in drawn
                ]
            )
            note("motion", number + 1, number + 1)
    held = np.array(tracks).reshape(len(tracks), len(moves) + 1, 10)
    return [correlation(held[:, 0], held[:, row]) for row in range(1, len(moves) + 1)]


def correlation(first: Floats, second: Floats) -> float:
    """Mean Pearson correlation of the columns of (frames, tracks), over frames that both know."""
    known = np.isfinite(first).all(1) & np.isfinite(second).all(1)
    if known.sum() < 3:
        return float("nan")
    each = [
        np.corrcoef(one, other)[0, 1]
        for one, other in zip(first[known].T, second[known].T, strict=True)
        if one.std() > 0 and other.std() > 0
    ]
    return float(np.mean(each)) if each else float("nan")
