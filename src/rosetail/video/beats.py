"""Find the beats in the sound of a clip."""

from __future__ import annotations

import os

from rosetail import extras
from rosetail.errors import InputError
from rosetail.video.sound import SoundFile

SAMPLE_RATE = 22_050


def find_beats(clip: str | os.PathLike[str]) -> list[float]:
    """The beats of the first sound stream of ``clip``, in seconds (librosa).

    Raises InputError for a clip without sound or beats, ExtraMissing without librosa.
    """
    extras.check("finding beats", "beat", "librosa")
    import librosa

    with SoundFile(clip) as sound:
        samples = sound.samples(SAMPLE_RATE)
    _, beats = librosa.beat.beat_track(y=samples, sr=SAMPLE_RATE, units="time")
    if not len(beats):
        raise InputError(f"{clip}: no beat found in its sound; use --mode blend")
    return [float(each) for each in beats]
