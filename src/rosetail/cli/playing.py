"""The part of ``rosetail video`` that draws characters without a clip, from a take."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

if TYPE_CHECKING:
    from rosetail.video.play import Shot
    from rosetail.video.take import Take

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


class ShotOptions(NamedTuple):
    """What is shown of the acting, as given on the command line."""

    frame: ShotFrame
    size: str | None
    fps: float | None
    background: str
    figure: bool

    def given(self) -> dict[str, bool]:
        """Options that need acting without the clip's picture, and whether each is given."""
        return {
            "--frame": self.frame != "full",
            "--size": self.size is not None,
            "--fps": self.fps is not None,
            "--background": self.background != "scene",
        }

    def shot(self) -> Shot:
        """Raises SettingsError for a malformed size."""
        from rosetail.errors import SettingsError
        from rosetail.video.play import Shot

        sides = None
        if self.size is not None:
            if not re.fullmatch(r"\d{1,5}x\d{1,5}", self.size):
                raise SettingsError(f"--size {self.size}: write it as 1280x720")
            width, height = self.size.split("x")
            sides = int(width), int(height)
        return Shot(self.frame, sides, self.fps, None if self.figure else self.background)


def check_source(clip: Path | None, performance: Path | None, voice: Path | None) -> Path:
    """The one file that is drawn. Raises SettingsError for none or several."""
    from rosetail.errors import SettingsError

    given = [each for each in (clip, performance, voice) if each is not None]
    if not given:
        raise SettingsError("nothing to draw; give a clip, --performance TAKE or --voice SOUND")
    if len(given) > 1:
        raise SettingsError("a clip, --performance and --voice exclude each other; give one")
    return given[0]


def read_acting(
    clip: Path | None, performance: Path | None, voice: Path | None, sound: Path | None, seed: int
) -> tuple[Take, Path | None]:
    """The acting in the one of the first three files that is given, and what is heard with it."""
    from rosetail.video.perform import perform
    from rosetail.video.sound import audible
    from rosetail.video.take import read_take
    from rosetail.video.voice import speak

    if clip is not None:
        return perform(clip), audible(clip)
    if voice is not None:
        return speak(voice, seed=seed), audible(voice)
    assert performance is not None  # by check_source
    return read_take(performance), sound
