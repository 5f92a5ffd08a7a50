"""Trims a few seconds out of a clip, for previews."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from rosetail.errors import InputError
from rosetail.images import writing
from rosetail.video.clip import VideoReport, draw_frames
from rosetail.video.containers import open_container
from rosetail.video.reader import ClipFrame, ClipReader, SoundPacket


class TrimmedReader(ClipReader):
    """Reads only the frames and sounds of ``seconds`` of a clip from ``start``."""

    def __init__(self, path: Path, start: float, seconds: float) -> None:
        super().__init__(path)
        self._from, self._to = start, start + seconds

    def items(self) -> Iterator[ClipFrame | SoundPacket]:
        """Items within the part. Truncated files are not reported."""
        for item in super().items():
            if isinstance(item, ClipFrame):
                at = float(item.pts * self.tick)
                if at >= self._to:
                    return
            else:
                at = float(item.packet.pts * item.packet.time_base)
            if self._from <= at < self._to:
                yield item

    def start_offset(self) -> Fraction:
        """The part begins at time 0."""
        return Fraction(self._from).limit_denominator(90_000)


def trim(source: Path, target: Path, start: float, seconds: float) -> None:
    """Write ``seconds`` of ``source`` from ``start`` to ``target`` (.mkv), sound included.

    Only the packets from the key frame before ``start`` to the end are read. Raises InputError if
    there is no frame.
    """
    copy = target.with_name(f"copy-{target.name}")
    try:
        first = _copied(source, copy, start, start + seconds)
        with writing(target) as part, TrimmedReader(copy, max(0.0, start - first), seconds) as clip:
            draw_frames(clip, lambda frame: frame.rgb, part, clip.size, VideoReport(target))
    finally:
        copy.unlink(missing_ok=True)


def _copied(source: Path, target: Path, start: float, end: float) -> float:
    """Copy the packets from the key frame before ``start`` up to ``end``, without decoding; returns
    the time of that key frame."""
    with writing(target) as part, open_container(source) as clip:
        video = clip.streams.video[0]
        if clip.duration is not None and start >= clip.duration / av.time_base:
            raise InputError(f"{source}: ends before {start:.1f} s; choose an earlier time")
        with av.open(str(part), "w", format="matroska") as out:
            kept = {video.index: out.add_stream_from_template(video)}
            for sound in clip.streams.audio:
                kept[sound.index] = out.add_stream_from_template(sound)
            clip.seek(int(start / video.time_base), stream=video)
            first = _packets(clip, out, kept, video.index, end)
        if first is None:
            raise InputError(f"{source}: no frame at {start:.1f} s; choose another time")
    return first


def _packets(clip: Any, out: Any, kept: dict[int, Any], video: int, end: float) -> float | None:
    """Copy packets up to ``end``, shifted so that the first frame is at 0; returns its time."""
    first: float | None = None
    for packet in clip.demux([clip.streams[index] for index in kept]):
        if packet.dts is None or packet.pts is None:
            continue
        at = float(packet.pts * packet.time_base)
        if packet.stream.index == video:
            if float(packet.dts * packet.time_base) > end:
                break
            first = at if first is None else first
        elif first is None or not first <= at <= end:
            continue
        back = round(first / packet.time_base)
        packet.pts, packet.dts = packet.pts - back, packet.dts - back
        packet.stream = kept[packet.stream.index]
        out.mux(packet)
    return first
