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
    from rosetail.arrays import Floats
    from rosetail.stylizer.stylizer import Stylizer
    from rosetail.video.clip import VideoReport

FILM, FIGURE = "film.mp4", "figure.mov"  # results of a film job
PROXY, PROXY_SIDE = ".proxy.mp4", 1280  # suffix in the store; pixels
PARTS = "parts"  # folder of a film job in work
NICENESS = 10  # previews have priority
Progress = Callable[[int, "int | None"], None]


def run_job(pipe: Connection, kind: str, spec: dict[str, Any], folder: str, backend: str) -> None:
    """Run the job ``kind`` with the settings ``spec`` and report through ``pipe``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    kinds: dict[str, Callable[..., str]] = {
        "film": film,
        "study": study_pictures,
        "proxy": proxy,
    }

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
    # What a killed studio or process has finished is used again.
    parts = None if spec["seconds"] else folder / PARTS
    if spec["character"]:
        result = _as_character(spec, source, target, stylizer, backend, progress, parts)
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
            parts=parts,
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
    parts: Path | None,
) -> VideoReport:
    from rosetail.characters.load import load_model
    from rosetail.studio.acting import code_path
    from rosetail.video.characters_in_clip import character_video

    model = load_model(spec["model"], backend)
    animation = code_path(model, spec["character"], spec["edits"], spec["keyframes"])

    def path(seconds: float) -> Floats:
        return animation(seconds + spec["start"])

    return character_video(source, target, model, [path], stylizer, progress=progress, parts=parts)


def proxy(spec: dict[str, Any], folder: Path, backend: str, progress: Progress) -> str:
    """Write a version of a clip that browsers play (H.264, AAC) beside it."""
    from rosetail.images import writing
    from rosetail.stylizer.scale import scaled
    from rosetail.video.clip import VideoReport, draw_frames
    from rosetail.video.reader import ClipReader

    target = Path(spec["clip"] + PROXY)
    with writing(target) as part, ClipReader(spec["clip"]) as clip:
        size = scaled(clip.size, min(1.0, PROXY_SIDE / max(clip.size)))
        clip.shrink_to(size)
        report = VideoReport(target)
        draw_frames(clip, lambda frame: frame.rgb, part, size, report, progress=progress)
    return ""


def finished_parts(folder: Path) -> int:
    """How many parts of a film are kept in the folder of its job."""
    return len(list((folder / PARTS).glob("*.npz")))


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
