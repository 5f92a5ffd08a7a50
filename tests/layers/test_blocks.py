"""The layers against plain calculations in NumPy, and the CPU's fast forms against the plain."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from rosetail.layers import blocks
from rosetail.layers.blocks import (
    LADE,
    ConvLADE,
    ExternalAttention,
    ReflectConv,
    ToPicture,
    upsample,
)


def lade_by_hand(h: np.ndarray, mix: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    out = np.empty_like(h)
    for n, picture in enumerate(h):
        t = np.einsum("oc,chw->ohw", mix, picture)
        for c in range(len(picture)):
            normed = (picture[c] - picture[c].mean()) / np.sqrt(picture[c].var() + eps)
            out[n, c] = normed * np.sqrt(t[c].var() + eps) + t[c].mean()
    return out


@pytest.mark.parametrize("on_cpu", [True, False])
def test_lade_is_the_formula(on_cpu: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "eager_on_cpu", lambda x: on_cpu)
    torch.manual_seed(0)
    layer = LADE(6)
    h = torch.randn(3, 6, 9, 7) * 2 + 5  # a mean well above the deviation
    wanted = lade_by_hand(h.double().numpy(), layer.mix.weight.detach().double().numpy()[..., 0, 0])
    np.testing.assert_allclose(layer(h).detach().numpy(), wanted, atol=2e-4)


def test_lade_of_one_picture_ignores_its_neighbours() -> None:
    torch.manual_seed(0)
    layer, h = LADE(4), torch.randn(3, 4, 8, 8)
    torch.testing.assert_close(layer(h)[1:2], layer(h[1:2]))


def test_fast_lade_has_the_right_gradient() -> None:
    torch.manual_seed(0)
    h, t = (torch.randn(2, 3, 4, 5, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(lambda h, t: blocks.lade_on_cpu(h, t, 1e-5), (h, t))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_fast_lade_in_bf16_is_as_exact_as_its_rounding(layout: torch.memory_format) -> None:
    torch.manual_seed(0)
    h, t = (torch.randn(2, 32, 24, 20).bfloat16().contiguous(memory_format=layout) for _ in "ht")
    wanted = blocks.lade(h.float(), t.float(), 1e-5)
    got = blocks.lade_on_cpu(h, t, 1e-5)
    assert got.dtype == torch.bfloat16
    assert got.is_contiguous(memory_format=layout)
    torch.testing.assert_close(got.float(), wanted, rtol=2**-7, atol=2**-7)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (7, 1)])
def test_reflected_convolution_by_loops(kernel: int, stride: int) -> None:
    torch.manual_seed(0)
    layer = ReflectConv(2, 3, kernel, stride)
    x = torch.randn(1, 2, 8, 10)
    edge = kernel // 2
    padded = np.pad(x[0].numpy(), ((0, 0), (edge, edge), (edge, edge)), mode="reflect")
    weight = layer.weight.detach().numpy()
    got = layer(x).detach().numpy()[0]
    assert got.shape == (3, 8 // stride, 10 // stride)
    for y in range(got.shape[1]):
        for left in range(got.shape[2]):
            window = padded[:, y * stride :, left * stride :][:, :kernel, :kernel]
            wanted = (weight * window).sum((1, 2, 3))
            np.testing.assert_allclose(got[:, y, left], wanted, atol=1e-5)


def test_last_convolution_in_blocks_is_the_plain_one() -> None:
    torch.manual_seed(0)
    layer, x = ToPicture(8).double(), torch.randn(2, 8, 10, 12, dtype=torch.float64)
    x.requires_grad_()
    plain = F.conv2d(F.pad(x, (3, 3, 3, 3), mode="reflect"), layer.weight).tanh()
    fast = layer(x)
    torch.testing.assert_close(fast, plain)
    for slow, quick in zip(
        torch.autograd.grad(plain.square().sum(), (x, layer.weight)),
        torch.autograd.grad(fast.square().sum(), (x, layer.weight)),
        strict=True,
    ):
        torch.testing.assert_close(quick, slow)


def test_attention_by_hand() -> None:
    torch.manual_seed(0)
    layer = ExternalAttention(5, slots=7).eval()
    layer.norm.running_mean.normal_()
    layer.norm.running_var.uniform_(0.5, 2)
    x = torch.randn(2, 5, 3, 4)
    query, memory, value = (
        w.detach().numpy()[..., 0, 0]
        for w in (layer.query.weight, layer.memory, layer.value.weight)
    )
    norm = layer.norm
    got = layer(x).detach().numpy()
    for n in range(2):
        rows = x[n].numpy().reshape(5, 12).T  # positions, channels
        likeness = np.exp(rows @ query.T @ memory.T)
        share = likeness / likeness.sum(0)
        share /= share.sum(1, keepdims=True)
        out = share @ memory @ value.T
        out = (out - norm.running_mean.numpy()) / np.sqrt(norm.running_var.numpy() + 1e-3)
        out = out + rows
        wanted = np.where(out > 0, out, 0.2 * out).T.reshape(5, 3, 4)
        np.testing.assert_allclose(got[n], wanted, atol=1e-5)


def test_attention_shares_stay_finite_for_extreme_maps() -> None:
    torch.manual_seed(0)
    x = torch.randn(1, 16, 4, 4) * 1e3
    assert ExternalAttention(16)(x).isfinite().all()


def test_doubling_keeps_pixel_centres() -> None:
    ramp = torch.arange(6.0).view(1, 1, 1, 6).expand(1, 1, 4, 6)
    got = upsample(ramp)[0, 0, 3]
    wanted = ((np.arange(12) + 0.5) / 2 - 0.5).clip(0, 5)
    np.testing.assert_allclose(got, wanted, atol=1e-6)


def test_a_unit_is_convolution_lade_leaky_relu() -> None:
    torch.manual_seed(0)
    unit, x = ConvLADE(3, 4), torch.randn(1, 3, 8, 8)
    after_lade = unit[1](unit[0](x))
    torch.testing.assert_close(unit(x), torch.where(after_lade > 0, after_lade, 0.2 * after_lade))


def test_autocast_keeps_maps_in_bf16_between_layers() -> None:
    unit, x = ConvLADE(3, 4), torch.randn(1, 3, 8, 8).bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        assert upsample(x).dtype == torch.bfloat16
        assert unit(x).dtype == torch.bfloat16


def test_asymmetric_upsampling_is_tensorflow_1s() -> None:
    """Source position i / 2 for output i, clamped at the far border."""
    x = torch.randn(1, 2, 3, 4)
    got = upsample(x, asymmetric=True)
    assert got.shape == (1, 2, 6, 8)
    for row in range(6):
        for column in range(8):
            y, z = row / 2, column / 2
            low, left = int(y), int(z)
            high, right = min(low + 1, 2), min(left + 1, 3)
            top = x[0, :, low, left] * (1 - z % 1) + x[0, :, low, right] * (z % 1)
            bottom = x[0, :, high, left] * (1 - z % 1) + x[0, :, high, right] * (z % 1)
            expected = top * (1 - y % 1) + bottom * (y % 1)
            torch.testing.assert_close(got[0, :, row, column], expected)
