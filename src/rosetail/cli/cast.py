"""``rosetail cast``, ``apply``, ``mix`` and ``layers``: create, save and reuse characters."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.console import complain
from rosetail.cli.looks import open_model, own_model
from rosetail.cli.options import (
    DEFAULT_STYLE,
    Backend,
    CharacterFile,
    Count,
    Frame,
    Model,
    OutAny,
    OutPicture,
    Save,
    Seed,
    Style,
    refuse,
)

if TYPE_CHECKING:
    from PIL.Image import Image

    from rosetail.characters.model import Character, CharacterModel
    from rosetail.stylizer.stylizer import Stylizer

READS_DRAWINGS = "roses"  # the model that comes with Rosetail
CAST_EXAMPLES = """
**Examples**

- Eight characters for a face: `rosetail cast me.jpg -o sheet.png`

- Eight others, each saved as a file: `rosetail cast me.jpg -o sheet.png --seed 7 --save cast`

- Three that look like the person first: `rosetail cast me.jpg -o sheet.png --likeness --save cast`

- First one in the style of a drawing:
  `rosetail cast me.jpg -o sheet.png --like anime.png --save same-style`
"""
APPLY_EXAMPLES = """
**Examples**

- `rosetail apply friend.jpg --character cast/character-0.3.json -o friend-anime.png`

- A folder, only the faces: `rosetail apply photos --character aiko.json -o anime --frame face`

- A group: `rosetail apply group.jpg --character aiko.json -o group.png --face all --frame full`
"""
MIX_EXAMPLES = """
**Example**

- Five steps from one character to another, drawn for a photo:
  `rosetail mix aiko.json ren.json -n 5 --photo me.jpg -o mix.png --save mixed`
"""
LAYERS_EXAMPLES = """
**Examples**

- `rosetail layers me.jpg --character aiko.json -o aiko.ora`, then open it in Krita, GIMP or MyPaint

- Larger, with the background: add `--size 2048 --ground`
"""
Like = Annotated[
    Path | None,
    typer.Option(
        metavar="DRAWING", help="Put a character in the style of this drawing first (by roses)."
    ),
]
Likeness = Annotated[
    bool,
    typer.Option(
        "--likeness",
        help="Put characters that look like the person first: the closest, a prettier and a "
        "bolder one.",
    ),
]
Follow = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=1.0,
        metavar="0..1",
        help="How far proportions of the face follow the person's (default 0.5; painter only).",
    ),
]
Truncation = Annotated[
    float,
    typer.Option(
        min=0.0,
        max=1.0,
        metavar="0..1",
        help="Truncation: lower values give more average characters.",
    ),
]
OnlyFace = Annotated[
    str,
    typer.Option(
        metavar="NUMBER|all",
        help="The face to draw, 1 for the largest, or all of them (with --frame full).",
    ),
]


def cast(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo with a face, or -.")],
    out: OutPicture,
    n: Count = 8,
    seed: Seed = 0,
    like: Like = None,
    likeness: Likeness = False,
    follow: Follow = None,
    truncation: Truncation = 1.0,
    save: Save = None,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Turn one face into a set of characters."""
    from rosetail import images
    from rosetail.characters.capabilities import encode_drawing, set_follow
    from rosetail.characters.variations import character_sheet

    images.check_output(out)
    if like is not None:
        model = model or READS_DRAWINGS
    roses = open_model(model, backend)
    if follow is not None:
        set_follow(roses, follow)
    content = roses.encode(photo)
    characters = roses.cast(content, n, seed=seed, truncation=truncation)
    if like is not None:
        w = encode_drawing(roses, like).w
        shown = roses.decode(content, w)[0]
        characters.insert(0, roses.character(w, f"like {like.stem}", shown))
    if likeness:
        characters = [*roses.likenesses(content), *characters]
    if save is not None:
        _save(characters, save)
    images.save(character_sheet(characters), out)
    print(out)


