"""Import the three MTCNN networks from the PyPI package ``mtcnn``.

Zhang et al. 2016, "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
Networks". The package (MIT, Ivan de Paz Centeno) stores each net as a list of NumPy arrays
in joblib + lz4, in Keras layouts; only ``joblib`` and ``lz4`` are needed to read them.

Every graph takes ``picture``, NCHW RGB in [-1, 1], and gives

- ``face``: probability of a face, in 0..1;
- ``box``: corrections of the window's left, top, right, bottom in units of its width and height;
- ``landmarks`` (onet): x0, y0, ... x4, y4 in units of the window's width and height.

The graphs are rewritten exactly in five ways: the two-way softmax is a sigmoid of the difference of
its two logits, the value range (x - 127.5) / 128 of the original becomes [-1, 1] by scaling the
first convolution, dense layers read channels first, landmarks alternate x and y, and weights
are stored in half precision and widened when loaded.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from rosetail.errors import ExtraMissing
from rosetail.export.graph_builder import GraphBuilder
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


def convert(name: str, arrays: list[Array]) -> onnx.ModelProto:
    """The ONNX model of net ``name`` from its Keras weights in their stored order."""
    net, rest = NETS[name], iter(arrays)
    g, x, scale = GraphBuilder(half=True), "picture", 127.5 / 128
    for i, pool in enumerate(net.pools):
        kernel = next(rest).transpose(3, 2, 0, 1) * scale
        scale = 1.0
        weights = g.weight(kernel, f"conv{i}.weight"), g.weight(next(rest), f"conv{i}.bias")
        x = g.add("Conv", x, *weights, name=f"conv{i}", kernel_shape=kernel.shape[2:])
        slope = g.weight(next(rest).reshape(-1, 1, 1), f"conv{i}.slope")
        x = g.add("PRelu", x, slope, name=f"prelu{i}")
        if pool:
            # Equal to the original's padding in every layer.
            x = g.add(
                "MaxPool",
                x,
                name=f"pool{i}",
                kernel_shape=[pool, pool],
                strides=[2, 2],
                ceil_mode=1,
            )
    if net.dense:
        x = _dense(g, x, next(rest), next(rest), next(rest), channels=kernel.shape[0])
    for head in net.heads:
        _head(g, x, head, next(rest), next(rest), dense=net.dense)
    return _model(name, net, g)


def _dense(
    g: GraphBuilder, x: str, matrix: Array, bias: Array, slope: Array, *, channels: int
) -> str:
    side = round((len(matrix) / channels) ** 0.5)
    # The original flattens x, y, channel; NCHW flattens channel, y, x.
    matrix = matrix.reshape(side, side, channels, -1).transpose(3, 2, 1, 0).reshape(len(bias), -1)
    x = g.add("Flatten", x, name="flat")
    weights = g.weight(matrix, "dense.weight"), g.weight(bias, "dense.bias")
    x = g.add("Gemm", x, *weights, name="dense", transB=1)
    return g.add("PRelu", x, g.weight(slope, "dense.slope"), name="dense.prelu")


def _head(g: GraphBuilder, x: str, head: str, matrix: Array, bias: Array, *, dense: bool) -> None:
    matrix = matrix.reshape(-1, matrix.shape[-1]).T
    if head == "face":
        matrix, bias = matrix[1:] - matrix[:1], bias[1:] - bias[:1]
    if head == "landmarks":
        order = np.arange(10).reshape(2, 5).T.ravel()
        matrix, bias = matrix[order], bias[order]
    out = head + ".logit" if head == "face" else head
    matrix = matrix if dense else matrix[:, :, None, None]
    weights = g.weight(matrix, head + ".weight"), g.weight(bias, head + ".bias")
    if dense:
        g.add("Gemm", x, *weights, name=out, transB=1)
    else:
        g.add("Conv", x, *weights, name=out, kernel_shape=[1, 1])
    if head == "face":
        g.add("Sigmoid", out, name=head)


def _model(name: str, net: Net, g: GraphBuilder) -> onnx.ModelProto:
    sides: list[int | str] = [net.window] * 2 if net.dense else ["height", "width"]
    places: list[int | str] = [] if net.dense else ["rows", "columns"]
    channels = {"face": 1, "box": 4, "landmarks": 10}
    model = g.model(
        {"picture": (TensorProto.FLOAT, ["batch", 3, *sides])},
        {head: (TensorProto.FLOAT, ["batch", channels[head], *places]) for head in net.heads},
        {
            "network": f"MTCNN {name}",
            "window": str(net.window),
            "value_range": "NCHW RGB, -1..1",
            "storage": "float16",
            "licence": "MIT",
            "credit": CREDIT,
        },
    )
    model.graph.name = f"mtcnn_{name}"
    return model


def import_mtcnn(folder: Path) -> list[Path]:
    """Write mtcnn_pnet.onnx, mtcnn_rnet.onnx and mtcnn_onet.onnx to ``folder``.

    Raises ExtraMissing if the package ``mtcnn`` is not installed, OutputError.
    """
    import joblib

    # Not imported, because importing the package needs TensorFlow.
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
