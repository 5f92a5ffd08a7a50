"""The training loop for any recipe: a recipe provides networks, batches and loss terms.

The loop provides devices and precision (Lightning Fabric), averaging over processes, EMA,
checkpoints, logs and sample sheets. A run killed at any time can be resumed from its last
checkpoint, with bit-identical results (same versions, same number of threads): every batch is a
function of (seed, step, rank), and the states of the random generators of Python, NumPy and torch
are part of the checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from lightning_fabric import Fabric, seed_everything
from numpy.typing import NDArray
from rich.console import Console
from torch import nn
from torch.optim import Optimizer

from rosetail.errors import OutputError, RosetailError, SettingsError
from rosetail.images import make_folder
from rosetail.locks import locked_folder
from rosetail.processes import end_with_parent
from rosetail.reading import cause
from rosetail.training import checkpoint
from rosetail.training.context import Averages, Context, NonFinite, Terms
from rosetail.training.loggers import RunLogger, duration
from rosetail.training.prefetch import Batch, ahead
from rosetail.training.settings import changes, to_dict, to_toml
from rosetail.training.settings import save as save_settings
from rosetail.training.signals import StopRequest, stop_signals
from rosetail.training.snapshots import save_snapshot

BAD_STEPS = 3  # consecutive steps with non-finite numbers that end a run
DISK_PATIENCE = 600.0  # seconds to continue while checkpoints cannot be written
DISK_RETRY = 60.0


@dataclass(frozen=True)
class RunSettings:
    """Settings of the loop; every recipe's settings hold them under ``run``."""

    steps: int = 1000
    seed: int = 0
    precision: Literal["32-true", "bf16-mixed"] = "32-true"
    accelerator: Literal["auto", "cpu", "cuda"] = "auto"
    devices: int = 1  # processes on each machine
    nodes: int = 1  # machines, started as by torchrun or SLURM
    batch_threads: int = 1  # preparing batches during a step
    ema: float = 0.999
    log_every: int = 10  # steps
    sheet_every: int = 200  # steps
    snapshot_every: int = 0  # steps between snapshots of averaged weights; 0 keeps none
    checkpoint_minutes: float = 10.0

    def __post_init__(self) -> None:
        for name in ("steps", "devices", "nodes", "batch_threads", "log_every", "sheet_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if self.snapshot_every < 0:
            raise ValueError("snapshot_every must be at least 0")
        if not 0 <= self.ema < 1:
            raise ValueError("ema must be in [0, 1)")


class Recipe(Protocol):
    """How one method trains. ``step`` counts from 0 everywhere in a recipe."""

    name: str
    settings: Any  # a frozen dataclass with ``run: RunSettings``
    averaged: Sequence[str]  # networks that get an EMA copy

    def networks(self) -> dict[str, nn.Module]:
        """Create the networks; the loop has seeded torch's generator."""
        ...

    def optimizers(self, networks: dict[str, nn.Module]) -> dict[str, Optimizer]: ...

    def rates(self, step: int) -> dict[str, float]:
        """The learning rate of every optimiser at ``step``."""
        ...

    def phase(self, step: int) -> str:
        """The name of the phase at ``step``, such as ``warm_up``."""
        ...

    def batch(self, step: int, rank: int) -> Batch:
        """CPU tensors: a function of the arguments and the seed only; called from threads."""
        ...

    def step(self, context: Context, batch: Batch, step: int) -> Terms:
        """Update networks with ``context.update``; return the loss terms."""
        ...

    def sheet(self, averages: dict[str, nn.Module], step: int) -> NDArray[np.uint8]:
        """A sample sheet, uint8 HWC, drawn by the averaged networks in evaluation mode."""
        ...

    def about(self) -> dict[str, str]:
        """Metadata of exported weights: network class, sizes, data."""
        ...


class Diverged(RosetailError):
    """Loss terms or weights are not finite."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended: ``finished``, ``minutes``, or the name of the signal that asked for it."""

    run: Path
    step: int
    reason: str


def train(
    recipe: Recipe,
    run: Path,
    *,
    resume: bool = False,
    minutes: float | None = None,
    console: Console | None = None,
) -> Outcome:
    """Train ``recipe`` in folder ``run`` until its last step, ``minutes`` or a signal.

    SIGINT, SIGTERM and SIGHUP end the run after the current step, with a checkpoint; a second
    one ends it at once. Raises OutputError if the folder cannot be written or holds a run and
    ``resume`` is false, SettingsError for a checkpoint of other networks, Diverged after three
    consecutive steps with non-finite numbers (the last good checkpoint is kept).
    """
    fabric, note = _fabric(recipe.settings.run)
    shown = console or Console()

    def begin(fabric: Fabric) -> Outcome:
        if not fabric.is_global_zero:
            if fabric.local_rank:
                end_with_parent()
            return _Run(fabric, recipe, run, resume, shown).go(minutes)
        if note:
            shown.print(note, soft_wrap=True)
        make_folder(run)
        with locked_folder(run, "the run"):
            return _Run(fabric, recipe, run, resume, shown).go(minutes)

    return fabric.launch(begin)


def _fabric(settings: RunSettings) -> tuple[Fabric, str]:
    """Devices and precision, and a note if bf16 was replaced by single precision: processors
    without bf16 emulate it, which is ten times slower."""

    def make(precision: Literal["32-true", "bf16-mixed"]) -> Fabric:
        return Fabric(
            accelerator=settings.accelerator,
            devices=settings.devices,
            num_nodes=settings.nodes,
            precision=precision,
        )

    fabric = make(settings.precision)
    if settings.precision == "32-true" or fabric.device.type != "cpu" or computes_bf16():
        return fabric, ""
    return make("32-true"), "This processor has no bf16: training in single precision."


def computes_bf16() -> bool:
    """Whether this processor has instructions for bf16 convolutions (AVX-512 or Arm)."""
    return torch.backends.mkldnn.is_available() and bool(
        torch.ops.mkldnn._is_mkldnn_bf16_supported()
    )


class _Run:
    """One process of a run; only the first writes files and prints."""

    def __init__(
        self, fabric: Fabric, recipe: Recipe, folder: Path, resume: bool, console: Console
    ) -> None:
        self.fabric, self.recipe, self.folder = fabric, recipe, folder
        self.settings: RunSettings = recipe.settings.run
        self.is_first = fabric.is_global_zero
        self.console = console if self.is_first else Console(quiet=True)
        state = _open(folder, recipe, resume, self.console, self.is_first)
        fabric.barrier()
        seed_everything(self.settings.seed, verbose=False)  # the same weights in every process
        networks = {name: each.to(fabric.device) for name, each in recipe.networks().items()}
        self.averages = Averages(
            {name: networks[name] for name in recipe.averaged}, self.settings.ema
        )
        self.context = Context(fabric, networks, recipe.optimizers(networks))
        seed_everything(self.settings.seed + fabric.global_rank, verbose=False)
        self.step = self.saved = 0  # steps done; those in the newest checkpoint
        if state is not None:
            self._restore(state)
        self.commit = checkpoint.commit()  # at the start: the checkout may change during the run
        self.bad = 0  # failed steps in a row
        self.save_due = time.monotonic() + self.settings.checkpoint_minutes * 60
        self.unsaved_since: float | None = None  # when writing first failed
        self.unlogged = False  # whether the last line or sheet could not be written

    def go(self, minutes: float | None) -> Outcome:
        settings, began, first, reason = self.settings, time.monotonic(), self.step, ""
        with ExitStack() as stack:
            request = stack.enter_context(stop_signals())
            logger = stack.enter_context(closing(self._logger())) if self.is_first else None
            if self.is_first and not self.step:
                self._snapshot()
            batches = stack.enter_context(ahead(self._batch, first, settings.batch_threads))
            while self.step < settings.steps and not reason:
                terms = self._take(next(batches))
                spent = time.monotonic() - began
                left = spent / (self.step - first) * (settings.steps - self.step)
                if minutes is not None:
                    left = min(left, max(minutes * 60 - spent, 0.0))
                if logger is not None:
                    self._log_patiently(logger, terms, left)
                action = self._next_action(request, minutes, spent)
                if action == "save":
                    self._save_patiently()
                else:
                    reason = action
            if self.step > self.saved:
                self._save()
            reason = reason or "finished"
            spent = time.monotonic() - began
            self._note(f"{reason}: step {self.step} of {settings.steps} after {duration(spent)}")
        return Outcome(self.folder, self.step, reason)

    def _logger(self) -> RunLogger:
        settings = self.settings
        return RunLogger(self.folder, self.step, settings.steps, settings.log_every, self.console)

    def _log_patiently(self, logger: RunLogger, terms: Terms, seconds_left: float) -> None:
        """Log the step; if the disk is full, training continues without."""
        try:
            self._log(logger, terms, seconds_left)
            self.unlogged = False
        except (OSError, OutputError) as error:
            if not self.unlogged:
                self._note(
                    f"{self.folder}: a log, sheet or snapshot could not be written "
                    f"({cause(error)}); training continues"
                )
            self.unlogged = True

    def _log(self, logger: RunLogger, terms: Terms, seconds_left: float) -> None:
        logger.record(self.step, self.recipe.phase(self.step - 1), terms, seconds_left)
        if self.step % self.settings.sheet_every == 0 or self.step == self.settings.steps:
            with torch.no_grad():
                sheet = self.recipe.sheet(self.averages.networks, self.step)
            logger.sheet(self.step, sheet)
        self._snapshot()

    def _snapshot(self) -> None:
        every = self.settings.snapshot_every
        if every and self.step % every == 0:
            about, averages = self.recipe.about(), self.averages.networks
            save_snapshot(self.folder, self.recipe.name, self.step, about, averages)

    def _next_action(self, request: StopRequest, minutes: float | None, spent: float) -> str:
        """The reason to stop, ``save``, or nothing; the first process decides for all."""
        out_of_time = minutes is not None and spent >= minutes * 60
        due = time.monotonic() >= self.save_due
        action = request.signal or ("minutes" if out_of_time else "save" if due else "")
        return self.fabric.broadcast(action) if self.fabric.world_size > 1 else action

    def _batch(self, step: int) -> Batch:
        """The recipe's batch, in pinned memory for a GPU."""
        batch = self.recipe.batch(step, self.fabric.global_rank)
        if self.context.device.type != "cuda":
            return batch
        return {name: each.pin_memory() for name, each in batch.items()}

    def _note(self, line: str) -> None:
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _take(self, batch: Batch) -> Terms:
        """Take a step. Steps with non-finite values are skipped; three in a row raise Diverged."""
        context, step = self.context, self.step
        for name, rate in self.recipe.rates(step).items():
            for group in context.optimizers[name].param_groups:
                group["lr"] = rate
        buffers = [(buffer, buffer.clone()) for buffer in context.buffers()]
        terms: Terms = {}
        try:
            there = {n: each.to(context.device, non_blocking=True) for n, each in batch.items()}
            terms = self.recipe.step(context, there, step)
            context.share_buffers()
            self.averages.update(step)
            self.bad = 0
        except NonFinite as error:
            for buffer, before in buffers:  # no NaN in running statistics
                buffer.copy_(before)
            self.bad += 1
            self._note(f"step {step + 1}: {error} is not a finite number; the step is skipped")
            if self.bad == BAD_STEPS:
                raise Diverged(
                    f"{self.folder}: {error} was not a finite number at step {step + 1} and the "
                    f"{BAD_STEPS - 1} before it; {self._kept()}: lower a learning rate or that "
                    "term's weight and resume"
                ) from error
        self.step += 1
        return terms

    def _kept(self) -> str:
        return f"the checkpoint of step {self.saved} is kept" if self.saved else "none was saved"

    def _save_patiently(self) -> None:
        """Save a checkpoint; if the disk is full, continue training for up to ten minutes."""
        now = time.monotonic()
        try:
            self._save()
            self.unsaved_since = None
            self.save_due = now + self.settings.checkpoint_minutes * 60
        except OutputError as error:
            self.unsaved_since = self.unsaved_since or now
            if now - self.unsaved_since >= DISK_PATIENCE:
                raise
            self.save_due = now + DISK_RETRY
            self._note(f"{error} (training continues; the next try is in a minute)")

    def _save(self) -> None:
        randoms: list[Any] = [checkpoint.random_state()]
        if self.fabric.world_size > 1:
            randoms = [None] * self.fabric.world_size
            torch.distributed.all_gather_object(randoms, checkpoint.random_state())
        if not self.is_first:
            return
        context = self.context
        state: checkpoint.State = {
            "recipe": self.recipe.name,
            "step": self.step,
            "settings": to_dict(self.recipe.settings),
            "about": {**self.recipe.about(), **self.commit},
            "networks": {name: each.state_dict() for name, each in context.networks.items()},
            "ema": {name: each.state_dict() for name, each in self.averages.networks.items()},
            "optimizers": {name: each.state_dict() for name, each in context.optimizers.items()},
            "random": randoms,
        }
        for kind in ("networks", "ema"):
            for name, weights in state[kind].items():
                bad = [key for key, each in weights.items() if not bool(torch.isfinite(each).all())]
                if bad:
                    raise Diverged(
                        f"{self.folder}: {name}.{bad[0]} is not finite at step {self.step}; "
                        f"{self._kept()}: lower a learning rate and resume"
                    )
        checkpoint.save(self.folder, state)
        self.saved = self.step

    def _restore(self, state: checkpoint.State) -> None:
        context = self.context
        try:
            for name, network in context.networks.items():
                network.load_state_dict(state["networks"][name])
            for name, network in self.averages.networks.items():
                network.load_state_dict(state["ema"][name])
            for name, optimizer in context.optimizers.items():
                # Learning rates and betas are from the settings; the file has the moments.
                now = optimizer.state_dict()
                optimizer.load_state_dict({**now, "state": state["optimizers"][name]["state"]})
            if len(state["random"]) == self.fabric.world_size:
                checkpoint.set_random_state(state["random"][self.fabric.global_rank])
        except Exception as error:  # PyTorch raises many types
            raise SettingsError(
                f"{self.folder}: the checkpoint's networks are not those of these settings "
                f"({cause(error)}); use the run's own settings.toml"
            ) from error
        self.step = self.saved = state["step"]


def _open(
    run: Path, recipe: Recipe, resume: bool, console: Console, writes: bool
) -> checkpoint.State | None:
    """The state to resume from, if any; creates the folder, prints and saves the settings."""
    if checkpoint.saved(run) and not resume:
        raise OutputError(f"{run}: holds a run already; resume it or choose another folder")
    state = checkpoint.load(run, recipe.name, console.print) if checkpoint.saved(run) else None
    if not writes:
        return state
    save_settings(recipe.settings, run / "settings.toml")
    if state is None:
        console.print(to_toml(recipe.settings), markup=False, highlight=False)
        return None
    changed = changes(state["settings"], to_dict(recipe.settings))
    console.print(f"{run}: continues after step {state['step']}", *changed, sep="\n", markup=False)
    return state
