"""CycleGAN's networks: published parameter counts, receptive field, shapes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from rosetail.layers.residual import Residual
from rosetail.methods.cyclegan.network import PatchGan, ResNetGenerator


def count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_published_parameter_counts() -> None:
    with torch.device("meta"):
        assert count(ResNetGenerator()) == 11_378_179
        assert count(PatchGan()) == 2_764_737


@pytest.mark.parametrize("size", [(16, 20), (32, 16)])
def test_a_picture_of_the_same_size(size: tuple[int, int]) -> None:
    made = ResNetGenerator(2, 1)(torch.zeros(2, 3, *size))
    assert made.shape == (2, 3, *size)
    assert made.abs().max() <= 1


def test_a_logit_sees_seventy_pixels() -> None:
    """Without the norms, which look everywhere, a logit depends on 70x70 pixels."""
    torch.manual_seed(0)
    critic = nn.Sequential(
        *(nn.Identity() if isinstance(m, nn.InstanceNorm2d) else m for m in PatchGan(2))
    )
    x = torch.randn(1, 3, 120, 120, dtype=torch.double, requires_grad=True)
    logits = critic.double()(x)
    assert logits.shape == (1, 1, 13, 13)
    logits[0, 0, 6, 6].backward()
    touched = x.grad[0].abs().sum(0).nonzero()
    assert (touched.max(0).values - touched.min(0).values + 1).tolist() == [70, 70]


def test_first_weights_are_small() -> None:
    torch.manual_seed(0)
    for name, parameter in ResNetGenerator(8, 2).named_parameters():
        if name.endswith("weight"):
            assert parameter.std().item() == pytest.approx(0.02, rel=0.1)
        else:
            assert not parameter.any()


def test_a_residual_adds_what_its_layers_say() -> None:
    layer = nn.Conv2d(2, 2, 1)
    x = torch.randn(1, 2, 3, 3)
    torch.testing.assert_close(Residual(layer)(x), x + layer(x))
