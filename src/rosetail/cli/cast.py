"""``rosetail cast``, ``apply`` and ``mix``: characters for a face, kept and put on other photos."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.console import DEFAULT_STYLE, Backend, Style, progress_bar
from rosetail.weights import default_model

if TYPE_CHECKING:
    from rosetail.characters.model import Character

DEFAULT_MODEL = default_model()
Model = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="The model: `painter`, which draws by rule, a name that `rosetail models list` "
        "prints, or the folder of an exported run.",
    ),
]
CAST_EXAMPLES = """
**Examples**

- Eight characters for a face: `rosetail cast me.jpg -o sheet.png`

- Others, and each kept as a file: `rosetail cast me.jpg -o sheet.png --seed 7 --save cast`

- One that looks like them: `rosetail cast me.jpg -o sheet.png --likeness`

- One in the style of a drawing: `rosetail cast me.jpg -o sheet.png --like anime.png --save cast`
"""
APPLY_EXAMPLES = """
**Examples**

- `rosetail apply friend.jpg --character cast/character-0.3.json -o friend-anime.png`

- A folder, only the faces: `rosetail apply photos --character aiko.json -o anime --frame face`
"""
MIX_EXAMPLES = """
**Example**

- Five steps from one character to another, shown on a photo:
  `rosetail mix aiko.json ren.json -n 5 --photo me.jpg -o mix.png --save mixed`
"""


class Frame(str, Enum):
    """How much of the photo is shown."""

    face = "face"
    figure = "figure"
    portrait = "portrait"
    full = "full"


Count = Annotated[int, typer.Option("-n", min=1, max=64, help="How many characters.")]
Save = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Keep each as a character file in this folder."),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    panel = "Make characters"
    app.command(epilog=CAST_EXAMPLES, rich_help_panel=panel)(cast)
    app.command(epilog=APPLY_EXAMPLES, rich_help_panel=panel)(apply)
    app.command(epilog=MIX_EXAMPLES, rich_help_panel=panel)(mix)


def cast(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo with a face.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="SHEET", help="The picture of all of them.")
    ],
    n: Count = 8,
    seed: Annotated[int, typer.Option(min=0, help="Another number, other characters.")] = 0,
    like: Annotated[
        Path | None,
        typer.Option(metavar="DRAWING", help="First comes one in the style of this drawing."),
    ] = None,
    likeness: Annotated[
        bool,
        typer.Option("--likeness", help="First comes one with the person's own hair and colours."),
    ] = False,
    truncation: Annotated[
        float,
        typer.Option(min=0.0, max=1.0, metavar="0..1", help="Less is nearer to the mean."),
    ] = 1.0,
    save: Save = None,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Draw one face as many characters."""
    from rosetail import images
    from rosetail.characters.capabilities import encode_drawing
    from rosetail.characters.load import load_model
    from rosetail.characters.variations import character_sheet

    images.check_output(out)
    roses = load_model(model, backend)
    content = roses.encode(photo)
    characters = roses.cast(content, n, seed=seed, truncation=truncation)
    if like is not None:
        w = encode_drawing(roses, like).w
        shown = roses.decode(content, w)[0]
        characters.insert(0, roses.character(w, f"like {like.stem}", shown))
    if likeness:
        characters.insert(0, roses.likeness(content))
    if save is not None:
        _keep(characters, save)
    images.save(character_sheet(characters), out)
    print(out)


def apply(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="PHOTO...", help="Photos or folders of them.")
    ],
    character: Annotated[
        Path, typer.Option(metavar="FILE", help="A character file from `rosetail cast --save`.")
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="OUT", help="A file for one, else a folder."),
    ],
    frame: Annotated[
        Frame,
        typer.Option(
            help="`face` is the drawn head alone, `figure` the same before a clear ground (PNG), "
            "`portrait` the part about it, `full` the whole photo; what is not head is drawn in "
            "the style."
        ),
    ] = Frame.portrait,
    style: Style = DEFAULT_STYLE,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Put a character on other photos."""
    import rosetail
    from rosetail import images, weights
    from rosetail.characters.load import load_model
    from rosetail.characters.model import check_model, read_character
    from rosetail.cli.jobs import plan
    from rosetail.cli.stylize import report
    from rosetail.stylizer.stylizer import Stylizer

    who = read_character(character)
    weights.find(style)
    roses = load_model(model, backend)
    check_model(who, roses.id)
    planned = plan(inputs, out, suffix=".png" if frame is Frame.figure else "")
    stylizer = None if frame in (Frame.face, Frame.figure) else Stylizer(style, backend)
    draw = partial(roses.apply, character=who, frame=frame.value, stylizer=stylizer)
    failures = list(planned.failures)
    with progress_bar("drawing", len(planned.jobs), "pictures") as move:
        for done, (source, target) in enumerate(planned.jobs, start=1):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                images.save(draw(source), target)
            except rosetail.RosetailError as error:
                failures.append(error)
            move(done, None)
    report(len(planned.jobs) + len(planned.failures), failures, out)


def mix(
    first: Annotated[Path, typer.Argument(metavar="A", help="A character file.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    photo: Annotated[Path, typer.Option(metavar="PHOTO", help="The face to show them on.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="SHEET", help="The picture of all of them.")
    ],
    n: Annotated[int, typer.Option("-n", min=2, max=64, help="How many, both ends included.")] = 5,
    save: Save = None,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Draw the characters between two."""
    from rosetail import images
    from rosetail.characters.load import load_model
    from rosetail.characters.model import check_model, read_character
    from rosetail.characters.variations import character_sheet
    from rosetail.characters.variations import mix as mix_characters

    images.check_output(out)
    between = mix_characters(read_character(first), read_character(second), n)
    roses = load_model(model, backend)
    check_model(between[0], roses.id)
    content = roses.encode(photo)
    shown = [replace(each, picture=roses.draw(content, each)[0]) for each in between]
    if save is not None:
        _keep(shown, save)
    images.save(character_sheet(shown, columns=n), out)
    print(out)


def _keep(characters: list[Character], folder: Path) -> None:
    from rosetail.characters.character_file import SUFFIX
    from rosetail.cli.jobs import output_folder

    output_folder(folder)
    for each in characters:
        name = re.sub(r"[^\w.]+", "-", each.name).strip("-.") or "character"
        print(each.save(folder / f"{name}{SUFFIX}"))
