"""The Roses recipe on a handful of small pictures: terms, phases, shuffles, resume, weights."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor, nn

from rosetail import images
from rosetail.errors import InputError, SettingsError
from rosetail.methods.roses.critics import FULL_CRITIC, TRAIN_CRITIC, CriticShape
from rosetail.methods.roses.export import export_run
from rosetail.methods.roses.losses import gradient_penalty
from rosetail.methods.roses.network import FULL, SMALL, Encoded, Roses, RosesShape
from rosetail.methods.roses.recipe import R1_EVERY, RosesRecipe
from rosetail.methods.roses.settings import RosesData, RosesSettings, RosesWeights
from rosetail.methods.roses.supervised import OwnStyle, SupervisedStep
from rosetail.methods.roses.warm_start import write_start
from rosetail.painter.edits import EDITS
from rosetail.painter.sample import sample
from rosetail.painter.style_code import names, style_codes, usual_codes
from rosetail.training import checkpoint, settings
from rosetail.training.augmentation import Jitter, JitterSettings
from rosetail.training.loop import RunSettings, train
from rosetail.training.prefetch import to_network
from rosetail.weights import read_header
from tests.training.small_data import FACE, prepared, random_vgg, started

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
ALONE = {
    "critic_supervised_style", "supervised_latent", "cast_pixels", "cast_style", "pair_pixels",
    "pair_style", "drawn_features", "parts", "photo_pixels", "photo_features",
}  # fmt: skip
JUDGED = ALONE | {"critic_supervised", "critic_eyes", "drawn_adversarial", "eye_adversarial"}
TAUGHT = {"small": SMALL, "medium": replace(SMALL, widths=(32, 64, 128, 256))}
CRITICS = {"critic_anime", "critic_photo", "critic_anime_style", "critic_photo_style"}
ROSES = {"adversarial", "latent", "consistency", "cycle", "perceptual", "style"}


STYLES = [sample(seed) for seed in range(4)]  # whose codes stand for the four greys
BLUE = list(EDITS).index("blue_hair") + 1


class Greys:
    """Lessons in flat greys: the style is the grey, the layout the quarter it is in. The edit
    blue_hair makes it blue. Photos are dark where their drawings are bright."""

    side = 36

    def draw(self, rng: np.random.Generator, count: int, step: int) -> dict[str, Tensor]:
        rows = [self.row(rng) for _ in range(count)]
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def row(self, rng: np.random.Generator) -> dict[str, Bytes]:
        quarter, edited = int(rng.integers(4)), bool(rng.integers(2))
        styles = rng.permutation(4)[:2]
        codes = style_codes([STYLES[each] for each in styles])
        drawn = self.cut(quarter, 60 * (styles[1] + 1))
        target = drawn.copy()
        if edited:
            target[..., 2][target[..., 3] > 0] = 255
        return {
            "layout": self.cut(quarter, 60 * (styles[0] + 1))[..., :3],
            "target": target,
            "edit": np.int64(BLUE * edited),
            "layout_style": codes[0],
            "style": codes[1],
            "cast_landmarks": self.landmarks(quarter),
            "pair_photo": 255 - drawn[..., :3],
            "pair_drawn": drawn,
            "pair_edit": np.int64(0),
            "pair_style": codes[1],
            "pair_own": np.float32(edited),
            "pair_landmarks": self.landmarks(quarter),
        }

    def cut(self, quarter: int, grey: int) -> Bytes:
        picture, half = np.zeros((self.side, self.side, 4), np.uint8), self.side // 2
        top, left = half * (quarter // 2), half * (quarter % 2)
        picture[top : top + half, left : left + half] = (grey, grey, grey, 255)
        return picture

    def landmarks(self, quarter: int) -> Floats:
        """Eyes, nose and mouth in the middle of the quarter."""
        middle = self.side * (0.25 + 0.5 * np.array([quarter % 2, quarter // 2]))
        places = np.array([[-4, -3], [4, -3], [0, 1], [-2, 4], [2, 4]])
        return np.asarray(middle + places, np.float32)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> RosesSettings:
    folder = tmp_path_factory.mktemp("roses")
    return RosesSettings(
        run=RunSettings(steps=4, sheet_every=4, accelerator="cpu"),
        data=RosesData(
            photos=(str(prepared(folder / "photos", 3, FACE)),),
            anime=(str(prepared(folder / "anime", 2)),),
            painters=1,
            vgg=str(random_vgg(folder / "vgg.safetensors")),
            size=32,
            batch=2,
            supervised_batch=2,
        ),
        net=RosesShape(widths=(4, 4, 6), deep=4, style=len(names()), latent=5, mapping=2),
        critic=CriticShape((4, 4, 4), 4, 3),
        critic_from=1,
        unpaired_from=1,
        supervised_until=4,
    )


def shown(told: RosesSettings) -> RosesRecipe:
    """The recipe with greys for lessons."""
    recipe = RosesRecipe(told)
    if recipe.painted is not None:
        recipe.painted = Greys()
    return recipe


start = partial(started, shown)


def test_phases_have_their_terms(told: RosesSettings) -> None:
    recipe, context = start(told)
    wanted = {0: ALONE, 1: CRITICS | ROSES | {"r1"}, 2: JUDGED, 3: CRITICS | ROSES}
    wanted[4] = CRITICS | ROSES
    for step, expected in wanted.items():
        terms = recipe.step(context, recipe.batch(step, 0), step)
        assert terms.keys() == expected, step
        assert all(bool(torch.isfinite(each)) for each in terms.values()), step
    phases = [recipe.phase(step) for step in range(5)]
    assert phases == ["supervised", "both", "both", "both", "unpaired"]
    assert [recipe.settings.supervised_scale(step) for step in (0, 1, 4, 9)] == pytest.approx(
        [1, 1, 0.1, 0.1]
    )


def test_penalty_comes_every_sixteenth_unpaired_step(told: RosesSettings) -> None:
    for every in (2, 3):
        timed = replace(told, unpaired_from=5, supervised_until=100, supervised_every=every)
        unpaired = 0
        for step in range(160):
            if step >= 5 and not timed.is_supervised(step):
                assert timed.unpaired_before(step) == unpaired
                unpaired += 1
    assert unpaired > R1_EVERY


def test_only_likenesses_teach_the_photos_own_style() -> None:
    read, drawn = torch.zeros(3, 2), torch.tensor([[1.0, 3.0], [9.0, 9.0], [2.0, 0.0]])
    assert float(OwnStyle(read, drawn, torch.tensor([1.0, 0.0, 1.0])).loss()) == pytest.approx(3.5)
    assert float(OwnStyle(read, drawn, torch.zeros(3)).loss()) == 0


def test_random_styles_are_the_painters(told: RosesSettings) -> None:
    recipe, _ = start(told)
    usual = {tuple(each) for each in usual_codes().tolist()}
    drawn = recipe.random_styles(torch.zeros(5, len(names())))
    assert all(tuple(each) in usual for each in drawn.tolist())
    assert len({tuple(each) for each in drawn.tolist()}) > 3
    alone = RosesRecipe(replace(told, data=replace(told.data, painters=0), unpaired_from=0))
    assert alone.random_styles(torch.zeros(500, len(names()))).std() == pytest.approx(1, abs=0.02)


def test_batches_are_a_function_of_the_step(told: RosesSettings) -> None:
    recipe, _ = start(told)
    for step in (2, 3):
        one, again = recipe.batch(step, 0), recipe.batch(step, 0)
        torch.testing.assert_close(one, again, rtol=0, atol=0, equal_nan=True)
        side = round(32 * 286 / 256)
        shapes = {each.shape[1:3] for each in one.values() if each.dtype == torch.uint8}
        assert shapes == {(side, side)}
    assert not torch.equal(recipe.batch(3, 0)["photo"], recipe.batch(5, 0)["photo"])


def test_views_that_belong_together_stay_together(told: RosesSettings) -> None:
    recipe, _ = start(told)
    pictures = torch.rand(4, 3, 36, 36)
    (one, negative), _ = recipe.jitter.together([pictures, -pictures], torch.zeros(4, 2, 2))
    assert one.shape == (4, 3, 32, 32)
    torch.testing.assert_close(one, -negative)
    assert not torch.equal(recipe.jitter.views(pictures), recipe.jitter.views(pictures))


def test_points_move_with_their_views() -> None:
    """A soft spot about each point is found again where the point is said to lie."""
    jitter = Jitter(64, JitterSettings(translate=0.02))
    points = torch.tensor([[[30.0, 33.0]], [[40.0, 36.0]], [[35.5, 41.0]]])
    y, x = torch.meshgrid(torch.arange(72.0), torch.arange(72.0), indexing="ij")
    apart = (x - points[..., 0, None]) ** 2 + (y - points[..., 1, None]) ** 2
    (seen,), places = jitter.together(
        [torch.exp(-apart / 18)[:, None].expand(-1, 3, -1, -1)], points
    )
    weight = seen[:, 0] / seen[:, 0].sum((1, 2), keepdim=True)
    found = torch.stack([(weight * x[:64, :64]).sum((1, 2)), (weight * y[:64, :64]).sum((1, 2))], 1)
    torch.testing.assert_close(places[:, 0], found, atol=0.2, rtol=0)
    assert not torch.allclose(places, points, atol=0.5)


def test_larger_pictures_show_the_same_and_lines_stay_sharp() -> None:
    """A view of a picture twice as large is the view itself, finer."""
    views = JitterSettings(degrees=0, scale=(1, 1), translate=0, shear=0)
    jitter = Jitter(64, views)
    picture = torch.zeros(1, 1, 144, 144)
    picture[..., 70:74] = 1  # a line of four pixels, so of two in the view
    (seen,), places = jitter.together([picture], torch.tensor([[[71.5, 40.0]]]))
    assert seen.shape == (1, 1, 64, 64)
    assert float(seen[0, 0, 32].sum()) == pytest.approx(2, abs=0.05)
    assert float((seen[0, 0, 32] * torch.arange(64)).sum() / 2) == pytest.approx(
        float(places[0, 0, 0]), abs=0.3
    )


def test_a_penalty_comes_every_sixteenth_lesson(told: RosesSettings) -> None:
    recipe, context = start(replace(told, unpaired_from=99, critic_from=0))
    for step in (0, 1, R1_EVERY):
        terms = recipe.step(context, recipe.batch(step, 0), step)
        assert ("critic_eyes_r1" in terms) == (step % R1_EVERY == 0)


class Stub(nn.Module):
    """Content is the picture, style its mean colour; drawing adds the code to the content."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn_in: list[Tensor] = []

    def encode(self, x: Tensor) -> Encoded:
        return Encoded(x, x.mean((2, 3)))

    def decode(self, content: Tensor, z: Tensor) -> Tensor:
        self.drawn_in.append(z)
        return content + z[:, :, None, None]


