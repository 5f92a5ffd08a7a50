"""Draw folders of pictures and clips on many machines; a stopped job can be resumed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rosetail import weights
from rosetail.distributed.manifest import Manifest
from rosetail.distributed.ray_pool import WorkerPool
from rosetail.distributed.segments import MIN_FRAMES, Segment, StylizeOptions, join, split
from rosetail.distributed.tasks import PictureTask, SegmentTask, run_task
from rosetail.errors import RosetailError
from rosetail.stylizer.look import check_fraction
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import VideoReport, check_target, clip_scale
from rosetail.video.reader import ClipReader

Progress = Callable[[int, int | None], None]

WHOLE_CLIP = 2**62  # more pictures than any clip has
BATCH = 8  # pictures per task
JOB = ".rosetail-job"  # name of the manifest of pictures, suffix of the folder beside a clip


def stylize_pictures(
    jobs: Sequence[tuple[Path, Path]],
    out: Path,
    options: StylizeOptions,
    pool: WorkerPool,
    *,
    progress: Progress | None = None,
) -> list[RosetailError]:
    """Draw pictures, given as (source, target), on a cluster. Returns the errors.

    ``out`` is the folder of the targets. A manifest in it lists the finished pictures until all
    are done; those whose source and target have not changed since are skipped.
    """
    check_fraction("strength", options.strength)
    check_fraction("anime", options.anime)
    jobs = [(source.resolve(), target.resolve()) for source, target in jobs]
    manifest = Manifest(out / f"{JOB}.jsonl", _job(options))
    todo = [each for each in jobs if manifest.done.get(str(each[1])) != _entry(*each)]
    done, failures = len(jobs) - len(todo), []
    if progress:
        progress(done, len(jobs))
    tasks = [
        PictureTask(str(batch[0][1]), options, tuple((str(s), str(t)) for s, t in batch))
        for batch in (todo[first : first + BATCH] for first in range(0, len(todo), BATCH))
    ]
    sources = {str(target): source for source, target in jobs}
    sizes = {task.name: len(task.jobs) for task in tasks}
    for result in pool.map(run_task, tasks):
        for target in result.written:
            entry = _entry(sources[target], Path(target))
            manifest.finished(entry.pop("share"), **entry)
        failures += [RosetailError(cause) for cause in result.failed]
        done += sizes[result.name]
        if progress:
            progress(done, len(jobs))
    if not failures:
        manifest.remove()
    return failures


def stylize_clip(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    options: StylizeOptions,
    pool: WorkerPool,
    *,
    frames: int = MIN_FRAMES,
    progress: Progress | None = None,
) -> VideoReport:
    """:func:`rosetail.video.clip.stylize_video` on a cluster, in segments of ``frames`` pictures.

    Finished segments are kept in a folder beside ``dst`` until the clip is complete; the same call
    resumes the job. A clip is one segment if it cannot be split, or if ``options.anime`` is set,
    because faces are then tracked through time. Raises RosetailError if a segment failed.
    """
    check_fraction("strength", options.strength)
    check_fraction("anime", options.anime)
    source, target = Path(src).resolve(), check_target(src, dst).resolve()
    with ClipReader(source) as clip:
        scale = 1.0
        if options.strength:
            scale = clip_scale(Stylizer(options.style, options.backend), clip, options.detail)
        segments = split(clip, WHOLE_CLIP if options.anime else frames)
        total = clip.frames
    if not segments:
        raise RosetailError(
            f"{source}: cannot be split, because it is interlaced or its pictures have no times; "
            "leave out --cluster"
        )
    folder = target.with_name(f".{target.stem}{JOB}")
    # The keys identify jobs of earlier versions too.
    job = {**_job(options), "film": _file_state(source), "scale": scale, "parts": segments}
    manifest = Manifest(folder / "manifest.jsonl", job)
    tasks = [_task(segment, options, source, folder, scale) for segment in segments]
    todo = [t for t in tasks if not (t.name in manifest.done and Path(t.out).is_file())]
    counts = {task.name: task.segment.frames for task in tasks}
    done = sum(counts.values()) - sum(counts[task.name] for task in todo)
    failed: list[str] = []
    for result in pool.map(run_task, todo):
        failed += result.failed
        if not result.failed:
            manifest.finished(result.name, worker=result.worker)
            done += counts[result.name]
        if progress:
            progress(done, total)
    if failed:
        raise RosetailError(failed[0])
    notes = join(source, [Path(task.out) for task in tasks], target, compare=options.compare)
    shutil.rmtree(folder, ignore_errors=True)
    return VideoReport(target, frames=sum(counts.values()), notes=notes)


def _task(
    segment: Segment, options: StylizeOptions, clip: Path, folder: Path, scale: float
) -> SegmentTask:
    name = f"part-{segment.number:05d}"
    return SegmentTask(name, options, str(clip), segment, str(folder / f"{name}.npz"), scale)


def _job(options: StylizeOptions) -> dict[str, Any]:
    """Key of reusable results: the options and the style's weights."""
    return {**asdict(options), "look": _file_state(weights.find(options.style))}


def _entry(source: Path, target: Path) -> dict[str, Any]:
    """The manifest's line for a finished picture; it differs if either file has changed."""
    return {"share": str(target), "source": _file_state(source), "target": _file_state(target)}


def _file_state(path: Path) -> list[Any]:
    try:
        stat = path.stat()
    except OSError:
        return [str(path), -1, -1]
    return [str(path), stat.st_size, stat.st_mtime_ns]
