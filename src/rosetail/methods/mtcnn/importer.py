"""The three MTCNN nets, from the weights in the PyPI package ``mtcnn`` to ONNX.

Zhang et al., "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
Networks" (2016). The package (MIT, Ivan de Paz Centeno) keeps each net as a list of NumPy arrays
in joblib + lz4, in Keras layouts; only ``joblib`` and ``lz4`` are needed to read them.

Run once, when the weights change: ``python -m rosetail.methods.mtcnn.importer FOLDER``.

Every graph takes ``picture``, NCHW RGB in [-1, 1], and gives

- ``face``: probability of a face, in 0..1;
- ``box``: corrections of the window's left, top, right, bottom in units of its width and height;
- ``landmarks`` (onet): x0, y0, ... x4, y4 in units of the window's width and height.

Five exact rewrites make the graphs plain: the two-way softmax is a sigmoid of the difference of
its two logits, the value range (x - 127.5) / 128 of the original becomes [-1, 1] by scaling the
first convolution, dense layers read channels first, landmarks alternate x and y, and weights
are stored in half precision and widened when loaded.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rosetail.errors import ExtraMissing
from rosetail.images import writing

Array = NDArray[Any]

CREDIT = "MTCNN by K. Zhang et al. 2016; weights from the PyPI package mtcnn, (c) I. de Paz Centeno"


class Net(NamedTuple):
    """One net: its window in pixels, the pooling after each convolution (0: none), its heads."""

    window: int
    pools: tuple[int, ...]
    dense: bool
    heads: tuple[str, ...]


NETS = {
    "pnet": Net(12, (2, 0, 0), False, ("box", "face")),
    "rnet": Net(24, (3, 3, 0), True, ("box", "face")),
    "onet": Net(48, (3, 3, 2, 0), True, ("box", "landmarks", "face")),
}


class _Graph:
    """Collects nodes and half-precision weights; ``x`` is the name of the latest value."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.x = "picture"

    def weight(self, name: str, value: Array) -> str:
        stored = numpy_helper.from_array(np.ascontiguousarray(value, np.float16), name + ".half")
        self.weights.append(stored)
        self.nodes.append(helper.make_node("Cast", [stored.name], [name], to=TensorProto.FLOAT))
        return name

    def add(self, kind: str, name: str, *more: str, of: str | None = None, **settings: Any) -> str:
        self.nodes.append(helper.make_node(kind, [of or self.x, *more], [name], **settings))
        return name


def convert(name: str, arrays: list[Array]) -> onnx.ModelProto:
    """The ONNX model of net ``name`` from its Keras weights in their stored order."""
    net = NETS[name]
    graph = _Graph()
    rest = iter(arrays)
    scale = 127.5 / 128
    for i, pool in enumerate(net.pools):
        kernel = next(rest).transpose(3, 2, 0, 1) * scale
        scale = 1.0
        weights = graph.weight(f"conv{i}.weight", kernel), graph.weight(f"conv{i}.bias", next(rest))
        graph.x = graph.add("Conv", f"conv{i}", *weights, kernel_shape=kernel.shape[2:])
        slope = graph.weight(f"conv{i}.slope", next(rest).reshape(-1, 1, 1))
        graph.x = graph.add("PRelu", f"prelu{i}", slope)
        if pool:
            # Rounding the size up is what the padding of the original amounts to, in every layer.
            graph.x = graph.add(
                "MaxPool", f"pool{i}", kernel_shape=[pool, pool], strides=[2, 2], ceil_mode=1
            )
    if net.dense:
        _dense(graph, next(rest), next(rest), next(rest), channels=kernel.shape[0])
    for head in net.heads:
        _head(graph, head, next(rest), next(rest))
    return _model(name, net, graph)


def _dense(graph: _Graph, matrix: Array, bias: Array, slope: Array, *, channels: int) -> None:
    side = round((len(matrix) / channels) ** 0.5)
    # The original flattens x, y, channel; NCHW flattens channel, y, x.
    matrix = matrix.reshape(side, side, channels, -1).transpose(3, 2, 1, 0).reshape(len(bias), -1)
    graph.x = graph.add("Flatten", "flat")
    names = graph.weight("dense.weight", matrix), graph.weight("dense.bias", bias)
    graph.x = graph.add("Gemm", "dense", *names, transB=1)
    graph.x = graph.add("PRelu", "dense.prelu", graph.weight("dense.slope", slope))


def _head(graph: _Graph, head: str, matrix: Array, bias: Array) -> None:
    matrix = matrix.reshape(-1, matrix.shape[-1]).T
    if head == "face":
        matrix, bias = matrix[1:] - matrix[:1], bias[1:] - bias[:1]
    if head == "landmarks":
        order = np.arange(10).reshape(2, 5).T.ravel()
        matrix, bias = matrix[order], bias[order]
    names = head + ".weight", head + ".bias"
    out = head + ".logit" if head == "face" else head
    if graph.x.startswith("dense"):
        graph.add(
            "Gemm", out, graph.weight(names[0], matrix), graph.weight(names[1], bias), transB=1
        )
    else:
        kernel = graph.weight(names[0], matrix[:, :, None, None])
        graph.add("Conv", out, kernel, graph.weight(names[1], bias), kernel_shape=[1, 1])
    if head == "face":
        graph.add("Sigmoid", head, of=out)


def _model(name: str, net: Net, graph: _Graph) -> onnx.ModelProto:
    sides = [net.window] * 2 if net.dense else ["height", "width"]
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["batch", 3, *sides])
    sizes = {"face": 1, "box": 4, "landmarks": 10}
    outputs = [
        helper.make_tensor_value_info(
            head,
            TensorProto.FLOAT,
            ["batch", sizes[head], *([] if net.dense else ["rows", "columns"])],
        )
        for head in net.heads
    ]
    body = helper.make_graph(graph.nodes, f"mtcnn_{name}", [picture], outputs, graph.weights)
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(body, opset_imports=opset, ir_version=8, producer_name="rosetail")
    about = {
        "network": f"MTCNN {name}",
        "window": str(net.window),
        "value_range": "NCHW RGB, -1..1",
        "storage": "float16",
        "licence": "MIT",
        "credit": CREDIT,
    }
    helper.set_model_props(model, about)
    onnx.checker.check_model(model, full_check=True)
    return model


def convert_all(folder: Path) -> list[Path]:
    """Write mtcnn_pnet.onnx, mtcnn_rnet.onnx and mtcnn_onet.onnx to ``folder``."""
    import joblib

    # Found, not imported: importing the package would ask for TensorFlow.
    package = importlib.util.find_spec("mtcnn")
    if package is None or package.origin is None:
        raise ExtraMissing("importing MTCNN")
    stored = Path(package.origin).parent / "assets" / "weights"
    written = []
    for name in NETS:
        arrays = joblib.load(stored / f"{name}.lz4")
        target = folder / f"mtcnn_{name}.onnx"
        with writing(target) as part:
            onnx.save(convert(name, arrays), str(part))
        written.append(target)
    return written


if __name__ == "__main__":
    for path in convert_all(Path(sys.argv[1])):
        print(path, path.stat().st_size)
