"""Measures of the drawings of one snapshot of a training run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from rosetail.arrays import Bytes, Doubles
from rosetail.directions.draws import style_seed
from rosetail.directions.taggers import resized
from rosetail.evaluate.edit_measures import DFID_VIEWS
from rosetail.evaluate.features import FeatureExtractor
from rosetail.evaluate.people import Subject
from rosetail.evaluate.translators import ManyStyles, Translator
from rosetail.metrics.fid import FeatureStats, fid
from rosetail.metrics.kid import kid
from rosetail.metrics.landmarks import error_in_drawing
from rosetail.metrics.lpips import distance, diversity
from rosetail.training.random_views import draw_view

Values = dict[str, float]

CONSISTENCY_VIEWS = 8


@dataclass(frozen=True)
class RunMeasureSettings:
    """``cast``: styles of a photo for diversity. ``views``: of each photo for DFID, 0 skips it.
    ``many``: photos that measures of many pictures are taken on."""

    cast: int = 6
    views: int = 100
    many: int = 10
    seed: int = 0


class RunMeasures:
    """Measures translators on ``people``, shown at ``side`` pixels, and heads of ``drawings``."""

    def __init__(
        self,
        people: Sequence[Subject],
        drawings: Sequence[Bytes],
        side: int,
        extract: FeatureExtractor,
        settings: RunMeasureSettings,
    ) -> None:
        self.people, self.side, self.extract, self.settings = people, side, extract, settings
        self.photos = [resized(person.rgb, side) for person in people]
        self.drawings = [resized(head, side) for head in drawings]
        self._drawn_rows = self._rows(self.drawings)
        self._photo_rows = self._rows(self.photos)
        self._target = FeatureStats.of(self._drawn_rows)
        self._photos_kid = kid(self._photo_rows, self._drawn_rows)
        self._photos_fid = fid(FeatureStats.of(self._photo_rows), self._target)

    def of(self, model: Translator) -> Values:
        """All measures; those of styles only for networks that have them.

        kid, fid: to the drawings, and kid_photos: to the photos; all distances between sets are
        divided by that of the photos to the drawings. landmarks: the median landmark error in eye
        distances, and found: the share of faces that are found. apart: perceptual distance to the
        photo.
        """
        pictures = [model.draw(photo, self._seed(i)) for i, photo in enumerate(self.photos)]
        rows, apart = self._seen(pictures)
        errors = np.array([self._error(*pair) for pair in zip(self.people, pictures, strict=True)])
        known = errors[np.isfinite(errors)]
        values = self._distances(rows) | {
            "kid_photos": kid(rows, self._photo_rows) / self._photos_kid,
            "landmarks": float(np.median(known)) if len(known) else float("nan"),
            "found": len(known) / len(errors),
            "apart": float(np.mean(apart)),
        }
        return values | self._styles(model) if isinstance(model, ManyStyles) else values

    def _styles(self, model: ManyStyles) -> Values:
        """dfid: mean FID of a photo's views in random styles. diversity: mean perceptual distance
        between styles of a photo. consistency: share of the variance of style codes that lies
        between views of one photo, 0 where a code does not depend on the view. cycle: mean absolute
        difference of a photo and its reconstruction, in levels. back_kid: KID to photos of the
        drawings turned into photos.
        """
        photos = self.photos[: self.settings.many]
        values = {
            "diversity": float(np.mean([self._diversity(model, *each) for each in _nth(photos)])),
            "consistency": self._consistency(model, photos),
            "cycle": float(np.mean([self._cycle(model, *each) for each in _nth(self.photos)])),
            "back_kid": self._back(model),
        }
        if self.settings.views:
            found = [self._dfid(model, *each) for each in _nth(photos)]
            values["dfid"] = float(np.mean(found))
        return values

    def _distances(self, rows: Doubles) -> Values:
        return {
            "kid": kid(rows, self._drawn_rows) / self._photos_kid,
            "fid": fid(FeatureStats.of(rows), self._target) / self._photos_fid,
        }

    def _diversity(self, model: ManyStyles, number: int, photo: Bytes) -> float:
        seeds = range(self.settings.cast)
        cast = [model.draw(photo, self._seed(number, seed)) for seed in seeds]
        return diversity(cast, self.extract.perceptual)

    def _consistency(self, model: ManyStyles, photos: Sequence[Bytes]) -> float:
        codes = np.array(
            [
                [model.style(view) for view in self._views(number, photo, CONSISTENCY_VIEWS)]
                for number, photo in _nth(photos)
            ]
        )
        within, total = codes.var(axis=1).mean(), codes.reshape(-1, codes.shape[2]).var(axis=0)
        return float(within / max(total.mean(), 1e-12))

    def _cycle(self, model: ManyStyles, number: int, photo: Bytes) -> float:
        back = model.cycle(photo, self._seed(number)).back
        return float(cv2.absdiff(photo, back).mean())

    def _back(self, model: ManyStyles) -> float:
        drawings = self.drawings[: len(self.photos)]
        made = [model.photograph(drawing, self._seed(i)) for i, drawing in _nth(drawings)]
        return kid(self._rows(made), self._photo_rows) / self._photos_kid

    def _dfid(self, model: ManyStyles, number: int, photo: Bytes) -> float:
        """Equation 5.1 of Trần and Vòng (2022) for one photo; see Chong and Forsyth (2021)."""
        views = self._views(number, photo, self.settings.views)
        rows = self._rows([model.draw(view, self._seed(number, i)) for i, view in _nth(views)])
        return fid(FeatureStats.of(rows), self._target) / self._photos_fid

    def _views(self, number: int, photo: Bytes, count: int) -> list[Bytes]:
        rng = np.random.default_rng([self.settings.seed, number])
        return [draw_view(rng, self.side, self.side, DFID_VIEWS).of(photo) for _ in range(count)]

    def _error(self, person: Subject, picture: Bytes) -> float:
        """Detectors need larger faces than a small network draws: the drawing is enlarged."""
        return error_in_drawing(person.landmarks, resized(picture, person.rgb.shape[0]))

    def _seen(self, pictures: Sequence[Bytes]) -> tuple[Doubles, list[float]]:
        """Features (N, D) of the drawings of all photos, and their distances to the photos."""
        rows, apart = [], []
        for photo, picture in zip(self.photos, pictures, strict=True):
            features = self.extract(picture)
            rows.append(features.pooled)
            apart.append(distance(self.extract(photo).maps, features.maps))
        return np.stack(rows), apart

    def _rows(self, pictures: Sequence[Bytes]) -> Doubles:
        return np.stack([self.extract.backbone(picture) for picture in pictures])

    def _seed(self, number: int, style: int = 0) -> int:
        return style_seed(self.settings.seed, number) + style


def _nth(pictures: Sequence[Bytes]) -> list[tuple[int, Bytes]]:
    return list(enumerate(pictures))
