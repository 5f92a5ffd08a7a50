"""Every published loss term on fixed tensors, against a transcription of the paper in NumPy.

Liu, Chen and Gao 2024, section 3.3; the factors of the critics, the targets of least squares and
the division by channels are those of the published code.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from skimage.color import rgb2lab
from torch import nn

from rosetail.methods.doubletail.recipe import DoubleTailRecipe, MapCache
from rosetail.methods.doubletail.settings import DataSettings, DoubleTailSettings
from rosetail.training import settings
from tests.training.small_data import prepared, random_vgg

Floats = NDArray[np.float64]
NAMES = (
    "photo",
    "photo_superpixels",
    "anime",
    "anime_edges",
    "support",
    "main",
    "clean",
    "regions",
)


class Critic(nn.Module):
    """Logits that are a sum over channels: a transcription needs no network."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sum(1, keepdim=True)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> DoubleTailRecipe:
    folder = tmp_path_factory.mktemp("published")
    published = settings.load(DoubleTailSettings, "published")
    data = DataSettings(
        photos=(str(prepared(folder / "photos", 1)),),
        anime=(str(prepared(folder / "anime", 2)),),
        vgg=str(random_vgg(folder / "vgg.safetensors")),
        size=32,
        batch=2,
    )
    config = replace(published, data=data, deep_layer="conv3_4", superpixels="slic")
    return DoubleTailRecipe(replace(config, weights=replace(config.weights, identity=3.0)))


@pytest.fixture(scope="module")
def shown() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {name: torch.rand(2, 3, 32, 32, generator=generator) * 2 - 1 for name in NAMES}


def array(tensor: torch.Tensor) -> Floats:
    return tensor.double().numpy()


def grey(picture: Floats) -> Floats:
    return np.tensordot(picture, [0.299, 0.587, 0.114], (1, 0))[:, None].repeat(3, 1)


class Paper:
    """The paper's terms; VGG-19 maps come from the network, everything else is written out."""

    def __init__(self, recipe: DoubleTailRecipe, shown: dict[str, torch.Tensor]) -> None:
        self.vgg, self.deep = recipe.vgg, recipe.deep
        self.x = {name: array(picture) for name, picture in shown.items()}

    def maps(self, picture: Floats, layer: str) -> Floats:
        return array(self.vgg(torch.from_numpy(picture).float(), [layer])[layer])

    def distance(self, output: str, target: str) -> float:
        one, other = (self.maps(self.x[name], self.deep) for name in (output, target))
        return np.abs(one - other).mean() / one.shape[1]

    def style(self) -> float:
        total = 0.0
        layers = zip(("conv2_2", "conv3_3", self.deep), (0.1, 2.0, 28.0), strict=True)
        for layer, weight in layers:
            grams = []
            for name in ("support", "anime"):
                rows = self.maps(grey(self.x[name]), layer)
                rows = rows.reshape(*rows.shape[:2], -1)
                rows = rows - rows.mean(2, keepdims=True)
                grams.append(rows @ rows.transpose(0, 2, 1) / (rows.shape[1] * rows.shape[2]))
            total += weight * np.abs(grams[0] - grams[1]).mean() / rows.shape[1]
        return total

    def colour(self) -> float:
        labs = [rgb2lab((self.x[n].transpose(0, 2, 3, 1) + 1) / 2) for n in ("support", "photo")]
        lightness, a, b = np.abs(labs[0] - labs[1]).mean((0, 1, 2)) / (100, 255, 255)
        return 2 * lightness + a + b

    def variation(self, name: str) -> float:
        x = self.x[name]
        return sum((np.diff(x, axis=axis) ** 2).sum() / np.diff(x, axis=axis).size / 2
                   for axis in (2, 3))  # fmt: skip

    def logits(self, name: str, *, in_grey: bool = False) -> Floats:
        return (grey(self.x[name]) if in_grey else self.x[name]).sum(1)


def close(found: dict[str, torch.Tensor], expected: dict[str, float], rel: float = 1e-5) -> None:
    assert found.keys() == expected.keys()
    assert {name: float(each) for name, each in found.items()} == pytest.approx(expected, rel=rel)


def test_support_tail(recipe: DoubleTailRecipe, shown: dict[str, torch.Tensor]) -> None:
    paper = Paper(recipe, shown)
    maps = MapCache(recipe.vgg, shown, [recipe.deep, "conv3_3"], recipe.style_layers)
    found = recipe.support_terms(Critic(), shown, maps)
    close(
        found,
        {
            "content": 0.5 * paper.distance("support", "photo"),
            "style": paper.style(),
            "colour": 8 * paper.colour(),
            "region_own": 0.8 * paper.distance("support", "regions"),
            "region_photo": 0.5 * paper.distance("support", "photo_superpixels"),
            "support_adversarial": ((paper.logits("support", in_grey=True) - 0.9) ** 2).mean(),
            "support_variation": 1e-4 * paper.variation("support"),
        },
    )


def test_main_tail(recipe: DoubleTailRecipe, shown: dict[str, torch.Tensor]) -> None:
    paper = Paper(recipe, shown)
    maps = MapCache(recipe.vgg, shown, [recipe.deep, "conv3_3"], recipe.style_layers)
    x = paper.x
    near = [paper.maps(x[name], "conv3_3") for name in ("main", "photo")]
    close(
        recipe.main_terms(Critic(), shown, maps),
        {
            "revision_pixels": 50 * np.abs(x["main"] - x["clean"]).mean(),
            "revision_features": 0.5 * paper.distance("main", "clean"),
            "main_adversarial": 0.02 * ((paper.logits("main") - 1) ** 2).mean(),
            "main_variation": 1e-4 * paper.variation("main"),
            "identity": 3 * (np.abs(near[0] - near[1]).mean() / near[0].shape[1]
                             + 0.1 * np.abs(x["main"] - x["photo"]).mean()),
        },
    )  # fmt: skip


def test_critics(recipe: DoubleTailRecipe, shown: dict[str, torch.Tensor]) -> None:
    paper = Paper(recipe, shown)

    class Networks:
        networks = {"support_critic": Critic(), "main_critic": Critic()}  # noqa: RUF012

    found = recipe.critic_terms(Networks(), shown, lambda: shown["clean"])
    drawn, made, smooth = (
        paper.logits(name, in_grey=True) for name in ("anime", "support", "anime_edges")
    )
    close(
        found,
        {
            "critic_drawings": 0.5 * ((drawn - 0.9) ** 2).mean(),
            "critic_support": ((made - 0.1) ** 2).mean(),
            "critic_edges": 5 * ((smooth - 0.1) ** 2).mean(),
            "critic_clean": 0.1 * ((paper.logits("clean") - 1) ** 2).mean(),
            "critic_main": 0.1 * (paper.logits("main") ** 2).mean(),
        },
    )


def test_hinge(recipe: DoubleTailRecipe, shown: dict[str, torch.Tensor]) -> None:
    hinge = DoubleTailRecipe(replace(recipe.settings, adversarial="hinge", epochs=0))
    paper = Paper(recipe, shown)
    maps = MapCache(recipe.vgg, shown, [recipe.deep, "conv3_3"], recipe.style_layers)
    main = hinge.main_terms(Critic(), shown, maps)["main_adversarial"]
    assert float(main) == pytest.approx(-0.02 * paper.logits("main").mean(), rel=1e-5)