def test_generator_terms_by_hand(told: RosesSettings) -> None:
    """With stubs every term is known: the cycle is drawn in the photos' own codes, shuffled."""
    alone = replace(told.data, painters=0)  # without lessons codes may have any length
    recipe, context = start(replace(told, data=alone, net=replace(told.net, style=3)))
    there, back = Stub(), Stub()
    networks = {**context.networks, "to_anime": there, "to_photo": back}
    photo, anime = torch.rand(2, 3, 36, 36), torch.rand(2, 3, 36, 36) - 1
    ways = recipe.translations(networks, photo, anime)
    out, home = ways
    assert out.views.shape == (2, 3, 32, 32)
    torch.testing.assert_close(out.styles, out.pictures.mean((2, 3)))
    torch.testing.assert_close(out.fake, out.views + out.target_styles[:, :, None, None])
    pool = torch.cat([out.random, home.styles]).tolist()  # drawn, or read from drawings
    assert all(code in pool for code in out.target_styles.tolist())
    there.drawn_in.clear()
    back.drawn_in.clear()
    terms = recipe.generator_terms(networks, ways)
    (shuffled,), (shuffled_home,) = back.drawn_in, there.drawn_in
    weights, cycle, style, spread = recipe.settings.weights, 0.0, 0.0, 0.0
    for way, codes in ((out, shuffled), (home, shuffled_home)):
        assert sorted(codes.tolist()) == sorted(way.encoded.style.tolist())
        again = way.fake + codes[:, :, None, None]
        cycle += float((again - way.views).square().mean())
        style += float((way.fake.mean((2, 3)) - way.target_styles).square().mean())
        spread += float(way.encoded.style.var(0, correction=0).sum())
    assert float(terms["cycle"]) == pytest.approx(weights.cycle * cycle, rel=1e-5)
    assert float(terms["style"]) == pytest.approx(weights.style * style, rel=1e-5)
    assert float(terms["consistency"]) == pytest.approx(weights.consistency * spread, rel=1e-5)


