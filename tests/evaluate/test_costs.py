"""Costs counted from graphs, against sums by hand and by PyTorch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from rosetail.errors import RosetailError
from rosetail.evaluate.costs import (
    covering,
    interleaved,
    multiply_adds,
    parameters,
    peak_memory,
    published_form,
)
from rosetail.methods.cyclegan.network import ResNetGenerator
from rosetail.methods.generators import export_any


def by_hooks(net: nn.Module, side: int) -> int:
    """Multiply-adds of all convolutions, from what they take and give."""
    total = 0

    def count(layer: nn.Module, taken: tuple[torch.Tensor], given: torch.Tensor) -> None:
        nonlocal total
        weight = layer.weight
        pixels = taken[0] if isinstance(layer, nn.ConvTranspose2d) else given
        total += pixels.shape[2] * pixels.shape[3] * weight.numel()

    for layer in net.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            layer.register_forward_hook(count)
    with torch.no_grad():
        net(torch.zeros(1, 3, side, side))
    return total


def test_of_a_trained_network(tmp_path: Path) -> None:
    net = ResNetGenerator(4, 2).eval()
    facts = {"class": "ResNetGenerator", "width": "4", "blocks": "2"}
    save_file(net.state_dict(), tmp_path / "net.safetensors", facts)
    export_any(tmp_path / "net.safetensors", tmp_path / "net.onnx")
    wanted = sum(each.numel() for each in net.parameters())
    assert parameters(tmp_path / "net.onnx") == parameters(tmp_path / "net.safetensors") == wanted
    model = published_form(tmp_path / "net.onnx")
    for side in (64, 96):
        assert multiply_adds(model, side) == by_hooks(ResNetGenerator(4, 2), side)


def test_of_a_shipped_look_without_its_rewrites() -> None:
    from rosetail.methods.doubletail.network import DoubleTail
    from rosetail.weights import find

    cel = find("cel")
    assert parameters(cel) == 1_027_520
    net = DoubleTail()
    main = type("Main", (nn.Module,), {"forward": lambda self, x: self.net.main(x)})()
    main.net = net.eval()
    counted, wanted = multiply_adds(published_form(cel), 64), by_hooks(main, 64)
    # The attention's products with its memory are not convolutions for PyTorch, or folded here.
    assert counted == pytest.approx(wanted, rel=0.02)
    assert len(onnx.load(cel).graph.node) > 0


def test_memory_grows_with_the_picture(negative: Path) -> None:
    small = peak_memory(negative, (64, 64), "onnxruntime")
    large = peak_memory(negative, (1500, 3000), "onnxruntime")
    assert large - small > 1500 * 3000 * 3 * 4, "at least the floats of one picture"
    with pytest.raises(RosetailError, match="could not draw 64x64"):
        peak_memory(Path("none.onnx"), (64, 64))


def test_steps_take_turns() -> None:
    order: list[str] = []
    taken = interleaved({name: lambda n=name: order.append(n) for name in "ab"}, 3)
    assert order == ["a", "b"] * 4
    assert [len(each) for each in taken.values()] == [3, 3]


def test_covering_cuts_the_middle() -> None:
    rgb = np.zeros((10, 40, 3), np.uint8)
    rgb[:, 15:25] = 255
    assert covering(rgb, (10, 10)).min() == 255
    assert covering(rgb, (30, 20)).shape == (30, 20, 3)
