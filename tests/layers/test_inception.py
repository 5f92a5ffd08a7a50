"""Inception v3 has the published size and the layout of the public weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from rosetail.layers.inception import BlockA, BlockE, Inception, Unit, mean_around


@pytest.fixture(scope="module")
def net() -> Inception:
    with torch.device("meta"):
        return Inception()


def test_published_parameter_count(net: Inception) -> None:
    """Inception v3's 27,161,264 less its classifiers' 3,326,696 and 2,049,000."""
    count = sum(parameter.numel() for parameter in net.parameters())
    assert count == 27_161_264 - 3_326_696 - 2_049_000


def test_layout_of_the_public_weights(net: Inception) -> None:
    shapes = {name: tuple(value.shape) for name, value in net.state_dict().items()}
    wanted = {
        "Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3),
        "Conv2d_4a_3x3.bn.running_var": (192,),
        "Mixed_5b.branch_pool.conv.weight": (32, 192, 1, 1),
        "Mixed_6a.branch3x3.conv.weight": (384, 288, 3, 3),
        "Mixed_6c.branch7x7dbl_4.conv.weight": (160, 160, 7, 1),
        "Mixed_7a.branch7x7x3_4.conv.weight": (192, 192, 3, 3),
        "Mixed_7c.branch3x3dbl_3b.conv.weight": (384, 384, 3, 1),
    }
    for name, shape in wanted.items():
        assert shapes[name] == shape
    assert sum(isinstance(module, Unit) for module in net.modules()) == 94


def test_maps_shrink_as_published(net: Inception) -> None:
    sizes = {}
    for name, module in net.named_children():
        module.register_forward_hook(lambda m, i, out, name=name: sizes.update({name: out.shape}))
    assert net(torch.zeros(1, 3, 299, 299, device="meta")).shape == (1, 2048)
    assert sizes["Conv2d_4a_3x3"][1:] == (192, 71, 71)
    assert sizes["Mixed_5d"][1:] == (288, 35, 35)
    assert sizes["Mixed_6e"][1:] == (768, 17, 17)
    assert sizes["Mixed_7c"][1:] == (2048, 8, 8)


def test_the_mean_does_not_count_the_border() -> None:
    assert torch.equal(mean_around(torch.ones(1, 1, 4, 4)), torch.ones(1, 1, 4, 4))


def test_a_block_by_hand() -> None:
    """Each branch where it belongs: kernels that pass one channel on."""
    block = BlockA(4, 5).eval()
    for module in block.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.zeros_(module.weight)
    middle = block.branch5x5_2.conv.weight
    with torch.no_grad():
        block.branch5x5_1.conv.weight[7, 2] = 1
        middle[3, 7, 2, 2] = 1
        block.branch_pool.conv.weight[1, 0] = 1
    x = torch.rand(1, 4, 5, 5)
    made = block(x)
    gain = (1 + 0.001) ** -0.5  # of batch norm as it starts
    torch.testing.assert_close(made[:, 64 + 3], x[:, 2] * gain**2)
    torch.testing.assert_close(made[:, 64 + 64 + 96 + 1], mean_around(x)[:, 0] * gain)
    assert made.abs().sum((0, 2, 3)).count_nonzero() == 2


def test_only_the_last_block_takes_the_maximum() -> None:
    x = torch.zeros(1, 2, 3, 3)
    x[0, 0, 1, 1] = 9
    for peak, wanted in ((True, 9.0), (False, 1.0)):
        torch.manual_seed(0)
        block = BlockE(2, peak=peak).eval()
        with torch.no_grad():
            block.branch_pool.conv.weight.zero_()
            block.branch_pool.conv.weight[0, 0] = 1
        assert float(block(x)[0, -192, 1, 1]) == pytest.approx(wanted * 1.001**-0.5)
