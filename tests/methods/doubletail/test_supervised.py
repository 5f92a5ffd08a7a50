"""The supervised recipe on eight small pairs: terms, phases, gradients, start weights."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file, save_file

from rosetail import images
from rosetail.errors import InputError, WeightsMissing
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.supervised import (
    SupervisedData,
    SupervisedRecipe,
    SupervisedSettings,
    SupervisedWeights,
)
from rosetail.training import checkpoint, settings
from rosetail.training.loop import RunSettings, train
from tests.training.small_data import prepared, random_vgg, started


def drawings(folder: Path) -> Path:
    """Prepared crops that pass for heads of drawings."""
    manifest = prepared(folder, 2) / "manifest.jsonl"
    manifest.write_text(manifest.read_text().replace('"kind": "photo"', '"kind": "anime"'))
    return folder


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> SupervisedSettings:
    folder = tmp_path_factory.mktemp("supervised")
    pairs = prepared(folder / "pairs", 1)
    (pairs / "drawn").mkdir()
    for path in (pairs / "crops").iterdir():
        images.save(255 - images.read(path), pairs / "drawn" / path.name)
    return SupervisedSettings(
        run=RunSettings(steps=4, sheet_every=4, accelerator="cpu"),
        data=SupervisedData(
            pairs=(str(pairs),),
            anime=(str(drawings(folder / "anime")),),
            heads=(str(pairs),),
            vgg=str(random_vgg(folder / "vgg.safetensors")),
            size=32,
            batch=2,
            noise=0.0,
        ),
        weights=SupervisedWeights(kernel=1.0, calm=1.0),
        width=4,
        critic_from=1,
    )


start = partial(started, SupervisedRecipe)


def take(config: SupervisedSettings, step: int) -> dict[str, float]:
    recipe, context = start(config)
    terms = recipe.step(context, recipe.batch(step, 0), step)
    return {name: float(term) for name, term in terms.items()}


def test_phases_have_their_terms(config: SupervisedSettings) -> None:
    alone = {"pixels", "gradients", "features", "eyes", "style", "kernel", "calm"}
    assert take(config, 0).keys() == alone
    judged = {"adversarial", "critic_drawn", "critic_anime", "critic_main"}
    judged |= {"eye_adversarial", "critic_drawn_eyes", "critic_main_eyes"}
    assert take(config, 1).keys() == alone | judged


TERMS = [each.name for each in fields(SupervisedWeights) if each.name != "emphasis"]


@pytest.mark.parametrize("name", TERMS)
def test_every_term_can_be_left_out(config: SupervisedSettings, name: str) -> None:
    terms = take(replace(config, weights=replace(config.weights, **{name: 0.0})), 1)
    assert not terms.get(name)
    about_eyes = {term for term in terms if term.startswith("critic") and term.endswith("eyes")}
    others = {term for term in terms if term.startswith("critic")} - about_eyes
    assert bool(about_eyes) == (name != "eye_adversarial")
    assert bool(others) == (name != "adversarial")


def test_only_encoder_and_main_tail_are_taught(config: SupervisedSettings) -> None:
    recipe, context = start(config)
    before = {
        f"{network}.{name}": each.detach().clone()
        for network, net in context.networks.items()
        for name, each in net.named_parameters()
    }
    recipe.step(context, recipe.batch(1, 0), 1)
    moved = {
        ".".join(f"{network}.{name}".split(".")[:2])
        for network, net in context.networks.items()
        for name, each in net.named_parameters()
        if not torch.equal(each, before[f"{network}.{name}"])
    }
    assert {"generator.encoder", "generator.main_rise"} <= moved
    assert "generator.support_rise" not in moved
    assert any(part.startswith("critic.") for part in moved)


def test_pairs_stay_on_top_of_each_other(config: SupervisedSettings) -> None:
    recipe, _ = start(replace(config, data=replace(config.data, size=24)))
    batch = recipe.batch(3, 0)
    apart = batch["photo"].int() + batch["drawn"].int() - 255  # the drawing is the negative
    light = np.abs(apart.numpy()).mean(axis=(1, 2, 3))
    assert (light < 30).all()  # the light varies by up to a tenth
    again = recipe.batch(3, 0)
    torch.testing.assert_close(again, batch, rtol=0, atol=0, equal_nan=True)
    assert not torch.equal(batch["photo"], recipe.batch(4, 0)["photo"])


def test_noise_is_added_to_the_photo_alone(config: SupervisedSettings) -> None:
    quiet, _ = start(config)
    loud, _ = start(replace(config, data=replace(config.data, noise=20.0)))
    one, other = quiet.batch(0, 0), loud.batch(0, 0)
    assert torch.equal(one["drawn"], other["drawn"])
    apart = (one["photo"].float() - other["photo"].float()).std()
    assert 1 < apart < 20


def test_views_of_the_drawing_can_be_crisped(config: SupervisedSettings) -> None:
    soft, _ = start(config)
    crisp, _ = start(replace(config, data=replace(config.data, sharpening=2.0)))
    one, other = soft.batch(0, 0), crisp.batch(0, 0)
    assert torch.equal(one["photo"], other["photo"])
    assert not torch.equal(one["drawn"], other["drawn"])
    assert one["regions"].shape == one["photo"].shape[:3]


def test_rates_rise_then_fall_to_the_last(config: SupervisedSettings) -> None:
    recipe = SupervisedRecipe(
        replace(config, run=replace(config.run, steps=1000), warmup_steps=100)
    )
    rates = [recipe.rates(step)["generator"] for step in range(1000)]
    assert rates[0] < 0.02 * config.lr
    assert int(np.argmax(rates)) in range(98, 102)
    assert (np.diff(rates[101:]) <= 0).all()
    assert rates[-1] == pytest.approx(config.last_lr, rel=0.01)


def test_learns_and_starts_from_weights(config: SupervisedSettings, tmp_path: Path) -> None:
    run = replace(config.run, steps=40, sheet_every=40, log_every=1)
    # These drawings have nothing to do with the pairs, nor their regions with the drawing.
    paired = replace(config.weights, kernel=0.0, calm=0.0)
    long = replace(config, run=run, weights=paired, lr=5e-3, warmup_steps=5, critic_from=99)
    train(SupervisedRecipe(long), tmp_path / "run", console=Console(quiet=True))
    log = (tmp_path / "run" / "log.csv").read_text().splitlines()
    head = log[0].split(",")
    pixels = [float(line.split(",")[head.index("pixels")]) for line in log[1:]]
    assert np.mean(pixels[-5:]) < 0.7 * np.mean(pixels[:5])
    sheet = images.read(next((tmp_path / "run" / "sheets").iterdir()))
    assert sheet.shape[0] > 3 * 256
    weights = checkpoint.export_weights(tmp_path / "run", tmp_path / "w.safetensors")
    recipe, _ = start(replace(config, start=str(weights)))
    fresh = recipe.networks()["generator"].state_dict()
    for name, each in load_file(weights).items():
        assert torch.equal(fresh[name], each), name


def test_bad_start_and_folders(config: SupervisedSettings, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"none\.safetensors"):
        SupervisedRecipe(replace(config, start=str(tmp_path / "none.safetensors"))).networks()
    junk = tmp_path / "junk.safetensors"
    junk.write_bytes(b"not weights")
    with pytest.raises(InputError, match="junk"):
        SupervisedRecipe(replace(config, start=str(junk))).networks()
    save_file(DoubleTail(8).state_dict(), tmp_path / "wide.safetensors")
    with pytest.raises(InputError, match="wide"):
        SupervisedRecipe(replace(config, start=str(tmp_path / "wide.safetensors"))).networks()
    with pytest.raises(InputError, match="drawn"):
        SupervisedRecipe(replace(config, data=replace(config.data, pairs=())))


@pytest.mark.parametrize("name", ["cel", "soft"])
def test_shipped_presets_load(name: str) -> None:
    config = settings.load(SupervisedSettings, name, [])
    assert config.run.steps >= 1000
    assert config.width == 32
