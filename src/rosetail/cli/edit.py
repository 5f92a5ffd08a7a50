"""``rosetail edit``: a character directed by name, kept in its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.cast import DEFAULT_MODEL, Frame, Model
from rosetail.cli.console import DEFAULT_STYLE, Backend, Style

if TYPE_CHECKING:
    from rosetail.characters.directions_file import Directions
    from rosetail.characters.model import Character, CharacterModel

EXAMPLES = """
**Examples**

- `rosetail edit me.jpg --character aiko.json --set long_hair=1 --set open_mouth=0.5 -o aiko.png`

- Colours by name: `rosetail edit --character aiko.json --set hair=blue --set eyes=green`

- What it has, and one taken away: `rosetail edit --character aiko.json --list`,
  `rosetail edit --character aiko.json --unset long_hair`

- One edit from less to more:
  `rosetail edit me.jpg --character aiko.json --sweep open_mouth -3..3 -o sweep.png`
"""
DirectionsFile = Annotated[
    Path | None,
    typer.Option(
        "--directions",
        metavar="FILE",
        help="Directions from `rosetail directions fit`; the model's own unless given.",
    ),
]
Method = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The method to edit by; the best that knows a tag if none."),
]


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog=EXAMPLES, rich_help_panel="Make characters")(edit)


def edit(
    character: Annotated[
        Path, typer.Option(metavar="FILE", help="A character file; edits are kept in it.")
    ],
    photo: Annotated[
        Path | None, typer.Argument(metavar="PHOTO", help="The photo to draw as the character.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT", help="The picture to write.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=NUMBER|COLOUR",
            help="An edit: 1 makes the tagger say yes for most pictures, 0 takes the edit away.",
        ),
    ] = None,
    unset: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Take an edit away.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Print the character's edits.")] = False,
    sweep: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="NAME LOW..HIGH",
            help="Write a strip with this edit from LOW to HIGH; it is not kept.",
        ),
    ] = None,
    steps: Annotated[int, typer.Option(min=2, max=33, help="Pictures in a sweep.")] = 7,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the edited character here; FILE stays as it was."),
    ] = None,
    method: Method = None,
    directions: DirectionsFile = None,
    frame: Annotated[Frame, typer.Option(help="How much of the photo is shown.")] = Frame.portrait,
    style: Style = DEFAULT_STYLE,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Change a character by name: longer hair, an open mouth, blue eyes, and nothing else."""
    from rosetail import images
    from rosetail.characters.edits import parse_edit
    from rosetail.characters.load import load_model
    from rosetail.characters.model import read_character
    from rosetail.errors import SettingsError

    if (photo is None) != (out is None):
        raise SettingsError("a photo and -o OUT go together; give both or neither")
    if sweep is not None and photo is None:
        raise SettingsError("a sweep is drawn on a photo; give PHOTO and -o OUT")
    if out is not None:
        images.check_output(out)
    # Taking away and listing need no model.
    if not (change or photo):
        who = read_character(character)
        roses = None
    else:
        roses = load_model(model, backend)
        who = roses.read(character)
    for name in unset or ():
        who = who.unset(name)
    if change and roses:
        wishes = dict(parse_edit(text) for text in change)
        who = who.edit(wishes, method=method, directions=directions_of(roses, directions))
    if roses and photo and out:
        who = _draw(roses, who, photo, out, sweep, steps, method, directions, frame, style, backend)
    if change or unset or save is not None:
        print(who.save(save or character))
    if show:
        for each in who.edits:
            print(f"{each.name} {each.strength:g} ({each.method})")
    if out is not None:
        print(out)


def directions_of(roses: CharacterModel, path: Path | None) -> Directions:
    """The directions in the file at ``path``, or the model's own; they must be of its weights."""
    from rosetail.characters.directions_file import read_directions

    return roses.directions if path is None else read_directions(path).for_model(roses.id)


def _draw(
    roses: CharacterModel,
    who: Character,
    photo: Path,
    out: Path,
    sweep: tuple[str, str] | None,
    steps: int,
    method: str | None,
    directions: Path | None,
    frame: Frame,
    style: str,
    backend: str,
) -> Character:
    """Write the picture or the strip; gives the character with the picture it now has."""
    from rosetail import images
    from rosetail.stylizer.stylizer import Stylizer

    content = roses.encode(photo)
    if sweep is not None:
        from rosetail.characters import variations

        name, ends = sweep[0], variations.parse_range(sweep[1])
        known = directions_of(roses, directions)
        heads, strengths = variations.sweep(
            roses, content, who, name, ends, steps, directions=known, method=method
        )
        images.save(variations.sweep_strip(heads, strengths, name), out)
    else:
        stylizer = None if frame is Frame.face else Stylizer(style, backend)
        images.save(roses.apply(content, who, frame=frame.value, stylizer=stylizer), out)
    return replace(who, picture=roses.draw(content, who)[0])
