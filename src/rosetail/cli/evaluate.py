"""``rosetail evaluate``: methods compared, one report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from rosetail.cli.console import need

evaluate = typer.Typer(no_args_is_help=True, help="Measure and compare, as papers do.")
Lpips = Annotated[
    tuple[Path, Path] | None,
    typer.Option(
        metavar="VGG16 HEADS",
        help="Two files, .pth or .safetensors, for LPIPS as published; otherwise VGG-19 is used.",
    ),
]

COMPARE_EXAMPLES = """
**Examples**

- Six methods in half an hour of two cores, with painted drawings:
  `rosetail evaluate compare small -o compare --photos portraits --vgg vgg19.safetensors`

- The papers' setting, on a data set as it comes, for a graphics card:
  `rosetail evaluate compare full -o compare --photos selfie2anime --vgg vgg19.safetensors`

- Some of its methods: add `--only cel --only cyclegan`

An interrupted comparison continues with the same command.
"""


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(evaluate, name="evaluate", rich_help_panel="Train your own")


@evaluate.command(epilog=COMPARE_EXAMPLES)
def compare(
    config: Annotated[
        str,
        typer.Argument(metavar="CONFIG", help="A preset, `small` or `full`, or a TOML file."),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FOLDER", help="Folder for runs and report."),
    ],
    photos: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Training photos; a data set with trainA, trainB, testA and testB serves for all.",
        ),
    ] = None,
    anime: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Training drawings; otherwise portraits are painted."),
    ] = None,
    test: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Photos to measure on; the default is testA."),
    ] = None,
    metadata: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="metadata.jsonl with sex, age and country of test photos."
        ),
    ] = None,
    vgg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")
    ] = None,
    inception: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Inception v3, for FID and KID as published."),
    ] = None,
    lpips: Lpips = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="METHOD", help="Compare only this method; repeatable."),
    ] = None,
) -> None:
    """Train or load each method, draw the same photos with all, and write one report.

    The report has measures with intervals, costs, pictures, worst cases, and the groups of people
    that a method serves worse.
    """
    need("comparing", "train", "torch", "lightning_fabric", "onnx", "skia")
    from rosetail.evaluate import compare_settings
    from rosetail.evaluate.compare import compare as run

    data = {"photos": photos, "anime": anime, "test": test, "metadata": metadata}
    measure = _given({"vgg": vgg, "inception": inception})
    if lpips:
        measure["lpips"] = [str(path) for path in lpips]
    comparison = compare_settings.load(config, {"data": _given(data), "measure": measure})
    if only:
        comparison = compare_settings.only(comparison, only)
    for path in run(comparison, out):
        print(path)


def _given(values: dict[str, Path | None]) -> dict[str, Any]:
    return {name: str(path) for name, path in values.items() if path is not None}
