"""Draw the segments of a clip separately, and join them without encoding again.

A segment lies between two key frames of the source. It is encoded with the settings for whole
clips, and its packets are stored (.npz) with their times in ticks of the source. Joining writes the
packets of all segments and the sound of the source to one file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rosetail.errors import InputError
from rosetail.images import writing
from rosetail.stylizer.scale import Detail
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import FrameStylizer, frame_size, naming_errors
from rosetail.video.parts import PacketStore, join_parts
from rosetail.video.reader import ClipReader

MIN_FRAMES = 250  # of a segment; the last one may be shorter


@dataclass(frozen=True)
class StylizeOptions:
    """The options of a job; see :meth:`rosetail.stylizer.stylizer.Stylizer.array`."""

    style: str
    backend: str = "auto"
    strength: float = 1.0
    anime: float = 0.0
    faces_only: bool = False
    detail: Detail = "auto"
    compare: bool = False


class Segment(NamedTuple):
    """``frames`` pictures of a clip from time ``first`` to before ``last``, in ticks."""

    number: int
    first: int
    last: int | None
    frames: int


def split(clip: ClipReader, frames: int = MIN_FRAMES) -> list[Segment]:
    """Segments of at least ``frames`` pictures; empty if the clip cannot be split."""
    groups: list[tuple[int, int]] = []
    for first, count in clip.groups_of_pictures():
        if groups and groups[-1][1] < frames:
            groups[-1] = groups[-1][0], groups[-1][1] + count
        else:
            groups.append((first, count))
    ends = [*(first for first, _ in groups[1:]), None]
    return [
        Segment(number, first, last, count)
        for number, ((first, count), last) in enumerate(zip(groups, ends, strict=True))
    ]


def draw_segment(
    path: str | os.PathLike[str],
    segment: Segment,
    out: Path,
    stylizer: Stylizer,
    options: StylizeOptions,
    scale: float = 1.0,
) -> None:
    """Draw ``segment`` of the clip at ``path`` and store its packets in ``out`` (.npz), complete or
    not at all.

    ``scale`` is the working scale. Raises InputError if the clip has changed since it was split,
    and as :func:`rosetail.video.clip.stylize_video`.
    """
    compare = options.compare
    with writing(out) as part, ClipReader(path) as clip:
        draw = FrameStylizer(
            stylizer, clip, scale, options.strength, options.anime, compare=compare
        )
        scratch = part.with_suffix(".mp4")
        try:
            encoder, count = PacketStore(scratch, clip, frame_size(clip, compare)), 0
            with naming_errors(out), encoder:
                for frame in clip.frames_between(segment.first, segment.last):
                    drawn = draw(frame)
                    rgb = np.hstack([frame.rgb, drawn]) if compare else drawn
                    encoder.write_frame(rgb, frame.pts, frame.duration)
                    count += 1
        finally:
            scratch.unlink(missing_ok=True)
        if count != segment.frames:
            raise InputError(
                f"{path}: {count} pictures where {segment.frames} were; do not change it meanwhile"
            )
        encoder.save(part)


def join(
    path: str | os.PathLike[str], parts: Sequence[Path], target: Path, *, compare: bool = False
) -> list[str]:
    """Write the segments stored in ``parts``, in order, with the sound of the clip at ``path``.

    Returns notes for the user. Raises OutputError, and InputError for a damaged part.
    """
    with writing(target) as whole, naming_errors(target), ClipReader(path) as clip:
        return join_parts(clip, parts, whole, frame_size(clip, compare))
