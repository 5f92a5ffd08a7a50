"""Error lines and progress bars on the terminal."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rosetail.errors import one_line

CLOSED_PIPE = 141  # 128 + SIGPIPE


def complain(line: str) -> None:
    """Print ``rosetail: LINE`` on standard error."""
    print(f"rosetail: {one_line(line)}", file=sys.stderr)


def show_any_name() -> None:
    """Print what the terminal or file cannot encode as escapes, as in names of files."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def flushed_status(status: int) -> int:
    """``status`` once standard output is flushed; 2, with an error line, if it cannot be written,
    and 141 if its reader has closed the pipe, as programs that SIGPIPE ends."""
    if not isinstance(sys.stdout, io.TextIOWrapper):
        # typer puts a wrapper there if a pipe breaks inside a command; tests put their own.
        return CLOSED_PIPE if type(sys.stdout).__name__ == "PacifyFlushWrapper" else status
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return CLOSED_PIPE
        complain(f"standard output cannot be written ({error.strerror}); free some space")
        return 2
    return status


def listed(names: str | None) -> list[str]:
    """The names in an option's ``NAME,NAME,...``."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]


@contextmanager
def progress_bar(
    label: str, total: int | None, unit: str
) -> Iterator[Callable[[float, int | None], None]]:
    """Show a progress bar on standard error if it is a terminal; yields ``update(done, total)``."""
    with steps_bar(label, unit, total) as update:
        yield lambda done, of: update(label, done, total if of is None else of)


@contextmanager
def steps_bar(
    label: str = "starting", unit: str = "", total: int | None = None
) -> Iterator[Callable[[str, float, int | None], None]]:
    """As :func:`progress_bar` for work in several steps; yields ``update(step, done, total)``."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(label, total=total)
        yield lambda step, done, of: bar.update(task, description=step, completed=done, total=of)
