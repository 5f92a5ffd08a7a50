"""Our conversion of TensorFlow Lite graphs against OpenVINO's own reader of that format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import onnxruntime
import openvino
import pytest
import tflite
from numpy.typing import NDArray

from rosetail.errors import InputError
from rosetail.methods.mediapipe import importer
from rosetail.methods.mediapipe.importer import Model, convert, import_mediapipe

Floats = NDArray[np.float32]


class TinyModel:
    """Writes a TensorFlow Lite file: a few operators on one picture of 9 x 8 pixels."""

    def __init__(self) -> None:
        self.builder = flatbuffers.Builder(4096)
        self.tensors: list[tuple[tuple[int, ...], NDArray[Any] | None]] = []
        self.operators: list[tuple[int, list[int], int, Any]] = []

    def tensor(self, shape: tuple[int, ...], value: NDArray[Any] | None = None) -> int:
        self.tensors.append((shape, value))
        return len(self.tensors) - 1

    def operator(self, code: int, inputs: list[int], output: int, options: Any = None) -> int:
        self.operators.append((code, inputs, output, options))
        return output

    def _vector(self, values: list[int]) -> int:
        return self.builder.CreateNumpyVector(np.array(values, np.int32))

    def _offsets(self, start: Any, offsets: list[int]) -> int:
        start(self.builder, len(offsets))
        for offset in reversed(offsets):
            self.builder.PrependUOffsetTRelative(offset)
        return self.builder.EndVector()

    def finish(self, source: int, result: int) -> bytes:
        b = self.builder
        buffers, tensors, codes, operators = [], [], [], []
        for _, value in self.tensors:
            data = None if value is None else b.CreateByteVector(value.tobytes())
            tflite.BufferStart(b)
            if data is not None:
                tflite.BufferAddData(b, data)
            buffers.append(tflite.BufferEnd(b))
        for index, (shape, value) in enumerate(self.tensors):
            sizes, name = self._vector(list(shape)), b.CreateString(f"t{index}")
            kind = tflite.TensorType.FLOAT32
            if value is not None and value.dtype == np.int32:
                kind = tflite.TensorType.INT32
            tflite.TensorStart(b)
            tflite.TensorAddShape(b, sizes)
            tflite.TensorAddType(b, kind)
            tflite.TensorAddBuffer(b, index)
            tflite.TensorAddName(b, name)
            tensors.append(tflite.TensorEnd(b))
        for number, (code, inputs, output, options) in enumerate(self.operators):
            tflite.OperatorCodeStart(b)
            tflite.OperatorCodeAddDeprecatedBuiltinCode(b, min(code, 127))
            tflite.OperatorCodeAddBuiltinCode(b, code)
            tflite.OperatorCodeAddVersion(b, 1)
            codes.append(tflite.OperatorCodeEnd(b))
            given = options(b) if options else None
            ins, outs = self._vector(inputs), self._vector([output])
            tflite.OperatorStart(b)
            tflite.OperatorAddOpcodeIndex(b, number)
            tflite.OperatorAddInputs(b, ins)
            tflite.OperatorAddOutputs(b, outs)
            if given:
                tflite.OperatorAddBuiltinOptionsType(b, given[0])
                tflite.OperatorAddBuiltinOptions(b, given[1])
            operators.append(tflite.OperatorEnd(b))
        tensor_list = self._offsets(tflite.SubGraphStartTensorsVector, tensors)
        operator_list = self._offsets(tflite.SubGraphStartOperatorsVector, operators)
        ins, outs = self._vector([source]), self._vector([result])
        tflite.SubGraphStart(b)
        tflite.SubGraphAddTensors(b, tensor_list)
        tflite.SubGraphAddInputs(b, ins)
        tflite.SubGraphAddOutputs(b, outs)
        tflite.SubGraphAddOperators(b, operator_list)
        graph = tflite.SubGraphEnd(b)
        graphs = self._offsets(tflite.ModelStartSubgraphsVector, [graph])
        code_list = self._offsets(tflite.ModelStartOperatorCodesVector, codes)
        buffer_list = self._offsets(tflite.ModelStartBuffersVector, buffers)
        tflite.ModelStart(b)
        tflite.ModelAddVersion(b, 3)
        tflite.ModelAddOperatorCodes(b, code_list)
        tflite.ModelAddSubgraphs(b, graphs)
        tflite.ModelAddBuffers(b, buffer_list)
        b.Finish(tflite.ModelEnd(b), b"TFL3")
        return bytes(b.Output())


def conv(stride: int, activation: int = 0, depthwise: bool = False) -> Any:
    name = "DepthwiseConv2DOptions" if depthwise else "Conv2DOptions"

    def write(b: Any) -> tuple[int, int]:
        getattr(tflite, f"{name}Start")(b)
        add = f"{name}Add"
        getattr(tflite, f"{add}Padding")(b, tflite.Padding.SAME)
        getattr(tflite, f"{add}StrideW")(b, stride)
        getattr(tflite, f"{add}StrideH")(b, stride)
        if depthwise:
            tflite.DepthwiseConv2DOptionsAddDepthMultiplier(b, 1)
        getattr(tflite, f"{add}DilationWFactor")(b, 1)
        getattr(tflite, f"{add}DilationHFactor")(b, 1)
        getattr(tflite, f"{add}FusedActivationFunction")(b, activation)
        return getattr(tflite.BuiltinOptions, name), getattr(tflite, f"{name}End")(b)

    return write


def pool(b: Any) -> tuple[int, int]:
    tflite.Pool2DOptionsStart(b)
    tflite.Pool2DOptionsAddPadding(b, tflite.Padding.SAME)
    tflite.Pool2DOptionsAddStrideW(b, 2)
    tflite.Pool2DOptionsAddStrideH(b, 2)
    tflite.Pool2DOptionsAddFilterWidth(b, 2)
    tflite.Pool2DOptionsAddFilterHeight(b, 2)
    return tflite.BuiltinOptions.Pool2DOptions, tflite.Pool2DOptionsEnd(b)


def add_options(b: Any) -> tuple[int, int]:
    tflite.AddOptionsStart(b)
    return tflite.BuiltinOptions.AddOptions, tflite.AddOptionsEnd(b)


@pytest.fixture(scope="module")
def tiny() -> bytes:
    """Convolutions with odd padding, slopes, channels padded for a sum, a pool and a reshape."""
    rng = np.random.default_rng(0)

    def value(*shape: int) -> Floats:
        return rng.normal(size=shape).astype(np.float16).astype(np.float32)

    model, code = TinyModel(), tflite.BuiltinOperator
    source = model.tensor((1, 9, 8, 3))
    kernel, bias = model.tensor((4, 3, 3, 3), value(4, 3, 3, 3)), model.tensor((4,), value(4))
    x = model.operator(
        code.CONV_2D,
        [source, kernel, bias],
        model.tensor((1, 5, 4, 4)),
        conv(2, tflite.ActivationFunctionType.RELU6),
    )
    kernel, bias = model.tensor((1, 3, 3, 4), value(1, 3, 3, 4)), model.tensor((4,), value(4))
    y = model.operator(
        code.DEPTHWISE_CONV_2D,
        [x, kernel, bias],
        model.tensor((1, 5, 4, 4)),
        conv(1, depthwise=True),
    )
    y = model.operator(code.ADD, [x, y], model.tensor((1, 5, 4, 4)), add_options)
    slope = model.tensor((1, 1, 4), value(1, 1, 4))
    y = model.operator(code.PRELU, [y, slope], model.tensor((1, 5, 4, 4)))
    widths = model.tensor((4, 2), np.array([[0, 0], [1, 0], [0, 2], [0, 1]], np.int32))
    y = model.operator(code.PAD, [y, widths], model.tensor((1, 6, 6, 5)))
    y = model.operator(code.MAX_POOL_2D, [y], model.tensor((1, 3, 3, 5)), pool)
    sizes = model.tensor((2,), np.array([1, 45], np.int32))
    y = model.operator(code.RESHAPE, [y, sizes], model.tensor((1, 45)))
    return model.finish(source, y)


def test_the_graph_is_that_of_openvino(
    tiny: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "tiny.tflite"
    source.write_bytes(tiny)
    core = openvino.Core()
    reference = core.compile_model(source, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    picture = np.random.default_rng(1).uniform(-1, 1, (1, 3, 9, 8)).astype(np.float32)
    for unit_range in (False, True):
        monkeypatch.setitem(importer.MODELS, "tiny", Model("tiny.tflite", unit_range, ("row",)))
        session = onnxruntime.InferenceSession(convert("tiny", tiny).SerializeToString())
        (ours,) = session.run(["row"], {"picture": picture})
        shown = (picture + 1) / 2 if unit_range else picture
        wanted = reference([np.ascontiguousarray(shown.transpose(0, 2, 3, 1))])[0]
        np.testing.assert_allclose(ours, wanted, atol=1e-4)


def test_files_that_are_no_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"face_landmark\.tflite.*mediapipe wheel"):
        import_mediapipe(tmp_path, tmp_path / "out")
    (tmp_path / "face_landmark.tflite").write_bytes(b"no model")
    with pytest.raises(InputError, match="not a TensorFlow Lite file"):
        import_mediapipe(tmp_path, tmp_path / "out")
