"""Read the sound of a clip or of a sound file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np

from rosetail.arrays import Floats
from rosetail.errors import InputError
from rosetail.images import is_animated
from rosetail.video.containers import open_container

MAX_SECONDS = 3600.0  # of sound that is held in memory


class SoundFile:
    """The first sound stream of a file. A context manager.

    Raises InputError for a file that is missing, not a clip or sound file, or without sound.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._container = open_container(self.path)
        if not self._container.streams.audio:
            self._container.close()
            raise InputError(f"{self.path}: has no sound; give a clip or sound file with sound")
        self.stream = self._container.streams.audio[0]

    def __enter__(self) -> SoundFile:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._container.close()

    def packets(self) -> Iterator[Any]:
        """The encoded packets with their time in seconds from the start."""
        try:
            for packet in self._container.demux(self.stream):
                if packet.size and packet.pts is not None:
                    packet.dts = packet.pts if packet.dts is None else packet.dts
                    yield packet
        except av.error.FFmpegError as error:
            raise self._damaged(error) from error

    def samples(self, rate: int) -> Floats:
        """The sound as one channel, -1 to 1, resampled to ``rate`` Hz: float32 [N]."""
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
        parts: list[Floats] = []
        count = 0
        try:
            for frame in chain(self._container.decode(self.stream), [None]):
                for resampled in resampler.resample(frame):
                    parts.append(np.asarray(resampled.to_ndarray()[0], np.float32))
                    count += len(parts[-1])
                if count > MAX_SECONDS * rate:
                    raise InputError(f"{self.path}: longer than an hour; cut it into parts")
        except av.error.FFmpegError as error:
            raise self._damaged(error) from error
        return np.concatenate(parts) if parts else np.zeros(1, np.float32)

    def _damaged(self, error: Exception) -> InputError:
        cause = getattr(error, "strerror", None) or str(error)
        return InputError(f"{self.path}: damaged or cut off ({cause}); copy it again")


def audible(path: Path) -> Path | None:
    """``path`` if the clip has sound, else None. Raises InputError for a file that is no clip."""
    if is_animated(path):
        return None
    with open_container(path) as container:
        return path if container.streams.audio else None
