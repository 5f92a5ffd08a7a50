"""The exported tagger reads what torch's reads, in both engines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from rosetail.data import engines
from rosetail.export.tagger import tagger_graph
from rosetail.nets.rescorer import Rescorer
from rosetail.nets.tagger import Tagger
from rosetail.weights import read_header


@pytest.mark.parametrize("kind", [Tagger, Rescorer])
@pytest.mark.parametrize("engine", [engines.on_openvino, engines.on_onnxruntime])
@torch.no_grad()
def test_engines_read_alike(engine, kind, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(4)
    tagger = kind(3, 8).eval()
    for module in tagger.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.bias, -0.3, 0.3)
    path = tmp_path / "tagger.onnx"
    facts = {"size": "64", "tags": "a,b,c"}
    path.write_bytes(tagger_graph(tagger, facts).SerializeToString())
    picture = torch.randn(2, 3, 64, 64)
    wanted, given = tagger(picture), engine(path)(picture.numpy())
    np.testing.assert_allclose(given["tags"], wanted.tags.sigmoid().numpy(), atol=3e-3)
    np.testing.assert_allclose(given["landmarks"], wanted.landmarks.numpy(), atol=3e-3)
    assert read_header(path)["tags"] == "a,b,c"
