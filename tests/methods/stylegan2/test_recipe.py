"""StyleGAN2's mechanism: lazy penalties, path lengths, mixed styles, and the reader's terms."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from rosetail.methods.stylegan2.network import StyleGan2, StyleGan2Shape
from rosetail.methods.stylegan2.recipe import (
    PathLength,
    StyleGan2Data,
    StyleGan2Recipe,
    StyleGan2Settings,
)
from rosetail.training import checkpoint, settings
from rosetail.training.loop import RunSettings, train
from tests.training.small_data import prepared, random_vgg, started

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> StyleGan2Settings:
    folder = tmp_path_factory.mktemp("stylegan2")
    return StyleGan2Settings(
        run=RunSettings(steps=6, sheet_every=6, accelerator="cpu"),
        data=StyleGan2Data(
            photos=(str(prepared(folder / "photos", 1)),),
            anime=(str(prepared(folder / "anime", 2)),),
            vgg=str(random_vgg(folder / "vgg.safetensors")),
            size=32,
            batch=2,
        ),
        net=StyleGan2Shape((2, 4, 4, 6), latent=6, mapping=2, coarse=3),
        gan_steps=4,
    )


start = partial(started, StyleGan2Recipe)


def test_phases_and_lazy_penalties(told: StyleGan2Settings) -> None:
    recipe, context = start(replace(told, gan_steps=17))
    game = {"critic_real", "critic_fake", "adversarial"}
    wanted = {0: game | {"gradient", "path"}, 1: game, 4: game | {"path"}, 16: game | {
        "gradient", "path"}, 17: {"known", "pixels", "features", "near"}}  # fmt: skip
    for step, names in wanted.items():
        assert recipe.step(context, recipe.batch(step, 0), step).keys() == names


def test_lazy_terms_are_updates_of_their_own_on_pictures_of_their_own(
    told: StyleGan2Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the port: critic, R1, generator, path length, each with its optimizer step; the
    generator is judged on other codes than the critic was taught with."""
    recipe, context = start(told)
    updates, drawn = [], []
    update, codes = context.update, recipe.codes

    def updated(name: str, terms):  # type: ignore[no-untyped-def]
        found = update(name, terms)
        updates.append((name, *found))
        return found

    def coded(generator, count: int):  # type: ignore[no-untyped-def]
        drawn.append(codes(generator, count))
        return drawn[-1]

    monkeypatch.setattr(context, "update", updated)
    monkeypatch.setattr(recipe, "codes", coded)
    recipe.step(context, recipe.batch(0, 0), 0)
    assert updates == [
        ("critic", "critic_real", "critic_fake"),
        ("critic", "gradient"),
        ("generator", "adversarial"),
        ("generator", "path"),
    ]
    assert [len(each) for each in drawn] == [2, 2, 1]
    assert not torch.equal(drawn[0], drawn[1])


def test_each_phase_changes_its_own_parts(told: StyleGan2Settings) -> None:
    for step, wanted in ((0, {"mapping", "synthesis"}), (5, {"reader"})):
        recipe, context = start(told)
        before = {k: v.clone() for k, v in context.networks["generator"].named_parameters()}
        recipe.step(context, recipe.batch(step, 0), step)
        now = dict(context.networks["generator"].named_parameters())
        moved = {name.split(".")[0] for name in now if not torch.equal(now[name], before[name])}
        assert moved == wanted


def test_two_styles_share_most_drawings(told: StyleGan2Settings) -> None:
    recipe, context = start(told)
    generator = context.networks["generator"]
    turns = []
    for _ in range(200):
        codes = recipe.codes(generator, 2).detach()
        changes = (codes[:, 1:] != codes[:, :-1]).any(2)
        assert torch.equal(changes[0], changes[1])
        assert changes[0].sum() <= 1
        turns.append(int(changes[0].nonzero()[0]) + 1 if changes[0].any() else 0)
    assert np.mean(np.array(turns) > 0) == pytest.approx(0.9, abs=0.07)
    assert set(turns) == set(range(8))


