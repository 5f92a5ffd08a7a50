"""``rosetail video``: turn a clip into anime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.console import complain, progress_bar
from rosetail.cli.look_options import Anime, Cluster, Compare, Detail, Strength
from rosetail.cli.looks import open_look, open_model, own_model, whole_path
from rosetail.cli.motion import SEEDED, Bake, Keyframes, Mode, Motion
from rosetail.cli.options import (
    DEFAULT_STYLE,
    Backend,
    DirectionsFile,
    Method,
    Model,
    Seed,
    Style,
    refuse,
)
from rosetail.cli.playing import (
    Background,
    Fps,
    Performance,
    ShotFrame,
    ShotOptions,
    ShotSize,
    Sound,
    Voice,
    check_source,
    read_acting,
)

if TYPE_CHECKING:
    from rosetail.distributed.segments import StylizeOptions
    from rosetail.video.clip import Progress, VideoReport

EXAMPLES = """
**Examples**

- `rosetail video holiday.mp4 -o holiday-anime.mp4`

- The face as a character: `rosetail video me.mp4 -o anime.mp4 --character aiko.json`

- Its mouth opens and closes: add `--keyframes talk.toml` (see docs/directions.md)

- The character alone, to be laid over anything in an editor: `rosetail video me.mp4 -o aiko.mov
  --character aiko.json --figure`

- The acting of a take, without the clip: `rosetail video --performance take.json --character
  aiko.json -o aiko.mp4 --frame portrait --sound me.mp4`

- A character that says what is heard: `rosetail video --voice speech.wav --character aiko.json -o
  aiko.mp4`

- Before and after side by side: `rosetail video holiday.mp4 -o both.mp4 --compare`

- In parts on many machines: `rosetail video film.mkv -o film-anime.mkv --cluster ray://head:10001`
"""
Clip = Annotated[
    Path | None,
    typer.Argument(metavar="[IN.mp4]", help="A video or animated picture.", show_default=False),
]
Characters = Annotated[
    list[Path] | None,
    typer.Option(
        "--character",
        metavar="FILE",
        help="Draw faces as this character, from `rosetail cast --save`. Repeatable: people get "
        "them in the order in which they appear.",
    ),
]
Figure = Annotated[
    bool,
    typer.Option(
        "--figure",
        help="With characters: only the character on a transparent background, as .mov "
        "(ProRes 4444), .webp, .png or .gif.",
    ),
]


def video(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT.mp4", help="The file to write.")],
    clip: Clip = None,
    style: Style = DEFAULT_STYLE,
    strength: Strength = 1.0,
    anime: Anime = 0.0,
    detail: Detail = "auto",
    compare: Compare = False,
    character: Characters = None,
    mode: Mode = "fixed",
    bake: Bake = True,
    figure: Figure = False,
    keyframes: Keyframes = None,
    performance: Performance = None,
    voice: Voice = None,
    sound: Sound = None,
    frame: ShotFrame = "full",
    size: ShotSize = None,
    fps: Fps = None,
    background: Background = "scene",
    directions: DirectionsFile = None,
    method: Method = None,
    seed: Seed = 0,
    model: Model = None,
    backend: Backend = "auto",
    cluster: Cluster = None,
) -> None:
    """Turn a clip into anime: same frames, rate, length and rotation; the sound is copied.

    --seed chooses the extra characters of blend, beat and wall, and how a speaking one moves.
    """
    from rosetail.distributed.segments import StylizeOptions

    source = check_source(clip, performance, voice)
    look = StylizeOptions(style, backend, strength, anime, False, detail, compare)
    motion = Motion(mode, bake, keyframes, directions, method, seed)
    shot = ShotOptions(frame, size, fps, background, figure)
    alone = clip is None or frame == "portrait"  # the acting without the clip's picture
    _check(bool(character), alone, motion, figure, cluster)
    _refuse_unused(look, motion, shot, model, bool(character), alone, voice is not None)
    refuse({"--sound": sound is not None and performance is None}, "without --performance")
    with progress_bar("stylizing", None, "frames") as update:
        if not character:
            report = _stylized(source, out, look, cluster, update)
        else:
            from rosetail.video.characters_in_clip import character_video
            from rosetail.video.play import play

            roses = open_model(model or own_model(character[0]), backend)
            paths = motion.paths(source, roses, [roses.read(file) for file in character])
            if alone:
                take, heard = read_acting(clip, performance, voice, sound, seed)
                report = play(take, out, roses, paths, shot.shot(), sound=heard, progress=update)
            else:
                behind = None if figure else open_look(style, backend)
                report = character_video(
                    source, out, roses, paths, behind,
                    wall=mode == "wall", specialize=bake, progress=update,
                )  # fmt: skip
    _report(source, out, report)


def _report(source: Path, out: Path, report: VideoReport) -> None:
    for note in report.notes:
        complain(f"{source}: {note}")
    print(out)
    if report.damaged:
        raise typer.Exit(1)


def _check(
    characters: bool, alone: bool, motion: Motion, figure: bool, cluster: str | None
) -> None:
    """Raise SettingsError for options that contradict each other."""
    from rosetail.errors import SettingsError

    if alone and not characters:
        raise SettingsError(
            "--performance, --voice and --frame portrait draw characters; add --character FILE"
        )
    if motion.keyframes is not None and not characters:
        raise SettingsError("--keyframes edit characters; add --character FILE")
    if figure and (not characters or motion.mode == "wall"):
        raise SettingsError("--figure shows characters alone; add --character FILE, and no wall")
    if cluster is not None and characters:
        raise SettingsError("characters are not drawn on a cluster; leave out --cluster")


def _refuse_unused(
    look: StylizeOptions,
    motion: Motion,
    shot: ShotOptions,
    model: str | None,
    characters: bool,
    alone: bool,
    speaks: bool,
) -> None:
    """Raise SettingsError for an option that has no effect on what is drawn."""
    styled = {"--style": look.style != DEFAULT_STYLE}
    of_look = {
        "--anime": look.anime != 0,
        "--strength": look.strength != 1,
        "--detail": look.detail != "auto",
        "--compare": look.compare,
    }
    given = motion.given() | {"--model": model is not None}
    refuse(of_look if characters else given, f"with{'' if characters else 'out'} --character")
    refuse({} if motion.keyframes else motion.edits(), "without --keyframes")
    seeded = speaks or motion.mode in SEEDED
    refuse({"--seed": motion.seed != 0 and not seeded}, f"with --mode {motion.mode}")
    refuse(styled if shot.figure else {}, "with --figure")
    if alone:
        moving = {f"--mode {motion.mode}": motion.mode in ("beat", "wall")}
        refuse(styled | moving | {"--no-bake": not motion.bake}, "without the clip's picture")
    else:
        refuse(shot.given(), "with the whole picture of a clip")


def _stylized(
    clip: Path, out: Path, how: StylizeOptions, cluster: str | None, progress: Progress
) -> VideoReport:
    """The clip in a style, on this machine or on a cluster."""
    from rosetail.distributed.cluster import stylize_clip
    from rosetail.distributed.ray_pool import RayPool
    from rosetail.video.clip import stylize_video

    if cluster is not None:
        how = replace(how, style=whole_path(how.style, cluster))
        with RayPool(cluster) as pool:
            return stylize_clip(clip, out, how, pool, progress=progress)
    return stylize_video(
        clip,
        out,
        open_look(how.style, how.backend),
        strength=how.strength,
        anime=how.anime,
        detail=how.detail,
        compare=how.compare,
        progress=progress,
    )
