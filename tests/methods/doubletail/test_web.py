"""The graph for browsers against the file it is made from, and against the network."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from rosetail import weights as shipped
from rosetail.errors import InputError
from rosetail.methods.doubletail.export import export_stylizer
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.web import plain_weights, web_graph, write_shipped
from rosetail.studio.models import LIVE_FOLDER, live_styles


def drawn(model: bytes, rgb: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, {"image": rgb[None]})[0][0].astype(int)


def test_the_same_picture_by_plainer_operators(
    net: DoubleTail, weights: Path, tmp_path: Path
) -> None:
    fast = tmp_path / "fast.onnx"
    export_stylizer(weights, fast)
    made = web_graph(fast)
    kinds = [node.op_type for node in made.graph.node]
    assert "InstanceNormalization" in kinds
    assert "DepthToSpace" not in kinds
    assert {each.key: each.value for each in made.metadata_props}["form"] == "plain"
    rgb = np.random.default_rng(2).integers(0, 256, (40, 64, 3), dtype=np.uint8)
    rounded = copy.deepcopy(net).half().float()  # as weights are stored
    with torch.no_grad():
        wanted = rounded(torch.from_numpy(rgb).permute(2, 0, 1)[None] / 127.5 - 1)
    levels = ((wanted[0].permute(1, 2, 0).numpy() + 1) * 127.5).clip(0, 255)
    got = drawn(made.SerializeToString(), rgb)
    assert np.abs(got - levels).max() < 1
    assert np.abs(got - drawn(fast.read_bytes(), rgb)).max() <= 1


def test_every_weight_comes_back(net: DoubleTail, weights: Path, tmp_path: Path) -> None:
    fast = tmp_path / "fast.onnx"
    export_stylizer(weights, fast)
    found = plain_weights(onnx.load(fast))
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    compared = 0
    for name, value in found.items():
        if "attention" not in name:
            assert np.allclose(value, state[name], atol=1e-3, rtol=1e-3), name
            compared += 1
    assert compared == sum(
        name.startswith(("encoder.", "main_rise.")) and "attention" not in name for name in state
    )


def test_the_page_holds_the_looks_that_are_shipped(tmp_path: Path) -> None:
    """Fails where weights were replaced and the page was not built anew (make page)."""
    assert live_styles() == shipped.styles()
    for path in write_shipped(tmp_path):
        assert path.read_bytes() == (LIVE_FOLDER / path.name).read_bytes(), path.name


def test_other_files_are_refused(tmp_path: Path, weights: Path) -> None:
    plain = tmp_path / "plain.onnx"
    export_stylizer(weights, plain, form="plain")
    with pytest.raises(InputError, match="not a fast graph"):
        web_graph(plain)
