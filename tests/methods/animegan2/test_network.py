"""AnimeGANv2's networks: parameters counted by hand, inverted residuals, layer norm."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from rosetail.layers.residual import Residual
from rosetail.methods.animegan2.network import AnimeGan2Critic, AnimeGan2Generator, inverted, unit


def of_unit(inside: int, out: int, kernel: int = 3) -> int:
    return inside * out * kernel**2 + 2 * out


def of_inverted(inside: int, out: int) -> int:
    wide = 2 * inside
    widen, each, narrow = inside * wide, 9 * wide + wide, wide * out
    return widen + each + narrow + 2 * (wide + wide + out)


def test_parameters_by_hand() -> None:
    """The published file holds 2.1 million numbers."""
    down = of_unit(3, 32, 7) + of_unit(32, 64) + of_unit(64, 64)
    down += of_unit(64, 128) + of_unit(128, 128)
    middle = of_unit(128, 128) + of_inverted(128, 256) + 3 * of_inverted(256, 256)
    middle += of_unit(256, 128)
    up = 2 * of_unit(128, 128) + of_unit(128, 64) + of_unit(64, 64) + of_unit(64, 32, 7) + 32 * 3
    with torch.device("meta"):
        net = AnimeGan2Generator()
    found = sum(parameter.numel() for parameter in net.parameters())
    assert found == down + middle + up == 2_143_552


def test_an_inverted_residual_filters_each_channel_by_itself() -> None:
    block = inverted(4, 6)
    convs = [m for m in block.modules() if isinstance(m, nn.Conv2d)]
    assert [(c.in_channels, c.out_channels, c.kernel_size[0], c.groups) for c in convs] == [
        (4, 8, 1, 1), (8, 8, 3, 8), (8, 6, 1, 1)
    ]  # fmt: skip
    assert not isinstance(block[-1], nn.LeakyReLU)
    around = [m for m in AnimeGan2Generator(2).modules() if isinstance(m, Residual)]
    assert len(around) == 3  # the first widens the map and has no way around


def test_a_unit_normalises_over_the_whole_map() -> None:
    torch.manual_seed(0)
    layers = unit(3, 5)
    h = layers[1](layers[0](torch.randn(2, 3, 8, 8)))
    mean, std = h.mean((1, 2, 3), keepdim=True), h.std((1, 2, 3), correction=0, keepdim=True)
    torch.testing.assert_close(layers[2](h), (h - mean) / std, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("size", [(16, 20), (32, 16)])
def test_shapes(size: tuple[int, int]) -> None:
    made = AnimeGan2Generator(2)(torch.zeros(2, 3, *size))
    assert made.shape == (2, 3, *size)
    assert AnimeGan2Critic(2)(made).shape == (2, 1, size[0] // 4, size[1] // 4)


def test_every_convolution_of_the_critic_has_spectral_norm_one() -> None:
    torch.manual_seed(0)
    critic = AnimeGan2Critic(4)
    for _ in range(30):
        critic(torch.randn(1, 3, 16, 16))
    for module in critic.modules():
        if isinstance(module, nn.Conv2d):
            norm = torch.linalg.matrix_norm(module.weight.detach().flatten(1), 2).item()
            assert norm == pytest.approx(1, abs=0.05)
