"""The plain twin of a fast stylizer file: same function, none of the rewrites.

It needs nothing but the file, so that anyone can measure what the rewrites bring and cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from rosetail.errors import WeightsMissing
from rosetail.methods.doubletail.finish import FACT, Finish
from rosetail.methods.doubletail.graph import NORM_EPS, stylize_graph

ATTENTION, RGB = "main_rise.attention", "main_rise.to_rgb"
RGB_KERNEL = 7


def plain_twin(fast: onnx.ModelProto, *, pixels: bool = False) -> onnx.ModelProto:
    """The plain graph with the weights of ``fast``, taken and giving floats or bytes.

    Raises WeightsMissing when ``fast`` is not the fast form of a stylizer.
    """
    finish = Finish.of(facts_of(fast))
    return stylize_graph(state_of(fast), "plain", pixels=pixels, finish=finish)


def refloated(fast: onnx.ModelProto) -> onnx.ModelProto:
    """The fast graph again, with floats in and out, so that its error can be measured finely."""
    finish = Finish.of(facts_of(fast))
    return stylize_graph(state_of(fast), "fast", shifts=_shifts(fast), pixels=False, finish=finish)


def finished(fast: onnx.ModelProto, finish: Finish | None) -> onnx.ModelProto:
    """The fast graph with ``finish`` in the place of its own, bytes in and out."""
    facts = {name: value for name, value in facts_of(fast).items() if name != FACT}
    return stylize_graph(
        state_of(fast), "fast", shifts=_shifts(fast), finish=finish, metadata=facts
    )


def facts_of(model: onnx.ModelProto) -> dict[str, str]:
    """What a file says of itself."""
    return {entry.key: entry.value for entry in model.metadata_props}


def state_of(fast: onnx.ModelProto) -> dict[str, NDArray[np.float32]]:
    """Weights by the generator's names.

    The attention's folded matrices come back as a query and a value beside an identity for a
    memory, and batch norm as one that changes nothing but adds the bias: the same function.
    """
    held = {
        weight.name.removesuffix(".half"): numpy_helper.to_array(weight).astype(np.float32)
        for weight in fast.graph.initializer
    }
    if f"{ATTENTION}.query" not in held or f"{ATTENTION}.memory" in held:
        raise WeightsMissing("not the fast form of a stylizer; export one with: rosetail export")
    state = {}
    for name, value in held.items():
        if name.endswith(".weight"):
            state[name.removesuffix("weight") + "0.weight"] = value
        elif name.endswith(".mix"):
            state[name.removesuffix("mix") + "1.mix.weight"] = value[:, :, None, None]
    query, value = held[f"{ATTENTION}.query"], held[f"{ATTENTION}.value"]
    slots, channels = query.shape[:2]
    bias = next(
        _constant(fast, node.input[2])
        for node in fast.graph.node
        if node.op_type == "Conv" and node.input[1] == f"{ATTENTION}.value"
    )
    state |= {
        f"{ATTENTION}.query.weight": query,
        f"{ATTENTION}.memory": np.eye(slots, dtype=np.float32)[:, :, None, None],
        f"{ATTENTION}.value.weight": value,
        f"{ATTENTION}.norm.weight": np.ones(channels, np.float32),
        f"{ATTENTION}.norm.bias": bias,
        f"{ATTENTION}.norm.running_mean": np.zeros(channels, np.float32),
        f"{ATTENTION}.norm.running_var": np.full(channels, 1 - NORM_EPS, np.float32),
        f"{RGB}.weight": held[RGB][:3, :, :RGB_KERNEL, :RGB_KERNEL],
    }
    return state


def _shifts(fast: onnx.ModelProto) -> dict[str, NDArray[Any]]:
    return {name.removesuffix(".conv"): -value for name, value in _conv_biases(fast).items()}


def _conv_biases(model: onnx.ModelProto) -> dict[str, NDArray[Any]]:
    return {
        node.name: _constant(model, node.input[2])
        for node in model.graph.node
        if node.op_type == "Conv" and node.name.endswith(".conv") and len(node.input) == 3
    }


def _constant(model: onnx.ModelProto, name: str) -> NDArray[Any]:
    found = next(weight for weight in model.graph.initializer if weight.name == name)
    return numpy_helper.to_array(found)
