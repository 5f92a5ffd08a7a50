"""What a run tells while it trains: a progress bar, a CSV file, TensorBoard where installed."""

from __future__ import annotations

import csv
import importlib.util
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column
from torch import Tensor

from rosetail import images

QUIET_SECONDS = 30.0  # between lines where no bar can be drawn, as in a log file


class Journal:
    """Records of a run in its folder: ``log.csv``, ``sheets/``, ``tensorboard/``.

    Terms are averaged over ``every`` steps. Opened at ``step``, it drops later rows of a log left
    behind by a killed process, so that a resumed log reads as one unbroken run's.
    """

    def __init__(self, run: Path, step: int, steps: int, every: int, console: Console) -> None:
        self.run, self.every, self.console = run, every, console
        self.steps = steps
        self._csv = CsvLog(run / "log.csv", step)
        self._board = _tensorboard(run / "tensorboard", step)
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._since = self._told = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.fields[phase]}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.fields[losses]}", table_column=Column(ratio=1)),
            console=console,
            expand=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(
            "", total=steps, completed=step, phase="", left="", losses=""
        )

    def __enter__(self) -> Journal:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
        self._csv.close()
        if self._board is not None:
            self._board.close()

    def record(
        self, step: int, phase: str, terms: Mapping[str, Tensor], seconds_left: float | None
    ) -> None:
        """Step number ``step`` (from 1) is done. Tensors are only read every so many steps."""
        for name, value in terms.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value
            self._counts[name] = self._counts.get(name, 0) + 1
        self._bar.update(self._task, completed=step, phase=phase)
        if step % self.every == 0 or step == self.steps:
            self._flush(step, phase, seconds_left)

    def sheet(self, step: int, picture: NDArray[np.uint8]) -> None:
        """A uint8 HWC sample sheet, kept as ``sheets/step-00000200.png``."""
        folder = self.run / "sheets"
        folder.mkdir(exist_ok=True)
        images.save(picture, folder / f"step-{step:08d}.png")
        if self._board is not None:
            self._board.add_image("sheet", picture, step, dataformats="HWC")

    def _flush(self, step: int, phase: str, seconds_left: float | None) -> None:
        means = {name: float(sum_) / self._counts[name] for name, sum_ in self._sums.items()}
        self._sums, self._counts = {}, {}
        now = time.monotonic()
        pace, self._since = (now - self._since) / self.every, now
        self._csv.write({"step": step, "phase": phase, "seconds_a_step": round(pace, 4), **means})
        if self._board is not None:
            for name, value in means.items():
                self._board.add_scalar(f"terms/{name}", value, step)
            self._board.add_scalar("seconds_a_step", pace, step)
        losses = "  ".join(f"{name} {value:.3g}" for name, value in means.items())
        left = "" if seconds_left is None else f"{duration(seconds_left)} left"
        self._bar.update(self._task, left=left, losses=losses)
        if not self.console.is_terminal and now - self._told >= QUIET_SECONDS:
            self._told = now
            line = f"{phase} {step}/{self.steps}  {left}  {pace:.2f} s a step  {losses}"
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)


class CsvLog:
    """A CSV file whose columns may grow: a new name rewrites it with that column empty above."""

    def __init__(self, path: Path, step: int) -> None:
        self.path = path
        self.columns: list[str] = []
        rows: list[dict[str, Any]] = []
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                reader = csv.DictReader(file)
                self.columns = list(reader.fieldnames or [])
                # A killed process may leave its last line cut.
                whole = (row for row in reader if None not in row.values() and row["step"])
                rows = [row for row in whole if int(row["step"]) <= step]
        self._rewrite(rows)

    def write(self, row: Mapping[str, Any]) -> None:
        new = [name for name in row if name not in self.columns]
        if new:
            self.close()
            with self.path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            self.columns += new
            self._rewrite(rows)
        self._writer.writerow(row)
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _rewrite(self, rows: list[dict[str, Any]]) -> None:
        with (
            images.writing(self.path) as part,
            part.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, self.columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        self._file = self.path.open("a", newline="", encoding="utf-8")
        self._writer = csv.DictWriter(self._file, self.columns, restval="")


def duration(seconds: float) -> str:
    """``3725`` as ``1:02:05``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _tensorboard(folder: Path, step: int) -> Any:
    if importlib.util.find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder), purge_step=step + 1)
