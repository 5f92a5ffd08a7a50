"""Checkpoints are whole or absent, run nothing when read, and give out weights with their story."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import torch
from safetensors import safe_open

from rosetail.errors import InputError, OutputError, SettingsError
from rosetail.training import checkpoint


def state(step: int, recipe: str = "tiny") -> checkpoint.State:
    return {
        "recipe": recipe,
        "step": step,
        "settings": {"data": {"photos": [os.path.abspath("folder")]}, "rate": 0.1},
        "about": {"class": "Linear", "width": "3"},
        "networks": {},
        "ema": {"painter": {"weight": torch.full((2, 3), float(step))}},
        "optimizers": {},
        "random": [checkpoint.random_state()],
    }


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    for step in (5, 10, 15):
        checkpoint.save(tmp_path, state(step))
    assert [path.name for path in checkpoint.saved(tmp_path)] == [
        "step-00000010.pt",
        "step-00000015.pt",
    ]
    assert checkpoint.load(tmp_path, "tiny")["step"] == 15


def test_another_recipes_checkpoint_is_refused(tmp_path: Path) -> None:
    checkpoint.save(tmp_path, state(5, "roses"))
    with pytest.raises(SettingsError, match="written by recipe roses, not tiny"):
        checkpoint.load(tmp_path, "tiny")
    with pytest.raises(InputError, match="no readable checkpoint"):
        checkpoint.load(tmp_path / "empty", "tiny")


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "bits"])
def test_a_damaged_newest_is_passed_over(tmp_path: Path, damage: str) -> None:
    checkpoint.save(tmp_path, state(5))
    newest = checkpoint.save(tmp_path, state(10))
    content = newest.read_bytes()
    middle = content.index(b"\x00\x00\x20\x41" * 6)  # the six tens of the weight
    newest.write_bytes(
        {
            "cut": content[: len(content) // 2],
            "empty": b"",
            "text": b"a text",
            "bits": content[:middle] + b"\xff\xff\xff" + content[middle + 3 :],
        }[damage]
    )
    notes: list[str] = []
    assert checkpoint.load(tmp_path, "tiny", notes.append)["step"] == 5
    assert len(notes) == 1
    assert "step-00000010.pt" in notes[0]


def test_a_pickle_that_would_run_something_runs_nothing(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "it-ran"),)

    (tmp_path / "checkpoints").mkdir()
    torch.save({**state(1), "about": Evil()}, tmp_path / "checkpoints" / "step-00000001.pt")
    (tmp_path / "checkpoints" / "step-00000002.pt").write_bytes(pickle.dumps(Evil(), 2))
    with pytest.raises(InputError, match="no readable checkpoint"):
        checkpoint.load(tmp_path, "tiny", lambda note: None)
    assert not (tmp_path / "it-ran").exists()


KILLED_WHILE_WRITING = """
import os, signal, sys, torch
from pathlib import Path
from rosetail.training import checkpoint
sys.path.insert(0, sys.argv[2])
from tests.training.test_checkpoint import state
run = Path(sys.argv[1])
checkpoint.save(run, state(5))
whole = torch.save
def half(value, file):
    whole(value, file)
    file.flush()
    os.truncate(file.name, os.path.getsize(file.name) // 2)
    os.kill(os.getpid(), signal.SIGKILL)
torch.save = half
checkpoint.save(run, state(10))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_inside_the_write(tmp_path: Path) -> None:
    here = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", KILLED_WHILE_WRITING, str(tmp_path), here]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    folder = tmp_path / "checkpoints"
    assert [path.name for path in checkpoint.saved(tmp_path)] == ["step-00000005.pt"]
    assert len(list(folder.iterdir())) == 2  # the half file, under its temporary name
    assert checkpoint.load(tmp_path, "tiny")["step"] == 5
    checkpoint.save(tmp_path, state(10))
    assert sorted(path.name for path in folder.iterdir()) == [
        "step-00000005.pt",
        "step-00000010.pt",
    ]


def test_a_disk_that_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint.save(tmp_path, state(5))

    def full(value: object, file: BinaryIO) -> None:
        file.write(b"half")
        raise RuntimeError("[enforce fail at inline_container.cc:858] . unexpected pos 576 vs 534")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OutputError, match=r"step-00000010\.pt: could not be written"):
        checkpoint.save(tmp_path, state(10))
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["step-00000005.pt"]


def numbers() -> list[float]:
    legacy = np.random.standard_normal(3)  # noqa: NPY002
    return [random.random(), random.gauss(0, 1), *legacy.tolist(), *torch.rand(3).tolist()]


def test_random_states_come_back() -> None:
    random.gauss(0, 1)  # leaves a second number waiting inside the generator
    np.random.standard_normal()  # noqa: NPY002
    kept = checkpoint.random_state()
    first = numbers()
    checkpoint.set_random_state(kept)
    again = numbers()
    assert first == again
    assert again != numbers()


def test_exported_weights_tell_their_story(tmp_path: Path) -> None:
    checkpoint.save(tmp_path, state(5))
    path = checkpoint.export_weights(tmp_path, tmp_path / "painter.safetensors")
    with safe_open(path, "pt") as file:
        assert torch.equal(file.get_tensor("weight"), torch.full((2, 3), 5.0))
        told = file.metadata()
    assert told["network"] == "painter"
    assert (told["class"], told["width"], told["recipe"], told["steps"]) == (
        "Linear",
        "3",
        "tiny",
        "5",
    )
    assert json.loads(told["settings"]) == {"data": {"photos": ["folder"]}, "rate": 0.1}
    with pytest.raises(SettingsError, match="one of: painter"):
        checkpoint.export_weights(tmp_path, tmp_path / "x.safetensors", "judge")


def test_the_commit_is_told_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    told = checkpoint.commit()
    assert not told or re.fullmatch("[0-9a-f]{40}(-dirty)?", told["commit"])
    monkeypatch.setenv("PATH", "")  # no git
    assert checkpoint.commit() == {}
