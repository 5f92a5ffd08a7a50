"""A small builder of ONNX graphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import TensorProto, helper, numpy_helper

from rosetail import __version__

OPSET = 18
IR_VERSION = 9  # supported by every runtime that supports the opset


class GraphBuilder:
    """Collects the nodes and constants of one graph. Methods return the names of values.

    With ``half``, weights are stored in half precision and converted by a Cast node when loaded:
    the file is half as large, and every engine uses the same values.
    """

    def __init__(self, *, half: bool) -> None:
        self.half = half
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._known: dict[tuple[Any, ...], str] = {}

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add an operator of ``kind``; returns the name of its one output."""
        output = name or f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def weight(self, value: NDArray[Any], name: str) -> str:
        """Store float weights, in half precision if ``half`` is set."""
        if not self.half:
            return self._constant(np.asarray(value, np.float32), name)
        stored = self._constant(np.asarray(value, np.float16), name + ".half")
        return self.add("Cast", stored, name=name, to=TensorProto.FLOAT)

    def floats(self, value: ArrayLike) -> str:
        """Store floats in single precision."""
        return self._shared(np.asarray(value, np.float32))

    def ints(self, *value: int) -> str:
        """Store a list of integers, such as axes, sizes or pads."""
        return self._shared(np.asarray(value, np.int64))

    def model(
        self,
        inputs: Mapping[str, tuple[int, list[int | str]]],
        outputs: Mapping[str, tuple[int, list[int | str]]],
        metadata: Mapping[str, str],
    ) -> onnx.ModelProto:
        """The finished model. ``inputs`` and ``outputs``: element type and shape by name."""
        graph = helper.make_graph(
            self._nodes,
            "stylize",
            [helper.make_tensor_value_info(name, *port) for name, port in inputs.items()],
            [helper.make_tensor_value_info(name, *port) for name, port in outputs.items()],
            self._constants,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="rosetail",
            producer_version=__version__,
        )
        helper.set_model_props(model, dict(metadata))
        onnx.checker.check_model(model)
        return model

    def _shared(self, value: NDArray[Any]) -> str:
        key = (value.dtype.char, value.shape, value.tobytes())
        if key not in self._known:
            self._known[key] = self._constant(value, f"constant_{len(self._known)}")
        return self._known[key]

    def _constant(self, value: NDArray[Any], name: str) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name
