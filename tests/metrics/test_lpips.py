"""Perceptual distance against a plain calculation, on both backbones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from rosetail.errors import InputError, WeightsMissing
from rosetail.layers.vgg import Vgg19Features
from rosetail.metrics.lpips import Lpips, UnitVgg19, distance, diversity

RNG = np.random.default_rng(0)
ONE, OTHER, THIRD = RNG.integers(0, 256, (3, 16, 24, 3), np.uint8)


def plain_distance(first: list[torch.Tensor], second: list[torch.Tensor], heads: list) -> float:
    """Place by place: unit vectors, squared differences, weighed, averaged, summed over depths."""
    total = 0.0
    for one, other, head in zip(first, second, heads, strict=True):
        a, b = (m[0].double().flatten(1).T.numpy() for m in (one, other))
        a, b = (m / np.maximum(np.linalg.norm(m, axis=1, keepdims=True), 1e-12) for m in (a, b))
        total += float((((a - b) ** 2) @ np.broadcast_to(head, a.shape[1])).mean())
    return total


def tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None] / 127.5 - 1


def test_vgg19_by_hand(vgg_file: Path) -> None:
    eye = UnitVgg19(vgg_file)
    assert eye.name == "unit-length VGG-19 to relu3_4"
    layers, vgg = ["relu1_2", "relu2_2", "relu3_4"], Vgg19Features(vgg_file)
    first, second = (list(vgg(tensor(p), layers).values()) for p in (ONE, OTHER))
    wanted = plain_distance(first, second, [1.0] * 3)
    one, other = eye.maps(ONE), eye.maps(OTHER)
    assert distance(one, other) == pytest.approx(wanted, rel=1e-4)
    assert distance(other, one) == pytest.approx(wanted, rel=1e-4)
    assert distance(one, one) == 0


@pytest.fixture(scope="module")
def vgg16() -> nn.Sequential:
    """Configuration D up to relu5_3, in torchvision's order of layers."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    inside = 3
    for count, width in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            layers += [nn.Conv2d(inside, width, 3, padding=1), nn.ReLU()]
            inside = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


@pytest.fixture(scope="module")
def heads() -> dict[str, torch.Tensor]:
    widths = (64, 128, 256, 512, 512)
    return {f"lin{i}.model.1.weight": torch.rand(1, c, 1, 1) for i, c in enumerate(widths)}


def test_published_metric_by_hand(
    vgg16: nn.Sequential, heads: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    trunk = {f"features.{name}": value for name, value in vgg16.state_dict().items()}
    extra = {"classifier.0.bias": torch.zeros(1)}
    save_file(trunk | heads | extra, tmp_path / "lpips.safetensors")
    eye = Lpips(tmp_path / "lpips.safetensors")
    assert "VGG-16" in eye.name
    maps = []
    for picture in (ONE, OTHER):
        mean, spread = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
        x = (tensor(picture) - mean.view(3, 1, 1)) / spread.view(3, 1, 1)
        found = []
        for place, layer in enumerate(vgg16[:-1]):
            x = layer(x)
            if place in (3, 8, 15, 22, 29):
                found.append(x.detach().clone())
        maps.append(found)
    weights = [head.flatten().double().numpy() for head in heads.values()]
    wanted = plain_distance(*maps, weights)
    assert distance(eye.maps(ONE), eye.maps(OTHER)) == pytest.approx(wanted, rel=1e-4)


def test_diversity_is_the_mean_over_pairs(vgg_file: Path) -> None:
    eye = UnitVgg19(vgg_file)
    one, other, third = (eye.maps(picture) for picture in (ONE, OTHER, THIRD))
    pairs = [distance(*pair) for pair in ((one, other), (one, third), (other, third))]
    assert diversity([ONE, OTHER, THIRD], eye) == pytest.approx(np.mean(pairs))
    assert diversity([ONE, ONE], eye) == 0


def test_nothing_to_compare(vgg_file: Path) -> None:
    eye = UnitVgg19(vgg_file)
    with pytest.raises(ValueError, match="one size"):
        distance(eye.maps(ONE), eye.maps(OTHER[:-1]))
    with pytest.raises(InputError, match="1 pictures have no pairs"):
        diversity([ONE], eye)


def test_files_that_do_not_fit_are_named(
    vgg16: nn.Sequential, heads: dict[str, torch.Tensor], tmp_path: Path, vgg_file: Path
) -> None:
    with pytest.raises(WeightsMissing, match=r"first_eight\.safetensors: no features\.17"):
        Lpips(vgg_file)
    short = tmp_path / "short.pth"
    trunk = {f"features.{name}": value for name, value in vgg16.state_dict().items()}
    torch.save(trunk | {n: each for n, each in heads.items() if "lin3" not in n}, short)
    with pytest.raises(WeightsMissing, match=r"short\.pth: no lin3\.model\.1\.weight"):
        Lpips(short)
    with pytest.raises(WeightsMissing, match=r"none\.pth"):
        Lpips(tmp_path / "none.pth")
    torch.save(nn.Linear(1, 1), short)  # a pickled object, not tensors: never run
    with pytest.raises(WeightsMissing, match=r"short\.pth: not a file of tensors"):
        Lpips(short)
