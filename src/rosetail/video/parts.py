"""Parts of a clip that are encoded separately, kept, and joined without encoding again.

A part is a .npz file of encoded packets with their times in ticks of the source. Parts let a long
clip be drawn on several machines, or continue after it was killed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np

from rosetail.arrays import Bytes
from rosetail.output import make_folder, writing
from rosetail.reading import reading
from rosetail.video.reader import ClipReader, SoundPacket
from rosetail.video.writer import ClipWriter

FRAMES = 250  # of a part of a PartWriter; the last one may be shorter


class PacketStore(ClipWriter):
    """Keeps the encoded packets instead of writing them to its file."""

    def __init__(
        self, scratch: Path, clip: ClipReader, size: tuple[int, int], **options: bool
    ) -> None:
        super().__init__(scratch, clip, size, sound=False, **options)
        self._packets: list[tuple[int, int, int, bool, bytes]] = []

    def _mux(self, packet: Any) -> None:
        times = packet.pts, packet.dts, packet.duration
        self._packets.append((*times, bool(packet.is_keyframe), bytes(packet)))

    def save(self, path: Path) -> None:
        """Write the part. Call it after the encoder is closed."""
        columns = zip(*self._packets, strict=True) if self._packets else ((),) * 5
        pts, dts, durations, keys, data = columns
        np.savez(
            path,
            times=np.array([pts, dts, durations], np.int64),
            keys=np.array(keys, bool),
            sizes=np.array([len(each) for each in data], np.int64),
            data=np.frombuffer(b"".join(data), np.uint8),
        )


def join_parts(
    clip: ClipReader, parts: Sequence[Path], target: Path, size: tuple[int, int], **options: bool
) -> list[str]:
    """Write the pictures of ``parts``, in order, with the sound of ``clip``, to ``target``.

    ``size`` and ``options`` are those of :class:`ClipWriter`. Returns notes for the user. Raises
    InputError for a damaged part.
    """
    with ClipWriter(target, clip, size, **options) as out:
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


class PartWriter:
    """Writes as :class:`ClipWriter` does, in parts of FRAMES pictures that are kept in ``folder``
    until the clip is complete. A context manager.

    Attributes:
        done: the pictures in parts of an earlier run, which need not be drawn again; the first
            picture to write is the one after them.
        notes, damaged: as those of ClipWriter.
    """

    def __init__(
        self, folder: Path, path: Path, clip: ClipReader, size: tuple[int, int], **options: bool
    ) -> None:
        self._folder, self._path, self._clip, self._size = folder, path, clip, size
        self._options = options
        self.notes: list[str] = []
        self.damaged = 0
        make_folder(folder)
        self._parts = _whole_parts(folder)
        self.done = len(self._parts) * FRAMES
        self._store: PacketStore | None = None
        self._count = 0

    def __enter__(self) -> PartWriter:
        return self

    def write_frame(self, rgb: Bytes, pts: int, duration: int, alpha: Bytes | None = None) -> None:
        """As :meth:`ClipWriter.write_frame`."""
        if self._store is None:
            scratch = self._folder / f"scratch{self._path.suffix}"
            self._store = PacketStore(scratch, self._clip, self._size, **self._options)
        self._store.write_frame(rgb, pts, duration, alpha)
        self._count += 1
        if self._count == FRAMES:
            self._keep()

    def write_sound(self, sound: SoundPacket) -> None:
        """Nothing: the sound is read again at the end."""

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is not None:
            return
        if self._store is not None:
            self._keep()
        with ClipReader(self._clip.path) as clip:
            notes = join_parts(clip, self._parts, self._path, self._size, **self._options)
            self.notes += [note for note in notes if note not in clip.notes]
        shutil.rmtree(self._folder, ignore_errors=True)

    def _keep(self) -> None:
        """Store the pictures since the last part, complete or not at all."""
        store, self._store, self._count = self._store, None, 0
        assert store is not None
        with store:
            pass  # flushes the encoder
        self.notes += [note for note in store.notes if note not in self.notes]
        path = self._folder / f"{len(self._parts):05d}.npz"
        with writing(path) as part:
            store.save(part)
        self._parts.append(path)


def _whole_parts(folder: Path) -> list[Path]:
    """The parts in ``folder`` that a killed run has completed; other files are removed."""
    parts: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name == f"{len(parts):05d}.npz":
            parts.append(path)
        elif not re.fullmatch(r"\d{5}\.npz", path.name):
            path.unlink()
    return parts
