"""Characters of a StyleGAN2: the same pictures as the published network, edits in w and w+."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from skimage import data

from rosetail import images
from rosetail.characters.capabilities import main_axes
from rosetail.cli.looks import open_model
from rosetail.directions.fit import FitSettings, fit
from rosetail.directions.taggers import PaintedTagger
from rosetail.errors import InputError, SettingsError
from rosetail.images import from_tensor
from rosetail.methods.stylegan2.character_model import StyleGan2Model
from rosetail.methods.stylegan2.importer import import_stylegan2
from rosetail.methods.stylegan2.network import StyleGan2, StyleGan2Shape
from tests.methods.stylegan2.test_importer import LATENT, WIDTHS, drawing, published, saved
from tests.methods.through import State
from tests.taggers import random_tagger

COARSE = 3  # of 6 layers: at 4, 8, 8, 16, 16 pixels, and the last colours
SIDE = 16


@pytest.fixture(scope="module")
def state() -> State:
    return published()


@pytest.fixture(scope="module")
def file(state: State, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stylegan2")
    checkpoint = saved(folder / "g.pt", state)
    return import_stylegan2(checkpoint, folder / "anime.safetensors", steps=5, coarse=COARSE)


@pytest.fixture(scope="module")
def head() -> NDArray[np.uint8]:
    rough = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    rough.setflags(write=False)
    return rough


def test_in_w_characters_are_those_of_the_published_network(
    state: State, file: Path, head: NDArray[np.uint8]
) -> None:
    model = StyleGan2Model(file, "w")
    assert (model.size, model.latent) == (SIDE, LATENT)
    w = model.random_w(3, 1)
    with torch.no_grad():
        expected = drawing(state, torch.from_numpy(w)).clamp(-1, 1).numpy()
    shown = model.decode(model.encode_head(head), w).astype(float)
    assert np.abs(shown - from_tensor(expected)).max() <= 1
    assert np.array_equal(model.random_w(5, 1)[:3], w)


def test_in_w_plus_coarse_layers_keep_the_photos_codes(file: Path, head: NDArray[np.uint8]) -> None:
    model = StyleGan2Model(file, "w+")
    content = model.encode_head(head)
    assert content.maps.shape == (1, 2 * len(WIDTHS), LATENT)
    w = model.random_w(2, 0)
    codes = torch.from_numpy(content.maps).repeat(2, 1, 1)
    codes[:, COARSE:] = torch.from_numpy(w)[:, None]
    with torch.no_grad():
        expected = from_tensor(model.net.draw(codes).clamp(-1, 1).numpy())
    assert np.array_equal(model.decode(content, w), expected)
    own = model.decode(content, model.own_ws(content)["likeness"][None])[0]
    assert own.shape == (SIDE, SIDE, 3)
    assert StyleGan2Model(file, "w").id.digest != model.id.digest


def test_codes_of_single_groups_are_those_of_their_resolution(
    file: Path, head: NDArray[np.uint8]
) -> None:
    model = StyleGan2Model(file, "w")
    groups = model.style_layers().groups
    assert groups.names == ("1/4", "1/2", "1/1")
    content, (first, second) = model.encode_head(head), model.random_w(2, 3)
    mixed = np.stack([first, second, first])[None]
    codes = torch.from_numpy(np.stack([first] * 6))[None]
    codes[:, 1:3] = torch.from_numpy(second)  # the two convolutions at 8 pixels
    with torch.no_grad():
        expected = from_tensor(model.net.draw(codes).clamp(-1, 1).numpy())
    assert np.array_equal(model.decode(content, mixed), expected)
    same = model.decode(content, np.stack([first] * 3)[None])
    assert np.array_equal(same, model.decode(content, first[None]))


def test_sefa_takes_the_published_modulation(state: State, file: Path) -> None:
    layers = StyleGan2Model(file, "w").style_layers()
    names = ["conv1", "convs.0", "convs.1", "convs.2", "convs.3", "to_rgbs.1"]
    expected = [state[f"{name}.conv.modulation.weight"] / math.sqrt(LATENT) for name in names]
    np.testing.assert_allclose(layers.weights, torch.cat(expected).numpy(), rtol=1e-5)
    fine = StyleGan2Model(file, "w+").style_layers()
    np.testing.assert_allclose(fine.weights, torch.cat(expected[COARSE:]).numpy(), rtol=1e-5)
    assert fine.groups.names == ("1/1",)
    rows = fine.modulation(colours=False)
    assert len(rows) == len(torch.cat(expected[COARSE:5]))
    axes = main_axes(StyleGan2Model(file, "w"), 2)
    assert axes.shape == (2, LATENT)


def test_directions_are_found_in_it(file: Path, tmp_path: Path) -> None:
    face = np.asarray(data.astronaut())[:256, 100:356]
    photos = []
    for number in range(3):
        photos.append(tmp_path / f"{number}.png")
        images.save((face * (0.8 + 0.1 * number)).astype(np.uint8), photos[-1])
    model = open_model(f"{file}:w")
    assert isinstance(model, StyleGan2Model)
    content = model.encode(photos[0])
    shown = model.decode(content, model.random_w(60, 1))
    tagger = PaintedTagger(random_tagger(tmp_path / "t.onnx", 3, shown=shown), "onnxruntime")
    settings = FitSettings(20, ("sefa", "sefa_published", "linear", "voynov"), steps=2)
    found = fit(model, tagger, photos, tmp_path / "work", settings).directions
    assert {"sefa", "linear", "voynov"} <= set(found.methods)
    path = found.save(file.with_name("anime.directions.safetensors"))
    tag = next(iter(found.by_method["linear"]))
    character = model.cast(content, 1)[0].edit({tag: 1})
    assert character.code.shape == (LATENT,)
    assert np.abs(character.code - character.w).max() > 0
    with pytest.raises(SettingsError, match="anime"):
        StyleGan2Model(file, "w+").directions  # noqa: B018
    path.unlink()
    with pytest.raises(SettingsError, match="has no directions yet"):
        model.directions  # noqa: B018


def test_a_trained_one_reads_photos_by_its_encoder(tmp_path: Path, head: NDArray[np.uint8]) -> None:
    torch.manual_seed(0)
    shape = StyleGan2Shape((2, 4, 6), latent=5, mapping=2, coarse=2)
    net = StyleGan2(shape).eval()
    path = tmp_path / "own.safetensors"
    facts = {"class": "StyleGan2", "shape": json.dumps(asdict(shape))}
    save_file(net.state_dict(), path, facts)
    content = open_model(str(path)).encode_head(head)
    x = torch.from_numpy(head.copy()).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.no_grad():
        np.testing.assert_allclose(content.maps, net.read(x).numpy(), atol=1e-5)


def test_other_files_and_spaces_are_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"unknown space z; give one of w, w\+"):
        open_model(f"{file}:z")
    torch.manual_seed(0)
    save_file({"a": torch.zeros(1)}, tmp_path / "other.safetensors", {"class": "Other"})
    with pytest.raises(InputError, match="only a StyleGAN2"):
        open_model(str(tmp_path / "other.safetensors"))
