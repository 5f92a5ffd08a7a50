"""``rosetail train``, continued: the methods to compare with."""

from __future__ import annotations

from rosetail.cli.train import (
    Anime,
    Asked,
    Change,
    Config,
    DryRun,
    Minutes,
    Photos,
    Resume,
    Run,
    Vgg,
    need_training,
    start,
    train,
)

CYCLEGAN_EXAMPLES = """
**Examples**

- Show all settings: `rosetail train cyclegan --dry-run`

- Train: `rosetail train cyclegan --run runs/cyclegan --photos data/photos --anime data/anime`

- Smaller and shorter: add `--set width=32 --set blocks=6 --set run.steps=20000`
"""
ANIMEGAN2_EXAMPLES = """
**Examples**

- Show all settings: `rosetail train animegan2 --dry-run`

- Train: `rosetail train animegan2 --run runs/animegan2 --photos data/photos --anime data/anime
  --vgg vgg19.safetensors`

- Go on after a stop: `rosetail train animegan2 --run runs/animegan2 --resume`
"""
UGATIT_EXAMPLES = """
**Examples**

- Show all settings: `rosetail train ugatit --config ugatit-light --dry-run`

- Train: `rosetail train ugatit --run runs/ugatit --config ugatit-light --photos data/photos
  --anime data/anime`

- Go on after a stop: `rosetail train ugatit --run runs/ugatit --resume`
"""
STYLEGAN2_EXAMPLES = """
**Examples**

- Show all settings: `rosetail train stylegan2 --dry-run`

- Train: `rosetail train stylegan2 --run runs/stylegan2 --photos data/photos --anime data/anime
  --vgg vgg19.safetensors`

- Go on after a stop: `rosetail train stylegan2 --run runs/stylegan2 --resume`
"""


def register() -> None:
    """Add the verbs to ``rosetail train``, which the program has already."""
    train.command(epilog=CYCLEGAN_EXAMPLES)(cyclegan)
    train.command(epilog=ANIMEGAN2_EXAMPLES)(animegan2)
    train.command(epilog=UGATIT_EXAMPLES)(ugatit)
    train.command(epilog=STYLEGAN2_EXAMPLES)(stylegan2)


def cyclegan(
    run: Run = None,
    config: Config = None,
    photos: Photos = None,
    anime: Anime = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train CycleGAN: a photo drawn and read back is itself. To compare with.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    from rosetail.methods.cyclegan.recipe import CycleGanRecipe, CycleGanSettings

    folders = {"photos": photos, "anime": anime}
    asked = Asked(run, config, None, change, minutes, resume, dry_run)
    start(CycleGanRecipe, CycleGanSettings, "cyclegan", folders, asked)


def animegan2(
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
    """Train AnimeGANv2: a light generator, style from grey drawings. To compare with.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    from rosetail.methods.animegan2.recipe import AnimeGan2Recipe, AnimeGan2Settings

    folders = {"photos": photos, "anime": anime}
    asked = Asked(run, config, vgg, change, minutes, resume, dry_run)
    start(AnimeGan2Recipe, AnimeGan2Settings, "animegan2", folders, asked)


def ugatit(
    run: Run = None,
    config: Config = None,
    photos: Photos = None,
    anime: Anime = None,
    change: Change = None,
    minutes: Minutes = None,
    resume: Resume = False,
    dry_run: DryRun = False,
) -> None:
    """Train U-GAT-IT: attention shows what to change. To compare with.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    from rosetail.methods.ugatit.recipe import UGatItRecipe, UGatItSettings

    folders = {"photos": photos, "anime": anime}
    asked = Asked(run, config, None, change, minutes, resume, dry_run)
    start(UGatItRecipe, UGatItSettings, "ugatit", folders, asked)


def stylegan2(
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
    """Train StyleGAN2 on drawings, and a reader that finds photos in it. To compare with.

    Ctrl-C ends the run after the current step, with a checkpoint.
    """
    need_training()
    from rosetail.methods.stylegan2.recipe import StyleGan2Recipe, StyleGan2Settings

    folders = {"photos": photos, "anime": anime}
    asked = Asked(run, config, vgg, change, minutes, resume, dry_run)
    start(StyleGan2Recipe, StyleGan2Settings, "stylegan2", folders, asked)
