"""ResNet-50: the published sizes, a run, and its file as a tagger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from rosetail.directions.taggers import PaintedTagger
from rosetail.errors import InputError
from rosetail.images import to_tensor
from rosetail.methods.tagger.export import evaluate_tagger, export_tagger
from rosetail.methods.tagger.recipe import TaggerRecipe, TagSettings
from rosetail.methods.tagger.resnet import ResNet50
from rosetail.training.checkpoint import averaged_network
from rosetail.training.loop import train
from tests.methods.tagger.test_recipe import config, folder

__all__ = ["config", "folder"]
PUBLISHED = 25_557_032  # parameters with 1000 classes


def test_it_has_the_published_parameters_and_strides() -> None:
    with torch.device("meta"):
        net = ResNet50(1000)
        landmarks = sum(each.numel() for each in net.landmarks.parameters())
        assert sum(each.numel() for each in net.parameters()) - landmarks == PUBLISHED
        maps = net.blocks(torch.zeros(2, 64, 56, 56))
        assert maps.shape == (2, 2048, 7, 7)
        read = net(torch.zeros(2, 3, 224, 224))
    assert read.tags.shape == (2, 1000)
    assert read.landmarks.shape == (2, 5, 2)


def test_it_sees_all_of_the_picture() -> None:
    torch.manual_seed(0)
    net = ResNet50(1, width=4).eval()
    for block in net.blocks:
        torch.nn.init.ones_(block.wide[1].weight)
    picture = torch.randn(1, 3, 64, 64, requires_grad=True)
    net(picture).tags.sum().backward()
    assert picture.grad is not None
    assert (picture.grad.abs().sum(1)[0] > 0).float().mean() > 0.95


def test_a_run_becomes_a_tagger(config: TagSettings, tmp_path: Path) -> None:
    settings = replace(config, network="resnet50", tags=("red",))
    recipe = TaggerRecipe(settings)
    train(recipe, tmp_path / "run", console=Console(quiet=True))
    path = export_tagger(tmp_path / "run", tmp_path / "resnet.onnx")
    tagger = PaintedTagger(path, "onnxruntime")
    assert tagger.tags == ("red",)
    net, _ = averaged_network(tmp_path / "run", lambda facts: ResNet50(1, int(facts["width"])))
    pictures = recipe.holdout.pictures[:, :64, :64]
    with torch.no_grad():
        expected = net(torch.from_numpy(to_tensor(pictures))).tags.sigmoid().numpy()
    np.testing.assert_allclose(tagger(pictures), expected, atol=2e-3)
    assert evaluate_tagger(tmp_path / "run", Path(settings.data.painted)).support == {"red": 15}


def test_tags_that_the_paintings_lack_are_refused(config: TagSettings) -> None:
    with pytest.raises(InputError, match="too few pictures with or without blue"):
        TaggerRecipe(replace(config, tags=("red", "blue")))
