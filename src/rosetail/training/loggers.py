"""Logs of a run: a progress bar, a CSV file, and TensorBoard if it is installed.

TensorBoard is written by Fabric's logger. Its CSV logger is not used: it deletes the file of an
earlier process, so that a resumed run would lose its log.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from lightning_fabric.loggers.tensorboard import TensorBoardLogger
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column
from torch import Tensor

from rosetail import images

QUIET_SECONDS = 30.0  # between lines if no bar can be drawn, as in a log file


class RunLogger:
    """Logs in the folder of a run: ``log.csv``, ``sheets/``, ``tensorboard/``.

    Loss terms are averaged over ``every`` steps. ``step`` is the number of steps done: rows of
    later steps, left by a killed process, are dropped from the CSV file and from TensorBoard.
    """

    def __init__(self, run: Path, step: int, steps: int, every: int, console: Console) -> None:
        self.run, self.every, self.console, self.steps = run, every, console, steps
        self._csv = CsvLog(run / "log.csv", step)
        self._board: TensorBoardLogger | None = None
        if importlib.util.find_spec("tensorboard") is not None:
            self._board = TensorBoardLogger(run, "tensorboard", "", purge_step=step + 1)
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._last_record = self._last_line = time.monotonic()
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
        self._bar.start()

    def close(self) -> None:
        self._bar.stop()
        if self._board is not None:
            self._board.finalize("")

    def record(
        self, step: int, phase: str, terms: Mapping[str, Tensor], seconds_left: float
    ) -> None:
        """Record ``terms`` after ``step`` steps. Tensors are read only every ``every`` steps."""
        for name, value in terms.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value
            self._counts[name] = self._counts.get(name, 0) + 1
        self._bar.update(self._task, completed=step, phase=phase)
        if step % self.every == 0 or step == self.steps:
            self._flush(step, phase, seconds_left)

    def sheet(self, step: int, picture: NDArray[np.uint8]) -> None:
        """Save a sample sheet, uint8 HWC, as ``sheets/step-00000200.png``."""
        folder = self.run / "sheets"
        folder.mkdir(exist_ok=True)
        images.save(picture, folder / f"step-{step:08d}.png")
        if self._board is not None:
            self._board.experiment.add_image("sheet", picture, step, dataformats="HWC")

    def _flush(self, step: int, phase: str, seconds_left: float) -> None:
        means = {name: float(total) / self._counts[name] for name, total in self._sums.items()}
        self._sums, self._counts = {}, {}
        now = time.monotonic()
        pace, self._last_record = (now - self._last_record) / self.every, now
        self._csv.write({"step": step, "phase": phase, "seconds_a_step": round(pace, 4), **means})
        if self._board is not None:
            metrics = {f"terms/{name}": value for name, value in means.items()}
            self._board.log_metrics(metrics | {"seconds_a_step": pace}, step)
        losses = "  ".join(f"{name} {value:.3g}" for name, value in means.items())
        left = f"{duration(seconds_left)} left"
        self._bar.update(self._task, left=left, losses=losses)
        if not self.console.is_terminal and now - self._last_line >= QUIET_SECONDS:
            self._last_line = now
            line = f"{phase} {step}/{self.steps}  {left}  {pace:.2f} s a step  {losses}"
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)


class CsvLog:
    """A CSV file that can get new columns: the file is then rewritten, with empty cells above.

    Rows after ``step`` are dropped when it is opened. A row that does not fit on the disk is left
    out as a whole; later rows are written when there is space again.
    """

    def __init__(self, path: Path, step: int) -> None:
        self.path = path
        self.columns: list[str] = []
        rows: list[dict[str, Any]] = []
        if path.exists():
            # A killed process may leave its last line incomplete.
            complete = (row for row in self._rows() if None not in row.values() and row["step"])
            rows = [row for row in complete if int(row["step"]) <= step]
        self._rewrite(rows, self.columns)

    def write(self, row: Mapping[str, Any]) -> None:
        """Add a row. Raises OSError, OutputError if the disk is full; the file stays as it was."""
        new = [name for name in row if name not in self.columns]
        if new:
            self._rewrite([*self._rows(), dict(row)], [*self.columns, *new])
        else:
            self._append(row)

    def _append(self, row: Mapping[str, Any]) -> None:
        line = io.StringIO(newline="")
        csv.DictWriter(line, self.columns, restval="").writerow(row)
        data = memoryview(line.getvalue().encode())
        with self.path.open("ab", buffering=0) as file:
            end = file.seek(0, io.SEEK_END)
            try:
                while data:
                    data = data[file.write(data) :]
            except OSError:
                file.truncate(end)
                raise

    def _rows(self) -> list[dict[str, Any]]:
        with self.path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            self.columns = list(reader.fieldnames or [])
            return list(reader)

    def _rewrite(self, rows: list[dict[str, Any]], columns: list[str]) -> None:
        with (
            images.writing(self.path) as part,
            part.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        self.columns = columns


def duration(seconds: float) -> str:
    """``3725`` as ``1:02:05``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
