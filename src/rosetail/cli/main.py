"""The ``rosetail`` program: its commands and error messages.

Exit status: 0 success; 1 some inputs failed, each is named; 2 nothing was done, one line says why;
130 stopped by Ctrl-C; 143 stopped by SIGTERM; 129 the terminal was closed (SIGHUP).
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

import rosetail
from rosetail.cli import (
    cast,
    data,
    demo,
    directions,
    doctor,
    edit,
    evaluate,
    evaluate_edits,
    evaluate_runs,
    evaluate_video,
    export,
    faces,
    importing,
    invert,
    models,
    perform,
    studio,
    stylize,
    train,
    video,
)
from rosetail.cli.allocator import keep_memory
from rosetail.cli.console import complain, flushed_status, show_any_name
from rosetail.errors import RosetailError
from rosetail.processes import end_on_second_signal, stop_cleanly
from rosetail.reading import out_of_memory

app = typer.Typer(
    name="rosetail",
    help="Turn photos and video into anime.",
    epilog="Start with `rosetail demo`, then `rosetail stylize me.jpg -o me-anime.png`.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PICTURES, CHARACTERS, TRAIN, MEASURE, SYSTEM = (
    "Pictures and clips",
    "Characters",
    "Train and export",
    "Measure",
    "System",
)
app.command(epilog=demo.EXAMPLE, rich_help_panel=PICTURES)(demo.demo)
app.command(epilog=stylize.EXAMPLES, rich_help_panel=PICTURES)(stylize.stylize)
app.command(epilog=video.EXAMPLES, rich_help_panel=PICTURES)(video.video)
app.command(epilog=perform.EXAMPLES, rich_help_panel=PICTURES)(perform.perform)
app.command("faces", epilog=faces.EXAMPLES, rich_help_panel=PICTURES)(faces.show_faces)
app.command(epilog=studio.EXAMPLES, rich_help_panel=PICTURES)(studio.studio)
app.command(epilog=cast.CAST_EXAMPLES, rich_help_panel=CHARACTERS)(cast.cast)
app.command(epilog=cast.APPLY_EXAMPLES, rich_help_panel=CHARACTERS)(cast.apply)
app.command(epilog=edit.EXAMPLES, rich_help_panel=CHARACTERS)(edit.edit)
app.command(epilog=cast.MIX_EXAMPLES, rich_help_panel=CHARACTERS)(cast.mix)
app.command(epilog=invert.EXAMPLES, rich_help_panel=CHARACTERS)(invert.invert)
app.command(epilog=cast.LAYERS_EXAMPLES, rich_help_panel=CHARACTERS)(cast.layers)
app.add_typer(directions.directions, name="directions", rich_help_panel=CHARACTERS)
app.add_typer(data.data, name="data", rich_help_panel=TRAIN)
app.command(help=train.HELP, epilog=train.EXAMPLES, rich_help_panel=TRAIN)(train.train)
app.add_typer(export.export, name="export", rich_help_panel=TRAIN)
app.add_typer(importing.imports, name="import", rich_help_panel=TRAIN)
app.add_typer(evaluate.evaluate, name="evaluate", rich_help_panel=MEASURE)
evaluate.evaluate.command("directions", epilog=evaluate_edits.DIRECTIONS_EXAMPLES)(
    evaluate_edits.evaluate_directions
)
evaluate.evaluate.command("thesis", epilog=evaluate_edits.THESIS_EXAMPLES)(
    evaluate_edits.evaluate_thesis
)
evaluate.evaluate.command("runs", epilog=evaluate_runs.EXAMPLES)(evaluate_runs.evaluate_runs)
evaluate.evaluate.command("video", epilog=evaluate_video.EXAMPLES)(evaluate_video.evaluate_video)
app.add_typer(models.models, name="models", rich_help_panel=SYSTEM)
app.command(rich_help_panel=SYSTEM)(doctor.doctor)


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
    stop_cleanly()
    if arguments is None:
        end_on_second_signal()
    show_any_name()
    if "" in (sys.argv[1:] if arguments is None else arguments):
        complain("an argument is empty, perhaps an unset variable of the shell; give its value")
        sys.exit(2)
    try:
        app(arguments, prog_name="rosetail")
    except SystemExit as left:
        sys.exit(flushed_status(int(left.code or 0)))
    except RosetailError as error:
        complain(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("ROSETAIL_TRACEBACK"):
            raise
        if isinstance(error, OSError) and error.errno == errno.ENOSPC and not error.filename:
            complain("standard output cannot be written (the disk is full); free some space")
        elif out_of_memory(error):
            complain(
                "there is not enough memory; close other programs, or use smaller pictures, "
                "batches or fewer workers"
            )
        else:
            cause = " ".join(str(error).split()) or "no message"
            complain(
                f"unexpected {type(error).__name__}: {cause}; this is a fault of the program: "
                "run again with ROSETAIL_TRACEBACK=1 and report what it prints"
            )
    sys.exit(2)
