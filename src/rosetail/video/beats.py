"""When the sound of a clip beats."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail.errors import ExtraMissing, InputError
from rosetail.video.containers import open_container

RATE = 22_050  # samples a second: beats need no more


def find_beats(clip: str | os.PathLike[str]) -> list[float]:
    """The beats of the first sound stream of ``clip``, in seconds (librosa).

    Raises InputError where there is no sound or nothing that beats, ExtraMissing without librosa.
    """
    if importlib.util.find_spec("librosa") is None:
        raise ExtraMissing("finding beats", "beat")
    import librosa

    samples = _samples(Path(clip))
    _, beats = librosa.beat.beat_track(y=samples, sr=RATE, units="time")
    if not len(beats):
        raise InputError(f"{clip}: no beat found in its sound; use --mode blend")
    return [float(each) for each in beats]


def _samples(clip: Path) -> NDArray[np.float32]:
    """The sound as one channel, -1..1, at RATE."""
    import av

    with open_container(clip) as container:
        if not container.streams.audio:
            raise InputError(f"{clip}: has no sound; use --mode blend")
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        parts = [
            made.to_ndarray()[0]
            for frame in container.decode(container.streams.audio[0])
            for made in resampler.resample(frame)
        ]
    return np.concatenate(parts) if parts else np.zeros(1, np.float32)
