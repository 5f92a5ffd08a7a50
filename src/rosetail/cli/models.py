"""``rosetail models``: what weights there are, and what each is."""

from __future__ import annotations

from typing import Annotated

import typer

models = typer.Typer(no_args_is_help=True, help="List the weights and read their cards.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(models, name="models", rich_help_panel="Look around")


@models.command("list")
def list_models() -> None:
    """List the looks and the other weights that came with this install."""
    from rich.console import Console
    from rich.table import Table

    from rosetail.weights import load_catalog

    table = Table(box=None, pad_edge=False)
    for heading in ("name", "kind", "size", "licence", "what it is"):
        table.add_column(heading, no_wrap=heading != "what it is", overflow="fold")
    for entry in load_catalog().values():
        size = f"{entry.path.stat().st_size / 1e3:,.0f} kB" if entry.path.is_file() else "missing"
        table.add_row(entry.name, entry.kind, size, entry.licence, entry.title)
    Console().print(table)


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
