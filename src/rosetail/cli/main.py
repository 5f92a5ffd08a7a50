"""The ``rosetail`` program: its verbs, and what a person sees when something goes wrong.

Exit status: 0 done; 1 some inputs failed, each named; 2 nothing could be done, with one line why;
130 stopped with Ctrl-C; 143 stopped by the system.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

import rosetail
from rosetail.cli import (
    baselines,
    cast,
    data,
    demo,
    directions,
    doctor,
    edit,
    evaluate,
    evaluate_directions,
    evaluate_rescorer,
    evaluate_video,
    export,
    faces,
    importing,
    invert,
    layers,
    models,
    studio,
    stylize,
    train,
    video,
)
from rosetail.cli.allocator import keep_memory
from rosetail.cli.console import complain
from rosetail.errors import RosetailError

app = typer.Typer(
    name="rosetail",
    help="Turn photos and video into anime.",
    epilog="Start with `rosetail demo`, then `rosetail stylize me.jpg -o me-anime.png`.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

stylize.register(app)
video.register(app)
cast.register(app)
edit.register(app)
directions.register(app)
invert.register(app)
layers.register(app)
faces.register(app)
models.register(app)
demo.register(app)
studio.register(app)
doctor.register(app)
data.register(app)
train.register(app)
baselines.register()
export.register(app)
evaluate.register(app)
evaluate_directions.register()
evaluate_rescorer.register()
evaluate_video.register()
importing.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"rosetail {rosetail.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """Turn photos and video into anime."""


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the program on ``arguments`` (the process's own by default) and exit with its status."""
    if arguments is None and sys.argv[1:2] in (["train"], ["evaluate"]):
        keep_memory()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that half-written files go away
    try:
        app(arguments, prog_name="rosetail")
    except RosetailError as error:
        complain(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("ROSETAIL_TRACEBACK"):
            raise
        cause = " ".join(str(error).split()) or "no message"
        complain(
            f"unexpected {type(error).__name__}: {cause}; this is a fault of the program: "
            "run again with ROSETAIL_TRACEBACK=1 and report what it prints"
        )
    sys.exit(2)
