"""Folders of pictures and clips drawn by many machines; what was done before is not done again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rosetail import weights
from rosetail.distributed.manifest import Manifest
from rosetail.distributed.pools import WorkerPool
from rosetail.distributed.segments import FRAMES, Segment, join, parts_of
from rosetail.distributed.shares import PartShare, PictureShare, StylizeOptions, do
from rosetail.errors import RosetailError
from rosetail.stylizer.stylizer import Stylizer, check_part
from rosetail.video.clip import VideoReport, check_target, clip_scale
from rosetail.video.reader import ClipReader

Progress = Callable[[int, int | None], None]

WHOLE = 2**62  # pictures: more than any clip has, so that it stays in one part
TOGETHER = 8  # pictures in a share
JOB = ".rosetail-job"  # the folder or file beside the result that remembers


def stylize_pictures(
    jobs: Sequence[tuple[Path, Path]],
    out: Path,
    how: StylizeOptions,
    pool: WorkerPool,
    *,
    progress: Progress | None = None,
) -> list[RosetailError]:
    """Draw pictures (source, target) on a cluster; returns what failed.

    ``out`` is the folder of the targets, where a manifest remembers what is done until all is:
    pictures whose source and target are as they were then are not drawn again.
    """
    check_part("strength", how.strength)
    check_part("anime", how.anime)
    jobs = [(source.resolve(), target.resolve()) for source, target in jobs]
    manifest = Manifest(out / f"{JOB}.jsonl", _job(how))
    todo = [each for each in jobs if manifest.done.get(str(each[1])) != _line(*each)]
    done, failures = len(jobs) - len(todo), []
    if progress:
        progress(done, len(jobs))
    shares = [
        PictureShare(
            str(todo[at][1]), how, tuple((str(s), str(t)) for s, t in todo[at : at + TOGETHER])
        )
        for at in range(0, len(todo), TOGETHER)
    ]
    sources = {str(target): source for source, target in jobs}
    sizes = {share.name: len(share.jobs) for share in shares}
    for result in pool.map(do, shares):
        for target in result.made:
            line = _line(sources[target], Path(target))
            manifest.finished(line.pop("share"), **line)
        failures += [RosetailError(cause) for cause in result.failed]
        done += sizes[result.name]
        if progress:
            progress(done, len(jobs))
    if not failures:
        manifest.remove()
    return failures


def stylize_film(
    src: str | os.PathLike[str],
    dst: str | os.PathLike[str],
    how: StylizeOptions,
    pool: WorkerPool,
    *,
    frames: int = FRAMES,
    progress: Progress | None = None,
) -> VideoReport:
    """:func:`rosetail.video.clip.stylize_video` on a cluster, in parts of ``frames`` pictures.

    Parts are kept in a folder beside ``dst`` until the film is whole; the same call goes on with
    them. A clip that cannot be split is one part, as is one with ``how.anime``, whose faces are
    followed through time. Raises RosetailError, naming the first, where parts failed.
    """
    check_part("strength", how.strength)
    check_part("anime", how.anime)
    film, target = Path(src).resolve(), check_target(src, dst).resolve()
    with ClipReader(film) as clip:
        scale = 1.0
        if how.strength:
            scale = clip_scale(Stylizer(how.style, how.backend), clip, how.detail)
        parts = parts_of(clip, WHOLE if how.anime else frames)
        total = clip.frames
    if not parts:
        raise RosetailError(
            f"{film}: cannot be split, its pictures have no times or come as fields; leave out "
            "--cluster"
        )
    folder = target.with_name(f".{target.stem}{JOB}")
    job = {**_job(how), "film": _facts(film), "scale": scale, "parts": parts}
    manifest = Manifest(folder / "manifest.jsonl", job)
    shares = [_share(part, how, film, folder, scale) for part in parts]
    todo = [s for s in shares if not (s.name in manifest.done and Path(s.out).is_file())]
    counts = {share.name: share.part.frames for share in shares}
    done = sum(counts.values()) - sum(counts[share.name] for share in todo)
    failed: list[str] = []
    for result in pool.map(do, todo):
        failed += result.failed
        if not result.failed:
            manifest.finished(result.name, worker=result.worker)
            done += counts[result.name]
        if progress:
            progress(done, total)
    if failed:
        raise RosetailError(failed[0])
    notes = join(film, [Path(share.out) for share in shares], target, compare=how.compare)
    shutil.rmtree(folder, ignore_errors=True)
    return VideoReport(target, frames=sum(counts.values()), notes=notes)


def _share(part: Segment, how: StylizeOptions, film: Path, folder: Path, scale: float) -> PartShare:
    name = f"part-{part.number:05d}"
    return PartShare(name, how, str(film), part, str(folder / f"{name}.npz"), scale)


def _job(how: StylizeOptions) -> dict[str, Any]:
    """What must not change for results to be taken over: the settings and the look's content."""
    path = weights.find(how.style)
    return {**asdict(how), "look": _facts(path)}


def _line(source: Path, target: Path) -> dict[str, Any]:
    """A manifest's line of a picture that is done; another one where either file changed."""
    return {"share": str(target), "source": _facts(source), "target": _facts(target)}


def _facts(path: Path) -> list[Any]:
    try:
        told = path.stat()
    except OSError:
        return [str(path), -1, -1]
    return [str(path), told.st_size, told.st_mtime_ns]
