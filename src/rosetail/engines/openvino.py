"""OpenVINO behind the narrow door, on the CPU."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openvino import opset13 as opset

from rosetail.engines.backend import EXACT, Arrays, Port, Precision
from rosetail.engines.openvino_setup import openvino as ov
from rosetail.engines.signal_stack import kept_signal_stack
from rosetail.errors import WeightsMissing

Shapes = tuple[tuple[int, ...], ...]

# A model is compiled for each size it meets: at a fixed size it runs twice as fast as with free
# sides, and compiling takes about as long as a small picture. What was compiled stays, latest
# first, until together it has seen this many input numbers (it keeps its maps in memory).
KEPT_NUMBERS = 16_000_000


class OpenvinoBackend:
    """An ONNX model on the CPU, in bfloat16 where the processor has it."""

    name = "openvino"

    @kept_signal_stack()
    def __init__(self, model: str | os.PathLike[str], precision: Precision = "auto") -> None:
        self._core = ov.Core()
        self.precision = _precision(self._core, precision)
        try:
            self._model = self._core.read_model(os.fspath(model))
        except RuntimeError as error:
            cause = str(error).strip().splitlines()[-1]
            raise WeightsMissing(
                f"{os.fspath(model)}: OpenVINO cannot read this model ({cause}); export it again"
            ) from error
        self._start()

    def _start(self) -> None:
        self.inputs: Mapping[str, Port] = {
            port.any_name: _port(port) for port in self._model.inputs
        }
        self.outputs: Mapping[str, Port] = {
            port.any_name: _port(port) for port in self._model.outputs
        }
        if self.precision != "f32":
            self._keep_exact()
        self._forget(1)

    def _forget(self, streams: int) -> None:
        self._streams = streams
        self._compiled: OrderedDict[Shapes, ov.CompiledModel] = OrderedDict()
        self._lock = threading.Lock()
        self._own = threading.local()

    @kept_signal_stack()
    def bound(self, given: Mapping[str, NDArray[Any]]) -> OpenvinoBackend:
        """As in :class:`Engine`; factors that come to be constant are folded into the weights of
        the convolutions beside them when a size is compiled."""
        made = object.__new__(OpenvinoBackend)
        made._core, made.precision = self._core, self.precision
        made._model = self._model.clone()
        for parameter in made._model.get_parameters():
            name = parameter.output(0).get_any_name()
            if name in given:
                value = opset.constant(np.ascontiguousarray(given[name]))
                parameter.output(0).replace(value.output(0))
                made._model.remove_parameter(parameter)
        made._start()
        return made

    def abreast(self, count: int) -> OpenvinoBackend:
        """As in :class:`Engine`."""
        made = copy(self)
        made._forget(count)
        return made

    @kept_signal_stack()
    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """The outputs by name; compiles the model when these shapes are new."""
        ordered = [np.ascontiguousarray(feeds[name]) for name in self.inputs]
        request = self._request(tuple(array.shape for array in ordered))
        request.infer(ordered, share_inputs=True, share_outputs=True)
        return {name: request.get_tensor(name).data.copy() for name in self.outputs}

    def _keep_exact(self) -> None:
        """Make outputs of the values that want it: OpenVINO computes what leads from the last
        convolution or matrix product to an output in single precision."""
        names = {
            name
            for operation in self._model.get_ordered_ops()
            for port in operation.outputs()
            for name in port.get_names()
            if name.endswith(EXACT)
        }
        if names:
            self._model.add_outputs(sorted(names))

    def _request(self, shapes: Shapes) -> ov.InferRequest:
        """This thread's request on the model compiled for ``shapes``."""
        with self._lock:
            if shapes not in self._compiled:
                self._make_room(shapes)
                self._compiled[shapes] = self._compile(shapes)
            self._compiled.move_to_end(shapes)
            compiled = self._compiled[shapes]
        # One request at a time is kept per thread, so that dropped models are freed.
        kept = getattr(self._own, "request", None)
        if kept is None or kept[0] is not compiled:
            self._own.request = kept = (compiled, compiled.create_infer_request())
        return kept[1]

    def _make_room(self, shapes: Shapes) -> None:
        new = _numbers(shapes)
        while self._compiled and sum(map(_numbers, self._compiled)) + new > KEPT_NUMBERS:
            self._compiled.popitem(last=False)

    def _compile(self, shapes: Shapes) -> ov.CompiledModel:
        model = self._model.clone()
        model.reshape(dict(zip(self.inputs, map(list, shapes), strict=True)))
        alone = self._streams == 1
        settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY" if alone else "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": self.precision,
        }
        if not alone:
            settings["NUM_STREAMS"] = self._streams
        return self._core.compile_model(model, "CPU", settings)


def _numbers(shapes: Shapes) -> int:
    return sum(int(np.prod(shape)) for shape in shapes)


def _precision(core: ov.Core, asked: Precision) -> str:
    able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("bf16" if able else "f32") if asked == "auto" else asked


def _port(port: Any) -> Port:
    shape = tuple(
        side.get_length() if side.is_static else None for side in port.get_partial_shape()
    )
    return Port(np.dtype(port.get_element_type().to_dtype()), shape)
