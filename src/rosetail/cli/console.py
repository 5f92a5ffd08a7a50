"""Error lines and progress bars on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rosetail.errors import one_line


def complain(line: str) -> None:
    """Print ``rosetail: LINE`` on standard error."""
    print(f"rosetail: {one_line(line)}", file=sys.stderr)


def listed(names: str | None) -> list[str]:
    """The names in an option's ``NAME,NAME,...``."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]


@contextmanager
def progress_bar(
    label: str, total: int | None, unit: str
) -> Iterator[Callable[[int, int | None], None]]:
    """Show a progress bar on standard error if it is a terminal; yields ``update(done, total)``."""
    with steps_bar(label, unit, total) as update:
        yield lambda done, of: update(label, done, total if of is None else of)


@contextmanager
def steps_bar(
    label: str = "starting", unit: str = "", total: int | None = None
) -> Iterator[Callable[[str, int, int | None], None]]:
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
