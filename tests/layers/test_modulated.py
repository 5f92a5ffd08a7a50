"""Modulated convolutions against weights built for every sample, as the paper has them."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from rosetail.layers.modulated import StyledConv, ToRgb, demodulation
from rosetail.layers.resample import blur_after_doubling


def per_sample(layer: StyledConv, x: Tensor, w: Tensor) -> Tensor:
    """w'_oik = s_i w_oik, over sqrt(sum w'² + 1e-8), one sample after the other."""
    made = []
    scale = 1 / (layer.weight.shape[1] * 9) ** 0.5
    for one, code in zip(x, w, strict=True):
        style = layer.modulation.weight @ code / len(code) ** 0.5 + layer.modulation.bias
        weight = layer.weight * scale * style[None, :, None, None]
        weight = weight / torch.sqrt(weight.square().sum((1, 2, 3), keepdim=True) + 1e-8)
        if layer.doubles:
            out = F.conv_transpose2d(one[None], weight.transpose(0, 1), stride=2)
            out = blur_after_doubling(out)
        else:
            out = F.conv2d(one[None], weight, padding=1)
        made.append(F.leaky_relu(out + layer.bias.view(1, -1, 1, 1), 0.2) * 2**0.5)
    return torch.cat(made)


@pytest.mark.parametrize("doubles", [False, True])
def test_equals_weights_of_each_sample(doubles: bool) -> None:
    torch.manual_seed(0)
    layer = StyledConv(5, 4, 7, doubles=doubles).double()
    with torch.no_grad():
        layer.bias.normal_()
    x = torch.randn(3, 5, 6, 6, dtype=torch.float64, requires_grad=True)
    w = 3 * torch.randn(3, 7, dtype=torch.float32)
    layer.modulation.float()
    wanted_layer = StyledConv(5, 4, 7, doubles=doubles)
    wanted_layer.load_state_dict(layer.state_dict())
    ours, wanted = layer.float()(x.float(), w), per_sample(wanted_layer, x.float(), w)
    torch.testing.assert_close(ours, wanted, atol=2e-5, rtol=1e-4)
    (ours_slope,) = torch.autograd.grad(ours.square().sum(), layer.weight)
    (wanted_slope,) = torch.autograd.grad(wanted.square().sum(), wanted_layer.weight)
    torch.testing.assert_close(ours_slope, wanted_slope, atol=1e-3, rtol=1e-3)


def test_demodulated_outputs_have_the_size_of_their_inputs() -> None:
    torch.manual_seed(0)
    weight, style = torch.randn(16, 64, 3, 3), 5 * torch.rand(8, 64)
    x = torch.randn(8, 64, 12, 12)
    y = (
        F.conv2d(x * style[:, :, None, None], weight)
        * demodulation(weight, style)[:, :, None, None]
    )
    torch.testing.assert_close(y.std((1, 2, 3)), torch.ones(8), atol=0.1, rtol=0)


def test_picture_layer_is_not_demodulated() -> None:
    torch.manual_seed(0)
    layer = ToRgb(5, 7)
    x, w = torch.randn(2, 5, 4, 4), torch.randn(2, 7)
    style = layer.modulation(w)
    wanted = torch.einsum("oi,ni,nihw->nohw", layer.weight[..., 0, 0] / 5**0.5, style, x)
    torch.testing.assert_close(layer(x, w), wanted + layer.bias.view(1, 3, 1, 1))
