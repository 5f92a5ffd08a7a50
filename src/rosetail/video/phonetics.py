"""What the sound of speech says about the mouth: loudness, vowels, closed lips, hissing.

Vowels are recognised by their two lowest formants (Peterson and Barney 1952): resonances of a
linear prediction of each 25 ms (Atal and Hanauer 1971). Formants lie higher in shorter vocal
tracts: the speaker's pitch says by how much.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rosetail.arrays import Doubles, Floats

RATE = 16_000  # samples a second
HOP = 160  # samples between two readings: a hundred a second
SECONDS = HOP / RATE
WINDOW, LONG_WINDOW = 400, 640  # samples, of spectra and of the pitch
ORDER = 10  # of the prediction at half the rate
# First and second formant of a man's vowels in Hz; spreads in octaves.
VOWELS = {
    "a": (730.0, 1180.0),
    "i": (290.0, 2250.0),
    "u": (310.0, 930.0),
    "e": (480.0, 1850.0),
    "o": (470.0, 840.0),
}
SPREAD = np.array([0.30, 0.25])
PITCHES, TRACTS = (110.0, 210.0, 300.0), (1.0, 1.16, 1.3)  # formants of a voice / of a man's
SILENT = -60.0  # decibels below full scale: a file this quiet holds no speech
RANGE = (-32.0, -6.0)  # level 0 and 1, in decibels from the loudest parts
NEAR = 12  # readings before and after that a closure is compared with
STOP, NASAL = (9.0, 18.0), (4.0, 9.0)  # decibels by which closed lips are quieter than what is near
MUFFLED = (0.05, 0.02)  # share of power above 700 Hz, in an open mouth and behind closed lips
HISS = (0.35, 0.7)  # share of power above 3 kHz, in a vowel and in an s


class Speech(NamedTuple):
    """Readings 10 ms apart, the first at 0 seconds; all 0 to 1.

    ``level`` [N]: loudness. ``vowels`` [N, 5]: how much of each of VOWELS. ``closed`` [N]: lips
    closed as for m, b and p. ``hiss`` [N]: teeth together as for s.
    """

    level: Doubles
    vowels: Doubles
    closed: Doubles
    hiss: Doubles


def read_speech(samples: Floats) -> Speech:
    """Read the speech in ``samples`` (float32 [N], -1 to 1, RATE a second)."""
    frames = _frames(samples, WINDOW)
    decibels = 10 * np.log10((frames**2).mean(1) + 1e-12)
    loudest = float(np.percentile(decibels, 95))
    count = len(frames)
    if loudest < SILENT:
        none = np.zeros(count)
        return Speech(none, np.full((count, len(VOWELS)), 1 / len(VOWELS)), none, none)
    level = _ramp(decibels - loudest, *RANGE)
    periodic, pitch = _pitch(_frames(samples, LONG_WINDOW))
    spoken = (level > 0.5) & (periodic > 0.5)
    usual = float(np.median(pitch[spoken])) if spoken.any() else PITCHES[0]
    vowels = _vowels(_formants(samples), float(np.interp(usual, PITCHES, TRACTS)))
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW))) ** 2
    total = power.sum(1) + 1e-12
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)
    bright = power[:, hertz > 700].sum(1) / total
    hiss = _ramp(power[:, hertz > 3000].sum(1) / total, *HISS) * level
    dip = _highest_near(decibels) - decibels
    muffled = _ramp(-bright, -MUFFLED[0], -MUFFLED[1]) * (periodic > 0.4)
    closed = np.maximum(_ramp(dip, *STOP) * (1 - hiss), _ramp(dip, *NASAL) * muffled)
    return Speech(level, vowels, closed, hiss)


def _frames(samples: Floats, window: int) -> Doubles:
    """Windows [N, window] around every HOP of the samples, from the first on."""
    count = len(samples) // HOP + 1
    padded = np.pad(samples.astype(np.float64), (window // 2, window))
    return np.lib.stride_tricks.sliding_window_view(padded, window)[: count * HOP : HOP]


def _ramp(values: Doubles, low: float, high: float) -> Doubles:
    return np.clip((values - low) / (high - low), 0, 1)


def _highest_near(values: Doubles) -> Doubles:
    padded = np.pad(values, NEAR, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * NEAR + 1).max(1)


def _pitch(frames: Doubles) -> tuple[Doubles, Doubles]:
    """How periodic each window is, 0 to 1, and its frequency in Hz, 70 to 400."""
    shortest, longest = RATE // 400, RATE // 70
    centred = frames - frames.mean(1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * frames.shape[1])
    own = np.fft.irfft(np.abs(spectrum) ** 2)[:, : longest + 1]
    lags = np.arange(shortest, longest + 1)
    # Fewer samples overlap at longer lags.
    share = own[:, shortest:] / (1 - lags / frames.shape[1]) / (own[:, :1] + 1e-9)
    best = share.argmax(1)
    return np.clip(share.max(1), 0, 1), RATE / (shortest + best)


def _formants(samples: Floats) -> Doubles:
    """The two lowest formants of each reading in Hz, [N, 2]."""
    low = np.convolve(samples.astype(np.float64), _half_band(), "same")
    sharp = np.append(low[:1], low[1:] - 0.97 * low[:-1])[::2]
    frames = _frames_at_half_rate(sharp) * np.hamming(WINDOW // 2)
    roots = np.linalg.eigvals(_companions(_prediction(frames)))
    rate = RATE / 2
    hertz = np.angle(roots) * rate / (2 * np.pi)
    width = -np.log(np.abs(roots) + 1e-9) * rate / np.pi
    hertz = np.where((hertz > 180) & (hertz < 3400) & (width < 450), hertz, np.inf)
    first = hertz.min(1)
    second = np.where(hertz > first[:, None] + 120, hertz, np.inf).min(1)
    return _without_gaps(np.stack([first, second], 1))


def _half_band() -> Doubles:
    """A low-pass filter of 31 taps for halving the rate."""
    taps = np.arange(-15, 16)
    return np.sinc(taps / 2) / 2 * np.hamming(31)


def _frames_at_half_rate(samples: Doubles) -> Doubles:
    window, hop = WINDOW // 2, HOP // 2
    count = (2 * len(samples)) // HOP + 1
    padded = np.pad(samples, (window // 2, window + hop))
    return np.lib.stride_tricks.sliding_window_view(padded, window)[: count * hop : hop]


def _prediction(frames: Doubles) -> Doubles:
    """Coefficients [N, ORDER + 1] of linear prediction, by the recursion of Levinson and Durbin."""
    spectrum = np.fft.rfft(frames, 2 * frames.shape[1])
    own = np.fft.irfft(np.abs(spectrum) ** 2)[:, : ORDER + 1]
    own[:, 0] = own[:, 0] * 1.0001 + 1e-9
    found = np.zeros_like(own)
    found[:, 0], error = 1.0, own[:, 0].copy()
    for step in range(1, ORDER + 1):
        reflected = -(found[:, :step] * own[:, step:0:-1]).sum(1) / error
        found[:, 1 : step + 1] += reflected[:, None] * found[:, step - 1 :: -1][:, :step]
        error *= 1 - reflected**2
    return found


def _companions(coefficients: Doubles) -> Doubles:
    """Matrices whose eigenvalues are the roots of the polynomials [N, ORDER + 1]."""
    matrices = np.zeros((len(coefficients), ORDER, ORDER))
    matrices[:, 0] = -coefficients[:, 1:]
    matrices[:, np.arange(1, ORDER), np.arange(ORDER - 1)] = 1.0
    return matrices


def _without_gaps(formants: Doubles) -> Doubles:
    """Missing readings filled in from their neighbours, and a running median of five."""
    filled = []
    for values in formants.T:
        known = np.isfinite(values)
        if not known.any():
            values, known = np.full(len(values), 500.0), np.ones(len(values), bool)
        places = np.arange(len(values))
        whole = np.interp(places, places[known], values[known])
        near = np.lib.stride_tricks.sliding_window_view(np.pad(whole, 2, mode="edge"), 5)
        filled.append(np.median(near, axis=1))
    return np.stack(filled, 1)


def _vowels(formants: Doubles, tract: float) -> Doubles:
    """How much of each vowel [N, 5], which add up to 1."""
    centres = np.log2(tract * np.array(list(VOWELS.values())))
    off = (np.log2(formants)[:, None] - centres) / SPREAD
    squares = 0.5 * (off**2).sum(-1)
    weights = np.exp(-(squares - squares.min(1, keepdims=True)))
    return np.asarray(weights / weights.sum(1, keepdims=True))
