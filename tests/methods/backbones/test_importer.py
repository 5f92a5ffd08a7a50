"""Frozen networks from published files: told apart, converted exactly, refused with a remedy."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from rosetail.errors import InputError, OutputError, WeightsMissing
from rosetail.layers.inception import Inception
from rosetail.layers.lpips import LpipsVgg16
from rosetail.layers.vgg import LAYOUT, TORCHVISION, Vgg19Features
from rosetail.methods.backbones import importer
from rosetail.methods.backbones.importer import import_inception, import_lpips, import_vgg19

State = dict[str, Tensor]


def vgg19(first: object, count: int = 8) -> State:
    """Random weights in the published layout whose first plane is ``first``."""
    torch.manual_seed(0)
    state: State = {"classifier.0.bias": torch.zeros(3)}
    for _, place, channels, width in LAYOUT[:count]:
        gain = (2 / (9 * channels)) ** 0.5
        state[f"features.{place}.weight"] = gain * torch.randn(width, channels, 3, 3)
        state[f"features.{place}.bias"] = 0.1 * torch.randn(width)
    state["features.0.weight"][0, 0] = torch.tensor(first)
    return state


def as_torchvision_runs(state: State, x: Tensor) -> Tensor:
    """relu3_4 of RGB in [-1, 1], as torchvision documents its input."""
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    x = ((x + 1) / 2 - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    for name, place, _, _ in LAYOUT[:8]:
        if name in ("conv2_1", "conv3_1"):
            x = F.max_pool2d(x, 2)
        weight, bias = state[f"features.{place}.weight"], state[f"features.{place}.bias"]
        x = F.relu(F.conv2d(x, weight, bias, padding=1))
    return x


def test_released_weights_are_kept(rosetail, tmp_path: Path) -> None:
    state = vgg19(importer.RELEASED)
    torch.save(state, tmp_path / "vgg19-d01eb7cb.pth")
    out = tmp_path / "vgg19.safetensors"
    ran = rosetail("import", "vgg19", tmp_path / "vgg19-d01eb7cb.pth", "-o", out)
    assert (ran.status, "weights of released" in ran.out) == (0, True), ran.err
    written = load_file(out)
    assert set(written) == set(state) - {"classifier.0.bias"}
    for name, each in written.items():
        assert torch.equal(each, state[name])
    assert import_vgg19(out, tmp_path / "again.safetensors").source == "released"


@pytest.mark.skipif("ROSETAIL_DATA" not in os.environ, reason="ROSETAIL_DATA is not set")
def test_the_real_weights_are_known(tmp_path: Path) -> None:
    released = next((Path(os.environ["ROSETAIL_DATA"]) / "vgg19").glob("*.safetensors"))
    imported = import_vgg19(released, tmp_path / "vgg19.safetensors")
    assert imported.source == "released"
    assert importer._relu3_4(imported.path) == pytest.approx(importer.RELU3_4, rel=1e-4)


def test_torchvisions_weights_give_its_features_times_a_factor(tmp_path: Path) -> None:
    """One factor for all: the features of our file are torchvision's, as large as expected."""
    state, out = vgg19(TORCHVISION), tmp_path / "vgg19.safetensors"
    torch.save(state, tmp_path / "vgg19-dcbb9e9d.pth")
    save_file(state, tmp_path / "wrong.safetensors")
    with pytest.raises(WeightsMissing, match=r"torchvision's weights.*import vgg19"):
        Vgg19Features(tmp_path / "wrong.safetensors")
    assert import_vgg19(tmp_path / "vgg19-dcbb9e9d.pth", out).source == "torchvision"
    x = torch.rand(1, 3, 64, 64) * 2 - 1
    ours = Vgg19Features(out)(x, ["relu3_4"])["relu3_4"]
    theirs = as_torchvision_runs(state, x)
    inside = (..., slice(5, -5), slice(5, -5))  # the padding stands for another mean
    factor = float((ours[inside] * theirs[inside]).sum() / theirs[inside].square().sum())
    torch.testing.assert_close(ours[inside], factor * theirs[inside], rtol=1e-3, atol=1e-3 * factor)
    assert (ours - factor * theirs).abs().max() < 0.05 * factor * theirs.abs().max()
    assert importer._relu3_4(out) == pytest.approx(importer.RELU3_4, rel=1e-4)


