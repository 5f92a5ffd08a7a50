"""A VGG-19 file with random weights, and a plain LADE to compare with."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

PLACES = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34)  # in ``features``
WIDTHS = (3, 64, 64, 128, 128, *[256] * 4, *[512] * 8)


def vgg_weights(convolutions: int, seed: int = 0) -> dict[str, Tensor]:
    """Random weights under the published names, scaled so that maps keep their size."""
    torch.manual_seed(seed)
    held = {}
    for place, into, out in zip(PLACES[:convolutions], WIDTHS[:-1], WIDTHS[1:], strict=False):
        held[f"features.{place}.weight"] = torch.randn(out, into, 3, 3) * (2 / (9 * into)) ** 0.5
        held[f"features.{place}.bias"] = torch.randn(out) * 0.1
    return held


@pytest.fixture(scope="session")
def vgg_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vgg") / "first_eight.safetensors"
    save_file(vgg_weights(8), path)
    return path
