"""``rosetail train RECIPE``: one command for all recipes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from rosetail import extras
from rosetail.cli.options import Lpips, Vgg


@dataclass(frozen=True)
class RecipeEntry:
    """A recipe: its purpose, data options, module and default preset."""

    summary: str
    options: tuple[str, ...]
    module: str
    recipe: str
    settings: str
    preset: str
    painter: bool = False  # paints its training data

    def load(self) -> tuple[Any, Any]:
        """The classes of the recipe and of its settings."""
        module = import_module(f"rosetail.methods.{self.module}")
        return getattr(module, self.recipe), getattr(module, self.settings)


UNPAIRED = ("photos", "anime")
RECIPES = {
    "dtgan": RecipeEntry(
        "Double-tail GAN (AnimeGANv3) from unpaired photos and drawings",
        (*UNPAIRED, "vgg"),
        "doubletail.recipe", "DoubleTailRecipe", "DoubleTailSettings", "published",
    ),
    "supervised": RecipeEntry(
        "the same network from pairs of photo and drawing, as the shipped looks",
        ("pairs", "anime", "vgg"),
        "doubletail.supervised", "SupervisedRecipe", "SupervisedSettings", "cel",
    ),
    "roses": RecipeEntry(
        "GANs N' Roses: many characters for one photo, in its pose",
        (*UNPAIRED, "painters", "vgg", "lpips"),
        "roses.recipe", "RosesRecipe", "RosesSettings", "small", painter=True,
    ),
    "cyclegan": RecipeEntry(
        "CycleGAN", UNPAIRED, "cyclegan.recipe", "CycleGanRecipe", "CycleGanSettings", "cyclegan"
    ),
    "animegan2": RecipeEntry(
        "AnimeGANv2",
        (*UNPAIRED, "vgg"),
        "animegan2.recipe", "AnimeGan2Recipe", "AnimeGan2Settings", "hayao",
    ),
    "ugatit": RecipeEntry(
        "U-GAT-IT, full or light",
        UNPAIRED, "ugatit.recipe", "UGatItRecipe", "UGatItSettings", "ugatit",
    ),
    "stylegan2": RecipeEntry(
        "StyleGAN2 on drawings, with an encoder for photos",
        (*UNPAIRED, "vgg"),
        "stylegan2.recipe", "StyleGan2Recipe", "StyleGan2Settings", "stylegan2",
    ),
    "headfinder": RecipeEntry(
        "detector of heads in drawings, from painted figures",
        ("figures", "photos"),
        "headfinder.recipe", "HeadRecipe", "HeadSettings", "headfinder", painter=True,
    ),
    "tagger": RecipeEntry(
        "tags and landmarks of drawn heads, from painted portraits",
        ("painted",), "tagger.recipe", "TaggerRecipe", "TagSettings", "tagger",
    ),
}  # fmt: skip
TRAITS = "smile, glasses and beard of photos by regression; the last folder is for testing"
EYES = "shut eyes, from photos whose eyes are shut by drawing; the last folder is for testing"
AGE = "whether people of photos look young or old, by regression; the last folder is for testing"
HAIR = "hair and headwear of photos by regression, from folders of pictures; the last for testing"

REGRESSIONS = ("traits", "hair", "eyes", "age")

LIST = "\n\n".join(
    [
        *(
            f"- `{name}`: {entry.summary} (--{', --'.join(entry.options)})"
            for name, entry in RECIPES.items()
        ),
        f"- `traits`: {TRAITS} (--photos)",
        f"- `hair`: {HAIR} (--photos)",
        f"- `eyes`: {EYES} (--photos)",
        f"- `age`: {AGE} (--photos)",
    ]
)
HELP = f"""Train a network of your own.

Ctrl-C ends a run after the current step, with a checkpoint. The recipes and their data:

{LIST}
"""
EXAMPLES = """
**Examples**

- Show all settings: `rosetail train dtgan --dry-run`

- Train: `rosetail train dtgan --run runs/mine --photos data/photos --anime data/anime
  --vgg vgg19.safetensors`

- From pairs: `rosetail train supervised --config cel --run runs/cel --pairs data/cel
  --anime data/anime --vgg vgg19.safetensors`

- Characters: `rosetail train roses --run runs/roses --photos data/photos --anime data/anime
  --painters 2 --vgg vgg19.safetensors`; on a GPU with 256 pixels add `--config medium`

- A light baseline: `rosetail train ugatit --config ugatit-light --run runs/ugatit --photos
  data/photos --anime data/anime`

- Change a number: add `--set weights.colour=12 --set run.steps=2000`

- Continue after a stop: `rosetail train dtgan --run runs/mine --resume`

- The tagger: `rosetail data paint data/painted --count 10000`, then
  `rosetail train tagger --run runs/tagger --painted data/painted`

- The trait reader:
  `rosetail train traits --run runs/traits --photos data/photos --photos data/test`
