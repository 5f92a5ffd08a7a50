"""U-GAT-IT's mechanism: terms by hand, rho kept in range, what each attention learns."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from rosetail.methods.ugatit.recipe import (
    GENERATORS,
    UGatItRecipe,
    UGatItSettings,
    UGatItWeights,
    cam_loss,
    critic_terms,
)
from rosetail.training import settings
from rosetail.training.loop import RunSettings, train
from rosetail.training.unpaired import UnpairedData
from tests.training.small_data import prepared, started


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> UGatItSettings:
    folder = tmp_path_factory.mktemp("ugatit")
    return UGatItSettings(
        run=RunSettings(steps=4, sheet_every=4, accelerator="cpu", ema=0.0),
        data=UnpairedData(
            photos=(str(prepared(folder / "photos", 1)),),
            anime=(str(prepared(folder / "anime", 2)),),
            size=96,
        ),
        width=1,
        blocks=1,
        light=True,
    )


start = partial(started, UGatItRecipe)


def test_terms_against_plain_steps(told: UGatItSettings) -> None:
    recipe, context = start(told)
    for network in context.networks.values():
        network.eval()  # spectral norms rest
    nets = context.networks
    photo, anime = (torch.rand(1, 3, 96, 96) * 2 - 1 for _ in range(2))
    made, photo_logits = nets["to_anime"].both(photo)
    back, anime_logits = nets["to_photo"].both(anime)
    shown = {
        "photo": photo,
        "anime": anime,
        "made_anime": made,
        "made_photo": back,
        "photo_logits": photo_logits,
        "anime_logits": anime_logits,
    }
    terms = recipe.generator_terms(nets, shown)
    kept, kept_logits = nets["to_anime"].both(anime)
    wanted = {
        "photo_cycle": 10 * (nets["to_photo"](made) - photo).abs().mean(),
        "anime_identity": 10 * (kept - anime).abs().mean(),
        "photo_cam": -1000 * (photo_logits.sigmoid().log().mean()
                              + (1 - kept_logits.sigmoid()).log().mean()),
        "anime_adversarial": sum((head - 1).square().mean() for name in ("local", "whole")
                                 for head in nets[f"anime_{name}"](made)),
    }  # fmt: skip
    for name, value in wanted.items():
        torch.testing.assert_close(terms[name], value, rtol=1e-4, atol=1e-5)
    judged = critic_terms(nets, shown)
    assert len(judged) == 4
    local = nets["photo_local"]
    value = sum((head - 1).square().mean() for head in local(photo))
    value = value + sum(head.square().mean() for head in local(back))
    torch.testing.assert_close(judged["critic_photo_local"], value)


@pytest.mark.parametrize("name", [each.name for each in fields(UGatItWeights)])
def test_every_term_can_be_left_out(told: UGatItSettings, name: str) -> None:
    recipe, context = start(replace(told, weights=replace(told.weights, **{name: 0.0})))
    terms = recipe.step(context, recipe.batch(0, 0), 0)
    assert not [term for term in terms if term.endswith(f"_{name}")]
    assert any(term.startswith("critic") for term in terms) == (name != "adversarial")
    assert len(terms) == (6 if name == "adversarial" else 10)


def test_rho_stays_in_range_whatever_the_step(told: UGatItSettings) -> None:
    recipe, context = start(replace(told, lr=2.0))
    for group in (g for o in context.optimizers.values() for g in o.param_groups):
        group["lr"] = 2.0  # steps of two: without clipping every rho would leave [0, 1]
    recipe.step(context, recipe.batch(0, 0), 0)
    rhos = [
        value
        for name in GENERATORS
        for key, value in context.networks[name].named_parameters()
        if key.endswith("rho")
    ]
    assert len(rhos) == 2 * 4
    values = torch.cat([rho.flatten() for rho in rhos])
    assert values.min() >= 0
    assert values.max() <= 1
    assert {0.0, 1.0} & set(values.tolist())


def test_cam_loss_is_the_cross_entropy() -> None:
    source, target = torch.tensor([[2.0, -1.0]]), torch.tensor([[0.5, -3.0]])
    sigmoid = [1 / (1 + np.exp(-x)) for x in (2.0, -1.0, 0.5, -3.0)]
    wanted = -(np.log(sigmoid[0]) + np.log(sigmoid[1])) / 2
    wanted -= (np.log(1 - sigmoid[2]) + np.log(1 - sigmoid[3])) / 2
    assert float(cam_loss(source, target)) == pytest.approx(wanted, rel=1e-5)


def test_attention_learns_to_tell_photos_from_drawings(
    told: UGatItSettings, tmp_path: Path
) -> None:
    run = replace(told.run, steps=40, sheet_every=40, log_every=1)
    weights = replace(told.weights, adversarial=0.0, cycle=0.0)
    long = replace(told, run=run, lr=1e-2, width=2, weights=weights)
    train(UGatItRecipe(long), tmp_path / "run", console=Console(quiet=True))
    log = (tmp_path / "run" / "log.csv").read_text().splitlines()
    head = log[0].split(",")
    cam = [float(line.split(",")[head.index("photo_cam")]) for line in log[1:]]
    assert np.mean(cam[-8:]) < 0.8 * np.mean(cam[:8])


def test_sizes_that_the_global_critic_cannot_see(told: UGatItSettings) -> None:
    with pytest.raises(ValueError, match="at least 96"):
        replace(told, data=replace(told.data, size=88))


@pytest.mark.parametrize(("name", "size"), [("ugatit", 256), ("ugatit-light", 0)])
def test_presets_have_the_published_numbers(name: str, size: int) -> None:
    told = settings.load(UGatItSettings, name)
    weights = told.weights
    assert (weights.adversarial, weights.cycle, weights.identity, weights.cam) == (1, 10, 10, 1000)
    assert (told.lr, told.weight_decay, told.width, told.blocks) == (1e-4, 1e-4, 64, 4)
    assert told.light == (size == 0)
