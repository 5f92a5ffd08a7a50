"""Load an ONNX file in an inference engine.

OpenVINO is the default on a CPU. ONNX Runtime adds CUDA, DirectML and CoreML.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from rosetail.engines.ports import Engine, Precision
from rosetail.errors import BackendMissing, WeightsMissing
from rosetail.weights import check_model, find

# Accepted names; "onnxruntime" is ONNX Runtime on the CPU, the others are execution providers.
PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "onnxruntime": "CPUExecutionProvider",
}
NAMES = ("auto", "openvino", *PROVIDERS)


def open_backend(
    model: str | os.PathLike[str],
    backend: str = "auto",
    *,
    precision: Precision = "auto",
    any_shape: bool = False,
) -> Engine:
    """Load an ONNX file in the engine called ``backend``, one of NAMES.

    ``auto`` selects CUDA or DirectML if ONNX Runtime has it, then OpenVINO, then ONNX Runtime on
    the CPU. ``precision`` is OpenVINO's: ``auto`` is bfloat16 if the processor computes in it, else
    single; ONNX Runtime computes in single precision. ``any_shape`` makes OpenVINO compile the
    model once for all input shapes, which suits small models with many input shapes; otherwise it
    compiles for each shape, which runs twice as fast.

    Raises:
        BackendMissing: the engine is unknown, not installed or not usable on this machine.
        WeightsMissing: the file is not a model that the engine can read, or keeps its weights in
            other files.
    """
    if backend not in NAMES:
        raise BackendMissing(f"no backend is called '{backend}'; choose one of: {', '.join(NAMES)}")
    chosen = choose() if backend == "auto" else backend
    package = "openvino" if chosen == "openvino" else "onnxruntime"
    if importlib.util.find_spec(package) is None:
        raise BackendMissing(f"{package} is not installed; run: pip install {package}")
    check_model(model)
    # Imported here because either engine may be absent.
    if chosen == "openvino":
        from rosetail.engines.openvino import OpenvinoBackend

        return OpenvinoBackend(model, precision, any_shape=any_shape)
    from rosetail.engines.onnx_runtime import OnnxBackend

    return OnnxBackend(model, PROVIDERS[chosen])


def check_ports(
    path: str | os.PathLike[str], engine: Engine, inputs: Sequence[str], outputs: Sequence[str]
) -> None:
    """Raise WeightsMissing unless the model in ``path`` has these ports."""
    for kind, wanted, ports in (
        ("input", inputs, engine.inputs),
        ("output", outputs, engine.outputs),
    ):
        for name in wanted:
            if name not in ports:
                raise WeightsMissing(
                    f"{os.fspath(path)}: has no {kind} called {name}; export the model again"
                )


@cache
def open_net(name: str) -> Engine:
    """Load the shipped small network ``name`` on the CPU, in single precision, for any input shape.

    Raises BackendMissing if no engine runs on this machine.
    """
    path = find(name)
    for backend in ("openvino", "onnxruntime"):
        # An engine may be absent, or installed for another processor.
        with suppress(BackendMissing, ImportError, RuntimeError):
            return open_backend(path, backend, precision="f32", any_shape=True)
    raise BackendMissing("faces need an engine that runs here; run: pip install openvino")


def choose() -> str:
    """The engine that ``auto`` selects on this machine. Raises BackendMissing if there is none."""
    present = available()
    for name in ("cuda", "directml", "openvino", "onnxruntime"):
        if name in present:
            return name
    raise BackendMissing("no inference engine is installed; run: pip install openvino")


def available() -> list[str]:
    """Names of the engines, and of ONNX Runtime's providers, on this machine."""
    names = ["openvino"] if importlib.util.find_spec("openvino") else []
    if importlib.util.find_spec("onnxruntime"):
        import onnxruntime

        providers = set(onnxruntime.get_available_providers())
        names += [name for name, provider in PROVIDERS.items() if provider in providers]
    return names
