"""Equalised lightness and palettes, against scikit-image and plain arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from skimage import color

from rosetail import images
from rosetail.data.colours import Palette, equalised
from rosetail.data.folders import PreparedFolder
from rosetail.data.prepare import prepare
from rosetail.errors import SettingsError


def pictures(mean: tuple[int, int, int], spread: float, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [
        np.clip(rng.normal(mean, spread, (32, 24, 3)), 0, 255).astype(np.uint8) for _ in range(3)
    ]


def test_equalised_lightness_is_uniform_and_keeps_hues() -> None:
    dark = 20 + 60 * np.random.default_rng(0).normal(0.5, 0.15, (64, 64, 1))
    made = equalised(np.repeat(dark, 3, 2).astype(np.uint8))
    luma = np.sort((made @ np.array([0.299, 0.587, 0.114])).ravel())
    for share in (0.25, 0.5, 0.75):  # quantiles of a uniform distribution
        assert luma[int(share * luma.size)] == pytest.approx(255 * share, abs=10)
    blue, orange = np.array([[[20, 30, 90]]], np.uint8), np.array([[[90, 50, 10]]], np.uint8)
    both = equalised(np.repeat(np.concatenate([blue, orange], 1), 8, 0))
    assert both[0, 0].argmax() == 2
    assert both[0, 1].argmax() == 0


def test_a_palette_is_the_moments_of_lab() -> None:
    shown = pictures((120, 80, 60), 12, 0)
    palette = Palette.of(shown)
    lab = np.concatenate([color.rgb2lab(each).reshape(-1, 3) for each in shown])
    np.testing.assert_allclose(palette.mean, lab.mean(0), atol=0.2)
    np.testing.assert_allclose(palette.spread, lab.std(0), atol=0.2)
    with pytest.raises(ValueError, match="needs pictures"):
        Palette.of([])


def test_a_set_gets_the_palette_of_another() -> None:
    warm, cool = pictures((150, 110, 90), 10, 1), pictures((90, 110, 150), 16, 2)
    own, target = Palette.of(warm), Palette.of(cool)
    moved = Palette.of([own.shift(each, target) for each in warm])
    np.testing.assert_allclose(moved.mean, target.mean, atol=0.6)
    np.testing.assert_allclose(moved.spread, target.spread, atol=0.6)
    same = own.shift(warm[0], own)
    assert np.abs(same.astype(int) - warm[0]).max() <= 1


def test_folders_in_the_colours_of_another(rosetail, astronaut: np.ndarray, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    blue = (astronaut * np.array([0.5, 0.7, 1.0])).astype(np.uint8)
    first.mkdir()
    second.mkdir()
    images.save(blue, first / "a.png")
    images.save(astronaut, second / "b.png")
    prepare(first, tmp_path / "blue", size=128)
    told = ("data", "prepare", second, tmp_path / "out", "--size", 128)
    ran = rosetail(*told, "--palette", tmp_path / "blue", "--equalise")
    assert ran.status == 0, ran.err
    plain = prepare(second, tmp_path / "plain", size=128)
    assert plain.done == 1
    wanted, made, before = (
        Palette.of([PreparedFolder(tmp_path / name).picture(0)])
        for name in ("blue", "out", "plain")
    )
    assert np.abs(made.mean - wanted.mean).max() < 3
    assert np.abs(before.mean - wanted.mean).max() > 8
    with pytest.raises(SettingsError, match="other colours"):
        prepare(second, tmp_path / "out", size=128)
