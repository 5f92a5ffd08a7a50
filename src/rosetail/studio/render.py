"""One job, in a process of its own: what it is told, what it says on the way, what it leaves.

``run_job`` sends {"done", "total"} through the pipe and at last {"state", "message"}. Its results
lie in the folder that it was given, each whole or absent.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rosetail.errors import RosetailError

if TYPE_CHECKING:
    from rosetail.stylizer.stylizer import Stylizer
    from rosetail.video.clip import VideoReport
    from rosetail.video.style_paths import CodePath

FILM, FIGURE = "film.mp4", "figure.mov"  # what a film job leaves
COURTESY = 10  # nice value: previews come first
Progress = Callable[[int, "int | None"], None]


def run_job(pipe: Connection, kind: str, spec: dict[str, Any], folder: str, backend: str) -> None:
    """Do the job ``kind`` as ``spec`` says and report through ``pipe``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(COURTESY)
    kinds: dict[str, Callable[..., str]] = {"film": film, "study": study_pictures}
    ended = {"state": "done", "message": ""}

    def progress(done: int, total: int | None) -> None:
        pipe.send({"done": done, "total": total})

    try:
        ended["message"] = kinds[kind](spec, Path(folder), backend, progress)
    except RosetailError as error:
        shown = str(error)
        named = {"the clip": spec.get("clip"), "the character": spec.get("character")}
        for name, path in {**named, "the clip in": folder}.items():
            shown = shown.replace(path, name) if path else shown
        ended = {"state": "failed", "message": shown}
    except Exception as error:
        said = f"a fault of the program ({type(error).__name__}: {error})"
        ended = {"state": "failed", "message": said}
    with suppress(OSError):
        pipe.send(ended)


def film(spec: dict[str, Any], folder: Path, backend: str, progress: Progress) -> str:
    """A clip, or some seconds of it, in a look or as a character; notes for the person."""
    from rosetail.studio.part import cut
    from rosetail.stylizer.stylizer import Stylizer
    from rosetail.video.clip import stylize_video

    alone = spec.get("figure", False)  # jobs of an older studio do not say
    source, target, look = Path(spec["clip"]), folder / (FIGURE if alone else FILM), spec["look"]
    part = folder / "part.mkv"
    if spec["seconds"]:
        cut(source, part, spec["start"], spec["seconds"])
        source = part
    if spec["character"]:
        stylizer = None if alone else Stylizer(look["style"], backend)
        made = _as_character(spec, source, target, stylizer, backend, progress)
    else:
        made = stylize_video(
            source,
            target,
            Stylizer(look["style"], backend),
            strength=look["strength"],
            anime=look["anime"],
            detail=look["detail"],
            compare=spec["compare"],
            progress=progress,
        )
    part.unlink(missing_ok=True)
    return "; ".join(made.notes)


def _as_character(
    spec: dict[str, Any],
    source: Path,
    target: Path,
    stylizer: Stylizer | None,
    backend: str,
    progress: Progress,
) -> VideoReport:
    from rosetail.characters.keyframes import Keyframe, edit_curves
    from rosetail.characters.load import load_model
    from rosetail.video.characters_in_clip import character_video
    from rosetail.video.style_paths import Fixed, with_curves

    roses = load_model(spec["model"], backend)
    who = roses.read(spec["character"])
    moments = sorted((Keyframe(**each) for each in spec["keyframes"]), key=lambda each: each.time)
    # What is keyframed comes from the keyframes alone, the rest from the edits throughout.
    moving = {name for moment in moments for name in moment.edits}
    still = {name: value for name, value in spec["edits"].items() if name not in moving}
    for edit in who.edits:
        still.setdefault(edit.name, 0.0)
    path: CodePath = Fixed((who.edit(still) if still else who).code)
    if moments:
        path = _later(with_curves(path, edit_curves(moments, roses.directions)), spec["start"])
    return character_video(source, target, roses, [path], stylizer, progress=progress)


def _later(path: CodePath, start: float) -> CodePath:
    """``path`` for a part of the clip that begins at ``start``."""
    return lambda seconds: path(seconds + start)


def study_pictures(spec: dict[str, Any], folder: Path, backend: str, progress: Progress) -> str:
    """Every photo of a study by every method: PHOTO-METHOD.webp."""
    from rosetail.studio.previews import Desk
    from rosetail.studio.study import picture_name

    desk = Desk(backend, spec["model"])
    total = len(spec["photos"]) * len(spec["methods"])
    done = 0
    for photo, path in enumerate(spec["photos"]):
        for method, settings in enumerate(spec["methods"]):
            data, _, _ = desk.draw(path, **settings["look"], whole=False, form="webp")
            part = folder / ".part"
            part.write_bytes(data)
            part.replace(folder / picture_name(photo, method))
            done += 1
            progress(done, total)
    return ""


def _end_with_parent(pipe: Connection) -> None:
    """Nobody sends anything this way: what ends the waiting is that the parent is gone."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)
