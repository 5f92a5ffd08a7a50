"""Initial weights of the double-tail network: those of another run, or of an exported look."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rosetail import weights
from rosetail.errors import InputError
from rosetail.methods.doubletail.rebuild import ATTENTION, generator_state
from rosetail.reading import reading
from rosetail.training.checkpoint import start_from

Floats = NDArray[np.float32]

MAIN, SUPPORT = "main_rise.", "support_rise."


def start_network(networks: Mapping[str, nn.Module], start: str) -> None:
    """Initial weights for ``networks``, of which ``generator`` is a
    :class:`rosetail.methods.doubletail.network.DoubleTail`.

    ``start`` is a run or a safetensors file (:func:`rosetail.training.checkpoint.start_from`), or
    a look: the name of a shipped one (``cel``), or an .onnx file. A look has no support tail;
    its main tail is copied into it. The other networks keep their random weights.

    Raises WeightsMissing for a missing file or a file that is no double-tail look, InputError for
    weights of another width.
    """
    if start not in weights.styles() and not start.endswith(".onnx"):
        start_from(networks, start, "generator")
        return
    with reading(weights.find(start), "a look", "give a look that a run exported") as path:
        found = _as_trained(generator_state(onnx.load(path, load_external_data=False)))
    generator = networks["generator"]
    state: dict[str, Tensor] = dict(generator.state_dict())
    for name, value in found.items():
        for own in (name, name.replace(MAIN, SUPPORT, 1)):
            tensor = torch.from_numpy(value.copy())
            if own not in state or state[own].numel() != tensor.numel():
                raise InputError(f"{start}: does not fit generator; set width to the look's")
            state[own] = tensor.reshape(state[own].shape)
    generator.load_state_dict(state)


def _as_trained(found: dict[str, Floats]) -> dict[str, Floats]:
    """The attention of an export, whose matrices contain the memory, with a memory of its own: with
    M = memory query and V = value memory', the query becomes 1, the memory M, the value V pinv(M').
    """
    merged, value = (found[f"{ATTENTION}.{name}.weight"][:, :, 0, 0] for name in ("query", "value"))
    trained = {
        "query.weight": np.eye(merged.shape[1], dtype=np.float32),
        "memory": merged,
        "value.weight": value @ np.linalg.pinv(merged.T),
    }
    return found | {
        f"{ATTENTION}.{name}": matrix[:, :, None, None] for name, matrix in trained.items()
    }
