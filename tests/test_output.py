"""Files appear whole; what a killed process leaves is swept; a full disk is told apart."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rosetail import output
from rosetail.errors import DiskFull, OutputError
from rosetail.output import sweep, writing

KILLED = """
import os, signal, sys
from rosetail.output import writing
with writing(sys.argv[1]) as part:
    part.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a.png")], check=False)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".part-")
    sweep.cache_clear()
    with writing(tmp_path / "other.png") as part:
        assert not left.exists()
        assert part.parent == tmp_path
        part.write_bytes(b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["other.png"]


def test_files_of_living_and_distant_processes_stay(tmp_path: Path) -> None:
    living = f".part-{output._HOST}-{os.getppid()}-ab12.png"
    distant = ".part-00000000-999999999-ab12.png"
    for name in (living, distant, ".partial", ".part-x"):
        (tmp_path / name).touch()
    sweep.cache_clear()
    sweep(tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_has_a_kind_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(DiskFull) as error, writing(tmp_path / "a.png") as part:
        part.touch()
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")
    assert str(error.value) == f"{tmp_path / 'a.png'}: the disk is full; free some space"
    assert isinstance(error.value, OutputError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x" * 251 + ".png", "日" * 83 + ".png"])
def test_names_of_255_bytes(tmp_path: Path, name: str) -> None:
    assert len(name.encode()) in (255, 253)
    with writing(tmp_path / name) as part:
        part.write_bytes(b"whole")
    assert (tmp_path / name).read_bytes() == b"whole"
