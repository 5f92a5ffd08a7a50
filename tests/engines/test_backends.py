"""One suite for every engine behind the narrow door."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from rosetail.engines import backend as door
from rosetail.engines.backend import open_backend
from rosetail.engines.ports import Backend, Engine
from rosetail.errors import BackendMissing, WeightsMissing

ENGINES = ["openvino", "onnxruntime"]


@pytest.fixture(scope="module")
def two_ports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """sum = x + code, shape [n, 3]; twice = 2 x: inputs of different ranks, two outputs."""
    value = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Add", ["x", "code"], ["sum"]),
        helper.make_node("Add", ["x", "x"], ["twice"]),
    ]
    graph = helper.make_graph(
        nodes,
        "two",
        [value("x", TensorProto.FLOAT, ["n", 3]), value("code", TensorProto.FLOAT, [3])],
        [value("sum", TensorProto.FLOAT, ["n", 3]), value("twice", TensorProto.FLOAT, ["n", 3])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    path = tmp_path_factory.mktemp("models") / "two.onnx"
    onnx.save(model, path)
    return path


@pytest.fixture(params=ENGINES)
def two(request: pytest.FixtureRequest, two_ports: Path) -> Engine:
    return open_backend(two_ports, request.param)


def test_ports_have_names_types_and_shapes(two: Backend) -> None:
    assert list(two.inputs) == ["x", "code"]
    assert list(two.outputs) == ["sum", "twice"]
    assert two.inputs["x"].shape == (None, 3)
    assert two.inputs["code"].shape == (3,)
    assert {port.dtype for port in two.inputs.values()} == {np.dtype(np.float32)}


def test_run_answers_by_name_for_any_size(two: Backend) -> None:
    code = np.array([1, 2, 3], np.float32)
    for count in (1, 4, 2, 4):
        x = np.arange(count * 3, dtype=np.float32).reshape(count, 3)
        answer = two.run({"code": code, "x": x})
        np.testing.assert_array_equal(answer["sum"], x + code)
        np.testing.assert_array_equal(answer["twice"], 2 * x)


def test_bound_inputs_stay_as_they_were_given(two: Engine) -> None:
    code = np.array([1, 2, 3], np.float32)
    bound = two.bind({"code": code})
    code += 100
    assert list(bound.inputs) == ["x"]
    for count in (1, 4):
        x = np.arange(count * 3, dtype=np.float32).reshape(count, 3)
        answer = bound.run({"x": x})
        np.testing.assert_array_equal(answer["sum"], x + np.float32([1, 2, 3]))
        np.testing.assert_array_equal(answer["twice"], 2 * x)
    assert list(two.inputs) == ["x", "code"]  # the first is what it was
    np.testing.assert_array_equal(two.run({"x": x, "code": code})["sum"], x + code)


def test_answers_are_new_and_feeds_are_left_alone(two: Backend) -> None:
    x, code = np.ones((2, 3), np.float32), np.ones(3, np.float32)
    first = two.run({"x": x, "code": code})["sum"]
    kept = first.copy()
    two.run({"x": x * 9, "code": code})
    np.testing.assert_array_equal(first, kept)
    assert x.max() == 1


def test_views_may_be_fed(two: Backend) -> None:
    x = np.arange(12, dtype=np.float32).reshape(3, 4).T[:, ::-1]
    np.testing.assert_array_equal(two.run({"x": x, "code": np.zeros(3, "f4")})["sum"], x)


def test_threads_may_share_it(two: Backend) -> None:
    wrong: list[int] = []

    def use(number: int) -> None:
        for count in (1, 2, 3) * 5:
            x = np.full((count, 3), number, np.float32)
            if not np.array_equal(two.run({"x": x, "code": x[0]})["sum"], 2 * x):
                wrong.append(number)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("engine", ENGINES)
def test_bytes_go_through(negative: Path, engine: str) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 5, 7, 3), np.uint8)
    np.testing.assert_array_equal(
        open_backend(negative, engine).run({"image": picture})["anime"], 255 - picture
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_is_no_model_is_named(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"no model")
    with pytest.raises(WeightsMissing, match="broken") as caught:
        open_backend(path, engine)
    assert "\n" not in str(caught.value)


def test_unknown_and_absent_engines_say_what_there_is(
    negative: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BackendMissing, match="choose one of: auto, openvino"):
        open_backend(negative, "tensorrt")
    if "cuda" not in door.available():
        with pytest.raises(BackendMissing, match="CUDAExecutionProvider"):
            open_backend(negative, "cuda")
    monkeypatch.setattr(door.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(BackendMissing, match="pip install openvino"):
        open_backend(negative, "openvino")
    with pytest.raises(BackendMissing, match="no inference engine"):
        open_backend(negative, "auto")


def test_auto_prefers_a_gpu_then_openvino(monkeypatch: pytest.MonkeyPatch) -> None:
    for present, best in (
        (["openvino", "onnxruntime"], "openvino"),
        (["openvino", "cuda", "onnxruntime"], "cuda"),
        (["coreml", "onnxruntime"], "onnxruntime"),
    ):
        monkeypatch.setattr(door, "available", lambda present=present: present)
        assert door.choose() == best


def test_compiled_sizes_are_kept_within_bounds(
    negative: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rosetail.engines import openvino

    monkeypatch.setattr(openvino, "MAX_CACHED_BYTES", 3 * 8 * 8 * 3 * openvino.BYTES_PER_ELEMENT)
    backend = open_backend(negative, "openvino")
    for side in (8, 16, 8, 4):  # 16 alone is over the bound: nothing else is kept beside it
        backend.run({"image": np.zeros((1, side, side, 3), np.uint8)})
    kept = [shapes[0][1] for shapes in backend._compiled]
    assert kept == [8, 4]
