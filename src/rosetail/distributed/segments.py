"""A clip in parts that are drawn apart, on whatever machine, and joined without coding again.

A part is what lies between two key frames of the source. It is coded by the very encoder that a
whole clip would be, and its packets are kept as they are (.npz), with their times in ticks of the
source; joining writes them one part after the other, beside the source's sound.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from rosetail.errors import InputError, RosetailError
from rosetail.images import writing
from rosetail.stylizer.scale import scaled
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import FrameStylizer, naming_errors
from rosetail.video.reader import ClipReader
from rosetail.video.writer import ClipWriter

Bytes = NDArray[np.uint8]

FRAMES = 250  # of a part, at least; the last one may be shorter


class Segment(NamedTuple):
    """Pictures of a clip from time ``first`` to before ``last``, in ticks; ``frames`` of them."""

    number: int
    first: int
    last: int | None
    frames: int


def parts_of(clip: ClipReader, frames: int = FRAMES) -> list[Segment]:
    """The clip in parts of at least ``frames`` pictures; empty where it cannot be split."""
    splits = clip.splits()
    found: list[tuple[int, int]] = []
    for first, count in splits:
        if found and found[-1][1] < frames:
            found[-1] = found[-1][0], found[-1][1] + count
        else:
            found.append((first, count))
    ends = [*(first for first, _ in found[1:]), None]
    return [
        Segment(number, first, last, count)
        for number, ((first, count), last) in enumerate(zip(found, ends, strict=True))
    ]


def draw_part(
    film: str | os.PathLike[str],
    part: Segment,
    out: Path,
    stylizer: Stylizer,
    *,
    strength: float = 1.0,
    anime: float = 0.0,
    compare: bool = False,
    scale: float = 1.0,
) -> None:
    """Draw the pictures of ``part`` and keep their packets in ``out`` (.npz), whole or not at all.

    ``scale`` is the clip's working scale. Raises InputError where the film has other pictures than
    it had when it was split, and as :func:`rosetail.video.clip.stylize_video`.
    """
    with writing(out) as kept, ClipReader(film) as clip:
        size = frame_size(clip, compare)
        painter = FrameStylizer(stylizer, clip.tick, strength, anime)
        painter.scale = scale if strength else 1.0
        if scale < 1 and strength == 1 and anime == 0 and not compare:
            clip.shrink_to(scaled(clip.size, scale))
            painter.scale = 1.0
        scratch = kept.with_suffix(".mp4")
        try:
            coder, count = _Coder(scratch, clip, size), 0
            with naming_errors(out), coder:
                for frame in clip.between(part.first, part.last):
                    drawn = painter(frame)
                    rgb = np.hstack([frame.rgb, drawn]) if compare else drawn
                    coder.picture(rgb, frame.pts, frame.duration)
                    count += 1
        finally:
            scratch.unlink(missing_ok=True)
        if count != part.frames:
            raise InputError(
                f"{film}: {count} pictures where {part.frames} were; do not change it meanwhile"
            )
        coder.save(kept)


def join(
    film: str | os.PathLike[str], kept: Sequence[Path], target: Path, *, compare: bool = False
) -> list[str]:
    """Write the parts in ``kept``, in order, and the film's sound to ``target``; returns notes.

    Raises RosetailError where a part is damaged, OutputError.
    """
    with writing(target) as whole, naming_errors(target), ClipReader(film) as clip:
        size = frame_size(clip, compare)
        with _writer(whole, clip, size, sounds=clip.sounds) as out:
            packets = _packets(kept)
            waiting = next(packets, None)
            for sound in clip.sounds_alone():
                at = sound.packet.dts * sound.packet.time_base - clip.start()
                while waiting is not None and waiting.dts * clip.tick <= at:
                    out.coded(waiting)
                    waiting = next(packets, None)
                out.sound(sound)
            while waiting is not None:
                out.coded(waiting)
                waiting = next(packets, None)
            return clip.notes + out.notes


def frame_size(clip: ClipReader, compare: bool) -> tuple[int, int]:
    """(height, width) of the pictures that are written."""
    height, width = clip.size
    return height, width * 2 if compare else width


class _Coder(ClipWriter):
    """A writer whose packets stay with it; nothing is written to its file."""

    def __init__(self, scratch: Path, clip: ClipReader, size: tuple[int, int]) -> None:
        super().__init__(
            scratch,
            size,
            tick=clip.tick,
            rate=clip.rate,
            pixel_aspect=clip.pixel_aspect,
            start=clip.start(),
        )
        self._kept: list[tuple[int, int, int, bool, bytes]] = []

    def _mux_pictures(self, frame: VideoFrame | None) -> None:
        for packet in self._video.encode(frame):
            length = self._lengths.pop(packet.pts, packet.duration)
            self._kept.append(
                (packet.pts, packet.dts, length, bool(packet.is_keyframe), bytes(packet))
            )

    def save(self, path: Path) -> None:
        pts, dts, lengths, keys, data = zip(*self._kept, strict=True) if self._kept else ((),) * 5
        np.savez(
            path,
            times=np.array([pts, dts, lengths], np.int64),
            keys=np.array(keys, bool),
            sizes=np.array([len(each) for each in data], np.int64),
            data=np.frombuffer(b"".join(data), np.uint8),
        )


def _writer(path: Path, clip: ClipReader, size: tuple[int, int], sounds: Any) -> ClipWriter:
    return ClipWriter(
        path,
        size,
        tick=clip.tick,
        rate=clip.rate,
        pixel_aspect=clip.pixel_aspect,
        start=Fraction(clip.start()),
        sounds=sounds,
    )


def _packets(kept: Sequence[Path]) -> Iterator[Any]:
    """Packets of all parts; decoding times rise, also from one part to the next."""
    last: int | None = None
    for path in kept:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                times, keys, sizes = held["times"], held["keys"], held["sizes"]
                data = held["data"].tobytes()
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise RosetailError(f"{path}: damaged part ({error}); remove it and go on") from error
        ends = np.cumsum(sizes)
        for (pts, dts, length), key, size, end in zip(times.T, keys, sizes, ends, strict=True):
            packet = av.Packet(data[end - size : end])
            last = int(dts) if last is None else max(int(dts), last + 1)
            packet.pts, packet.dts, packet.duration = int(pts), last, int(length)
            packet.is_keyframe = bool(key)
            yield packet