def test_the_mean_w_is_kept_up(told: StyleGan2Settings) -> None:
    recipe, context = start(told)
    generator = context.networks["generator"]
    for _ in range(2000):
        recipe.codes(generator, 4)
    with torch.no_grad():
        wanted = generator.mapping(torch.randn(20_000, 6)).mean(0)
        spread = generator.mapping(torch.randn(2000, 6)).std(0)
    assert ((generator.w_mean - wanted).abs() < 0.2 * spread + 1e-3).all()


def test_path_length_of_a_linear_drawing() -> None:
    """picture = sum of codes times fixed pictures: the gradient is known for every noise."""
    torch.manual_seed(0)
    fixed = torch.randn(4, 3, 8, 8)  # one picture for each number of the code
    codes = torch.randn(2, 1, 4, requires_grad=True)
    picture = torch.einsum("nlc,cxhw->nxhw", codes, fixed)
    lengths = PathLength()
    lengths.mean.fill_(2.0)
    torch.manual_seed(7)
    got = lengths.penalty(picture, codes)
    torch.manual_seed(7)
    noise = torch.randn(2, 3, 8, 8) / 8
    slopes = torch.einsum("nxhw,cxhw->nc", noise, fixed)
    wanted = slopes.norm(dim=1)
    mean = 2 + 0.01 * (wanted.mean() - 2)
    assert float(lengths.mean) == pytest.approx(float(mean), rel=1e-5)
    torch.testing.assert_close(got, (wanted - mean).square().mean(), rtol=1e-4, atol=1e-5)


def test_r1_by_hand(told: StyleGan2Settings) -> None:
    recipe, context = start(told)
    real = torch.rand(2, 3, 32, 32) * 2 - 1
    terms = recipe.r1(context, real)
    x = real.clone().requires_grad_()
    (slope,) = torch.autograd.grad(context.networks["critic"](x).sum(), x)
    wanted = 10 / 2 * 16 * slope.square().sum((1, 2, 3)).mean()
    torch.testing.assert_close(terms["gradient"], wanted, rtol=1e-4, atol=1e-6)


def test_the_reader_learns_to_find_known_codes(told: StyleGan2Settings, tmp_path: Path) -> None:
    run = replace(told.run, steps=60, sheet_every=60, log_every=1)
    weights = replace(told.weights, pixels=0.0, features=0.0, near=0.0)
    data = replace(told.data, batch=8)
    long = replace(told, run=run, weights=weights, data=data, gan_steps=0, reader_lr=5e-3)
    train(StyleGan2Recipe(long), tmp_path / "run", console=QUIET)
    log = (tmp_path / "run" / "log.csv").read_text().splitlines()
    head = log[0].split(",")
    known = [float(line.split(",")[head.index("known")]) for line in log[1:]]
    assert np.mean(known[-10:]) < 0.8 * np.mean(known[:5])


def test_a_run_cut_in_two_ends_with_the_same_bits(told: StyleGan2Settings, tmp_path: Path) -> None:
    train(StyleGan2Recipe(told), tmp_path / "whole", console=QUIET)
    short = replace(told, run=replace(told.run, steps=3))
    train(StyleGan2Recipe(short), tmp_path / "cut", console=QUIET)
    train(StyleGan2Recipe(told), tmp_path / "cut", resume=True, console=QUIET)
    whole, cut = (checkpoint.load(tmp_path / name) for name in ("whole", "cut"))
    for kind in ("networks", "ema"):
        for name, state in whole[kind].items():
            for key, value in state.items():
                assert torch.equal(value, cut[kind][name][key]), f"{name}.{key}"
    assert whole["networks"]["path_length"]["mean"] > 0


def test_settings_and_preset(told: StyleGan2Settings) -> None:
    with pytest.raises(ValueError, match="must be 32"):
        replace(told, data=replace(told.data, size=64))
    preset = settings.load(StyleGan2Settings, "stylegan2")
    assert (preset.weights.gradient, preset.weights.path, preset.lr) == (10, 2, 2e-3)
    assert preset.net == StyleGan2Shape()
    assert preset.data.batch == 16
    assert preset.run.ema == pytest.approx(0.5 ** (32 / 10_000), abs=1e-5)
    assert isinstance(StyleGan2(told.net), torch.nn.Module)
