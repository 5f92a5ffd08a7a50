"""Re-scoring of edits by an independent classifier (Shen et al. 2020, InterFaceGAN).

A classifier that was not used to find the directions scores pictures before and after each edit. In
the matrix of score changes, rows are edits and columns attributes: a good method has large values
on the diagonal and values near zero elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.arrays import Doubles
from rosetail.errors import InputError
from rosetail.metrics.intervals import bootstrap_interval

Scores = NDArray[np.floating[Any]]


class RescoringMatrix(NamedTuple):
    """Mean score changes (edits, attributes) with their 95 % bootstrap limits."""

    edits: tuple[str, ...]
    attributes: tuple[str, ...]
    change: Doubles
    low: Doubles
    high: Doubles


def rescore(
    before: Scores, after: Mapping[str, Scores], attributes: Sequence[str], *, seed: int
) -> RescoringMatrix:
    """Mean change of each attribute's score by each edit.

    ``before`` (N, attributes) are the scores of the unedited pictures; ``after`` maps each edit to
    the scores of the same pictures after it. The bootstrap resamples pictures, so the correlation
    of attributes is kept. Raises InputError for unequal shapes, and if there are no pictures or
    edits.
    """
    shape = (len(before), len(attributes))
    for name, scores in (("the unedited pictures", before), *after.items()):
        if scores.shape != shape or not scores.size:
            raise InputError(
                f"{name}: scores of shape {scores.shape}, not {shape}; score the same pictures, "
                "one or more, for all attributes"
            )
    if not after:
        raise InputError("no edits to score; give at least one")
    changes = np.stack([scores.astype(np.float64) - before for scores in after.values()], 1)
    low, high = bootstrap_interval(changes, np.mean, seed=seed)
    return RescoringMatrix(tuple(after), tuple(attributes), changes.mean(0), low, high)


class TagAccuracy(NamedTuple):
    """How well a tag is predicted; ``pictures`` is the number of pictures that have it."""

    pictures: int
    precision: float
    recall: float


def tag_accuracy(
    probabilities: Scores, truth: Scores, tags: Sequence[str]
) -> dict[str, TagAccuracy]:
    """Precision and recall of each tag at a threshold of one half.

    ``probabilities`` and ``truth`` are (N, tags); truth is 1, 0 or NaN for unknown, which is
    ignored. Precision is NaN if the tag is never predicted, recall if no picture has it.
    """
    predicted, actual = (probabilities > 0.5) & np.isfinite(truth), truth > 0.5
    hits, positives, present = (each.sum(0) for each in (predicted & actual, predicted, actual))
    with np.errstate(invalid="ignore"):
        rows = zip(
            present.tolist(), (hits / positives).tolist(), (hits / present).tolist(), strict=True
        )
    return {tag: TagAccuracy(*row) for tag, row in zip(tags, rows, strict=True)}
