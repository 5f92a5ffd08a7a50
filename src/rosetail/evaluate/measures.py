"""What is measured of a method's drawings, picture by picture, and the numbers for a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.engines import usable_cores
from rosetail.evaluate.intervals import NOTHING, Estimate, bootstrap, jackknife, share
from rosetail.evaluate.portraits import Portrait, skin_of
from rosetail.evaluate.sight import Seen, Sight
from rosetail.faces import faces
from rosetail.metrics.fid import fid
from rosetail.metrics.flatness import edge_strength, flatness
from rosetail.metrics.kid import kid_with_interval
from rosetail.metrics.landmarks import landmark_error
from rosetail.metrics.summary import Summary

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

Draw = Callable[[Portrait], Bytes]

WORKERS = min(4, usable_cores())
FEWEST = 8  # pictures from which a distance of sets says something


@dataclass(frozen=True)
class Pictures:
    """One value a portrait in each array; NaN where it could not be measured. ``features`` (N, D).

    errors: of landmarks, in eye distances. lighter: how much lighter the skin became, OKLCH.
    """

    drawings: list[Bytes]
    features: Floats
    errors: Floats
    flat: Floats
    edges: Floats
    apart: Floats
    lighter: Floats


@dataclass(frozen=True)
class Measure:
    """A row or column of tables: how it is called, written, and which way is better (-1: less,
    1: more, 0: neither). ``relative``: shown in parts of the photos' own, since the scale of its
    features means nothing to a reader."""

    name: str
    title: str
    form: str
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


def measured(
    portraits: Sequence[Portrait],
    draws: Mapping[str, Draw],
    sight: Sight,
    *,
    workers: int = WORKERS,
    note: Callable[[int], None] | None = None,
) -> dict[str, Pictures]:
    """Every portrait drawn by every method, each drawing measured beside the photo.

    Portraits are shared out over ``workers`` threads: the networks free Python's lock. ``note`` is
    told the portraits done.
    """

    def one(portrait: Portrait) -> dict[str, _Row]:
        photo = sight(portrait.rgb)
        return {name: _row(portrait, photo, draw(portrait), sight) for name, draw in draws.items()}

    rows: dict[str, list[_Row]] = {name: [] for name in draws}
    with ThreadPoolExecutor(max(1, workers)) as pool:
        for count, found in enumerate(pool.map(one, portraits), start=1):
            for name, row in found.items():
                rows[name].append(row)
            if note is not None:
                note(count)
    return {name: _gathered(each) for name, each in rows.items()}


class _Row(NamedTuple):
    drawn: Bytes
    features: Floats
    values: tuple[float, float, float, float, float]


def _row(portrait: Portrait, photo: Seen, drawn: Bytes, sight: Sight) -> _Row:
    seen = sight(drawn)
    values = (
        _error(portrait, drawn),
        flatness(portrait.rgb, drawn),
        edge_strength(portrait.rgb, drawn),
        sight.apart(photo, seen),
        skin_of(drawn, portrait.landmarks) - portrait.skin,
    )
    return _Row(drawn, seen.features, values)


def _gathered(rows: Sequence[_Row]) -> Pictures:
    values = np.asarray([row.values for row in rows], np.float64)
    features = np.stack([row.features for row in rows])
    return Pictures([row.drawn for row in rows], features, *values.T)


def estimates(
    pictures: Pictures, anime: Floats, *, rows: Sequence[int] | None = None, seed: int = 0
) -> dict[str, Estimate]:
    """By the names of MEASURES, of all portraits or of some ``rows``; ``anime`` (M, D) are the
    features of the drawings to compare with. FID of a few rows would be all bias: it is measured of
    all alone."""
    chosen = np.arange(len(pictures.errors)) if rows is None else np.asarray(rows, int)
    features = pictures.features[chosen]
    errors = pictures.errors[chosen]
    enough = min(len(features), len(anime)) >= FEWEST
    whole = enough and rows is None
    target = _summary(anime)
    return {
        "kid": Estimate(*kid_with_interval(features, anime, seed=seed)) if enough else NOTHING,
        "fid": jackknife(features, lambda some: fid(_summary(some), target)) if whole else NOTHING,
        "error": bootstrap(errors, _median, seed=seed),
        "found": share(np.isfinite(errors).tolist()),
        "apart": bootstrap(pictures.apart[chosen], _mean, seed=seed),
        "flat": bootstrap(pictures.flat[chosen], _median, seed=seed),
        "edges": bootstrap(pictures.edges[chosen], _median, seed=seed),
        "lighter": bootstrap(pictures.lighter[chosen], _mean, seed=seed),
    }


def _error(portrait: Portrait, drawn: Bytes) -> float:
    """Of the face nearest to the photo's; NaN where there is none within an eye distance."""
    known = portrait.landmarks
    apart = [landmark_error(known, face.landmarks) for face in faces.find(drawn)]
    return min((each for each in apart if each < 1), default=float("nan"))


def _summary(rows: Floats) -> Summary:
    summary = Summary(rows.shape[1], kept=0)
    summary.add(rows)
    return summary


def _median(values: Floats) -> float:
    return float(np.median(values))


def _mean(values: Floats) -> float:
    return float(np.mean(values))
