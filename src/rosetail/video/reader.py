"""Clips read safely: upright RGB frames and untouched sound packets, in the order of the file.

Only files are opened, only as real containers (never playlists, which name other files), and a
clip that ends before it says it does is refused rather than cut short.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from rosetail.errors import InputError
from rosetail.video.containers import MOST_PIXELS, open_container
from rosetail.video.frames import Clock, Deinterlacer, Orientation

Bytes = NDArray[np.uint8]

STARTS_ANYWHERE = ("mpegts", "mpeg")  # broadcast clocks: their first frame is at any time
# A clip may end this much before its stated length (seconds, and part of it) and count as whole.
SHORT_BY, SHORT_PART = 0.5, 0.05
UNSPECIFIED, HD_LINES = 2, 720
HDR_CURVES = (16, 18)  # PQ and HLG, ITU-T H.273


@dataclass(frozen=True)
class ClipFrame:
    """One upright picture, uint8 [H, W, 3] RGB, its time and length in ticks of the clip."""

    rgb: Bytes
    pts: int
    duration: int


@dataclass(frozen=True)
class SoundPacket:
    """One packet of a sound stream, as it lay in the file."""

    packet: Any
    stream: AudioStream


class ClipReader:
    """A clip, open for reading. A context manager; :meth:`items` may be used once.

    ``size`` (height, width) is what a viewer shows, rotation applied. ``frames`` is how many
    pictures the file says it has, or None. ``notes`` collects what a person should know.

    Raises:
        InputError: missing, empty, not a video, without a video stream, or too large.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self._container = open_container(self.path)
        try:
            self.video = self._video_stream()
            self.sounds = list(self._container.streams.audio)
            self.tick = Fraction(self.video.time_base or Fraction(1, 90_000))
            self.rate = Fraction(self.video.average_rate or self.video.guessed_rate or 25)
            first = self._first_frame()
        except BaseException:
            self._container.close()
            raise
        self._turn = Orientation.of(first)
        self._stored = (first.height, first.width)
        self._interlaced = bool(first.interlaced_frame)
        self.size = self._turn.size(self._stored)
        aspect = Fraction(self.video.sample_aspect_ratio or 1)
        self.pixel_aspect = 1 / aspect if self._turn.across and aspect else aspect or Fraction(1)
        self._note_oddities(first)

    @property
    def frames(self) -> int | None:
        if self.video.frames:
            return int(self.video.frames)
        seconds = self.seconds
        return round(seconds * self.rate) if seconds else None

    @property
    def seconds(self) -> float | None:
        """The length that the file states."""
        if self.video.duration:
            return float(self.video.duration * self.tick)
        return self._container.duration / av.time_base if self._container.duration else None

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._container.close()

    def items(self) -> Iterator[ClipFrame | SoundPacket]:
        """Every picture and every sound packet, as the file has them.

        Raises:
            InputError: the file is damaged, or ends before it should.
        """
        clock = Clock(self.tick, self.rate)
        untangle = Deinterlacer(self.video) if self._interlaced else None
        seen, end = 0, 0.0
        for packet in self._packets():
            if packet.dts is None:
                packet.dts = packet.pts
            elif packet.pts is None:
                packet.pts = packet.dts
            if packet.size and packet.pts is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            if packet.stream.index == self.video.index:
                seen += bool(packet.size)
                for frame in self._decode(packet, seen):
                    yield from self._upright(frame, clock, untangle)
            elif isinstance(packet.stream, AudioStream) and packet.size and packet.dts is not None:
                yield SoundPacket(packet, packet.stream)
        if untangle is not None:
            for frame in untangle.rest():
                yield self._frame(frame, *clock.next())
        self._check_whole(seen, end)

    def between(self, first: int, last: int | None) -> Iterator[ClipFrame]:
        """The pictures from ``first`` to before ``last``, in ticks; ``first`` is the time of a key
        frame or the clip's start. Only of clips that :meth:`splits` can split.

        Raises InputError where the file is damaged.
        """
        clock = Clock(self.tick, self.rate)
        for frame in self._decoded_from(first):
            if frame.pts is None or frame.pts < first:
                continue
            if last is not None and frame.pts >= last:
                return
            clock.tell(frame.pts, frame.duration)
            yield self._frame(frame, *clock.next())

    def _decoded_from(self, first: int) -> Iterator[VideoFrame]:
        try:
            self._container.seek(first, stream=self.video)
            frame = next(self._container.decode(self.video), None)
            if frame is None or frame.pts is None or frame.pts > first:
                self._rewind()  # its index is no good: from the start, which is slow and sure
            else:
                yield frame
            yield from self._container.decode(self.video)
        except av.error.FFmpegError as error:
            raise self._damaged(None, error) from error

    def splits(self) -> list[tuple[int, int]]:
        """Time of each key frame in ticks, and how many pictures are shown from there to the next.

        Read from the packets alone. Empty where pictures have no times, or come as fields: such a
        clip cannot be split.
        """
        times, keys = [], []
        for packet in self._packets():
            if packet.stream.index != self.video.index or not packet.size:
                continue
            if packet.pts is None or self._interlaced:
                self._rewind()
                return []
            times.append(packet.pts)
            if packet.is_keyframe:
                keys.append(packet.pts)
        self._rewind()
        order = np.sort(np.asarray(times, np.int64))
        keys = sorted({int(order[0]), *keys}) if len(order) else []
        places = [*np.searchsorted(order, keys).tolist(), len(order)]
        return [(key, b - a) for key, a, b in zip(keys, places[:-1], places[1:], strict=True)]

    def sounds_alone(self) -> Iterator[SoundPacket]:
        """Every sound packet, as the file has them. Raises InputError where it is damaged."""
        for packet in self._packets():
            if packet.stream.index != self.video.index and isinstance(packet.stream, AudioStream):
                if packet.dts is None:
                    packet.dts = packet.pts
                if packet.size and packet.dts is not None:
                    yield SoundPacket(packet, packet.stream)

    def shrink_to(self, size: tuple[int, int]) -> None:
        """From now on give pictures of ``size`` (height, width) instead of the clip's own."""
        self._stored = self._turn.size(size)

    def glimpses(self, count: int) -> list[Bytes]:
        """``count`` upright pictures spread over the clip, or what can be reached of them: those
        that players jump to, each once."""
        found = []
        times = set()
        length = self.seconds or 0.0
        for index in range(count if length else 1):
            at = int((index + 0.5) / count * length / self.tick) + (self.video.start_time or 0)
            try:
                self._container.seek(at if length else 0, stream=self.video)
                frame = next(self._container.decode(self.video))
            except (av.error.FFmpegError, StopIteration):
                continue
            if frame.pts is None or frame.pts not in times:
                times.add(frame.pts)
                found.append(self._frame(frame, 0, 0).rgb)
        self._rewind()
        return found

    def start(self) -> Fraction:
        """Seconds to take from every time: broadcast clocks start anywhere, others at their own."""
        if self._container.format.name in STARTS_ANYWHERE and self._container.start_time:
            return Fraction(self._container.start_time, av.time_base)
        return Fraction(0)

    def _video_stream(self) -> VideoStream:
        covers = av.stream.Disposition.attached_pic
        for stream in self._container.streams.video:
            if not stream.disposition & covers:
                break
        else:
            raise InputError(f"{self.path}: has no video stream; give a video")
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height > MOST_PIXELS:
            raise InputError(
                f"{self.path}: states {width}x{height} pixels, more than 8192x4608; make it smaller"
            )
        if width * height == 0:
            raise InputError(f"{self.path}: damaged, states no picture size; copy it again")
        stream.thread_type = "AUTO"
        return stream

    def _first_frame(self) -> VideoFrame:
        try:
            frame = next(self._container.decode(self.video))
        except StopIteration:
            raise InputError(f"{self.path}: holds no picture; copy it again") from None
        except av.error.FFmpegError as error:
            raise self._damaged(0, error) from error
        self._rewind()
        return frame

    def _rewind(self) -> None:
        """Back to the start; opening again is exact where seeking is not."""
        index = self.video.index
        self._container.close()
        self._container = open_container(self.path)
        self.video = self._container.streams[index]
        self.video.thread_type = "AUTO"
        self.sounds = list(self._container.streams.audio)

    def _packets(self) -> Iterator[Any]:
        try:
            yield from self._container.demux()
        except av.error.FFmpegError as error:
            raise self._damaged(None, error) from error

    def _decode(self, packet: Any, seen: int) -> Iterator[VideoFrame]:
        try:
            yield from packet.decode()
        except av.error.FFmpegError as error:
            raise self._damaged(seen, error) from error

    def _upright(
        self, frame: VideoFrame, clock: Clock, untangle: Deinterlacer | None
    ) -> Iterator[ClipFrame]:
        clock.tell(frame.pts, frame.duration)
        if untangle is None:
            yield self._frame(frame, *clock.next())
            return
        for whole in untangle(frame):
            yield self._frame(whole, *clock.next())

    def _frame(self, frame: VideoFrame, pts: int, duration: int) -> ClipFrame:
        matrix = "ITU709" if frame.colorspace == UNSPECIFIED and frame.height >= HD_LINES else None
        height, width = self._stored
        way = "AREA" if height * width < frame.height * frame.width else "BICUBIC"
        rgb = frame.reformat(
            width, height, "rgb24", src_colorspace=matrix, interpolation=way
        ).to_ndarray()
        return ClipFrame(self._turn(np.asarray(rgb, np.uint8)), pts, duration)

    def _check_whole(self, seen: int, end: float) -> None:
        stated = self.video.frames
        if stated and seen < stated * (1 - SHORT_PART / 2) - 1:
            raise self._cut(f"{seen} of {stated} frames are there")
        length = (self._container.duration or 0) / av.time_base
        start = max(0.0, (self._container.start_time or 0) / av.time_base)
        missing = length - (end - start)
        if missing > max(SHORT_BY, SHORT_PART * length):
            raise self._cut(f"{end - start:.1f} of {length:.1f} seconds are there")
        if seen == 0:
            raise self._cut("no frame is there")

    def _cut(self, cause: str) -> InputError:
        return InputError(f"{self.path}: cut off, {cause}; copy it again")

    def _damaged(self, frame: int | None, error: Exception) -> InputError:
        where = "damaged" if frame is None else f"damaged at frame {frame}"
        cause = getattr(error, "strerror", None) or str(error)
        return InputError(f"{self.path}: {where} or cut off ({cause}); copy it again")

    def _note_oddities(self, first: VideoFrame) -> None:
        if first.color_trc in HDR_CURVES:
            self.notes.append(f"{self.path}: is HDR; it is drawn as ordinary video, colours pale")
        if self._interlaced:
            self.notes.append(f"{self.path}: is interlaced; fields are joined (yadif)")
