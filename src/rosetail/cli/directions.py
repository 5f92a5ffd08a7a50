"""``rosetail directions``: what edits by name are made of."""

from __future__ import annotations

from typing import Annotated

import typer

from rosetail.cli.cast import DEFAULT_MODEL, Model
from rosetail.cli.console import Backend
from rosetail.cli.edit import DirectionsFile, directions_of

directions = typer.Typer(no_args_is_help=True, help="Directions in style space: find and list.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(directions, name="directions", rich_help_panel="Make characters")


@directions.command("list")
def list_(
    path: DirectionsFile = None,
    method: Annotated[str | None, typer.Option(metavar="NAME", help="Only this method's.")] = None,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Print every tag that can be edited, by which methods, and how well."""
    from rosetail.runtime.roses import Roses

    if path is None:
        found = directions_of(Roses(model, backend), None)
    else:
        from rosetail.latent.directions_file import read_directions

        found = read_directions(path)
    print(f"{'method':8} {'tag':28} {'pictures':>8} {'score':>6} {'scale':>7} {'reach':>6}")
    for name in found.methods:
        if method not in (None, name):
            continue
        for tag, each in sorted(found.found[name].items()):
            print(
                f"{name:8} {tag:28} {each.support or '-':>8} {_number(each.score, '.2f'):>6} "
                f"{_number(each.scale or float('nan'), '.2f'):>7} {_number(each.reach, '.0%'):>6}"
            )


def _number(value: float, form: str) -> str:
    return format(value, form) if value == value else "-"