def test_critics_judge_the_right_pictures(told: RosesSettings) -> None:
    """The critic of drawings sees real drawings as real, and what was drawn from photos as fake."""
    recipe, context = start(told)
    photo, anime = torch.rand(2, 3, 36, 36), torch.rand(2, 3, 36, 36) - 1
    ways = recipe.translations(context.networks, photo, anime)
    critic = context.networks["anime_critic"]
    with torch.no_grad():
        terms = recipe.critic_terms(context, ways, 3)
    real, fake = critic(ways[1].pictures), critic(ways[0].fake.detach())
    wanted = sum(
        nn.functional.softplus(-one).mean() + nn.functional.softplus(other).mean()
        for one, other in zip(real, fake, strict=True)
    )
    assert float(terms["critic_anime"]) == pytest.approx(float(wanted.detach()), rel=1e-4)
    assert "r1" not in terms
    for each in context.networks.values():
        each.requires_grad_(True)
    terms = recipe.critic_terms(context, ways, 1)
    sums = 0.0
    for name, way in (("anime_critic", ways[1]), ("photo_critic", ways[0])):
        seen = way.pictures.detach().requires_grad_()
        sums += float(gradient_penalty(context.networks[name](seen), seen).detach())
    for way in ways:
        seen = way.random.detach().requires_grad_()
        logits = context.networks["style_critic"](seen)
        sums += float(gradient_penalty([logits], seen).detach())
    assert float(terms["r1"].detach()) == pytest.approx(10 / 2 * 16 * sums, rel=1e-4)


