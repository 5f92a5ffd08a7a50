"""``rosetail directions``: find and list the directions of named edits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.cast import DEFAULT_MODEL, Model
from rosetail.cli.console import Backend, complain, listed, need, steps_bar
from rosetail.cli.edit import DirectionsFile, directions_of

FIT_EXAMPLES = """
**Examples**

- `rosetail directions fit --model roses --photos photos -o roses.safetensors`

- Beside a model of your own: `rosetail directions fit --model model --photos photos
  --tagger painted:tagger.onnx -o model/directions.safetensors`

- With another tagger: add `--tagger wd:SmilingWolf/wd-vit-tagger-v3` or
  `--tagger deepdanbooru:model-resnet_custom_v3.pt`
"""
TAGGER_HELP = (
    "Tagger of the pictures: `painted` (`painted:FILE.onnx` for your own), `deepdanbooru:FILE`, "
    "or `wd:` and a file, its folder, or a name on the Hugging Face hub."
)

LIST_EXAMPLES = """
**Examples**

- All edits of a model: `rosetail directions list`

- One method in a file: `rosetail directions list --directions mine.safetensors --method joint`
"""

directions = typer.Typer(no_args_is_help=True, help="Directions in style space: find and list.")


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(directions, name="directions", rich_help_panel="Make characters")


@directions.command(epilog=FIT_EXAMPLES)
def fit(
    photos: Annotated[Path, typer.Option(metavar="FOLDER", help="Photos with faces.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE.safetensors",
            help="The file to write. As directions.safetensors in a model's folder it is the "
            "model's own.",
        ),
    ],
    styles_per_photo: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="Random characters per photo.")
    ] = 3,
    methods: Annotated[
        str, typer.Option(metavar="NAME,NAME,...", help="Which methods to fit.")
    ] = "sefa,linear,lasso,svd,svm,pca,joint",
    tagger: Annotated[str, typer.Option(metavar="KIND[:FILE]", help=TAGGER_HELP)] = "painted",
    least: Annotated[
        float, typer.Option(metavar="0..1", help="Skip tags on fewer of the pictures.")
    ] = 0.01,
    most: Annotated[
        float, typer.Option(metavar="0..1", help="Skip tags on more of the pictures.")
    ] = 0.33,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Find a direction in style space for each tag, by several methods.

    An interrupted run continues from the intermediate results beside the file.
    """
    need("directions fit", "train", "sklearn", "scipy")
    from rosetail import images
    from rosetail.characters.load import load_model
    from rosetail.data.folders import photos_in
    from rosetail.directions.fit import FitSettings, fit
    from rosetail.directions.taggers import open_tagger
    from rosetail.errors import InputError

    images.check_output(out)
    names = tuple(listed(methods))
    settings = FitSettings(styles_per_photo, names, least, most, seed)
    files = photos_in(photos)
    if not files:
        raise InputError(f"{photos}: holds no pictures; give a folder of photos")
    work = out.with_name(f".{out.name}.work")
    with steps_bar() as progress:
        result = fit(
            load_model(model, backend),
            open_tagger(tagger, backend),
            files,
            work,
            settings,
            progress,
        )
    result.directions.save(out)
    for error in result.errors:
        complain(str(error))
    counts = (f"{name} {len(each)}" for name, each in result.directions.found.items())
    print(f"{result.directions.facts['pictures']} pictures; tags by method: {', '.join(counts)}")
    print(out)
    if result.errors:
        raise typer.Exit(1)


@directions.command("list", epilog=LIST_EXAMPLES)
def list_(
    path: DirectionsFile = None,
    method: Annotated[str | None, typer.Option(metavar="NAME", help="Only this method's.")] = None,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
) -> None:
    """Print every tag that can be edited, by which methods, and how well."""
    from rosetail.characters.load import load_model

    if path is None:
        found = directions_of(load_model(model, backend), None)
    else:
        from rosetail.characters.directions_file import read_directions

        found = read_directions(path)
    print(f"{'method':8} {'tag':28} {'pictures':>8} {'score':>6} {'scale':>7} {'reach':>6}")
    for name in found.methods:
        if method not in (None, name):
            continue
        for tag, each in sorted(found.found[name].items()):
            print(
                f"{name:8} {tag:28} {each.support or '-':>8} {_number(each.score, '.2f'):>6} "
                f"{_number(each.scale or float('nan'), '.2f'):>7} {_number(each.reach, '.0%'):>6}"
            )


def _number(value: float, form: str) -> str:
    return format(value, form) if value == value else "-"
