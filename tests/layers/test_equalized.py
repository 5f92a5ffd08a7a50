"""Equalised layers against their formulas, worked out with float64 NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rosetail.layers.equalized import EqualConv, EqualLinear


def activated(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, x, 0.2 * x) * np.sqrt(2)


@pytest.mark.parametrize("active", [False, True])
@pytest.mark.parametrize("rate", [1.0, 0.01])
def test_linear(active: bool, rate: float) -> None:
    torch.manual_seed(0)
    layer = EqualLinear(7, 5, bias=1.0, rate=rate, active=active)
    x = torch.randn(3, 7)
    weight, bias = (p.detach().double().numpy() for p in (layer.weight, layer.bias))
    wanted = x.double().numpy() @ (weight * rate / np.sqrt(7)).T + bias * rate
    wanted = activated(wanted) if active else wanted
    np.testing.assert_allclose(layer(x).detach().numpy(), wanted, atol=1e-5)


def test_parameters_of_a_slow_layer_are_stored_larger() -> None:
    torch.manual_seed(0)
    slow = EqualLinear(400, 400, rate=0.01)
    assert float(slow.weight.detach().std()) == pytest.approx(100, rel=0.02)
    assert float(slow(torch.randn(200, 400)).detach().std()) == pytest.approx(1, rel=0.05)


def test_conv_sums_its_window() -> None:
    torch.manual_seed(0)
    layer = EqualConv(2, 3, 3, gain=0.5)
    with torch.no_grad():
        layer.bias.normal_()
    x = torch.randn(1, 2, 5, 6)
    padded = np.pad(x[0].numpy().astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    weight, bias = (p.detach().double().numpy() for p in (layer.weight, layer.bias))
    wanted = np.empty((3, 5, 6))
    for row in range(5):
        for column in range(6):
            window = padded[:, row : row + 3, column : column + 3]
            wanted[:, row, column] = (weight * window).sum((1, 2, 3)) / np.sqrt(2 * 9) + bias
    # The gain of a sum applied later is linear: it may go through the activation.
    np.testing.assert_allclose(layer(x)[0].detach().numpy(), 0.5 * activated(wanted), atol=1e-5)


def test_size_of_maps_is_kept_on_the_way() -> None:
    torch.manual_seed(0)
    x = torch.randn(4, 64, 24, 24)
    for _ in range(4):
        x = EqualConv(64, 64, 3)(x)
    assert 0.6 < float(x.detach()[..., 4:-4, 4:-4].square().mean().sqrt()) < 1.4
