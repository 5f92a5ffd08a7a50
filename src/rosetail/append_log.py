"""Tables of JSON Lines that grow while a command works, so that it can be resumed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from rosetail.output import not_written, writing


class AppendLog:
    """One or more tables to which rows with a ``key`` are added, whole lines at a time.

    A process may be killed, or the disk may be full, at any time. Opening therefore cuts an
    incomplete last line and the rows that some tables have and others lack. Rows reach the system
    before :meth:`append` returns. A context manager; only one process may have it open.

    Raises OutputError, DiskFull.
    """

    def __init__(self, *paths: Path, key: str = "name") -> None:
        self.paths = paths
        self._files: list[int] = []
        try:
            self._settle(key)
            for path in paths:
                self._files.append(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666))
        except OSError as error:
            self.close()
            raise not_written(paths[0], error) from error

    def append(self, *tables: Iterable[Any]) -> None:
        """Add rows, one iterable for each table: named tuples or what JSON can hold."""
        ends = [os.fstat(file).st_size for file in self._files]
        try:
            for file, rows in zip(self._files, tables, strict=True):
                data = memoryview(json_lines(rows).encode())
                while data:
                    data = data[os.write(file, data) :]
        except OSError as error:
            for file, end in zip(self._files, ends, strict=True):
                os.ftruncate(file, end)
            raise not_written(self.paths[0], error) from error

    def close(self) -> None:
        while self._files:
            os.close(self._files.pop())

    def __enter__(self) -> AppendLog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _settle(self, key: str) -> None:
        """Cut each table after the last complete line whose key all tables have."""
        lines = [_complete_lines(path) for path in self.paths]
        known = [[_key(line, key) for line in each] for each in lines]
        common = set(known[0]).intersection(*known[1:])
        for path, rows, keys in zip(self.paths, lines, known, strict=True):
            shared = len(self.paths) == 1 or common.issuperset(keys)
            whole = b"".join(
                row for row, name in zip(rows, keys, strict=True) if shared or name in common
            )
            if path.exists() and path.stat().st_size != len(whole):
                _rewrite(path, whole)


def json_lines(rows: Iterable[Any]) -> str:
    """Rows as JSON Lines; named tuples become objects."""
    values = (row._asdict() if hasattr(row, "_asdict") else row for row in rows)
    return "".join(json.dumps(value) + "\n" for value in values)


def _complete_lines(path: Path) -> Sequence[bytes]:
    data = path.read_bytes() if path.exists() else b""
    return data[: data.rfind(b"\n") + 1].splitlines(keepends=True)


def _key(line: bytes, key: str) -> str:
    """The row's key; a damaged line, which readers report, is its own."""
    try:
        return str(json.loads(line)[key])
    except (ValueError, KeyError, TypeError, RecursionError):
        return line.decode("utf-8", "replace")


def _rewrite(path: Path, data: bytes) -> None:
    """Replace the file at once. Writing in place would lose rows if the process were killed."""
    if path.read_bytes().startswith(data):
        os.truncate(path, len(data))
        return
    with writing(path) as part:
        part.write_bytes(data)
