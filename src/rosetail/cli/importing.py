"""``rosetail import``: weights that others trained, in our format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import need

imports = typer.Typer(no_args_is_help=True, help="Bring in weights that others trained.")

GNR_EXAMPLES = """
**Example**

- `rosetail import gnr GNR_checkpoint.pt -o gnr`
"""


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(imports, name="import", rich_help_panel="Train your own")


@imports.command(epilog=GNR_EXAMPLES)
def gnr(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="The authors' GNR_checkpoint.pt.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where both ways' weights go.")
    ],
) -> None:
    """GANs N' Roses as published: to_anime.safetensors and to_photo.safetensors.

    Nothing in the file is run.
    """
    need("import", "train", "torch", "safetensors")
    from rosetail.export.importers.gnr import import_gnr

    for path in import_gnr(checkpoint, out):
        print(path)
