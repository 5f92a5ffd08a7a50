"""Projection finds a known w again, by way of the picture alone."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rosetail.methods.stylegan2.network import StyleGan2, StyleGan2Shape
from rosetail.methods.stylegan2.projection import project


@pytest.fixture(scope="module")
def net() -> StyleGan2:
    torch.manual_seed(0)
    made = StyleGan2(StyleGan2Shape((6, 8, 8), latent=4, mapping=2, coarse=2)).eval()
    return made.requires_grad_(False)


def test_it_converges_on_a_known_w(net: StyleGan2) -> None:
    known = net.mapping(torch.randn(1, 4, generator=torch.Generator().manual_seed(3)))
    told: list[int] = []
    found = project(net.draw, net.w_mean[None], net.draw(known), steps=300, note=told.append)
    assert found.losses[-1] < 1e-4 * found.losses[0]
    assert (found.codes - known).norm() < 0.03 * known.norm()
    assert told == list(range(1, 301))
    again = project(net.draw, net.w_mean[None], net.draw(known), steps=300)
    assert torch.equal(found.codes, again.codes)


def test_a_row_of_codes_comes_nearer_than_one_w(net: StyleGan2) -> None:
    picture = net.draw(torch.randn(1, 6, 4, generator=torch.Generator().manual_seed(1)))
    start = net.w_mean[None]
    one = project(net.draw, start, picture, steps=150)
    row = project(net.draw, net.everywhere(start), picture, steps=150)
    assert row.codes.shape == (1, 6, 4)
    assert row.losses[-1] < 0.5 * one.losses[-1]


def test_features_count_too(net: StyleGan2) -> None:
    def brightness(first: Tensor, second: Tensor) -> Tensor:
        return (first.mean() - second.mean()).square()

    start, picture = torch.zeros(1, 4), torch.full((1, 3, 16, 16), 0.2)
    without = project(net.draw, start, picture, steps=1)
    counted = project(net.draw, start, picture, steps=1, features=brightness)
    apart = float((net.draw(start).mean() - 0.2) ** 2)
    assert counted.losses[0] == pytest.approx(without.losses[0] + apart, rel=1e-4)


def test_the_network_and_the_start_stay_as_they_were(net: StyleGan2) -> None:
    start = torch.zeros(1, 4)
    project(net.draw, start, torch.zeros(1, 3, 16, 16), steps=3)
    assert not start.any()
    assert all(parameter.grad is None for parameter in net.parameters())
