"""``rosetail evaluate directions``: do edits change what they name, and only that?"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.cast import DEFAULT_MODEL, Model
from rosetail.cli.console import Backend, complain, listed, need, steps_bar
from rosetail.cli.edit import DirectionsFile, directions_of
from rosetail.cli.evaluate import evaluate

EXAMPLES = """
**Examples**

- `rosetail evaluate directions --model roses --photos testA --drawings testB
  --vgg vgg19.safetensors -o report`

- A first look: add `--count 20 --views 0 --cast 2`

- With the published features: add `--inception pt_inception-2015-12-05-6726825d.pth`
"""


def register() -> None:
    """Add the verb to ``rosetail evaluate``, which the program has already."""
    evaluate.command("directions", epilog=EXAMPLES)(evaluate_directions)


def evaluate_directions(
    photos: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Portraits that nobody trained on.")
    ],
    drawings: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Drawings to compare with, prepared or not.")
    ],
    vgg: Annotated[Path, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="The folder of the report.")
    ],
    directions: DirectionsFile = None,
    rescorer: Annotated[
        str,
        typer.Option(
            metavar="KIND[:FILE]",
            help="Who scores the edits; a tagger that found the directions may not.",
        ),
    ] = "rescorer",
    methods: Annotated[
        str | None, typer.Option(metavar="NAME,NAME,...", help="Only these; else all there are.")
    ] = None,
    views: Annotated[
        int,
        typer.Option(
            min=0, help="Views of every photo for DFID; 0 leaves it out, 1 is too few to measure."
        ),
    ] = 1000,
    count: Annotated[int, typer.Option(min=0, help="How many photos; 0 is all.")] = 0,
    cast: Annotated[
        int, typer.Option(min=2, help="Characters of a photo, whose distances make diversity.")
    ] = 10,
    clip: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A video with a face: does an edit keep its motion?"),
    ] = None,
    inception: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Inception v3, for FID as published; else VGG-19."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Which characters are drawn.")] = 0,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Write the tables of edits: FID, DFID, diversity, re-scoring, pictures; as Markdown and HTML.

    The published DFID takes 1000 views of every photo with every edit: hours without a GPU.
    """
    need("evaluate", "train", "torch", "safetensors")
    from rosetail.characters.load import load_model
    from rosetail.cli.jobs import output_folder
    from rosetail.data.folders import photos_in
    from rosetail.directions.taggers import open_tagger
    from rosetail.engines.backend import open_backend
    from rosetail.errors import SettingsError
    from rosetail.evaluate.directions import Settings, save
    from rosetail.evaluate.directions import evaluate as measure
    from rosetail.evaluate.sight import Sight

    if views == 1:
        raise SettingsError("--views 1: a distance needs two pictures at least; give 2, or 0")
    output_folder(out)
    roses = load_model(model, backend)
    known = directions_of(roses, directions)
    scorer = open_tagger(rescorer, partial(open_backend, backend=backend, precision="f32"))
    sight = Sight(vgg, inception or "")
    with steps_bar() as note:
        found, left_out = measure(
            roses,
            known,
            photos_in(photos),
            drawings,
            scorer,
            sight,
            methods=listed(methods),
            told=Settings(views=views, photos=count, cast=cast, seed=seed),
            clip=clip,
            note=note,
        )
    for error in left_out:
        complain(str(error))
    for path in save(found, out):
        print(path)
    if left_out:
        raise typer.Exit(1)
