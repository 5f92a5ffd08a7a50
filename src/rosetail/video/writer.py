"""Clips written: H.264 pictures, or ProRes with an alpha, at the source's times, its sound copied
beside them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from rosetail.engines import usable_cores
from rosetail.errors import OutputError
from rosetail.video.planes import enlarged_frame
from rosetail.video.reader import SoundPacket

Bytes = NDArray[np.uint8]

CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
# The processor is for the network: the fastest preset takes two fifths of the next one's time for
# half as many bytes more. Deblocking, which it leaves out, costs nothing to speak of.
ENCODER = {"preset": "ultrafast", "crf": "18", "x264-params": "no-deblock=0:deblock=0,0"}
CLEAR = ".mov"  # what holds an alpha and opens in editors
PRORES = {"profile": "4444"}
BT709 = 1  # matrix, primaries and curve, ITU-T H.273
LIMITED = 1  # 16..235
SPARE_SOUND = "aac"  # where a container cannot hold the source's sound
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}  # others are mixed to stereo


def check_container(path: Path, *, transparent: bool = False) -> str:
    """The container format for the suffix of ``path``. Raises OutputError for another suffix, or
    one that does not support transparency if ``transparent``."""
    kind = CONTAINERS.get(path.suffix.lower())
    if transparent and path.suffix.lower() != CLEAR:
        raise OutputError(
            f"{path}: only {CLEAR} supports transparency; give a name ending in {CLEAR}"
        )
    if kind is None:
        raise OutputError(f"{path}: cannot write '{path.suffix}' videos; use .mp4, .mov or .mkv")
    return kind


class ClipWriter:
    """Writes one clip to ``path``. A context manager; on an error the file is left unfinished.

    ``size`` is the (height, width) of the pictures; smaller ones are drawn larger. H.264 in 4:2:0
    has even sides only: an odd side gets its last row or column twice. ``tick``: seconds a unit of
    pts; ``start``: seconds taken from every time. ``sounds``: the streams whose packets will come.
    ``transparent``: pictures have an alpha and are written as ProRes 4444, every side as it is.
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        *,
        tick: Fraction,
        rate: Fraction,
        pixel_aspect: Fraction = Fraction(1),
        start: Fraction = Fraction(0),
        sounds: Sequence[AudioStream] = (),
        transparent: bool = False,
    ) -> None:
        kind = check_container(path, transparent=transparent)
        self.notes: list[str] = []
        self._tick, self._start, self._transparent = tick, start, transparent
        self._size, self._extra = size, (0, 0) if transparent else (size[0] % 2, size[1] % 2)
        self._lengths: dict[int, int] = {}  # of the pictures that are still in the encoder
        flags = {"movflags": "+faststart"} if kind != "matroska" else {}
        self._file = av.open(str(path), "w", format=kind, options=flags)
        self._video = self._add_video(size, rate, pixel_aspect)
        self._sounds = {stream.index: self._add_sound(stream) for stream in sounds}

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._mux_pictures(None)
                for sound in self._sounds.values():
                    self._file.mux(sound.rest())
        finally:
            self._file.close()

    def picture(self, rgb: Bytes, pts: int, duration: int) -> None:
        """Add uint8 [H, W, 3] RGB, of the clip's size or smaller, at ``pts`` for ``duration``; of a
        clear clip [H, W, 4] of its size."""
        frame = self._frame(rgb)
        frame.pts, frame.duration = pts - round(self._start / self._tick), duration
        frame.time_base = self._tick
        self._lengths[frame.pts] = duration
        self._mux_pictures(frame)

    def coded(self, packet: Any) -> None:
        """Add a picture that another writer of the same settings has coded already."""
        packet.stream, packet.time_base = self._video, self._tick
        self._file.mux(packet)

    def _frame(self, rgb: Bytes) -> VideoFrame:
        if self._transparent:
            return VideoFrame.from_ndarray(rgb, "rgba").reformat(
                format=self._video.pix_fmt, dst_colorspace="ITU709", dst_color_range="MPEG"
            )
        if rgb.shape[:2] != self._size:
            even = self._size[0] + self._extra[0], self._size[1] + self._extra[1]
            return enlarged_frame(rgb, even)
        if any(self._extra):
            rgb = np.pad(rgb, ((0, self._extra[0]), (0, self._extra[1]), (0, 0)), mode="edge")
        return VideoFrame.from_ndarray(rgb, "rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )

    def sound(self, sound: SoundPacket) -> None:
        """Add one packet of one of the streams given as ``sounds``."""
        packet, base = sound.packet, sound.packet.time_base
        if self._start:
            back = round(self._start / base)
            packet.pts, packet.dts = packet.pts - back, packet.dts - back
        self._file.mux(self._sounds[sound.stream.index](packet))

    def _mux_pictures(self, frame: VideoFrame | None) -> None:
        for packet in self._video.encode(frame):
            # The encoder forgets how long a picture is shown, which only the last one would tell.
            packet.duration = self._lengths.pop(packet.pts, packet.duration)
            self._file.mux(packet)

    def _add_video(self, size: tuple[int, int], rate: Fraction, aspect: Fraction) -> Any:
        name, options = ("prores_ks", PRORES) if self._transparent else ("libx264", ENCODER)
        try:
            stream: Any = self._file.add_stream(name, rate=rate, options=dict(options))
        except ValueError as error:  # av.codec.UnknownCodecError
            raise OutputError(
                f"this build of PyAV has no {name}; run: pip install --force-reinstall av"
            ) from error
        stream.height, stream.width = size[0] + self._extra[0], size[1] + self._extra[1]
        stream.pix_fmt = "yuva444p10le" if self._transparent else "yuv420p"
        stream.time_base = self._tick
        context = stream.codec_context
        context.thread_count = max(1, usable_cores() // 2)  # the others are for the network
        context.time_base = self._tick
        context.sample_aspect_ratio = aspect
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = LIMITED
        return stream

    def _add_sound(self, stream: AudioStream) -> _Copied | _Recoded:
        name = stream.codec_context.name
        if name in self._file.supported_codecs:
            copy = self._file.add_stream_from_template(stream)
            copy.metadata.update({k: v for k, v in stream.metadata.items() if k == "language"})
            return _Copied(copy)
        self.notes.append(f"the sound was recoded as AAC: the container cannot hold {name}")
        rate = stream.codec_context.sample_rate
        layout = LAYOUTS.get(stream.layout.nb_channels, "stereo")
        recoded: Any = self._file.add_stream(SPARE_SOUND, rate=rate, layout=layout)
        return _Recoded(recoded)


class _Copied:
    """Sound packets passed on as they are; times that stand still are moved on by one tick."""

    def __init__(self, stream: AudioStream) -> None:
        self._stream = stream
        self._last: int | None = None

    def __call__(self, packet: Any) -> list[Any]:
        if self._last is not None and packet.dts <= self._last:
            packet.dts = self._last + 1
            packet.pts = max(packet.pts, packet.dts)
        self._last = packet.dts
        packet.stream = self._stream
        return [packet]

    def rest(self) -> list[Any]:
        return []


class _Recoded:
    """Sound packets decoded and encoded again."""

    def __init__(self, stream: AudioStream) -> None:
        self._stream = stream
        context = stream.codec_context
        self._resampler = av.AudioResampler(
            format=context.format, layout=context.layout, rate=context.sample_rate
        )

    def __call__(self, packet: Any) -> list[Any]:
        return [
            coded
            for frame in packet.decode()
            for whole in self._resampler.resample(frame)
            for coded in self._stream.encode(whole)
        ]

    def rest(self) -> list[Any]:
        tail = [
            coded
            for whole in self._resampler.resample(None)
            for coded in self._stream.encode(whole)
        ]
        return tail + list(self._stream.encode(None))
