"""Stylizers rebuilt from their own files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from rosetail import weights as shipped
from rosetail.errors import InputError, WeightsMissing
from rosetail.export.agreement import noise_photos
from rosetail.methods.doubletail.export import export_stylizer, measure_shifts
from rosetail.methods.doubletail.finish import Finish
from rosetail.methods.doubletail.graph import stylize_graph
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.rebuild import (
    change_finish,
    generator_state,
    metadata,
    rebuild,
    with_finish,
    write_web_looks,
)
from rosetail.methods.doubletail.start import start_network
from rosetail.studio.models import LIVE_FOLDER, live_styles


def run(model, image):
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"image": image})[0]


def test_every_form_gives_the_same_picture(net) -> None:
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    shifts = measure_shifts(net, noise_photos(2, seed=0, size=64))
    fast = stylize_graph(state, shifts=shifts)
    floats = stylize_graph(state, shifts=shifts, pixels=False)
    image = np.random.default_rng(0).uniform(-1, 1, (1, 3, 40, 72)).astype("f4")
    expected = run(floats, image)
    np.testing.assert_allclose(run(rebuild(fast, "fast", pixels=False), image), expected, atol=2e-5)
    twin = rebuild(fast, "plain", pixels=False)
    np.testing.assert_allclose(run(twin, image), expected, atol=2e-3)
    assert "InstanceNormalization" in {node.op_type for node in twin.graph.node}


def test_a_plain_file_is_refused(net) -> None:
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    with pytest.raises(WeightsMissing, match="not the fast form"):
        rebuild(stylize_graph(state, "plain"), "plain")


def test_a_finish_is_kept_and_can_be_changed(net) -> None:
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    finish = Finish(dark=0.8, light=0.5, crisp=1.0, chroma=1.2)
    bare = stylize_graph(state, metadata={"licence": "free"})
    fast = with_finish(bare, finish)
    assert Finish.of(metadata(fast)) == finish
    assert metadata(fast)["licence"] == "free"
    image = np.random.default_rng(0).integers(0, 256, (1, 40, 72, 3), dtype=np.uint8)
    shown, twin = run(fast, image).astype(int), run(rebuild(fast, "plain"), image)
    assert np.abs(shown - twin).max() <= 2
    assert np.abs(shown - run(bare, image)).mean() > 1
    np.testing.assert_array_equal(run(with_finish(fast, None), image), run(bare, image))


def test_every_weight_comes_back(net: DoubleTail, weights: Path, tmp_path: Path) -> None:
    fast = tmp_path / "fast.onnx"
    export_stylizer(weights, fast)
    found = generator_state(onnx.load(fast))
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    compared = 0
    for name, value in found.items():
        if "attention" not in name:
            assert np.allclose(value, state[name], atol=1e-3, rtol=1e-3), name
            compared += 1
    assert compared == sum(
        name.startswith(("encoder.", "main_rise.")) and "attention" not in name for name in state
    )


def test_a_run_starts_from_a_look(net: DoubleTail, weights: Path, tmp_path: Path) -> None:
    """The network that begins with an exported look draws as the look does, with both tails."""
    look = tmp_path / "look.onnx"
    export_stylizer(weights, look)
    begun = {"generator": DoubleTail(net.encoder.at_full[0].weight.shape[0])}
    start_network(begun, str(look))
    image = torch.rand(1, 3, 32, 40) * 2 - 1
    for each in (net, begun["generator"]):
        each.eval()
    with torch.no_grad():
        shown, support = begun["generator"].main(image), begun["generator"].support(image)
        wanted = net.main(image)
    assert (shown - wanted).abs().mean() < 0.005  # the file stores half precision
    torch.testing.assert_close(support, shown)
    with pytest.raises(InputError, match="set width"):
        start_network({"generator": DoubleTail(16)}, str(look))
    with pytest.raises(WeightsMissing, match="no such file"):
        start_network(begun, str(tmp_path / "none.onnx"))


def test_the_page_holds_the_looks_that_are_shipped(tmp_path: Path) -> None:
    """Fails where weights were replaced and the page was not built anew (make page)."""
    assert live_styles() == shipped.styles()
    for path in write_web_looks(tmp_path):
        assert path.read_bytes() == (LIVE_FOLDER / path.name).read_bytes(), path.name


def test_a_file_gets_another_finish(weights: Path, tmp_path: Path) -> None:
    look, target = tmp_path / "look.onnx", tmp_path / "new.onnx"
    export_stylizer(weights, look)
    change_finish(look, target, Finish(dark=0.5))
    assert Finish.of(metadata(onnx.load(target))) == Finish(dark=0.5)
    assert metadata(onnx.load(target))["calibration"] == metadata(onnx.load(look))["calibration"]
