"""Generators of the other methods as files: every layer, every engine, and through the runtime."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from rosetail import Stylizer
from rosetail.engines.backend import open_backend
from rosetail.errors import InputError
from rosetail.export import agreement, tracing
from rosetail.export.agreement import noise_photos
from rosetail.images import to_tensor
from rosetail.methods import generators
from rosetail.methods.generators import export_any
from rosetail.methods.stylegan2.network import StyleGan2, StyleGan2Shape
from rosetail.weights import read_header

SHAPE = StyleGan2Shape((4, 6, 8, 8), latent=6, mapping=2, coarse=6)
NETS = {
    "ResNetGenerator": {"width": "4", "blocks": "1"},
    "AnimeGan2Generator": {"width": "4", "resize": "asymmetric"},
    "UGatItGenerator": {"width": "4", "blocks": "1", "size": "32"},
    "UGatItGenerator light": {"width": "4", "blocks": "1", "size": "0"},
    "StyleGan2": {"shape": json.dumps(asdict(SHAPE))},
}


def made(name: str) -> nn.Module:
    """The network with lively weights, the same each time."""
    torch.manual_seed(1)
    net = generators.KINDS[name.split()[0]].build(NETS[name])
    if isinstance(net, StyleGan2):  # lively from the start, but for its noise and mean
        net.w_mean.normal_()
    for key, parameter in net.named_parameters():
        if key.endswith("strength"):
            nn.init.constant_(parameter, 0.2)
        elif key.endswith("weight") and parameter.dim() == 4 and not isinstance(net, StyleGan2):
            nn.init.kaiming_normal_(parameter, a=0.2)
    return net.eval()


def file_of(name: str, folder: Path) -> Path:
    path = folder / "net.safetensors"
    facts = {"class": name.split()[0], "recipe": "some", **NETS[name]}
    save_file(made(name).state_dict(), path, facts)
    return path


@pytest.mark.parametrize("name", NETS)
def test_every_engine_draws_what_the_network_draws(name: str, tmp_path: Path) -> None:
    out = tmp_path / "look.onnx"
    found = export_any(file_of(name, tmp_path), out, facts={"licence": "CC0-1.0"})
    assert {each.engine for each in found.agreements} == {"onnxruntime", "openvino"}
    assert all(each.worst < 0.75 for each in found.agreements)
    header, kind = read_header(out), generators.KINDS[name.split()[0]]
    assert header["network"] == kind.network
    assert header["multiple"] == str(made(name).MULTIPLE)
    assert (header["recipe"], header["licence"]) == ("some", "CC0-1.0")
    kinds = {w.data_type for w in onnx.load(out).graph.initializer}
    assert onnx.TensorProto.FLOAT16 in kinds
    for engine in ("onnxruntime", "openvino"):
        backend = open_backend(out, engine, precision="f32")
        for count in (1, 3):  # a trace with two pictures takes any number
            pictures = np.zeros((count, 64, 32, 3), np.uint8)
            assert backend.run({"image": pictures})["anime"].shape == pictures.shape


@pytest.mark.parametrize("name", NETS)
def test_the_runtime_runs_it_at_any_size(name: str, tmp_path: Path) -> None:
    out = tmp_path / "look.onnx"
    export_any(file_of(name, tmp_path), out)
    look = Stylizer(out, "onnxruntime")
    photo = np.ascontiguousarray(noise_photos(1, seed=0, size=64)[0][:37, :50])
    drawn = look.array(photo, detail=1.0)
    assert drawn.shape == photo.shape
    step = look.multiple
    whole = photo[: 37 // step * step, : 50 // step * step]
    net = made(name)
    with torch.no_grad():
        wanted = (net(torch.from_numpy(to_tensor(whole)))[0].permute(1, 2, 0) + 1) * 127.5
    assert np.abs(look.network(whole) - wanted.numpy()).mean() < 1
    assert wanted.std() > 5, "there is something to compare"
    assert np.abs(look.network(255 - whole).astype(int) - look.network(whole)).mean() > 1


def test_without_a_class_it_is_a_double_tail(weights: Path, tmp_path: Path) -> None:
    export_any(weights, tmp_path / "look.onnx")
    assert read_header(tmp_path / "look.onnx")["network"] == "doubletail"


def test_weights_that_do_not_fit_are_named(tmp_path: Path) -> None:
    path = file_of("ResNetGenerator", tmp_path)
    state = load_file(path)
    save_file(state, path, {"class": "ResNetGenerator", "width": "8", "blocks": "1"})
    with pytest.raises(InputError, match=r"not the cyclegan generator: 1\.weight is \[4, 3, 7"):
        export_any(path, tmp_path / "look.onnx")
    save_file(state, path, {"class": "ResNetGenerator", "width": "4"})
    with pytest.raises(
        InputError, match=r"the sizes of the cyclegan generator.*'blocks' is missing"
    ):
        export_any(path, tmp_path / "look.onnx")
    assert not (tmp_path / "look.onnx").exists()


def test_very_large_weights_are_halved_in_any_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """U-GAT-IT's first linear layer has 268 million numbers; all others keep single precision."""
    net = made("UGatItGenerator")
    large = max(net.parameters(), key=lambda each: each.numel())
    for place in (tracing, agreement):
        monkeypatch.setattr(place, "LARGE", large.numel() - 1)
    facts = {"class": "UGatItGenerator", **NETS["UGatItGenerator"]}
    out = tmp_path / "look.onnx"
    found = generators.export_network(net, facts, out, half=False)
    assert all(each.worst < 0.75 for each in found.agreements)
    half = onnx.TensorProto.FLOAT16
    stored = [w.name for w in onnx.load(out).graph.initializer if w.data_type == half]
    assert stored == ["read.0.weight.half"]
