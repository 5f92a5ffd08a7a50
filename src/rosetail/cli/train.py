"""``rosetail train``: train a network of your own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rosetail.cli.console import need

if TYPE_CHECKING:
    from rosetail.training.loop import Recipe

train = typer.Typer(no_args_is_help=True, help="Train a network of your own.")

DTGAN_EXAMPLES = """
**Examples**

- Show all settings: `rosetail train dtgan --config published --dry-run`

- Train: `rosetail train dtgan --run runs/mine --photos data/photos --anime data/anime
  --vgg vgg19.safetensors`

- Change a number: add `--set weights.colour=12 --set run.steps=2000`

- Go on after a stop: `rosetail train dtgan --run runs/mine --resume`
"""
TAUGHT_EXAMPLES = """
**Examples**

- Show all settings: `rosetail train taught --config soft --dry-run`

- Train: `rosetail train taught --run runs/cel --pairs data/cel --anime data/anime
  --anime data/painted --vgg vgg19.safetensors`

- Go on after a stop: `rosetail train taught --run runs/cel --resume`
"""
HEADS_EXAMPLES = """
**Examples**

- Train: `rosetail train heads --run runs/heads --figures data/figures --photos data/photos`

- Write the file that the program runs: `python -m
  rosetail.methods.headfinder.export runs/heads heads.onnx`
"""
TAGGER_EXAMPLES = """
**Examples**

- Paint what it learns from: `rosetail data paint data/painted --count 10000`

- Train: `rosetail train tagger --run runs/tagger --painted data/painted`

- Write the file that programs run: `python -m rosetail.methods.tagger.export runs/tagger
  tagger.onnx`
"""
ROSES_EXAMPLES = """
**Examples**

- Show all settings: `rosetail train roses --config small --dry-run`

- Train: `rosetail train roses --run runs/roses --photos data/photos --anime data/anime
  --painters 2 --vgg vgg19.safetensors`

- On a graphics card, 256 pixels: the same with `--config medium --painters 12`

