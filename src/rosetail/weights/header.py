"""Read the metadata of an ONNX file without an engine.

Only the fields of the outermost message (``ModelProto`` of onnx/onnx.proto) are parsed; the graph
is skipped by its length. This takes microseconds and detects truncated files.
"""

from __future__ import annotations

import os
from pathlib import Path

from rosetail.errors import WeightsMissing
from rosetail.reading import reading

# Field numbers of ModelProto, GraphProto, NodeProto, AttributeProto and TensorProto.
_GRAPH, _OPSET, _METADATA, _FUNCTION = 7, 8, 14, 25
_NODE, _INITIALIZER, _SPARSE = 1, 5, 15
_ATTRIBUTE, _FUNCTION_NODE = 5, 7
_TENSOR, _SUBGRAPH, _TENSORS, _SUBGRAPHS = 5, 6, 10, 11
_DATA_LOCATION, _EXTERNAL = 14, 1
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5

MAX_OPSET = 64  # far above existing ones; OpenVINO hangs on numbers in the millions
_WHAT, _REMEDY = "a whole ONNX model", "export or copy it again"
_EMPTY = memoryview(b"")
_Field = tuple[int, int | memoryview]


def read_header(path: str | os.PathLike[str]) -> dict[str, str]:
    """The metadata pairs of the ONNX file at ``path``: network, licence, recipe and so on.

    Raises:
        WeightsMissing: the file is missing, is not an ONNX model, or was cut off.
    """
    with reading(path, _WHAT, _REMEDY, WeightsMissing) as file:
        entries = [dict(_fields(value)) for value in _values(_model(file), _METADATA)]
        return {_text(entry.get(1, _EMPTY)): _text(entry.get(2, _EMPTY)) for entry in entries}


def check_model(path: str | os.PathLike[str]) -> None:
    """Reject an ONNX file that is unsafe to load in an engine.

    Raises:
        WeightsMissing: as :func:`read_header`, and for external weights (at paths that the file
            could choose) and unknown operator sets.
    """
    with reading(path, _WHAT, _REMEDY, WeightsMissing) as file:
        model = _model(file)
        for opset in _values(model, _OPSET):
            version = dict(_fields(opset)).get(2, 0)
            if not isinstance(version, int) or version > MAX_OPSET:
                raise ValueError(f"operator set {version}, the highest allowed is {MAX_OPSET}")
        for graph in _values(model, _GRAPH):
            _check_graph(graph, _NODE)
        for function in _values(model, _FUNCTION):
            _check_graph(function, _FUNCTION_NODE)


def _model(file: Path) -> list[_Field]:
    fields = _fields(memoryview(file.read_bytes()))
    if not _values(fields, _GRAPH):
        raise ValueError("no graph")
    return fields


def _check_graph(graph: memoryview, node_field: int) -> None:
    fields = _fields(graph)
    tensors = [] if node_field == _FUNCTION_NODE else _values(fields, _INITIALIZER)
    tensors += [
        tensor for sparse in _values(fields, _SPARSE) for tensor in _values(_fields(sparse), 1)
    ]
    for node in _values(fields, node_field):
        for attribute in _values(_fields(node), _ATTRIBUTE):
            parts = _fields(attribute)
            tensors += _values(parts, _TENSOR) + _values(parts, _TENSORS)
            for subgraph in _values(parts, _SUBGRAPH) + _values(parts, _SUBGRAPHS):
                _check_graph(subgraph, _NODE)
    if any((_DATA_LOCATION, _EXTERNAL) in _fields(tensor) for tensor in tensors):
        raise ValueError("its weights lie in other files")


def _values(fields: list[_Field], number: int) -> list[memoryview]:
    """The messages and strings with field number ``number``."""
    return [value for key, value in fields if key == number and isinstance(value, memoryview)]


def _text(value: int | memoryview) -> str:
    return bytes(value).decode() if isinstance(value, memoryview) else str(value)


def _fields(data: memoryview) -> list[_Field]:
    """Split one protobuf message into pairs of field number and value: an integer, or bytes."""
    fields: list[_Field] = []
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == _VARINT:
            number, at = _varint(data, at)
            fields.append((key >> 3, number))
            continue
        if kind == _LENGTH:
            size, at = _varint(data, at)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            size = 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"unknown wire type {kind}")
        if at + size > len(data):
            raise ValueError("field runs past the end")
        fields.append((key >> 3, data[at : at + size]))
        at += size
    return fields


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """Read a base-128 integer at ``at``; returns it and the position after it."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7
        if shift > 63:
            raise ValueError("integer longer than 64 bits")