"""

RunFolder = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="The folder for checkpoints, logs and sample sheets."),
]
Config = Annotated[
    str | None,
    typer.Option(
        metavar="PRESET_OR_FILE",
        help="A preset of the recipe or a TOML file. Default: the recipe's main preset; with "
        "--resume the settings of the run.",
    ),
]
TrainPhotos = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FOLDER",
        help="Photos: a prepared folder, or a folder or zip of pictures; of a data set with trainA "
        "and trainB, trainA. Repeatable.",
    ),
]
TrainAnime = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FOLDER",
        help="Drawings: a prepared folder, or a folder or zip of pictures; of a dataset, trainB.",
    ),
]
Pairs = Annotated[
    list[Path] | None,
    typer.Option(metavar="FOLDER", help="Pairs from `rosetail data draw`. Repeatable."),
]
Painted = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Portraits from `rosetail data paint`.")
]
Figures = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="Folder of painted figures; they are painted first if it is empty."
    ),
]
Painters = Annotated[
    int | None,
    typer.Option(min=0, metavar="NUMBER", help="Background processes that paint training pairs."),
]
Start = Annotated[
    Path | None,
    typer.Option(
        metavar="RUN|LOOK",
        help="Begin with the weights of another run (to transfer it to other data), of a file, or "
        "of a look.",
    ),
]
Steps = Annotated[
    int | None, typer.Option(min=1, metavar="NUMBER", help="Short for --set run.steps=NUMBER.")
]
Change = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change one setting. Repeatable."),
]
Minutes = Annotated[
    float | None,
    typer.Option(min=0, metavar="MINUTES", help="Stop with a checkpoint after this time."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue from the newest checkpoint.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the settings and stop.")]


def train(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe of the list above.")],
    run: RunFolder = None,
    config: Config = None,
    photos: TrainPhotos = None,
    anime: TrainAnime = None,
    pairs: Pairs = None,
    painted: Painted = None,
    figures: Figures = None,
    painters: Painters = None,
    vgg: Vgg = None,
    lpips: Lpips = None,
    start: Start = None,
    steps: Steps = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train a network by one of the recipes."""
    extras.check(
        "training", "train", "torch", "lightning_fabric", "kornia", "pydantic", "scipy", "skimage"
    )
    from rosetail.errors import SettingsError
    from rosetail.processes import STOPPED
    from rosetail.training import loop, settings

    options = {"photos": photos, "anime": anime, "pairs": pairs, "painted": painted,
               "figures": figures, "painters": painters, "vgg": vgg, "lpips": lpips}  # fmt: skip
    data = {name: value for name, value in options.items() if value not in (None, [])}
    _check_options(recipe, data)
    if run is None and not dry_run:
        raise SettingsError("no folder for the run; add --run FOLDER")
    if recipe in REGRESSIONS:
        if config or change or resume or dry_run or steps or minutes is not None or run is None:
            raise SettingsError(f"recipe {recipe} takes only --run FOLDER and --photos FOLDER")
        _train_regression(recipe, photos or [], run)
        return
    entry = RECIPES[recipe]
    if entry.painter:
        extras.check("painting", "paint", "skia")
    recipe_class, settings_class = entry.load()
    own = run / "settings.toml" if run and resume else None
    source = config or (own if own and own.is_file() else entry.preset)
    changes = [f"data.{name}={json.dumps(value, default=str)}" for name, value in data.items()]
    changes += [f"run.steps={steps}"] if steps else []
    changes += [f"start={json.dumps(str(start))}"] if start else []
    resolved = settings.load(settings_class, source, [*changes, *(change or [])])
    if dry_run or run is None:
        print(settings.to_toml(resolved), end="")
    else:
        outcome = loop.train(recipe_class(resolved), run, resume=resume, minutes=minutes)
        if outcome.reason in STOPPED:
            raise typer.Exit(STOPPED[outcome.reason])


def _check_options(recipe: str, data: Mapping[str, object]) -> None:
    """Raise SettingsError for an unknown recipe or for data options that it does not use."""
    from rosetail.errors import SettingsError
    from rosetail.training.settings import RENAMED_RECIPES

    if recipe in RENAMED_RECIPES:
        raise SettingsError(f"recipe {recipe} is called {RENAMED_RECIPES[recipe]} now")
    known = {name: entry.options for name, entry in RECIPES.items()}
    known |= dict.fromkeys(REGRESSIONS, ("photos",))
    if recipe not in known:
        raise SettingsError(f"no recipe is called '{recipe}'; choose from: {', '.join(known)}")
    for name in data:
        if name not in known[recipe]:
            takes = ", ".join(f"--{each}" for each in known[recipe])
            raise SettingsError(f"recipe {recipe} does not use --{name}; its data: {takes}")


def _train_regression(recipe: str, photos: Sequence[Path], run: Path) -> None:
    from rosetail.errors import SettingsError
    from rosetail.images import make_folder
    from rosetail.methods.traits.age import train_age
    from rosetail.methods.traits.eyes import train_eyes
    from rosetail.methods.traits.hair import train_hair
    from rosetail.methods.traits.recipe import train_traits

    if len(photos) < 2:
        raise SettingsError("give --photos twice or more; the last folder is for testing")
    make_folder(run)
    out = run / f"{recipe}.safetensors"
    train = {
        "age": train_age, "eyes": train_eyes, "hair": train_hair, "traits": train_traits,
    }  # fmt: skip
    print(*train[recipe](out, photos[:-1], photos[-1]), sep="\n")
    print(out)
