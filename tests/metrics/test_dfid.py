"""Diverse FID with a backbone and characters whose distance is known."""

from __future__ import annotations

import numpy as np
import pytest

from rosetail.errors import InputError
from rosetail.metrics.dfid import dfid
from rosetail.metrics.fid import fid
from rosetail.metrics.summary import Summary, summarise
from tests.metrics.test_summary import MeanColour

PHOTOS = [np.full((8, 8, 3), level, np.uint8) for level in (60, 120)]


def any_colour(view: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.broadcast_to(rng.integers(0, 256, 3).astype(np.uint8), view.shape)


def always_the_same(view: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rng.integers(0, 256, 3)
    return np.full_like(view, 128)


@pytest.fixture(scope="module")
def target() -> Summary:
    rng = np.random.default_rng(9)
    return summarise((any_colour(PHOTOS[0], rng) for _ in range(3000)), MeanColour())


def test_one_character_for_all_is_far_though_its_mean_is_right(target: Summary) -> None:
    varied = dfid(PHOTOS, any_colour, target, MeanColour(), views=500)
    same = dfid(PHOTOS, always_the_same, target, MeanColour(), views=500)
    spread = np.trace(target.covariance)  # what a single point lacks, all of it
    assert varied.value < 0.02 * spread
    assert same.value == pytest.approx(spread + ((target.mean - 128) ** 2).sum(), rel=1e-6)


def test_it_is_the_mean_of_fid_over_photos(target: Summary) -> None:
    told: list[int] = []
    made = dfid(PHOTOS, any_colour, target, MeanColour(), views=30, seed=4, note=told.append)
    again = dfid(PHOTOS, any_colour, target, MeanColour(), views=30, seed=4)
    assert made == again
    assert made != dfid(PHOTOS, any_colour, target, MeanColour(), views=30, seed=5)
    assert made.value == pytest.approx(np.mean(made.each))
    assert told == [1, 2]
    first = dfid(PHOTOS[:1], any_colour, target, MeanColour(), views=30, seed=4)
    assert first.each == made.each[:1]  # a photo's draws are its own


def test_views_are_of_the_photo_and_differ(target: Summary) -> None:
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (32, 32, 3), np.uint8)
    views: list[np.ndarray] = []

    def keep(view: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        views.append(view)
        return view

    found = dfid([photo], keep, target, MeanColour(), views=5)
    assert all(view.shape == photo.shape for view in views)
    assert len({view.tobytes() for view in views}) == 5
    assert found.value == pytest.approx(fid(summarise(views, MeanColour()), target))


def test_no_photos(target: Summary) -> None:
    with pytest.raises(InputError, match="at least one"):
        dfid([], any_colour, target, MeanColour())
