"""The tasks of a job, as any machine can run them: a few pictures, or a segment of a clip.

Paths must mean the same on all machines, and Rosetail must be installed there. Each worker process
loads the style once.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from rosetail import images
from rosetail.distributed.segments import Segment, StylizeOptions, draw_segment
from rosetail.errors import RosetailError
from rosetail.stylizer.stylizer import Stylizer


@dataclass(frozen=True)
class PictureTask:
    """Draw pictures, given as pairs (source, target)."""

    name: str
    options: StylizeOptions
    jobs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SegmentTask:
    """Draw a segment of ``clip`` to the .npz file ``out``, at working scale ``scale``."""

    name: str
    options: StylizeOptions
    clip: str
    segment: Segment
    out: str
    scale: float


Task = PictureTask | SegmentTask


@dataclass(frozen=True)
class TaskResult:
    """Files that were written, error messages, and ``HOST:PID`` of the worker."""

    name: str
    written: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    worker: str = field(default_factory=lambda: f"{platform.node()}:{os.getpid()}")


def run_task(task: Task) -> TaskResult:
    """Run a task. Errors in the input are returned, not raised."""
    options = task.options
    stylizer = _stylizer(options.style, options.backend)
    if isinstance(task, SegmentTask):
        out = Path(task.out)
        draw = partial(draw_segment, task.clip, task.segment, out, stylizer, options, task.scale)
        steps = [(task.out, draw)]
    else:
        steps = [
            (target, partial(_draw_picture, Path(source), Path(target), stylizer, options))
            for source, target in task.jobs
        ]
    written, failed = [], []
    for target, draw in steps:
        try:
            draw()
            written.append(target)
        except RosetailError as error:
            failed.append(str(error))
    return TaskResult(task.name, tuple(written), tuple(failed))


def _draw_picture(source: Path, target: Path, stylizer: Stylizer, options: StylizeOptions) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    drawn = stylizer(
        source,
        strength=options.strength,
        anime=options.anime,
        faces_only=options.faces_only,
        detail=options.detail,
    )
    if options.compare:
        images.save(images.side_by_side(images.read(source), images.read(drawn)), target)
    else:
        images.save(drawn, target)


@lru_cache(maxsize=1)
def _stylizer(style: str, backend: str) -> Stylizer:
    return Stylizer(style, backend)
