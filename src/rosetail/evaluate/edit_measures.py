"""Measures of edits: distances to drawings, diversity, re-scoring, locality and motion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

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
from rosetail.metrics.fid import FeatureStats, fid
from rosetail.metrics.kid import kid
from rosetail.metrics.lpips import Maps, distance_map, diversity
from rosetail.metrics.rescoring import RescoringMatrix, rescore
from rosetail.training.random_views import Augment, draw_view
from rosetail.video.reader import ClipFrame, ClipReader

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

DFID_VIEWS = Augment(scale=(0.8, 1.2), turn=20.0)
FEWEST = 50  # drawings needed for a distance to them
SHOWN = 4  # photos whose pictures are kept for the report


class Gain(NamedTuple):
    """Mean change of an edit's own score over the ``characters`` that lack the tag."""

    change: float
    characters: int


@dataclass
class EditedPictures:
    """One random character for each of N photos, after each of C ``edits``.

    ``features`` (C, N, D). ``scores`` (C, N, parts): the re-scorer's probabilities. ``outside`` (C,
    N): ratio of the perceptual distances outside and inside the edited part, NaN for the original.
    ``shown``: pictures [C, S, S, 3] of the first photos.
    """

    edits: Edits
    features: Floats
    scores: Floats
    outside: Floats
    shown: list[Bytes]

    def distances(self, target: FeatureStats) -> dict[EditName, tuple[float, float]]:
        """FID and KID of each edit's pictures to the drawings."""
        return {
            name: (fid(FeatureStats.of(rows), target), kid(rows, target.sample))
            for name, rows in zip(self.edits.names, self.features, strict=True)
        }

    def distances_to_tagged(self, tagged: Mapping[str, FeatureStats]) -> dict[EditName, float]:
        """FID of each edit's pictures to the drawings with its tag; NaN for fewer than FEWEST."""
        values = {}
        for name, rows in zip(self.edits.names[1:], self.features[1:], strict=True):
            stats = tagged[name[1]]
            enough = stats.count >= FEWEST
            values[name] = fid(FeatureStats.of(rows), stats) if enough else float("nan")
        return values

    def locality(self) -> dict[EditName, float]:
        """The median of ``outside`` for each edit."""
        medians = np.median(self.outside[1:], 1).tolist()
        return dict(zip(self.edits.names[1:], medians, strict=True))

    def rescored(self, *, seed: int) -> dict[str, RescoringMatrix]:
        """The re-scoring matrix of each method, over the edits that it has."""
        return {
            method: rescore(
                self.scores[0],
                {part: self.scores[row] for part, row in self.edits.of(method).items()},
                PARTS,
                seed=seed,
            )
            for method in self.edits.methods
        }

    def gains(self) -> dict[EditName, Gain]:
        """The change of each edit's own score over the characters that lack its tag."""
        values = {}
        for name, scores in zip(self.edits.names[1:], self.scores[1:], strict=True):
            column = PARTS.index(name[1])
            before = self.scores[0][:, column]
            change = (scores[:, column] - before)[before < HAS_TAG]
            mean = float(change.mean()) if len(change) else float("nan")
            values[name] = Gain(mean, len(change))
        return values


