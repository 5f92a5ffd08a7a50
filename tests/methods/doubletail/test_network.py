"""The generator: its size, its ordering, its gradients, its precision."""

from __future__ import annotations

import pytest
import torch

from rosetail.layers.blocks import ConvLADE, ExternalAttention, ToPicture
from rosetail.methods.doubletail.network import DoubleTail

PUBLISHED = 1_027_520  # encoder and main tail of AnimeGANv3


@pytest.fixture
def small() -> DoubleTail:
    torch.manual_seed(0)
    return DoubleTail(width=8)


def test_parameters_as_published() -> None:
    net = DoubleTail()
    count = lambda part: sum(p.numel() for p in part.parameters())  # noqa: E731
    assert count(net.encoder) == 497_248
    assert count(net.encoder) + count(net.main_rise) == PUBLISHED
    assert count(net.support_rise) == count(net.main_rise)
    biases = {name for name, _ in net.named_parameters() if name.endswith("bias")}
    assert biases == {f"{tail}_rise.attention.norm.bias" for tail in ("support", "main")}


def test_layers_run_in_the_published_order() -> None:
    net, order = DoubleTail(), []
    for module in net.modules():
        if isinstance(module, ConvLADE):
            conv = module[0]
            row = (conv.in_channels, conv.out_channels, conv.kernel_size[0], conv.stride[0])
            module.register_forward_hook(lambda *_, row=row: order.append(row))
        elif isinstance(module, ExternalAttention | ToPicture):
            name = type(module).__name__
            module.register_forward_hook(lambda *_, name=name: order.append(name))
    net(torch.zeros(1, 3, 16, 16))
    assert order == [
        (3, 32, 7, 1),
        *[(32, 32, 3, 2), (32, 64, 3, 1)],
        *[(64, 64, 3, 2), (64, 128, 3, 1)],
        *[(128, 128, 3, 2), (128, 128, 3, 1)],
        "ExternalAttention",
        *[(128, 128, 3, 1), (128, 128, 3, 1)],
        *[(128, 64, 3, 1), (64, 64, 3, 1)],
        *[(64, 32, 3, 1), (32, 32, 3, 1)],
        "ToPicture",
    ]


def test_both_are_support_and_main(small: DoubleTail) -> None:
    small.eval()
    x = torch.rand(2, 3, 24, 32) * 2 - 1
    support, main = small.both(x)
    torch.testing.assert_close(support, small.support(x))
    torch.testing.assert_close(main, small(x))
    assert main.shape == x.shape
    assert main.abs().max() <= 1
    assert not torch.allclose(support, main)


def test_encoder_maps(small: DoubleTail) -> None:
    shapes = [tuple(skip.shape) for skip in small.encode(torch.zeros(1, 3, 32, 48))]
    assert shapes == [(1, 8, 32, 48), (1, 16, 16, 24), (1, 32, 8, 12), (1, 32, 4, 6)]


def test_each_skip_reaches_the_picture(small: DoubleTail) -> None:
    skips = [skip.detach().requires_grad_() for skip in small.encode(torch.randn(1, 3, 32, 32))]
    small.main_rise(tuple(skips)).square().sum().backward()
    assert all(skip.grad.abs().sum() > 0 for skip in skips)


def test_gradients_reach_every_parameter(small: DoubleTail) -> None:
    # Not `main.mean()` of a fresh network: normalised maps would leave some sums at zero.
    support, main = small.both(torch.randn(2, 3, 32, 32).clamp(-1, 1))
    (support.square().sum() + (main - 0.5).square().sum()).backward()
    for name, parameter in small.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_support_leaves_the_main_tail_alone(small: DoubleTail) -> None:
    small.support(torch.randn(1, 3, 16, 16)).square().sum().backward()
    assert all(p.grad is None for p in small.main_rise.parameters())


def test_bf16_agrees_with_float32(small: DoubleTail) -> None:
    torch.manual_seed(1)
    x = torch.rand(2, 3, 64, 64) * 2 - 1
    small.to(memory_format=torch.channels_last)
    plain = small(x)
    with torch.autocast("cpu", torch.bfloat16):
        half = small(x.contiguous(memory_format=torch.channels_last))
    assert half.dtype == torch.bfloat16
    assert (half.float() - plain).square().mean().sqrt() < 0.02  # of a range of 2


def test_bf16_gradients_point_where_float32_ones_do(small: DoubleTail) -> None:
    torch.manual_seed(1)
    x, target = torch.rand(2, 2, 3, 64, 64) * 2 - 1

    def gradient(half: bool) -> torch.Tensor:
        small.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            main = small(x)
        (main.float() - target).abs().mean().backward()
        return torch.cat([p.grad.flatten() for p in small.parameters() if p.grad is not None])

    plain, half = gradient(False), gradient(True)
    assert torch.cosine_similarity(plain, half, dim=0) > 0.99
    assert half.norm() / plain.norm() == pytest.approx(1, abs=0.05)


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_traced_form_gives_the_same_picture(small: DoubleTail) -> None:
    """Tracing takes the plain forms of LADE and of the last convolution."""
    small.eval()
    x = torch.rand(1, 3, 32, 24) * 2 - 1
    traced = torch.jit.trace(small, x, check_trace=False)
    assert "batch_norm_update_stats" not in str(traced.inlined_graph)
    torch.testing.assert_close(traced(x), small(x), atol=1e-4, rtol=0)


@pytest.mark.parametrize("size", [(20, 32), (32, 30), (8, 32)])
def test_bad_sizes_are_refused(small: DoubleTail, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=rf"{size[1]}x{size[0]}.*multiples of 8, at least 16"):
        small(torch.zeros(1, 3, *size))
