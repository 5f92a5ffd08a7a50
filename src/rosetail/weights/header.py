"""Read the manual that a weight file carries: the metadata pairs in an ONNX file's header.

Only the outermost layer of the file is walked (ONNX ``ModelProto``, onnx/onnx.proto): a protobuf
message is a row of (field number, wire type, value), and pairs are field 14. The graph itself is
skipped by its stated length, so this takes microseconds, needs no engine, and notices a cut file.
"""

from __future__ import annotations

import os
from pathlib import Path

from rosetail.errors import WeightsMissing

_GRAPH_FIELD, _METADATA_FIELD = 7, 14
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def read_header(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the metadata pairs of the ONNX file at ``path``: network, licence, recipe and so on.

    Raises:
        WeightsMissing: the file is missing, is not an ONNX model, or was cut off.
    """
    file = Path(path)
    try:
        data = memoryview(file.read_bytes())
    except OSError as error:
        cause = error.strerror or str(error)
        raise WeightsMissing(f"{file}: {cause}; give an existing .onnx file") from error
    pairs: dict[str, str] = {}
    has_graph = False
    try:
        for field, value in _fields(data):
            has_graph |= field == _GRAPH_FIELD
            if field == _METADATA_FIELD:
                entry = {number: bytes(text).decode() for number, text in _fields(value)}
                pairs[entry.get(1, "")] = entry.get(2, "")
    except (IndexError, ValueError) as error:
        raise _not_onnx(file) from error
    if not has_graph:
        raise _not_onnx(file)
    return pairs


def _not_onnx(file: Path) -> WeightsMissing:
    return WeightsMissing(f"{file}: not a whole ONNX model; export or copy it again")


def _fields(data: memoryview) -> list[tuple[int, memoryview]]:
    """Split one protobuf message into (field number, bytes); numbers come with empty bytes."""
    found = []
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        if wire == _LENGTH:
            size, at = _varint(data, at)
        elif wire == _VARINT:
            _, at = _varint(data, at)
            size = 0
        elif wire in (_EIGHT_BYTES, _FOUR_BYTES):
            size = 8 if wire == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"unknown wire type {wire}")
        if at + size > len(data):
            raise ValueError("field runs past the end")
        found.append((key >> 3, data[at : at + size]))
        at += size
    return found


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """Read a base-128 number at ``at``; returns it and the place after it."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7
        if shift > 63:
            raise ValueError("number longer than 64 bits")
