"""The stylizer as an ONNX graph: encoder and main tail of the double-tail generator.

There are two forms of the same function. ``plain`` has the operators of
:mod:`rosetail.methods.doubletail.network`, as an exporter would write them. ``fast`` has exact
rewrites with fewer passes over memory:

- LADE from the covariance of its input. For h with mean m and covariance C over positions, the
  1x1 convolution t = Wh has mean Wm and variance diag(W C W'), so t itself is not computed:
  out = a h + b, a = sqrt((diag(W C W') + eps) / (diag C + eps)), b = Wm - a m. The Gram matrix is
  a sum over rows of [W, c]'[W, c] products, which channels-last runtimes compute in place.
- Every convolution before a LADE subtracts a constant per channel (its shift, about the mean over
  photos) as a bias, and b is corrected by Ws. In exact arithmetic this changes nothing; in
  bfloat16 it prevents cancellation in the Gram matrix, because maps are nearly centred. What
  follows the Gram matrix is small and should stay in single precision: a and b have names that
  request it (:data:`rosetail.engines.ports.EXACT`).
- The last 7x7 convolution computes blocks of 2x2 pixels: 8x8, stride 2, 12 outputs, then depth to
  space. Three outputs would leave most lanes of a vector unit idle.
- The 1x1 convolutions on both sides of the attention's memory are merged with it, and batch norm
  with the second.

No constant in a graph depends on the size of a picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from rosetail.engines.ports import EXACT
from rosetail.export.graph_builder import GraphBuilder
from rosetail.methods.doubletail.finish import FACT, Finish, add_finish

Form = Literal["plain", "fast"]
Weights = Mapping[str, NDArray[np.float32]]

LADE_EPS = 1e-5
NORM_EPS = 1e-3
SLOPE = 0.2
MULTIPLE = 8  # both sides of a picture must be multiples of it
SMALLEST = 16  # pixels of the shorter side: reflection padding needs two at 1/8 of the size


def stylize_graph(
    weights: Weights,
    form: Form = "fast",
    *,
    shifts: Weights | None = None,
    pixels: bool = True,
    half: bool = True,
    finish: Finish | None = None,
    metadata: Mapping[str, str] | None = None,
) -> onnx.ModelProto:
    """The ONNX model of encoder and main tail.

    Args:
        weights: the state of :class:`rosetail.methods.doubletail.network.DoubleTail`, by name.
        form: see the module.
        shifts: a constant per channel for each unit of the fast form, by the unit's name
            (:func:`rosetail.methods.doubletail.export.measure_shifts`); zero by default.
        pixels: ``image`` and ``anime`` are uint8 [N, H, W, 3] RGB; otherwise float32
            [N, 3, H, W] in [-1, 1]. N, H and W are free; H and W multiples of 8, at least 16.
        half: store weights in half precision.
        finish: post-processing (:mod:`rosetail.methods.doubletail.finish`).
        metadata: further entries of the header. ``resize`` says how the generator upsamples;
            half_pixel by default.
    """
    metadata = metadata or {}
    resize = metadata.get("resize", "half_pixel")
    net = _Stylizer(weights, form, shifts or {}, GraphBuilder(half=half), resize)
    x = net.from_pixels("image") if pixels else "image"
    y = net.picture(x)
    if finish is not None:
        y = add_finish(net.graph, y, finish)
    net.finish(y, pixels)
    shape: list[int | str] = ["n", "h", "w", 3] if pixels else ["n", 3, "h", "w"]
    port = (TensorProto.UINT8 if pixels else TensorProto.FLOAT, shape)
    facts = {
        "network": "doubletail",
        "form": form,
        "multiple": str(MULTIPLE),
        "smallest": str(SMALLEST),
        "input": "NHWC RGB uint8" if pixels else "NCHW RGB float32 in [-1, 1]",
    }
    if finish is not None:
        facts[FACT] = finish.fact
    return net.graph.model({"image": port}, {"anime": port}, {**metadata, **facts})


class _Stylizer:
    """Writes one form of the network."""

    def __init__(
        self, weights: Weights, form: Form, shifts: Weights, graph: GraphBuilder, resize: str
    ) -> None:
        self.weights, self.fast, self.shifts, self.graph = weights, form == "fast", shifts, graph
        self.resize = resize

    def from_pixels(self, image: str) -> str:
        g = self.graph
        x = g.add("Transpose", g.add("Cast", image, to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
        return g.add("Sub", g.add("Mul", x, g.floats(1 / 127.5)), g.floats(1.0))

    def finish(self, y: str, pixels: bool) -> None:
        """Add the output ``anime``, rounded to nearest if it is bytes."""
        g = self.graph
        if not pixels:
            g.add("Identity", y, name="anime")
            return
        y = g.add("Round", g.add("Add", g.add("Mul", y, g.floats(127.5)), g.floats(127.5)))
        g.add("Cast", g.add("Transpose", y, perm=[0, 2, 3, 1]), name="anime", to=TensorProto.UINT8)

    def picture(self, x: str) -> str:
        full = self.unit(x, "encoder.at_full", size=7)
        half = self.pair(full, "encoder.at_half")
        quarter = self.pair(half, "encoder.at_quarter")
        x = self.attention(self.pair(quarter, "encoder.at_eighth"), "main_rise.attention")
        for place, skip in (("quarter", quarter), ("half", half), ("full", full)):
            x = self.up_block(x, skip, f"main_rise.to_{place}")
        return self.graph.add("Tanh", self.to_rgb(x, "main_rise.to_rgb"))

    def pair(self, x: str, name: str) -> str:
        return self.unit(self.unit(x, f"{name}.0", stride=2), f"{name}.1")

    def up_block(self, x: str, skip: str, name: str) -> str:
        g = self.graph
        doubled = g.add(
            "Resize",
            *(x, "", g.floats([1, 1, 2, 2])),
            mode="linear",
            coordinate_transformation_mode=self.resize,
        )
        y = g.add("Add", self.unit(doubled, f"{name}.before"), skip)
        return self.unit(y, f"{name}.after")

    def unit(self, x: str, name: str, *, size: int = 3, stride: int = 1) -> str:
        """Reflection-padded convolution, LADE, leaky ReLU."""
        weight = self.weights[f"{name}.0.weight"]
        inputs = [self.pad(x, size // 2), self.graph.weight(weight, f"{name}.weight")]
        shift = self.shifts.get(name) if self.fast else None
        if shift is not None:
            inputs.append(self.graph.floats(-shift))
        h = self.graph.add("Conv", *inputs, name=f"{name}.conv", strides=[stride, stride])
        mix = self.weights[f"{name}.1.mix.weight"]
        y = self.lade_by_covariance(h, mix, shift, name) if self.fast else self.lade(h, mix, name)
        return self.graph.add("LeakyRelu", y, alpha=SLOPE)

    def pad(self, x: str, border: int) -> str:
        pads = self.graph.ints(0, 0, border, border, 0, 0, border, border)
        return self.graph.add("Pad", x, pads, mode="reflect")

    def lade(self, h: str, mix: NDArray[np.float32], name: str) -> str:
        g, channels = self.graph, mix.shape[0]
        t = g.add("Conv", h, g.weight(mix, f"{name}.mix"))
        mean = g.add("ReduceMean", t, g.ints(2, 3), keepdims=1)
        centred = g.add("Sub", t, mean)
        variance = g.add("ReduceMean", g.add("Mul", centred, centred), g.ints(2, 3), keepdims=1)
        std = g.add("Sqrt", g.add("Add", variance, g.floats(LADE_EPS)))
        one, none = g.floats(np.ones(channels)), g.floats(np.zeros(channels))
        normal = g.add("InstanceNormalization", h, one, none, epsilon=LADE_EPS)
        return g.add("Add", g.add("Mul", normal, std), mean)

    def lade_by_covariance(
        self, h: str, mix: NDArray[np.float32], shift: NDArray[np.float32] | None, name: str
    ) -> str:
        g, channels = self.graph, mix.shape[0]
        weight = g.weight(mix[:, :, 0, 0], f"{name}.mix")
        rows = g.add("Transpose", h, perm=[0, 2, 3, 1])  # [N, H, W, c]
        products = g.add("MatMul", g.add("Transpose", rows, perm=[0, 1, 3, 2]), rows)
        width = g.add("Gather", g.add("Shape", h), g.ints(3))
        gram = g.add(
            "Div",
            g.add("ReduceMean", products, g.ints(1), keepdims=0),
            g.add("Cast", width, to=TensorProto.FLOAT),
        )  # [N, c, c]
        mean = self._mean(h, channels)
        square = g.add("Mul", mean, g.add("Transpose", mean, perm=[0, 2, 1]))
        covariance = g.add("Sub", gram, square)
        variance = self._variance(g.add("Mul", covariance, g.floats(np.eye(channels))))
        mixed = self._variance(g.add("Mul", g.add("MatMul", weight, covariance), weight))
        scale = g.add(
            "Sqrt", g.add("Div", mixed, variance), name=f"{name}.scale{EXACT}"
        )  # [N, c, 1]
        offset = g.add("MatMul", weight, mean)
        if shift is not None:
            stored = mix[:, :, 0, 0].astype(np.float16 if g.half else np.float32)
            offset = g.add("Add", offset, g.floats(stored.astype(np.float64) @ shift[:, None]))
        moved = g.add("Mul", scale, mean)
        offset = g.add("Sub", offset, moved, name=f"{name}.offset{EXACT}")
        wide = [g.add("Unsqueeze", value, g.ints(3)) for value in (scale, offset)]
        return g.add("Add", g.add("Mul", h, wide[0]), wide[1])

    def _mean(self, h: str, channels: int) -> str:
        """Means of [N, c, H, W] over positions, as [N, c, 1].

        The identity convolution limits how much is computed in single precision: OpenVINO computes
        the inputs of an EXACT value in single precision back to the nearest convolution. With it
        these are only the row means, without it the whole map.
        """
        g = self.graph
        by_row = g.add("ReduceMean", h, g.ints(3), keepdims=1)
        by_row = g.add("Conv", by_row, g.floats(np.eye(channels)[:, :, None, None]))
        return g.add("Squeeze", g.add("ReduceMean", by_row, g.ints(2), keepdims=1), g.ints(3))

    def _variance(self, terms: str) -> str:
        """Sums of [N, c, c] over the last axis, never negative, plus eps: [N, c, 1]."""
        g = self.graph
        total = g.add("ReduceSum", terms, g.ints(2), keepdims=1)
        return g.add("Add", g.add("Max", total, g.floats(0.0)), g.floats(LADE_EPS))

    def attention(self, x: str, name: str) -> str:
        g = self.graph
        memory = self.weights[f"{name}.memory"]
        query, value = self.weights[f"{name}.query.weight"], self.weights[f"{name}.value.weight"]
        gain = self.weights[f"{name}.norm.weight"] / np.sqrt(
            self.weights[f"{name}.norm.running_var"] + NORM_EPS
        )
        bias = self.weights[f"{name}.norm.bias"] - gain * self.weights[f"{name}.norm.running_mean"]
        value = value * gain[:, None, None, None]
        back = memory.transpose(1, 0, 2, 3)
        before = [(query, "query"), (memory, "memory")]
        after = [(back, "memory_back"), (value, "value")]
        if self.fast:
            before = [(np.einsum("ij...,jk...->ik...", memory, query), "query")]
            after = [(np.einsum("ij...,jk...->ik...", value, back), "value")]
        scores = x
        for weight, part in before:
            scores = g.add("Conv", scores, g.weight(weight, f"{name}.{part}"))
        flat = g.add("Reshape", scores, g.ints(0, 0, -1))
        share = g.add("Softmax", flat, axis=2)  # over positions
        total = g.add("ReduceSum", share, g.ints(1), keepdims=1)  # over memory slots
        share = g.add("Div", share, g.add("Add", total, g.floats(1e-9)))
        y = g.add("Reshape", share, g.add("Shape", scores))
        for weight, part in after:
            inputs = [g.weight(weight, f"{name}.{part}")]
            if part == "value":
                inputs.append(g.floats(bias))
            y = g.add("Conv", y, *inputs)
        return g.add("LeakyRelu", g.add("Add", y, x), alpha=SLOPE)

    def to_rgb(self, x: str, name: str) -> str:
        g, weight = self.graph, self.weights[f"{name}.weight"]
        padded = self.pad(x, weight.shape[-1] // 2)
        if not self.fast:
            return g.add("Conv", padded, g.weight(weight, name))
        blocks = g.weight(two_by_two(weight), name)
        return g.add("DepthToSpace", g.add("Conv", padded, blocks, strides=[2, 2]), blocksize=2)


def two_by_two(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Kernels [out, in, k, k] as [4 out, in, k + 1, k + 1] for stride 2 and depth to space (DCR).

    Output (dy * 2 + dx) * out + c is channel c at row 2i + dy, column 2j + dx.
    """
    out, inside, size, _ = weight.shape
    blocks = np.zeros((2, 2, out, inside, size + 1, size + 1), weight.dtype)
    for dy in range(2):
        for dx in range(2):
            blocks[dy, dx, :, :, dy : dy + size, dx : dx + size] = weight
    return blocks.reshape(4 * out, inside, size + 1, size + 1)
