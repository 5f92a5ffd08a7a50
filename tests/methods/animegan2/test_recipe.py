"""AnimeGANv2 on eight small pictures: phases, terms, what the critic is shown, learning."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from torch import nn

from rosetail.layers.vgg import Vgg19Features
from rosetail.methods.animegan2.recipe import AnimeGan2Data, AnimeGan2Recipe, AnimeGan2Settings
from rosetail.training import settings
from rosetail.training.loop import RunSettings, train
from tests.training.small_data import prepared, random_vgg, started


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> AnimeGan2Settings:
    folder = tmp_path_factory.mktemp("animegan2")
    return AnimeGan2Settings(
        run=RunSettings(steps=4, sheet_every=4, accelerator="cpu", ema=0.0),
        data=AnimeGan2Data(
            photos=(str(prepared(folder / "photos", 1)),),
            anime=(str(prepared(folder / "anime", 2)),),
            vgg=str(random_vgg(folder / "vgg.safetensors")),
            size=32,
            batch=2,
        ),
        width=2,
        warmup_steps=1,
    )


start = partial(started, AnimeGan2Recipe)


def take(told: AnimeGan2Settings, step: int) -> dict[str, float]:
    recipe, context = start(told)
    terms = recipe.step(context, recipe.batch(step, 0), step)
    return {name: float(term) for name, term in terms.items()}


JUDGED = {"critic_real", "critic_fake", "critic_grey", "critic_edges"}
DRAWN = {"content", "style", "colour", "variation", "adversarial"}


def test_phases_have_their_terms_and_rates(told: AnimeGan2Settings) -> None:
    assert take(told, 0).keys() == {"warmup"}
    assert take(told, 1).keys() == JUDGED | DRAWN
    recipe = AnimeGan2Recipe(told)
    assert [recipe.rates(step)["generator"] for step in (0, 1)] == [2e-4, 2e-5]
    assert recipe.rates(1)["critic"] == 4e-5


@pytest.mark.parametrize("name", ["content", "style", "colour", "variation", "grey", "edges"])
def test_terms_can_be_left_out(told: AnimeGan2Settings, name: str) -> None:
    terms = take(replace(told, weights=replace(told.weights, **{name: 0.0})), 1)
    left = name if name in DRAWN else f"critic_{name}"
    assert terms.keys() == (JUDGED | DRAWN) - {left}


def test_without_a_critic(told: AnimeGan2Settings) -> None:
    terms = take(replace(told, weights=replace(told.weights, adversarial=0.0)), 1)
    assert terms.keys() == DRAWN - {"adversarial"}


class Watching(nn.Module):
    """A critic that keeps what it is shown and likes the fourth part best."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.seen = x
        return torch.arange(4.0).repeat_interleave(len(x) // 4)[:, None]


def test_the_critic_is_shown_grey_drawings_as_fakes(told: AnimeGan2Settings) -> None:
    recipe, _ = start(told)
    batch = {n: p.permute(0, 3, 1, 2) / 127.5 - 1 for n, p in recipe.batch(1, 0).items()}
    critic = Watching()
    terms = recipe.critic_terms(critic, {**batch, "generated": torch.zeros(2, 3, 32, 32)})
    real, made, grey, edges = critic.seen.chunk(4)
    assert torch.equal(real, batch["anime"])
    assert not made.any()
    for shown, source in ((grey, "anime"), (edges, "anime_edges")):
        luma = torch.einsum("nchw,c->nhw", batch[source], torch.tensor([0.299, 0.587, 0.114]))
        torch.testing.assert_close(shown, luma[:, None].expand_as(shown), atol=1e-5, rtol=1e-5)
    # Logits 0, 1, 2, 3: squared distances to 1, 0, 0, 0, times their shares and 300.
    wanted = {"real": 1.2 * 1, "fake": 1.2 * 1, "grey": 1.2 * 4, "edges": 0.8 * 9}
    for name, value in wanted.items():
        assert float(terms[f"critic_{name}"]) == pytest.approx(300 * value)


def test_content_is_the_distance_of_maps(told: AnimeGan2Settings) -> None:
    recipe, _ = start(told)
    one, other = (torch.rand(1, 3, 16, 16) * 2 - 1 for _ in range(2))
    vgg = Vgg19Features(told.data.vgg)
    maps = [vgg(x, ["conv3_4"])["conv3_4"] for x in (one, other)]  # the deepest in this file
    wanted = 1.5 * (maps[0] - maps[1]).abs().mean()
    torch.testing.assert_close(recipe.content({"generated": one, "photo": other}), wanted)


def test_it_learns_to_show_the_photo(told: AnimeGan2Settings, tmp_path: Path) -> None:
    run = replace(told.run, steps=40, sheet_every=40, log_every=1)
    long = replace(told, run=run, warmup_steps=40, warmup_lr=5e-3, width=4)
    train(AnimeGan2Recipe(long), tmp_path / "run", console=Console(quiet=True))
    log = (tmp_path / "run" / "log.csv").read_text().splitlines()
    head = log[0].split(",")
    content = [float(line.split(",")[head.index("warmup")]) for line in log[1:]]
    assert np.mean(content[-5:]) < 0.85 * np.mean(content[:5])


@pytest.mark.parametrize(
    ("name", "generator", "critic"),
    [
        ("hayao", (1.5, 2.5, 15.0, 1.0), (1.2, 1.2, 1.2, 0.8)),
        ("paprika", (2.0, 0.6, 50.0, 0.1), (1.0, 1.0, 1.0, 0.005)),
        ("shinkai", (1.2, 2.0, 10.0, 1.0), (1.7, 1.7, 1.7, 1.0)),
    ],
)
def test_each_film_style_has_the_published_weights(
    name: str, generator: tuple[float, ...], critic: tuple[float, ...]
) -> None:
    """The comments of the authors' train.py and tools/ops.py; nothing is mirrored there."""
    told = settings.load(AnimeGan2Settings, name)
    weights = told.weights
    assert (weights.content, weights.style, weights.colour, weights.variation) == generator
    assert (weights.real, weights.fake, weights.grey, weights.edges) == critic
    assert weights.adversarial == 300
    assert (told.width, told.data.batch, told.lr, told.critic_lr) == (32, 12, 2e-5, 4e-5)
    assert told.data.photo_views.mirror == told.data.anime_views.mirror == 0
