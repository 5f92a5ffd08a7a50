"""Find the beats in the sound of a clip."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from rosetail import extras
from rosetail.errors import InputError
from rosetail.video.containers import open_container

SAMPLE_RATE = 22_050


def find_beats(clip: str | os.PathLike[str]) -> list[float]:
    """The beats of the first sound stream of ``clip``, in seconds (librosa).

    Raises InputError for a clip without sound or beats, ExtraMissing without librosa.
    """
    extras.check("finding beats", "beat", "librosa")
    import librosa

    samples = _samples(Path(clip))
    _, beats = librosa.beat.beat_track(y=samples, sr=SAMPLE_RATE, units="time")
    if not len(beats):
        raise InputError(f"{clip}: no beat found in its sound; use --mode blend")
    return [float(each) for each in beats]


def _samples(clip: Path) -> NDArray[np.float32]:
    """The sound as one channel, -1..1, at SAMPLE_RATE."""
    with open_container(clip) as container:
        if not container.streams.audio:
            raise InputError(f"{clip}: has no sound; use --mode blend")
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        parts = [
            resampled.to_ndarray()[0]
            for frame in container.decode(container.streams.audio[0])
            for resampled in resampler.resample(frame)
        ]
    return np.concatenate(parts) if parts else np.zeros(1, np.float32)
