"""Trims by edit lists and times of decoding: the result shows and sounds like the source."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import stylize_video

RATE, SOUND = 12, 44_100


def trimmed(path: Path, seconds: Fraction, frames: int = 36, sound: str = "aac") -> Path:
    """A clip whose first ``seconds`` an edit list leaves out, as editors of phones do.

    Frame n is of grey 5 n; the sound is silent before second n / RATE and loud after, for n = 24.
    """
    with av.open(str(path), "w") as file:
        video = file.add_stream("libx264", rate=RATE, options={"g": "6", "crf": "10"})
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        audio = file.add_stream(sound, rate=SOUND, layout="mono")
        packets = []
        for number in range(frames):
            grey = np.full((64, 96, 3), 5 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(grey, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            packets += video.encode(frame)
        packets += video.encode(None)
        wave = 0.5 * np.sin(np.arange(SOUND * frames // RATE) * 0.1)
        wave[: SOUND * 24 // RATE] = 0
        heard = av.AudioFrame.from_ndarray(wave[None].astype(np.float32), "fltp", "mono")
        heard.sample_rate, heard.pts, heard.time_base = SOUND, 0, Fraction(1, SOUND)
        packets += audio.encode(heard) + audio.encode(None)
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            back = round(seconds / packet.time_base)
            packet.pts, packet.dts = packet.pts - back, packet.dts - back
            file.mux(packet)
    return path


def onset(path: Path) -> float:
    """The second at which the sound becomes loud, by the times of its frames."""
    with av.open(str(path)) as file:
        for frame in file.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray()[0]) > 0.2)
            if len(loud):
                return float(frame.pts * frame.time_base) + loud[0] / frame.sample_rate
    raise AssertionError("silent")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("seconds", [Fraction(1, 4), Fraction(3, 2)])
def test_a_trim_is_kept(tmp_path: Path, inverter: Stylizer, seconds: Fraction, suffix: str) -> None:
    source, target = trimmed(tmp_path / "a.mp4", seconds), tmp_path / f"o{suffix}"
    report = stylize_video(source, target, inverter)
    first = int(seconds * RATE)
    assert (report.frames, report.notes) == (36 - first, [])
    with av.open(str(target)) as file:
        frames = [(float(frame.pts * frame.time_base), frame.to_ndarray(format="rgb24").mean())
                  for frame in file.decode(video=0)]  # fmt: skip
    with av.open(str(target)) as file:
        sound = sum(packet.duration * packet.time_base for packet in file.demux(audio=0)
                    if packet.size)  # fmt: skip
    assert len(frames) == 36 - first
    start = frames[0][0]
    assert start < 0.03  # Matroska counts from the first sound that the decoder needs
    for number, (time, grey) in enumerate(frames):
        assert time - start == pytest.approx(number / RATE, abs=0.002)
        assert grey == pytest.approx(255 - 5 * (number + first), abs=3)
    assert onset(target) - start == pytest.approx(2 - float(seconds), abs=0.03)
    assert float(sound) == pytest.approx(3 - float(seconds), abs=0.15)  # nothing hidden is left


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_avi_with_pictures_out_of_order(tmp_path: Path, inverter: Stylizer, codec: str) -> None:
    with av.open(str(tmp_path / "a.avi"), "w") as file:
        video = file.add_stream(codec, rate=RATE, options={"bf": "2"})
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        for number in range(30):
            frame = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 5 * number, np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
    with av.open(str(tmp_path / "a.avi")) as file:
        assert file.streams.video[0].codec_context.has_b_frames
    stylize_video(tmp_path / "a.avi", tmp_path / "o.mp4", inverter)
    with av.open(str(tmp_path / "o.mp4")) as file:
        frames = [(frame.pts * frame.time_base, frame.to_ndarray(format="rgb24").mean())
                  for frame in file.decode(video=0)]  # fmt: skip
    assert [time for time, _ in frames] == [Fraction(number, RATE) for number in range(30)]
    for number, (_, grey) in enumerate(frames):
        assert grey == pytest.approx(255 - 5 * number, abs=4)


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "aac"), (".mov", "pcm_s24le"),
                                               (".mkv", "pcm_s24le")])  # fmt: skip
def test_sound_that_players_misread_in_mp4_is_recoded(
    tmp_path: Path, inverter: Stylizer, suffix: str, codec: str
) -> None:
    with av.open(str(tmp_path / "a.mov"), "w") as file:
        video = file.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        audio = file.add_stream("pcm_s24le", rate=SOUND, layout="mono")
        for _ in range(12):
            grey = np.full((64, 96, 3), 90, np.uint8)
            file.mux(video.encode(av.VideoFrame.from_ndarray(grey, "rgb24")))
        file.mux(video.encode(None))
        wave = (1e9 * np.sin(np.arange(SOUND) * 0.1)).astype(np.int32)
        heard = av.AudioFrame.from_ndarray(wave[None], "s32", "mono")
        heard.sample_rate, heard.pts = SOUND, 0
        file.mux(audio.encode(heard))
    report = stylize_video(tmp_path / "a.mov", tmp_path / f"o{suffix}", inverter)
    expected = (
        ["the sound was recoded as AAC: many players cannot play pcm_s24le in MP4; "
         "use .mkv to keep it"]
        if suffix == ".mp4" else []
    )  # fmt: skip
    assert report.notes == expected
    with av.open(str(tmp_path / f"o{suffix}")) as file:
        (stream,) = file.streams.audio
        assert stream.codec_context.name == codec
        loud = np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])
    scale = 1.0 if loud.dtype == np.float32 else 2.0**31
    settled = loud[SOUND // 4 :]  # AAC overshoots where a tone begins
    assert np.abs(settled / scale).max() == pytest.approx(1e9 / 2**31, abs=0.05)