def test_who_learns(told: RosesSettings) -> None:
    recipe, context = start(told)
    before = {
        f"{name}.{key}": each.detach().clone()
        for name, network in context.networks.items()
        for key, each in network.named_parameters()
        if name != "eye_critic"  # it judges lessons alone
    }
    recipe.step(context, recipe.batch(1, 0), 1)
    still = {
        key
        for key, each in before.items()
        if torch.equal(
            each, context.networks[key.split(".")[0]].get_parameter(key.split(".", 1)[1])
        )
    }
    assert not still, sorted(still)


def test_rates_and_moments(told: RosesSettings) -> None:
    recipe, context = start(replace(told, warmup_steps=10, halve_lr_every=100))
    rates = [recipe.rates(step)["generators"] for step in (0, 9, 99, 100, 250)]
    assert rates == pytest.approx([2e-4, 2e-3, 2e-3, 1e-3, 5e-4])
    (group,) = context.optimizers["critics"].param_groups
    assert group["betas"] == pytest.approx((0.0, 0.99 ** (16 / 17)))


def test_resumed_run_arrives_at_the_same_bits(told: RosesSettings, tmp_path: Path) -> None:
    quiet = Console(quiet=True)
    told = replace(told, net=replace(told.net, edits=len(EDITS), palette=4, template=5))
    train(shown(told), tmp_path / "one", console=quiet)
    half = replace(told, run=replace(told.run, steps=2, sheet_every=2))
    train(shown(half), tmp_path / "two", console=quiet)
    train(shown(told), tmp_path / "two", resume=True, console=quiet)
    states = [checkpoint.load(tmp_path / name) for name in ("one", "two")]
    for network, weights in states[0]["networks"].items():
        for name, each in weights.items():
            assert torch.equal(each, states[1]["networks"][network][name]), f"{network}.{name}"
    sheet = images.read(tmp_path / "one" / "sheets" / "step-00000004.png")
    assert sheet.shape[:2] == (15 * 36 + 4, 9 * 36 + 4)
    to_anime, to_photo = export_run(tmp_path / "one", tmp_path / "out")
    assert sorted(to_anime.paths) == ["decode", "encode", "map", "scales"]
    assert np.load(tmp_path / "out" / "to_anime" / "styles.npy").shape == (2048, len(names()))
    assert not (tmp_path / "out" / "to_photo" / "styles.npy").exists()
    assert (tmp_path / "out" / "to_anime" / "scenes.safetensors").exists()
    assert not (tmp_path / "out" / "to_photo" / "scenes.safetensors").exists()
    write_start(str(tmp_path / "out"), tmp_path / "begin")
    begun = replace(told, start=str(tmp_path / "begin"))
    networks, trained = RosesRecipe(begun).networks(), states[0]["ema"]
    for name, each in networks["to_anime"].state_dict().items():
        torch.testing.assert_close(each, trained["to_anime"][name], rtol=2e-3, atol=2e-3)
    for name, each in networks["to_photo"].encoder.state_dict().items():
        wanted = trained["to_photo"][f"encoder.{name}"]
        torch.testing.assert_close(each, wanted, rtol=2e-3, atol=2e-3)
    from_run = RosesRecipe(replace(told, start=str(tmp_path / "one"))).networks()
    torch.testing.assert_close(from_run["to_photo"].state_dict(), trained["to_photo"])
    critic = states[0]["networks"]["photo_critic"]
    torch.testing.assert_close(from_run["photo_critic"].state_dict(), critic)
    with pytest.raises(InputError, match="not weights of this network"):
        RosesRecipe(replace(begun, net=replace(told.net, latent=6))).networks()
    shapes = [json.loads(read_header(each.paths["map"])["shape"]) for each in (to_anime, to_photo)]
    assert [(each["edits"], each["palette"], each["template"]) for each in shapes] == [
        (len(EDITS), 4, 5),
        (0, 0, 0),
    ]
    assert read_header(to_anime.paths["encode"])["recipe"] == "roses"


