"""``rosetail evaluate directions``: do edits change what they name, and only that?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.cast import DEFAULT_MODEL, Model
from rosetail.cli.console import Backend, complain, listed, need, steps_bar
from rosetail.cli.edit import DirectionsFile, directions_of
from rosetail.cli.evaluate import Lpips, evaluate

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
    photos: Annotated[Path, typer.Option(metavar="FOLDER", help="Portraits not used in training.")],
    drawings: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="Drawings to compare with, prepared or as they are."),
    ],
    vgg: Annotated[Path, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="Folder for the report.")
    ],
    directions: DirectionsFile = None,
    rescorer: Annotated[
        str,
        typer.Option(
            metavar="KIND[:FILE]",
            help="Tagger that scores the edits; not the one that found the directions.",
        ),
    ] = "rescorer",
    methods: Annotated[
        str | None,
        typer.Option(metavar="NAME,NAME,...", help="Only these methods; the default is all."),
    ] = None,
    views: Annotated[
        int,
        typer.Option(min=0, help="Views of each photo for DFID; 0 skips it, otherwise at least 2."),
    ] = 1000,
    count: Annotated[int, typer.Option(min=0, help="Number of photos; 0 is all.")] = 0,
    cast: Annotated[
        int, typer.Option(min=2, help="Characters of each photo for the measure of diversity.")
    ] = 10,
    clip: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Video of a face, to measure whether edits keep its motion."
        ),
    ] = None,
    inception: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Inception v3, for FID and DFID as published."),
    ] = None,
    lpips: Lpips = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Measure edits: FID, DFID, diversity, re-scoring and pictures; as Markdown and HTML.

    DFID as published takes 1000 views of each photo with each edit: hours without a GPU.
    """
    need("evaluate", "train", "torch", "safetensors")
    from rosetail.characters.load import load_model
    from rosetail.cli.jobs import output_folder
    from rosetail.data.folders import photos_in
    from rosetail.directions.taggers import open_tagger
    from rosetail.errors import SettingsError
    from rosetail.evaluate.directions import EditEvaluation, EditSettings
    from rosetail.evaluate.features import FeatureExtractor

    if views == 1:
        raise SettingsError("--views 1: a distance needs two pictures at least; give 2, or 0")
    output_folder(out)
    roses = load_model(model, backend)
    settings = EditSettings(views, count, cast, seed, tuple(listed(methods)), clip)
    scorer = open_tagger(rescorer, backend)
    extract = FeatureExtractor(vgg, inception or "", lpips)
    with steps_bar() as progress:
        results, errors = EditEvaluation(
            roses,
            directions_of(roses, directions),
            photos_in(photos),
            drawings,
            scorer,
            extract,
            settings,
            progress,
        ).run()
    for error in errors:
        complain(str(error))
    for path in results.save(out):
        print(path)
    if errors:
        raise typer.Exit(1)
