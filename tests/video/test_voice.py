"""Mouths by the sound alone, with vowels synthesised from formants that are known."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from rosetail.errors import InputError, SettingsError
from rosetail.video.phonetics import RATE, VOWELS, read_speech
from rosetail.video.take import VALUES, Take
from rosetail.video.voice import VISEMES, lips, speak

# Mean formants of American men and women (Peterson and Barney 1952, table II).
MEN = {"i": (270, 2290, 3010), "e": (530, 1840, 2480), "a": (730, 1090, 2440),
       "o": (570, 840, 2410), "u": (300, 870, 2240)}  # fmt: skip
WOMEN = {"i": (310, 2790, 3310), "e": (610, 2330, 2990), "a": (850, 1220, 2810),
         "o": (590, 920, 2710), "u": (370, 950, 2670)}  # fmt: skip


def resonance(sound: np.ndarray, hertz: float, width: float) -> np.ndarray:
    """A resonator of two poles (Klatt 1980, equation 2)."""
    radius = np.exp(-np.pi * width / RATE)
    b, c = 2 * radius * np.cos(2 * np.pi * hertz / RATE), -(radius**2)
    out = np.zeros(len(sound) + 2)
    for n, value in enumerate(sound):
        out[n + 2] = (1 - b - c) * value + b * out[n + 1] + c * out[n]
    return out[2:]


def vowel(formants: tuple[float, ...], pitch: float, seconds: float = 0.3) -> np.ndarray:
    """Pulses of the glottis through the resonances of the vocal tract."""
    count = int(seconds * RATE)
    phase = np.cumsum(np.full(count, pitch / RATE) * (1 + 0.02 * np.sin(np.arange(count) / 900)))
    pulses = (np.diff(np.floor(phase), prepend=0) > 0).astype(float)
    source = resonance(pulses, 0.0, 100.0)  # falls by 12 dB an octave above 100 Hz
    for hertz, width in zip((*formants, 3700.0), (70.0, 90.0, 130.0, 200.0), strict=True):
        source = resonance(source, hertz, width)
    faded = source * np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / 320)
    return np.asarray(0.3 * faded / np.abs(faded).max(), np.float32)


def hum(pitch: float, seconds: float = 0.12) -> np.ndarray:
    """An m: the mouth is closed, the nose lets out what is low."""
    return 0.25 * vowel((250, 1000, 2200), pitch, seconds) * 0.5 + 0.1 * np.sin(
        2 * np.pi * pitch * np.arange(int(seconds * RATE)) / RATE
    ).astype(np.float32)


QUIET = np.zeros(int(0.25 * RATE), np.float32)


@pytest.mark.parametrize(("pitch", "formants"), [(115.0, MEN), (215.0, WOMEN)])
@pytest.mark.parametrize("name", list(VOWELS))
def test_vowels_are_told(name: str, pitch: float, formants: dict[str, tuple[int, ...]]) -> None:
    speech = read_speech(np.concatenate([QUIET, vowel(formants[name], pitch), QUIET]))
    middle = slice(len(speech.level) // 2 - 5, len(speech.level) // 2 + 5)
    seen = dict(zip(VOWELS, speech.vowels[middle].mean(0), strict=True))
    assert max(seen, key=seen.__getitem__) == name, seen
    assert speech.level[middle].min() > 0.8
    assert speech.level[:15].max() == 0
    mouth = lips(speech)[middle].mean(0)
    assert mouth[0] == pytest.approx(VISEMES[name]["jaw_open"], abs=0.15)


def test_lips_close_for_m_and_in_silence() -> None:
    a = vowel(MEN["a"], 115.0)
    speech = read_speech(np.concatenate([QUIET, a, hum(115.0), a, QUIET]))
    jaw = lips(speech)[:, 0]
    assert jaw[:15].max() < 0.02
    assert jaw[-15:].max() < 0.02
    assert jaw[35:45].min() > 0.5
    assert jaw[58:64].min() < 0.15
    assert jaw[78:88].min() > 0.5


def test_lips_close_for_a_stop() -> None:
    a = vowel(MEN["a"], 115.0)
    jaw = lips(read_speech(np.concatenate([a, QUIET[: RATE // 12], a])))[:, 0]
    assert jaw[32:36].max() < 0.1
    assert jaw[15] > 0.5


def test_an_s_shows_the_teeth() -> None:
    noise = np.diff(np.random.default_rng(0).normal(0, 0.1, 4801)).astype(np.float32)
    shape = dict(zip(("jaw", "width", "smile", "pucker", "teeth"),
                     lips(read_speech(noise))[12:18].mean(0), strict=True))  # fmt: skip
    assert shape["teeth"] > 0.6
    assert shape["jaw"] < 0.25


def test_noise_that_is_hardly_heard_is_silence() -> None:
    speech = read_speech(np.random.default_rng(0).normal(0, 1e-4, 8000).astype(np.float32))
    assert speech.level.max() == 0


def save(samples: np.ndarray, path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((32767 * samples).astype("<i2").tobytes())
    return path


def column(take: Take, name: str) -> np.ndarray:
    return take.faces[0].values[:, VALUES.index(name)]


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds: a vowel every half second, each 0.3 long, then silence."""
    parts = [QUIET]
    for number in range(16):
        parts += [vowel(MEN["aiueo"[number % 5]], 115.0), QUIET]
    parts += [QUIET] * 12
    return save(np.concatenate(parts), tmp_path_factory.mktemp("voice") / "speech.wav")


