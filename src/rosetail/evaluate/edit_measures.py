"""Measures of edits: distances to drawings, diversity, re-scoring, locality and motion."""

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
from rosetail.directions.draws import Progress, style_seed
from rosetail.directions.taggers import Tagger
from rosetail.evaluate.edit_data import HAS_TAG, PhotoHead, draw
from rosetail.evaluate.edits import PARTS, TAGS, EditName, Edits
from rosetail.evaluate.features import FeatureExtractor
from rosetail.faces import drawn_heads, faces
from rosetail.faces.warp import inverse, transform
from rosetail.metrics.features import Backbone
from rosetail.metrics.fid import FeatureStats, fid
from rosetail.metrics.kid import kid
from rosetail.metrics.lpips import Maps, PerceptualNetwork, distance_map, diversity
from rosetail.metrics.rescoring import RescoringMatrix, rescore
from rosetail.training.random_views import Augment, draw_view
from rosetail.video.reader import ClipFrame, ClipReader

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Codes = NDArray[np.float32]

DFID_VIEWS = Augment(scale=(0.8, 1.2), turn=20.0)
FEWEST = 50  # drawings needed for a distance to them
SHOWN = 4  # photos whose pictures are kept for the report


@dataclass
class EditedPictures:
    """One random character for each of N photos, after each of C edits.

    ``features`` (C, N, D). ``scores`` (C, N, parts): the re-scorer's probabilities. ``locality``
    (C, N): perceptual distance outside the edited part over that inside, NaN for the original.
    ``shown``: pictures [C, S, S, 3] of the first photos.
    """

    features: Floats
    scores: Floats
    locality: Floats
    shown: list[Bytes]


class Gain(NamedTuple):
    """Mean change of an edit's own score over the ``characters`` that lack the tag."""

    change: float
    characters: int


def edited_pictures(
    model: CharacterModel,
    heads: Sequence[PhotoHead],
    edits: Edits,
    extract: FeatureExtractor,
    rescorer: Tagger,
    *,
    seed: int,
    progress: Progress,
) -> EditedPictures:
    """Draw a random character of each photo with every edit and measure the pictures."""
    columns = [rescorer.tags.index(tag) for tag in TAGS.values()]
    features, scores, locality, shown = [], [], [], []
    for number, head in enumerate(heads):
        w = model.random_w(1, style_seed(seed, number))[0]
        pictures = draw(model, head.content, edits.apply_all(w))
        before, *after = [extract(picture) for picture in pictures]
        outside = [
            _outside_to_inside(before.maps, each.maps, pictures[0].shape[:2], part)
            for each, (_, part) in zip(after, edits.names[1:], strict=True)
        ]
        features.append(np.stack([each.pooled for each in (before, *after)]))
        locality.append([float("nan"), *outside])
        scores.append(rescorer(pictures)[:, columns])
        if number < SHOWN:
            shown.append(pictures)
        progress("edits", number + 1, len(heads))
    return EditedPictures(
        np.stack(features, 1), np.stack(scores, 1).astype(np.float64), np.array(locality).T, shown
    )


def _outside_to_inside(before: Maps, after: Maps, size: tuple[int, int], part: str) -> float:
    """Mean perceptual distance outside the region of a part over that inside."""
    apart = distance_map(before, after, size)
    inside = mask(region(TAGS[part]), len(apart))
    return float(apart[~inside].mean() / max(apart[inside].mean(), 1e-12))


def distances(
    pictures: EditedPictures, edits: Edits, target: FeatureStats
) -> dict[EditName, tuple[float, float]]:
    """FID and KID of each edit's pictures to the drawings."""
    return {
        name: (fid(FeatureStats.of(rows), target), kid(rows, target.sample))
        for name, rows in zip(edits.names, pictures.features, strict=True)
    }


def distances_to_tagged(
    pictures: EditedPictures, edits: Edits, tagged: Mapping[str, FeatureStats]
) -> dict[EditName, float]:
    """FID of each edit's pictures to the drawings with its tag; NaN for fewer than FEWEST."""
    return {
        (method, part): fid(FeatureStats.of(rows), tagged[part])
        if tagged[part].count >= FEWEST
        else float("nan")
        for (method, part), rows in zip(edits.names, pictures.features, strict=True)
        if part
    }


def rescoring_matrices(
    pictures: EditedPictures, edits: Edits, *, seed: int
) -> dict[str, RescoringMatrix]:
    """The re-scoring matrix of each method, over the edits that it has."""
    result = {}
    for method in edits.methods:
        after = {part: pictures.scores[row] for part, row in edits.of(method).items()}
        result[method] = rescore(pictures.scores[0], after, PARTS, seed=seed)
    return result


