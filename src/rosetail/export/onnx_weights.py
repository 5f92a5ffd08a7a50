"""Read the weights of exported ONNX files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from rosetail.errors import WeightsMissing
from rosetail.reading import reading
from rosetail.weights import check_model


def stored_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The initializers of an ONNX file by name, in single precision."""
    check_model(path)
    with reading(path, "a whole ONNX model", "export it again", WeightsMissing):
        return {
            each.name.removesuffix(".half"): numpy_helper.to_array(each).astype(np.float32)
            for each in onnx.load(path).graph.initializer
        }
