"""Measures of each method's drawings, and their estimates for the tables of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rosetail.arrays import Bytes, Doubles
from rosetail.engines import usable_cores
from rosetail.evaluate.features import FeatureExtractor, PictureFeatures
from rosetail.evaluate.people import Subject, skin_lightness
from rosetail.metrics.fid import FeatureStats, fid
from rosetail.metrics.flatness import edge_strength, flatness
from rosetail.metrics.intervals import NOT_MEASURED, Estimate, bootstrap, jackknife, proportion
from rosetail.metrics.kid import kid_with_interval
from rosetail.metrics.landmarks import error_in_drawing
from rosetail.metrics.lpips import distance

Draw = Callable[[Subject], Bytes]

WORKERS = min(4, usable_cores())
FEWEST = 8  # pictures needed for distances between sets


@dataclass(frozen=True)
class MeasuredDrawings:
    """The drawings of one method with one value per subject (N,); NaN if not measurable.

    ``features`` (N, D); ``errors``: landmark errors in eye distances; ``flat``, ``edges``: flatness
    and edge strength; ``apart``: perceptual distance to the photo; ``lighter``: change of skin
    lightness (OKLCH).
    """

    drawings: list[Bytes]
    features: Doubles
    errors: Doubles
    flat: Doubles
    edges: Doubles
    apart: Doubles
    lighter: Doubles


class Measure(NamedTuple):
    """A column of the tables. ``better``: -1 lower, 1 higher, 0 neither. ``relative``: shown
    relative to the photos, because the unit depends on the features."""

    name: str
    title: str
    spec: str
    better: int
    relative: bool = False


MEASURES = (
    Measure("kid", "KID to drawings / photos'", "{:.2f}", -1, relative=True),
    Measure("fid", "FID to drawings / photos'", "{:.2f}", -1, relative=True),
    Measure("error", "landmark error", "{:.1%}", -1),
    Measure("found", "faces found", "{:.0%}", 1),
    Measure("apart", "distance to the photo", "{:.3f}", 0),
    Measure("flat", "variance in superpixels", "{:.2f}", -1),
    Measure("edges", "strength of contours", "{:.2f}", 1),
    Measure("lighter", "skin lighter by", "{:+.3f}", 0),
)


def measure(
    people: Sequence[Subject],
    draws: Mapping[str, Draw],
    extract: FeatureExtractor,
    *,
    workers: int = WORKERS,
) -> dict[str, MeasuredDrawings]:
    """Draw every subject with every method and measure each drawing relative to its photo.

    Subjects are shared out over ``workers`` threads.
    """

    def measure_subject(subject: Subject) -> list[_Row]:
        photo = extract(subject.rgb)
        return [_row(subject, photo, draw(subject), extract) for draw in draws.values()]

    with ThreadPoolExecutor(max(1, workers)) as pool:
        rows = list(pool.map(measure_subject, people))
    return {name: _columns(each) for name, each in zip(draws, zip(*rows, strict=True), strict=True)}


_Row = tuple[Bytes, Doubles, tuple[float, ...]]  # drawing, features, values


def _row(
    subject: Subject, photo: PictureFeatures, drawing: Bytes, extract: FeatureExtractor
) -> _Row:
    features = extract(drawing)
    values = (
        error_in_drawing(subject.landmarks, drawing),
        flatness(subject.rgb, drawing),
        edge_strength(subject.rgb, drawing),
        distance(photo.maps, features.maps),
        skin_lightness(drawing, subject.landmarks) - subject.skin,
    )
    return drawing, features.pooled, values


def _columns(rows: Sequence[_Row]) -> MeasuredDrawings:
    drawings, features, values = zip(*rows, strict=True)
    return MeasuredDrawings(list(drawings), np.stack(features), *np.array(values, np.float64).T)


def estimates(
    measured: MeasuredDrawings, target: Doubles, *, rows: Sequence[int] | None = None, seed: int = 0
) -> dict[str, Estimate]:
    """An estimate for each of MEASURES, over all subjects or some ``rows``.

    ``target`` (M, D) are the features of the drawings to compare with. FID is estimated over all
    subjects only, because its bias is too large for a few.
    """
    chosen = np.arange(len(measured.errors)) if rows is None else np.asarray(rows, int)
    features, errors = measured.features[chosen], measured.errors[chosen]
    kid_estimate = fid_estimate = NOT_MEASURED
    if min(len(features), len(target)) >= FEWEST:
        kid_estimate = kid_with_interval(features, target, seed=seed)
        if rows is None:
            stats = FeatureStats.of(target)
            fid_estimate = jackknife(features, lambda some: fid(FeatureStats.of(some), stats))
    return {
        "kid": kid_estimate,
        "fid": fid_estimate,
        "error": bootstrap(errors, np.median, seed=seed),
        "found": proportion(np.isfinite(errors).tolist()),
        "apart": bootstrap(measured.apart[chosen], np.mean, seed=seed),
        "flat": bootstrap(measured.flat[chosen], np.median, seed=seed),
        "edges": bootstrap(measured.edges[chosen], np.median, seed=seed),
        "lighter": bootstrap(measured.lighter[chosen], np.mean, seed=seed),
    }
