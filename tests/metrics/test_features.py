"""Pooled features are the mean of relu3_4 over positions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rosetail.errors import WeightsMissing
from rosetail.metrics.features import pooled_features
from rosetail.nets.features import Vgg19Features
from tests.nets.conftest import vgg_weights


def test_mean_over_positions(tmp_path: Path) -> None:
    path = tmp_path / "vgg.safetensors"
    save_file(vgg_weights(8), path)
    pictures = np.random.default_rng(0).integers(0, 256, (3, 24, 16, 3), np.uint8)
    got = pooled_features(pictures, path)
    assert got.shape == (3, 256)
    assert got.dtype == np.float64
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2) / 127.5 - 1
    wanted = Vgg19Features(path)(x, ["conv3_4"])["conv3_4"].relu().mean((2, 3))
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-3)


def test_pictures_of_any_size_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "vgg.safetensors"
    save_file(vgg_weights(8), path)
    flat = [np.full((size, size, 3), 200, np.uint8) for size in (16, 32)]
    assert pooled_features(iter(flat), path).shape == (2, 256)


def test_weights_are_needed(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="no such file"):
        pooled_features([], tmp_path / "vgg.safetensors")
