"""Tables that grow: what is left after a kill or a full disk, and what opening makes of it."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from rosetail.append_log import AppendLog
from rosetail.errors import DiskFull

ROWS = [{"name": f"picture-{n}", "text": "ä" * n} for n in range(6)]


def names(path: Path) -> list[str]:
    return [json.loads(line)["name"] for line in path.read_text("utf-8").splitlines()]


def test_an_interrupted_table_ends_as_an_uninterrupted_one(tmp_path: Path) -> None:
    """The table is cut at every byte, opened and continued."""
    path = tmp_path / "table.jsonl"
    with AppendLog(path) as log:
        for row in ROWS:
            log.append([row])
    whole = path.read_bytes()
    assert [json.loads(line) for line in whole.splitlines()] == ROWS
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        with AppendLog(path) as log:
            there = len(names(path))
            assert there == whole[:cut].count(b"\n")
            log.append(ROWS[there:])
        assert path.read_bytes() == whole


def test_two_tables_stay_alike(tmp_path: Path) -> None:
    """The second is cut at every byte, as by a kill between the two; the first is cut with it."""
    first, second = tmp_path / "labels.jsonl", tmp_path / "manifest.jsonl"
    with AppendLog(first, second) as log:
        for row in ROWS:
            log.append([row], [{"name": row["name"]}])
    labels, manifest = first.read_bytes(), second.read_bytes()
    for cut in range(len(manifest)):
        first.write_bytes(labels)
        second.write_bytes(manifest[:cut])
        with AppendLog(first, second) as log:
            there = names(second)
            assert names(first) == there
            rest = ROWS[len(there) :]
            log.append(rest, [{"name": row["name"]} for row in rest])
        assert (first.read_bytes(), second.read_bytes()) == (labels, manifest)


def test_a_full_disk_leaves_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, write = tmp_path / "table.jsonl", os.write

    def half(file: int, data: bytes) -> int:
        if len(data) < 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data[: len(data) // 2])

    with AppendLog(path) as log:
        log.append([ROWS[0]])
        before = path.read_bytes()
        monkeypatch.setattr(os, "write", half)
        with pytest.raises(DiskFull, match=r"table\.jsonl: the disk is full"):
            log.append(ROWS[1:])
        assert path.read_bytes() == before
        monkeypatch.undo()
        log.append(ROWS[1:])
    assert names(path) == [row["name"] for row in ROWS]
