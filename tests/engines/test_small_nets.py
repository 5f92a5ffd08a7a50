"""Both engines run every net of the data room alike; one stands in for the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.engines import backend
from rosetail.engines.backend import open_backend, open_net
from rosetail.engines.ports import Engine
from rosetail.errors import BackendMissing
from rosetail.faces import mtcnn
from rosetail.faces.faces import Face
from rosetail.weights import find


@pytest.mark.parametrize(
    ("net", "count", "side"),
    [
        ("mtcnn_pnet", 2, 31),
        ("mtcnn_rnet", 2, 24),
        ("mtcnn_onet", 2, 48),
        ("headfinder", 2, 96),
        ("face_mesh", 1, 192),
        ("iris", 1, 64),
        ("person", 1, 256),
    ],
)
def test_engines_agree(net: str, count: int, side: int) -> None:
    shape = (count, 3, side, side)
    feeds = {"picture": np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)}
    first, second = (
        open_backend(find(net), engine, precision="f32", any_shape=True).run(feeds)
        for engine in ("openvino", "onnxruntime")
    )
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_allclose(first[name], second[name], atol=2e-4)


def breaks(monkeypatch: pytest.MonkeyPatch, *engines: str) -> None:
    """Importing these engines fails, as where they were built for another processor."""

    def opened(path: Path, engine: str, **options: Any) -> Engine:
        if engine in engines:
            raise ImportError(path)
        return open_backend(path, engine, **options)

    monkeypatch.setattr(backend, "open_backend", opened)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nets are opened anew, and again afterwards."""
    open_net.cache_clear()
    yield
    open_net.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_onnx_runtime_takes_over(
    monkeypatch: pytest.MonkeyPatch, astronaut: NDArray[np.uint8], face: Face
) -> None:
    breaks(monkeypatch, "openvino")
    _, landmarks, _ = mtcnn.detect(astronaut, smallest=40)
    np.testing.assert_allclose(landmarks[0], face.landmarks, atol=0.1)


@pytest.mark.usefixtures("fresh")
def test_no_engine_is_said_plainly(
    monkeypatch: pytest.MonkeyPatch, astronaut: NDArray[np.uint8]
) -> None:
    breaks(monkeypatch, "openvino", "onnxruntime")
    with pytest.raises(BackendMissing, match="pip install openvino"):
        mtcnn.detect(astronaut, smallest=40)