def test_keras_kernels_are_turned() -> None:
    state = vgg19(importer.RELEASED, 16)
    file: dict[str, dict[str, np.ndarray]] = {}
    for name, place, _, _ in LAYOUT:
        group = f"block{name[4]}_conv{name[6]}"
        kernel = state[f"features.{place}.weight"].permute(2, 3, 1, 0).numpy()
        bias = state[f"features.{place}.bias"].numpy()
        file[group] = {f"{group}_W_1:0": kernel, f"{group}_b_1:0": bias}
    for name, each in dict(importer._from_keras(file)).items():
        assert torch.equal(each, state[name])


def spoiled(state: State, name: str, value: Tensor | None) -> State:
    rest = {key: each for key, each in state.items() if key != name}
    return rest if value is None else {**rest, name: value}


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (vgg19(np.zeros((3, 3))), "that nobody published"),
        (spoiled(vgg19(importer.RELEASED), "features.5.bias", None), r"no features\.5\.bias"),
        (
            spoiled(vgg19(importer.RELEASED), "features.2.bias", torch.full((64,), float("nan"))),
            r"features\.2\.bias holds numbers that are not finite",
        ),
    ],
)
def test_other_vgg_files_are_refused(state: State, says: str, tmp_path: Path) -> None:
    torch.save(state, tmp_path / "net.pth")
    with pytest.raises(InputError, match=says + r".*give vgg19-d01eb7cb\.pth"):
        import_vgg19(tmp_path / "net.pth", tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()


def test_names_of_files(tmp_path: Path) -> None:
    torch.save(vgg19(importer.RELEASED), tmp_path / "net.pth")
    with pytest.raises(OutputError, match=r"ends in \.safetensors"):
        import_vgg19(tmp_path / "net.pth", tmp_path / "out.pth")
    with pytest.raises(InputError, match=r"none\.pth.*keras\.io"):
        import_vgg19(tmp_path / "none.pth", tmp_path / "out.safetensors")
    torch.save([1], tmp_path / "list.pth")
    with pytest.raises(InputError, match="no dictionary of tensors"):
        import_vgg19(tmp_path / "list.pth", tmp_path / "out.safetensors")


def test_inception_loses_its_classifier_and_torchvisions_is_refused(tmp_path: Path) -> None:
    state = Inception().state_dict()
    torch.save({**state, "fc.weight": torch.zeros(1008, 2048)}, tmp_path / "pt_inception.pth")
    out = tmp_path / "inception.safetensors"
    import_inception(tmp_path / "pt_inception.pth", out)
    written = load_file(out)
    assert "fc.weight" not in written
    name = "Mixed_7c.branch1x1.conv.weight"
    assert torch.equal(written[name], state[name])
    torch.save({**state, "AuxLogits.fc.weight": torch.zeros(1)}, tmp_path / "torchvision.pth")
    with pytest.raises(InputError, match=r"FID is defined.*pytorch-fid"):
        import_inception(tmp_path / "torchvision.pth", out)


def test_lpips_is_one_file_and_needs_torchvisions_vgg16(rosetail, tmp_path: Path) -> None:
    torch.manual_seed(0)
    shapes = LpipsVgg16.shapes()
    trunk = {n: torch.randn(shape) for n, shape in shapes.items() if not n.startswith("lin")}
    heads = {n: torch.rand(shape) for n, shape in shapes.items() if n.startswith("lin")}
    trunk["features.0.bias"][:5] = torch.tensor(importer.VGG16_BIASES)
    torch.save(trunk, tmp_path / "vgg16-397923af.pth")
    torch.save(heads, tmp_path / "vgg.pth")
    out = tmp_path / "lpips.safetensors"
    files = (tmp_path / "vgg16-397923af.pth", tmp_path / "vgg.pth")
    ran = rosetail("import", "lpips", *files, "-o", out)
    assert ran.status == 0, ran.err
    assert set(load_file(out)) == set(shapes)
    assert len(nn.ParameterList(LpipsVgg16(out).roots)) == 5
    trunk["features.0.bias"][:5] = 0.2  # the same names, other weights
    torch.save(trunk, tmp_path / "caffe.pth")
    with pytest.raises(InputError, match=r"not torchvision's VGG-16.*vgg16-397923af"):
        import_lpips(tmp_path / "caffe.pth", tmp_path / "vgg.pth", out)
