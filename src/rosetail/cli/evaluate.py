"""``rosetail evaluate``: measures as papers give them."""

from __future__ import annotations

import typer

evaluate = typer.Typer(no_args_is_help=True, help="Measure models, methods and edits.")


def register(app: typer.Typer) -> None:
    """Add the group to the program; each of its verbs adds itself."""
    app.add_typer(evaluate, name="evaluate", rich_help_panel="Train your own")
