"""The re-scorer: its shapes, and that it shares no layer's design with the tagger."""

from __future__ import annotations

import pytest
import torch

from rosetail.nets.rescorer import Rescorer


@torch.no_grad()
def test_shapes_and_parameters() -> None:
    read = Rescorer(7, 4).eval()(torch.randn(2, 3, 64, 64))
    assert read.tags.shape == (2, 7)
    assert read.landmarks.shape == (2, 5, 2)
    assert ((read.landmarks > 0) & (read.landmarks < 1)).all()
    size = sum(parameter.numel() for parameter in Rescorer(120, 20).parameters())
    assert size == pytest.approx(8.3e5, rel=0.05)


def test_every_parameter_learns() -> None:
    torch.manual_seed(0)
    net = Rescorer(3, 4)
    read = net(torch.randn(4, 3, 32, 32))
    (read.tags.square().mean() + read.landmarks.square().mean()).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("sides", [(48, 48), (64, 32)])
def test_other_sides_are_refused(sides: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        Rescorer(1, 4)(torch.zeros(1, 3, *sides))
