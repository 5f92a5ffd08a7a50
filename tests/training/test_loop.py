"""The loop: unbroken and resumed runs end in the same bits, bad numbers stop it, signals end it."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from torch import nn

from rosetail import images
from rosetail.errors import OutputError, SettingsError
from rosetail.training import checkpoint, loop
from rosetail.training.context import Averages, Context, Terms
from rosetail.training.loggers import CsvLog
from rosetail.training.loop import Diverged, RunSettings, train
from rosetail.training.prefetch import Batch
from rosetail.training.signals import stop_signals
from tests.fixtures.small_disk import can_mount, ran_on_small_disk
from tests.training.tiny import TinyRecipe, TinySettings, run_tiny

ROOT = Path(__file__).parents[2]
FULL_DISKS = 4  # of different sizes; 20 were tried once


def same(a: object, b: object) -> bool:
    """Equal to the last bit, through dictionaries and lists."""
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and torch.equal(a, b)
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return isinstance(b, (list, tuple)) and len(a) == len(b) and all(map(same, a, b))
    return a == b


def rows(run: Path) -> list[dict[str, str]]:
    with (run / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def learned(run: Path) -> dict[str, object]:
    state = checkpoint.load(run, "tiny")
    return {name: state[name] for name in ("step", "networks", "ema", "optimizers", "random")}


@pytest.mark.parametrize("computed", [True, False])
def test_bf16_only_where_it_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, computed: bool
) -> None:
    monkeypatch.setattr(loop, "computes_bf16", lambda: computed)
    told = TinySettings(run=RunSettings(steps=1, precision="bf16-mixed", accelerator="cpu"))
    recipe, seen = TinyRecipe(told), []
    step = recipe.step

    def watched(context: Context, batch: Batch, number: int) -> Terms:
        seen.append(context.fabric._precision.precision)
        return step(context, batch, number)

    monkeypatch.setattr(recipe, "step", watched)
    text = io.StringIO()
    train(recipe, tmp_path / "run", console=Console(file=text, width=200))
    assert seen == ["bf16-mixed" if computed else "32-true"]
    assert ("no bf16" in text.getvalue()) != computed


def test_a_run_leaves_what_it_should(tmp_path: Path) -> None:
    outcome = run_tiny(tmp_path / "run")
    assert (outcome.step, outcome.reason) == (12, "finished")
    assert [path.stem for path in sorted((tmp_path / "run/sheets").iterdir())] == [
        "step-00000005",
        "step-00000010",
        "step-00000012",
    ]
    assert images.read(tmp_path / "run/sheets/step-00000005.png").shape == (4, 4, 3)
    log = rows(tmp_path / "run")
    assert [row["step"] for row in log] == ["10", "12"]
    assert {"copy", "fool", "judge"} <= log[0].keys()
    assert "steps = 12" in (tmp_path / "run/settings.toml").read_text()


def test_split_runs_end_in_the_same_bits(tmp_path: Path) -> None:
    run_tiny(tmp_path / "whole", TinySettings(run=RunSettings(steps=12)))
    run_tiny(tmp_path / "split", TinySettings(run=RunSettings(steps=5)))
    torch.rand(17)  # whatever happens in between
    run_tiny(tmp_path / "split", TinySettings(run=RunSettings(steps=12)), resume=True)
    assert same(learned(tmp_path / "whole"), learned(tmp_path / "split"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_and_resumed_ends_in_the_same_bits(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.training.tiny", str(tmp_path / "killed"), "24"]
    process = subprocess.Popen(command, cwd=ROOT)
    deadline = time.monotonic() + 300  # importing torch takes long on a busy machine
    while not (steps := checkpoint.saved(tmp_path / "killed")) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert 0 < int(steps[-1].stem[5:]) < 24
    told = TinySettings(run=RunSettings(steps=24, log_every=1))
    run_tiny(tmp_path / "killed", told, resume=True)
    run_tiny(tmp_path / "whole", told)
    assert same(learned(tmp_path / "whole"), learned(tmp_path / "killed"))
    log = [int(row["step"]) for row in rows(tmp_path / "killed")]
    assert log == list(range(1, 25))  # no row twice, none lost


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_killed_twenty_times_at_random_moments(tmp_path: Path) -> None:
    """Every process is killed some milliseconds after it wrote a checkpoint of its own."""
    rng, run, steps = np.random.default_rng(22), tmp_path / "killed", 400
    command = [sys.executable, "-m", "tests.training.tiny", str(run), str(steps)]
    for _ in range(20):
        before = checkpoint.saved(run)
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 300
            while checkpoint.saved(run) == before and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.2))
            assert process.poll() is None, "it ended by itself"
            process.kill()
    told = TinySettings(run=RunSettings(steps=steps, log_every=1))
    run_tiny(run, told, resume=True)
    run_tiny(tmp_path / "whole", told)
    assert same(learned(tmp_path / "whole"), learned(run))
    assert [int(row["step"]) for row in rows(run)] == list(range(1, steps + 1))
    assert not [path for path in run.rglob("*") if path.name.startswith(".part-")]


@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="needs user namespaces")
def test_a_full_disk_costs_no_training(tmp_path: Path) -> None:
    """What was trained on a disk that filled up continues where there is space."""
    rng, steps = np.random.default_rng(23), 60
    told = TinySettings(run=RunSettings(steps=steps, log_every=1))
    run_tiny(tmp_path / "whole", told)
    for moment in range(FULL_DISKS):
        disk, run = tmp_path / "disk", tmp_path / f"run{moment}"
        command = [sys.executable, ROOT / "tests/training/tiny.py", disk / "run", str(steps)]
        done = ran_on_small_disk(int(rng.integers(8, 100)), disk, tmp_path / "saved", command)
        (tmp_path / "saved" / "run").rename(run)
        (tmp_path / "saved").rmdir()
        if done.returncode:  # a disk that is too small for the last checkpoint
            assert done.stderr.splitlines()[-1].endswith("free some space")
        assert not [path for path in run.rglob("*") if path.name.startswith(".part-")]
        run_tiny(run, told, resume=True)
        assert same(learned(tmp_path / "whole"), learned(run))
        log = [int(row["step"]) for row in rows(run)]
        assert log == sorted(set(log)), "a row is torn or there twice"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_the_second_signal_does_not_wait() -> None:
    with pytest.raises(KeyboardInterrupt), stop_signals() as request:
        os.kill(os.getpid(), signal.SIGINT)
        assert request.signal == "SIGINT"
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_sigterm_leaves_a_checkpoint_of_the_step_it_stopped_at(tmp_path: Path) -> None:
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    timer.start()
    outcome = run_tiny(tmp_path, TinySettings(run=RunSettings(steps=10_000)), pause=0.01)
    assert outcome.reason == "SIGTERM"
    assert 0 < outcome.step < 10_000
    assert checkpoint.load(tmp_path, "tiny")["step"] == outcome.step
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_time_limit_ends_the_run(tmp_path: Path) -> None:
    told = TinySettings(run=RunSettings(steps=10_000))
    outcome = run_tiny(tmp_path, told, minutes=0.2 / 60, pause=0.01)
    assert outcome.reason == "minutes"
    assert checkpoint.load(tmp_path, "tiny")["step"] == outcome.step < 10_000


def test_three_bad_steps_stop_and_keep_the_last_good_checkpoint(tmp_path: Path) -> None:
    run_tiny(tmp_path, TinySettings(run=RunSettings(steps=6)))
    good = learned(tmp_path)
    told = TinySettings(run=RunSettings(steps=12, checkpoint_minutes=60), bad_steps=(7, 8, 9))
    with pytest.raises(Diverged, match=r"term copy was .* at step 10 .* step 6 is kept"):
        run_tiny(tmp_path, told, resume=True)
    assert same(learned(tmp_path), good)


def test_two_bad_steps_change_nothing_and_are_survived(tmp_path: Path) -> None:
    told = TinySettings(run=RunSettings(steps=7), bad_steps=(2, 3))
    console = Console(record=True, width=200, file=io.StringIO())
    train(TinyRecipe(told), tmp_path, console=console)
    assert console.export_text().count("term copy is not a finite number") == 2
    state = checkpoint.load(tmp_path, "tiny")
    steps = {int(each["step"]) for each in state["optimizers"]["painter"]["state"].values()}
    assert steps == {5}
    assert all(torch.isfinite(each).all() for each in state["networks"]["painter"].values())


def test_a_run_is_not_overwritten_nor_mistaken(tmp_path: Path) -> None:
    run_tiny(tmp_path, TinySettings(run=RunSettings(steps=1)))
    with pytest.raises(OutputError, match="holds a run already"):
        run_tiny(tmp_path)
    other = TinyRecipe(TinySettings())
    other.name = "other"
    with pytest.raises(SettingsError, match="written by recipe tiny, not other"):
        train(other, tmp_path, resume=True, console=Console(quiet=True))
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        run_tiny(tmp_path / "file" / "run")


def test_a_full_disk_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save, tries = checkpoint.save, []

    def full_at_first(run: Path, state: checkpoint.State) -> Path:
        tries.append(state["step"])
        if len(tries) < 3:
            raise OutputError("checkpoint: the disk is full; free some space")
        return save(run, state)

    monkeypatch.setattr(checkpoint, "save", full_at_first)
    monkeypatch.setattr("rosetail.training.loop.DISK_RETRY", 0.0)
    told = TinySettings(run=RunSettings(steps=4, checkpoint_minutes=0.0))
    assert run_tiny(tmp_path, told).step == 4
    assert tries[:3] == [1, 2, 3]
    assert checkpoint.load(tmp_path, "tiny")["step"] == 4


def test_averages_follow_their_equation() -> None:
    network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    averages = Averages({"net": network}, decay=0.6)
    expected = network[0].weight.detach().double().numpy().copy()
    generator = np.random.default_rng(0)
    for step in range(12):
        weights = generator.standard_normal((2, 3))
        with torch.no_grad():
            network[0].weight.copy_(torch.from_numpy(weights))
            network[1].running_mean.fill_(step)
        averages.update(step)
        decay = min(0.6, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * weights
    average = averages.networks["net"]
    assert np.allclose(average[0].weight.numpy(), expected, atol=1e-6)
    assert average[1].running_mean.tolist() == [11, 11]
    assert not average.training
    assert not any(each.requires_grad for each in average.parameters())


def test_a_log_grows_columns_and_drops_what_a_kill_cut(tmp_path: Path) -> None:
    log = CsvLog(tmp_path / "log.csv", 0)
    log.write({"step": 1, "a": 0.5})
    log.write({"step": 2, "a": 0.25, "b": 7})
    log.write({"step": 3, "b": 8})
    with (tmp_path / "log.csv").open("a") as file:
        file.write("4,0.")
    CsvLog(tmp_path / "log.csv", 2)
    assert rows(tmp_path) == [
        {"step": "1", "a": "0.5", "b": ""},
        {"step": "2", "a": "0.25", "b": "7"},
    ]


def no_space(path: Path) -> None:
    raise OutputError(f"{path}: the disk is full; free some space")


def test_a_log_waits_for_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = CsvLog(tmp_path / "log.csv", 0)
    log.write({"step": 1, "a": 1})
    with monkeypatch.context() as full:
        full.setattr(images, "writing", no_space)
        for step in (2, 3):
            with pytest.raises(OutputError):
                log.write({"step": step, "a": 1, "b": 2})
    log.write({"step": 4, "a": 1})
    log.write({"step": 5, "a": 1, "b": 2})
    assert [(row["step"], row["b"]) for row in rows(tmp_path)] == [("1", ""), ("4", ""), ("5", "2")]


class FailingBatches(TinyRecipe):
    def batch(self, step: int, rank: int) -> dict[str, torch.Tensor]:
        if step == 2:
            raise OutputError("crops/a.png: gone; prepare again")
        return super().batch(step, rank)


def test_an_error_while_a_batch_is_made_reaches_the_caller(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"crops/a\.png"):
        train(FailingBatches(TinySettings()), tmp_path, console=Console(quiet=True))


TWO_PROCESSES = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import torch
from lightning_fabric import Fabric
from rosetail.training.context import Context, NonFinite
from tests.training.tiny import RunSettings, TinySettings, run_tiny

run_tiny(Path(sys.argv[2]), TinySettings(run=RunSettings(steps=5, devices=2, accelerator="cpu")))

def check(fabric):
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    context = Context(fabric, {"net": network}, {"net": torch.optim.SGD(network.parameters(), 0.5)})
    slope = 1.0 + 2 * fabric.global_rank  # 1 and 3, so 2 in the mean
    context.update("net", lambda: {"loss": slope * network.weight.sum()})
    assert network.weight.item() == -1.0, network.weight
    slope = [1.0, float("nan")][fabric.global_rank]
    try:
        context.update("net", lambda: {"loss": slope * network.weight.sum()})
    except NonFinite:  # in both processes, though one alone met it
        assert network.weight.item() == -1.0
        Path(sys.argv[2], f"agreed-{fabric.global_rank}").touch()

fabric = Fabric(accelerator="cpu", devices=2)
fabric.launch(check)
"""


@pytest.mark.slow
def test_two_processes_learn_from_the_mean_gradient(tmp_path: Path) -> None:
    script = tmp_path / "two.py"
    script.write_text(TWO_PROCESSES)
    subprocess.run([sys.executable, script, ROOT, tmp_path / "two"], check=True, timeout=120)
    assert {path.name for path in (tmp_path / "two").glob("agreed-*")} == {"agreed-0", "agreed-1"}
    state = checkpoint.load(tmp_path / "two", "tiny")
    assert len(state["random"]) == 2
    assert not same(state["random"][0], state["random"][1])
    run_tiny(tmp_path / "one", TinySettings(run=RunSettings(steps=5)))
    assert not same(learned(tmp_path / "one")["networks"], state["networks"])
