"""StyleGAN2's networks: published sizes, layers told one by one, noise, spread, mixing."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from rosetail.methods.stylegan2.network import (
    CALM,
    Mapping,
    StyleGan2,
    StyleGan2Critic,
    StyleGan2Shape,
    Synthesis,
    group_spread,
)

TINY = StyleGan2Shape((4, 6, 8), latent=5, mapping=2, coarse=2)


def count(*networks: nn.Module) -> int:
    return sum(p.numel() for network in networks for p in network.parameters())


@pytest.fixture
def net() -> StyleGan2:
    torch.manual_seed(0)
    made = StyleGan2(TINY).eval()
    made.w_mean.normal_()
    return made


def test_published_parameter_counts_at_256_pixels() -> None:
    shape = StyleGan2Shape()
    with torch.device("meta"):
        assert count(Mapping(512, 8), Synthesis(shape)) == 30_034_338
        assert count(StyleGan2Critic(shape)) == 28_864_129
    assert (shape.side, shape.layers) == (256, 14)


def test_every_code_is_heard_from_its_layer_on(net: StyleGan2) -> None:
    """The code of layer i changes the picture, and the codes of all layers are used."""
    codes = torch.randn(1, TINY.layers, TINY.latent)
    plain = net.draw(codes)
    assert plain.shape == (1, 3, 16, 16)
    for layer in range(TINY.layers):
        other = codes.clone()
        other[:, layer] += 1
        assert not torch.allclose(net.draw(other), plain)


def test_one_w_is_the_same_for_all_layers(net: StyleGan2) -> None:
    w = torch.randn(2, TINY.latent)
    codes = w[:, None].repeat(1, TINY.layers, 1)
    torch.testing.assert_close(net.draw(w), net.draw(codes))


def test_z_has_no_length(net: StyleGan2) -> None:
    z = torch.randn(2, TINY.latent)
    torch.testing.assert_close(net.mapping(z), net.mapping(7 * z), rtol=1e-4, atol=1e-5)


def test_calm_styles_are_nearer_to_the_mean(net: StyleGan2) -> None:
    z = torch.randn(3, TINY.latent)
    wanted = net.w_mean + CALM * (net.mapping(z) - net.w_mean)
    torch.testing.assert_close(net.calm(z), wanted)


def test_mixing_takes_coarse_layers_from_the_photo(net: StyleGan2) -> None:
    codes, w = torch.randn(2, TINY.layers, TINY.latent), torch.randn(1, TINY.latent)
    mixed = net.mixed(codes, w)
    assert torch.equal(mixed[:, :2], codes[:, :2])
    assert torch.equal(mixed[:, 2:], w[:, None].expand(2, TINY.layers - 2, -1))


def test_a_photo_is_drawn_at_its_size_and_always_the_same(net: StyleGan2) -> None:
    with torch.no_grad():
        for up in (net.synthesis.first, *net.synthesis.up, *net.synthesis.same):
            up.strength.fill_(0.5)
    photo = torch.rand(1, 3, 20, 30) * 2 - 1
    drawn = net(photo)
    assert drawn.shape == photo.shape
    assert torch.equal(drawn, net(photo))
    codes = torch.randn(1, TINY.layers, TINY.latent)
    first, second = (net.synthesis(codes, random=True) for _ in range(2))
    assert not torch.allclose(first, second)


def test_noise_is_added_before_the_activation(net: StyleGan2) -> None:
    layer, x, w = net.synthesis.first, torch.randn(2, 8, 4, 4), torch.randn(2, TINY.latent)
    torch.testing.assert_close(layer.noisy(x, w, random=True), layer(x, w))  # strength 0
    with torch.no_grad():
        layer.strength.fill_(0.3)
    before = layer.summed(x, w) + 2**0.5 * 0.3 * layer.noise
    torch.testing.assert_close(
        layer.noisy(x, w, random=False), nn.functional.leaky_relu(before, 0.2)
    )


@pytest.mark.parametrize(("pictures", "group"), [(8, 4), (3, 3), (4, 4)])
def test_spread_by_hand(pictures: int, group: int) -> None:
    x = np.random.default_rng(0).normal(size=(pictures, 3, 2, 2))
    got = group_spread(torch.from_numpy(x))
    assert got.shape == (pictures, 1, 2, 2)
    groups = pictures // group
    for one in range(pictures):
        mates = x[[other for other in range(pictures) if other % groups == one % groups]]
        wanted = np.sqrt(mates.var(0) + 1e-8).mean()
        np.testing.assert_allclose(got[one].numpy(), wanted, rtol=1e-6)


def test_shapes_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="between 0 and 6"):
        StyleGan2Shape((4, 6, 8), coarse=7)
    with pytest.raises(ValueError, match="two widths"):
        StyleGan2Shape((4,), coarse=1)