- Go on after a stop: `rosetail train roses --run runs/roses --resume`
"""

Run = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Where checkpoints, logs and sheets go.")
]
Config = Annotated[
    str | None,
    typer.Option(
        metavar="PRESET_OR_FILE",
        help="A preset's name or a TOML file; with --resume the run's own settings unless given.",
    ),
]
Folders = list[Path] | None
Photos = Annotated[
    Folders,
    typer.Option(
        metavar="FOLDER",
        help="Photos: prepared, or a folder or zip of pictures as they are; of one with trainA and "
        "trainB, trainA. May be repeated.",
    ),
]
Anime = Annotated[
    Folders,
    typer.Option(metavar="FOLDER", help="Drawings, likewise; of such a one, trainB."),
]
Vgg = Annotated[Path | None, typer.Option(metavar="FILE", help="VGG-19 features as .safetensors.")]
Change = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change one setting; may be repeated."),
]
Minutes = Annotated[
    float | None,
    typer.Option(min=0, metavar="MINUTES", help="Stop with a checkpoint after this long."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the settings that would be used and stop.")
]


@dataclass(frozen=True)
class Asked:
    """What every kind of training is told on the command line."""

    run: Path | None
    config: str | None
    vgg: Path | None
    change: Sequence[str] | None
    minutes: float | None
    resume: bool
    dry_run: bool


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(train, name="train", rich_help_panel="Train your own")


@train.command(epilog=DTGAN_EXAMPLES)
def dtgan(
    run: Run = None,
    config: Config = None,
    photos: Photos = None,
    anime: Anime = None,
    vgg: Vgg = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train the double-tail GAN: photos on one side, drawings on the other, no pairs.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    from rosetail.methods.doubletail.recipe import DoubleTailRecipe
    from rosetail.methods.doubletail.settings import DoubleTailSettings

    folders = {"photos": photos, "anime": anime}
    asked = Asked(run, config, vgg, change, minutes, resume, dry_run)
    start(DoubleTailRecipe, DoubleTailSettings, "published", folders, asked)


@train.command(epilog=TAUGHT_EXAMPLES)
def taught(
    run: Run = None,
    config: Config = None,
    pairs: Annotated[
        Folders,
        typer.Option(metavar="FOLDER", help="Pairs from `rosetail data draw`; may be repeated."),
    ] = None,
    anime: Anime = None,
    vgg: Vgg = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train from photos redrawn by rule, with drawings to take the rule's clumsiness off.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    from rosetail.methods.doubletail.supervised import SupervisedRecipe, SupervisedSettings

    folders = {"pairs": pairs, "anime": anime}
    asked = Asked(run, config, vgg, change, minutes, resume, dry_run)
    start(SupervisedRecipe, SupervisedSettings, "cel", folders, asked)


@train.command(epilog=HEADS_EXAMPLES)
def heads(
    run: Run = None,
    config: Config = None,
    figures: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where painted figures are, or are to be painted."),
    ] = None,
    photos: Annotated[
        Folders,
        typer.Option(metavar="FOLDER", help="Prepared photos for grounds; may be repeated."),
    ] = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train the finder of heads in drawings from painted figures among clutter.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    need("painting", "paint", "skia")
    from rosetail.methods.headfinder.recipe import HeadRecipe, HeadSettings

    changes = [f"data.figures={json.dumps(str(figures))}"] if figures else []
    asked = Asked(run, config, None, [*changes, *(change or [])], minutes, resume, dry_run)
    start(HeadRecipe, HeadSettings, "headfinder", {"photos": photos}, asked)


@train.command(epilog=TAGGER_EXAMPLES)
def tagger(
    run: Run = None,
    config: Config = None,
    painted: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Portraits from `rosetail data paint`.")
    ] = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train the reader of tags and landmarks from painted portraits.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    from rosetail.methods.tagger.recipe import TaggerRecipe, TagSettings

    changes = [f"data.painted={json.dumps(str(painted))}"] if painted else []
    asked = Asked(run, config, None, [*changes, *(change or [])], minutes, resume, dry_run)
    start(TaggerRecipe, TagSettings, "tagger", {}, asked)


@train.command(epilog=ROSES_EXAMPLES)
def roses(
    run: Run = None,
    config: Config = None,
    photos: Photos = None,
    anime: Anime = None,
    painters: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", min=0, help="Processes that paint lessons meanwhile."),
    ] = None,
    vgg: Vgg = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train GANs N' Roses: from one photo, many characters in its pose.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    need("painting", "paint", "skia")
    from rosetail.methods.roses.recipe import RosesRecipe
    from rosetail.methods.roses.settings import RosesSettings

    changes = [] if painters is None else [f"data.painters={painters}"]
    folders = {"photos": photos, "anime": anime}
    asked = Asked(run, config, vgg, [*changes, *(change or [])], minutes, resume, dry_run)
    start(RosesRecipe, RosesSettings, "small", folders, asked)


def need_training() -> None:
    """Raise ExtraMissing unless what training needs is installed."""
    need("training", "train", "torch", "lightning_fabric", "kornia", "scipy", "skimage")


def start(
    recipe: Callable[[Any], Recipe],
    kind: type[Any],
    preset: str,
    folders: Mapping[str, Sequence[Path] | None],
    asked: Asked,
) -> None:
    """Put the settings together; print them, or train."""
    from rosetail.errors import SettingsError
    from rosetail.training import loop, settings

    if asked.run is None and not asked.dry_run:
        raise SettingsError("no folder for the run; add --run FOLDER")
    own = asked.run / "settings.toml" if asked.run and asked.resume else None
    source = asked.config or (own if own and own.is_file() else preset)
    changes = [
        f"data.{name}={json.dumps([str(path) for path in paths])}"
        for name, paths in folders.items()
        if paths
    ]
    changes += [f"data.vgg={json.dumps(str(asked.vgg))}"] if asked.vgg else []
    told = settings.load(kind, source, [*changes, *(asked.change or [])])
    if asked.dry_run or asked.run is None:
        print(settings.to_toml(told), end="")
    else:
        loop.train(recipe(told), asked.run, resume=asked.resume, minutes=asked.minutes)
