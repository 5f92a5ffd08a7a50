"""``rosetail evaluate``: compare methods, train and test classifiers of drawings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rosetail import extras
from rosetail.cli.console import listed, steps_bar
from rosetail.cli.options import Inception, Lpips, OutFile, OutFolder, Seed, Vgg

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
