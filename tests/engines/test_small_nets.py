"""Both engines run every net of the data room alike; one stands in for the other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.engines import small_nets
from rosetail.errors import BackendMissing
from rosetail.faces import mtcnn
from rosetail.faces.faces import Face
from rosetail.weights import find


@pytest.mark.parametrize(
    ("net", "side"),
    [("mtcnn_pnet", 31), ("mtcnn_rnet", 24), ("mtcnn_onet", 48), ("headfinder", 96)],
)
def test_engines_agree(net: str, side: int) -> None:
    path = find(net)
    picture = np.random.default_rng(1).uniform(-1, 1, (2, 3, side, side)).astype(np.float32)
    first, second = (
        run(picture) for run in (small_nets.on_openvino(path), small_nets.on_onnxruntime(path))
    )
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_allclose(first[name], second[name], atol=1e-4)


def broken(path: object) -> small_nets.Run:
    raise ImportError(path)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nets are opened anew, and again afterwards."""
    small_nets.net.cache_clear()
    yield
    small_nets.net.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_onnx_runtime_takes_over(
    monkeypatch: pytest.MonkeyPatch, astronaut: NDArray[np.uint8], face: Face
) -> None:
    monkeypatch.setattr(small_nets, "on_openvino", broken)
    _, landmarks, _ = mtcnn.detect(astronaut, smallest=40)
    np.testing.assert_allclose(landmarks[0], face.landmarks, atol=0.1)


@pytest.mark.usefixtures("fresh")
def test_no_engine_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, astronaut: NDArray[np.uint8]
) -> None:
    monkeypatch.setattr(small_nets, "on_openvino", broken)
    monkeypatch.setattr(small_nets, "on_onnxruntime", broken)
    with pytest.raises(BackendMissing, match="pip install openvino"):
        mtcnn.detect(astronaut, smallest=40)
