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
    from rosetail.runtime.stylizer import Stylizer

RESULTS = {"film": "film.mp4"}
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
        for path in (spec.get("clip", ""), folder):
            shown = shown.replace(path, "the clip") if path else shown
        ended = {"state": "failed", "message": shown}
    except Exception as error:
        said = f"a fault of the program ({type(error).__name__}: {error})"
        ended = {"state": "failed", "message": said}
    with suppress(OSError):
        pipe.send(ended)


def film(spec: dict[str, Any], folder: Path, backend: str, progress: Progress) -> str:
    """A clip, or some seconds of it, in a look; notes for the person."""
    from rosetail.runtime.stylizer import Stylizer
    from rosetail.runtime.video import stylize_video

    source, target, look = Path(spec["clip"]), folder / RESULTS["film"], spec["look"]
    stylizer = Stylizer(look["style"], backend)
    if spec["seconds"]:
        return _part(spec, source, target, stylizer, progress)
    made = stylize_video(
        source,
        target,
        stylizer,
        strength=look["strength"],
        anime=look["anime"],
        detail=look["detail"],
        compare=spec["compare"],
        progress=progress,
    )
    return "; ".join(made.notes)


def _part(
    spec: dict[str, Any], source: Path, target: Path, stylizer: Stylizer, progress: Progress
) -> str:
    from rosetail.images import writing
    from rosetail.runtime.video import Painter, Stylized, clip_scale, draw, naming
    from rosetail.studio.part import Part, cut

    look, copy = spec["look"], target.with_name("part.mkv")
    start = cut(source, copy, spec["start"], spec["seconds"])
    report = Stylized(target)
    with writing(target) as part, naming(target), Part(copy, start, spec["seconds"]) as clip:
        painter = Painter(stylizer, clip.tick, look["strength"], look["anime"])
        painter.scale = clip_scale(stylizer, clip, look["detail"])
        height, width = clip.size
        size = height, width * 2 if spec["compare"] else width
        draw(clip, painter, part, size, report, compare=spec["compare"], progress=progress)
    copy.unlink()
    return "; ".join(report.notes)


def study_pictures(spec: dict[str, Any], folder: Path, backend: str, progress: Progress) -> str:
    """Every photo of a study by every method: PHOTO-METHOD.webp."""
    from rosetail.studio.desk import Desk
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
