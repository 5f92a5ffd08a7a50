"""ONNX Runtime as an :class:`~rosetail.engines.ports.Engine`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from copy import copy
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from rosetail.engines.ports import Arrays, Port
from rosetail.errors import BackendMissing, WeightsMissing
from rosetail.reading import parsing

CPU = "CPUExecutionProvider"
TYPES = {"tensor(uint8)": np.uint8, "tensor(float)": np.float32, "tensor(int64)": np.int64}
ERRORS_ONLY = 3

onnxruntime.disable_telemetry_events()  # Windows builds send telemetry


class OnnxBackend:
    """An ONNX model on one execution provider; operators it lacks run on the CPU."""

    def __init__(self, model: str | os.PathLike[str], provider: str = CPU) -> None:
        present = onnxruntime.get_available_providers()
        if provider not in present:
            raise BackendMissing(
                f"this ONNX Runtime has no {provider} (it has {', '.join(present)}); "
                "install the build for your device or leave out --backend"
            )
        self.name = f"onnxruntime ({provider.removesuffix('ExecutionProvider')})"
        self._path = os.fspath(model)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = ERRORS_ONLY
        with self._guard():
            self._session = onnxruntime.InferenceSession(
                self._path, options, providers=list(dict.fromkeys([provider, CPU]))
            )
            self.inputs: Mapping[str, Port] = _ports(self._session.get_inputs())
            self.outputs: Mapping[str, Port] = _ports(self._session.get_outputs())
        self._constants: Arrays = {}

    def _guard(self) -> AbstractContextManager[None]:
        what = "a model that ONNX Runtime can run"
        return parsing(self._path, what, "export it again", WeightsMissing)

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """The outputs by name."""
        given = {name: np.ascontiguousarray(feeds[name]) for name in self.inputs}
        names = list(self.outputs)
        with self._guard():
            return dict(zip(names, self._session.run(names, given | self._constants), strict=True))

    def bind(self, constants: Mapping[str, NDArray[Any]]) -> OnnxBackend:
        """As in :class:`Engine`; the constants are passed to the session at each call."""
        bound = copy(self)
        bound._constants = self._constants | {key: np.array(v) for key, v in constants.items()}
        bound.inputs = {key: port for key, port in self.inputs.items() if key not in constants}
        return bound

    def with_streams(self, count: int) -> OnnxBackend:
        """As in :class:`Engine`; sessions support concurrent calls."""
        return self


def _ports(values: list[Any]) -> dict[str, Port]:
    return {
        value.name: Port(
            np.dtype(TYPES.get(value.type, object)),
            tuple(side if isinstance(side, int) else None for side in value.shape),
        )
        for value in values
    }
