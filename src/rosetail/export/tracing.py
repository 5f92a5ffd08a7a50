"""Trace networks to ONNX with ``torch.onnx.export``, and store them as the runtime expects.

The exporter is the TorchScript-based one (``dynamo=False``). The newer one needs two more packages
and takes about 30 times as long for the same graph.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from rosetail import __version__
from rosetail.engines.ports import EXACT
from rosetail.export.graph_builder import IR_VERSION, OPSET

Shape = Sequence[int | str]  # a string names a dynamic dimension
EXAMPLE = 64, 96  # height and width of the picture that networks are traced with
EXACT_INPUTS = {"GridSample": 1, "Round": 0}  # input of an operator that must be exact

LARGE = 2**24  # numbers, 67 MB in single precision: the first linear layer of U-GAT-IT


def trace(
    net: nn.Module,
    inputs: Mapping[str, Tensor],
    shapes: Mapping[str, Shape],
    metadata: Mapping[str, str],
    *,
    name: str = "stylize",
    half: bool = True,
    rename: Callable[[str], str] = str,
) -> onnx.ModelProto:
    """Trace ``net`` to an ONNX model.

    ``inputs`` are examples of the arguments of its ``forward``, by port name. ``shapes`` are the
    shapes of all ports; those that are not inputs are outputs, in the order of the results.
    Parameters keep their names, passed through ``rename``; with ``half``, those of more than one
    dimension are stored in half precision and converted when the file is loaded, and in any case
    those of more than LARGE numbers.

    Sampling positions and values that are rounded to bytes get names that end in ``.exact``:
    engines that compute in bfloat16 compute these in single precision.
    """
    outputs = [port for port in shapes if port not in inputs]
    free = {
        port: {axis: side for axis, side in enumerate(shape) if isinstance(side, str)}
        for port, shape in shapes.items()
    }
    with TemporaryDirectory() as scratch, warnings.catch_warnings(), torch.no_grad():
        path = Path(scratch, "traced.onnx")
        # It warns about Python numbers that become constants, and about the older exporter.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            tuple(inputs.values()),
            path,
            dynamo=False,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes={port: axes for port, axes in free.items() if axes},
            opset_version=OPSET,
            do_constant_folding=False,  # engines do it; folding here would drop parameter names
            keep_initializers_as_inputs=True,  # otherwise equal parameters are merged
        )
        model = onnx.load(path)
    graph = model.graph
    graph.name = name
    parameters = {each for each, _ in net.named_parameters()}
    _store(graph, parameters, half, rename)
    _name_exact(graph)
    _set_ports(graph, shapes, len(inputs))
    model.ir_version = IR_VERSION
    model.producer_name, model.producer_version = "rosetail", __version__
    helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model)
    return model


def _store(
    graph: onnx.GraphProto, parameters: set[str], half: bool, rename: Callable[[str], str]
) -> None:
    """Rename initializers and convert them to their stored types."""
    names, casts = {}, []
    for tensor in graph.initializer:
        value, stored = numpy_helper.to_array(tensor), tensor.name
        if tensor.name in parameters:
            names[tensor.name] = stored = rename(tensor.name)
            if (half and value.ndim > 1) or value.size > LARGE:
                value = value.astype(np.float16)
                casts.append(_cast(stored))
                stored += ".half"
        tensor.CopyFrom(numpy_helper.from_array(value, stored))
    for node in graph.node:
        node.input[:] = [names.get(each, each) for each in node.input]
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def _cast(name: str) -> onnx.NodeProto:
    return helper.make_node("Cast", [f"{name}.half"], [name], name=name, to=TensorProto.FLOAT)


def _name_exact(graph: onnx.GraphProto) -> None:
    exact = {
        node.input[EXACT_INPUTS[node.op_type]]
        for node in graph.node
        if node.op_type in EXACT_INPUTS
    }
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [f"{each}{EXACT}" if each in exact else each for each in names]


def _set_ports(graph: onnx.GraphProto, shapes: Mapping[str, Shape], inputs: int) -> None:
    kinds = {port.name: port.type.tensor_type.elem_type for port in (*graph.input, *graph.output)}
    ports = [
        helper.make_tensor_value_info(name, kinds[name], shape) for name, shape in shapes.items()
    ]
    del graph.input[:], graph.output[:], graph.value_info[:]
    by_name = {port.name: port for port in ports}
    graph.input.extend(by_name[name] for name in list(shapes)[:inputs])
    graph.output.extend(by_name[name] for name in list(shapes)[inputs:])


def reader_graph(
    net: nn.Module,
    example: Tensor,
    shapes: Mapping[str, Shape],
    facts: Mapping[str, str],
    *,
    network: str,
    multiple: int,
) -> onnx.ModelProto:
    """The ONNX model of a network that reads ``picture`` (NCHW RGB in [-1, 1]) and draws nothing.

    Its sides are multiples of ``multiple``; ``shapes`` are those of ``picture`` and the outputs.
    """
    metadata = {
        "licence": "Apache-2.0",
        **facts,
        "network": network,
        "multiple": str(multiple),
        "value_range": "NCHW RGB, -1..1",
        "storage": "float16",
    }
    return trace(net, {"picture": example}, shapes, metadata, name=network, rename=_without_prefix)


def picture_graph(
    net: nn.Module, metadata: Mapping[str, str], *, half: bool = True
) -> onnx.ModelProto:
    """The ONNX model of a network that turns pictures into pictures of the same size.

    ``image`` and ``anime`` are uint8 [N, H, W, 3] in RGB.
    """
    shapes: dict[str, Shape] = {port: ["n", "h", "w", 3] for port in ("image", "anime")}
    example = torch.zeros(2, *EXAMPLE, 3, dtype=torch.uint8)
    metadata = {**metadata, "input": "NHWC RGB uint8"}
    return trace(
        _OnBytes(net), {"image": example}, shapes, metadata, half=half, rename=_without_prefix
    )


class _OnBytes(nn.Module):
    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Tensor:
        return to_bytes(self.net(from_bytes(image)))


def _without_prefix(name: str) -> str:
    return name.removeprefix("net.")


def from_bytes(image: Tensor) -> Tensor:
    """uint8 (N, H, W, 3) to float32 (N, 3, H, W) in [-1, 1]."""
    return image.float().permute(0, 3, 1, 2) * (1 / 127.5) - 1


def to_bytes(picture: Tensor) -> Tensor:
    """float32 (N, C, H, W) in [-1, 1] to uint8 (N, H, W, C), rounded to nearest."""
    levels = (picture * 127.5 + 127.5).round().clamp(0, 255)
    return levels.permute(0, 2, 3, 1).to(torch.uint8)
