"""``rosetail layers``: a character part by part, for a drawing program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """
**Examples**

- `rosetail layers me.jpg --character aiko.json -o aiko.ora`, then open it in Krita, GIMP or MyPaint

- Larger, with what is behind the figure: add `--size 2048 --ground`
"""


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog=EXAMPLES, rich_help_panel="Make anime")(layers)


def layers(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="Whose pose the character takes.")],
    character: Annotated[
        Path, typer.Option(metavar="FILE", help="A character file from `rosetail cast --save`.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT.ora", help="OpenRaster.")],
    size: Annotated[int, typer.Option(help="Pixels, 128 to 2048.")] = 1536,
    ground: Annotated[
        bool, typer.Option("--ground", help="With the background and the light over everything.")
    ] = False,
) -> None:
    """Write a character as layers: every part apart, all mouths, eyes shut and open.

    For characters of the painter (extra paint).
    """
    from rosetail.characters.capabilities import character_layers
    from rosetail.characters.load import load_model
    from rosetail.characters.model import read_character
    from rosetail.characters.openraster import check_layers_path, write_layers

    check_layers_path(out)
    who = read_character(character)
    write_layers(character_layers(load_model("painter"), photo, who, size, ground=ground), out)
    print(out)
