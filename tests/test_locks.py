"""One writer at a time: processes, threads, and processes that were killed."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rosetail.errors import InUse
from rosetail.locks import locked_file, locked_folder

HOLD = """
import sys, time
from rosetail.locks import locked_file, locked_folder
path, kind, seconds = sys.argv[1:]
with locked_folder(path, "the run") if kind == "folder" else locked_file(path):
    print("held", flush=True)
    time.sleep(float(seconds))
"""


@contextmanager
def holder(path: Path, kind: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(path), kind, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_the_second_is_told_who_has_the_folder(tmp_path: Path) -> None:
    with holder(tmp_path, "folder", 60) as process:
        with pytest.raises(InUse) as error, locked_folder(tmp_path, "the run"):
            pass
        assert str(error.value) == (
            f"{tmp_path}: the run is in use by process {process.pid}; wait for it or stop it"
        )
    with locked_folder(tmp_path, "the run"):  # a killed process frees it
        pass
    assert list(tmp_path.iterdir()) == []


def test_one_thread_at_a_time(tmp_path: Path) -> None:
    with (
        locked_folder(tmp_path, "the run"),
        pytest.raises(InUse, match="by this program"),
        locked_folder(tmp_path, "the run"),
    ):
        pass


def test_a_file_is_waited_for(tmp_path: Path) -> None:
    with holder(tmp_path / "aiko.json", "file", 1.0):
        start = time.monotonic()
        with locked_file(tmp_path / "aiko.json"):
            assert time.monotonic() - start > 0.3


def test_nothing_is_lost_between_threads(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")

    def work() -> None:
        for _ in range(20):
            with locked_file(path):
                path.write_text(str(int(path.read_text()) + 1))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() == "80"
