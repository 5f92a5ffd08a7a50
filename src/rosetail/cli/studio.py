"""``rosetail studio``: start the studio."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from rosetail import extras
from rosetail.cli.options import Backend, Model

NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "platformdirs", "scipy", "safetensors")
TOKEN = "ROSETAIL_STUDIO_TOKEN"
EXAMPLES = """
**Examples**

- `rosetail studio`, then open the address that it prints

- For others in the same network: `rosetail studio --host 0.0.0.0`; the printed address holds a
  token that visitors need
"""


def studio(
    home: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The folder for photos, characters and films. Default: in your data folder.",
        ),
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 chooses a free one.")
    ] = 8033,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="The address to listen on. Others than loopback need a token: a new one, or that "
            f"of the environment variable {TOKEN}.",
        ),
    ] = "127.0.0.1",
    database: Annotated[
        str,
        typer.Option(
            metavar="URL", help="An SQLAlchemy URL. Default: an SQLite file in the home folder."
        ),
    ] = "",
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Open the studio, a page in the browser that runs on this machine.

    Nothing is uploaded. Ctrl-C stops it; queued renders continue at the next start.
    """
    extras.check("studio", "studio", *NEEDED)
    import webbrowser

    from platformdirs import user_data_path

    from rosetail.studio.server import serve
    from rosetail.studio.settings import StudioSettings, is_loopback, new_token
    from rosetail.weights import default_model

    token = os.environ.get(TOKEN, "") or ("" if is_loopback(host) else new_token())
    where = home or user_data_path("rosetail", appauthor=False) / "studio"
    settings = StudioSettings(where, host, port, token, database, model or default_model(), backend)

    def ready(address: str) -> None:
        print(f"Studio at {address}", flush=True)
        if browser:
            webbrowser.open(address)

    serve(settings, ready)
