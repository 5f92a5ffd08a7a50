"""``rosetail video``: a clip to anime."""

from __future__ import annotations

from collections.abc import Callable
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

if TYPE_CHECKING:
    from rosetail.runtime.stylizer import Stylizer
    from rosetail.runtime.video import Stylized

EXAMPLES = """
**Examples**

- `rosetail video holiday.mp4 -o holiday-anime.mp4`

- The face as a character: `rosetail video me.mp4 -o anime.mp4 --character aiko.json`

- Before and after side by side: `rosetail video holiday.mp4 -o both.mp4 --compare`

- In parts on many machines: `rosetail video film.mkv -o film-anime.mkv --cluster ray://head:10001`
"""


class Mode(str, Enum):
    """How characters change through the clip."""

    fixed = "fixed"
    blend = "blend"
    beat = "beat"
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
            "them with the music (needs the extra beat), `wall` shows eight around the source."
        ),
    ] = Mode.fixed,
    seed: Annotated[int, typer.Option(min=0, help="Whom blend, beat and wall add.")] = 0,
    model: Model = DEFAULT_MODEL,
    backend: Backend = "auto",
    cluster: Cluster = None,
) -> None:
    """Turn a clip into anime: same frames, rate, length and rotation; the sound is copied.

    Ctrl-C leaves no broken file.
    """
    from rosetail.cli.looks import open_look, whole_path
    from rosetail.errors import SettingsError
    from rosetail.runtime.cluster import stylize_film
    from rosetail.runtime.pools import RayPool
    from rosetail.runtime.shares import Drawing
    from rosetail.runtime.video import stylize_video

    with progress_bar("stylizing", None, "frames") as move:
        if cluster is not None:
            if character:
                raise SettingsError("characters are not drawn on a cluster; leave out --cluster")
            how = Drawing(
                whole_path(style, cluster), backend, strength, anime, False, detail, compare
            )
            with RayPool(cluster) as pool:
                report = stylize_film(clip, out, how, pool, progress=move)
        elif character:
            stylizer = open_look(style, backend)
            report = _cast_clip(clip, out, stylizer, character, mode, seed, model, backend, move)
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


def _cast_clip(
    clip: Path,
    out: Path,
    stylizer: Stylizer,
    files: list[Path],
    mode: Mode,
    seed: int,
    model: str,
    backend: str,
    progress: Callable[[int, int | None], None],
) -> Stylized:
    from rosetail.runtime.beats import find_beats
    from rosetail.runtime.character import check_model, read_character
    from rosetail.runtime.roses import Roses
    from rosetail.runtime.roses_video import roses_video
    from rosetail.runtime.style_paths import WALL, of_mode

    given = [read_character(file) for file in files]
    roses = Roses(model, backend)
    for each in given:
        check_model(each, roses.model)
    beats = find_beats(clip) if mode is Mode.beat else []
    others = roses.random_w(WALL, seed)
    paths = of_mode(mode.value, [each.w for each in given], list(others), beats)
    wall = mode is Mode.wall
    return roses_video(clip, out, roses, paths, stylizer, wall=wall, progress=progress)
