"""Subtitles, chapters, titles and defaults stay; what is left out is named."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import stylize_video

FONT = "application/x-truetype-font"
CHAPTERS = [
    {
        "id": number,
        "start": 500 * number,
        "end": 500 * number + 500,
        "time_base": Fraction(1, 1000),
        "metadata": {"title": title},
    }
    for number, title in enumerate(("One", "Two"))
]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A clip with two sounds, of which the second is the default, subtitles, chapters, a font."""
    with av.open(str(tmp_path / "film.mkv"), "w") as file:
        video = file.add_stream("libx264", rate=12)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        sounds = [file.add_stream(name, rate=44_100, layout="mono") for name in ("aac", "ac3")]
        subtitles = file.add_mux_stream("subrip")
        file.add_attachment("f.ttf", FONT, bytes(range(250)) * 12)
        sounds[0].metadata["language"] = "eng"
        sounds[1].metadata.update({"language": "jpn", "title": "Own"})
        sounds[1].disposition = av.stream.Disposition.default
        file.metadata["title"] = "My Film"
        file.set_chapters(CHAPTERS)
        for _ in range(12):
            grey = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 90, np.uint8), "rgb24")
            file.mux(video.encode(grey))
        file.mux(video.encode(None))
        line = av.Packet(b"hello")
        line.stream, line.time_base = subtitles, Fraction(1, 1000)
        line.pts = line.dts = 100
        line.duration = 800
        file.mux(line)
        for sound in sounds:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 44_100), np.float32), "fltp", "mono")
            silence.sample_rate, silence.pts = 44_100, 0
            for frame in (silence, None):
                file.mux(sound.encode(frame))
    return tmp_path / "film.mkv"


def test_tracks_and_chapters_stay(film: Path, inverter: Stylizer) -> None:
    target = film.with_name("out.mkv")
    report = stylize_video(film, target, inverter)
    assert report.notes == []
    with av.open(str(target)) as made:
        (font,) = made.streams.attachments
        assert (font.metadata["filename"], font.mimetype) == ("f.ttf", FONT)
        assert font.data == bytes(range(250)) * 12
        assert made.metadata["title"] == "My Film"
        assert [chapter["metadata"]["title"] for chapter in made.chapters()] == ["One", "Two"]
        first, second = made.streams.audio
        assert (first.language, second.language) == ("eng", "jpn")
        assert second.metadata["title"] == "Own"
        default = av.stream.Disposition.default
        assert not first.disposition & default
        assert second.disposition & default
        (subtitles,) = made.streams.subtitles
        packets = [packet for packet in made.demux(subtitles) if packet.size]
        assert [bytes(packet) for packet in packets] == [b"hello"]
        assert float(packets[0].pts * packets[0].time_base) == pytest.approx(0.1, abs=0.01)


def test_what_mp4_cannot_hold_is_named(film: Path, inverter: Stylizer) -> None:
    report = stylize_video(film, film.with_name("out.mp4"), inverter)
    assert report.notes == [
        "subtitles are left out: the container cannot hold srt; use .mkv",
        "attachments (such as fonts) are left out; use .mkv to keep them",
    ]
    with av.open(str(film.with_name("out.mp4"))) as made:
        assert [chapter["metadata"]["title"] for chapter in made.chapters()] == ["One", "Two"]


def test_a_time_code_stays(tmp_path: Path, inverter: Stylizer) -> None:
    source = tmp_path / "a.mov"
    with av.open(str(source), "w") as file:
        video = file.add_stream("libx264", rate=24)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        video.metadata["timecode"] = "01:02:03:04"
        for _ in range(4):
            grey = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 90, np.uint8), "rgb24")
            file.mux(video.encode(grey))
        file.mux(video.encode(None))
    for name in ("o.mov", "o.mp4", "o.mkv"):
        assert stylize_video(source, tmp_path / name, inverter).notes == []
        with av.open(str(tmp_path / name)) as made:
            found = {**made.metadata, **made.streams.video[0].metadata}
        lower = {key.lower(): value for key, value in found.items()}
        assert lower["timecode"] == "01:02:03:04"
