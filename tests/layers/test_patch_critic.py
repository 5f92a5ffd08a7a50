"""The patch critic: shapes, spectral norms, gradients."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from rosetail.layers.patch_critic import PatchCritic


@pytest.fixture
def critic() -> PatchCritic:
    torch.manual_seed(0)
    return PatchCritic(in_channels=1, width=8)


@pytest.mark.parametrize("channels", [1, 3])
def test_one_logit_for_each_eighth(channels: int) -> None:
    logits = PatchCritic(channels, width=4)(torch.zeros(2, channels, 40, 24))
    assert logits.shape == (2, 1, 5, 3)


def test_published_widths() -> None:
    convs = [m for m in PatchCritic().modules() if isinstance(m, nn.Conv2d)]
    spatial = [(c.in_channels, c.out_channels, c.stride[0]) for c in convs if c.kernel_size[0] > 1]
    assert spatial == [
        (3, 32, 1),
        *[(32, 32, 2), (32, 64, 1)],
        *[(64, 64, 2), (64, 128, 1)],
        *[(128, 128, 2), (128, 256, 1)],
    ]
    pointwise = [(c.in_channels, c.out_channels) for c in convs if c.kernel_size[0] == 1]
    lades = [32, 64, 64, 128, 128, 256]
    assert pointwise == [*((width, width) for width in lades), (256, 1)]
    assert all(conv.bias is None for conv in convs)


def test_every_convolution_has_spectral_norm_one(critic: PatchCritic) -> None:
    x = torch.randn(1, 1, 32, 32)
    for _ in range(30):  # a power iteration each
        critic(x)
    convs = [m for m in critic.modules() if isinstance(m, nn.Conv2d)]
    assert len(convs) == 14
    for conv in convs:
        norm = torch.linalg.matrix_norm(conv.weight.detach().flatten(1), 2).item()
        assert norm == pytest.approx(1, abs=0.03)


def test_gradients_reach_every_parameter_and_the_picture(critic: PatchCritic) -> None:
    x = torch.randn(2, 1, 32, 32, requires_grad=True)
    critic(x).square().sum().backward()
    assert x.grad.abs().sum() > 0
    for name, parameter in critic.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_pictures_are_judged_one_by_one(critic: PatchCritic) -> None:
    critic.eval()  # the power iteration rests
    x = torch.randn(3, 1, 32, 32)
    torch.testing.assert_close(critic(x)[1:2], critic(x[1:2]), atol=1e-5, rtol=1e-4)


def test_bf16_agrees_with_float32(critic: PatchCritic) -> None:
    critic.eval()
    x = torch.randn(1, 1, 64, 64)
    plain = critic(x)
    with torch.autocast("cpu", torch.bfloat16):
        half = critic(x)
    error = (half.float() - plain).square().mean().sqrt()
    assert error < 0.05 * plain.std()
