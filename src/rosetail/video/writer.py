"""Write a clip: H.264 pictures, or ProRes with an alpha, at the source's times, with its sound."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.subtitles.stream import SubtitleStream
from av.video.frame import VideoFrame

from rosetail.arrays import Bytes
from rosetail.engines import usable_cores
from rosetail.errors import OutputError
from rosetail.video.planes import enlarged_frame
from rosetail.video.reader import SoundPacket
from rosetail.video.timeline import Source

CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
# The network needs the processor: the fastest preset takes 40 % of the time of the next for 50 %
# more bytes. Deblocking, which it switches off, costs almost nothing.
H264 = {"preset": "ultrafast", "crf": "18", "x264-params": "no-deblock=0:deblock=0,0"}
PRORES = {"profile": "4444"}
TRANSPARENT = ".mov"  # the container for an alpha that editors open
BT709 = 1  # matrix, primaries and transfer curve, ITU-T H.273
LIMITED = 1  # 16..235
TO_BT709 = {"dst_colorspace": "ITU709", "dst_color_range": "MPEG"}
KEPT_METADATA = ("language", "title")  # of a track; others may say where it was recorded
FALLBACK_SOUND = "aac"  # if the container does not support the source's codec
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}  # others are mixed to stereo


def check_container(path: Path, *, transparent: bool = False) -> str:
    """The container format for the suffix of ``path``. Raises OutputError for another suffix, or
    one that does not support transparency if ``transparent``."""
    suffix = path.suffix.lower()
    if transparent and suffix != TRANSPARENT:
        raise OutputError(
            f"{path}: only {TRANSPARENT} supports transparency; give a name ending in {TRANSPARENT}"
        )
    if suffix not in CONTAINERS:
        raise OutputError(f"{path}: cannot write '{path.suffix}' videos; use .mp4, .mov or .mkv")
    return CONTAINERS[suffix]


class ClipWriter:
    """Writes pictures with the times and the sound of ``clip`` to ``path``.

    A context manager; on an error the file stays incomplete. ``size`` is the (height, width) of the
    pictures; smaller ones are enlarged. H.264 in 4:2:0 needs even sides: of an odd side, the last
    row or column is repeated. ``square_pixels`` ignores the clip's pixel aspect ratio.
    ``transparent`` pictures have an alpha and are written as ProRes 4444 of any size.
    """

    def __init__(
        self,
        path: Path,
        clip: Source,
        size: tuple[int, int],
        *,
        sound: bool = True,
        square_pixels: bool = False,
        transparent: bool = False,
    ) -> None:
        container = check_container(path, transparent=transparent)
        self.notes: list[str] = []
        self._tick, self._start, self._transparent = clip.tick, clip.start_offset(), transparent
        self._size = size
        self._padding = (0, 0) if transparent else (size[0] % 2, size[1] % 2)
        self._durations: dict[int, int] = {}  # of the pictures that are in the encoder, by pts
        options = {"movflags": "+faststart"} if container != "matroska" else {}
        self._file = av.open(str(path), "w", format=container, options=options)
        aspect = Fraction(1) if square_pixels else clip.pixel_aspect
        self._video = self._add_video(clip.rate, aspect)
        streams = clip.sound_streams if sound else []
        self._sounds = {stream.index: self._add_sound(stream) for stream in streams}
        if sound and clip.title:
            self._file.metadata["title"] = clip.title
        if sound and clip.chapters and not self._start:
            self._file.set_chapters(clip.chapters)

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None:
                self._encode(None)
                for sound in self._sounds.values():
                    if sound is not None:
                        self._file.mux(sound.flush())
        finally:
            self._file.close()

    def write_frame(self, rgb: Bytes, pts: int, duration: int) -> None:
        """Add a picture, uint8 [H, W, 3] of the clip's size or smaller, or [H, W, 4] of its size if
        transparent; ``pts`` and ``duration`` are in ticks of the clip."""
        frame = self._to_frame(rgb)
        frame.pts, frame.duration = pts - round(self._start / self._tick), duration
        frame.time_base = self._tick
        self._durations[frame.pts] = duration
        self._encode(frame)

    def write_packet(self, packet: Any) -> None:
        """Add a packet that another writer with the same settings has encoded."""
        packet.stream, packet.time_base = self._video, self._tick
        self._file.mux(packet)

    def write_sound(self, sound: SoundPacket) -> None:
        """Add a packet of one of the clip's sound or subtitle streams."""
        packet, target = sound.packet, self._sounds[sound.stream.index]
        if target is None:
            return
        if self._start:
            back = round(self._start / packet.time_base)
            packet.pts, packet.dts = packet.pts - back, packet.dts - back
        self._file.mux(target(packet))

    def _to_frame(self, rgb: Bytes) -> VideoFrame:
        if self._transparent:
            frame = VideoFrame.from_ndarray(rgb, "rgba")
            return frame.reformat(format=self._video.pix_fmt, **TO_BT709)  # type: ignore[arg-type]
        bottom, right = self._padding
        if rgb.shape[:2] != self._size:
            return enlarged_frame(rgb, (self._size[0] + bottom, self._size[1] + right))
        if bottom or right:
            rgb = np.pad(rgb, ((0, bottom), (0, right), (0, 0)), mode="edge")
        frame = VideoFrame.from_ndarray(rgb, "rgb24")
        return frame.reformat(format="yuv420p", **TO_BT709)  # type: ignore[arg-type]

    def _encode(self, frame: VideoFrame | None) -> None:
        """Encode a frame, or flush the encoder."""
        for packet in self._video.encode(frame):
            # The encoder drops durations; only that of the last picture cannot be inferred.
            packet.duration = self._durations.pop(packet.pts, packet.duration)
            self._mux(packet)

    def _mux(self, packet: Any) -> None:
        self._file.mux(packet)

    def _add_video(self, rate: Fraction, pixel_aspect: Fraction) -> Any:
        name, options = ("prores_ks", PRORES) if self._transparent else ("libx264", H264)
        try:
            stream: Any = self._file.add_stream(name, rate=rate, options=dict(options))
        except ValueError as error:  # av.codec.UnknownCodecError
            raise OutputError(
                f"this build of PyAV has no {name}; run: pip install --force-reinstall av"
            ) from error
        stream.height = self._size[0] + self._padding[0]
        stream.width = self._size[1] + self._padding[1]
        stream.pix_fmt = "yuva444p10le" if self._transparent else "yuv420p"
        stream.time_base = self._tick
        context = stream.codec_context
        context.thread_count = max(1, usable_cores() // 2)  # the rest is for the network
        context.time_base = self._tick
        context.sample_aspect_ratio = pixel_aspect
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED
        return stream

    def _add_sound(
        self, stream: AudioStream | SubtitleStream
    ) -> _CopiedSound | _TranscodedSound | None:
        """The copy of a stream in this file; None for subtitles that it cannot hold."""
        name = stream.codec_context.name
        if name in self._file.supported_codecs:
            copy = self._file.add_stream_from_template(stream)
            kept = {key: value for key, value in stream.metadata.items() if key in KEPT_METADATA}
            copy.metadata.update(kept)
            copy.disposition = stream.disposition
            return _CopiedSound(copy)
        if isinstance(stream, SubtitleStream):
            self.notes.append(f"subtitles are left out: the container cannot hold {name}; use .mkv")
            return None
        self.notes.append(f"the sound was recoded as AAC: the container cannot hold {name}")
        rate = stream.codec_context.sample_rate
        layout = LAYOUTS.get(stream.layout.nb_channels, "stereo")
        target: Any = self._file.add_stream(FALLBACK_SOUND, rate=rate, layout=layout)
        return _TranscodedSound(target)


class _CopiedSound:
    """Passes packets on unchanged, except that repeated times are moved on by one tick."""

    def __init__(self, stream: AudioStream | SubtitleStream) -> None:
        self._stream = stream
        self._last: int | None = None

    def __call__(self, packet: Any) -> list[Any]:
        if self._last is not None and packet.dts <= self._last:
            packet.dts = self._last + 1
            packet.pts = max(packet.pts, packet.dts)
        self._last = packet.dts
        packet.stream = self._stream
        return [packet]

    def flush(self) -> list[Any]:
        return []


class _TranscodedSound:
    """Decodes packets and encodes them again."""

    def __init__(self, stream: AudioStream) -> None:
        self._stream = stream
        context = stream.codec_context
        self._resampler = av.AudioResampler(
            format=context.format, layout=context.layout, rate=context.sample_rate
        )

    def __call__(self, packet: Any) -> list[Any]:
        return [coded for frame in packet.decode() for coded in self._encode(frame)]

    def flush(self) -> list[Any]:
        return self._encode(None) + list(self._stream.encode(None))

    def _encode(self, frame: Any) -> list[Any]:
        resampled = self._resampler.resample(frame)
        return [coded for each in resampled for coded in self._stream.encode(each)]
