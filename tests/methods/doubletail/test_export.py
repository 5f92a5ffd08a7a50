"""Export from files: what is written, what is refused."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file

from rosetail.errors import InputError, OutputError, RosetailError
from rosetail.export import agreement
from rosetail.export.agreement import SIZES, Agreement, compare, demand, noise_photos
from rosetail.methods.doubletail import export
from rosetail.methods.doubletail.export import export_stylizer, load_generator
from rosetail.methods.doubletail.graph import stylize_graph
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.weights import read_header


@pytest.mark.parametrize("form", ["plain", "fast"])
def test_exports_a_file_that_agrees_and_explains_itself(
    weights: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "look.onnx"
    made = export_stylizer(weights, out, form=form, facts={"data": "noise", "licence": "CC0-1.0"})
    assert {(each.engine, each.height) for each in made.agreements} == {
        (engine, height) for engine in ("onnxruntime", "openvino") for height in (64, 136, 200)
    }
    assert all(each.worst < 0.75 and each.psnr > 55 for each in made.agreements)
    header = read_header(out)
    assert header["network"] == "doubletail"
    assert header["form"] == form
    assert header["multiple"] == "8"
    assert header["input"] == "NHWC RGB uint8"
    assert header["recipe"] == "taught"
    assert header["steps"] == "12"
    assert header["data"] == "noise"
    assert header["licence"] == "CC0-1.0"
    assert header["calibration"] == "noise"
    assert made.bytes == out.stat().st_size
    kinds = {weight.data_type for weight in onnx.load(out).graph.initializer if weight.dims}
    assert onnx.TensorProto.FLOAT16 in kinds


@pytest.fixture
def no_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the comparison, where a test is about something else."""
    monkeypatch.setattr(agreement, "compare", lambda *_: [])


@pytest.mark.usefixtures("no_engines")
def test_photos_of_any_size_calibrate(weights: Path, tmp_path: Path) -> None:
    photos = [noise_photos(1, 0, 64)[0], noise_photos(1, 1, 512)[0][:, :300]]
    export_stylizer(weights, tmp_path / "look.onnx", photos=photos)
    assert read_header(tmp_path / "look.onnx")["calibration"] == "2 photos"


def test_the_support_tail_may_be_absent(weights: Path, tmp_path: Path) -> None:
    main = {name: v for name, v in load_file(weights).items() if not name.startswith("support")}
    save_file(main, tmp_path / "main.safetensors")
    net, _ = load_generator(tmp_path / "main.safetensors")
    whole, _ = load_generator(weights)
    image = torch.zeros(1, 3, 16, 16)
    with torch.no_grad():
        assert torch.equal(net.main(image), whole.main(image))


def spoil_shape(state: dict[str, torch.Tensor]) -> None:
    state["main_rise.to_rgb.weight"] = state["main_rise.to_rgb.weight"][:2].clone()


def spoil_name(state: dict[str, torch.Tensor]) -> None:
    del state["main_rise.attention.memory"]


def spoil_number(state: dict[str, torch.Tensor]) -> None:
    state["main_rise.to_rgb.weight"][0, 0, 0, 0] = float("nan")


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (spoil_shape, "main_rise.to_rgb.weight is [2, 8, 7, 7], not [3, 8, 7, 7]"),
        (spoil_name, "main_rise.attention.memory is missing"),
        (spoil_number, "main_rise.to_rgb.weight holds numbers that are not finite"),
    ],
)
def test_wrong_weights_are_named(weights: Path, tmp_path: Path, spoil, cause: str) -> None:
    state = load_file(weights)
    spoil(state)
    path = tmp_path / "spoilt.safetensors"
    save_file(state, path)
    with pytest.raises(InputError) as caught:
        export_stylizer(path, tmp_path / "look.onnx")
    assert str(caught.value).startswith(f"{path}: ")
    assert cause in str(caught.value)
    assert not (tmp_path / "look.onnx").exists()


@pytest.mark.parametrize("content", [b"", b"not weights", bytes(100)])
def test_a_file_that_is_no_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a safetensors file"):
        export_stylizer(path, tmp_path / "look.onnx")


def test_nothing_is_left_where_it_cannot_be_written(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        export_stylizer(weights, tmp_path / "missing" / "look.onnx")


def test_a_disagreeing_file_does_not_get_its_name(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = export.stylize_graph

    def wrong(state, *args, **kwargs):
        name = "main_rise.to_rgb.weight"
        return honest({**state, name: state[name] * np.float32(1.1)}, *args, **kwargs)

    monkeypatch.setattr(export, "stylize_graph", wrong)
    monkeypatch.setattr(agreement, "compare", partial(compare, engines=["onnxruntime"]))
    with pytest.raises(RosetailError, match="differs from torch"):
        export_stylizer(weights, tmp_path / "look.onnx")
    assert list(tmp_path.iterdir()) == []


def test_demand_names_the_worst_offender() -> None:
    good = Agreement("openvino", 64, 96, 0.5, 58.0)
    bad = Agreement("onnxruntime", 136, 72, 2.5, 40.0)
    demand([good], 0.75)
    with pytest.raises(RosetailError, match=r"onnxruntime differs from torch by 2\.50 levels"):
        demand([good, bad], 0.75)


def test_compare_sees_a_frozen_size(net: DoubleTail, tmp_path: Path) -> None:
    """The exporter's trap: a graph that counts pixels when it is traced is right at one size."""
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    model = stylize_graph(state)
    _, traced = SIZES[0]
    widths = [traced // step for step in (1, 2, 2, 4, 4, 8, 8, 4, 4, 2, 2, 1, 1)]
    for node in model.graph.node:
        if node.op_type == "Gather":  # the width that a Gram matrix is divided by
            width = onnx.helper.make_tensor("", onnx.TensorProto.INT64, [1], [widths.pop(0)])
            node.CopyFrom(onnx.helper.make_node("Constant", [], node.output, value=width))
    assert widths == []
    onnx.save(model, tmp_path / "frozen.onnx")
    photos = noise_photos(len(SIZES), seed=1)
    found = compare(net, tmp_path / "frozen.onnx", photos, engines=["onnxruntime"])
    assert found[0].psnr > 55
    assert max(found[1].psnr, found[2].psnr) < 40