def test_learns_the_cast(told: RosesSettings) -> None:
    """Content and style of flat pictures are told apart within fifty supervised steps."""
    still = JitterSettings(degrees=0, scale=(1.0, 1.0), translate=0, shear=0)
    data = replace(told.data, views=still, supervised_batch=8)
    wide = RosesShape(
        widths=(8, 12, 16),
        deep=16,
        style=len(names()),
        latent=16,
        mapping=1,
        fold=2,
        palette=8,
        edits=len(EDITS),
    )
    recipe, context = start(
        replace(told, data=data, net=wide, unpaired_from=200, supervised_until=200)
    )
    pixels = []
    for step in range(50):
        for optimizer in context.optimizers.values():
            optimizer.param_groups[0]["lr"] = 5e-3
        pixels.append(float(recipe.step(context, recipe.batch(step, 0), step)["cast_pixels"]))
    assert np.mean(pixels[-5:]) < 0.5 * np.mean(pixels[:5])
    directions = context.networks["to_anime"].directions()
    learned = directions.norm(dim=1) > 0
    assert learned.nonzero().flatten().tolist() == [list(EDITS).index("blue_hair")]


def test_a_template_is_shown_where_landmarks_are(told: RosesSettings) -> None:
    """Pixels count from their middles: between the two in the middle is 0, the border -1. Drawings
    have them there, whatever is found."""
    recipe, context = start(replace(told, net=replace(told.net, palette=4, template=5)))
    lessons = SupervisedStep(context.networks, recipe.vgg, recipe.jitter, told.supervised)
    middle, side = (told.data.size - 1) / 2, told.data.size
    known = lessons.normalized(torch.tensor([[[middle, middle], [-0.5, side - 0.5]]]))
    torch.testing.assert_close(known, torch.tensor([[[0.0, 0.0], [-1.0, 1.0]]]))
    template = context.networks["to_anime"].decoder.template
    asked = []
    template.register_forward_hook(lambda _, given, __: asked.append(given[2]))
    batch = recipe.batch(0, 0)
    shown = {k: to_network(v) if v.dtype == torch.uint8 else v for k, v in batch.items()}
    lessons.forward(shown)
    found, wanted = lessons.points
    assert found.shape == wanted.shape == (2 * told.data.supervised_batch, 5, 2)
    torch.testing.assert_close(asked[0][:, :5], wanted)
    plain_recipe, plain = start(told)
    without = SupervisedStep(plain.networks, plain_recipe.vgg, plain_recipe.jitter, told.supervised)
    without.forward(shown)
    assert without.points is None
    terms = recipe.step(context, batch, 0)
    assert 0 < float(terms["points"]) < told.supervised.points


