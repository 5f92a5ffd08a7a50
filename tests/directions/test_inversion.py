"""A drawing's character is found again from the picture alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from rosetail import images, read_character
from rosetail.characters.network_model import NetworkModel
from rosetail.directions.inversion import invert
from rosetail.images import from_tensor
from rosetail.layers.vgg import Vgg19Features
from rosetail.methods.roses.export import as_stored, load_roses
from rosetail.methods.roses.network import Roses as Network
from rosetail.painter import paint, sample
from tests.fixtures.program import rosetail
from tests.fixtures.vgg import vgg_file

__all__ = ["rosetail", "vgg_file"]


@pytest.fixture(scope="module")
def net(tiny_roses: Path) -> Network:
    return as_stored(load_roses(tiny_roses.parent / "to_anime.safetensors")[0])


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drawn") / "ren.png"
    images.save(paint(sample(3), 256).image, path)
    return path


def test_a_known_character_is_found(net: Network, vgg_file: Path) -> None:
    generator = torch.Generator().manual_seed(2)
    content = torch.randn(1, 8, 8, 8, generator=generator)
    known, start = net.mapping(torch.randn(2, 3, generator=generator)).detach()
    wanted = from_tensor(net.draw(content, known[None]).numpy())[0]
    before = from_tensor(net.draw(content, start[None]).numpy())[0]
    told: list[int] = []
    found = invert(
        net, content.numpy(), wanted, start.numpy(), Vgg19Features(vgg_file), steps=60,
        progress=told.append,
    )  # fmt: skip
    apart = [np.abs(each.astype(int) - wanted).mean() for each in (before, found.picture)]
    assert apart[1] < 0.5 * apart[0]
    assert found.losses[-1] < 0.5 * found.losses[0]
    assert told == list(range(1, 61))
    drawn = from_tensor(net.draw(content, torch.from_numpy(found.w)[None]).numpy())[0]
    assert np.array_equal(drawn, found.picture)


def test_the_command(
    rosetail, drawing: Path, tiny_roses: Path, vgg_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "ren.json"
    ran = rosetail(
        "invert", drawing, "-o", out, "--vgg", vgg_file, "--steps", 12,
        "--model", tiny_roses, "--name", "Ren",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    roses = NetworkModel(tiny_roses)
    who, read = roses.read(out), roses.encode_drawing(drawing)
    assert who.name == "Ren"
    target = read.head.astype(int)
    start, end = (roses.decode(read.content, w[None])[0] for w in (read.w, who.w))
    assert np.abs(end - target).mean() < np.abs(start - target).mean()
    sheet = images.read(tmp_path / "ren.png")
    assert np.array_equal(sheet[4:36, 4:36], read.head)
    assert np.array_equal(sheet[4:36, 76:108], end)


def test_the_encoder_alone(rosetail, drawing: Path, tiny_roses: Path, tmp_path: Path) -> None:
    out = tmp_path / "ren.json"
    told = ("invert", drawing, "-o", out, "--model", tiny_roses)
    ran = rosetail(*told, "--encoder-only", "--show", tmp_path / "seen.png")
    assert ran.status == 0, ran.err
    assert np.array_equal(read_character(out).w, NetworkModel(tiny_roses).like(drawing).w)
    assert (tmp_path / "seen.png").is_file()
    out.unlink()
    ran = rosetail(*told)
    assert (ran.status, out.exists()) == (2, False)
    assert "--vgg FILE" in ran.err
    assert "--encoder-only" in ran.err


def test_without_torch_the_extra_is_named(
    rosetail, drawing: Path, tiny_roses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rosetail import extras

    real = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "torch" else real(name))
    ran = rosetail("invert", drawing, "-o", tmp_path / "r.json", "--model", tiny_roses)
    assert ran.status == 2
    assert "rosetail[train]" in ran.err
    assert "--encoder-only" in ran.err
