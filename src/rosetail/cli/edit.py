"""``rosetail edit``: change a character by named edits, saved in its file."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.looks import directions_of, open_model, own_model
from rosetail.cli.options import (
    DEFAULT_STYLE,
    Backend,
    DirectionsFile,
    Frame,
    Method,
    Model,
    Style,
    refuse,
)

if TYPE_CHECKING:
    from rosetail.characters.content import Content
    from rosetail.characters.directions_file import Directions
    from rosetail.characters.model import Character, CharacterModel

EXAMPLES = """
**Examples**

- `rosetail edit me.jpg --character aiko.json --set long_hair=1 --set open_mouth=0.5 -o aiko.png`

- Colours by name: `rosetail edit --character aiko.json --set hair=blue --set eyes=green`

- List its edits, remove one: `rosetail edit --character aiko.json --list`,
  `rosetail edit --character aiko.json --unset long_hair`

- One edit from low to high:
  `rosetail edit me.jpg --character aiko.json --sweep open_mouth -3..3 -o sweep.png`
"""
STEPS = 7  # of a sweep
DrawnPhoto = Annotated[
    Path | None, typer.Argument(metavar="PHOTO", help="The photo to draw as the character.")
]
Picture = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="PICTURE", help="The picture to write.")
]
SaveAs = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Save to this file instead of the character's own."),
]
Edits = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=NUMBER|COLOUR",
        help="Strength of an edit: at 1 most pictures show the attribute; 0 removes the edit.",
    ),
]
Sweep = Annotated[
    tuple[str, str] | None,
    typer.Option(
        metavar="NAME LOW..HIGH",
        help="Write a strip with this edit from LOW to HIGH; it is not saved.",
    ),
]


def edit(
    character: Annotated[
        Path, typer.Option(metavar="FILE", help="A character file; edits are saved in it.")
    ],
    photo: DrawnPhoto = None,
    out: Picture = None,
    change: Edits = None,
    unset: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Remove an edit.")] = None,
    show: Annotated[bool, typer.Option("--list", help="Print the character's edits.")] = False,
    sweep: Sweep = None,
    steps: Annotated[int, typer.Option(min=2, max=33, help="Pictures in a sweep.")] = STEPS,
    save: SaveAs = None,
    method: Method = None,
    directions: DirectionsFile = None,
    frame: Frame = "portrait",
    style: Style = DEFAULT_STYLE,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Change one thing about a character: longer hair, an open mouth, blue eyes."""
    from rosetail.characters.model import read_character
    from rosetail.locks import locked_file
    from rosetail.reading import check_file

    _check(photo, out, sweep)
    named = {"--method": method is not None, "--directions": directions is not None}
    refuse({} if change or sweep else named, "without --set or --sweep")
    refuse({"--steps": sweep is None and steps != STEPS}, "without --sweep")
    drawn = {"--frame": frame != "portrait", "--style": style != DEFAULT_STYLE}
    refuse(drawn if photo is None or sweep else {}, "with --sweep" if sweep else "without PHOTO")
    # Removing and listing need no model.
    roses = open_model(model or own_model(character), backend) if change or photo else None
    own = save is None and bool(change or unset)
    # Of two edits at the same time, the second sees the first.
    with locked_file(check_file(character)) if own else nullcontext():
        who = roses.read(character) if roses else read_character(character)
        for name in unset or ():
            who = who.unset(name)
        if roses and change:
            who = _edited(roses, who, change, method, directions)
        if roses and photo and out:
            content = roses.encode(photo)
            if sweep is not None:
                known = directions_of(roses, directions)
                _write_sweep(roses, content, who, out, sweep, steps, known, method)
            else:
                _write_picture(roses, content, who, out, frame, style, backend)
            who = replace(who, picture=roses.draw(content, who)[0])
        if own or save is not None:
            print(who.save(save or character))
    if show:
        for each in who.edits:
            print(f"{each.name} {each.strength:g} ({each.method})")
    if out is not None:
        print(out)


def _check(photo: Path | None, out: Path | None, sweep: tuple[str, str] | None) -> None:
    from rosetail import images
    from rosetail.errors import SettingsError

    if (photo is None) != (out is None):
        raise SettingsError("a photo and -o OUT go together; give both or neither")
    if sweep is not None and photo is None:
        raise SettingsError("a sweep is drawn on a photo; give PHOTO and -o OUT")
    if out is not None:
        images.check_output(out)


def _edited(
    roses: CharacterModel,
    who: Character,
    change: list[str],
    method: str | None,
    directions: Path | None,
) -> Character:
    from rosetail.characters.edits import parse_edit

    edits = dict(parse_edit(text) for text in change)
    return who.edit(edits, method=method, directions=directions_of(roses, directions))


def _write_sweep(
    roses: CharacterModel,
    content: Content,
    who: Character,
    out: Path,
    sweep: tuple[str, str],
    steps: int,
    directions: Directions,
    method: str | None,
) -> None:
    from rosetail import images
    from rosetail.characters import variations

    name, ends = sweep[0], variations.parse_range(sweep[1])
    heads, strengths = variations.sweep(
        roses, content, who, name, ends, steps, directions=directions, method=method
    )
    images.save(variations.sweep_strip(heads, strengths, name), out)


def _write_picture(
    roses: CharacterModel,
    content: Content,
    who: Character,
    out: Path,
    frame: Frame,
    style: str,
    backend: str,
) -> None:
    from rosetail import images
    from rosetail.stylizer.stylizer import Stylizer

    stylizer = None if frame == "face" else Stylizer(style, backend)
    images.save(roses.apply(content, who, frame=frame, stylizer=stylizer), out)
