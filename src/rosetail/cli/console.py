"""What every verb shares on the terminal: error lines, progress bars and common options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

DEFAULT_STYLE = "cel"
Style = Annotated[
    str,
    typer.Option(
        "--style",
        "-s",
        metavar="NAME",
        help="The look: a name that `rosetail models list` prints, or the path of an .onnx file "
        "you exported or imported (a StyleGAN2 without a reader: its .safetensors).",
    ),
]
Strength = Annotated[
    float,
    typer.Option(
        min=0.0, max=1.0, metavar="0..1", help="How much of the look: 0 is the photo, 1 all of it."
    ),
]
Anime = Annotated[
    float,
    typer.Option(
        min=0.0,
        max=1.0,
        metavar="0..1",
        help="Move faces towards anime proportions: larger eyes, smaller nose and mouth, slimmer "
        "chin.",
    ),
]


def _detail(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 4:
        raise typer.BadParameter("give auto or a number above 0 and at most 4")
    return value


Detail = Annotated[
    Any,  # typer wants one type; the parser gives "auto" or a number
    typer.Option(
        parser=_detail,
        metavar="auto|NUMBER",
        help="The size at which the network looks, in parts of the picture's own: less gives "
        "bolder, more finer drawing. `auto` goes by the largest face.",
    ),
]
Compare = Annotated[bool, typer.Option("--compare", help="Write photo and anime side by side.")]
Backend = Annotated[
    str,
    typer.Option(
        metavar="auto|openvino|onnxruntime|cuda|directml|coreml",
        help="What to run on; `auto` takes the fastest that works here (see `rosetail doctor`).",
    ),
]

Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Draw on a Ray cluster, `ray://HOST:10001`, or `auto` for this machine's own (extra "
        "cluster). Paths must mean the same on all its machines. Goes on where it was stopped.",
    ),
]


def complain(line: str) -> None:
    """Print ``rosetail: LINE`` on standard error."""
    print(f"rosetail: {line}", file=sys.stderr)


def need(what: str, extra: str, *modules: str) -> None:
    """Refuse ``what`` in one clear line when a module of the optional install is absent or broken.

    Raises:
        ExtraMissing, LibraryMissing: with the command that installs what is missing.
    """
    from rosetail import extras

    extras.check(what, extra, *modules)


def listed(told: str | None) -> list[str]:
    """The names in an option's ``NAME,NAME,...``."""
    return [name.strip() for name in (told or "").split(",") if name.strip()]


@contextmanager
def progress_bar(
    label: str, total: int | None, unit: str
) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar on standard error while it is a terminal; yields the way to move it on."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=total)

        def move(done: int, of: int | None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield move


@contextmanager
def steps_bar() -> Iterator[Callable[[str, int, int], None]]:
    """:func:`progress_bar` for work in several steps: the way to move it takes the step's name,
    how much of it is done, and of how much."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("starting", total=None)

        def move(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield move
