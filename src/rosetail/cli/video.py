"""``rosetail video``: a clip to anime."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.cast import DEFAULT_MODEL, Model
from rosetail.cli.console import (
    DEFAULT_STYLE,
    Anime,
    Backend,
    Cluster,
    Compare,
    Detail,
    Strength,
    Style,
    complain,
    progress_bar,
)
from rosetail.cli.edit import DirectionsFile, Method, directions_of

if TYPE_CHECKING:
    from rosetail.characters.keyframes import EditCurve
    from rosetail.characters.model import Character, CharacterModel
    from rosetail.video.style_paths import CodePath

EXAMPLES = """
**Examples**

- `rosetail video holiday.mp4 -o holiday-anime.mp4`

- The face as a character: `rosetail video me.mp4 -o anime.mp4 --character aiko.json`

- Its mouth opens and closes: add `--keyframes talk.toml` (see docs/directions.md)

- The character alone, to be laid over anything in an editor: `rosetail video me.mp4 -o aiko.mov
  --character aiko.json --figure`

- Before and after side by side: `rosetail video holiday.mp4 -o both.mp4 --compare`

- In parts on many machines: `rosetail video film.mkv -o film-anime.mkv --cluster ray://head:10001`
"""


class Mode(str, Enum):
    """How characters change through the clip."""

    fixed = "fixed"
    blend = "blend"
    beat = "beat"
    eig = "eig"
    wall = "wall"


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog=EXAMPLES, rich_help_panel="Make anime")(video)


def video(
    clip: Annotated[Path, typer.Argument(metavar="IN.mp4", help="A video file.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT.mp4", help="The file to write.")],
    style: Style = DEFAULT_STYLE,
    strength: Strength = 1.0,
    anime: Anime = 0.0,
    detail: Detail = "auto",
    compare: Compare = False,
    character: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Faces become this character, from `rosetail cast --save`; repeated, each person "
            "gets one, in the order in which they appear.",
        ),
    ] = None,
    mode: Annotated[
        Mode,
        typer.Option(
            help="With characters: `fixed` keeps them, `blend` lets them wander, `beat` changes "
            "them with the music (needs the extra beat), `eig` moves them along the model's main "
            "directions of change, `wall` shows eight around the source."
        ),
    ] = Mode.fixed,
    bake: Annotated[
        bool,
        typer.Option(
            help="With characters that stay the same: fold each into the network's weights once, "
            "so that a frame costs less."
        ),
    ] = True,
    figure: Annotated[
        bool,
        typer.Option(
            "--figure",
            help="With characters: nothing else, on a clear ground, as OUT.mov (ProRes 4444) for "
            "a film editor.",
        ),
    ] = False,
    keyframes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With characters: edits that change over time, as TOML or JSON.",
        ),
    ] = None,
    directions: DirectionsFile = None,
    method: Method = None,
    seed: Annotated[int, typer.Option(min=0, help="Whom blend, beat and wall add.")] = 0,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    cluster: Cluster = None,
) -> None:
    """Turn a clip into anime: same frames, rate, length and rotation; the sound is copied.

    Ctrl-C leaves no broken file.
    """
    from rosetail.characters.load import load_model
    from rosetail.cli.looks import open_look, whole_path
    from rosetail.distributed.cluster import stylize_clip
    from rosetail.distributed.ray_pool import RayPool
    from rosetail.distributed.segments import StylizeOptions
    from rosetail.errors import SettingsError
    from rosetail.video.characters_in_clip import character_video
    from rosetail.video.clip import stylize_video

    if keyframes is not None and not character:
        raise SettingsError("--keyframes edit characters; add --character FILE")
    if figure and (not character or mode is Mode.wall):
        raise SettingsError("--figure shows characters alone; add --character FILE, and no wall")
    with progress_bar("stylizing", None, "frames") as move:
        if cluster is not None:
            if character:
                raise SettingsError("characters are not drawn on a cluster; leave out --cluster")
            how = StylizeOptions(
                whole_path(style, cluster), backend, strength, anime, False, detail, compare
            )
            with RayPool(cluster) as pool:
                report = stylize_clip(clip, out, how, pool, progress=move)
        elif character:
            stylizer = None if figure else open_look(style, backend)
            roses = load_model(model, backend)
            given = [roses.read(file) for file in character]
            lines = _lines(roses, keyframes, directions, method)
            paths = _paths(clip, roses, given, lines, mode, seed)
            wall = mode is Mode.wall
            report = character_video(
                clip, out, roses, paths, stylizer, wall=wall, specialize=bake, progress=move
            )
        else:
            report = stylize_video(
                clip,
                out,
                open_look(style, backend),
                strength=strength,
                anime=anime,
                detail=detail,
                compare=compare,
                progress=move,
            )
    for note in report.notes:
        complain(f"{clip}: {note}")
    print(out)


def _paths(
    clip: Path,
    roses: CharacterModel,
    given: list[Character],
    lines: dict[str, EditCurve],
    mode: Mode,
    seed: int,
) -> list[CodePath]:
    """How each character's code moves; a line goes before the character's own edit of its name."""
    from rosetail.characters.capabilities import main_axes
    from rosetail.characters.edits import apply_edits
    from rosetail.video.beats import find_beats
    from rosetail.video.style_paths import AXES, WALL, paths_for_mode, with_curves

    beats = find_beats(clip) if mode is Mode.beat else []
    others = roses.random_w(WALL, seed)
    codes = [
        apply_edits(each.w, [edit for edit in each.edits if edit.name not in lines])
        for each in given
    ]
    axes = list(main_axes(roses, AXES)) if mode is Mode.eig else []
    paths = paths_for_mode(mode.value, codes, list(others), beats, axes)
    return [with_curves(path, lines) for path in paths] if lines else paths


def _lines(
    roses: CharacterModel, keyframes: Path | None, directions: Path | None, method: str | None
) -> dict[str, EditCurve]:
    from rosetail.characters.keyframes import edit_curves, read_keyframes

    if keyframes is None:
        return {}
    return edit_curves(read_keyframes(keyframes), directions_of(roses, directions), method)
