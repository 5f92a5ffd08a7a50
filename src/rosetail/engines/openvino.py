"""OpenVINO on the CPU as an :class:`~rosetail.engines.ports.Engine`."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as opset

from rosetail.engines.ports import EXACT, Arrays, Port, Precision
from rosetail.errors import WeightsMissing
from rosetail.reading import parsing

Shapes = tuple[tuple[int, ...], ...]

# A model compiled for one size runs twice as fast as one with free sides, and compiling takes about
# as long as a small picture. Each compiled model keeps its activations in memory: 290 bytes for
# each number of the input, measured with the look cel. Besides the one in use, the most recently
# used are kept while all take less than MAX_CACHED_BYTES.
BYTES_PER_ELEMENT = 290
MAX_CACHED_BYTES = 48 << 20

# OpenVINO's bindings initialize their type tables at the first array in and the first array out.
# Two threads doing so at once deadlock while holding the GIL (seen with 2026.4). Module code runs
# once, whichever thread imports it.
ov.Tensor(np.zeros(1, np.float32), shared_memory=True).data.copy()


class SignalStack(ctypes.Structure):
    """stack_t of sigaltstack(2)."""

    _fields_ = (
        ("start", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("size", ctypes.c_size_t),
    )


@contextmanager
def preserve_signal_stack() -> Iterator[None]:
    """Restore this thread's alternate signal stack on exit (Linux).

    The CPU plugin installs a signal stack on the thread that compiles or runs a model and removes
    it when the model is freed. If models are not freed in reverse order, the thread is left with a
    freed stack, and Ctrl-C then crashes the program.
    """
    if sys.platform != "linux":
        yield
        return
    sigaltstack = ctypes.CDLL(None).sigaltstack
    before = SignalStack()
    sigaltstack(None, ctypes.byref(before))
    try:
        yield
    finally:
        sigaltstack(ctypes.byref(before), None)


@preserve_signal_stack()
def devices() -> dict[str, str]:
    """Name and best precision of each OpenVINO device, by identifier."""
    core = ov.Core()
    described = {}
    for device in core.available_devices:
        formats = set(core.get_property(device, "OPTIMIZATION_CAPABILITIES"))
        precision = "half precision" if {"BF16", "FP16"} & formats else "full precision"
        described[device] = f"{core.get_property(device, 'FULL_DEVICE_NAME')}, {precision}"
    return described


class OpenvinoBackend:
    """An ONNX model on the CPU, in bfloat16 if the processor supports it.

    With ``any_shape`` it is compiled once for all input shapes, else for each.
    """

    name = "openvino"

    @preserve_signal_stack()
    def __init__(
        self,
        model: str | os.PathLike[str],
        precision: Precision = "auto",
        *,
        any_shape: bool = False,
    ) -> None:
        self._core, self._any_shape = ov.Core(), any_shape
        supported = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        best = "bf16" if "BF16" in supported else "f32"
        self.precision = best if precision == "auto" else precision
        self._path = os.fspath(model)
        with self._guard():
            self._model = self._core.read_model(self._path)
            self._prepare()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Errors of the engine as WeightsMissing naming the file and the cause."""
        what = "a model that OpenVINO can run"
        with parsing(self._path, what, "export it again", WeightsMissing):
            try:
                yield
            except RuntimeError as error:  # the reason is in the last line
                raise ValueError((str(error).strip().splitlines() or [what])[-1]) from error

    def _prepare(self) -> None:
        self.inputs: Mapping[str, Port] = {
            port.any_name: _port(port) for port in self._model.inputs
        }
        self.outputs: Mapping[str, Port] = {
            port.any_name: _port(port) for port in self._model.outputs
        }
        if self.precision != "f32":
            self._keep_exact()
        self._clear_cache(streams=1)

    def _clear_cache(self, streams: int) -> None:
        self._streams = streams
        self._compiled: OrderedDict[Shapes, ov.CompiledModel] = OrderedDict()
        self._lock = threading.Lock()
        self._thread = threading.local()

    @preserve_signal_stack()
    def bind(self, constants: Mapping[str, NDArray[Any]]) -> OpenvinoBackend:
        """As in :class:`Engine`; compiling folds the constants into the weights of neighbouring
        convolutions."""
        bound = copy(self)
        bound._model = self._model.clone()
        for parameter in bound._model.get_parameters():
            name = parameter.output(0).get_any_name()
            if name in constants:
                value = opset.constant(np.ascontiguousarray(constants[name]))
                parameter.output(0).replace(value.output(0))
                bound._model.remove_parameter(parameter)
        bound._prepare()
        return bound

    def with_streams(self, count: int) -> OpenvinoBackend:
        """As in :class:`Engine`."""
        shared = copy(self)
        shared._clear_cache(streams=count)
        return shared

    @preserve_signal_stack()
    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """The outputs by name; compiles the model if these shapes are new."""
        arrays = [np.ascontiguousarray(feeds[name]) for name in self.inputs]
        with self._guard():
            request = self._request(tuple(array.shape for array in arrays))
            request.infer(arrays, share_inputs=True, share_outputs=True)
            return {name: request.get_tensor(name).data.copy() for name in self.outputs}

    def _keep_exact(self) -> None:
        """Make the values marked EXACT outputs: OpenVINO computes everything between the last
        convolution or matrix product and an output in single precision."""
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
        key = () if self._any_shape else shapes
        with self._lock:
            if key not in self._compiled:
                self._make_room(_bytes(key))
                self._compiled[key] = self._compile(key)
            self._compiled.move_to_end(key)
            compiled = self._compiled[key]
        # Each thread keeps one request only, so that dropped models are freed.
        kept = getattr(self._thread, "request", None)
        if kept is None or kept[0] is not compiled:
            self._thread.request = kept = (compiled, compiled.create_infer_request())
        return kept[1]

    def _make_room(self, new: int) -> None:
        """Free the compiled models that are too much besides one of ``new`` bytes."""
        freed = False
        while self._compiled and sum(map(_bytes, self._compiled)) + new > MAX_CACHED_BYTES:
            self._compiled.popitem(last=False)
            freed = True
        if freed:
            self._thread.request = None
            return_free_memory()

    def _compile(self, shapes: Shapes) -> ov.CompiledModel:
        model = self._model
        if shapes:
            model = model.clone()
            model.reshape(dict(zip(self.inputs, map(list, shapes), strict=True)))
        settings: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY" if self._streams == 1 else "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": self.precision,
        }
        if self._streams > 1:
            settings["NUM_STREAMS"] = self._streams
        return self._core.compile_model(model, "CPU", settings)


def _bytes(shapes: Shapes) -> int:
    return BYTES_PER_ELEMENT * sum(int(np.prod(shape)) for shape in shapes)


def return_free_memory() -> None:
    """Give freed memory back to the system, which glibc keeps otherwise."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in musl
        if trim is not None:
            trim(0)


def _port(port: Any) -> Port:
    shape = tuple(
        side.get_length() if side.is_static else None for side in port.get_partial_shape()
    )
    return Port(np.dtype(port.get_element_type().to_dtype()), shape)
