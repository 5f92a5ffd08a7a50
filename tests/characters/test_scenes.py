"""What stands behind the characters of a trained model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from rosetail.characters.content import Content
from rosetail.characters.network_model import NetworkModel
from rosetail.characters.scenes import COLUMNS, Scenes, read_scenes, write_scenes
from rosetail.errors import WeightsMissing
from rosetail.methods.roses import network as nets
from tests.characters.palettes import exported, network_of

HEAD = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)


def scenes(side: int = 32) -> Scenes:
    """Slopes of all colours, two rows of them."""
    colours = np.random.default_rng(1).uniform(40, 215, (2 * COLUMNS, 3))
    slope = np.linspace(-30, 30, side)[:, None, None]
    pictures = (colours[:, None, None] + slope).round().astype(np.uint8)
    return Scenes(np.repeat(pictures, side, axis=2), colours)


@pytest.fixture(scope="module")
def network() -> nets.Roses:
    return network_of(
        nets.RosesShape(
            widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=1, palette=4, template=5
        )
    )


@pytest.fixture(scope="module")
def folder(network: nets.Roses, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exported model with scenes."""
    made = exported(network, tmp_path_factory.mktemp("model"), 32)
    write_scenes(scenes(), made / "to_anime" / "scenes.safetensors")
    return made


@pytest.fixture(scope="module")
def content(folder: Path) -> Content:
    return NetworkModel(folder).encode_head(HEAD)


def test_files_hold_what_was_written(tmp_path: Path) -> None:
    before = scenes()
    write_scenes(before, tmp_path / "s.safetensors")
    after = read_scenes(tmp_path / "s.safetensors")
    np.testing.assert_allclose(after.colours, before.colours, atol=1e-4)
    assert after.pictures.shape == before.pictures.shape
    off = np.abs(after.pictures.astype(int) - before.pictures)
    assert off.mean() < 3  # WebP
    (tmp_path / "s.safetensors").write_bytes(b"junk")
    with pytest.raises(WeightsMissing, match=r"s\.safetensors: not painted backgrounds"):
        read_scenes(tmp_path / "s.safetensors")


def test_a_figure_lies_over_the_scene_nearest_to_its_ground() -> None:
    stand = scenes(16)
    figures = np.random.default_rng(2).integers(0, 256, (3, 32, 32, 4), dtype=np.uint8)
    grounds = stand.colours[[5, 11, 0]] + 4
    made = stand.behind(figures, grounds)
    assert made.shape == (3, 32, 32, 3)
    for picture, figure, number in zip(made, figures, (5, 11, 0), strict=True):
        alpha = figure[..., 3:] / 255
        larger = np.repeat(np.repeat(stand.pictures[number], 2, 0), 2, 1)
        wanted = alpha * figure[..., :3] + (1 - alpha) * larger
        assert np.abs(picture - wanted).max() < 4  # enlarged smoothly


def test_characters_stand_before_their_scenes(
    folder: Path, network: nets.Roses, content: Content
) -> None:
    roses = NetworkModel(folder)
    w = roses.random_w(5, seed=1)
    colours = network.decoder.palette(torch.from_numpy(w))[:, :3].numpy()
    held = read_scenes(folder / "to_anime" / "scenes.safetensors")
    wanted = held.behind(np.stack([roses.head(content, each) for each in w]), 127.5 * (colours + 1))
    made = roses.decode(content, w)
    assert np.abs(made.astype(int) - wanted).max() <= 2
    assert len({held.nearest(127.5 * (each + 1)) for each in colours}) > 1
    alone = roses.decode(content, w[3])  # a batch of one, and a code for each group of layers
    assert np.abs(alone[0].astype(int) - made[3]).max() <= 2
    grouped = np.repeat(w[:, None], len(roses.style_layers().groups.names), 1)
    assert np.abs(roses.decode(content, grouped).astype(int) - made).max() <= 2


def test_without_scenes_grounds_are_plain(
    folder: Path, network: nets.Roses, content: Content, tmp_path: Path
) -> None:
    other = tmp_path / "model"
    (other / "to_anime").mkdir(parents=True)
    for file in (folder / "to_anime").glob("*.onnx"):
        (other / "to_anime" / file.name).write_bytes(file.read_bytes())
    roses = NetworkModel(other)
    assert roses.scenes is None
    w = roses.random_w(1, seed=1)
    drawn = network.draw(torch.from_numpy(content.maps), torch.from_numpy(w))[0]
    wanted = ((drawn.permute(1, 2, 0).numpy() + 1) * 127.5).clip(0, 255)
    assert np.abs(roses.decode(content, w)[0] - wanted).mean() < 1
