"""``rosetail models``: list the installed weights and show their cards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

models = typer.Typer(no_args_is_help=True, help="List the installed weights and show their cards.")


@models.command("list")
def list_models() -> None:
    """List the installed looks and other weights."""
    from rich.console import Console
    from rich.table import Table

    from rosetail.weights import load_catalog, models

    table = Table(box=None, pad_edge=False)
    for heading in ("name", "kind", "size", "licence", "what it is"):
        table.add_column(heading, no_wrap=heading != "what it is", overflow="fold")
    catalog = load_catalog()
    wholes = {f"{name}_decode": name for name in models()}
    for entry in catalog.values():
        if entry.kind == "roses" and entry.name not in wholes:
            continue  # other parts of a listed model
        name = wholes.get(entry.name, entry.name)
        parts = [each for each in catalog.values() if each.name.startswith(f"{name}_")]
        size = _size([each.path for each in (parts if entry.name in wholes else [entry])])
        table.add_row(name, entry.kind, size, entry.licence, entry.title)
    Console().print(table)


def _size(paths: list[Path]) -> str:
    if not all(path.is_file() for path in paths):
        return "missing"
    return f"{sum(path.stat().st_size for path in paths) / 1e3:,.0f} kB"


@models.command(
    epilog="**Examples**\n\n- `rosetail models card cel`\n\n- `rosetail models card cel > cel.md`"
)
def card(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A name from `rosetail models list`.")
    ],
) -> None:
    """Show a model card: training data, licences, settings, measures and limits."""
    from rich.console import Console
    from rich.markdown import Markdown

    from rosetail import weights

    text = weights.card(name)
    console = Console()
    if console.is_terminal:
        console.print(Markdown(text))
    else:
        print(text)
