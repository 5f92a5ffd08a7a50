"""``rosetail studio``: the page in the browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.cast import DEFAULT_MODEL, Model
from rosetail.cli.console import Backend, need

NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "platformdirs", "scipy", "safetensors")
TOKEN = "ROSETAIL_STUDIO_TOKEN"
EXAMPLES = """
**Examples**

- `rosetail studio`, then open the address that it prints

- For others in the same network: `rosetail studio --host 0.0.0.0`; the address that it prints holds
  a token, and without it nobody gets in
"""


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog=EXAMPLES, rich_help_panel="Make anime")(studio)


def studio(
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where photos, characters and films are kept; your data folder unless given.",
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes one that is free.")
    ] = 8033,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Where to listen. Any but this machine's own needs a token: one is made, or taken "
            f"from the environment variable {TOKEN}.",
        ),
    ] = "127.0.0.1",
    database: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Another database than SQLite in the home folder (SQLAlchemy URL)."
        ),
    ] = "",
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Open the studio: a page in the browser, on this machine alone.

    Nothing is uploaded anywhere. Ctrl-C stops it; renders that wait go on at the next start.
    """
    need(
        "studio",
        "studio",
        "fastapi",
        "uvicorn",
        "sqlalchemy",
        "platformdirs",
        "scipy",
        "safetensors",
    )
    import webbrowser

    from platformdirs import user_data_path

    from rosetail.studio.server import serve
    from rosetail.studio.settings import StudioSettings, is_loopback, new_token

    token = os.environ.get(TOKEN, "") or ("" if is_loopback(host) else new_token())
    where = home or user_data_path("rosetail", appauthor=False) / "studio"
    settings = StudioSettings(where, host, port, token, database, model, backend)

    def ready(address: str) -> None:
        print(f"Studio at {address}", flush=True)
        if browser:
            webbrowser.open(address)

    serve(settings, ready)
