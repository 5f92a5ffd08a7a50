"""Small trained models that mix palettes, with random weights."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file

from rosetail.methods.roses.export import export_roses
from rosetail.methods.roses.network import Roses, RosesShape


def network_of(shape: RosesShape, *lively: str) -> Roses:
    """One whose weights that begin at 0 are random where their names end so, besides those that a
    style needs to do anything."""
    torch.manual_seed(0)
    network = Roses(shape).eval().requires_grad_(False)
    for name, value in network.named_parameters():
        if name.endswith(("modulation.weight", "palette.weight", *lively)):
            value += torch.randn_like(value)
    return network


def exported(network: Roses, folder: Path, size: int) -> Path:
    """``folder``, with the network as a model of ``size`` pixels in it."""
    facts = {"shape": json.dumps(asdict(network.shape)), "size": str(size)}
    save_file(network.state_dict(), folder / "w.safetensors", facts)
    export_roses(folder / "w.safetensors", folder / "to_anime")
    return folder
