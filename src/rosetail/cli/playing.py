"""The part of ``rosetail video`` that draws characters without a clip, from a take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from rosetail.video.play import Shot

Performance = Annotated[
    Path | None,
    typer.Option(
        metavar="TAKE",
        help="Instead of a clip: draw the characters with the acting of a take from `rosetail "
        "perform`, without the picture.",
    ),
]
Voice = Annotated[
    Path | None,
    typer.Option(
        metavar="SOUND",
        help="Instead of a clip: the first character says what is heard in a sound file or clip. "
        "Blinks and small movements come from --seed.",
    ),
]
Sound = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="With --performance: a clip or sound file to be heard."),
]
ShotFrame = Annotated[
    Literal["full", "portrait"],
    typer.Option(
        help="With characters: every face in its place (`full`), or head and shoulders of the "
        "first one (`portrait`), without the clip's picture."
    ),
]
ShotSize = Annotated[
    str | None,
    typer.Option(
        metavar="WxH",
        show_default="the take's; 720x720 for a portrait or voice",
        help="Without a clip's picture: size of the pictures.",
    ),
]
Fps = Annotated[
    float | None,
    typer.Option(
        min=1.0,
        max=240.0,
        metavar="NUMBER",
        show_default="the take's",
        help="Without a clip's picture: frames a second.",
    ),
]
Background = Annotated[
    str,
    typer.Option(
        metavar="scene|plain|#rrggbb",
        help="Without a clip's picture: the first character's scene, its colour alone, or a "
        "colour. For a transparent one give --figure.",
    ),
]


def shot_of(
    frame: Literal["full", "portrait"],
    size: str | None,
    fps: float | None,
    background: str,
    figure: bool,
) -> Shot:
    """The shot that the options ask for. Raises SettingsError."""
    from rosetail.errors import SettingsError
    from rosetail.video.play import Shot

    sides = None
    if size is not None:
        if not re.fullmatch(r"\d{1,5}x\d{1,5}", size):
            raise SettingsError(f"--size {size}: write it as 1280x720")
        width, height = size.split("x")
        sides = int(width), int(height)
    return Shot(frame, sides, fps, None if figure else background)


def check_source(clip: Path | None, performance: Path | None, voice: Path | None) -> Path:
    """The one file that is drawn. Raises SettingsError for none or several."""
    from rosetail.errors import SettingsError

    given = [each for each in (clip, performance, voice) if each is not None]
    if not given:
        raise SettingsError("nothing to draw; give a clip, --performance TAKE or --voice SOUND")
    if len(given) > 1:
        raise SettingsError("a clip, --performance and --voice exclude each other; give one")
    return given[0]
