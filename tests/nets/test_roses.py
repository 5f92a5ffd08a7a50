"""The generator and its critics against the plain transcription, and their sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from benchmarks import plain_roses
from rosetail.export.importers.gnr import published_names, roses_from_published
from rosetail.nets.roses import FULL, SMALL, Roses, Shape
from rosetail.nets.roses_critics import (
    FULL_CRITIC,
    SMALL_CRITIC,
    CriticShape,
    LatentCritic,
    RosesCritic,
    spread,
)

TINY = Shape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2, side=32)
TINY_CRITIC = CriticShape((4, 6, 8), 5, 4, 32)


def count(network: nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def test_sizes() -> None:
    with torch.device("meta"):
        full, small = Roses(FULL), Roses(SMALL)
        critic, small_critic = RosesCritic(FULL_CRITIC), RosesCritic(SMALL_CRITIC)
    assert count(full) == 39_581_207  # the published 39.6 M ...
    assert count(full.encoder) == 21_641_288  # ... of which 21.6 M encode
    assert count(full.encoder) + count(full.mapping) + count(full.decoder) == count(full)
    assert count(small) == 7_595_564 < 12_000_000
    assert count(critic) == 14_760_083
    assert count(small_critic) == 1_105_651


def test_names_and_shapes_are_the_published_ones() -> None:
    with torch.device("meta"):
        ours = {name: each.numel() for name, each in Roses(FULL).state_dict().items()}
    theirs = {
        name: int(torch.Size(shape).numel())
        for name, shape in plain_roses.generator_shapes(FULL).items()
        if not name.endswith("kernel")
    }
    names = dict(published_names(FULL))
    assert names.keys() == ours.keys()
    assert sorted(names.values()) == sorted(theirs)
    assert all(ours[name] == theirs[other] for name, other in names.items())


def test_generator_against_plain_transcription() -> None:
    state = plain_roses.random_state(plain_roses.generator_shapes(TINY), seed=1)
    ours = roses_from_published(state, TINY)
    torch.manual_seed(0)
    x, z = torch.randn(2, 3, 32, 32), torch.randn(2, 3)
    content, style = plain_roses.encode(state, x, TINY)
    parts = ours.encode(x)
    torch.testing.assert_close(parts.content, content, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(parts.style, style, atol=1e-4, rtol=1e-4)
    picture = plain_roses.decode(state, content, z, TINY)
    assert picture.shape == (2, 3, 32, 32)
    torch.testing.assert_close(ours.decode(content, z), picture, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours(x, z), picture, atol=1e-3, rtol=1e-3)
    w = ours.mapping(z)
    torch.testing.assert_close(ours.draw(content, w), ours.decode(content, z))


def test_any_size_when_the_mean_is_taken() -> None:
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0))
    for height, width in ((16, 16), (32, 48)):
        parts = network.encode(torch.randn(1, 3, height, width))
        assert parts.content.shape == (1, 8, height // 4, width // 4)
        assert parts.style.shape == (1, 3)
        drawn = network.decode(parts.content, parts.style)
        assert drawn.shape == (1, 3, height, width)


@pytest.mark.parametrize(("side", "size"), [(0, (24, 32)), (32, (16, 16)), (32, (64, 64))])
def test_sizes_that_cannot_be_are_named(side: int, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"picture of {size[1]}x{size[0]}"):
        Roses(replace(TINY, side=side)).encode(torch.zeros(1, 3, *size))


def test_shapes_that_cannot_be() -> None:
    for odd in ({"widths": (4,)}, {"style": 0}, {"mapping": 0}, {"side": 20}, {"side": -16}):
        with pytest.raises(ValueError, match=r"must|at least"):
            replace(TINY, **odd)
    for odd in ({"widths": (4, 4)}, {"features": 0}, {"side": 12}):
        with pytest.raises(ValueError, match=r"must|at least"):
            replace(TINY_CRITIC, **odd)


def test_critic_against_plain_transcription() -> None:
    state = plain_roses.random_state(plain_roses.critic_shapes(TINY_CRITIC), seed=2)
    critic = RosesCritic(TINY_CRITIC)
    names = plain_roses.critic_names(TINY_CRITIC)
    assert sorted(names.values()) == sorted(name for name in state if "kernel" not in name)
    critic.load_state_dict({ours: state[theirs] for ours, theirs in names.items()})
    torch.manual_seed(0)
    x = torch.randn(3, 3, 32, 32)
    wanted = plain_roses.judge(state, x, TINY_CRITIC)
    assert [each.shape for each in wanted] == [(3, 1, 16, 16), (3, 1, 8, 8), (3, 1)]
    for ours, plain in zip(critic(x), wanted, strict=True):
        torch.testing.assert_close(ours, plain, atol=1e-4, rtol=1e-4)


def test_latent_critic_against_plain_transcription() -> None:
    state = plain_roses.random_state(plain_roses.style_critic_shapes(4), seed=3)
    critic = LatentCritic(4)
    theirs = [state[name] for name in state]
    critic.load_state_dict(dict(zip(critic.state_dict(), theirs, strict=True)))
    z = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(critic(z), plain_roses.judge_style(state, z), atol=1e-4, rtol=1e-4)


def test_spread_over_the_batch() -> None:
    features = torch.tensor([[1.0, 5.0], [3.0, 5.0]])
    torch.testing.assert_close(spread(features), torch.tensor([[1.0, 1e-4], [1.0, 1e-4]]))
    # One picture eight times has no diversity: its logit is that of no spread at all.
    torch.manual_seed(0)
    critic = RosesCritic(replace(TINY_CRITIC, side=0))
    one = torch.randn(1, 3, 32, 32)
    alike = critic(one.expand(8, -1, -1, -1)).diversity
    still = critic.diversity_out(torch.full((8, 4), 1e-4))
    torch.testing.assert_close(alike, still, atol=1e-3, rtol=1e-3)
    assert not torch.allclose(critic(torch.randn(8, 3, 32, 32)).diversity, still, atol=1e-3)
