"""A take from the sound of a voice alone: the mouth by its vowels, the rest by chance.

Blinks, gaze and the movement of the head follow from a seed; the head nods and the brows rise with
what is said loudly.
"""

from __future__ import annotations

import os

import numpy as np

from rosetail.arrays import Doubles
from rosetail.errors import SettingsError
from rosetail.video.phonetics import RATE, SECONDS, VOWELS, Speech, read_speech
from rosetail.video.sound import SoundFile
from rosetail.video.take import NEUTRAL, VALUES, ActedFace, Take

SIZE, FPS = (720, 720), 25.0
PLACE = {"x": 360.0, "y": 338.0, "size": 166.0}  # of the face, in pixels
# Mouths of the vowels, as animators chart them.
VISEMES: dict[str, dict[str, float]] = {
    "a": {"jaw_open": 0.78, "mouth_width": 0.10, "smile": 0.09, "teeth": 0.35},
    "i": {"jaw_open": 0.22, "mouth_width": 0.60, "smile": 0.17, "teeth": 0.90},
    "u": {"jaw_open": 0.18, "mouth_width": -0.20, "pucker": 0.85},
    "e": {"jaw_open": 0.45, "mouth_width": 0.38, "smile": 0.13, "teeth": 0.60},
    "o": {"jaw_open": 0.56, "mouth_width": -0.10, "pucker": 0.62},
}
HISSING = {"jaw_open": 0.12, "mouth_width": 0.25, "smile": 0.05, "teeth": 0.90}
RESTING = {"smile": 0.10}
SHAPES = ("jaw_open", "mouth_width", "smile", "pucker", "teeth")
SOFT = 0.03  # standard deviation in seconds of the lips' smoothing
OPENING = 0.45  # share of a vowel's jaw when it is spoken most quietly
BLINK = 0.09  # seconds from open to shut


def speak(sound: str | os.PathLike[str], *, seed: int = 0) -> Take:
    """The take of a face that says what is heard in ``sound``, a clip or sound file.

    Raises InputError for a file without readable sound, SettingsError for a negative ``seed``.
    """
    if seed < 0:
        raise SettingsError(f"seed {seed}: give 0 or more")
    with SoundFile(sound) as file:
        samples = file.samples(RATE)
    seconds = len(samples) / RATE
    speech = read_speech(samples)
    times = np.arange(max(1, round(seconds * FPS))) / FPS
    rng = np.random.default_rng(seed)
    columns = {name: np.full(len(times), NEUTRAL.get(name, 0.0)) for name in VALUES}
    columns |= {name: np.full(len(times), value) for name, value in PLACE.items()}
    columns["shown"] = np.ones(len(times))
    columns |= _mouth(speech, times)
    columns |= _eyes(times, rng)
    columns |= _head(speech, times, rng)
    values = np.stack([columns[name] for name in VALUES], 1)
    return Take(SIZE, FPS, seconds, (ActedFace(0, times, values),))


def lips(speech: Speech) -> Doubles:
    """SHAPES of the mouth at each reading of ``speech``, [N, 5]."""
    spoken = np.array([_shape(VISEMES[vowel]) for vowel in VOWELS])
    shapes = speech.vowels @ spoken
    loud = OPENING + (1 - OPENING) * speech.level
    shapes[:, 0] *= loud
    hiss = speech.hiss[:, None]
    shapes = shapes + hiss * (_shape(HISSING) - shapes)
    # Lips close in silence, and for m, b and p.
    voiced = np.clip(speech.level / 0.15, 0, 1) * (1 - speech.closed)
    return np.asarray(_shape(RESTING) + voiced[:, None] * (shapes - _shape(RESTING)))


def _shape(values: dict[str, float]) -> Doubles:
    return np.array([values.get(name, 0.0) for name in SHAPES])


def _mouth(speech: Speech, times: Doubles) -> dict[str, Doubles]:
    readings = SECONDS * np.arange(len(speech.level))
    soft = _soft(lips(speech), SOFT / SECONDS)
    jaw, width, smile, pucker, teeth = (np.interp(times, readings, row) for row in soft.T)
    return {
        "jaw_open": jaw,
        "mouth_width": width,
        "smile_left": smile,
        "smile_right": smile,
        "pucker": pucker,
        "teeth": teeth,
        "lips_closed": np.clip(1 - jaw / 0.1, 0, 1),
    }


def _eyes(times: Doubles, rng: np.random.Generator) -> dict[str, Doubles]:
    """Blinks every two to six seconds; a gaze that rests and jumps."""
    shut, at = np.zeros(len(times)), rng.uniform(0.8, 3.0)
    while at < times[-1]:
        shut = np.maximum(shut, np.clip(1.5 - np.abs(times - at) / BLINK, 0, 1))
        at += rng.uniform(2.0, 6.0) if rng.random() > 0.12 else 0.35  # now and then twice
    look = {"gaze_x": np.zeros(len(times)), "gaze_y": np.zeros(len(times))}
    at = 0.0
    while at < times[-1]:
        later = times >= at
        away = rng.random() < 0.35
        look["gaze_x"][later] = rng.normal(0, 0.22 if away else 0.04)
        look["gaze_y"][later] = rng.normal(0, 0.12 if away else 0.03)
        at += rng.uniform(0.3, 0.9) if away else rng.uniform(0.8, 2.5)
    return {"eye_open_left": 1 - shut, "eye_open_right": 1 - shut, **look}


def _head(speech: Speech, times: Doubles, rng: np.random.Generator) -> dict[str, Doubles]:
    """A head that sways slowly, and nods with what is said loudly."""
    step = times[1] - times[0] if len(times) > 1 else 1.0
    readings = SECONDS * np.arange(len(speech.level))
    stress = np.interp(times, readings, _soft(speech.level[:, None], 0.12 / SECONDS)[:, 0])
    stress = stress - stress.mean()

    def sway(degrees: float, seconds: float) -> Doubles:
        around = int(4 * seconds / step) + 1
        noise = rng.standard_normal((len(times) + 2 * around, 1))
        slow = _soft(noise, seconds / step)[around : around + len(times), 0]
        return degrees * slow * np.sqrt(2 * np.sqrt(np.pi) * max(seconds / step, 0.5))

    yaw = sway(5.0, 0.7)
    return {
        "yaw": np.clip(yaw, -15, 15),
        "pitch": np.clip(sway(1.6, 0.5) - 5.0 * stress, -10, 10),
        "roll": np.clip(0.25 * yaw + sway(1.8, 0.8), -8, 8),
        "brow_raise_left": np.clip(0.9 * stress, 0, 0.6),
        "brow_raise_right": np.clip(0.9 * stress, 0, 0.6),
        "brow_inner_raise": np.clip(0.5 * stress, 0, 0.4),
    }


def _soft(rows: Doubles, deviation: float) -> Doubles:
    """Rows [N, K] smoothed over N by a Gaussian; the ends are held."""
    reach = int(3 * deviation) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(deviation, 1e-3)) ** 2)
    weights /= weights.sum()
    held = np.pad(rows, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(row, weights, "valid") for row in held.T], 1)
