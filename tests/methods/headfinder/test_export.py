"""The exported finder gives torch's maps in both engines, batch norms folded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from rosetail.engines.backend import open_backend
from rosetail.methods.headfinder.export import OUTPUTS, headfinder_graph
from rosetail.methods.headfinder.network import HeadFinder
from rosetail.weights import read_header


@pytest.fixture(scope="module")
def finder() -> HeadFinder:
    """Lively: batch norms away from their start, and weights that half precision holds exactly."""
    torch.manual_seed(4)
    finder = HeadFinder(8).eval()
    nn.init.normal_(finder.out[1].weight, 0, 0.2)  # type: ignore[arg-type]
    for module in finder.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.3, 0.3)
    return finder


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
@torch.no_grad()
def test_engines_give_the_nets_maps(finder: HeadFinder, engine: str, tmp_path: Path) -> None:
    path = tmp_path / "finder.onnx"
    path.write_bytes(headfinder_graph(finder, {"data": "noise"}).SerializeToString())
    backend = open_backend(path, engine, precision="f32")
    for height, width in ((64, 96), (160, 32)):
        picture = torch.randn(2, 3, height, width)
        wanted, given = finder(picture)._asdict(), backend.run({"picture": picture.numpy()})
        wanted["head"] = wanted["head"].sigmoid()
        assert given.keys() == OUTPUTS.keys()
        for name in OUTPUTS:
            # Half precision keeps eleven bits of each weight.
            np.testing.assert_allclose(given[name], wanted[name].numpy(), atol=5e-3, err_msg=name)
    assert read_header(path)["data"] == "noise"
