"""Read tensors from files of other projects without executing code in them."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from rosetail.errors import WeightsMissing

Shapes = dict[str, tuple[int, ...]]


def read_tensors(path: Path, shapes: Shapes) -> dict[str, Tensor]:
    """The tensors named in ``shapes`` from a .safetensors or .pth file, float32.

    Only tensors are unpickled, never objects. Raises WeightsMissing naming the file and the tensor
    that is missing or has another shape.
    """
    try:
        if path.suffix == ".safetensors":
            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, SafetensorError, pickle.UnpicklingError, EOFError) as error:
        cause = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsMissing(f"{path}: not a file of tensors ({cause}); give another") from error
    for name, shape in shapes.items():
        if not isinstance(state, dict) or name not in state or state[name].shape != shape:
            raise WeightsMissing(f"{path}: no {name} of {list(shape)} in it; give another file")
    return {name: state[name].float() for name in shapes}
