"""Read tensors from files of other projects without executing code in them."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from rosetail.errors import WeightsMissing
from rosetail.reading import reading

Shapes = dict[str, tuple[int, ...]]


def read_tensors(path: Path, shapes: Shapes) -> dict[str, Tensor]:
    """The tensors named in ``shapes`` from a .safetensors or .pth file, float32.

    Only tensors are unpickled, never objects. Raises WeightsMissing naming the file and the tensor
    that is missing or has another shape.
    """
    with reading(path, "a file of tensors", "give another", WeightsMissing) as file:
        if path.suffix == ".safetensors":
            state = load_file(file)
        else:
            state = torch.load(file, map_location="cpu", weights_only=True)
        for name, shape in shapes.items():
            if name not in state or state[name].shape != shape:
                raise WeightsMissing(f"{path}: no {name} of {list(shape)} in it; give another file")
        return {name: state[name].float() for name in shapes}
