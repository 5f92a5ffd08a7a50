"""Runs one background job in a separate process.

``run_job`` sends {"done", "total"} through the pipe and at the end {"state", "message"}. Results
are written to the job's folder; each is complete or absent.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rosetail.errors import RosetailError

if TYPE_CHECKING:
    from rosetail.stylizer.stylizer import Stylizer
    from rosetail.video.clip import VideoReport
    from rosetail.video.style_paths import CodePath

FILM, FIGURE = "film.mp4", "figure.mov"  # results of a film job
NICENESS = 10  # previews have priority
Progress = Callable[[int, "int | None"], None]


def run_job(pipe: Connection, kind: str, spec: dict[str, Any], folder: str, backend: str) -> None:
    """Run the job ``kind`` with the settings ``spec`` and report through ``pipe``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    kinds: dict[str, Callable[..., str]] = {"film": film, "study": study_pictures}

    def progress(done: int, total: int | None) -> None:
        pipe.send({"done": done, "total": total})

    try:
        result = {"state": "done", "message": kinds[kind](spec, Path(folder), backend, progress)}
    except Exception as error:
        own = isinstance(error, RosetailError)
        message = str(error) if own else f"internal error ({type(error).__name__}: {error})"
        names = {spec.get("clip"): "the clip", spec.get("character"): "the character"}
        for path, name in {**names, folder: "the clip in"}.items():
            message = message.replace(path, name) if path else message
        result = {"state": "failed", "message": message}
    with suppress(OSError):
        pipe.send(result)


def film(spec: dict[str, Any], folder: Path, backend: str, progress: Progress) -> str:
    """Render a clip, or some seconds of it, in a style or as a character; notes for the user."""
    from rosetail.studio.trim import trim
    from rosetail.stylizer.stylizer import Stylizer
    from rosetail.video.clip import stylize_video

    alone = spec.get("figure", False)  # missing in jobs of older versions
    source, target, look = Path(spec["clip"]), folder / (FIGURE if alone else FILM), spec["look"]
    part = folder / "part.mkv"
    if spec["seconds"]:
        trim(source, part, spec["start"], spec["seconds"])
        source = part
    stylizer = None if alone else Stylizer(look["style"], backend)
    if spec["character"]:
        result = _as_character(spec, source, target, stylizer, backend, progress)
    else:
        assert stylizer is not None
        result = stylize_video(
            source,
            target,
            stylizer,
            strength=look["strength"],
            anime=look["anime"],
            detail=look["detail"],
            compare=spec["compare"],
            progress=progress,
        )
    part.unlink(missing_ok=True)
    return "; ".join(result.notes)


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

    model = load_model(spec["model"], backend)
    character = model.read(spec["character"])
    keyframes = sorted((Keyframe(**each) for each in spec["keyframes"]), key=lambda each: each.time)
    # Keyframes replace the edit of the same name; other edits apply to the whole clip.
    animated = {name for keyframe in keyframes for name in keyframe.edits}
    fixed = {name: value for name, value in spec["edits"].items() if name not in animated}
    for edit in character.edits:
        fixed.setdefault(edit.name, 0.0)
    path: CodePath = Fixed((character.edit(fixed) if fixed else character).code)
    if keyframes:
        animation = with_curves(path, edit_curves(keyframes, model.directions))
        path = lambda seconds: animation(seconds + spec["start"])  # noqa: E731
    return character_video(source, target, model, [path], stylizer, progress=progress)


def study_pictures(spec: dict[str, Any], folder: Path, backend: str, progress: Progress) -> str:
    """Draw every photo of a study with every method, to PHOTO-METHOD.webp."""
    from rosetail.studio.previews import Previews
    from rosetail.studio.study import picture_name

    previews = Previews(backend, spec["model"])
    pairs = list(product(enumerate(spec["photos"]), enumerate(spec["methods"])))
    for done, ((photo, path), (method, settings)) in enumerate(pairs, 1):
        data, _, _ = previews.draw(path, settings["look"], whole=False, form="webp")
        part = folder / ".part"
        part.write_bytes(data)
        part.replace(folder / picture_name(photo, method))
        progress(done, len(pairs))
    return ""


def _end_with_parent(pipe: Connection) -> None:
    """Exit when the parent's side of ``pipe`` is closed; nothing is ever sent to the child."""
    with suppress(EOFError, OSError):
        pipe.recv()
    os._exit(1)
