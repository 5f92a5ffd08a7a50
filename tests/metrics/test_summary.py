"""Streamed moments are those of all rows at once; the sample is fair; the cache knows content."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from rosetail import images
from rosetail.data.folders import pictures
from rosetail.errors import InputError
from rosetail.metrics.fid import fid
from rosetail.metrics.summary import Summary, summarise, summarise_files

RNG = np.random.default_rng(0)


class MeanColour:
    """A backbone of three numbers: the mean of each channel. It counts how often it looks."""

    name = fingerprint = "mean colour"
    width = 3

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        self.looks += 1
        return picture.mean((0, 1), dtype=np.float64)


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_portions_give_the_moments_of_all_rows(offset: float) -> None:
    rows = RNG.normal(size=(500, 6)) @ RNG.normal(size=(6, 6)) + offset
    summary = Summary(6)
    for part in np.split(rows, [1, 3, 3, 200]):
        summary.add(part)
    assert summary.count == 500
    np.testing.assert_allclose(summary.mean, rows.mean(0), rtol=1e-12)
    np.testing.assert_allclose(summary.covariance, np.cov(rows.T), rtol=1e-6, atol=1e-9)


def test_every_row_is_as_likely_to_be_kept() -> None:
    seen = np.zeros(40)
    for seed in range(600):
        summary = Summary(1, kept=10, seed=seed)
        summary.add(np.arange(40.0)[:, None])
        kept = summary.sample[:, 0].astype(int)
        assert len(set(kept)) == 10
        seen[kept] += 1
    chance, error = 600 / 4, np.sqrt(600 * 0.25 * 0.75)
    assert (np.abs(seen - chance) < 4 * error).all()


def test_few_rows_are_all_kept_and_the_seed_decides() -> None:
    rows = RNG.normal(size=(50, 3))
    few, first, again, other = (Summary(3, kept=k, seed=s) for k, s in
                                ((60, 0), (20, 0), (20, 0), (20, 1)))  # fmt: skip
    few.add(rows)
    assert np.array_equal(few.sample, rows)
    first.add(rows)
    again.add(rows[:7])
    again.add(rows[7:])
    other.add(rows)
    assert np.array_equal(first.sample, again.sample)
    assert not np.array_equal(first.sample, other.sample)


def test_more_pictures_need_no_more_memory() -> None:
    def peak(count: int) -> int:
        backbone = MeanColour()
        frames = (np.full((8, 8, 3), number % 256, np.uint8) for number in range(count))
        tracemalloc.start()
        summarise(frames, backbone, kept=500)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(5000) < 1.1 * peak(1000)


def test_progress_is_told() -> None:
    told: list[int] = []
    blank = np.zeros((2, 2, 3), np.uint8)
    assert summarise([blank] * 3, MeanColour(), note=told.append).count == 3
    assert told == [1, 2, 3]


def folder(where: Path, count: int = 5) -> Path:
    where.mkdir()
    for number in range(count):
        picture = np.random.default_rng(number).integers(0, 256, (6, 6, 3), np.uint8)
        images.save(picture, where / f"{number}.png")
    return where


def test_the_cache_goes_by_what_pictures_show(tmp_path: Path) -> None:
    shown, cache, backbone = folder(tmp_path / "shown"), tmp_path / "cache", MeanColour()
    made = summarise_files(pictures(shown), backbone, cache)
    assert backbone.looks == 5
    (shown / "0.png").rename(shown / "00.png")  # another name, the same order
    again = summarise_files(pictures(shown), backbone, cache)
    assert backbone.looks == 5
    for mine, theirs in ((made.mean, again.mean), (made.covariance, again.covariance)):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(made.sample, again.sample)
    images.save(np.zeros((6, 6, 3), np.uint8), shown / "1.png")
    changed = summarise_files(pictures(shown), backbone, cache)
    assert backbone.looks == 10
    assert not np.allclose(changed.mean, made.mean)
    summarise_files(pictures(shown), backbone, cache, seed=1)
    assert backbone.looks == 15
    assert len(list(cache.iterdir())) == 3


def test_a_damaged_cache_is_made_again(tmp_path: Path) -> None:
    shown, cache, backbone = folder(tmp_path / "shown"), tmp_path / "cache", MeanColour()
    made = summarise_files(pictures(shown), backbone, cache)
    (kept,) = cache.iterdir()
    for damage in (b"", b"nothing of the kind", kept.read_bytes()[:200]):
        kept.write_bytes(damage)
        np.testing.assert_array_equal(
            summarise_files(pictures(shown), backbone, cache).mean, made.mean
        )
    assert backbone.looks == 20
    assert list(cache.iterdir()) == [kept]
    kept.write_bytes(b"")
    with pytest.raises(InputError, match=f"{kept.name}: not kept statistics"):
        Summary.load(kept)


def test_bad_rows() -> None:
    summary = Summary(3)
    with pytest.raises(ValueError, match=r"\(N, 3\)"):
        summary.add(np.zeros((2, 4)))
    summary.add(np.zeros((0, 3)))
    summary.add(np.zeros((1, 3)))
    with pytest.raises(ValueError, match="two pictures"):
        _ = summary.covariance


class Patches:
    """A backbone that costs nothing: mean levels of 4 x 4 patches, 48 numbers."""

    name = fingerprint = "patches"
    width = 48

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        return picture.reshape(4, 4, 4, 4, 3).mean((1, 3), dtype=np.float64).reshape(-1)


def peak_of(count: int) -> tuple[int, float]:
    """Bytes held at most while so many pictures stream into a summary, and their FID to others."""
    rng = np.random.default_rng(0)
    pictures = (rng.integers(0, 256, (16, 16, 3), np.uint8) for _ in range(count))
    others = summarise((np.full((16, 16, 3), level, np.uint8) for level in range(256)), Patches())
    tracemalloc.start()
    try:
        distance = fid(summarise(pictures, Patches()), others)
        return tracemalloc.get_traced_memory()[1], distance
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_many_pictures_need_no_more_memory_than_a_thousand(count: int) -> None:
    few, near = peak_of(1_000)
    many, far = peak_of(count)
    assert many <= 1.1 * few
    assert far == pytest.approx(near, rel=0.05), "the same pictures, more of them"
