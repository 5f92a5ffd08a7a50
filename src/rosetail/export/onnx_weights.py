"""What an exported file holds, on the way back to weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper


def held_in(path: Path) -> dict[str, NDArray[np.float32]]:
    """The arrays of an ONNX file by their names, those in half precision made single."""
    return {
        each.name.removesuffix(".half"): numpy_helper.to_array(each).astype(np.float32)
        for each in onnx.load(path).graph.initializer
    }
