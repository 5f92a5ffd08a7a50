"""Re-scoring (Shen and others 2020, "InterFaceGAN"): does an edit change what it names, and only
that?

A classifier that had no part in finding the directions scores pictures before and after each edit.
Rows of the matrix are edits, columns the attributes whose scores change: a good method has a large
diagonal and nearly nothing beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import InputError

Floats = NDArray[np.float64]

RESAMPLES = 1000


class Rescored(NamedTuple):
    """Mean changes of scores (edits, attributes), and the middle 95 % of bootstrap means."""

    edits: tuple[str, ...]
    attributes: tuple[str, ...]
    change: Floats
    low: Floats
    high: Floats

    @property
    def hit(self) -> float:
        """Mean change of the attribute that an edit names; NaN where none names one."""
        own = self._own()
        return float(self.change[own].mean()) if own.any() else float("nan")

    @property
    def spill(self) -> float:
        """Mean absolute change of all others; NaN where there are none."""
        others = ~self._own()
        return float(np.abs(self.change[others]).mean()) if others.any() else float("nan")

    def _own(self) -> NDArray[np.bool_]:
        return np.array([[edit == name for name in self.attributes] for edit in self.edits])


class Reading(NamedTuple):
    """How well a tag is read on ``pictures`` that have it, a chance above a half being a yes."""

    pictures: int
    precision: float
    recall: float


def readings(
    chances: NDArray[np.floating[Any]], truth: NDArray[np.floating[Any]], tags: Sequence[str]
) -> dict[str, Reading]:
    """Of every tag, ``chances`` and ``truth`` being (N, tags), truth 1, 0 or, where nobody knows,
    NaN, which counts nowhere. NaN in the answer: nothing to divide."""
    says, has = (chances > 0.5) & np.isfinite(truth), truth > 0.5
    hits, said, had = (each.sum(0) for each in (says & has, says, has))
    with np.errstate(invalid="ignore"):
        rows = zip(had.tolist(), (hits / said).tolist(), (hits / had).tolist(), strict=True)
    return {tag: Reading(*row) for tag, row in zip(tags, rows, strict=True)}


def rescore(
    before: NDArray[np.floating[Any]],
    after: Mapping[str, NDArray[np.floating[Any]]],
    attributes: Sequence[str],
    *,
    seed: int,
) -> Rescored:
    """What each edit does to the scores of the same pictures.

    ``before`` holds the scores (N, attributes) of the pictures as they were, ``after`` by the name
    of each edit those of the same pictures, edited, in the same order. Edits and attributes that
    belong together have one name. Raises InputError where numbers of pictures differ or there are
    none.
    """
    shape = (len(before), len(attributes))
    for name, scores in (("the pictures as they were", before), *after.items()):
        if scores.shape != shape or not scores.size:
            raise InputError(
                f"{name}: scores of shape {scores.shape}, not {shape}; score the same pictures, "
                "one or more, for all attributes"
            )
    if not after:
        raise InputError("no edits to score; give at least one")
    changes = np.stack([scores.astype(np.float64) - before for scores in after.values()], 1)
    rng = np.random.default_rng(seed)
    means = [changes[rng.integers(shape[0], size=shape[0])].mean(0) for _ in range(RESAMPLES)]
    low, high = np.percentile(means, (2.5, 97.5), axis=0)
    return Rescored(tuple(after), tuple(attributes), changes.mean(0), low, high)
