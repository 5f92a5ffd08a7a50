"""The MTCNN importer, against a plain NumPy version of the original Keras nets."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from rosetail.faces.mtcnn import WINDOWS
from rosetail.methods.mtcnn.importer import NETS, convert, import_mtcnn
from rosetail.weights import find

Array = NDArray[Any]

# (kernel, channels, pool) of each convolution and the width of the dense layer, from the paper.
LAYERS = {
    "pnet": ([(3, 10, 2), (3, 16, 0), (3, 32, 0)], 0),
    "rnet": ([(3, 28, 3), (3, 48, 3), (2, 64, 0)], 128),
    "onet": ([(3, 32, 3), (3, 64, 3), (3, 64, 2), (2, 128, 0)], 256),
}
FLAT = {"rnet": 576, "onet": 1152}
HEADS = {"pnet": (4, 2), "rnet": (4, 2), "onet": (4, 10, 2)}


def keras_weights(name: str) -> list[Array]:
    """Random weights, exact in half precision, in the order and layouts of the package."""
    rng = np.random.default_rng(9)

    def some(*shape: int) -> Array:
        spread = 1 / np.sqrt(np.prod(shape[:-1])) if len(shape) > 1 else 0.1
        return rng.normal(0, spread, shape).astype(np.float16).astype(np.float32)

    arrays, channels = [], 3
    convolutions, wide = LAYERS[name]
    for kernel, out, _ in convolutions:
        arrays += [some(kernel, kernel, channels, out), some(out), abs(some(1, 1, out))]
        channels = out
    if wide:
        arrays += [some(FLAT[name], wide), some(wide), abs(some(wide))]
    for head in HEADS[name]:
        shape = (wide,) if wide else (1, 1, channels)
        arrays += [some(*shape, head), some(head)]
    return arrays


def convolved(x: Array, kernel: Array, bias: Array) -> Array:
    high, wide = kernel.shape[:2]
    windows = np.lib.stride_tricks.sliding_window_view(x, (high, wide), axis=(0, 1))
    return np.einsum("ijchw,hwcd->ijd", windows, kernel) + bias


def pooled(x: Array, size: int, same: bool) -> Array:
    """Stride 2; "same" pads below and to the right as TensorFlow does."""
    count = -(-x.shape[0] // 2) if same else (x.shape[0] - size) // 2 + 1
    short = max((count - 1) * 2 + size - x.shape[0], 0)
    x = np.pad(x, ((0, short), (0, short), (0, 0)), constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))[::2, ::2]
    return windows.max((-2, -1))[:count, :count]


def original(name: str, rgb: Array, arrays: list[Array]) -> list[Array]:
    """The Keras net on rgb [H, W, 3] in 0..255: its outputs in its own order."""
    rest: Iterator[Array] = iter(arrays)
    x = (rgb - 127.5) / 128
    for index, (_, _, pool) in enumerate(LAYERS[name][0]):
        x = convolved(x, next(rest), next(rest))
        slope = next(rest)
        x = np.where(x > 0, x, slope * x)
        if pool:
            # The middle pooling is "valid" in the original, the others are "same".
            x = pooled(x, pool, same=index != 1)
    if LAYERS[name][1]:
        x = x.transpose(1, 0, 2).ravel() @ next(rest) + next(rest)
        slope = next(rest)
        x = np.where(x > 0, x, slope * x)
    outs = [x @ next(rest).squeeze() + next(rest) for _ in HEADS[name]]
    face = np.exp(outs[-1] - outs[-1].max(-1, keepdims=True))
    return [*outs[:-1], (face / face.sum(-1, keepdims=True))[..., 1:]]


@pytest.mark.parametrize("name", NETS)
def test_the_graph_computes_what_the_original_does(name: str) -> None:
    arrays = keras_weights(name)
    side = 21 if name == "pnet" else WINDOWS[name]
    rgb = np.random.default_rng(10).integers(0, 256, (side, side, 3)).astype(np.float64)
    session = onnxruntime.InferenceSession(convert(name, arrays).SerializeToString())
    picture = (rgb / 127.5 - 1).transpose(2, 0, 1)[None].astype(np.float32)
    heads = NETS[name].heads
    got = dict(zip(heads, session.run(list(heads), {"picture": picture}), strict=True))
    expected = original(name, rgb, [array.astype(np.float64) for array in arrays])
    for head, value in zip(heads, expected, strict=True):
        if head == "landmarks":
            value = value.reshape(2, 5).T.ravel()
        if name == "pnet":
            value = value.transpose(2, 0, 1)
        # Sums and scaled kernels are rounded to half precision once more.
        np.testing.assert_allclose(got[head][0], value, atol=4e-3)


@pytest.mark.skipif(importlib.util.find_spec("mtcnn") is None, reason="needs the mtcnn package")
def test_the_shipped_files_are_what_the_importer_makes(tmp_path: Path) -> None:
    for path in import_mtcnn(tmp_path):
        made, shipped = onnx.load(path), onnx.load(find(path.stem))
        assert [node.op_type for node in made.graph.node] == [
            node.op_type for node in shipped.graph.node
        ]
        for a, b in zip(made.graph.initializer, shipped.graph.initializer, strict=True):
            assert a.name == b.name
            np.testing.assert_array_equal(numpy_helper.to_array(a), numpy_helper.to_array(b))
