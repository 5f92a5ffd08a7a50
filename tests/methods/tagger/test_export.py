"""The exported tagger reads what torch's reads, in both engines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from rosetail.engines.backend import open_backend
from rosetail.methods.tagger.export import tagger_graph
from rosetail.methods.tagger.network import TaggerNetwork
from rosetail.methods.tagger.warm_start import restore_norms, tagger_of
from rosetail.weights import read_header


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
@torch.no_grad()
def test_engines_read_alike(engine: str, tmp_path: Path) -> None:
    torch.manual_seed(4)
    tagger = TaggerNetwork(3, 8).eval()
    for module in tagger.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            nn.init.uniform_(module.running_mean, -0.3, 0.3)
            nn.init.uniform_(module.bias, -0.3, 0.3)
    path = tmp_path / "tagger.onnx"
    facts = {"size": "64", "tags": "a,b,c"}
    path.write_bytes(tagger_graph(tagger, facts).SerializeToString())
    picture = torch.randn(2, 3, 64, 64)
    wanted = tagger(picture)
    given = open_backend(path, engine, precision="f32").run({"picture": picture.numpy()})
    np.testing.assert_allclose(given["tags"], wanted.tags.sigmoid().numpy(), atol=3e-3)
    np.testing.assert_allclose(given["landmarks"], wanted.landmarks.numpy(), atol=3e-3)
    assert read_header(path)["tags"] == "a,b,c"


@torch.no_grad()
def test_a_file_back_to_weights_that_say_the_same(tmp_path: Path) -> None:
    torch.manual_seed(4)
    tagger = TaggerNetwork(3, 8)
    pictures = torch.randn(16, 3, 64, 64)
    for _ in range(100):  # until its norms know the pictures
        tagger(pictures)
    wanted = tagger.eval()(pictures)
    path = tmp_path / "tagger.onnx"
    facts = {"size": "64", "tags": "a,b,c", "width": "8", "class": "Tagger"}
    path.write_bytes(tagger_graph(tagger, facts).SerializeToString())
    back, size = tagger_of(path)
    assert size == 64
    as_filed = back(pictures)
    restore_norms(back, pictures)
    settled, taught = back(pictures), back.train()(pictures, as_filed.landmarks)
    for found, said, off in ((as_filed, wanted, 0.05), (settled, as_filed, 1e-3)):
        torch.testing.assert_close(found.tags, said.tags, atol=off, rtol=0)  # half precision
        torch.testing.assert_close(found.landmarks, said.landmarks, atol=off / 10, rtol=0)
    assert (taught.tags - wanted.tags).abs().mean() < 0.1