@dataclass
class EditMeasures:
    """Measures that draw the ``edits`` of a model on the heads of photos."""

    model: CharacterModel
    heads: Sequence[PhotoHead]
    edits: Edits
    extract: FeatureExtractor
    seed: int
    progress: Progress

    def pictures(self, rescorer: Tagger) -> EditedPictures:
        """A random character of each photo with every edit, and its measures."""
        columns = [rescorer.tags.index(tag) for tag in TAGS.values()]
        features, scores, outside, shown = [], [], [], []
        for number, head in self._heads("edits"):
            w = self.model.random_w(1, style_seed(self.seed, number))[0]
            pictures = draw(self.model, head.content, self.edits.apply_all(w))
            before, *after = [self.extract(picture) for picture in pictures]
            ratios = [
                outside_to_inside(before.maps, each.maps, part, self.model)
                for each, (_, part) in zip(after, self.edits.names[1:], strict=True)
            ]
            features.append(np.stack([each.pooled for each in (before, *after)]))
            outside.append([float("nan"), *ratios])
            scores.append(rescorer(pictures)[:, columns])
            if number < SHOWN:
                shown.append(pictures)
        all_scores = np.stack(scores, 1).astype(np.float64)
        outsides = np.array(outside).T
        return EditedPictures(self.edits, np.stack(features, 1), all_scores, outsides, shown)

    def dfid(self, target: FeatureStats, views: int) -> dict[EditName, float]:
        """Diverse FID of each edit (Chong and Forsyth 2021; Trần and Vòng 2022, equation 5.1).

        The mean over photos of the FID, to the drawings, of random views of the photo, each in a
        random style. FID over many photos does not penalize a generator that draws one character
        per photo; DFID does. All edits see the same views and styles.
        """
        backbone, values = self.extract.backbone, []
        for number, head in self._heads("DFID"):
            rng = np.random.default_rng([self.seed, number])
            stats = [FeatureStats(backbone.width, sample_size=0) for _ in self.edits.names]
            side = head.rgb.shape[0]
            for _ in range(views):
                view = draw_view(rng, side, side, DFID_VIEWS).of(head.rgb)
                w = self.model.random_w(1, int(rng.integers(2**31)))[0]
                content = self.model.encode_head(view)
                pictures = draw(self.model, content, self.edits.apply_all(w))
                for each, picture in zip(stats, pictures, strict=True):
                    each.add(backbone(picture)[None])
            values.append([fid(each, target) for each in stats])
        return dict(zip(self.edits.names, np.mean(values, axis=0).tolist(), strict=True))

    def diversity(self, cast: int) -> dict[EditName, float]:
        """Mean perceptual distance over all pairs of ``cast`` random characters of a photo."""
        values = []
        for number, head in self._heads("diversity"):
            w = self.model.random_w(cast, style_seed(self.seed + 1, number))
            codes = [self.edits.apply(row, w) for row in range(len(self.edits.names))]
            casts = (draw(self.model, head.content, each) for each in codes)
            values.append([diversity(list(each), self.extract.perceptual) for each in casts])
        return dict(zip(self.edits.names, np.mean(values, axis=0).tolist(), strict=True))

    def motion(self, clip: Path) -> dict[EditName, float]:
        """Correlation of a character's head motion through a clip with and without each edit.

        Compares the tracks of five landmarks in the frame, averaged over their x and y; NaN if the
        drawn heads are not detected.
        """
        codes = self.edits.apply_all(self.model.random_w(1, self.seed)[0])
        tracks: list[list[NDArray[Any]]] = []
        with ClipReader(clip) as reader:
            for item in reader.items():
                if not isinstance(item, ClipFrame) or not (found := faces.find(item.rgb)):
                    continue
                content = self.model.encode_at(item.rgb, found[0].landmarks)
                to_frame = inverse(content.matrix)
                heads = map(drawn_heads.find_heads, draw(self.model, content, codes))
                lost = np.full(10, np.nan)
                tracks.append(
                    [
                        transform(each[0].landmarks, to_frame).ravel() if each else lost
                        for each in heads
                    ]
                )
                self.progress("motion", len(tracks), len(tracks))
        points = np.array(tracks).reshape(len(tracks), len(codes), 10)
        return {
            name: correlation(points[:, 0], points[:, row])
            for row, name in enumerate(self.edits.names)
            if row
        }

    def _heads(self, step: str) -> Iterator[tuple[int, PhotoHead]]:
        for number, head in enumerate(self.heads):
            yield number, head
            self.progress(step, number + 1, len(self.heads))


def outside_to_inside(before: Maps, after: Maps, part: str, model: CharacterModel) -> float:
    """Ratio of the mean perceptual distances outside and inside the region of a part."""
    apart = distance_map(before, after, (model.size, model.size))
    inside = mask(region(TAGS[part]), model.size, model.crop)
    return float(apart[~inside].mean() / max(apart[inside].mean(), 1e-12))


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
