"""The recipe of the finder of heads: its maps, its terms, a short run."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import torch
from rich.console import Console

from rosetail import images
from rosetail.faces import drawn_heads
from rosetail.methods.headfinder import figures
from rosetail.methods.headfinder import recipe as headfinder
from rosetail.methods.headfinder.figures import Figure
from rosetail.methods.headfinder.network import HeadFinder
from rosetail.methods.headfinder.recipe import HeadData, HeadRecipe, HeadSettings, target_maps
from rosetail.methods.headfinder.scenes import Scene
from rosetail.training.loop import RunSettings, train
from tests.training.small_data import prepared


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HeadSettings:
    """A figure that needs no painter."""
    rgba = np.zeros((256, 256, 4), np.uint8)
    cv2.circle(rgba, (128, 128), 60, (240, 200, 180, 255), -1)
    face = np.float32([(105, 120), (150, 120), (128, 140), (115, 160), (140, 160)])
    figure = Figure(rgba, np.float32([70, 70, 186, 186]), face)
    monkeypatch.setattr(headfinder, "paint_figures", lambda folder, count, workers: 0)
    monkeypatch.setattr(headfinder, "read_figures", lambda folder: [figure] * 3)
    return HeadSettings(
        run=RunSettings(steps=3, sheet_every=3, accelerator="cpu"),
        data=HeadData(count=2, photos=(str(prepared(tmp_path / "photos", 1)),), size=64, batch=2),
        width=4,
    )


def scene_of(*boxes: tuple[float, float, float]) -> Scene:
    """Heads by x, y of their middles and their sides, in 160 pixels."""
    rng = np.random.default_rng(5)
    squares = [(x - s / 2, y - s / 2, x + s / 2, y + s / 2) for x, y, s in boxes]
    landmarks = [(x, y) + s * rng.uniform(-0.4, 0.4, (5, 2)) for x, y, s in boxes]
    return Scene(
        np.zeros((160, 160, 3), np.uint8),
        np.array(squares, np.float32).reshape(-1, 4),
        np.array(landmarks, np.float32).reshape(-1, 5, 2),
    )


def test_a_net_that_says_what_is_wanted_finds_the_heads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The maps that are learned and the way that the finder reads them are one convention."""
    scene = scene_of((50.3, 40.8, 44.0), (121.0, 100.5, 60.0))
    maps = {name: each[None] for name, each in target_maps(scene, 160).items()}
    monkeypatch.setattr(drawn_heads, "open_net", lambda name: SimpleNamespace(run=lambda _: maps))
    heads = sorted(
        drawn_heads._detect(scene.picture, 160, mirrored=False), key=lambda head: head.box[0]
    )
    assert len(heads) == 2
    for head, box, landmarks in zip(heads, scene.boxes, scene.landmarks, strict=True):
        # Scenes know edges of pixels, finders their centres.
        np.testing.assert_allclose(head.box, box - 0.5, atol=1e-3)
        np.testing.assert_allclose(head.landmarks, landmarks - 0.5, atol=1e-3)
        assert head.score == 1


def test_maps_of_an_empty_scene_are_empty() -> None:
    maps = target_maps(scene_of(), 160)
    assert not maps["head"].any()
    assert not maps["weight"].any()
    assert maps["landmarks"].shape == (10, 20, 20)


def test_a_middle_beyond_the_border_counts_in_the_last_cell() -> None:
    maps = target_maps(scene_of((163.0, 80.0, 80.0)), 160)
    assert maps["head"][0, 10, 19] == 1
    assert maps["shift"][0, 10, 19] == pytest.approx(163 / 8 - 19.5)


def test_figures_are_as_many_as_asked(config: HeadSettings) -> None:
    recipe = HeadRecipe(config)
    assert len(recipe.figures) == 2
    assert recipe.about()["data"].startswith("2 painted figures, backgrounds of")


def test_a_batch_repeats_and_its_terms_teach(config: HeadSettings) -> None:
    recipe = HeadRecipe(config)
    batch, again = recipe.batch(1, 0), recipe.batch(1, 0)
    assert all(torch.equal(batch[name], again[name]) for name in batch)
    assert not torch.equal(batch["picture"], recipe.batch(2, 0)["picture"])
    torch.manual_seed(0)
    finder = HeadFinder(4)
    optimizer = torch.optim.Adam(finder.parameters(), 0.01)
    totals = []
    for _ in range(30):
        terms = recipe.terms(finder, batch)
        assert terms.keys() == {"head", "shift", "size", "landmarks"}
        total = torch.stack(list(terms.values())).sum()
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        totals.append(total.item())
    assert totals[-1] < 0.5 * totals[0]


def test_the_rate_rises_and_falls(config: HeadSettings) -> None:
    recipe = HeadRecipe(
        HeadSettings(run=RunSettings(steps=1000), data=config.data, warmup_steps=10)
    )
    rates = [recipe.rates(step)["finder"] for step in (0, 9, 500, 1000)]
    assert rates == pytest.approx([2e-4, 2e-3, 1.01e-3, 2e-5], rel=0.01)


def test_a_run_makes_weights_and_a_sheet(config: HeadSettings, tmp_path: Path) -> None:
    outcome = train(HeadRecipe(config), tmp_path / "run", console=Console(quiet=True))
    assert (outcome.step, outcome.reason) == (3, "finished")
    (sheet,) = (tmp_path / "run" / "sheets").iterdir()
    assert images.read(sheet).shape[1] > 6 * 64


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        HeadData(size=72)
    assert figures.SIZE % 32 == 0
