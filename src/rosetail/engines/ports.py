"""Interfaces of loaded models: named arrays in, named arrays out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
Precision = Literal["auto", "f32", "bf16"]

# Values whose names end in this, and their inputs, are computed in single precision even if the
# rest is computed in bfloat16.
EXACT = ".exact"


@dataclass(frozen=True)
class Port:
    """One input or output: element type, and shape with None for a free dimension."""

    dtype: np.dtype[Any]
    shape: tuple[int | None, ...]


class Backend(Protocol):
    """A loaded model. ``run`` may be called from several threads and returns new arrays."""

    name: str
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> Arrays:
        """The outputs by name; ``feeds`` holds every input by name."""
        ...


class Engine(Backend, Protocol):
    """A model in an inference engine."""

    def bind(self, constants: Mapping[str, NDArray[Any]]) -> Engine:
        """The same model with these inputs fixed."""
        ...

    def with_streams(self, count: int) -> Engine:
        """The same model for ``count`` concurrent calls: higher throughput and latency."""
        ...
