"""``rosetail evaluate``: compare methods, measure edits, train and test classifiers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rosetail import extras
from rosetail.cli.console import complain, listed, steps_bar
from rosetail.cli.looks import directions_of, open_model
from rosetail.cli.options import (
    Backend,
    DirectionsFile,
    Inception,
    Lpips,
    Model,
    OutFile,
    OutFolder,
    PairOption,
    Seed,
    Vgg,
    read_pairs,
)

evaluate = typer.Typer(no_args_is_help=True, help="Measure and compare.")

COMPARE_EXAMPLES = """
**Examples**

- Six methods in half an hour on two cores, with painted drawings:
  `rosetail evaluate compare small -o compare --photos portraits --vgg vgg19.safetensors`

- The setting of the papers, on a data set as it comes, for a GPU:
  `rosetail evaluate compare full -o compare --photos selfie2anime --vgg vgg19.safetensors`

- Some of its methods: add `--only cel --only cyclegan`

A stopped comparison continues with the same command.
"""
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
RESCORER_EXAMPLES = """
**Examples**

- On portraits that no tagger has seen, with edits at random so that no two tags are correlated:
  `rosetail data paint data/rescoring --count 6000 --seed 1000000 --edits
  open_mouth,closed_mouth,short_hair,long_hair,closed_eyes,wide-eyed`, then
  `rosetail evaluate rescorer data/rescoring -o rescorer.safetensors`

- Other tags: add `--tags glasses,long_hair`
"""
TAGGER_EXAMPLES = "**Example**\n\n- `rosetail evaluate tagger runs/tagger data/held-out`"
RESCORER_SIDE = 256  # pixels


@evaluate.command(epilog=COMPARE_EXAMPLES)
def compare(
    config: Annotated[
        str, typer.Argument(metavar="CONFIG", help="A preset, `small` or `full`, or a TOML file.")
    ],
    out: OutFolder,
    photos: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Photos to train on; a data set with trainA to testB gives all four.",
        ),
    ] = None,
    anime: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Drawings to train on. Default: painted ones."),
    ] = None,
    test: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Photos to test on. Default: testA.")
    ] = None,
    metadata: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="metadata.jsonl with sex, age and country of test photos."
        ),
    ] = None,
    vgg: Vgg = None,
    inception: Inception = None,
    lpips: Lpips = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="METHOD", help="Compare only this method. Repeatable."),
    ] = None,
) -> None:
    """Train or load each method, draw the same photos with all, and write one report.

    Measures with confidence intervals, costs, pictures, worst cases, and results by group.
    """
    extras.check("comparing", "train", "torch", "lightning_fabric", "onnx", "skia")
    from rosetail.evaluate import compare_settings
    from rosetail.evaluate.compare import compare as run

    tables = {
        "data": {"photos": photos, "anime": anime, "test": test, "metadata": metadata},
        "measure": {"vgg": vgg, "inception": inception, "lpips": lpips},
    }
    given: dict[str, dict[str, Any]] = {
        table: {name: str(path) for name, path in values.items() if path is not None}
        for table, values in tables.items()
    }
    comparison = compare_settings.load(config, given)
    if only:
        comparison = compare_settings.only(comparison, only)
    for path in run(comparison, out):
        print(path)


Views = Annotated[
    int, typer.Option(min=0, help="Views of each photo for DFID, 2 or more; 0 leaves it out.")
]
Photos = Annotated[Path, typer.Option(metavar="FOLDER", help="Portraits not used for training.")]
Drawings = Annotated[
    Path, typer.Option(metavar="FOLDER", help="Drawings to compare with, prepared or not.")
]
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


@evaluate.command(epilog=DIRECTIONS_EXAMPLES)
def directions(
    photos: Photos,
    drawings: Drawings,
    vgg: Annotated[Path, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")],
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
    from rosetail.errors import SettingsError
    from rosetail.evaluate.directions import EditEvaluation, EditSettings
    from rosetail.evaluate.features import FeatureExtractor

    if views == 1:
        raise SettingsError("--views 1: a distance needs two pictures at least; give 2, or 0")
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
    for error in errors:
        complain(str(error))
    for written in results.save(out):
        print(written)
    if errors:
        raise typer.Exit(1)


@evaluate.command(epilog=THESIS_EXAMPLES)
def thesis(
    photos: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER",
            help="A data set with trainA and testA, or portraits: one half is for finding "
            "directions, the other for measuring.",
        ),
    ],
    vgg: Annotated[Path, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")],
    out: OutFolder,
    drawings: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Drawings to compare with. Default: painted ones."),
    ] = None,
    models: Annotated[
        str, typer.Option(metavar="NAME,NAME,...", help="Models by name, or exported folders.")
    ] = "roses,painter",
    tagger: Annotated[
        str, typer.Option(metavar="KIND[:FILE]", help="The tagger that directions are found with.")
    ] = "painted",
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
    from rosetail.errors import SettingsError
    from rosetail.evaluate.features import FeatureExtractor
    from rosetail.evaluate.thesis import SAMPLE_CLIP, ThesisEvaluation, ThesisSettings

    if views == 1:
        raise SettingsError("--views 1: a distance needs two pictures at least; give 2, or 0")
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
    for error in errors:
        complain(str(error))
    for path in written:
        print(path)
    if errors:
        raise typer.Exit(1)


@evaluate.command(epilog=RESCORER_EXAMPLES)
def rescorer(
    painted: Annotated[
        Path, typer.Argument(metavar="PAINTED", help="A folder from `rosetail data paint`.")
    ],
    out: OutFile,
    tags: Annotated[
        str, typer.Option(metavar="NAME,NAME,...", help="The tags it predicts.")
    ] = "open_mouth,short_hair,closed_eyes",
    held: Annotated[int, typer.Option(min=1, help="Portraits held out for testing.")] = 1000,
    seed: Seed = 0,
) -> None:
    """Train the re-scorer that judges edits, and print its precision and recall.

    It is not a network: a regression for each tag on gradients and colours of the head.
    """
    extras.check("evaluate rescorer", "train", "sklearn", "safetensors")
    from rosetail import images
    from rosetail.data.painted import read_painted
    from rosetail.directions.rescorer import train_rescorer
    from rosetail.errors import InputError
    from rosetail.metrics.rescoring import tag_accuracy

    images.check_output(out)
    paintings = read_painted(painted, RESCORER_SIDE)
    first = len(paintings) - held
    if first < 1:
        raise InputError(f"{painted}: {len(paintings)} portraits, {held} held out; paint more")
    names = listed(tags)
    with steps_bar() as progress:
        found = train_rescorer(paintings.part(0, first), names, seed=seed, progress=progress)
    found.save(out)
    others = paintings.part(first, len(paintings))
    print(f"{'tag':20} {'pictures':>8} {'precision':>9} {'recall':>6}")
    for tag, each in tag_accuracy(found(others.pictures), others.table(names), names).items():
        print(f"{tag:20} {each.pictures:8} {each.precision:9.2f} {each.recall:6.2f}")
    print(out)


@evaluate.command(epilog=TAGGER_EXAMPLES)
def tagger(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run of `rosetail train tagger`.")],
    painted: Annotated[
        Path, typer.Argument(metavar="PAINTED", help="Portraits that it was not trained on.")
    ],
) -> None:
    """Print how well a trained tagger reads painted portraits."""
    extras.check("evaluate tagger", "train", "torch", "safetensors")
    from rosetail.methods.tagger.export import evaluate_tagger

    print(evaluate_tagger(run, painted).table())
