"""The narrow door to an inference engine: named arrays in, named arrays out.

Everything above this file knows only :class:`Backend`. OpenVINO is the default on a CPU; ONNX
Runtime brings CUDA, DirectML and CoreML, and a second opinion on the CPU.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import BackendMissing

Arrays = dict[str, NDArray[Any]]
Precision = Literal["auto", "f32", "bf16"]

# Names people type: OpenVINO, ONNX Runtime with the best provider it has, or with one of them.
PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "onnxruntime": "CPUExecutionProvider",
}
NAMES = ("auto", "openvino", *PROVIDERS)

# A value of a model whose name ends so, and what leads to it, wants single precision even where
# the rest is computed in less.
EXACT = ".exact"


@dataclass(frozen=True)
class Port:
    """One input or output: element type, and shape with None where any size goes."""

    dtype: np.dtype[Any]
    shape: tuple[int | None, ...]


class Backend(Protocol):
    """A loaded model. ``run`` may be called from several threads and answers in new arrays."""

    name: str
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """The outputs by name. ``feeds`` holds every input by name."""
        ...


class Engine(Backend, Protocol):
    """A model in an inference engine."""

    def bound(self, given: Mapping[str, NDArray[Any]]) -> Engine:
        """The same model with these inputs given once and for all; the others stay inputs."""
        ...

    def abreast(self, count: int) -> Engine:
        """The same model for ``count`` threads that call it at a time, each with its share of the
        processor: more pictures a second than one after another with all of it."""
        ...


def open_backend(
    model: str | os.PathLike[str], backend: str = "auto", *, precision: Precision = "auto"
) -> Engine:
    """Load an ONNX file in the engine called ``backend``, one of NAMES.

    ``auto`` takes a CUDA or DirectML device where ONNX Runtime reaches one, then OpenVINO, then
    ONNX Runtime on the CPU. ``precision`` is for OpenVINO: ``auto`` is bfloat16 where the
    processor computes in it and single precision elsewhere; ONNX Runtime computes in single.

    Raises:
        BackendMissing: the engine is not installed, not usable here, or not known.
    """
    if backend not in NAMES:
        raise BackendMissing(f"no backend is called '{backend}'; choose one of: {', '.join(NAMES)}")
    chosen = choose() if backend == "auto" else backend
    if chosen == "openvino":
        _need("openvino", "openvino")
        from rosetail.engines.openvino import OpenvinoBackend

        return OpenvinoBackend(model, precision)
    _need("onnxruntime", "onnxruntime")
    from rosetail.engines.onnx_runtime import OnnxBackend

    return OnnxBackend(model, PROVIDERS[chosen])


def choose() -> str:
    """The engine that ``auto`` means on this machine. Raises BackendMissing when there is none."""
    present = available()
    for name in ("cuda", "directml", "openvino", "onnxruntime"):
        if name in present:
            return name
    raise BackendMissing("no inference engine is installed; run: pip install openvino")


def available() -> list[str]:
    """The engines, and ONNX Runtime's devices, that can be named on this machine."""
    found = ["openvino"] if importlib.util.find_spec("openvino") else []
    if importlib.util.find_spec("onnxruntime"):
        import onnxruntime

        reached = set(onnxruntime.get_available_providers())
        found += [name for name, provider in PROVIDERS.items() if provider in reached]
    return found


def _need(package: str, install: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise BackendMissing(f"{package} is not installed; run: pip install {install}")
