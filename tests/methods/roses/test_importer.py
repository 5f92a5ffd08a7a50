"""The published checkpoint of GANs N' Roses: every tensor finds its place, bad files are named."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from benchmarks import plain_roses
from rosetail.characters.network_model import NetworkModel
from rosetail.errors import InputError, NoFaceFound
from rosetail.methods.roses import importer
from rosetail.methods.roses.critics import CriticShape, LatentCritic, RosesCritic
from rosetail.methods.roses.export import load_roses
from rosetail.methods.roses.network import FULL, RosesShape
from rosetail.painter.paint import paint
from rosetail.painter.sample import sample

# Main branch (num_down 4 of the published file), `train.py`'s default (num_down 3: one blurred
# convolution more in the style head), and the train branch (3x3 content convolutions).
MAIN = RosesShape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2, side=16)
SHAPES = {
    "main": MAIN,
    "num_down": replace(MAIN, widths=(4, 8), style_halvings=3, side=32),
    "train": replace(MAIN, content_kernel=3),
}
CRITIC = CriticShape((4, 6, 8, 8), 8, 5, 16, 2, 1)
State = dict[str, torch.Tensor]


def published(seed: int, shape: RosesShape = MAIN) -> State:
    return plain_roses.random_state(plain_roses.generator_shapes(shape), seed)


def checkpoint(shape: RosesShape = MAIN) -> dict[str, Any]:
    """What `torch.save` of the authors' training program holds."""
    states: dict[str, Any] = {}
    for seed, name in enumerate(("G_A2B", "G_B2A", "G_A2B_ema", "G_B2A_ema")):
        states[name] = published(seed, shape)
    for seed, name in enumerate(("D_A", "D_B"), 4):
        states[name] = plain_roses.random_state(plain_roses.critic_shapes(CRITIC), seed)
    states["D_L"] = plain_roses.random_state(plain_roses.style_critic_shapes(shape.style), 6)
    return states | {"iter": 300_000}


@pytest.fixture
def states() -> dict[str, Any]:
    return {"G_A2B_ema": published(1), "G_B2A_ema": published(2)}


@pytest.mark.parametrize("name", SHAPES)
def test_sizes_are_read_and_both_ways_draw_the_same(name: str, tmp_path: Path) -> None:
    shape, states = SHAPES[name], checkpoint(SHAPES[name])
    torch.save(states, tmp_path / "ck.pt")
    paths = importer.import_gnr(tmp_path / "ck.pt", tmp_path / "out")
    assert {path.stem for path in paths} >= {*importer.GENERATORS, *importer.CRITICS}
    x, z = torch.randn(2, 3, shape.side, shape.side), torch.randn(2, 3)
    for way, theirs in importer.GENERATORS.items():
        roses, header = load_roses(tmp_path / f"out/{way}.safetensors")
        assert (roses.shape, header["frame"]) == (shape, "selfie")
        content, style = plain_roses.encode(states[theirs], x, shape)
        parts = roses.encode(x)
        torch.testing.assert_close(parts.content, content, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(parts.style, style, atol=1e-4, rtol=1e-4)
        picture = plain_roses.decode(states[theirs], content, z, shape)
        torch.testing.assert_close(roses.decode(content, z), picture, atol=1e-4, rtol=1e-4)


def test_critics_judge_the_same(tmp_path: Path) -> None:
    """D_A judges photos, D_B drawings, D_L style codes."""
    states = checkpoint()
    torch.save(states, tmp_path / "ck.pt")
    importer.import_gnr(tmp_path / "ck.pt", tmp_path)
    x, z = torch.randn(3, 3, 16, 16), torch.randn(3, 3)
    for ours, theirs in (("photo_critic", "D_A"), ("anime_critic", "D_B")):
        critic = RosesCritic(CRITIC)
        critic.load_state_dict(load_file(tmp_path / f"{ours}.safetensors"))
        for own, plain in zip(critic(x), plain_roses.judge(states[theirs], x, CRITIC), strict=True):
            torch.testing.assert_close(own, plain, atol=1e-4, rtol=1e-4)
    latent = LatentCritic(3)
    latent.load_state_dict(load_file(tmp_path / "style_critic.safetensors"))
    judged = plain_roses.judge_style(states["D_L"], z)
    torch.testing.assert_close(latent(z), judged, atol=1e-4, rtol=1e-4)


def test_from_checkpoint_to_cast_and_back(
    rosetail,
    astronaut_file: Path,
    tmp_path: Path,  # type: ignore[no-untyped-def]
) -> None:
    """One command; then photos are cast in the authors' crop, and drawings become photos."""
    shape = replace(MAIN, side=64)
    torch.save(checkpoint(shape), tmp_path / "ck.pt")
    assert rosetail("import", "gnr", tmp_path / "ck.pt", "-o", tmp_path / "gnr").status == 0
    gnr, out = tmp_path / "gnr", tmp_path / "sheet.png"
    assert rosetail("cast", astronaut_file, "--model", gnr, "-n", 2, "-o", out).status == 0
    assert out.is_file()
    model = NetworkModel(tmp_path / "gnr")
    content = model.encode(astronaut_file)
    left, right = (content.landmarks[:2] + 1) * 32 - 0.5
    assert np.linalg.norm(right - left) / 64 == pytest.approx(75 / 256, rel=0.1)
    assert (left + right)[1] / 2 / 64 == pytest.approx(89.5 / 256, rel=0.1)

    portrait = paint(sample(3), 160).image
    back = NetworkModel(tmp_path / "gnr/to_photo")
    assert back.encode(portrait).maps.shape == content.maps.shape
    with pytest.raises(NoFaceFound):
        back.encode(np.full((64, 64, 3), 200, np.uint8))


@pytest.mark.slow
def test_at_the_published_size(tmp_path: Path) -> None:
    """The real names and shapes: 39.6 M numbers a way, equal pictures of 256 pixels."""
    shapes = plain_roses.generator_shapes(FULL)
    states = {name: plain_roses.random_state(shapes, seed) for seed, name in
              enumerate(("G_A2B_ema", "G_B2A_ema"))}  # fmt: skip
    torch.save(states, tmp_path / "ck.pt")
    path = importer.import_gnr(tmp_path / "ck.pt", tmp_path)[0]
    roses, _ = load_roses(path)
    assert roses.shape == FULL
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
    state["mapping.1.weight"] = torch.zeros(9, 4)


def spoil(state: State) -> None:
    state["conv1.activate.bias"][0] = float("nan")


def other_blur(state: State) -> None:
    state["encoder.stem.1.conv2.0.kernel"] = torch.ones(4, 4) / 16


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [
        (drop, "conv1.conv.weight is missing"),
        (add, "extra.weight is extra"),
        (reshape, r"mapping.1.weight is \(9, 4\), not \(9, 9\)"),
        (spoil, "conv1.activate.bias holds numbers that are not finite"),
        (other_blur, r"encoder.stem.1.conv2.0.kernel is not the \[1, 3, 3, 1\] blur"),
    ],
)
def test_tensors_at_fault_are_named(  # type: ignore[no-untyped-def]
    states: dict[str, Any], spoiled, says: str, tmp_path: Path
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


def test_files_that_are_no_checkpoint(states: dict[str, Any], tmp_path: Path) -> None:
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