def gains(pictures: EditedPictures, edits: Edits) -> dict[EditName, Gain]:
    """The change of each edit's own score over the characters that lack its tag."""
    result = {}
    for row, (method, part) in enumerate(edits.names):
        if part:
            column = PARTS.index(part)
            before, after = pictures.scores[0][:, column], pictures.scores[row][:, column]
            change = (after - before)[before < HAS_TAG]
            mean = float(change.mean()) if len(change) else float("nan")
            result[method, part] = Gain(mean, len(change))
    return result


def dfid(
    model: CharacterModel,
    heads: Sequence[PhotoHead],
    edits: Edits,
    backbone: Backbone,
    target: FeatureStats,
    *,
    views: int,
    seed: int,
    progress: Progress,
) -> dict[EditName, float]:
    """Diverse FID of each edit (Chong and Forsyth 2021; Trần and Vòng 2022, equation 5.1).

    The mean over photos of the FID, to the drawings, of ``views`` random views of the photo, each
    in a random style. FID over many photos does not notice a generator that draws one character
    per photo; DFID does. All edits see the same views and styles.
    """

    def of_photo(head: PhotoHead, rng: np.random.Generator) -> list[float]:
        stats = [FeatureStats(backbone.width, sample_size=0) for _ in edits.names]
        side = head.rgb.shape[0]
        for _ in range(views):
            view = draw_view(rng, side, side, DFID_VIEWS).of(head.rgb)
            w = model.random_w(1, int(rng.integers(2**31)))[0]
            pictures = draw(model, model.encode_head(view), edits.apply_all(w))
            for each, picture in zip(stats, pictures, strict=True):
                each.add(backbone(picture)[None])
        return [fid(each, target) for each in stats]

    return _mean_over_photos(
        edits, heads, lambda n, head: of_photo(head, np.random.default_rng([seed, n])),
        progress, "DFID",
    )  # fmt: skip


def diversities(
    model: CharacterModel,
    heads: Sequence[PhotoHead],
    edits: Edits,
    network: PerceptualNetwork,
    *,
    cast: int,
    seed: int,
    progress: Progress,
) -> dict[EditName, float]:
    """Mean perceptual distance over all pairs of ``cast`` random characters of a photo."""

    def of_photo(number: int, head: PhotoHead) -> list[float]:
        w = model.random_w(cast, style_seed(seed + 1, number))
        return [
            diversity(list(draw(model, head.content, edits.apply(row, w))), network)
            for row in range(len(edits.names))
        ]

    return _mean_over_photos(edits, heads, of_photo, progress, "diversity")


def _mean_over_photos(
    edits: Edits,
    heads: Sequence[PhotoHead],
    measure: Callable[[int, PhotoHead], list[float]],
    progress: Progress,
    step: str,
) -> dict[EditName, float]:
    values = []
    for number, head in enumerate(heads):
        values.append(measure(number, head))
        progress(step, number + 1, len(heads))
    return dict(zip(edits.names, np.mean(values, axis=0).tolist(), strict=True))


def motion_correlations(
    model: CharacterModel, clip: Path, w: Codes, moves: Codes, progress: Progress
) -> list[float]:
    """Correlation of head motion through a clip with and without each of ``moves``.

    Compares the tracks of five landmarks in the frame, averaged over their x and y; NaN if the
    drawn heads are not detected.
    """
    codes = np.concatenate([np.zeros_like(moves[:1]), moves]) + w
    tracks: list[list[NDArray[Any]]] = []
    with ClipReader(clip) as reader:
        for item in reader.items():
            if not isinstance(item, ClipFrame) or not (found := faces.find(item.rgb)):
                continue
            content: Content = model.encode_at(item.rgb, found[0].landmarks)
            to_frame = inverse(content.matrix)
            heads = [drawn_heads.find_heads(picture) for picture in draw(model, content, codes)]
            tracks.append(
                [
                    transform(each[0].landmarks, to_frame).ravel() if each else np.full(10, np.nan)
                    for each in heads
                ]
            )
            progress("motion", len(tracks), len(tracks))
    points = np.array(tracks).reshape(len(tracks), len(codes), 10)
    return [correlation(points[:, 0], points[:, row]) for row in range(1, len(codes))]


def correlation(first: Floats, second: Floats) -> float:
    """Mean Pearson correlation of the columns (frames, tracks), over frames known in both."""
    known = np.isfinite(first).all(1) & np.isfinite(second).all(1)
    if known.sum() < 3:
        return float("nan")
    values = [
        np.corrcoef(one, other)[0, 1]
        for one, other in zip(first[known].T, second[known].T, strict=True)
        if one.std() > 0 and other.std() > 0
    ]
    return float(np.mean(values)) if values else float("nan")
