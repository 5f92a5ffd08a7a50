"""Signals end the program in time and with the status that shells expect."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rosetail.cli import jobs, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

# One call of a library that takes minutes and lets other threads run.
LONG_CALL = """
import hashlib, signal, sys
from rosetail.processes import end_on_second_signal, stop_cleanly
stop_cleanly()
end_on_second_signal()
print("ready", flush=True)
hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)
"""
WAITING = """
import sys, time
from rosetail.output import writing
from rosetail.processes import stop_cleanly
stop_cleanly()
with writing(sys.argv[1]) as part:
    part.touch()
    print("ready", flush=True)
    time.sleep(60)
"""


def started(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_the_second_ctrl_c_ends_a_long_call() -> None:
    with started(LONG_CALL) as process:
        time.sleep(1)  # the call begins after the line is printed
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        assert process.wait(20) == 130
        assert time.monotonic() - start < 5  # 0.7 seconds on a quiet machine


@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_nothing_behind(tmp_path: Path, name: str, status: int) -> None:
    with started(WAITING, tmp_path / "a.png") as process:
        assert len(list(tmp_path.iterdir())) == 1
        process.send_signal(getattr(signal, name))
        assert process.wait(20) == status
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_stopped_training_ends_with_the_signals_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, status: int
) -> None:
    from rosetail.training import loop

    def train(*_: object, **__: object) -> loop.Outcome:
        return loop.Outcome(tmp_path, 3, name)

    monkeypatch.setattr(loop, "train", train)
    with pytest.raises(SystemExit) as left:
        run(["train", "cyclegan", "--run", str(tmp_path), "--photos", ".", "--anime", "."])
    assert left.value.code == status


def test_out_of_memory_is_a_line_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def greedy(*_: object, **__: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 9 bytes\nmore")

    monkeypatch.setattr(jobs, "plan", greedy)
    with pytest.raises(SystemExit) as left:
        run(["stylize", "a.jpg", "-o", "b.png"])
    assert left.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("rosetail: there is not enough memory; close other programs")
