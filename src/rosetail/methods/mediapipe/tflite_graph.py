"""Convert TensorFlow Lite graphs to ONNX, for the operators of MediaPipe's face models.

TensorFlow Lite stores feature maps as NHWC, ONNX as NCHW. Four-dimensional maps are transposed
once, at the input; before a reshape a map is transposed back, so that the order of elements is that
of the original. Constants are stored in half precision, as in the original files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rosetail.errors import InputError

Array = NDArray[Any]
Ints = list[int]

_TYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}
_BUILTIN = {
    code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)
}
_ACTIVATIONS = {
    tflite.ActivationFunctionType.RELU: ("Relu", {}),
    tflite.ActivationFunctionType.RELU6: ("Clip", {"low": 0.0, "high": 6.0}),
}


class TfliteGraph:
    """The ONNX nodes and weights of the first subgraph of a TensorFlow Lite file."""

    def __init__(self, content: bytes) -> None:
        self.model = tflite.Model.GetRootAsModel(content, 0)
        self.graph = self.model.Subgraphs(0)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.constants = {
            index: value
            for index in range(self.graph.TensorsLength())
            if (value := self._constant(index)) is not None
        }
        self.names: dict[int, str] = {}
        self._stored: set[str] = set()

    # Reading

    def shape(self, index: int) -> Ints:
        """The shape of a tensor as the file states it (NHWC)."""
        tensor = self.graph.Tensors(index)
        return [int(side) for side in tensor.ShapeAsNumpy()] if tensor.ShapeLength() else []

    def _constant(self, index: int) -> Array | None:
        """The value of a stored tensor; None for one that is computed."""
        tensor = self.graph.Tensors(index)
        data = self.model.Buffers(tensor.Buffer()).DataAsNumpy()
        if isinstance(data, int) or tensor.Type() not in _TYPES:
            return None
        values = np.frombuffer(data.tobytes(), _TYPES[tensor.Type()])
        if tensor.Sparsity() is not None:
            return _dense(values, tensor.Sparsity(), self.shape(index))
        return values.reshape(self.shape(index))

    # Writing

    def add(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        """Append a node with one output and return the output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def store(self, name: str, value: Array) -> str:
        """Store a constant and return its name; floats are stored in half precision."""
        if name in self._stored:
            return name
        self._stored.add(name)
        value = np.ascontiguousarray(value)
        if value.dtype.kind != "f":
            self.weights.append(numpy_helper.from_array(value, name))
            return name
        half = numpy_helper.from_array(value.astype(np.float16), name + ".half")
        self.weights.append(half)
        return self.add("Cast", [half.name], name, to=TensorProto.FLOAT)

    def operand(self, index: int) -> str:
        """The name of an operator's input; constants are laid out for NCHW."""
        if index in self.names:
            return self.names[index]
        value = self.constants[index]
        if value.ndim == 4:
            value = value.transpose(0, 3, 1, 2)
        elif value.ndim == 3:  # slopes of PReLU: H, W, C
            value = value.transpose(2, 0, 1)
        elif value.ndim == 1:
            value = value.reshape(-1, 1, 1)
        return self.store(f"constant{index}", value)

    def convert(self, source: str) -> None:
        """Translate every operator; ``source`` is the NCHW input of the graph."""
        self.names[self.graph.Inputs(0)] = source
        for number in range(self.graph.OperatorsLength()):
            operator = self.graph.Operators(number)
            code = self.model.OperatorCodes(operator.OpcodeIndex())
            name = _BUILTIN[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            if name == "CUSTOM":
                name = code.CustomCode().decode()
            write = getattr(self, f"_{name.lower()}", None)
            if write is None:
                raise InputError(f"operator {name} is not supported; give a MediaPipe face model")
            write(operator)

    def rename(self, old: str, new: str) -> None:
        """Rename a computed value."""
        for node in self.nodes:
            for names in (node.input, node.output):
                names[:] = [new if name == old else name for name in names]

    def _done(self, operator: Any, name: str, activation: int = 0) -> None:
        if activation:
            kind, limits = _ACTIVATIONS[activation]
            bounds = [
                self.store(f"bound{value}", np.array(value, np.float32))
                for value in limits.values()
            ]
            name = self.add(kind, [name, *bounds], f"{name}.active")
        self.names[operator.Outputs(0)] = name

    def _options(self, operator: Any, kind: Any) -> Any:
        options = kind()
        table = operator.BuiltinOptions()
        options.Init(table.Bytes, table.Pos)
        return options

    # Operators

    def _dequantize(self, operator: Any) -> None:
        self.constants[operator.Outputs(0)] = self.constants[operator.Inputs(0)]

    _densify = _dequantize

    def _conv_2d(self, operator: Any) -> None:
        options = self._options(operator, tflite.Conv2DOptions)
        kernel = self.constants[operator.Inputs(1)].transpose(0, 3, 1, 2)
        self._convolution(operator, options, kernel, groups=1)

    def _depthwise_conv_2d(self, operator: Any) -> None:
        options = self._options(operator, tflite.DepthwiseConv2DOptions)
        kernel = self.constants[operator.Inputs(1)].transpose(3, 0, 1, 2)
        self._convolution(operator, options, kernel, groups=len(kernel))

    def _convolution(self, operator: Any, options: Any, kernel: Array, groups: int) -> None:
        number = operator.Outputs(0)
        strides = [options.StrideH(), options.StrideW()]
        spread = [options.DilationHFactor(), options.DilationWFactor()]
        pads = self._pads(operator, options.Padding(), kernel.shape[2:], strides, spread)
        weights = [
            self.store(f"kernel{number}", kernel),
            self.store(f"bias{number}", self.constants[operator.Inputs(2)]),
        ]
        name = self.add(
            "Conv",
            [self.names[operator.Inputs(0)], *weights],
            f"conv{number}",
            kernel_shape=kernel.shape[2:],
            strides=strides,
            dilations=spread,
            pads=pads,
            group=groups,
        )
        self._done(operator, name, options.FusedActivationFunction())

    def _pads(
        self,
        operator: Any,
        padding: int,
        kernel: Any,
        strides: Ints,
        spread: Sequence[int] = (1, 1),
    ) -> Ints:
        """ONNX pads of a VALID or SAME window; SAME puts the odd pixel at the end."""
        if padding == tflite.Padding.VALID:
            return [0, 0, 0, 0]
        starts, ends = [], []
        for side, size, stride, gap in zip(
            self.shape(operator.Inputs(0))[1:3], kernel, strides, spread, strict=True
        ):
            extent = (size - 1) * gap + 1
            total = max((-(-side // stride) - 1) * stride + extent - side, 0)
            starts.append(total // 2)
            ends.append(total - total // 2)
        return [*starts, *ends]

    def _pool(self, operator: Any, kind: str, **attributes: Any) -> None:
        options = self._options(operator, tflite.Pool2DOptions)
        window = [options.FilterHeight(), options.FilterWidth()]
        strides = [options.StrideH(), options.StrideW()]
        name = self.add(
            kind,
            [self.names[operator.Inputs(0)]],
            f"pool{operator.Outputs(0)}",
            kernel_shape=window,
            strides=strides,
            pads=self._pads(operator, options.Padding(), window, strides),
            **attributes,
        )
        self._done(operator, name, options.FusedActivationFunction())

    def _max_pool_2d(self, operator: Any) -> None:
        self._pool(operator, "MaxPool")

    def _average_pool_2d(self, operator: Any) -> None:
        self._pool(operator, "AveragePool")

    def _prelu(self, operator: Any) -> None:
        self._same(operator, "PRelu")

    def _relu(self, operator: Any) -> None:
        self._same(operator, "Relu")

    def _logistic(self, operator: Any) -> None:
        self._same(operator, "Sigmoid")

    def _hard_swish(self, operator: Any) -> None:
        self._same(operator, "HardSwish")

    def _same(self, operator: Any, kind: str) -> None:
        """Convert an operator whose ONNX counterpart has the same inputs in the same order."""
        inputs = [self.operand(operator.Inputs(i)) for i in range(operator.InputsLength())]
        self._done(operator, self.add(kind, inputs, f"{kind.lower()}{operator.Outputs(0)}"))

    def _add(self, operator: Any) -> None:
        self._arithmetic(operator, "Add", tflite.AddOptions)

    def _mul(self, operator: Any) -> None:
        self._arithmetic(operator, "Mul", tflite.MulOptions)

    def _arithmetic(self, operator: Any, kind: str, options: Any) -> None:
        inputs = [self.operand(operator.Inputs(i)) for i in range(2)]
        name = self.add(kind, inputs, f"{kind.lower()}{operator.Outputs(0)}")
        self._done(operator, name, self._options(operator, options).FusedActivationFunction())

    def _pad(self, operator: Any) -> None:
        widths = self.constants[operator.Inputs(1)].astype(np.int64)[[0, 3, 1, 2]]
        pads = self.store(f"pads{operator.Outputs(0)}", widths.T.ravel())
        source = self.names[operator.Inputs(0)]
        self._done(operator, self.add("Pad", [source, pads], f"pad{operator.Outputs(0)}"))

    def _concatenation(self, operator: Any) -> None:
        axis = self._options(operator, tflite.ConcatenationOptions).Axis()
        rank = len(self.shape(operator.Outputs(0)))
        axis = {4: [0, 2, 3, 1]}.get(rank, list(range(rank)))[axis]
        inputs = [self.names[operator.Inputs(i)] for i in range(operator.InputsLength())]
        name = self.add("Concat", inputs, f"concat{operator.Outputs(0)}", axis=axis)
        self._done(operator, name)

    def _reshape(self, operator: Any) -> None:
        name, number = self.names[operator.Inputs(0)], operator.Outputs(0)
        if len(self.shape(operator.Inputs(0))) == 4:
            name = self.add("Transpose", [name], f"nhwc{number}", perm=[0, 2, 3, 1])
        shape = self.store(f"shape{number}", np.array(self.shape(number), np.int64))
        self._done(operator, self.add("Reshape", [name, shape], f"reshape{number}"))

    def _resize_bilinear(self, operator: Any) -> None:
        options = self._options(operator, tflite.ResizeBilinearOptions)
        way = "half_pixel" if options.HalfPixelCenters() else "asymmetric"
        _, height, width, channels = self.shape(operator.Outputs(0))
        number = operator.Outputs(0)
        sizes = self.store(f"sizes{number}", np.array([1, channels, height, width], np.int64))
        name = self.add(
            "Resize",
            [self.names[operator.Inputs(0)], "", "", sizes],
            f"resize{number}",
            mode="linear",
            coordinate_transformation_mode="align_corners" if options.AlignCorners() else way,
        )
        self._done(operator, name)

    def _depth_to_space(self, operator: Any) -> None:
        size = self._options(operator, tflite.DepthToSpaceOptions).BlockSize()
        source = self.names[operator.Inputs(0)]
        number = operator.Outputs(0)
        self._done(operator, self.add("DepthToSpace", [source], f"space{number}", blocksize=size))

    def _convolution2dtransposebias(self, operator: Any) -> None:
        """MediaPipe's transposed convolution with bias; it doubles the map's size."""
        source, kernel, bias = (operator.Inputs(i) for i in range(3))
        weights = self.constants[kernel].transpose(3, 0, 1, 2)  # O, H, W, I to I, O, H, W
        number = operator.Outputs(0)
        strides = [
            out // side
            for out, side in zip(self.shape(number)[1:3], self.shape(source)[1:3], strict=True)
        ]
        if list(weights.shape[2:]) != strides:
            raise InputError("a transposed convolution whose windows overlap is not supported")
        inputs = [
            self.names[source],
            self.store(f"kernel{number}", weights),
            self.store(f"bias{number}", self.constants[bias]),
        ]
        self._done(
            operator,
            self.add("ConvTranspose", inputs, f"conv{number}", strides=strides),
        )


def _dense(values: Array, sparsity: Any, shape: Ints) -> Array:
    """A sparse tensor of TensorFlow Lite as an array: one compressed axis, the others dense.

    The format (tensorflow/lite/schema, SparsityParameters) lists the axes in the order they are
    traversed; a compressed axis has segments and indices, a dense one its size.
    """
    order = [int(axis) for axis in sparsity.TraversalOrderAsNumpy()]
    blocks = [int(axis) for axis in sparsity.BlockMapAsNumpy()] if sparsity.BlockMapLength() else []
    levels = [sparsity.DimMetadata(level) for level in range(sparsity.DimMetadataLength())]
    sizes = list(shape)
    for place, axis in enumerate(blocks):
        inner = levels[len(shape) + place].DenseSize()
        sizes[axis] //= inner
        sizes.append(inner)
    dense = np.zeros(sizes, values.dtype)
    at, position = 0, [0] * len(sizes)

    def fill(level: int, parent: int) -> None:
        nonlocal at
        if level == len(levels):
            dense[tuple(position)] = values[at]
            at += 1
            return
        axis = order[level]
        if levels[level].Format() == tflite.DimensionType.DENSE:
            for index in range(levels[level].DenseSize()):
                position[axis] = index
                fill(level + 1, parent * levels[level].DenseSize() + index)
            return
        segments, indices = _indices(levels[level])
        for place in range(segments[parent], segments[parent + 1]):
            position[axis] = int(indices[place])
            fill(level + 1, place)

    fill(0, 0)
    if blocks:  # interleave the blocks with the axes that they divide
        axes: Ints = []
        for axis in range(len(shape)):
            axes.append(axis)
            if axis in blocks:
                axes.append(len(shape) + blocks.index(axis))
        dense = dense.transpose(axes)
    return dense.reshape(shape)


def _indices(level: Any) -> tuple[Array, Array]:
    """Segments and indices of a compressed axis."""
    kinds = {
        tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
        tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
        tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
    }
    read = []
    for kind, table in (
        (level.ArraySegmentsType(), level.ArraySegments()),
        (level.ArrayIndicesType(), level.ArrayIndices()),
    ):
        vector = kinds[kind]()
        vector.Init(table.Bytes, table.Pos)
        read.append(vector.ValuesAsNumpy())
    return read[0], read[1]
