"""Training starts itself anew with an allocator that keeps memory; a user's own say is kept."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from rosetail.cli.allocator import KEEP

SCRIPT = """
import os, sys
from rosetail.cli.allocator import KEEP, keep_memory
keep_memory()
print(os.getpid(), sys.argv[1:], *[os.environ.get(name) for name in KEEP])
"""


def started(folder: Path, **more: str) -> tuple[int, str]:
    """The process's number as it began, and what it printed."""
    script = folder / "script.py"
    script.write_text(SCRIPT)
    environment = {name: value for name, value in os.environ.items() if name not in KEEP} | more
    command = [sys.executable, str(script), "train", "a b"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return process.pid, out.strip()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_starts_again_as_the_same_process_with_the_same_arguments(tmp_path: Path) -> None:
    pid, out = started(tmp_path)
    assert out == f"{pid} ['train', 'a b'] " + " ".join(KEEP.values())


def test_what_the_user_set_is_left_alone(tmp_path: Path) -> None:
    pid, out = started(tmp_path, MALLOC_TRIM_THRESHOLD_="1000")
    assert out == f"{pid} ['train', 'a b'] None 1000 None None None"