def test_a_take_moves_the_mouth_in_time(spoken: Path) -> None:
    take = speak(spoken, seed=3)
    jaw, times = column(take, "jaw_open"), take.faces[0].times
    said = [(0.25 + 0.55 * n, "aiueo"[n % 5]) for n in range(16)]
    for start, name in said:
        peak = jaw[(times > start) & (times < start + 0.3)].max()
        assert peak == pytest.approx(VISEMES[name]["jaw_open"], abs=0.16)
    truth = sum(((times >= s) & (times < s + 0.3)).astype(float) * VISEMES[n]["jaw_open"]
                for s, n in said)  # fmt: skip
    lags = [np.corrcoef(np.roll(truth, lag), jaw)[0, 1] for lag in range(-3, 4)]
    assert int(np.argmax(lags)) - 3 in (0, 1)
    assert max(lags) > 0.9
    assert jaw[times > 9.5].max() < 0.02


def test_blinks_and_movement_come_from_the_seed(spoken: Path) -> None:
    one, again, other = speak(spoken, seed=1), speak(spoken, seed=1), speak(spoken, seed=2)
    np.testing.assert_array_equal(one.faces[0].values, again.faces[0].values)
    assert np.abs(column(one, "yaw") - column(other, "yaw")).max() > 1
    np.testing.assert_array_equal(column(one, "jaw_open"), column(other, "jaw_open"))
    for each in (one, other):
        shut = column(each, "eye_open_left") < 0.1
        assert 2 <= (np.diff(shut.astype(int)) == 1).sum() <= 8
        for angle, most in (("yaw", 15), ("pitch", 10), ("roll", 8)):
            assert 0.5 < np.abs(column(each, angle)).max() <= most
            assert np.abs(np.diff(column(each, angle))).max() < 2.5  # degrees a frame


def test_a_take_of_a_voice_is_a_file_like_any_other(spoken: Path, tmp_path: Path) -> None:
    from rosetail.video.take import read_take

    take = speak(spoken)
    again = read_take(take.save(tmp_path / "take.json"))
    np.testing.assert_allclose(again.faces[0].values, take.faces[0].values, atol=1e-4)


def test_the_painter_draws_the_same_visemes() -> None:
    pytest.importorskip("skia")
    from rosetail.painter.acting import SMILE
    from rosetail.painter.mouth import VISEMES as DRAWN

    assert set(DRAWN) == set(VISEMES)
    for name, shape in DRAWN.items():
        ours = VISEMES[name]
        assert ours["jaw_open"] == shape["jaw_open"]
        assert ours["mouth_width"] == shape["mouth_wide"]
        assert SMILE * ours.get("smile", 0.0) == pytest.approx(shape["smile"], abs=0.01)
        assert ours.get("pucker", 0.0) == shape["pucker"]
        assert ours.get("teeth", 0.0) == shape["teeth"]


def test_what_has_no_sound_is_named(make_clip, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="has no sound"):
        speak(make_clip(sound=None))
    (tmp_path / "a.wav").write_bytes(b"RIFF0000WAVE")
    with pytest.raises(InputError, match=r"a\.wav"):
        speak(tmp_path / "a.wav")
    with pytest.raises(SettingsError, match="seed -1"):
        speak(tmp_path / "a.wav", seed=-1)


def test_the_command(rosetail, spoken: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A second of speech on a character, with its sound."""
    pytest.importorskip("skia")
    import av

    from rosetail.characters.painter_model import PainterModel

    model = PainterModel()
    file = model.character(model.random_w(1, 4)[0], "a").save(tmp_path / "a.json")
    short = save(np.concatenate([QUIET, vowel(MEN["a"], 115.0)]), tmp_path / "a.wav")
    out = tmp_path / "a.mp4"
    shot = ["--size", "160x160", "--fps", "10", "--background", "plain"]
    done = rosetail("video", "--voice", short, "--character", file, "-o", out, "--seed", "2", *shot)
    assert done.status == 0, done.err
    with av.open(str(out)) as clip:
        assert clip.streams.video[0].frames == 6
        heard = sum(frame.samples for frame in clip.decode(audio=0))
    assert heard / RATE == pytest.approx(0.55, abs=0.1)
    done = rosetail("perform", spoken, "-o", tmp_path / "take.json", "--trim", "0..2")
    assert done.status == 0, done.err
    assert rosetail("video", "--voice", short, "--sound", short, "--character", file,
                    "-o", out).err.startswith("rosetail: --sound has no effect")  # fmt: skip
