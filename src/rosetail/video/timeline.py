"""What :class:`ClipWriter <rosetail.video.writer.ClipWriter>` needs to know of a source, and a
source without pictures: times alone, with the sound of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from av.audio.stream import AudioStream
from av.subtitles.stream import SubtitleStream

from rosetail.video.reader import ClipFrame, SoundPacket
from rosetail.video.sound import SoundFile

NO_PICTURE = np.zeros((1, 1, 3), np.uint8)


class Source(Protocol):
    """A clip that is read, or made. Attributes are those of :class:`ClipReader`."""

    notes: list[str]
    transparent: bool

    @property
    def plays(self) -> int: ...
    @property
    def damaged(self) -> int: ...
    @property
    def last_duration(self) -> Fraction: ...
    @property
    def attachments(self) -> Sequence[Any]: ...
    @property
    def track_metadata(self) -> dict[str, str]: ...

    @property
    def tick(self) -> Fraction: ...
    @property
    def rate(self) -> Fraction: ...
    @property
    def pixel_aspect(self) -> Fraction: ...
    @property
    def sound_streams(self) -> Sequence[AudioStream | SubtitleStream]: ...
    @property
    def title(self) -> str: ...
    @property
    def chapters(self) -> Sequence[Any]: ...
    @property
    def frames(self) -> int | None: ...
    def start_offset(self) -> Fraction: ...
    def items(self) -> Iterator[ClipFrame | SoundPacket]: ...


class Timeline:
    """``frames`` times, ``rate`` a second, with the first sound stream of ``sound``."""

    transparent, plays, damaged = False, 0, 0
    attachments: tuple[Any, ...] = ()

    def __init__(self, frames: int, rate: Fraction, sound: SoundFile | None = None) -> None:
        self.frames, self.rate, self.tick = frames, rate, 1 / rate
        self.pixel_aspect, self.title = Fraction(1), ""
        self.last_duration = self.tick
        self.track_metadata: dict[str, str] = {}
        self.chapters: list[Any] = []
        self.notes: list[str] = []
        self._sound = sound
        self.sound_streams = [] if sound is None else [sound.stream]

    def start_offset(self) -> Fraction:
        return Fraction(0)

    def items(self) -> Iterator[ClipFrame | SoundPacket]:
        """Frames without a picture, and the sound packets up to the end, in order of time."""
        packets = iter(()) if self._sound is None else self._sound.packets()
        packet = next(packets, None)
        for number in range(self.frames):
            while packet is not None and packet.pts * packet.time_base <= number * self.tick:
                yield SoundPacket(packet, packet.stream)
                packet = next(packets, None)
            yield ClipFrame(NO_PICTURE, number, 1)
        end = self.frames * self.tick
        while packet is not None and packet.pts * packet.time_base < end:
            yield SoundPacket(packet, packet.stream)
            packet = next(packets, None)
