"""Small nets of the data room on the CPU in single precision: OpenVINO, or else ONNX Runtime."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail.engines.signal_stack import kept_signal_stack
from rosetail.errors import BackendMissing
from rosetail.weights import find

Floats = NDArray[np.float32]
Run = Callable[[Floats], dict[str, Floats]]


@cache
def net(name: str) -> Run:
    """The shipped net ``name``: its input ``picture`` in, its outputs by name out.

    Raises BackendMissing where no engine runs here.
    """
    path = find(name)
    for engine in (on_openvino, on_onnxruntime):
        # Either may be absent, or installed for another processor.
        with suppress(ImportError, RuntimeError):
            return engine(path)
    raise BackendMissing("faces need an engine that runs here; run: pip install openvino")


@kept_signal_stack()
def on_openvino(path: Path) -> Run:
    """The ONNX file at ``path`` on OpenVINO."""
    from rosetail.engines.openvino_setup import openvino

    settings = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled = openvino.Core().compile_model(path, "CPU", settings)
    names = [output.any_name for output in compiled.outputs]
    own = threading.local()  # a request runs one picture at a time

    @kept_signal_stack()
    def run(picture: Floats) -> dict[str, Floats]:
        if not hasattr(own, "request"):
            own.request = compiled.create_infer_request()
        own.request.infer([picture], share_inputs=True)
        return {name: own.request.get_tensor(name).data.copy() for name in names}

    return run


def on_onnxruntime(path: Path) -> Run:
    """The ONNX file at ``path`` on ONNX Runtime."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda picture: dict(zip(names, session.run(names, {"picture": picture}), strict=True))
