"""CycleGAN's mechanism: cycle, identity, pool; it learns and goes on to the same bits."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from torch import nn

from rosetail.errors import InputError
from rosetail.methods.cyclegan.recipe import CycleGanRecipe, CycleGanSettings, CycleWeights
from rosetail.training import checkpoint, settings
from rosetail.training.image_pool import ImagePool
from rosetail.training.loop import RunSettings, train
from rosetail.training.unpaired import UnpairedData
from tests.training.small_data import prepared, started

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> CycleGanSettings:
    folder = tmp_path_factory.mktemp("cyclegan")
    return CycleGanSettings(
        run=RunSettings(steps=6, sheet_every=6, accelerator="cpu", ema=0.0),
        data=UnpairedData(
            photos=(str(prepared(folder / "photos", 1)),),
            anime=(str(prepared(folder / "anime", 2)),),
            size=32,
        ),
        width=2,
        blocks=1,
        pool=3,
    )


start = partial(started, CycleGanRecipe)


class Negative(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return -x


@pytest.mark.parametrize("way", [nn.Identity, Negative])
def test_there_and_back_and_what_stays(told: CycleGanSettings, way: type[nn.Module]) -> None:
    """Both ways back are exact, so no cycle term; the negative of a drawing is not the drawing."""
    recipe, context = start(told)
    batch = recipe.batch(0, 0)
    shown = {name: each.permute(0, 3, 1, 2) / 127.5 - 1 for name, each in batch.items()}
    networks = context.networks | {"to_anime": way(), "to_photo": way()}
    terms = recipe.generator_terms(networks, shown)
    assert terms["photo_cycle"] == terms["anime_cycle"] == 0
    for side in ("photo", "anime"):
        levels = batch[side].numpy() / 127.5 - 1
        wanted = 5 * np.abs(2 * levels).mean() if way is Negative else 0
        assert float(terms[f"{side}_identity"]) == pytest.approx(wanted, rel=1e-5)


def test_terms_against_plain_steps(told: CycleGanSettings) -> None:
    recipe, context = start(told)
    nets = context.networks
    photo, anime = (torch.rand(1, 3, 32, 32) * 2 - 1 for _ in range(2))
    shown = {"photo": photo, "anime": anime}
    terms = recipe.generator_terms(nets, shown)
    drawn = nets["to_anime"](photo)
    wanted = 10 * (nets["to_photo"](drawn) - photo).abs().mean()
    torch.testing.assert_close(terms["photo_cycle"], wanted)
    wanted = (nets["anime_critic"](drawn) - 1).square().mean()
    torch.testing.assert_close(terms["anime_adversarial"], wanted)
    torch.testing.assert_close(shown["made_anime"], drawn)


@pytest.mark.parametrize("name", [each.name for each in fields(CycleWeights)])
def test_every_term_can_be_left_out(told: CycleGanSettings, name: str) -> None:
    recipe, context = start(replace(told, weights=replace(told.weights, **{name: 0.0})))
    terms = recipe.step(context, recipe.batch(0, 0), 0)
    assert not [term for term in terms if term.endswith(name)]
    assert any(term.startswith("critic") for term in terms) == (name != "adversarial")
    assert len(terms) == (4 if name == "adversarial" else 8)


def pictures(levels: list[int]) -> torch.Tensor:
    return torch.tensor(levels).view(-1, 1, 1, 1).expand(-1, 3, 2, 2) / 127.5 - 1


def levels(given: torch.Tensor) -> list[int]:
    return ((given[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()


def test_the_pool_gives_back_earlier_pictures_half_of_the_time() -> None:
    torch.manual_seed(0)
    pool = ImagePool(5, 2)
    assert levels(pool.exchange(pictures([10, 11, 12, 13, 14]))) == [10, 11, 12, 13, 14]
    known, earlier = {10, 11, 12, 13, 14}, 0
    for step in range(400):
        level = 20 + step % 200
        (given,) = levels(pool.exchange(pictures([level])))
        if given != level:
            earlier += 1
            assert given in known
            known = known - {given} | {level}
        assert set(pool.pictures[:, 0, 0, 0].tolist()) == known
    assert 160 < earlier < 240


def test_without_a_pool_what_comes_goes_out() -> None:
    pool = ImagePool(0, 2)
    for level in range(30):
        assert levels(pool.exchange(pictures([level]))) == [level]


def test_the_pool_hands_on_no_gradient() -> None:
    made = pictures([5]).clone().requires_grad_()
    assert not ImagePool(2, 2).exchange(made).requires_grad


def test_the_rate_is_level_and_then_falls_to_zero(told: CycleGanSettings) -> None:
    recipe = CycleGanRecipe(replace(told, run=replace(told.run, steps=100)))
    rates = [recipe.rates(step)["generators"] for step in (0, 50, 75, 99)]
    assert rates == pytest.approx([2e-4, 2e-4, 1e-4, 4e-6])
    assert [recipe.phase(step) for step in (0, 49, 50)] == ["level", "level", "falling"]


def test_a_run_cut_in_two_ends_with_the_same_bits(told: CycleGanSettings, tmp_path: Path) -> None:
    """The pool too goes on: without it the critics would see other pictures."""
    train(CycleGanRecipe(told), tmp_path / "whole", console=QUIET)
    short = replace(told, run=replace(told.run, steps=4), lr=told.lr)
    first = CycleGanRecipe(short)
    first.rates = CycleGanRecipe(told).rates  # type: ignore[method-assign]
    train(first, tmp_path / "cut", console=QUIET)
    train(CycleGanRecipe(told), tmp_path / "cut", resume=True, console=QUIET)
    whole, cut = (checkpoint.load(tmp_path / name)["networks"] for name in ("whole", "cut"))
    assert int(whole["anime_pool"]["held"]) == 3
    for name, state in whole.items():
        for key, value in state.items():
            assert torch.equal(value, cut[name][key]), f"{name}.{key}"


def test_it_learns_to_come_back(told: CycleGanSettings, tmp_path: Path) -> None:
    run = replace(told.run, steps=30, sheet_every=30, log_every=1)
    data = replace(told.data, batch=2)
    long = replace(told, run=run, data=data, lr=1e-2, width=4)
    train(CycleGanRecipe(long), tmp_path / "r", console=QUIET)
    log = (tmp_path / "r" / "log.csv").read_text().splitlines()
    head = log[0].split(",")
    cycle = [float(line.split(",")[head.index("photo_cycle")]) for line in log[1:]]
    assert np.mean(cycle[-10:]) < 0.8 * np.mean(cycle[:10])
    assert len(list((tmp_path / "r" / "sheets").iterdir())) == 1
    weights = checkpoint.export_weights(tmp_path / "r", tmp_path / "w.safetensors")
    assert weights.is_file()


def test_bad_settings(told: CycleGanSettings) -> None:
    with pytest.raises(ValueError, match="width"):
        replace(told, width=0)
    with pytest.raises(ValueError, match="multiple of 8"):
        replace(told.data, size=36)
    with pytest.raises(InputError, match="anime"):
        CycleGanRecipe(replace(told, data=replace(told.data, anime=())))


def test_the_preset_has_the_published_numbers() -> None:
    told = settings.load(CycleGanSettings, "cyclegan")
    assert (told.weights.cycle, told.weights.identity, told.pool) == (10, 5, 50)
    assert (told.width, told.blocks, told.data.batch, told.run.ema) == (64, 9, 1, 0)
