"""Measures of edits: distances to drawings, diversity, re-scoring, locality and motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Bytes, Doubles
from rosetail.characters.model import CharacterModel
from rosetail.characters.regions import mask
from rosetail.characters.tag_families import region
from rosetail.directions.draws import Progress, style_seed
from rosetail.directions.partial_results import Arrays, PartialResults
from rosetail.directions.taggers import Tagger
from rosetail.evaluate.edit_data import HAS_TAG, PhotoHead, draw
from rosetail.evaluate.edits import PARTS, TAGS, EditName, Edits
from rosetail.evaluate.features import FeatureExtractor
from rosetail.faces import drawn_heads, faces
from rosetail.faces.warp import inverse, transform
from rosetail.metrics.fid import FeatureStats, fid
from rosetail.metrics.kid import kid
from rosetail.metrics.landmarks import landmark_error
from rosetail.metrics.lpips import Maps, distance_map, diversity
from rosetail.metrics.rescoring import RescoringMatrix, rescore
from rosetail.training.random_views import Augment, draw_view
from rosetail.video.reader import ClipFrame, ClipReader

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
    ``apart`` (C, N): landmark error from the photo, NaN where no head is found. ``shown``: pictures
    [C, S, S, 3] of the first photos.
    """

    edits: Edits
    features: Doubles
    scores: Doubles
    outside: Doubles
    apart: Doubles
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

    def identity(self) -> dict[EditName, float]:
        """The median of ``apart`` for each edit; NaN if no head was found."""
        known = np.isfinite(self.apart)
        return {
            name: float(np.median(row[found])) if found.any() else float("nan")
            for name, row, found in zip(self.edits.names, self.apart, known, strict=True)
        }

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
    """Measures that draw the ``edits`` of a model on the heads of photos.

    With ``parts``, results of each photo are kept, so that a stopped evaluation continues.
    """

    model: CharacterModel
    heads: Sequence[PhotoHead]
    edits: Edits
    extract: FeatureExtractor
    seed: int
    progress: Progress
    parts: PartialResults | None = None

    def pictures(self, rescorer: Tagger) -> EditedPictures:
        """A random character of each photo with every edit, and its measures."""
        columns = [rescorer.tags.index(tag) for tag in TAGS.values()]
        found = [
            self._kept(f"pictures-{number:05d}", partial(self._edited, number, head, rescorer))
            for number, head in self._heads("edits")
        ]
        return EditedPictures(
            self.edits,
            np.stack([each["features"] for each in found], 1),
            np.stack([each["scores"][:, columns] for each in found], 1).astype(np.float64),
            np.stack([each["outside"] for each in found], 1),
            np.stack([each["apart"] for each in found], 1),
            [each["pictures"] for each in found[:SHOWN]],
        )

    def _edited(self, number: int, head: PhotoHead, rescorer: Tagger) -> Arrays:
        """One random character of a photo after every edit, and its measures."""
        w = self.model.random_w(1, style_seed(self.seed, number))[0]
        pictures = draw(self.model, head.content, self.edits.apply_all(w))
        before, *after = [self.extract(picture) for picture in pictures]
        ratios = [
            outside_to_inside(before.maps, each.maps, part, self.model)
            for each, (_, part) in zip(after, self.edits.names[1:], strict=True)
        ]
        return {
            "pictures": pictures,
            "scores": rescorer(pictures),
            "features": np.stack([each.pooled for each in (before, *after)]),
            "outside": np.array([np.nan, *ratios]),
            "apart": np.array([_drawn_apart(head.landmarks, picture) for picture in pictures]),
        }

    def dfid(self, target: FeatureStats, views: int) -> dict[EditName, float]:
        """Diverse FID of each edit (Chong and Forsyth 2021; Trần and Vòng 2022, equation 5.1).

        The mean over photos of the FID, to the drawings, of random views of the photo, each in a
        random style. FID over many photos does not penalize a generator that draws one character
        per photo; DFID does. All edits see the same views and styles.
        """
        values = []
        for number, head in self._heads("DFID"):
            compute = partial(self._diverse, number, head, target, views)
            values.append(self._kept(f"dfid-{views}-{number:05d}", compute)["fid"])
        return dict(zip(self.edits.names, np.mean(values, axis=0).tolist(), strict=True))

    def _diverse(self, number: int, head: PhotoHead, target: FeatureStats, views: int) -> Arrays:
        """The FID of every edit for one photo."""
        backbone, rng = self.extract.backbone, np.random.default_rng([self.seed, number])
        stats = [FeatureStats(backbone.width, sample_size=0) for _ in self.edits.names]
        side = head.rgb.shape[0]
        for _ in range(views):
            view = draw_view(rng, side, side, DFID_VIEWS).of(head.rgb)
            w = self.model.random_w(1, int(rng.integers(2**31)))[0]
            pictures = draw(self.model, self.model.encode_head(view), self.edits.apply_all(w))
            for each, picture in zip(stats, pictures, strict=True):
                each.add(backbone(picture)[None])
        return {"fid": np.array([fid(each, target) for each in stats])}

    def diversity(self, cast: int) -> dict[EditName, float]:
        """Mean perceptual distance over all pairs of ``cast`` random characters of a photo."""
        values = []
        for number, head in self._heads("diversity"):
            compute = partial(self._varied, number, head, cast)
            values.append(self._kept(f"cast-{cast}-{number:05d}", compute)["distance"])
        return dict(zip(self.edits.names, np.mean(values, axis=0).tolist(), strict=True))

    def _varied(self, number: int, head: PhotoHead, cast: int) -> Arrays:
        w = self.model.random_w(cast, style_seed(self.seed + 1, number))
        codes = [self.edits.apply(row, w) for row in range(len(self.edits.names))]
        casts = (draw(self.model, head.content, each) for each in codes)
        return {"distance": np.array([diversity(list(c), self.extract.perceptual) for c in casts])}

    def _kept(self, name: str, compute: Callable[[], Arrays]) -> Arrays:
        return compute() if self.parts is None else self.parts.get(name, compute)

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


def _drawn_apart(landmarks: Doubles, picture: Bytes) -> float:
    """Landmark error of the drawn head from the photo's; NaN if none is found."""
    heads = drawn_heads.find_heads(picture)
    return landmark_error(landmarks, heads[0].landmarks) if heads else float("nan")


def outside_to_inside(before: Maps, after: Maps, part: str, model: CharacterModel) -> float:
    """Ratio of the mean perceptual distances outside and inside the region of a part."""
    apart = distance_map(before, after, (model.size, model.size))
    inside = mask(region(TAGS[part]), model.size, model.crop)
    return float(apart[~inside].mean() / max(apart[inside].mean(), 1e-12))


def correlation(first: Doubles, second: Doubles) -> float:
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
