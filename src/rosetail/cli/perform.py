"""``rosetail perform``: keep the acting of a clip as a file, and edit it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.console import progress_bar
from rosetail.cli.options import refuse

if TYPE_CHECKING:
    from rosetail.video.take import Take

SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff")
EXAMPLES = """
**Examples**

- Keep what the faces in a clip do: `rosetail perform me.mp4 -o take.json`

- Play it on a character: `rosetail video --performance take.json --character aiko.json -o aiko.mp4`

- Calmer and smoother, two seconds of it: `rosetail perform take.json -o calm.json --scale 0.7
  --smooth 0.1 --trim 1..3`

- What a voice says: `rosetail perform speech.wav -o take.json --seed 3`

- For Blender or Live2D: `rosetail perform take.json -o take.csv`
"""


def perform(
    source: Annotated[
        Path, typer.Argument(metavar="CLIP", help="A video, a sound file, or a take to edit.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="A take (.json), or a table with ARKit's blend shapes in the layout of Live Link "
            "Face (.csv), one for each face.",
        ),
    ],
    smooth: Annotated[
        float,
        typer.Option(
            min=0.0, max=2.0, metavar="SECONDS", help="Average movements over time; blinks stay."
        ),
    ] = 0.0,
    scale: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=1.5,
            metavar="0..1.5",
            help="Make expression and movement smaller or larger.",
        ),
    ] = 1.0,
    seed: Annotated[
        int,
        typer.Option(min=0, metavar="NUMBER", help="With a sound file: blinks and movements."),
    ] = 0,
    trim: Annotated[
        str | None,
        typer.Option(metavar="START..END", help="Keep the part between two times in seconds."),
    ] = None,
) -> None:
    """Keep the acting of every face in a clip: time, place, pose and expression, no picture.

    Given a sound file, the take is that of a mouth that speaks it.
    """
    from rosetail import images
    from rosetail.errors import OutputError
    from rosetail.video.take_csv import save_csv

    if out.suffix.lower() not in (".json", ".csv"):
        raise OutputError(f"{out}: cannot write '{out.suffix}' takes; use .json or .csv")
    images.check_output(out)
    part = _seconds(trim) if trim is not None else None
    take = _take_of(source, seed)
    if part is not None:
        take = take.trimmed(*part)
    take = take.smoothed(smooth).scaled(scale)
    for path in save_csv(take, out) if out.suffix.lower() == ".csv" else [take.save(out)]:
        print(path)


def _take_of(source: Path, seed: int) -> Take:
    from rosetail.video.perform import perform
    from rosetail.video.take import read_take
    from rosetail.video.voice import speak

    suffix = source.suffix.lower()
    if suffix == ".json":
        return read_take(source)
    if suffix in SOUNDS:
        return speak(source, seed=seed)
    refuse({"--seed": seed != 0}, "without a sound file")
    with progress_bar("reading", None, "frames") as update:
        return perform(source, progress=update)


def _seconds(text: str) -> tuple[float, float | None]:
    """``START..END`` in seconds; the end may be left out. Raises SettingsError."""
    from rosetail.errors import SettingsError

    start, dots, end = text.partition("..")
    try:
        times = float(start or 0), float(end) if end else None
    except ValueError:
        dots = ""
    if not dots:
        raise SettingsError(f"--trim {text}: write two times in seconds, such as 1.5..4")
    return times
