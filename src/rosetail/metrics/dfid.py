"""Diverse FID (Chong and Forsyth 2021, "GANs N' Roses", arXiv 2106.06561): does one photo give
characters as varied as the drawings are?

A generator that always draws the same character may have a good FID over many photos. So FID is
taken for each photo by itself: many random views of it in random styles against all drawings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import InputError
from rosetail.metrics.features import Backbone
from rosetail.metrics.fid import fid
from rosetail.metrics.summary import Summary, summarise
from rosetail.training.random_views import Augment, draw_view

Bytes = NDArray[np.uint8]
Draw = Callable[[Bytes, np.random.Generator], Bytes]

VIEWS = 1000  # of every photo, as published
TURNED = Augment(scale=(0.8, 1.2), turn=20.0)


class Dfid(NamedTuple):
    """The mean over photos, and FID of each photo."""

    value: float
    each: list[float]


def dfid(
    photos: Iterable[Bytes],
    draw: Draw,
    target: Summary,
    backbone: Backbone,
    *,
    views: int = VIEWS,
    augment: Augment = TURNED,
    seed: int = 0,
    note: Callable[[int], None] | None = None,
) -> Dfid:
    """Mean over ``photos`` of FID between their drawings and the drawings summed up in ``target``.

    Photos are square, uint8 (S, S, 3). ``draw(view, rng)`` draws a view of the photo in a style
    that it takes from ``rng``; the view too is drawn, within ``augment``, from a generator that
    depends on ``seed`` and the photo's number alone. ``note`` is told the photos done. Raises
    InputError without photos.
    """
    each = []
    for number, photo in enumerate(photos):
        rng = np.random.default_rng([seed, number])
        drawn = (draw(_view(photo, rng, augment), rng) for _ in range(views))
        each.append(fid(summarise(drawn, backbone, kept=0), target))
        if note is not None:
            note(number + 1)
    if not each:
        raise InputError("no photos to measure diversity with; give at least one")
    return Dfid(float(np.mean(each)), each)


def _view(photo: Bytes, rng: np.random.Generator, augment: Augment) -> Bytes:
    side = photo.shape[0]
    return draw_view(rng, side, side, augment).of(photo)
