"""Pooled features are the mean of relu3_4 over positions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rosetail.errors import WeightsMissing
from rosetail.layers.inception import Inception
from rosetail.layers.vgg import Vgg19Features
from rosetail.metrics.features import InceptionPooled, Vgg19Pooled, resized_as_tensorflow
from tests.fixtures.vgg import vgg_weights


def test_mean_over_positions(tmp_path: Path) -> None:
    path = tmp_path / "vgg.safetensors"
    save_file(vgg_weights(8), path)
    pictures = np.random.default_rng(0).integers(0, 256, (3, 24, 16, 3), np.uint8)
    backbone = Vgg19Pooled(path)
    got = np.stack([backbone(picture) for picture in pictures])
    assert got.shape == (3, 256)
    assert got.dtype == np.float64
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2) / 127.5 - 1
    wanted = Vgg19Features(path)(x, ["conv3_4"])["conv3_4"].relu().mean((2, 3))
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-3)


def test_weights_are_needed(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="no such file"):
        Vgg19Pooled(tmp_path / "vgg.safetensors")


def test_tensorflow_one_looked_from_the_corner() -> None:
    """Row i of the result lies at i * old / new of the picture; beyond the last row it stays."""
    x = torch.tensor([0.0, 10, 40, 50]).view(1, 1, 4, 1)
    got = resized_as_tensorflow(x, 2, 8).flatten().tolist()
    assert got == pytest.approx([0, 5, 10, 25, 40, 45, 50, 50])
    assert resized_as_tensorflow(x, 2, 2).flatten().tolist() == [0, 40]
    assert torch.equal(resized_as_tensorflow(x, 2, 4), x)


def test_inception_features_of_a_picture(tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = Inception().eval()
    state = net.state_dict() | {"fc.weight": torch.zeros(1008, 2048)}
    torch.save(state, tmp_path / "inception.pth")
    picture = np.random.default_rng(0).integers(0, 256, (299, 299, 3), np.uint8)
    backbone = InceptionPooled(tmp_path / "inception.pth")
    with torch.no_grad():
        wanted = net((torch.from_numpy(picture).permute(2, 0, 1)[None].float() - 128) / 128)
    got = backbone(picture)
    assert got.shape == (backbone.width,)
    np.testing.assert_allclose(got, wanted[0].numpy(), rtol=1e-4, atol=1e-6)
    del state["Mixed_6b.branch_pool.bn.bias"]
    torch.save(state, tmp_path / "short.pth")
    with pytest.raises(WeightsMissing, match=r"short\.pth: no Mixed_6b\.branch_pool\.bn\.bias"):
        InceptionPooled(tmp_path / "short.pth")
