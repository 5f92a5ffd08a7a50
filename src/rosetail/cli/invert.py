"""``rosetail invert``: the character of a drawing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from rosetail.cli.cast import DEFAULT_MODEL, Model
from rosetail.cli.console import Backend, need, progress_bar

if TYPE_CHECKING:
    from rosetail.characters.content import EncodedDrawing

EXAMPLES = """
**Examples**

- `rosetail invert anime.png -o character.json --vgg vgg19.safetensors`, then
  `rosetail apply me.jpg --character character.json -o me-anime.png`

- Quick, without PyTorch: `rosetail invert anime.png -o character.json --encoder-only`
"""


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog=EXAMPLES, rich_help_panel="Make characters")(invert)


def invert(
    drawing: Annotated[Path, typer.Argument(metavar="ANIME", help="A drawing with a head.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.json", help="The character to write.")
    ],
    vgg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")
    ] = None,
    encoder_only: Annotated[
        bool, typer.Option("--encoder-only", help="Read the style once and leave it at that.")
    ] = False,
    steps: Annotated[int, typer.Option(min=1, help="Steps of the descent.")] = 300,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Its name; else the file's.")
    ] = None,
    show: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURE",
            help="Where drawing and reconstruction go; else beside the character, as .png.",
        ),
    ] = None,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Find the character of a drawing: by the encoder, then by optimisation.

    The drawing and what the character makes of it are shown side by side.
    """
    from rosetail import images
    from rosetail.characters.capabilities import encode_drawing
    from rosetail.characters.load import load_model

    shown = show or out.with_suffix(".png")
    for path in (out, shown):
        images.check_output(path)
    if not encoder_only:
        need("invert without --encoder-only", "train", "torch", "safetensors")
    roses = load_model(model, backend)
    read = encode_drawing(roses, drawing)
    guess = roses.decode(read.content, read.w[None])[0]
    row = [(read.head, "drawing"), (guess, f"encoder, {_apart(guess, read.head):.1f} levels off")]
    w, picture = read.w, guess
    if not encoder_only:
        w = _descend(model, read, vgg, steps)
        picture = roses.decode(read.content, w[None])[0]
        row.append((picture, f"optimised, {_apart(picture, read.head):.1f} levels off"))
    found = replace(roses.character(w, name or drawing.stem), picture=picture)
    print(found.save(out))
    sides, labels = zip(*row, strict=True)
    images.save(images.contact_sheet(sides, len(sides), labels), shown)
    print(shown)


def _descend(model: str, read: EncodedDrawing, vgg: Path | None, steps: int) -> np.ndarray:
    from rosetail.directions.inversion import invert as descend
    from rosetail.errors import SettingsError
    from rosetail.layers.vgg import Vgg19Features
    from rosetail.methods.roses.warm_start import generator_of

    if vgg is None:
        raise SettingsError("optimisation needs --vgg FILE; give it, or --encoder-only")
    net = generator_of(model, outside=True).eval().requires_grad_(False)
    features = Vgg19Features(vgg)
    with progress_bar("optimising", steps, "steps") as move:
        return descend(
            net,
            read.content.maps,
            read.head,
            read.w,
            features,
            landmarks=read.content.landmarks,
            steps=steps,
            progress=lambda done: move(done, None),
        ).w


def _apart(first: np.ndarray, second: np.ndarray) -> float:
    """Mean difference in levels of 0..255."""
    return float(np.abs(first.astype(np.float32) - second).mean())