def apply(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="PHOTO...", help="Photos, folders of them, or - for standard input."
        ),
    ],
    character: CharacterFile,
    out: OutAny,
    frame: Frame = "portrait",
    face: OnlyFace = "1",
    style: Style = DEFAULT_STYLE,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Draw other photos as a saved character.

    If a photo has more faces than are drawn, a line says so.
    """
    from rosetail import weights
    from rosetail.characters.model import check_model, read_character
    from rosetail.cli.jobs import draw_all, draw_piped, plan
    from rosetail.errors import OutputError, SettingsError
    from rosetail.image_decoding import PIPE
    from rosetail.stylizer.stylizer import Stylizer

    number, alone = _face_number(face, frame), frame in ("face", "figure")
    refuse({"--style": alone and style != DEFAULT_STYLE}, f"with --frame {frame}")
    who = read_character(character)
    weights.find(style)
    if frame == "figure" and out.suffix.lower() in (".jpg", ".jpeg", ".bmp"):
        raise OutputError(f"{out}: cannot hold a transparent background; use .png or .webp")
    roses = open_model(model or own_model(character), backend)
    check_model(who, roses.id)
    piped = PIPE in (*inputs, out)
    if piped and len(inputs) != 1:
        raise SettingsError("- is for one picture")
    planned = None if piped else plan(inputs, out, suffix=".png" if frame == "figure" else "")
    stylizer = None if alone else Stylizer(style, backend)
    if number is None:
        draw = partial(roses.apply_to_all, character=who, stylizer=stylizer)
    else:
        draw = partial(_draw_face, roses, who, frame, stylizer, number)
    if planned is None:
        draw_piped(draw, inputs[0], out)
    else:
        draw_all(planned, draw, out, "drawing")


def _face_number(text: str, frame: str) -> int | None:
    """The number of a face from 1; None for all of them. Raises SettingsError."""
    from rosetail.errors import SettingsError

    if text == "all":
        if frame != "full":
            raise SettingsError("--face all draws whole photos; add --frame full")
        return None
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(f"--face {text}: give a number from 1, or all")
    return int(text)


def _draw_face(
    roses: CharacterModel,
    who: Character,
    frame: Frame,
    stylizer: Stylizer | None,
    number: int,
    photo: Path,
) -> Image:
    """Face ``number`` of the photo as the character; says how many other faces there are."""
    from rosetail.errors import NoFaceFound

    rgb, found = roses.read_faces(photo)
    if number > len(found):
        raise NoFaceFound(f"{photo}: has {len(found)} faces; give --face 1 to {len(found)}")
    if len(found) > 1:
        complain(f"{photo}: face {number} of {len(found)} was drawn; choose others by --face")
    content = roses.encode_at(rgb, found[number - 1].landmarks)
    return roses.apply(content, who, frame=frame, stylizer=stylizer)


def mix(
    first: Annotated[Path, typer.Argument(metavar="A", help="A character file.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="The other character file.")],
    photo: Annotated[Path, typer.Option(metavar="PHOTO", help="The photo they are drawn for.")],
    out: OutPicture,
    n: Annotated[
        int, typer.Option("-n", min=2, max=64, help="Number of characters, A and B included.")
    ] = 5,
    save: Save = None,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Draw the characters between two."""
    from rosetail import images
    from rosetail.characters.model import check_model, read_character
    from rosetail.characters.variations import character_sheet
    from rosetail.characters.variations import mix as mix_characters

    images.check_output(out)
    between = mix_characters(read_character(first), read_character(second), n)
    roses = open_model(model or own_model(first), backend)
    check_model(between[0], roses.id)
    content = roses.encode(photo)
    shown = [replace(each, picture=roses.draw(content, each)[0]) for each in between]
    if save is not None:
        _save(shown, save)
    images.save(character_sheet(shown, columns=n), out)
    print(out)


def layers(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo for pose and face.")],
    character: CharacterFile,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="OUT.ora", help="The OpenRaster file to write.")
    ],
    size: Annotated[int, typer.Option(help="Side of the picture in pixels, 128 to 2048.")] = 1536,
    ground: Annotated[
        bool, typer.Option("--ground", help="Add the background and the overall light.")
    ] = False,
) -> None:
    """Write a character as layers: each part on its own, all mouths, eyes open and closed.

    For characters of the painter (extra paint).
    """
    from rosetail.characters.capabilities import character_layers
    from rosetail.characters.model import read_character
    from rosetail.characters.openraster import check_layers_path, write_layers

    check_layers_path(out)
    who = read_character(character)
    write_layers(character_layers(open_model("painter"), photo, who, size, ground=ground), out)
    print(out)


def _save(characters: list[Character], folder: Path) -> None:
    """Save all, or none if a file there holds another character. Raises OutputError."""
    from rosetail.characters.character_file import SUFFIX
    from rosetail.cli.jobs import output_folder
    from rosetail.errors import OutputError

    output_folder(folder)
    paths: dict[Path, Character] = {}
    for each in characters:
        name = re.sub(r"[^\w.]+", "-", each.name).strip("-.") or "character"
        paths[folder / f"{name}{SUFFIX}"] = each
    for path, each in paths.items():
        if path.exists() and not _same(path, each):
            raise OutputError(f"{path}: is another character; give another folder")
    for path, each in paths.items():
        print(each.save(path))


def _same(path: Path, character: Character) -> bool:
    """Whether a file holds this character, perhaps drawn for another photo."""
    import numpy as np

    from rosetail.characters.model import read_character

    kept = read_character(path)
    return kept.model == character.model and np.allclose(kept.code, character.code, atol=1e-5)
