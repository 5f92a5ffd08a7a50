"""``rosetail invert``: find the character of a drawing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from rosetail import extras
from rosetail.cli.console import progress_bar
from rosetail.cli.looks import open_model
from rosetail.cli.options import Backend, Vgg

if TYPE_CHECKING:
    from rosetail.characters.content import EncodedDrawing

EXAMPLES = """
**Examples**

- `rosetail invert anime.png -o character.json --vgg vgg19.safetensors`, then
  `rosetail apply me.jpg --character character.json -o me-anime.png`

- Quick, without PyTorch: `rosetail invert anime.png -o character.json --encoder-only`
"""


def invert(
    drawing: Annotated[Path, typer.Argument(metavar="ANIME", help="A drawing with a head.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.json", help="The character to write.")
    ],
    vgg: Vgg = None,
    encoder_only: Annotated[
        bool, typer.Option("--encoder-only", help="Use the encoder's estimate, no optimisation.")
    ] = False,
    steps: Annotated[int, typer.Option(min=1, help="Optimisation steps.")] = 300,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the character. Default: the file's name."),
    ] = None,
    show: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURE",
            help="Picture of the drawing beside its reconstruction. Default: the character's file "
            "name with .png.",
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A trained model: a name from `rosetail models list`, or the folder of an "
            "exported run.",
        ),
    ] = "roses",
    backend: Backend = "auto",
) -> None:
    """Find the character of a drawing: by the encoder, then by optimisation.

    The drawing and its reconstruction are written side by side.
    """
    from rosetail import images
    from rosetail.characters.capabilities import encode_drawing

    shown = show or out.with_suffix(".png")
    for path in (out, shown):
        images.check_output(path)
    if not encoder_only:
        extras.check("invert without --encoder-only", "train", "torch", "safetensors")
    roses = open_model(model, backend)
    read = encode_drawing(roses, drawing)
    guess = roses.decode(read.content, read.w[None])[0]
    row = [(read.head, "drawing"), (guess, f"encoder, {_apart(guess, read.head):.1f} levels off")]
    w, picture = read.w, guess
    if not encoder_only:
        w = _optimised(model, read, vgg, steps)
        picture = roses.decode(read.content, w[None])[0]
        row.append((picture, f"optimised, {_apart(picture, read.head):.1f} levels off"))
    found = replace(roses.character(w, name or drawing.stem), picture=picture)
    print(found.save(out))
    sides, labels = zip(*row, strict=True)
    images.save(images.contact_sheet(sides, len(sides), labels), shown)
    print(shown)


def _optimised(model: str, read: EncodedDrawing, vgg: Path | None, steps: int) -> np.ndarray:
    from rosetail.directions.inversion import invert as optimise
    from rosetail.errors import SettingsError
    from rosetail.layers.vgg import Vgg19Features
    from rosetail.methods.roses.warm_start import generator_of

    if vgg is None:
        raise SettingsError("optimisation needs --vgg FILE; give it, or --encoder-only")
    net = generator_of(model, post=True).eval().requires_grad_(False)
    with progress_bar("optimising", steps, "steps") as update:
        return optimise(
            net,
            read.content.maps,
            read.head,
            read.w,
            Vgg19Features(vgg),
            landmarks=read.content.landmarks,
            steps=steps,
            progress=lambda done: update(done, None),
        ).w


def _apart(first: np.ndarray, second: np.ndarray) -> float:
    """Mean absolute difference in levels 0..255."""
    return float(np.abs(first.astype(np.float32) - second).mean())
