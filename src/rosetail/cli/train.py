"""``rosetail train``: train a network of your own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import need

train = typer.Typer(no_args_is_help=True, help="Train a network of your own.")

EXAMPLES = """
**Examples**

- Show all settings: `rosetail train dtgan --config published --dry-run`

- Train: `rosetail train dtgan --run runs/mine --photos data/photos --anime data/anime
  --vgg vgg19.safetensors`

- Change a number: add `--set weights.colour=12 --set run.steps=2000`

- Go on after a stop: `rosetail train dtgan --run runs/mine --resume`
"""


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(train, name="train", rich_help_panel="Train your own")


@train.callback()
def _recipes() -> None:
    """Train a network of your own."""


@train.command(epilog=EXAMPLES)
def dtgan(
    run: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where checkpoints, logs and sheets go.")
    ] = None,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="PRESET_OR_FILE",
            help="A preset's name or a TOML file; `published` unless given, or the run's own "
            "settings with --resume.",
        ),
    ] = None,
    photos: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER", help="Prepared photos; may be repeated.")
    ] = None,
    anime: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="Prepared drawings; may be repeated."),
    ] = None,
    vgg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be repeated."),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(min=0, metavar="MINUTES", help="Stop with a checkpoint after this long."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the newest checkpoint.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the settings that would be used and stop.")
    ] = False,
) -> None:
    """Train the double-tail GAN: photos on one side, drawings on the other, no pairs.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need("training", "train", "torch", "lightning_fabric", "kornia", "scipy", "skimage")
    from rosetail.errors import SettingsError
    from rosetail.recipes import loop, settings
    from rosetail.recipes.doubletail import DoubleTailRecipe, DoubleTailSettings

    if run is None and not dry_run:
        raise SettingsError("no folder for the run; add --run FOLDER")
    own = run / "settings.toml" if run and resume else None
    source = config or (own if own and own.is_file() else "published")
    folders = {"data.photos": photos, "data.anime": anime}
    changes = [
        f"{key}={json.dumps(list(map(str, paths)))}" for key, paths in folders.items() if paths
    ]
    changes += [f"data.vgg={json.dumps(str(vgg))}"] if vgg else []
    told = settings.load(DoubleTailSettings, source, [*changes, *(change or [])])
    if dry_run:
        print(settings.to_toml(told), end="")
    elif run is not None:
        loop.train(DoubleTailRecipe(told), run, resume=resume, minutes=minutes)
