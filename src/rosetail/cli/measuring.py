"""What the commands of ``rosetail evaluate`` share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import complain
from rosetail.errors import SettingsError

Views = Annotated[
    int, typer.Option(min=0, help="Views of each photo for DFID, 2 or more; 0 leaves it out.")
]
Photos = Annotated[Path, typer.Option(metavar="FOLDER", help="Portraits not used for training.")]
Drawings = Annotated[
    Path, typer.Option(metavar="FOLDER", help="Drawings to compare with, prepared or not.")
]
VggFeatures = Annotated[
    Path, typer.Option("--vgg", metavar="FILE", help="VGG-19 features as .safetensors.")
]


def check_views(views: int) -> None:
    """Raise SettingsError for one view, which has no distance to another."""
    if views == 1:
        raise SettingsError("--views 1: a distance needs two pictures at least; give 2, or 0")


def print_results(written: Iterable[Path], errors: Sequence[object] = ()) -> None:
    """Print the errors and the written files; exit with status 1 if there are errors."""
    for error in errors:
        complain(str(error))
    for path in written:
        print(path)
    if errors:
        raise typer.Exit(1)
