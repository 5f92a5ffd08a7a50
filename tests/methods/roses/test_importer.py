"""The published checkpoint of GANs N' Roses: every tensor finds its place, bad files are named."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from benchmarks import plain_roses
from rosetail.errors import InputError
from rosetail.methods.roses import importer
from rosetail.methods.roses.export import load_roses
from rosetail.methods.roses.network import FULL, RosesShape

TINY = RosesShape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2, side=16)
State = dict[str, torch.Tensor]


def published(seed: int) -> State:
    return plain_roses.random_state(plain_roses.generator_shapes(TINY), seed)


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> dict[str, State]:
    """What the authors' file holds, at sizes a test can afford."""
    monkeypatch.setattr(importer, "FULL", TINY)
    monkeypatch.setattr(importer.roses_from_published, "__defaults__", (TINY,))
    return {"G_A2B_ema": published(1), "G_B2A_ema": published(2), "D_L": {}}


def test_both_ways_are_written_and_draw_the_same(states: dict[str, State], tmp_path: Path) -> None:
    torch.save(states, tmp_path / "ck.pt")
    paths = importer.import_gnr(tmp_path / "ck.pt", tmp_path / "out")
    assert [path.name for path in paths] == ["to_anime.safetensors", "to_photo.safetensors"]
    x, z = torch.randn(2, 3, 16, 16), torch.randn(2, 3)
    for path, name in zip(paths, ("G_A2B_ema", "G_B2A_ema"), strict=True):
        roses, header = load_roses(path)
        assert header["source"] == "github.com/mchong6/GANsNRoses"
        content, style = plain_roses.encode(states[name], x, TINY)
        parts = roses.encode(x)
        torch.testing.assert_close(parts.content, content, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(parts.style, style, atol=1e-4, rtol=1e-4)
        picture = plain_roses.decode(states[name], content, z, TINY)
        torch.testing.assert_close(roses.decode(content, z), picture, atol=1e-4, rtol=1e-4)


@pytest.mark.slow
def test_at_the_published_size(tmp_path: Path) -> None:
    """The real names and shapes: 39.6 M numbers a way, equal pictures of 256 pixels."""
    shapes = plain_roses.generator_shapes(FULL)
    states = {name: plain_roses.random_state(shapes, seed) for seed, name in
              enumerate(("G_A2B_ema", "G_B2A_ema"))}  # fmt: skip
    torch.save(states, tmp_path / "ck.pt")
    path = importer.import_gnr(tmp_path / "ck.pt", tmp_path)[0]
    with safe_open(path, framework="pt") as file:
        assert json.loads(file.metadata()["shape"])["style"] == 8
    roses, _ = load_roses(path)
    x, z = torch.randn(1, 3, 256, 256), torch.randn(1, 8)
    with torch.no_grad():
        content, style = plain_roses.encode(states["G_A2B_ema"], x, FULL)
        parts = roses.encode(x)
        torch.testing.assert_close(parts.content, content, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(parts.style, style, atol=1e-4, rtol=1e-4)
        picture = plain_roses.decode(states["G_A2B_ema"], content, z, FULL)
        torch.testing.assert_close(roses.decode(content, z), picture, atol=1e-4, rtol=1e-4)


def drop(state: State) -> None:
    del state["conv1.conv.weight"]


def add(state: State) -> None:
    state["extra.weight"] = torch.zeros(1)


def reshape(state: State) -> None:
    state["mapping.0.weight"] = torch.zeros(9, 4)


def spoil(state: State) -> None:
    state["conv1.activate.bias"][0] = float("nan")


def other_blur(state: State) -> None:
    state["encoder.stem.1.conv2.0.kernel"] = torch.ones(4, 4) / 16


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        (drop, "conv1.conv.weight is missing"),
        (add, "extra.weight is extra"),
        (reshape, r"mapping.0.weight is \(9, 4\), not \(9, 3\)"),
        (spoil, "conv1.activate.bias holds numbers that are not finite"),
        (other_blur, r"encoder.stem.1.conv2.0.kernel is not the \[1, 3, 3, 1\] blur"),
    ],
)
def test_tensors_at_fault_are_named(  # type: ignore[no-untyped-def]
    states: dict[str, State], spoiled, says: str, tmp_path: Path
) -> None:
    spoiled(states["G_A2B_ema"])
    torch.save(states, tmp_path / "ck.pt")
    with pytest.raises(InputError, match=says):
        importer.import_gnr(tmp_path / "ck.pt", tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.safetensors"))


class Harm:
    """Unpickling it would leave a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):  # type: ignore[no-untyped-def]
        return (Path.touch, (self.mark,))


def test_files_that_are_no_checkpoint(states: dict[str, State], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.pt.*GNR_checkpoint"):
        importer.import_gnr(tmp_path / "none.pt", tmp_path / "out")
    mark = tmp_path / "mark"
    (tmp_path / "harm.pt").write_bytes(pickle.dumps({"G_A2B_ema": Harm(mark)}))
    with pytest.raises(InputError, match="not a readable checkpoint"):
        importer.import_gnr(tmp_path / "harm.pt", tmp_path / "out")
    torch.save({"G_A2B_ema": Harm(mark)}, tmp_path / "harm2.pt")
    with pytest.raises(InputError, match="not a readable checkpoint"):
        importer.import_gnr(tmp_path / "harm2.pt", tmp_path / "out")
    assert not mark.exists()
    (tmp_path / "text.pt").write_text("hello")
    with pytest.raises(InputError, match="not a readable checkpoint"):
        importer.import_gnr(tmp_path / "text.pt", tmp_path / "out")
    torch.save({"G_A2B_ema": states["G_A2B_ema"]}, tmp_path / "half.pt")
    with pytest.raises(InputError, match="holds no G_B2A_ema"):
        importer.import_gnr(tmp_path / "half.pt", tmp_path / "out")
    torch.save([1, 2], tmp_path / "list.pt")
    with pytest.raises(InputError, match="holds no G_A2B_ema"):
        importer.import_gnr(tmp_path / "list.pt", tmp_path / "out")
