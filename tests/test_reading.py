"""Files of others: every fault is one line with the file, and nothing hangs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, external_data_helper, helper

from rosetail import images
from rosetail.engines.backend import open_backend
from rosetail.errors import InputError, RosetailError, WeightsMissing
from rosetail.reading import check_file, reading
from rosetail.weights import read_header


def told(error: pytest.ExceptionInfo[RosetailError], path: Path) -> str:
    """The message, one line that begins with the file."""
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("read", [images.read, read_header, open_backend])
def test_a_pipe_is_refused_at_once(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = tmp_path / "pipe.onnx"
    os.mkfifo(path)
    with pytest.raises(RosetailError) as error:
        read(path)
    assert "not a regular file" in told(error, path)


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (RecursionError("deep"), "nested too deeply"),
        (UnicodeDecodeError("utf-8", b"\xe8", 0, 1, "invalid"), "it is not text"),
        (MemoryError(), "needs more memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes"), "needs more memory"),
        (ValueError("first\nsecond"), "(first)"),
        (KeyError("name"), "name"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_every_exception_becomes_a_line(tmp_path: Path, raised: Exception, words: str) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b"{}")
    guard = reading(path, "a manifest", "write it again", WeightsMissing)
    with pytest.raises(WeightsMissing) as error, guard:
        raise raised
    assert words in told(error, path)


def test_what_is_no_file(tmp_path: Path) -> None:
    for path, words in ((tmp_path, "is a folder"), (tmp_path / "gone", "no such file")):
        with pytest.raises(InputError) as error:
            check_file(path)
        assert words in told(error, path)
    with pytest.raises(InputError, match="cannot be read"):
        check_file("a\0b")


def model(*, opset: int = 18) -> onnx.ModelProto:
    """y = x + 1, the one in the graph's initializers and in a branch of an If."""
    tensor = helper.make_tensor("one", TensorProto.FLOAT, [4], np.ones(4, "f4").tobytes(), raw=True)
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [4]) for name in "xy"]
    nodes = [
        helper.make_node("Constant", [], ["two"], value=tensor),
        helper.make_node("Add", ["x", "one"], ["z"]),
        helper.make_node("Add", ["z", "two"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "add", ports[:1], ports[1:], [tensor])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


@pytest.mark.parametrize("place", ["initializer", "attribute"])
@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_weights_in_other_files_are_refused(tmp_path: Path, place: str, engine: str) -> None:
    (tmp_path / "secret").write_bytes(np.full(4, 7, "f4").tobytes())
    made = model()
    tensor = (
        made.graph.initializer[0] if place == "initializer" else made.graph.node[0].attribute[0].t
    )
    external_data_helper.set_external_data(tensor, "../secret")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    (tmp_path / "models").mkdir()
    path = tmp_path / "models" / "model.onnx"
    path.write_bytes(made.SerializeToString())
    with pytest.raises(WeightsMissing) as error:
        open_backend(path, engine)
    assert "other files" in told(error, path)


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_an_absurd_operator_set_is_refused(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model().SerializeToString())
    x = np.zeros(4, np.float32)
    assert open_backend(path, engine).run({"x": x})["y"].tolist() == [2] * 4
    path.write_bytes(model(opset=1 << 40).SerializeToString())
    with pytest.raises(WeightsMissing) as error:
        open_backend(path, engine)
    assert "operator set" in told(error, path)


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """``data`` cut short, with bytes changed, or with a part taken out or doubled."""
    start, end = sorted(rng.integers(0, len(data), 2).tolist())
    kind = rng.integers(4)
    if kind == 0:
        return data[:end]
    if kind == 1:
        return data[:start] + data[end:]
    if kind == 2:
        return data[:end] + data[start:]
    changed = np.frombuffer(data, np.uint8).copy()
    places = rng.integers(0, len(data), rng.integers(1, 9))
    changed[places] = rng.integers(0, 256, len(places))
    return changed.tobytes()


@pytest.mark.parametrize(
    "count", [pytest.param(60, id="few"), pytest.param(600, id="many", marks=pytest.mark.slow)]
)
def test_mutated_pictures(tmp_path: Path, count: int) -> None:
    rng = np.random.default_rng(5)
    rgb = rng.integers(0, 256, (40, 56, 3), np.uint8)
    for suffix in (".jpg", ".png", ".webp", ".tif", ".bmp"):
        images.save(rgb, tmp_path / f"whole{suffix}")
        whole = (tmp_path / f"whole{suffix}").read_bytes()
        path = tmp_path / f"damaged{suffix}"
        for _ in range(count // 5):
            path.write_bytes(mutated(whole, rng))
            try:
                assert images.read(path).dtype == np.uint8
            except InputError as error:
                assert str(error).startswith(f"{path}: ")
                assert "\n" not in str(error)


def test_mutated_models(tmp_path: Path) -> None:
    rng, path = np.random.default_rng(6), tmp_path / "model.onnx"
    made = model()
    helper.set_model_props(made, {"network": "doubletail", "multiple": "8"})
    whole = made.SerializeToString()
    for _ in range(200):
        path.write_bytes(mutated(whole, rng))
        try:
            read_header(path)
            open_backend(path, "openvino")
        except WeightsMissing as error:
            assert str(error).startswith(f"{path}: ")
            assert "\n" not in str(error)
