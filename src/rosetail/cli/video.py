"""``rosetail video``: a clip to anime."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import (
    DEFAULT_STYLE,
    Anime,
    Backend,
    Compare,
    Detail,
    Strength,
    Style,
    complain,
    progress_bar,
)

EXAMPLES = """
**Examples**

- `rosetail video holiday.mp4 -o holiday-anime.mp4`

- Before and after side by side: `rosetail video holiday.mp4 -o both.mp4 --compare`
"""


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
    backend: Backend = "auto",
) -> None:
    """Turn a clip into anime: same frames, rate, length and rotation; the sound is copied.

    Ctrl-C leaves no broken file.
    """
    import rosetail
    from rosetail.runtime.video import stylize_video

    stylizer = rosetail.load(style, backend=backend)
    with progress_bar("stylizing", None, "frames") as move:
        report = stylize_video(
            clip,
            out,
            stylizer,
            strength=strength,
            anime=anime,
            detail=detail,
            compare=compare,
            progress=move,
        )
    for note in report.notes:
        complain(f"{clip}: {note}")
    print(out)
