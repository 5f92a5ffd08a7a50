"""``rosetail directions``: find and list directions for edits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail import extras
from rosetail.cli.console import complain, listed, steps_bar
from rosetail.cli.looks import directions_of, open_model
from rosetail.cli.options import Backend, DirectionsFile, Model, PairOption, Seed, read_pairs

FIT_EXAMPLES = """
**Examples**

- `rosetail directions fit --model roses --photos photos -o roses.safetensors`

- For a model of your own: `rosetail directions fit --model model --photos photos
  --tagger painted:tagger.onnx -o model/directions.safetensors`

- SeFa as in GANs N' Roses, and learned directions: add `--methods sefa_published,voynov`

- Other coefficients of opposed pairs: add `--pair linear=10,5`

- With another tagger: add `--tagger wd:SmilingWolf/wd-vit-tagger-v3` or
  `--tagger deepdanbooru:model-resnet_custom_v3.pt`
"""
LIST_EXAMPLES = """
**Examples**

- The edits of the default model: `rosetail directions list`

- One method of a file: `rosetail directions list --directions mine.safetensors --method joint`
"""
TAGGER_HELP = (
    "Tagger of the pictures: `painted` (`painted:FILE.onnx` for your own), `deepdanbooru:FILE`, "
    "or `wd:` and a file, its folder, or a name on the Hugging Face hub."
)

Out = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE.safetensors",
        help="The file to write; a model uses directions.safetensors in its folder.",
    ),
]
Methods = Annotated[str, typer.Option(metavar="NAME,NAME,...", help="The methods to fit.")]
Vary = Annotated[
    bool,
    typer.Option(
        "--vary",
        help="Give random characters mouths and eyes by the model's own edits: otherwise they "
        "have the photo's, and no direction can be found for them.",
    ),
]

directions = typer.Typer(
    no_args_is_help=True, help="Find and list directions in style space, for edits."
)


@directions.command(epilog=FIT_EXAMPLES)
def fit(
    photos: Annotated[Path, typer.Option(metavar="FOLDER", help="Photos with faces.")],
    out: Out,
    styles_per_photo: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="Number of random characters per photo.")
    ] = 3,
    methods: Methods = "sefa,linear,lasso,svd,svm,pca,joint",
    pair: PairOption = None,
    vary: Vary = False,
    steps: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="Training steps of the method voynov.")
    ] = 2000,
    tagger: Annotated[str, typer.Option(metavar="KIND[:FILE]", help=TAGGER_HELP)] = "painted",
    least: Annotated[
        float, typer.Option(metavar="0..1", help="Skip tags on a smaller share of the pictures.")
    ] = 0.01,
    most: Annotated[
        float, typer.Option(metavar="0..1", help="Skip tags on a larger share of them.")
    ] = 0.33,
    seed: Seed = 0,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Find a direction in style space for every tag, by several methods.

    A stopped run continues from the work files beside OUT.
    """
    extras.check("directions fit", "train", "sklearn", "scipy")
    from rosetail import images
    from rosetail.data.folders import photos_in
    from rosetail.directions.fit import FitSettings, fit
    from rosetail.directions.taggers import open_tagger
    from rosetail.errors import InputError

    images.check_output(out)
    settings = FitSettings(
        styles_per_photo, tuple(listed(methods)), least, most, seed,
        pairs=read_pairs(pair), vary=vary, steps=steps,
    )  # fmt: skip
    files = photos_in(photos)
    if not files:
        raise InputError(f"{photos}: holds no pictures; give a folder of photos")
    opened = open_tagger(tagger, backend)
    work = out.with_name(f".{out.name}.work")
    with steps_bar() as note:
        fitted = fit(open_model(model, backend), opened, files, work, settings, note)
    fitted.directions.save(out)
    for error in fitted.errors:
        complain(str(error))
    counts = (f"{name} {len(each)}" for name, each in fitted.directions.by_method.items())
    print(f"{fitted.directions.facts['pictures']} pictures; tags by method: {', '.join(counts)}")
    print(out)
    if fitted.errors:
        raise typer.Exit(1)


@directions.command("list", epilog=LIST_EXAMPLES)
def list_(
    path: DirectionsFile = None,
    method: Annotated[
        str | None, typer.Option(metavar="NAME", help="List only the directions of this method.")
    ] = None,
    model: Model = None,
    backend: Backend = "auto",
) -> None:
    """Print every tag that can be edited, by which methods, and how well."""
    from rosetail.characters.directions_file import read_directions

    found = read_directions(path) if path else directions_of(open_model(model, backend), None)
    print(f"{'method':8} {'tag':28} {'pictures':>8} {'score':>6} {'scale':>7} {'reach':>6}")
    for name in found.methods:
        if method not in (None, name):
            continue
        for tag, each in sorted(found.by_method[name].items()):
            print(
                f"{name:8} {tag:28} {each.support or '-':>8} {_number(each.score, '.2f'):>6} "
                f"{_number(each.scale or float('nan'), '.2f'):>7} {_number(each.reach, '.0%'):>6}"
            )


def _number(value: float, form: str) -> str:
    return format(value, form) if value == value else "-"
