"""Draw the segments of a clip separately, and join them without encoding again.

A segment lies between two key frames of the source. It is encoded with the settings for whole
clips, and its packets are stored (.npz) with their times in ticks of the source. Joining writes the
packets of all segments and the sound of the source to one file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np

from rosetail.errors import InputError
from rosetail.images import writing
from rosetail.reading import reading
from rosetail.stylizer.scale import Detail
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import FrameStylizer, frame_size, naming_errors
from rosetail.video.reader import ClipReader
from rosetail.video.writer import ClipWriter

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
            encoder, count = _PacketStore(scratch, clip, frame_size(clip, compare)), 0
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
    with (
        writing(target) as whole,
        naming_errors(target),
        ClipReader(path) as clip,
        ClipWriter(whole, clip, frame_size(clip, compare)) as out,
    ):
        packets = _stored_packets(parts)
        waiting = next(packets, None)
        for sound in clip.sound_packets():
            seconds = sound.packet.dts * sound.packet.time_base - clip.start_offset()
            while waiting is not None and waiting.dts * clip.tick <= seconds:
                out.write_packet(waiting)
                waiting = next(packets, None)
            out.write_sound(sound)
        while waiting is not None:
            out.write_packet(waiting)
            waiting = next(packets, None)
        return clip.notes + out.notes


class _PacketStore(ClipWriter):
    """Keeps the encoded packets instead of writing them to its file."""

    def __init__(self, scratch: Path, clip: ClipReader, size: tuple[int, int]) -> None:
        super().__init__(scratch, clip, size, sound=False)
        self._packets: list[tuple[int, int, int, bool, bytes]] = []

    def _mux(self, packet: Any) -> None:
        times = packet.pts, packet.dts, packet.duration
        self._packets.append((*times, bool(packet.is_keyframe), bytes(packet)))

    def save(self, path: Path) -> None:
        columns = zip(*self._packets, strict=True) if self._packets else ((),) * 5
        pts, dts, durations, keys, data = columns
        np.savez(
            path,
            times=np.array([pts, dts, durations], np.int64),
            keys=np.array(keys, bool),
            sizes=np.array([len(each) for each in data], np.int64),
            data=np.frombuffer(b"".join(data), np.uint8),
        )


def _stored_packets(parts: Sequence[Path]) -> Iterator[Any]:
    """The packets of all parts, with increasing decoding times."""
    last: int | None = None
    for path in parts:
        with (
            reading(path, "a whole part of a clip", "remove it and run again"),
            path.open("rb") as file,
            np.load(file, allow_pickle=False) as arrays,
        ):
            times, keys, sizes = arrays["times"], arrays["keys"], arrays["sizes"]
            data = arrays["data"].tobytes()
        ends = np.cumsum(sizes)
        for (pts, dts, duration), key, size, end in zip(times.T, keys, sizes, ends, strict=True):
            packet = av.Packet(data[end - size : end])
            last = int(dts) if last is None else max(int(dts), last + 1)
            packet.pts, packet.dts, packet.duration = int(pts), last, int(duration)
            packet.is_keyframe = bool(key)
            yield packet
