"""A small double-tail generator with lively random weights, in memory and in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from rosetail.methods.doubletail.network import DoubleTail


@pytest.fixture(scope="session")
def net() -> DoubleTail:
    """Width 8, weights scaled as He and others (2015), batch norm away from its start."""
    torch.manual_seed(5)
    net = DoubleTail(8).eval()
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, a=0.2)
    norm = net.main_rise.attention.norm
    for values, low, high in (
        (norm.running_mean, -0.5, 0.5),
        (norm.running_var, 0.5, 2.0),
        (norm.weight.data, 0.5, 2.0),
        (norm.bias.data, -0.5, 0.5),
    ):
        nn.init.uniform_(values, low, high)
    return net


@pytest.fixture(scope="session")
def weights(net: DoubleTail, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "generator.safetensors"
    save_file(net.state_dict(), path, {"network": "generator", "recipe": "taught", "steps": "12"})
    return path
