"""Sound and subtitles of a clip in the file that is written: copied where possible."""

from __future__ import annotations

from typing import Any

import av
from av.audio.stream import AudioStream
from av.subtitles.stream import SubtitleStream

FALLBACK_SOUND = "aac"  # if the container or players do not support the source's codec
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}  # others are mixed to stereo
KEPT_METADATA = ("language", "title")  # of a track; others may say where it was recorded

# Sound that players read in MP4. FFmpeg writes more, for example PCM, which many play as noise or
# not at all.
PLAYED_IN_MP4 = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "flac", "opus"})


def add_track(
    file: Any, stream: AudioStream | SubtitleStream, notes: list[str]
) -> CopiedTrack | TranscodedSound | None:
    """Add a track to ``file`` for the packets of ``stream``; None for subtitles that it cannot
    hold. Adds to ``notes`` what differs from the source."""
    name = stream.codec_context.name
    held = name in file.supported_codecs
    misread = file.format.name == "mp4" and isinstance(stream, AudioStream)
    if held and not (misread and name not in PLAYED_IN_MP4):
        copy = file.add_stream_from_template(stream)
        describe(copy, stream)
        return CopiedTrack(copy)
    if isinstance(stream, SubtitleStream):
        notes.append(f"subtitles are left out: the container cannot hold {name}; use .mkv")
        return None
    cause = f"many players cannot play {name} in MP4" if held else f"the container lacks {name}"
    notes.append(f"the sound was recoded as AAC: {cause}; use .mkv to keep it")
    rate = stream.codec_context.sample_rate
    layout = LAYOUTS.get(stream.layout.nb_channels, "stereo")
    target: Any = file.add_stream(FALLBACK_SOUND, rate=rate, layout=layout)
    describe(target, stream)
    return TranscodedSound(target)


def describe(target: Any, source: Any) -> None:
    """Give a track the language, title and disposition (default, forced, ...) of ``source``."""
    kept = {key: value for key, value in source.metadata.items() if key in KEPT_METADATA}
    target.metadata.update(kept)
    target.disposition = source.disposition


class CopiedTrack:
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


class TranscodedSound:
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
