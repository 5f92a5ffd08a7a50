"""Damage to a file: bytes changed, cut or repeated, and values of text that no program expects."""

from __future__ import annotations

import json
import re
import struct

import numpy as np

NASTY = (
    b"null", b"-1", b"0", b"1e999", b"NaN", b"nan", b"inf", b"1" + b"0" * 400, b"[]", b"{}",
    b"true", b'""', b'"/abs/file"', b'"../../up"', b'"a\\nb"', b'"\\u0000"', b"[" * 3000,
    b'{"a":' * 3000, b'"' + b"x" * 3000 + b'"', b"\xff\xfe",
)  # fmt: skip
VALUE = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\b[a-z_]+\b')
TEXT = (".json", ".jsonl", ".toml", ".csv")


def mutated(data: bytes, suffix: str, rng: np.random.Generator) -> bytes:
    """``data`` of a file with ``suffix``, damaged once or twice."""
    for _ in range(rng.integers(1, 3)):
        if suffix in TEXT and rng.random() < 0.6:
            data = other_value(data, rng)
        elif suffix == ".safetensors" and rng.random() < 0.6:
            data = other_header(data, rng)
        else:
            data = other_bytes(data, rng)
    return data


def other_value(text: bytes, rng: np.random.Generator) -> bytes:
    """One string, number or word replaced."""
    found = list(VALUE.finditer(text))
    if not found:
        return text
    place = found[rng.integers(len(found))]
    return text[: place.start()] + NASTY[rng.integers(len(NASTY))] + text[place.end() :]


def other_header(data: bytes, rng: np.random.Generator) -> bytes:
    """A safetensors file with one value of its JSON header, or of JSON in that, replaced."""
    if len(data) < 8:
        return data
    (size,) = struct.unpack("<Q", data[:8])
    header = data[8 : 8 + size]
    try:
        facts = json.loads(header)
        inner = facts.get("__metadata__", {})
        name = rng.choice(sorted(inner)) if inner and rng.random() < 0.7 else None
        if name:
            inner[name] = other_value(inner[name].encode(), rng).decode("utf-8", "replace")
            header = json.dumps(facts).encode()
        else:
            header = other_value(header, rng)
    except (ValueError, AttributeError, TypeError, RecursionError):
        header = other_value(header, rng)
    return struct.pack("<Q", len(header)) + header + data[8 + size :]


def other_bytes(data: bytes, rng: np.random.Generator) -> bytes:
    """``data`` cut short, with bytes changed, or with a part taken out or doubled."""
    if not data:
        return b"\0"
    start, end = sorted(rng.integers(0, len(data), 2).tolist())
    kind = rng.integers(6)
    if kind == 0:
        return data[:end]
    if kind == 1:
        return data[:start] + data[end:]
    if kind == 2:
        return data[:end] + data[start:]
    changed = np.frombuffer(data, np.uint8).copy()
    head = min(len(data), 400) if kind == 3 else len(data)
    places = rng.integers(0, head, rng.integers(1, 9))
    changed[places] = rng.integers(0, 256, len(places))
    return changed.tobytes()
