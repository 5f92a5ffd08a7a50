"""ONNX Runtime behind the narrow door."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from rosetail.engines.backend import PROVIDERS, Arrays, Engine, Port
from rosetail.errors import BackendMissing, WeightsMissing

CPU = PROVIDERS["onnxruntime"]
TYPES = {"tensor(uint8)": np.uint8, "tensor(float)": np.float32, "tensor(int64)": np.int64}
ERRORS_ONLY = 3


class OnnxBackend:
    """An ONNX model on one of ONNX Runtime's providers; what that cannot run goes to the CPU."""

    def __init__(self, model: str | os.PathLike[str], provider: str = CPU) -> None:
        present = onnxruntime.get_available_providers()
        if provider not in present:
            raise BackendMissing(
                f"this ONNX Runtime has no {provider} (it has {', '.join(present)}); "
                "install the build for your device or leave out --backend"
            )
        self.name = f"onnxruntime ({provider.removesuffix('ExecutionProvider')})"
        options = onnxruntime.SessionOptions()
        options.log_severity_level = ERRORS_ONLY
        try:
            self._session = onnxruntime.InferenceSession(
                os.fspath(model), options, providers=list(dict.fromkeys([provider, CPU]))
            )
        except Exception as error:  # its exceptions share no base class
            cause = str(error).strip().splitlines()[0]
            raise WeightsMissing(
                f"{os.fspath(model)}: ONNX Runtime cannot read this model ({cause}); "
                "export it again"
            ) from error
        self.inputs: Mapping[str, Port] = {
            port.name: _port(port) for port in self._session.get_inputs()
        }
        self.outputs: Mapping[str, Port] = {
            port.name: _port(port) for port in self._session.get_outputs()
        }

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """The outputs by name."""
        ordered = {name: np.ascontiguousarray(feeds[name]) for name in self.inputs}
        names = list(self.outputs)
        return dict(zip(names, self._session.run(names, ordered), strict=True))

    def bound(self, given: Mapping[str, NDArray[Any]]) -> Engine:
        """As in :class:`Engine`. ONNX Runtime cannot fold what it is given into its weights."""
        return _Bound(self, {name: np.array(each) for name, each in given.items()})

    def abreast(self, count: int) -> Engine:
        """As in :class:`Engine`. Its sessions take calls at a time as they are."""
        return self


class _Bound:
    """A model some of whose inputs are always the same."""

    def __init__(self, model: OnnxBackend, given: Arrays) -> None:
        self._model, self._given = model, given
        self.name, self.outputs = model.name, model.outputs
        self.inputs: Mapping[str, Port] = {
            name: port for name, port in model.inputs.items() if name not in given
        }

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """The outputs by name."""
        return self._model.run({**feeds, **self._given})

    def bound(self, given: Mapping[str, NDArray[Any]]) -> Engine:
        """As in :class:`Engine`."""
        return self._model.bound({**self._given, **given})

    def abreast(self, count: int) -> Engine:
        """As in :class:`Engine`."""
        return self


def _port(port: Any) -> Port:
    shape = tuple(side if isinstance(side, int) else None for side in port.shape)
    return Port(np.dtype(TYPES.get(port.type, object)), shape)