def test_an_edit_moves_w_by_its_direction() -> None:
    roses = Roses(RosesShape(widths=(4, 4), deep=4, style=3, latent=5, mapping=2, edits=3))
    with torch.no_grad():
        roses.edits.copy_(torch.randn(3, 5))
    w = torch.randn(4, 5)
    moved = roses.edited(w, torch.tensor([0, 2, 0, 3]))
    torch.testing.assert_close(moved[[0, 2]], w[[0, 2]])
    torch.testing.assert_close(moved[[1, 3]], w[[1, 3]] + 10 * roses.edits[[1, 2]])


def test_bad_folders_and_settings(told: RosesSettings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="photo"):
        RosesRecipe(replace(told, data=replace(told.data, photos=())))
    with pytest.raises(InputError, match="nowhere"):
        RosesRecipe(replace(told, data=replace(told.data, anime=(str(tmp_path / "nowhere"),))))
    with pytest.raises(ValueError, match=r"net\.edits"):
        replace(told, net=replace(told.net, edits=2))
    with pytest.raises(ValueError, match="multiple"):
        replace(told, data=replace(told.data, size=36))
    with pytest.raises(InputError, match=rf"net\.style is 3.*{len(names())} numbers"):
        RosesRecipe(replace(told, net=replace(told.net, style=3)))
    with pytest.raises(SettingsError, match="needs painted pairs"):
        RosesRecipe(replace(told, data=replace(told.data, painters=0))).batch(0, 0)
    with pytest.raises(ValueError, match="load_size at least 36"):
        replace(told.data, load_size=30)
    with pytest.raises(ValueError, match="painters and new_per_step"):
        replace(told.data, painters=-1)
    with pytest.raises(ValueError, match="supervised_every"):
        replace(told, supervised_every=1)
    with pytest.raises(ValueError, match="scale"):
        JitterSettings(scale=(1.2, 0.8))


@pytest.mark.parametrize("name", TAUGHT)
def test_shipped_presets_load(name: str) -> None:
    loaded = settings.load(RosesSettings, name, [])
    assert loaded.run.steps >= 1000
    assert loaded.net == replace(TAUGHT[name], edits=len(EDITS))
    assert loaded.data.painters


def test_full_is_the_published_recipe() -> None:
    """Main branch of the authors' code; the defaults of weights and optimizers are its as well."""
    full, defaults = settings.load(RosesSettings, "full", []), RosesSettings()
    assert (full.net, full.critic) == (FULL, FULL_CRITIC)
    assert full.weights == defaults.weights == RosesWeights(1, 2, 10, 50, 20, 10, 5, 0)
    views = JitterSettings(20, (0.8, 1.2), 0.1, 0.15, probability=0.5, padding="zeros")
    assert full.data.views == views
    for each in (full, defaults):
        assert (each.lr, each.halve_lr_every, each.warmup_steps) == (2e-3, 100_000, 0)
        assert each.betas == each.critic_betas == (0.0, 0.99)
        assert (each.consistency_loss, each.cycle_loss) == ("variance", "mse")
        assert (each.data.batch, each.run.ema, each.start) == (4, 0.999, "")
    assert (full.run.steps, full.data.size, full.data.side) == (300_000, 256, 286)
    small = settings.load(RosesSettings, "proof", [])  # the same, smaller
    sizes = {"run": full.run, "net": FULL, "critic": FULL_CRITIC}
    data = replace(small.data, size=256)
    assert replace(small, data=data, **sizes) == full
    assert (small.net.style, small.net.mapping) == (8, 5)


