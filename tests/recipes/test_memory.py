"""Freed memory stays with the process: the system has no page to clear twice."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rosetail.recipes import memory

COUNT_FAULTS = """
import resource, sys
from rosetail.recipes.memory import keep_memory
if sys.argv[1] == "keep":
    assert keep_memory()
before = 0
for round in range(20):
    if round == 10:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = bytearray(2**26)
    block[:] = b"a" * 2**26
    del block
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone can be told")
def test_pages_are_not_cleared_again() -> None:
    given, kept = (
        int(subprocess.check_output([sys.executable, "-c", COUNT_FAULTS, word], text=True))
        for word in ("give", "keep")
    )
    assert given > 10 * 2**26 // 4096  # each block is new
    assert kept < given / 20


def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.sys, "platform", "win32")
    assert not memory.keep_memory()
