"""``rosetail evaluate directions`` and ``thesis``: measure edits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail import extras
from rosetail.cli.console import listed, steps_bar
from rosetail.cli.looks import directions_of, open_model
from rosetail.cli.measuring import Drawings, Photos, VggFeatures, Views, check_views, print_results
from rosetail.cli.options import (
    Backend,
    DirectionsFile,
    Inception,
    Lpips,
    Model,
    OutFolder,
    PairOption,
    Seed,
    read_pairs,
)

DIRECTIONS_EXAMPLES = """
**Examples**

- `rosetail evaluate directions --model roses --photos testA --drawings testB
  --vgg vgg19.safetensors -o report`

- A quick run: add `--count 20 --views 0 --cast 2`

- With the published features: add `--inception inception.safetensors`
"""
THESIS_EXAMPLES = """
**Examples**

- `rosetail evaluate thesis --photos selfie2anime --vgg vgg19.safetensors -o report`

- A quick run: add `--count 20 --views 0 --steps 200`

- A model of your own: add `--models model`
"""
Rescorer = Annotated[
    str,
    typer.Option(
        metavar="KIND[:FILE]",
        help="The tagger that scores the edits; not the one that found the directions.",
    ),
]
Methods = Annotated[
    str | None, typer.Option(metavar="NAME,NAME,...", help="Measure only these methods.")
]
PhotoCount = Annotated[int, typer.Option(min=0, help="Number of photos; 0 is all.")]
CastSize = Annotated[int, typer.Option(min=2, help="Characters of each photo for diversity.")]
Clip = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A video with a face, to measure whether motion is kept."),
]
BothPhotos = Annotated[
    Path,
    typer.Option(
        metavar="FOLDER",
        help="A data set with trainA and testA, or portraits: one half is for finding "
        "directions, the other for measuring.",
    ),
]
ThesisDrawings = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Drawings to compare with. Default: painted ones."),
]
Models = Annotated[
    str, typer.Option(metavar="NAME,NAME,...", help="Models by name, or exported folders.")
]
Tagger = Annotated[
    str, typer.Option(metavar="KIND[:FILE]", help="The tagger that directions are found with.")
]


def evaluate_directions(
    photos: Photos,
    drawings: Drawings,
    vgg: VggFeatures,
    out: OutFolder,
    path: DirectionsFile = None,
    rescorer: Rescorer = "rescorer",
    methods: Methods = None,
    views: Views = 1000,
    count: PhotoCount = 0,
    cast: CastSize = 10,
    clip: Clip = None,
    pair: PairOption = None,
    inception: Inception = None,
    lpips: Lpips = None,
    seed: Seed = 0,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Measure edits: FID, DFID, diversity, re-scoring; a report as Markdown and HTML.

    The published DFID takes 1000 views of each photo with each edit: hours without a GPU.
    """
    extras.check("evaluate", "train", "torch", "safetensors")
    from rosetail.cli.jobs import output_folder
    from rosetail.data.folders import photos_in
    from rosetail.directions.taggers import open_tagger
    from rosetail.evaluate.directions import EditEvaluation, EditSettings
    from rosetail.evaluate.features import FeatureExtractor

    check_views(views)
    output_folder(out)
    roses = open_model(model, backend)
    known = directions_of(roses, path).with_pairs(read_pairs(pair))
    scorer = open_tagger(rescorer, backend)
    extract = FeatureExtractor(vgg, inception or "", lpips or "")
    settings = EditSettings(views, count, cast, seed, tuple(listed(methods)), clip)
    with steps_bar() as progress:
        results, errors = EditEvaluation(
            roses, known, photos_in(photos), drawings, scorer, extract, settings, progress
        ).run()
    print_results(results.save(out), errors)


def evaluate_thesis(
    photos: BothPhotos,
    vgg: VggFeatures,
    out: OutFolder,
    drawings: ThesisDrawings = None,
    models: Models = "roses,painter",
    tagger: Tagger = "painted",
    rescorer: Rescorer = "rescorer",
    views: Views = 1000,
    count: PhotoCount = 0,
    cast: CastSize = 10,
    steps: Annotated[
        int, typer.Option(min=0, help="Training steps of learned directions; 0 leaves them out.")
    ] = 2000,
    clip: Clip = None,
    inception: Inception = None,
    lpips: Lpips = None,
    seed: Seed = 0,
    backend: Backend = "auto",
) -> None:
    """The tables and figures of the first thesis.

    Finds directions by every method in several models, and measures edits of mouth, hair and eyes.

    Takes minutes to hours, mostly for DFID (--views). A stopped run continues with the same
    command.
    """
    extras.check("evaluate", "train", "torch", "safetensors", "sklearn", "skia")
    from rosetail.cli.jobs import output_folder
    from rosetail.directions.taggers import open_tagger
    from rosetail.evaluate.features import FeatureExtractor
    from rosetail.evaluate.thesis import SAMPLE_CLIP, ThesisEvaluation, ThesisSettings

    check_views(views)
    output_folder(out)
    evaluation = ThesisEvaluation(
        [open_model(name, backend) for name in listed(models)],
        photos,
        drawings,
        open_tagger(tagger, backend),
        open_tagger(rescorer, backend),
        FeatureExtractor(vgg, inception or "", lpips or ""),
        ThesisSettings(views, count, cast, steps=steps, seed=seed, clip=clip or SAMPLE_CLIP),
    )
    with steps_bar() as progress:
        evaluation.progress = progress
        written, errors = evaluation.run(out)
    print_results(written, errors)
