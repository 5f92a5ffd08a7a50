"""Costs of a look: parameters, multiply-adds, time and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
from onnx import TensorProto

from rosetail.arrays import Bytes
from rosetail.errors import RosetailError
from rosetail.export.weights_file import read_weights
from rosetail.methods.doubletail.network import DoubleTail
from rosetail.methods.doubletail.rebuild import rebuild
from rosetail.methods.generators import KINDS
from rosetail.weights import read_header

Size = tuple[int, int]  # height, width

PORTRAIT, HD = (256, 256), (1080, 1920)
COUNTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")
FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16)


@dataclass(frozen=True)
class Costs:
    """``seconds`` and ``hd_seconds`` are medians for 256 pixels and 1080p, ``hd_bytes`` the peak
    memory at 1080p; None if not measured."""

    parameters: int
    multiply_adds: int | None
    seconds: float
    hd_seconds: float | None
    hd_bytes: int | None


def published_form(look: Path) -> onnx.ModelProto:
    """The network as published: without the rewrites of the fast form of a double-tail look."""
    model, header = onnx.load(look), read_header(look)
    if header.get("network") == "doubletail" and header.get("form") == "fast":
        return rebuild(model, "plain")
    return model


def parameters(look: Path) -> int:
    """Number of trained parameters of a look, .onnx or .safetensors.

    Counts the parameters of the PyTorch module for our networks, and all float tensors with more
    than one element for other graphs.
    """
    if look.suffix != ".onnx":
        return sum(each.numel() for each in read_weights(look)[0].values())
    header = read_header(look)
    kind = KINDS.get(header.get("class", ""))
    if kind is not None:
        return sum(each.numel() for each in kind.build(header).parameters())
    tensors = onnx.load(look).graph.initializer
    if header.get("form") == "fast":  # the fast form stores additional constants
        named = DoubleTail(_width(look)).named_parameters()
        return sum(each.numel() for name, each in named if not name.startswith("support_rise."))
    floats = (each for each in tensors if each.data_type in FLOATS)
    return sum(size for each in floats if (size := int(np.prod(each.dims))) > 1)


def _width(look: Path) -> int:
    """Channels of a double-tail generator's first convolution."""
    graph = onnx.load(look).graph
    name = next(node.input[1] for node in graph.node if node.op_type == "Conv")
    shapes = {each.name: each.dims for each in graph.initializer}
    return int(shapes[name if name in shapes else f"{name}.half"][0])


def multiply_adds(model: onnx.ModelProto, side: int = 256) -> int:
    """Multiply-adds of convolutions and matrix products for a picture of ``side`` pixels square.

    The graph is run once, because shapes of traced graphs are computed in the graph.
    """
    import onnxruntime

    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    counted = [node for node in seen.graph.node if node.op_type in COUNTED]
    shapes = {each.name: tuple(each.dims) for each in seen.graph.initializer}
    names = {name for node in counted for name in (*node.input[:2], node.output[0])} - set(shapes)
    if not names:
        return 0
    del seen.graph.output[:]
    seen.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(names))
    session = onnxruntime.InferenceSession(seen.SerializeToString())
    feed = {session.get_inputs()[0].name: np.zeros((1, side, side, 3), np.uint8)}
    shapes |= {
        name: value.shape
        for name, value in zip(sorted(names), session.run(None, feed), strict=True)
    }
    return sum(_multiply_adds_of(node, shapes) for node in counted)


def _multiply_adds_of(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    first, second = (shapes[name] for name in node.input[:2])
    out = shapes[node.output[0]]
    if node.op_type == "Conv":
        return int(np.prod(out) * np.prod(second[1:]))
    if node.op_type == "ConvTranspose":
        return int(np.prod(first) * np.prod(second[1:]))
    return int(np.prod(out) * first[-1])


def peak_memory(look: Path, size: Size, backend: str = "auto") -> int:
    """Peak memory in bytes of a process that draws one picture of ``size``. RosetailError if it
    fails."""
    command = [sys.executable, "-m", "rosetail.evaluate.memory", str(look)]
    command += [str(size[0]), str(size[1]), backend]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        cause = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise RosetailError(f"{look}: could not draw {size[1]}x{size[0]} ({cause}); free memory")
    return int(done.stdout.split()[-1])


def interleaved(steps: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each step in each round, after one warm-up round.

    Steps take turns, so that other load on the machine affects all of them alike.
    """
    for step in steps.values():
        step()
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def covering(photo: Bytes, size: Size) -> Bytes:
    """The centre of ``photo``, scaled to cover ``size``, uint8 [H, W, 3]."""
    height, width = photo.shape[:2]
    scale = max(size[0] / height, size[1] / width)
    scaled = max(size[1], round(width * scale)), max(size[0], round(height * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(photo, scaled, interpolation=interpolation)
    top, left = (resized.shape[0] - size[0]) // 2, (resized.shape[1] - size[1]) // 2
    return np.ascontiguousarray(resized[top : top + size[0], left : left + size[1]], np.uint8)
