"""The four graphs of Roses against the network, in both engines; specialized decoders; headers."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from rosetail.engines.backend import open_backend
from rosetail.errors import InputError
from rosetail.layers.modulated import StyledConv, demodulation
from rosetail.methods.roses.export import (
    GRAPHS,
    PostProcessing,
    as_stored,
    differences,
    export_roses,
    load_roses,
)
from rosetail.methods.roses.graphs import decode_graph, layers, scales_graph, widths
from rosetail.methods.roses.network import Roses, RosesShape
from rosetail.methods.roses.palette import edges
from rosetail.weights import read_header

TINY = RosesShape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2)
BEGIN_AT_0 = (
    "modulation.weight",
    "palette.weight",
    "bend.weight",
    "place.weight",
    "nearer.weight",
    "0.out.weight",
    "1.out.weight",
)


def lively(shape: RosesShape) -> Roses:
    """A generator whose biases are not zero and whose pictures stay within -1 and 1."""
    torch.manual_seed(0)
    roses = Roses(shape).eval().requires_grad_(False)
    for name, value in roses.named_parameters():
        if name.endswith("bias"):
            value += 0.2 * torch.randn_like(value)
        if "rgb" in name and "modulation" not in name:
            value *= 0.2
        if shape.palette and name.endswith(BEGIN_AT_0):
            value += torch.randn_like(value)
    return roses


def saved(roses: Roses, path: Path) -> Path:
    facts = {"shape": json.dumps(asdict(roses.shape)), "recipe": "roses"}
    save_file(roses.state_dict(), path, facts)
    return path


@pytest.mark.parametrize(
    ("sizes", "post"),
    [
        ({}, PostProcessing()),
        ({"side": 16}, PostProcessing()),
        ({"fold": 2}, PostProcessing(2)),
        ({"fold": 2, "palette": 5, "template": 6}, PostProcessing(1, 2.5, 1.0)),
        ({"fold": 2, "palette": 5}, PostProcessing(1, 1.5, 0.5, 0.9)),
        ({"palette": 3}, PostProcessing(3)),
        ({"fold": 2, "palette": 4, "template": 3, "close_up": 7}, PostProcessing(2, 1.5, 0.5, 0.7)),
    ],
)
def test_files_agree_with_the_network(
    sizes: dict[str, int], post: PostProcessing, tmp_path: Path
) -> None:
    roses = lively(replace(TINY, **sizes))
    weights = saved(roses, tmp_path / "w.safetensors")
    made = export_roses(weights, tmp_path / "out", facts={"licence": "CC0-1.0"}, post=post)
    assert made.levels < 0.75
    assert made.relative < 1e-3
    for part in GRAPHS:
        header = read_header(tmp_path / "out" / f"{part}.onnx")
        assert header["network"] == f"roses.{part}"
        assert (header["licence"], header["recipe"]) == ("CC0-1.0", "roses")
        assert header["side"] == ("16" if "side" in sizes else "any")
        assert int(header["multiple"]) == 16 * sizes.get("fold", 1) * post.larger


def test_what_is_compared_would_notice(tmp_path: Path) -> None:
    """The same files against another network are far off."""
    weights = saved(lively(TINY), tmp_path / "w.safetensors")
    made = export_roses(weights, tmp_path / "out")
    other = load_roses(weights)[0]
    other.decoder.rise[1].up.bias += 0.5
    other.encoder.style_out.bias += 0.5
    levels, relative = differences(as_stored(other), made.paths, "onnxruntime")
    assert levels > 3
    assert relative > 0.05


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
@pytest.mark.parametrize(
    "sizes", [{}, {"palette": 5}, {"palette": 5, "template": 4, "close_up": 6}]
)
def test_a_specialized_decoder_draws_the_same(
    engine: str, sizes: dict[str, int], tmp_path: Path
) -> None:
    roses = lively(replace(TINY, **sizes))
    content, w = torch.randn(2, 8, 5, 7), torch.randn(9)
    path = tmp_path / "decode.onnx"
    path.write_bytes(decode_graph(roses, {}, half=False).SerializeToString())
    scales = tmp_path / "scales.onnx"
    scales.write_bytes(scales_graph(roses, {}).SerializeToString())
    given = open_backend(scales, engine, precision="f32").run({"w": w[None].numpy()})
    backend = open_backend(path, engine, precision="f32").bind({"scales": given["scales"]})
    landmarks = torch.rand(2, 5, 2) - 0.5
    asked = {"content": content.numpy()}
    if roses.shape.template:
        asked["landmarks"] = landmarks.numpy()
    assert set(backend.inputs) == set(asked)
    wanted = ((roses.draw(content, w.expand(2, -1), landmarks) + 1) * 127.5).clamp(0, 255)
    given = backend.run(asked)["anime"].transpose(0, 3, 1, 2)
    assert np.abs(given - wanted.numpy()).max() < 0.51
    assert len(np.unique(given)) > 20


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
def test_a_figure_on_its_ground_is_the_picture(engine: str, tmp_path: Path) -> None:
    roses = lively(replace(TINY, palette=5))
    content, w = torch.randn(2, 8, 5, 7), torch.randn(2, 9)
    paths = {"decode": tmp_path / "decode.onnx", "scales": tmp_path / "scales.onnx"}
    paths["decode"].write_bytes(decode_graph(roses, {}, half=False).SerializeToString())
    paths["scales"].write_bytes(scales_graph(roses, {}).SerializeToString())
    scales = open_backend(paths["scales"], engine, precision="f32").run({"w": w.numpy()})
    made = open_backend(paths["decode"], engine, precision="f32").run(
        {"content": content.numpy(), **scales}
    )
    figure, anime = made["figure"].astype(float), made["anime"].astype(float)
    share = roses.figure(content, w)[1][:, 0].numpy()
    assert np.abs(figure[..., 3] - 255 * share).max() < 0.51
    colours = roses.decoder.palette(w).unflatten(1, (-1, 3))[:, 0].numpy()
    ground = (127.5 * (colours + 1))[:, None, None]
    alpha = share[..., None]
    again = alpha * figure[..., :3] + (1 - alpha) * ground
    fits = (figure[..., :3] > 0).all(-1) & (figure[..., :3] < 255).all(-1)
    assert fits.mean() > 0.2
    assert np.abs(again - anime)[fits].max() < 1.1


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
def test_outlines_are_drawn_on_figures_too(engine: str, tmp_path: Path) -> None:
    plain = lively(replace(TINY, palette=5, steep=20.0))
    lined = Roses(replace(plain.shape, outline=1.0)).eval().requires_grad_(False)
    lined.load_state_dict(plain.state_dict())
    content, w = torch.randn(1, 8, 5, 7), torch.randn(1, 9)
    made = []
    for number, roses in enumerate((plain, lined)):
        path = tmp_path / f"{number}.onnx"
        path.write_bytes(decode_graph(roses, {}, half=False).SerializeToString())
        scales = tmp_path / "scales.onnx"
        scales.write_bytes(scales_graph(roses, {}).SerializeToString())
        given = open_backend(scales, engine, precision="f32").run({"w": w.numpy()})
        backend = open_backend(path, engine, precision="f32")
        made.append(backend.run({"content": content.numpy(), **given}))
    picture, share = plain.figure(content, w)
    lines = edges(torch.cat([picture, 2 * share - 1], 1))[0, 0].numpy()
    assert 0.01 < (lines > 0.5).mean() < 0.99
    for before, after in zip(made[0]["figure"], made[1]["figure"], strict=True):
        assert np.array_equal(before[..., 3], after[..., 3])
        wanted = before[..., :3] * (1 - lines[..., None])
        sure = (before[..., :3] > 0).all(-1) & (before[..., :3] < 255).all(-1)
        assert np.abs(after[..., :3] - wanted)[sure].max() < 2


def test_scales_are_styles_and_sizes(tmp_path: Path) -> None:
    roses = lively(TINY)
    path = tmp_path / "scales.onnx"
    path.write_bytes(scales_graph(roses, {}).SerializeToString())
    w = torch.randn(3, 9)
    given = open_backend(path, "onnxruntime").run({"w": w.numpy()})["scales"]
    assert given.shape == (3, sum(widths(roses.decoder)))
    wanted = []
    for _, layer in layers(roses.decoder):
        weight, style = layer.scaled(w)
        wanted.append(style)
        if isinstance(layer, StyledConv):
            wanted.append(demodulation(weight, style) * 2**0.5)
    np.testing.assert_allclose(given, torch.cat(wanted, 1).numpy(), rtol=1e-4, atol=1e-5)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    junk = tmp_path / "junk.safetensors"
    junk.write_bytes(b"junk")
    with pytest.raises(InputError, match=r"junk.*not weights of a Roses generator"):
        load_roses(junk)
    save_file({"a": torch.zeros(1)}, tmp_path / "a.safetensors", {"shape": "{}"})
    with pytest.raises(InputError, match="not weights of a Roses"):
        load_roses(tmp_path / "a.safetensors")
    facts = {"shape": json.dumps(asdict(replace(TINY, style=4)))}
    save_file(lively(TINY).state_dict(), tmp_path / "b.safetensors", facts)
    with pytest.raises(InputError, match="not weights of this network"):
        load_roses(tmp_path / "b.safetensors")
