"""The double-tail recipe on eight small pictures: every term there, switchable, in its place."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file
from torch import Tensor, nn

from rosetail import images
from rosetail.errors import InputError, SettingsError, WeightsMissing
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.recipe import DoubleTailRecipe
from rosetail.methods.doubletail.settings import DataSettings, DoubleTailSettings, Weights
from rosetail.training import checkpoint, settings
from rosetail.training.context import Terms
from rosetail.training.loop import RunSettings, train
from rosetail.training.random_views import Augment
from tests.training.small_data import prepared, random_vgg, started

FIRST_WARMUP = {"warmup_support": 0.104471, "warmup_main": 0.119189}
FIRST_ADVERSARIAL = {
    "critic_drawings": 0.809422,
    "critic_support": 0.00999364,
    "critic_edges": 0.0497628,
    "critic_clean": 0.999489,
    "critic_main": 2.13924e-08,
    "content": 0.054221,
    "style": 0.117075,
    "colour": 3.09463,
    "region_own": 0.00476709,
    "region_photo": 0.0502849,
    "support_adversarial": 0.809836,
    "support_variation": 4.82142e-08,
    "revision_pixels": 5.88586,
    "revision_features": 0.0226224,
    "main_adversarial": 0.0199956,
    "main_variation": 1.68652e-07,
}
CRITIC = {"critic_drawings", "critic_support", "critic_edges", "critic_clean", "critic_main"}


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> DoubleTailSettings:
    """Settings of a run of a width of 4 on pictures of 32 pixels, VGG-19 with random weights."""
    folder = tmp_path_factory.mktemp("doubletail")
    return DoubleTailSettings(
        run=RunSettings(steps=4, sheet_every=2, accelerator="cpu"),
        data=DataSettings(
            photos=(str(prepared(folder / "photos", 1)),),
            anime=(str(prepared(folder / "anime", 2)),),
            vgg=str(random_vgg(folder / "vgg.safetensors")),
            size=32,
            batch=2,
        ),
        width=4,
        deep_layer="conv3_4",
        warmup_steps=1,
    )


start = partial(started, DoubleTailRecipe)


def take(config: DoubleTailSettings, step: int) -> dict[str, float]:
    """The terms of one step by fresh networks."""
    recipe, context = start(config)
    terms = recipe.step(context, recipe.batch(step, 0), step)
    return {name: float(term) for name, term in terms.items()}


def copies(network: nn.Module) -> dict[str, Tensor]:
    return {name: each.detach().clone() for name, each in network.named_parameters()}


def changed(network: nn.Module, before: dict[str, Tensor]) -> set[str]:
    """The parts of a network whose parameters moved, by their first name."""
    moved = {n for n, each in network.named_parameters() if not torch.equal(each, before[n])}
    return {name.split(".")[0] for name in moved}


def test_first_losses(config: DoubleTailSettings) -> None:
    assert take(config, 0) == pytest.approx(FIRST_WARMUP, rel=1e-3)
    got = take(config, 1)
    assert got.keys() == FIRST_ADVERSARIAL.keys()
    # Superpixels and cleaned targets are made of bytes: a rounding may fall the other way.
    assert got == pytest.approx(FIRST_ADVERSARIAL, rel=1e-2, abs=1e-9)


def test_every_weight_scales_its_term_and_none_switches_it_off(config: DoubleTailSettings) -> None:
    config = replace(config, weights=Weights(identity=0.3))
    whole = take(config, 1)
    factors_of_others = {"identity_pixels", "real", "main_critic"}
    switches = {field.name for field in fields(Weights)} - factors_of_others
    assert switches - {"edges"} == whole.keys() - CRITIC
    for name in sorted(switches):
        none = (0.0, 0.0, 0.0) if name == "style" else 0.0
        without = take(replace(config, weights=replace(config.weights, **{name: none})), 1)
        gone = {
            "edges": {"critic_edges"},
            "support_adversarial": {name, "critic_drawings", "critic_support", "critic_edges"},
            "main_adversarial": {name, "critic_clean", "critic_main"},
        }.get(name, {name})
        assert whole.keys() - without.keys() == gone
        won = {"support_adversarial"} if name == "edges" else set()  # another critic judges
        for kept in without.keys() - won:
            assert without[kept] == pytest.approx(whole[kept], rel=1e-5), (name, kept)
    factors = dict.fromkeys(switches - {"edges", "style"}, 2.0)
    doubled = {name: factor * getattr(config.weights, name) for name, factor in factors.items()}
    twice = take(replace(config, weights=replace(config.weights, **doubled)), 1)
    for name, term in whole.items():
        assert twice[name] == pytest.approx(factors.get(name, 1.0) * term, rel=1e-5), name


def test_what_no_term_needs_is_not_made(
    config: DoubleTailSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    for name in ("remove_texture", "average_superpixels"):
        monkeypatch.setattr(
            f"rosetail.methods.doubletail.recipe.{name}", lambda p, n=name, **_: made.append(n) or p
        )
    take(config, 1)
    assert sorted(set(made)) == ["average_superpixels", "remove_texture"]
    assert len(made) == 4
    made.clear()
    off = replace(
        config.weights, region_own=0, revision_pixels=0, revision_features=0, main_adversarial=0
    )
    terms = take(replace(config, weights=off), 1)
    assert made == []
    assert not {name for name in terms if "main" in name or "revision" in name}


def test_targets_are_made_as_often_as_config(config: DoubleTailSettings) -> None:
    config = replace(config, region_every=2, main_every=3)
    recipe, context = start(config)
    regions, mains = [], []
    for step in range(1, 8):
        terms = recipe.step(context, recipe.batch(step, 0), step)
        regions.append("region_own" in terms)
        mains.append("revision_pixels" in terms)
        assert ("critic_main" in terms) == mains[-1]
    assert regions == [True, False, True, False, True, False, True]
    assert mains == [True, False, False, True, False, False, True]


def test_warmup_moves_the_generator_alone(config: DoubleTailSettings) -> None:
    recipe, context = start(config)
    before = {name: copies(network) for name, network in context.networks.items()}
    assert recipe.phase(0) == "warmup"
    assert "anime" not in recipe.batch(0, 0)
    recipe.step(context, recipe.batch(0, 0), 0)
    moved = {name: changed(net, before[name]) for name, net in context.networks.items()}
    assert moved["generator"] == {"encoder", "support_rise", "main_rise"}
    assert moved["support_critic"] == moved["main_critic"] == set()


def test_each_update_moves_its_own_networks_alone(config: DoubleTailSettings) -> None:
    recipe, context = start(config)
    real = context.update
    moved: dict[str, set[str]] = {}

    def watched(name: str, terms: object) -> Terms:
        before = {each: copies(network) for each, network in context.networks.items()}
        result = real(name, terms)  # type: ignore[arg-type]
        moved[name] = {n for n, net in context.networks.items() if changed(net, before[n])}
        assert all(p.grad is None for net in context.networks.values() for p in net.parameters())
        return result

    context.update = watched  # type: ignore[method-assign]
    assert recipe.phase(1) == "adversarial"
    recipe.step(context, recipe.batch(1, 0), 1)
    assert moved == {"critics": {"support_critic", "main_critic"}, "generator": {"generator"}}


def test_a_tails_terms_leave_the_other_tail_alone(config: DoubleTailSettings) -> None:
    support = {"content", "style", "colour", "region_own", "region_photo", "support_adversarial",
               "support_variation", "edges"}  # fmt: skip
    off = {name: (0.0,) * 3 if name == "style" else 0.0 for name in support}
    recipe, context = start(replace(config, weights=replace(config.weights, **off)))
    generator = context.networks["generator"]
    before = copies(generator)
    recipe.step(context, recipe.batch(1, 0), 1)
    assert changed(generator, before) == {"encoder", "main_rise"}

    main = {field.name for field in fields(Weights)} - support
    weights = replace(config.weights, **dict.fromkeys(main, 0))
    recipe, context = start(replace(config, weights=weights))
    generator = context.networks["generator"]
    before = copies(generator)
    recipe.step(context, recipe.batch(1, 0), 1)
    assert changed(generator, before) == {"encoder", "support_rise"}


def test_hinge_and_rates(config: DoubleTailSettings) -> None:
    squares, hinged = take(config, 1), take(replace(config, adversarial="hinge"), 1)
    assert squares["content"] == pytest.approx(hinged["content"], rel=1e-5)
    # Fresh critics give logits near 0: hinge is 1 there, squares are 0.81, 5 · 0.01 and 1.
    assert hinged["critic_drawings"] == pytest.approx(1, abs=0.2)
    assert squares["critic_drawings"] == pytest.approx(0.81, abs=0.2)
    recipe, _ = start(config)
    assert recipe.rates(0) == {"generator": 2e-4, "critics": 1e-4}
    assert recipe.rates(1) == {"generator": 1e-4, "critics": 1e-4}


def test_batches_depend_on_seed_step_and_rank_alone(config: DoubleTailSettings) -> None:
    views = Augment(scale=(0.9, 1.2), turn=10, light=0.1)
    config = replace(config, data=replace(config.data, photo_views=views, anime_views=views))
    one, two = DoubleTailRecipe(config), DoubleTailRecipe(config)
    two.batch(5, 0)
    first, again = one.batch(3, 0), two.batch(3, 0)
    assert set(first) == {"photo", "photo_superpixels", "anime", "anime_edges"}
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert all(each.shape == (2, 32, 32, 3) for each in first.values())
    assert all(each.dtype == torch.uint8 for each in first.values())
    assert not torch.equal(first["photo"], one.batch(3, 1)["photo"])
    assert not torch.equal(first["photo"], one.batch(4, 0)["photo"])
    # Superpixels lie on top of their photo: nearer to it than to the other one of the batch.
    photo, flat = first["photo"].float(), first["photo_superpixels"].float()
    own, other = (photo - flat).abs().mean(), (photo - flat.flip(0)).abs().mean()
    assert own < other / 3


def test_a_run_resumes_to_the_same_bits_and_exports(
    config: DoubleTailSettings, tmp_path: Path
) -> None:
    def run(folder: str, steps: int) -> None:
        part = replace(config, run=replace(config.run, steps=steps))
        train(DoubleTailRecipe(part), tmp_path / folder, resume=True, console=Console(quiet=True))

    run("whole", 4)
    run("split", 2)
    run("split", 4)
    whole = checkpoint.load(tmp_path / "whole")
    split = checkpoint.load(tmp_path / "split")
    for name, weights in whole["networks"].items():
        for key, each in weights.items():
            assert torch.equal(each, split["networks"][name][key]), (name, key)
    assert images.read(tmp_path / "whole/sheets/step-00000004.png").shape[0] > 3 * 32

    path = checkpoint.export_weights(tmp_path / "whole", tmp_path / "generator.safetensors")
    generator = DoubleTail(width=4)
    generator.load_state_dict(load_file(path))
    assert torch.equal(generator.encoder.at_full[0].weight,
                       whole["ema"]["generator"]["encoder.at_full.0.weight"])  # fmt: skip


def test_published_preset_is_that_of_the_authors_code() -> None:
    """AnimeGANv3_shinkai.py, train.py, tools/ops.py and tools/get_saltNoise.py."""
    preset = settings.load(DoubleTailSettings, "published")
    assert preset.weights == Weights(
        content=0.5, style=(0.1, 2.0, 28.0), colour=8.0, region_own=0.8, region_photo=0.5,
        support_adversarial=1.0, support_variation=1e-4, real=0.5, edges=5.0, revision_pixels=50.0,
        revision_features=0.5, main_adversarial=0.02, main_variation=1e-4, identity=0.0,
        main_critic=0.1,
    )  # fmt: skip
    assert (preset.data.size, preset.data.batch, preset.lr, preset.data.salt) == (256, 8, 1e-4, 0.1)
    assert (preset.warmup_lr, preset.betas, preset.deep_layer) == (2e-4, (0.5, 0.999), "conv4_4")
    assert (preset.epochs, preset.warmup_epochs, preset.warmup_tails) == (100, 5, "support")
    assert (preset.norm_momentum, preset.resize, preset.grey_channels) == (0.001, "asymmetric", 3)
    assert (preset.superpixels, preset.min_region, preset.revise) == ("felzenszwalb", 100, "raw")
    assert (preset.generator_first, preset.published_filters) == (True, True)
    assert preset.run.ema == 0
    for views in (preset.data.photo_views, preset.data.anime_views):
        assert views == Augment(mirror=0.0)


@pytest.fixture
def published(config: DoubleTailSettings) -> DoubleTailSettings:
    """The published preset on the small folders."""
    preset = settings.load(DoubleTailSettings, "published")
    data = replace(config.data, salt=0.1, photo_views=Augment(mirror=0.0))
    run = replace(config.run, ema=0.0)
    return replace(
        preset, data=data, run=run, width=4, deep_layer="conv3_4", epochs=3, warmup_epochs=1
    )


def test_epochs_are_passes_over_the_data(published: DoubleTailSettings) -> None:
    recipe = DoubleTailRecipe(published)
    assert (recipe.settings.run.steps, recipe.settings.warmup_steps) == (12, 4)
    assert [recipe.phase(step) for step in (3, 4)] == ["warmup", "adversarial"]
    orders = [
        [index for step in steps for index in recipe.indices(step, 0, recipe.photos)]
        for steps in (range(4), range(4, 8))
    ]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(8))
    assert orders[0] != orders[1]
    index = recipe.indices(5, 0, recipe.photos)[0]
    seen = recipe.batch(5, 0)["photo"][0].numpy()
    whole = recipe.photos.pictures["photo"][index]
    assert any(
        (seen == whole[y : y + 32, x : x + 32]).all() for y in range(17) for x in range(17)
    )  # neither mirrored nor resampled


def test_generator_first_then_critics(published: DoubleTailSettings) -> None:
    recipe, context = start(published)
    order = []
    real = context.update

    def watched(name: str, terms: object) -> Terms:
        order.append(name)
        return real(name, terms)  # type: ignore[arg-type]

    context.update = watched  # type: ignore[method-assign]
    before = copies(context.networks["generator"])
    assert recipe.step(context, recipe.batch(0, 0), 0).keys() == {"warmup_support"}
    assert changed(context.networks["generator"], before) == {"encoder", "support_rise"}
    terms = recipe.step(context, recipe.batch(4, 0), 4)
    assert order == ["generator", "generator", "critics"]
    assert terms.keys() > CRITIC
    # A fresh Adam in each phase.
    states = context.optimizers["generator"].state.values()
    assert {int(each["step"]) for each in states} == {1}


def test_the_main_tail_learns_from_the_raw_picture(
    published: DoubleTailSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, context = start(replace(published, epochs=0, warmup_steps=0))
    raws, sources = [], []
    monkeypatch.setattr(
        "rosetail.methods.doubletail.recipe.remove_texture",
        lambda picture, published: sources.append((picture, published)) or picture,
    )
    real = recipe.draw
    monkeypatch.setattr(
        recipe, "draw", lambda *given, **more: raws.append(real(*given, **more)) or raws[-1]
    )
    recipe.step(context, recipe.batch(0, 0), 0)
    expected = images.from_tensor(raws[0].detach().numpy())
    assert len(sources) == 2
    for picture, as_published in sources:
        assert as_published
        assert any((picture == each).all() for each in expected)


def test_critic_weights(config: DoubleTailSettings) -> None:
    whole = take(config, 1)
    halved = take(replace(config, weights=replace(config.weights, real=0.5, main_critic=0.1)), 1)
    factors = {"critic_drawings": 0.5, "critic_clean": 0.1, "critic_main": 0.1}
    for name in CRITIC:
        assert halved[name] == pytest.approx(factors.get(name, 1.0) * whole[name], rel=1e-5), name


def test_portrait_preset(config: DoubleTailSettings) -> None:
    preset = settings.load(DoubleTailSettings, "portrait")
    assert preset.adversarial == "hinge"
    views = replace(preset.data.photo_views, scale=(0.8, 1.0))
    data = replace(config.data, photo_views=views, anime_views=preset.data.anime_views)
    small = replace(preset, run=config.run, data=data, width=4, warmup_steps=0)
    recipe, context = start(small)
    assert "identity" in recipe.step(context, recipe.batch(0, 0), 0)


def test_a_missing_vgg_layer_is_named(config: DoubleTailSettings) -> None:
    with pytest.raises(WeightsMissing, match=r"vgg\.safetensors: has no conv4_4.*conv3_4"):
        DoubleTailRecipe(replace(config, deep_layer="conv4_4"))


def test_bad_settings(config: DoubleTailSettings) -> None:
    with pytest.raises(SettingsError, match=r"data: size must be a multiple of 8"):
        settings.load(DoubleTailSettings, None, ["data.size=100"])
    with pytest.raises(SettingsError, match=r"weights\.stile: .*did you mean weights\.style"):
        settings.load(DoubleTailSettings, None, ["weights.stile=1"])
    with pytest.raises(InputError, match=r"\[data\]"):
        DoubleTailRecipe(DoubleTailSettings())
    with pytest.raises(InputError, match="/nowhere: no such folder"):
        DoubleTailRecipe(replace(config, data=replace(config.data, anime=("/nowhere",))))


def test_a_run_starts_from_another(config: DoubleTailSettings, tmp_path: Path) -> None:
    """Its averaged generator and its critics; from a file, the generator alone."""
    first = replace(config, run=replace(config.run, steps=1))
    train(DoubleTailRecipe(first), tmp_path / "first", console=Console(quiet=True))
    state = checkpoint.load(tmp_path / "first")
    begun = DoubleTailRecipe(replace(config, start=str(tmp_path / "first"))).networks()
    torch.testing.assert_close(begun["generator"].state_dict(), state["ema"]["generator"])
    critic = begun["main_critic"].state_dict()
    torch.testing.assert_close(critic, state["networks"]["main_critic"])
    file = checkpoint.export_weights(tmp_path / "first", tmp_path / "look.safetensors")
    alone = DoubleTailRecipe(replace(config, start=str(file))).networks()
    torch.testing.assert_close(alone["generator"].state_dict(), state["ema"]["generator"])
    wide = replace(config, width=2 * config.width, start=str(tmp_path / "first"))
    with pytest.raises(InputError, match="does not fit generator"):
        DoubleTailRecipe(wide).networks()
