"""U-GAT-IT's parts against plain calculation: attention, AdaLIN, rho, published sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from rosetail.methods.ugatit.network import (
    LIN,
    AdaBlock,
    AdaLIN,
    Attention,
    UGatItCritic,
    UGatItGenerator,
    clip_rho,
    layer_instance_norm,
)

GENERATOR = torch.Generator().manual_seed(0)


def count(*networks: nn.Module) -> int:
    return sum(p.numel() for network in networks for p in network.parameters())


def test_published_parameter_counts() -> None:
    """670.8 M in the full system, 134.0 M in the light one, generators and critics of both ways."""
    with torch.device("meta"):
        critics = count(UGatItCritic(3), UGatItCritic(5))
        full, light = count(UGatItGenerator()), count(UGatItGenerator(size=0))
    assert round(2 * (full + critics) / 1e5) == 6708
    assert round(2 * (light + critics) / 1e5) == 1340


@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0])
def test_norm_by_hand(rho: float) -> None:
    x = torch.randn(2, 3, 4, 5, generator=GENERATOR)
    a = x.numpy().astype(np.float64)
    kinds = [
        (a - a.mean(axes, keepdims=True)) / np.sqrt(a.var(axes, ddof=1, keepdims=True) + 1e-5)
        for axes in ((2, 3), (1, 2, 3))
    ]
    got = layer_instance_norm(x, torch.full((1, 3, 1, 1), rho)).numpy()
    np.testing.assert_allclose(got, rho * kinds[0] + (1 - rho) * kinds[1], atol=1e-5)


def test_adaptive_norm_takes_gains_and_offsets_of_each_picture() -> None:
    x, gain, offset = torch.randn(2, 3, 4, 4), torch.randn(2, 3), torch.randn(2, 3)
    norm = AdaLIN(3)
    wanted = layer_instance_norm(x, norm.rho)
    got = norm(x, gain, offset)
    for n in range(2):
        for c in range(3):
            torch.testing.assert_close(got[n, c], wanted[n, c] * gain[n, c] + offset[n, c])
    assert norm.rho.unique().tolist() == pytest.approx([0.9])
    assert not LIN(3).rho.any()


def test_rho_is_clipped_and_nothing_else() -> None:
    net = nn.Sequential(AdaBlock(2), LIN(2), nn.Conv2d(2, 2, 1))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.linspace(-2, 3, parameter.numel()).view_as(parameter))
    before = {name: value.clone() for name, value in net.named_parameters()}
    clip_rho(net)
    rhos = [name for name in before if name.endswith("rho")]
    assert len(rhos) == 3
    for name, value in net.named_parameters():
        wanted = before[name].clamp(0, 1) if name in rhos else before[name]
        assert torch.equal(value, wanted), name


@pytest.mark.parametrize("normed", [False, True])
def test_attention_by_hand(normed: bool) -> None:
    """Logits read means and maxima; channels are scaled by the weights before spectral norm, which
    the published program finds as the first parameter of each layer (``weight_orig``)."""
    torch.manual_seed(0)
    attention = Attention(3, 0.2, normed=normed).eval()
    x = torch.randn(2, 3, 4, 5)
    mapped, logits = attention(x)
    mean, peak = (next(layer.parameters())[0] for layer in (attention.mean, attention.peak))
    if normed:
        assert abs(mean.norm().item() - 1) > 0.05
        norms = [each / each.norm() for each in (mean, peak)]
    else:
        norms = [mean, peak]
    torch.testing.assert_close(logits[:, 0], x.mean((2, 3)) @ norms[0])
    torch.testing.assert_close(logits[:, 1], x.flatten(2).max(2).values @ norms[1])
    both = torch.cat([x * mean.view(3, 1, 1), x * peak.view(3, 1, 1)], 1)
    kernel, bias = attention.mix.weight[:, :, 0, 0], attention.mix.bias
    wanted = torch.einsum("oi,nihw->nohw", kernel, both) + bias.view(-1, 1, 1)
    torch.testing.assert_close(mapped, F.leaky_relu(wanted, 0.2), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("size", [0, 32])
def test_only_the_mixing_has_a_bias_in_the_generator(size: int) -> None:
    """As in the published program, full and light."""
    names = [name for name, _ in UGatItGenerator(2, 1, size).named_parameters()]
    assert [name for name in names if name.endswith("bias")] == ["attention.mix.bias"]


@pytest.mark.parametrize("size", [0, 32])
def test_any_size_is_drawn(size: int) -> None:
    net = UGatItGenerator(2, 1, size)
    for height, width in ((32, 32), (16, 24)):
        made, logits = net.both(torch.randn(2, 3, height, width))
        assert made.shape == (2, 3, height, width)
        assert logits.shape == (2, 2)


def test_the_full_generator_reads_places_the_light_one_means() -> None:
    full, light = UGatItGenerator(2, 1, 16), UGatItGenerator(2, 1, 0)
    x = torch.randn(1, 8, 4, 4, generator=GENERATOR)
    assert torch.equal(full.seen(x), x)
    assert full.read[0].in_features == 8 * 16
    torch.testing.assert_close(light.seen(x).flatten(1), x.mean((2, 3)))
    assert light.read[0].in_features == 8


def test_critics_see_patches_and_the_whole() -> None:
    x = torch.zeros(1, 3, 96, 96)
    assert UGatItCritic(3, 1)(x).patches.shape == (1, 1, 10, 10)
    assert UGatItCritic(5, 1)(x).patches.shape == (1, 1, 1, 1)
    assert UGatItCritic(5, 1)(x).logits.shape == (1, 2)
