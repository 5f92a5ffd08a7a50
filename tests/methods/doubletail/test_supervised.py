"""The taught recipe on eight small pairs: terms, phases, gradients, start weights."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning_fabric import Fabric
from rich.console import Console
from safetensors.torch import load_file, save_file

from rosetail import images
from rosetail.errors import InputError, WeightsMissing
from rosetail.losses.perceptual import relative_difference
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.supervised import (
    TaughtData,
    TaughtRecipe,
    TaughtSettings,
    TaughtWeights,
    change,
    slope_difference,
    statistics_difference,
)
from rosetail.training import checkpoint, settings
from rosetail.training.context import Context
from rosetail.training.loop import RunSettings, train
from tests.training.small_data import prepared, random_vgg


def drawings(folder: Path) -> Path:
    """Prepared crops that pass for heads of drawings."""
    manifest = prepared(folder, 2) / "manifest.jsonl"
    manifest.write_text(manifest.read_text().replace('"kind": "photo"', '"kind": "anime"'))
    return folder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> TaughtSettings:
    folder = tmp_path_factory.mktemp("taught")
    pairs = prepared(folder / "pairs", 1)
    (pairs / "drawn").mkdir()
    for path in (pairs / "crops").iterdir():
        images.save(255 - images.read(path), pairs / "drawn" / path.name)
    return TaughtSettings(
        run=RunSettings(steps=4, sheet_every=4, accelerator="cpu"),
        data=TaughtData(
            pairs=(str(pairs),),
            anime=(str(drawings(folder / "anime")),),
            heads=(str(pairs),),
            vgg=str(random_vgg(folder / "vgg.safetensors")),
            size=32,
            batch=2,
            noise=0.0,
        ),
        weights=TaughtWeights(kernel=1.0, calm=1.0),
        width=4,
        critic_from=1,
    )


def start(told: TaughtSettings) -> tuple[TaughtRecipe, Context]:
    torch.manual_seed(0)
    recipe = TaughtRecipe(told)
    networks = recipe.networks()
    fabric = Fabric(accelerator="cpu", devices=1)
    return recipe, Context(fabric, networks, recipe.optimizers(networks))


def take(told: TaughtSettings, step: int) -> dict[str, float]:
    recipe, context = start(told)
    terms = recipe.step(context, recipe.batch(step, 0), step)
    return {name: float(term) for name, term in terms.items()}


def test_phases_have_their_terms(told: TaughtSettings) -> None:
    alone = {"pixels", "slopes", "features", "eyes", "style", "kernel", "calm"}
    assert take(told, 0).keys() == alone
    judged = {"adversarial", "critic_drawn", "critic_anime", "critic_main"}
    judged |= {"eye_adversarial", "critic_drawn_eyes", "critic_main_eyes"}
    assert take(told, 1).keys() == alone | judged


TERMS = [each.name for each in fields(TaughtWeights) if each.name != "emphasis"]


@pytest.mark.parametrize("name", TERMS)
def test_every_term_can_be_left_out(told: TaughtSettings, name: str) -> None:
    terms = take(replace(told, weights=replace(told.weights, **{name: 0.0})), 1)
    assert not terms.get(name)
    about_eyes = {term for term in terms if term.startswith("critic") and term.endswith("eyes")}
    others = {term for term in terms if term.startswith("critic")} - about_eyes
    assert bool(about_eyes) == (name != "eye_adversarial")
    assert bool(others) == (name != "adversarial")


def test_only_encoder_and_main_tail_are_taught(told: TaughtSettings) -> None:
    recipe, context = start(told)
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


def test_pairs_stay_on_top_of_each_other(told: TaughtSettings) -> None:
    recipe, _ = start(replace(told, data=replace(told.data, size=24)))
    batch = recipe.batch(3, 0)
    apart = batch["photo"].int() + batch["drawn"].int() - 255  # the drawing is the negative
    light = np.abs(apart.numpy()).mean(axis=(1, 2, 3))
    assert (light < 30).all()  # the light varies by up to a tenth
    again = recipe.batch(3, 0)
    torch.testing.assert_close(again, batch, rtol=0, atol=0, equal_nan=True)
    assert not torch.equal(batch["photo"], recipe.batch(4, 0)["photo"])


def test_noise_is_added_to_the_photo_alone(told: TaughtSettings) -> None:
    quiet, _ = start(told)
    loud, _ = start(replace(told, data=replace(told.data, noise=20.0)))
    one, other = quiet.batch(0, 0), loud.batch(0, 0)
    assert torch.equal(one["drawn"], other["drawn"])
    apart = (one["photo"].float() - other["photo"].float()).std()
    assert 1 < apart < 20


def test_views_of_the_drawing_can_be_crisped(told: TaughtSettings) -> None:
    soft, _ = start(told)
    crisp, _ = start(replace(told, data=replace(told.data, crispness=2.0)))
    one, other = soft.batch(0, 0), crisp.batch(0, 0)
    assert torch.equal(one["photo"], other["photo"])
    assert not torch.equal(one["drawn"], other["drawn"])
    assert one["regions"].shape == one["photo"].shape[:3]


def test_rates_rise_then_fall_to_the_last(told: TaughtSettings) -> None:
    recipe = TaughtRecipe(replace(told, run=replace(told.run, steps=1000), rise_steps=100))
    rates = [recipe.rates(step)["generator"] for step in range(1000)]
    assert rates[0] < 0.02 * told.rate
    assert int(np.argmax(rates)) in range(98, 102)
    assert (np.diff(rates[101:]) <= 0).all()
    assert rates[-1] == pytest.approx(told.last_rate, rel=0.01)


def test_differences_against_plain_loops() -> None:
    generator = torch.Generator().manual_seed(0)
    one, other = torch.randn(2, 2, 3, 5, 6, generator=generator)
    apart = (one - other).numpy().astype(np.float64)
    counts = torch.rand(2, 1, 5, 6, generator=generator)
    weight = counts.numpy()
    down = (np.abs(np.diff(apart, axis=2)) * weight[:, :, 1:]).mean()
    right = (np.abs(np.diff(apart, axis=3)) * weight[..., 1:]).mean()
    assert float(slope_difference(one, other, counts)) == pytest.approx(down + right, rel=1e-5)
    relative = np.abs(apart).mean() / np.abs(other.numpy()).mean()
    assert float(relative_difference(one, other)) == pytest.approx(relative, rel=1e-5)
    deep = (
        apart.reshape(2, 3, -1).mean(2),
        [each.numpy().astype(np.float64).reshape(2, 3, -1).std(2, ddof=1) for each in (one, other)],
    )
    style = np.abs(deep[0]).mean() + np.abs(deep[1][0] - deep[1][1]).mean()
    style /= np.abs(other.numpy()).mean()
    assert float(statistics_difference(one, other)) == pytest.approx(style, rel=1e-4)
    mirrored = statistics_difference(one.flip(3), one)
    assert float(mirrored) == pytest.approx(0, abs=1e-5)  # wherever things lie
    light = slope_difference(one + 3, one, counts)
    assert float(light) == pytest.approx(0, abs=1e-6)  # light is no line


def test_what_the_drawing_changes_counts_more() -> None:
    photo = torch.zeros(1, 3, 20, 20)
    drawn = photo.clone()
    drawn[..., 8:13, 8:13] = 1.0
    counts = change(photo, drawn, 4.0)
    assert float(counts[0, 0, 10, 10]) == pytest.approx(1 + 4 * 0.5)
    assert float(counts[0, 0, 2, 2]) == 1
    assert torch.equal(change(photo, drawn, 0.0), torch.ones(1, 1, 20, 20))


def test_learns_and_starts_from_weights(told: TaughtSettings, tmp_path: Path) -> None:
    run = replace(told.run, steps=40, sheet_every=40, log_every=1)
    # These drawings have nothing to do with the pairs, nor their regions with the drawing.
    paired = replace(told.weights, kernel=0.0, calm=0.0)
    long = replace(told, run=run, weights=paired, rate=5e-3, rise_steps=5, critic_from=99)
    train(TaughtRecipe(long), tmp_path / "run", console=Console(quiet=True))
    log = (tmp_path / "run" / "log.csv").read_text().splitlines()
    head = log[0].split(",")
    pixels = [float(line.split(",")[head.index("pixels")]) for line in log[1:]]
    assert np.mean(pixels[-5:]) < 0.7 * np.mean(pixels[:5])
    sheet = images.read(next((tmp_path / "run" / "sheets").iterdir()))
    assert sheet.shape[0] > 3 * 256
    weights = checkpoint.export_weights(tmp_path / "run", tmp_path / "w.safetensors")
    recipe, _ = start(replace(told, start=str(weights)))
    fresh = recipe.networks()["generator"].state_dict()
    for name, each in load_file(weights).items():
        assert torch.equal(fresh[name], each), name


def test_bad_start_and_folders(told: TaughtSettings, tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"none\.safetensors"):
        TaughtRecipe(replace(told, start=str(tmp_path / "none.safetensors"))).networks()
    junk = tmp_path / "junk.safetensors"
    junk.write_bytes(b"not weights")
    with pytest.raises(InputError, match="junk"):
        TaughtRecipe(replace(told, start=str(junk))).networks()
    save_file(DoubleTail(8).state_dict(), tmp_path / "wide.safetensors")
    with pytest.raises(InputError, match="wide"):
        TaughtRecipe(replace(told, start=str(tmp_path / "wide.safetensors"))).networks()
    with pytest.raises(InputError, match="drawn"):
        TaughtRecipe(replace(told, data=replace(told.data, pairs=())))


@pytest.mark.parametrize("name", ["cel", "soft"])
def test_shipped_presets_load(name: str) -> None:
    told = settings.load(TaughtSettings, name, [])
    assert told.run.steps >= 1000
    assert told.width == 32
