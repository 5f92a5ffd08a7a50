"""Read a clip safely: upright RGB frames and unchanged sound packets, in the order of the file.

A clip that ends earlier than its header says is refused before its first frame is returned. A
damaged packet costs its own frame only; such frames are counted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.subtitles.stream import SubtitleStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from rosetail.arrays import Bytes
from rosetail.errors import InputError
from rosetail.video import hdr
from rosetail.video.containers import MAX_PIXELS, open_container
from rosetail.video.decoder import Decoder, has_alpha, to_srgb
from rosetail.video.frames import Clock, Deinterlacer, Orientation

BROADCAST = ("mpegts", "mpeg")  # formats whose clock starts at any time
# A clip counts as complete if it misses at most this (seconds, or share) of its stated length.
MISSING_SECONDS, MISSING_SHARE = 0.5, 0.05
# Seconds of sound before the start that decoders need: one packet of AAC, 80 ms of Opus (RFC 7845).
PREROLL, OPUS_PREROLL = 0.03, 0.08


@dataclass(frozen=True)
class ClipFrame:
    """An upright picture, uint8 [H, W, 3] RGB, its alpha [H, W] if the clip is transparent; time
    and duration in ticks of the clip."""

    rgb: Bytes
    pts: int
    duration: int
    alpha: Bytes | None = None


@dataclass(frozen=True)
class SoundPacket:
    """An encoded packet of a sound or subtitle stream."""

    packet: Any
    stream: AudioStream | SubtitleStream


class ClipReader:
    """A clip, open for reading. A context manager; :meth:`items` may be used once.

    Attributes:
        size: (height, width) as displayed, after rotation.
        tick: seconds per unit of time.
        rate: frames per second.
        pixel_aspect: width of a pixel divided by its height.
        transparent: whether the frames have an alpha.
        sound_streams: the sound and subtitle streams.
        notes: messages for the user.

    Raises InputError for a file that is missing, empty, not a video, without a video stream, or
    too large.
    """

    plays = 0  # how often it is shown as an animation: without end

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self._container = open_container(self.path)
        try:
            self.video = self._video_stream()
            self._decoder = Decoder(self.video)
            self.sound_streams = self._sound_streams()
            self.tick = Fraction(self.video.time_base or Fraction(1, 90_000))
            self.rate = Fraction(self.video.average_rate or self.video.guessed_rate or 25)
            first = self._first_frame()
        except BaseException:
            self._container.close()
            raise
        self._orientation = Orientation.of(first)
        self._stored = (first.height, first.width)
        self._interlaced = bool(first.interlaced_frame)
        self.size = self._orientation.size(self._stored)
        aspect = Fraction(self.video.sample_aspect_ratio or 1) or Fraction(1)
        self.pixel_aspect = 1 / aspect if self._orientation.transposed else aspect
        self._hdr = int(first.color_trc) if first.color_trc in (hdr.PQ, hdr.HLG) else 0
        if self._hdr:
            self.notes.append("is HDR; brightness and colours become those of sRGB")
        if self._interlaced:
            self.notes.append("is interlaced; fields are joined (yadif)")
        self.transparent = has_alpha(first)
        others = [
            each
            for each in self._container.streams
            if each.type == "data" and "timecode" not in each.metadata
        ]
        if others:
            self.notes.append(f"{len(others)} data tracks are not copied")
        if len(self._container.streams.video) > 1:
            self.notes.append("only its first video track is drawn; others are left out")

    @property
    def frames(self) -> int | None:
        """The number of pictures that the file states, or that its length implies."""
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

    @property
    def damaged(self) -> int:
        """The number of packets read so far that gave no picture."""
        return self._decoder.damaged

    @property
    def last_duration(self) -> Fraction:
        """Seconds for which the last picture is shown."""
        return 1 / self.rate

    def start_offset(self) -> Fraction:
        """Seconds to subtract from all times: the start of a broadcast clock, else 0."""
        if self._container.format.name in BROADCAST and self._container.start_time:
            return Fraction(self._container.start_time, av.time_base)
        return Fraction(0)

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._container.close()

    def items(self) -> Iterator[ClipFrame | SoundPacket]:
        """All pictures and sound packets. Raises InputError if the file is cut off, or if no
        picture can be decoded."""
        self._check_complete()
        clock = Clock(self.tick, self.rate, by_packets=self._container.format.name == "avi")
        deinterlace = Deinterlacer(self.video) if self._interlaced else None
        count = 0
        for packet in self._packets():
            if packet.stream.index == self.video.index:
                damaged = self.damaged
                decoded = self._decoder(packet)
                if packet.size and self.damaged == damaged:
                    clock.packet(packet.dts)
                for frame in decoded:
                    count += 1
                    clock.push(frame)
                    for whole in [frame] if deinterlace is None else deinterlace(frame):
                        yield self._frame(whole, *clock.pop())
            elif self._is_heard(packet):
                yield SoundPacket(packet, packet.stream)
        for whole in deinterlace(None) if deinterlace else ():
            yield self._frame(whole, *clock.pop())
        if not count:
            raise InputError(f"{self.path}: damaged, no picture can be decoded; copy it again")

    def frames_between(self, first: int, last: int | None) -> Iterator[ClipFrame]:
        """The pictures from time ``first`` to before ``last``, in ticks.

        ``first`` must be a time from :meth:`groups_of_pictures`. Raises InputError if the file is
        damaged.
        """
        clock = Clock(self.tick, self.rate)
        for frame in self._decoded_from(first):
            if frame.pts is None or frame.pts < first:
                continue
            if last is not None and frame.pts >= last:
                return
            clock.push(frame)
            yield self._frame(frame, *clock.pop())

    def picture_at(self, seconds: float) -> Bytes:
        """The picture that is shown at ``seconds``, upright; the last one after the end.

        Raises InputError if there is none. Use :meth:`items` before, not after.
        """
        wanted, shown = int((seconds + float(self.start_offset())) / self.tick), None
        for frame in self._decoded_from(wanted):
            if shown is not None and frame.pts is not None and frame.pts > wanted:
                break
            shown = frame
        if shown is None:
            raise InputError(f"{self.path}: no picture at {seconds:.1f} s; choose an earlier time")
        return self._frame(shown, 0, 0).rgb

    def _decoded_from(self, first: int) -> Iterator[VideoFrame]:
        self._seek(first)
        decoded = self._decoded()
        frame = next(decoded, None)
        if frame is None or frame.pts is None or frame.pts > first:
            self._rewind()  # the index is wrong: decode from the start, which is slow
            yield from self._decoded()
        else:
            yield frame
            yield from decoded

    def _decoded(self) -> Iterator[VideoFrame]:
        """All frames from the current position."""
        for packet in self._packets(self.video):
            yield from self._decoder(packet)

    def _seek(self, pts: int) -> None:
        try:
            self._container.seek(pts, stream=self.video)
        except av.error.FFmpegError as error:
            raise self._damaged(error) from error
        self._decoder.restart()

    def groups_of_pictures(self) -> list[tuple[int, int]]:
        """For each key frame, its time in ticks and the number of pictures until the next one.

        Read without decoding. Empty for interlaced clips and clips without times, which cannot be
        split.
        """
        if self._container.format.name == "avi" and self.video.codec_context.has_b_frames:
            return []  # its times are those of decoding
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
        bounds = [*np.searchsorted(order, keys).tolist(), len(order)]
        return [(key, b - a) for key, a, b in zip(keys, bounds[:-1], bounds[1:], strict=True)]

    def sound_packets(self) -> Iterator[SoundPacket]:
        """All sound packets. Raises InputError if the file is damaged."""
        for packet in self._packets():
            if self._is_heard(packet):
                yield SoundPacket(packet, packet.stream)

    def shrink_to(self, size: tuple[int, int]) -> None:
        """Return pictures of ``size`` (height, width) from now on."""
        self._stored = self._orientation.size(size)

    def probe(self, count: int) -> list[Bytes]:
        """Up to ``count`` upright pictures spread over the clip, fewer if seeking fails."""
        pictures = []
        times = set()
        length = self.seconds or 0.0
        for index in range(count if length else 1):
            pts = int((index + 0.5) / count * length / self.tick) + (self.video.start_time or 0)
            try:
                self._seek(pts if length else 0)
                frame = next(self._decoded())
            except (InputError, StopIteration):
                continue
            if frame.pts is None or frame.pts not in times:
                times.add(frame.pts)
                pictures.append(self._frame(frame, 0, 0).rgb)
        self._rewind()
        return pictures

    def _video_stream(self) -> VideoStream:
        cover = av.stream.Disposition.attached_pic
        streams = [each for each in self._container.streams.video if not each.disposition & cover]
        if not streams:
            raise InputError(f"{self.path}: has no video stream; give a video")
        stream: VideoStream = streams[0]
        if stream.codec_context is None:
            raise InputError(f"{self.path}: its video has an unknown codec; convert it to H.264")
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height > MAX_PIXELS:
            raise InputError(
                f"{self.path}: states {width}x{height} pixels, more than 8192x4608; make it smaller"
            )
        if width * height == 0:
            raise InputError(f"{self.path}: damaged, states no picture size; copy it again")
        return stream

    def _sound_streams(self) -> list[AudioStream | SubtitleStream]:
        return [*self._container.streams.audio, *self._container.streams.subtitles]

    def _is_heard(self, packet: Any) -> bool:
        """Whether a packet is of a sound or subtitle and belongs to the clip, which may be a part
        of its file (by an edit list); completes its times."""
        if not packet.size or not isinstance(packet.stream, AudioStream | SubtitleStream):
            return False
        if packet.dts is None:
            packet.dts = packet.pts
        elif packet.pts is None:
            packet.pts = packet.dts
        if packet.dts is None:
            return False
        needed = OPUS_PREROLL if packet.stream.codec_context.name == "opus" else PREROLL
        return not packet.is_discard or -needed <= packet.pts * packet.time_base < 0

    @property
    def chapters(self) -> list[Any]:
        """The chapters, as PyAV describes them."""
        return list(self._container.chapters())

    @property
    def attachments(self) -> list[Any]:
        """The files in it, such as fonts of subtitles."""
        return list(self._container.streams.attachments)

    @property
    def track_metadata(self) -> dict[str, str]:
        """Language, title and time code of the pictures."""
        kept = {key: self.video.metadata.get(key) for key in ("language", "title", "timecode")}
        kept["timecode"] = kept["timecode"] or self._container.metadata.get("timecode")
        return {key: value for key, value in kept.items() if value}

    @property
    def title(self) -> str:
        """The title in the file; empty if there is none."""
        return str(self._container.metadata.get("title", ""))

    def _first_frame(self) -> VideoFrame:
        frame = next(self._decoded(), None)
        if frame is None:
            raise InputError(f"{self.path}: contains no picture; copy it again")
        self._rewind()
        return frame

    def _rewind(self) -> None:
        """Reopen the file, because seeking to the start may be inexact."""
        index = self.video.index
        self._container.close()
        self._container = open_container(self.path)
        self.video = self._container.streams[index]
        self._decoder = Decoder(self.video)
        self.sound_streams = self._sound_streams()

    def _packets(self, *streams: Any) -> Iterator[Any]:
        try:
            yield from self._container.demux(*streams)
        except av.error.FFmpegError as error:
            raise self._damaged(error) from error

    def _frame(self, frame: VideoFrame, pts: int, duration: int) -> ClipFrame:
        shown = self._orientation(to_srgb(frame, self._stored, self._hdr))
        if shown.shape[2] == 3:
            return ClipFrame(shown, pts, duration)
        rgb, alpha = np.ascontiguousarray(shown[..., :3]), shown[..., 3]
        rgb[alpha == 0] = 255  # what the file hides must not bleed into the drawing
        return ClipFrame(rgb, pts, duration, np.ascontiguousarray(alpha))

    def _check_complete(self) -> None:
        """Raise InputError if the file has fewer pictures or seconds than it states."""
        packets, end = 0, 0.0
        for packet in self._packets():
            packets += bool(packet.size) and packet.stream.index == self.video.index
            pts = packet.dts if packet.pts is None else packet.pts
            if packet.size and pts is not None:
                end = max(end, float((pts + (packet.duration or 0)) * packet.time_base))
        length = (self._container.duration or 0) / av.time_base
        start = max(0.0, (self._container.start_time or 0) / av.time_base)
        # MOV and MP4 count the pictures that an edit list leaves out, too.
        stated = 0 if self._container.format.name.startswith("mov") else self.video.frames
        self._rewind()
        if stated and packets < stated * (1 - MISSING_SHARE / 2) - 1:
            raise self._cut_off(f"{packets} of {stated} frames are there")
        if length - (end - start) > max(MISSING_SECONDS, MISSING_SHARE * length):
            raise self._cut_off(f"{end - start:.1f} of {length:.1f} seconds are there")
        if packets == 0:
            raise self._cut_off("no frame is there")

    def _cut_off(self, cause: str) -> InputError:
        return InputError(f"{self.path}: cut off, {cause}; copy it again")

    def _damaged(self, error: Exception) -> InputError:
        cause = getattr(error, "strerror", None) or str(error)
        return InputError(f"{self.path}: damaged or cut off ({cause}); copy it again")
