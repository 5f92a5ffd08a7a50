"""``rosetail video``: turn a clip into anime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rosetail.cli.console import complain, progress_bar
from rosetail.cli.looks import directions_of, open_look, open_model, own_model, whole_path
from rosetail.cli.options import (
    DEFAULT_STYLE,
    Anime,
    Backend,
    Cluster,
    Compare,
    Detail,
    DirectionsFile,
    Method,
    Model,
    Seed,
    Strength,
    Style,
    refuse,
)
from rosetail.cli.playing import (
    Background,
    Fps,
    Performance,
    ShotFrame,
    ShotSize,
    Sound,
    Voice,
    check_source,
    shot_of,
)

if TYPE_CHECKING:
    from rosetail.characters.keyframes import EditCurve
    from rosetail.characters.model import Character, CharacterModel
    from rosetail.distributed.segments import StylizeOptions
    from rosetail.video.clip import Progress, VideoReport
    from rosetail.video.style_paths import CodePath
    from rosetail.video.take import Take

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
SEEDED = ("blend", "beat", "wall")  # modes with extra characters
Mode = Annotated[
    Literal["fixed", "blend", "beat", "eig", "wall"],
    typer.Option(
        help="With characters: keep them (`fixed`), move between them slowly (`blend`), change on "
        "the beat of the music (`beat`, extra beat), move along the main directions of the model "
        "(`eig`), or show eight around the source (`wall`)."
    ),
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
Bake = Annotated[
    bool,
    typer.Option(
        help="With fixed characters: fold each into the network's weights once, for faster frames."
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
Keyframes = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="With characters: edits that change over time, as TOML or JSON."
    ),
]


def video(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT.mp4", help="The file to write.")],
    clip: Annotated[
        Path | None,
        typer.Argument(metavar="[IN.mp4]", help="A video or animated picture.", show_default=False),
    ] = None,
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

    Ctrl-C leaves no broken file. --seed chooses the extra characters of blend, beat and wall, and
    how a speaking character moves.
    """
    from rosetail.distributed.segments import StylizeOptions
    from rosetail.errors import SettingsError
    from rosetail.video.play import play
    from rosetail.video.sound import audible

    source = check_source(clip, performance, voice)
    if (clip is None or frame == "portrait") and not character:
        raise SettingsError(
            "--performance, --voice and --frame portrait draw characters; add --character FILE"
        )
    _check(character, keyframes, figure, mode, cluster)
    of_look = {
        "--anime": anime != 0,
        "--strength": strength != 1,
        "--detail": detail != "auto",
        "--compare": compare,
    }
    of_characters = {
        f"--mode {mode}": mode != "fixed",
        "--directions": directions is not None,
        "--method": method is not None,
        "--model": model is not None,
        "--no-bake": not bake,
    }
    of_takes = {
        "--frame": frame != "full",
        "--size": size is not None,
        "--fps": fps is not None,
        "--background": background != "scene",
    }
    refuse(of_look if character else of_characters, f"with{'' if character else 'out'} --character")
    refuse({"--sound": sound is not None and performance is None}, "without --performance")
    edited = {"--directions": directions is not None, "--method": method is not None}
    refuse({} if keyframes else edited, "without --keyframes")
    seeded = mode in SEEDED or voice is not None
    refuse({"--seed": seed != 0 and not seeded}, f"with --mode {mode}")
    refuse({"--style": figure and style != DEFAULT_STYLE}, "with --figure")
    alone = clip is None or frame == "portrait"  # drawn by the acting alone
    if not alone:
        refuse(of_takes, "with the whole picture of a clip")
    else:
        of_clips = {"--style": style != DEFAULT_STYLE, f"--mode {mode}": mode in ("beat", "wall")}
        refuse(of_clips | {"--no-bake": not bake}, "without the clip's picture")
    with progress_bar("stylizing", None, "frames") as update:
        if not character:
            how = StylizeOptions(style, backend, strength, anime, False, detail, compare)
            report = _stylized(source, out, how, cluster, update)
        else:
            roses = open_model(model or own_model(character[0]), backend)
            lines = _lines(roses, keyframes, directions, method)
            given = [roses.read(file) for file in character]
            paths = _paths(source, roses, given, lines, mode, seed)
            if alone:
                shot = shot_of(frame, size, fps, background, figure)
                take = _take(source, clip is not None, voice is not None, seed)
                heard = sound if performance else audible(source)
                report = play(take, out, roses, paths, shot, sound=heard, progress=update)
            else:
                look = None if figure else style
                report = _drawn(source, out, roses, paths, look, backend, mode, bake, update)
    for note in report.notes:
        complain(f"{source}: {note}")
    print(out)
    if report.damaged:
        raise typer.Exit(1)


def _take(source: Path, is_clip: bool, is_voice: bool, seed: int) -> Take:
    """The acting that a file of one of three kinds holds."""
    from rosetail.video.perform import perform
    from rosetail.video.take import read_take
    from rosetail.video.voice import speak

    if is_clip:
        return perform(source)
    return speak(source, seed=seed) if is_voice else read_take(source)


def _drawn(
    clip: Path,
    out: Path,
    model: CharacterModel,
    paths: list[CodePath],
    look: str | None,
    backend: str,
    mode: Mode,
    bake: bool,
    progress: Progress,
) -> VideoReport:
    """The faces of the clip as characters, in a ``look``, or alone."""
    from rosetail.video.characters_in_clip import character_video

    stylizer = None if look is None else open_look(look, backend)
    wall = mode == "wall"
    return character_video(
        clip, out, model, paths, stylizer, wall=wall, specialize=bake, progress=progress
    )


def _check(
    character: list[Path] | None,
    keyframes: Path | None,
    figure: bool,
    mode: str,
    cluster: str | None,
) -> None:
    from rosetail.errors import SettingsError

    if keyframes is not None and not character:
        raise SettingsError("--keyframes edit characters; add --character FILE")
    if figure and (not character or mode == "wall"):
        raise SettingsError("--figure shows characters alone; add --character FILE, and no wall")
    if cluster is not None and character:
        raise SettingsError("characters are not drawn on a cluster; leave out --cluster")


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


def _paths(
    clip: Path,
    roses: CharacterModel,
    given: list[Character],
    lines: dict[str, EditCurve],
    mode: Mode,
    seed: int,
) -> list[CodePath]:
    """The path of each character's code; keyframes replace its own edit of that name."""
    from rosetail.characters.capabilities import main_axes
    from rosetail.characters.edits import apply_edits
    from rosetail.video.beats import find_beats
    from rosetail.video.style_paths import AXES, WALL, paths_for_mode, with_curves

    beats = find_beats(clip) if mode == "beat" else []
    others = roses.random_w(WALL, seed)
    codes = [
        apply_edits(each.w, [edit for edit in each.edits if edit.name not in lines])
        for each in given
    ]
    axes = list(main_axes(roses, AXES)) if mode == "eig" else []
    paths = paths_for_mode(mode, codes, list(others), beats, axes)
    return [with_curves(path, lines) for path in paths] if lines else paths


def _lines(
    roses: CharacterModel, keyframes: Path | None, directions: Path | None, method: str | None
) -> dict[str, EditCurve]:
    from rosetail.characters.keyframes import edit_curves, read_keyframes

    if keyframes is None:
        return {}
    return edit_curves(read_keyframes(keyframes), directions_of(roses, directions), method)
