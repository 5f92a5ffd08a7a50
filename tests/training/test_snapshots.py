"""Snapshots of a run: when they are written, what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from rich.console import Console

from rosetail.errors import InputError, SettingsError
from rosetail.training import checkpoint
from rosetail.training.loop import RunSettings, train
from rosetail.training.settings import build
from rosetail.training.snapshots import read_snapshot, snapshots
from tests.training.tiny import TinyRecipe, TinySettings


def run(folder: Path, every: int, steps: int = 12, *, resume: bool = False) -> Path:
    settings = TinySettings(RunSettings(steps=steps, sheet_every=50, snapshot_every=every))
    train(TinyRecipe(settings), folder, resume=resume, console=Console(quiet=True))
    return folder


def test_the_start_and_every_few_steps_are_kept(tmp_path: Path) -> None:
    paths = snapshots(run(tmp_path, every=4))
    assert [read_snapshot(path).step for path in paths] == [0, 4, 8, 12]


def test_the_last_one_holds_the_averaged_weights(tmp_path: Path) -> None:
    snapshot = read_snapshot(snapshots(run(tmp_path, every=6))[-1])
    state = checkpoint.load(tmp_path)
    assert snapshot.recipe == "tiny"
    assert snapshot.about["class"] == state["about"]["class"]
    assert set(snapshot.networks) == set(state["ema"]) == {"painter"}
    for name, value in state["ema"]["painter"].items():
        half = value.half().float() if value.is_floating_point() else value
        assert torch.equal(snapshot.networks["painter"][name], half)


def test_a_resumed_run_has_those_of_an_unbroken_one(tmp_path: Path) -> None:
    whole = snapshots(run(tmp_path / "whole", every=4))
    run(tmp_path / "broken", every=4, steps=6)
    broken = snapshots(run(tmp_path / "broken", every=4, resume=True))
    assert [path.name for path in broken] == [path.name for path in whole]
    for pair in zip(broken, whole, strict=True):
        one, other = (read_snapshot(path).networks["painter"] for path in pair)
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_without_the_setting_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no snapshots"):
        snapshots(run(tmp_path, every=0, steps=2))


def test_negative_intervals_are_refused() -> None:
    with pytest.raises(SettingsError, match="snapshot_every"):
        build(RunSettings, {"snapshot_every": -1})


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = snapshots(run(tmp_path, every=6, steps=6))[0]
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(InputError, match="not a snapshot of a run"):
        read_snapshot(path)