def test_the_train_branch_is_a_preset() -> None:
    full = settings.load(RosesSettings, "full", [])
    train_branch = settings.load(RosesSettings, "full-train-branch", [])
    assert train_branch == replace(
        full,
        net=replace(FULL, content_kernel=3),
        critic=TRAIN_CRITIC,
        consistency_loss="cosine",
        cycle_loss="l1",
        weights=replace(full.weights, style=0.0, identity=10.0),
    )


def test_terms_of_the_train_branch(told: RosesSettings) -> None:
    """L1 in the cycle, cosine consistency, identity; a weight of 0 leaves a term out."""
    branch = replace(
        told,
        data=replace(told.data, painters=0),
        net=replace(told.net, style=3),
        weights=RosesWeights(style=0.0, identity=10.0, perceptual=0.0),
        consistency_loss="cosine",
        cycle_loss="l1",
    )
    recipe, context = start(branch)
    there, back = Stub(), Stub()
    networks = {**context.networks, "to_anime": there, "to_photo": back}
    both = recipe.translations(networks, torch.rand(2, 3, 36, 36), torch.rand(2, 3, 36, 36) - 1)
    there.drawn_in.clear()
    back.drawn_in.clear()
    terms = recipe.generator_terms(networks, both)
    assert terms.keys() == {"adversarial", "latent", "consistency", "cycle", "identity"}
    cycle = identity = cosine = 0.0
    for way, codes in zip(both, (back.drawn_in[0], there.drawn_in[1]), strict=True):
        cycle += float((way.fake + codes[:, :, None, None] - way.views).abs().mean())
        identity += float(way.styles[:, :, None, None].expand_as(way.pictures).abs().mean())
        unit = nn.functional.normalize(way.encoded.style, dim=1)
        cosine += float((1 - unit @ unit.t()).sum())
    assert float(terms["cycle"]) == pytest.approx(20 * cycle, rel=1e-5)
    assert float(terms["identity"]) == pytest.approx(10 * identity, rel=1e-5)
    assert float(terms["consistency"]) == pytest.approx(50 * cosine, rel=1e-4, abs=1e-4)


def test_half_of_the_views_are_transformed_with_zeros_outside() -> None:
    """The authors' affine augmentation: probability 0.5, zero padding."""
    torch.manual_seed(0)
    large = JitterSettings(45.0, (0.5, 0.5), 0, 0, probability=0.5, padding="zeros")
    views = Jitter(64, large).views(torch.ones(200, 1, 72, 72))
    transformed = views.amin((1, 2, 3)) == 0  # shrunk to half: black around it
    assert 0.4 < transformed.float().mean() < 0.6
    torch.testing.assert_close(views[~transformed], torch.ones_like(views[~transformed]))


def test_imported_generators_and_critics_are_trained_on(
    told: RosesSettings, tmp_path: Path
) -> None:
    """A folder of both generators and of critics, as an import of the authors' checkpoint has."""
    alone = replace(told, data=replace(told.data, painters=0), unpaired_from=0)
    trained = RosesRecipe(alone).networks()
    for name, network in trained.items():
        state = {key: each.contiguous() for key, each in network.state_dict().items()}
        save_file(state, tmp_path / f"{name}.safetensors")
    begun = RosesRecipe(replace(alone, start=str(tmp_path))).networks()
    for name, network in begun.items():
        torch.testing.assert_close(network.state_dict(), trained[name].state_dict())
