"""Whole clips: frames, times, turns and sound of the result are those of the source."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from rosetail.errors import InputError, OutputError, SettingsError
from rosetail.stylizer.stylizer import Stylizer
from rosetail.video import clip as video
from rosetail.video.clip import stylize_video
from rosetail.video.reader import ClipFrame, ClipReader
from tests.video.clips import picture


def frames(path: Path) -> list[tuple[Fraction, NDArray[np.uint8]]]:
    """Time and picture of every frame, as stored."""
    with av.open(str(path)) as file:
        return [
            (frame.pts * frame.time_base, frame.to_ndarray(format="rgb24"))
            for frame in file.decode(video=0)
        ]


def sound(path: Path) -> list[tuple[Fraction, bytes]]:
    """Time and content of every sound packet."""
    with av.open(str(path)) as file:
        return [
            (packet.pts * packet.time_base, bytes(packet))
            for packet in file.demux(audio=0)
            if packet.size
        ]


def length(path: Path) -> tuple[int, Fraction]:
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        return stream.frames, stream.duration * stream.time_base


def difference(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_frames_times_length_and_sound_are_the_sources(make_clip, inverter, tmp_path) -> None:
    source, out = make_clip(frames=20), tmp_path / "out.mp4"
    calls = []
    report = stylize_video(source, out, inverter, progress=lambda *call: calls.append(call))
    assert report.frames == 20
    assert report.notes == []
    assert calls == [(done, 20) for done in range(1, 21)]
    before, after = frames(source), frames(out)
    assert [time for time, _ in after] == [time for time, _ in before]
    assert length(out) == length(source)
    assert sound(out) == sound(source)
    for (_, photo), (_, drawing) in zip(before, after, strict=True):
        assert difference(drawing, 255 - photo) < 4


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_uneven_times_are_kept(make_clip, inverter, tmp_path, suffix: str) -> None:
    times = [0, 400, 1900, 2000, 9000, 9100, 12_345, 20_000, 20_999, 30_001]
    source, out = make_clip(frames=10, times=times), tmp_path / f"out{suffix}"
    stylize_video(source, out, inverter)
    before, after = ([time for time, _ in frames(path)] for path in (source, out))
    if suffix == ".mkv":  # it counts milliseconds, and all its times start at zero together
        assert len(after) == 10
        for one, other in zip(before, after, strict=True):
            assert abs((one - before[0]) - (other - after[0])) <= Fraction(1, 1000)
    else:
        assert after == before
        # To the end of the last picture. (The header of the source counts times of decoding, which
        # end before those of showing where pictures are coded out of order.)
        assert length(out) == (10, before[-1] + Fraction(1001, 30_000))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_turned_clips_come_out_upright(make_clip, inverter, tmp_path, rotation: int) -> None:
    source, out = make_clip(rotation=rotation, size=(64, 96)), tmp_path / "out.mp4"
    stylize_video(source, out, inverter)
    upright = np.rot90(frames(source)[3][1], rotation // 90)
    drawing = frames(out)[3][1]
    assert drawing.shape == upright.shape
    assert difference(drawing, 255 - upright) < 4
    with av.open(str(out)) as file:
        assert next(file.decode(video=0)).rotation == 0


def test_odd_sides_get_their_last_line_twice(make_clip, inverter, tmp_path) -> None:
    source = make_clip("odd.mkv", size=(33, 51), codec="ffv1", pix_fmt="bgr0")
    out = tmp_path / "out.mp4"
    stylize_video(source, out, inverter)
    photo, drawing = frames(source)[0][1], frames(out)[0][1]
    assert photo.shape == (33, 51, 3)
    assert drawing.shape == (34, 52, 3)
    assert difference(drawing[:33, :51], 255 - photo) < 6


def test_compare_puts_the_source_at_the_left(make_clip, inverter, tmp_path) -> None:
    source, out = make_clip(), tmp_path / "out.mp4"
    stylize_video(source, out, inverter, compare=True)
    both = frames(out)[5][1]
    photo = frames(source)[5][1]
    assert both.shape == (64, 192, 3)
    assert difference(both[:, :96], photo) < 4
    assert difference(both[:, 96:], 255 - photo) < 4


@pytest.mark.parametrize("compare", [False, True])
def test_a_smaller_working_size_comes_back_whole(make_clip, inverter, tmp_path, compare) -> None:
    source, out = (
        make_clip(size=(65, 97), codec="ffv1", pix_fmt="bgr0", name="a.mkv"),
        tmp_path / "o.mp4",
    )
    report = stylize_video(source, out, inverter, detail=0.5, compare=compare)
    assert report.working == (32, 48)
    photo, drawing = frames(source)[3][1], frames(out)[3][1]
    assert drawing.shape == ((66, 194, 3) if compare else (66, 98, 3))
    drawing = drawing[:65, 97:194] if compare else drawing[:65, :97]
    flat = np.s_[4:28, 4:44]  # inside the red quarter
    assert difference(drawing[flat], 255 - photo[flat]) < 4
    assert difference(drawing, 255 - photo) < 8


def test_a_turned_clip_at_a_smaller_size(make_clip, inverter, tmp_path) -> None:
    source, out = make_clip(rotation=90, size=(64, 96)), tmp_path / "out.mp4"
    assert stylize_video(source, out, inverter, detail=0.5).working == (48, 32)
    assert difference(frames(out)[3][1], 255 - np.rot90(frames(source)[3][1])) < 8


def test_strength_blends(make_clip, inverter, tmp_path) -> None:
    source = make_clip()
    for strength in (0.0, 0.5):
        stylize_video(source, tmp_path / "out.mp4", inverter, strength=strength)
        photo = frames(source)[2][1].astype(float)
        expected = photo + strength * (255 - 2 * photo)
        assert difference(frames(tmp_path / "out.mp4")[2][1], expected) < 4


@pytest.mark.parametrize(
    ("codec", "pix_fmt"),
    [("libx264", "yuv420p10le"), ("libx264", "yuv444p"), ("mpeg4", "yuv420p")],
)
def test_other_pictures_are_read_right(
    make_clip, inverter, tmp_path, codec: str, pix_fmt: str
) -> None:
    source = make_clip("clip.mkv", codec=codec, pix_fmt=pix_fmt)
    stylize_video(source, tmp_path / "out.mp4", inverter)
    after = frames(tmp_path / "out.mp4")
    assert len(after) == 12
    assert difference(after[4][1], 255 - picture((64, 96), 4)) < 8


def test_interlaced_clips_keep_every_frame_and_say_so(make_clip, inverter, tmp_path) -> None:
    source = make_clip("fields.mp4", coder={"x264-params": "interlaced=1:tff=1"}, frames=15)
    with ClipReader(source) as clip:
        assert "interlaced" in clip.notes[0]
    report = stylize_video(source, tmp_path / "out.mp4", inverter)
    assert report.frames == 15
    before, after = frames(source), frames(tmp_path / "out.mp4")
    assert [time for time, _ in after] == [time for time, _ in before]
    assert difference(after[14][1], 255 - before[14][1]) < 6


def test_colours_survive_whatever_matrix_the_source_has(make_clip, tmp_path) -> None:
    """High-definition video without a tag is BT.709, and the result is always tagged so."""
    source = make_clip("hd.mp4", size=(720, 64), frames=2, sound=None)
    with av.open(str(source)) as file:
        stored = next(file.decode(video=0)).reformat(format="rgb24", src_colorspace="ITU709")
    with ClipReader(source) as clip:
        first = next(item for item in clip.items() if isinstance(item, ClipFrame))
    assert difference(first.rgb, stored.to_ndarray()) < 1


def test_sound_that_the_container_cannot_hold_is_recoded(make_clip, inverter, tmp_path) -> None:
    source = make_clip("clip.asf", codec="mpeg4", sound="wmav2", frames=30)
    report = stylize_video(source, tmp_path / "out.mov", inverter)
    assert "recoded as AAC" in report.notes[0]
    with av.open(str(tmp_path / "out.mov")) as file:
        stream = file.streams.audio[0]
        assert stream.codec_context.name == "aac"
        assert float(stream.duration * stream.time_base) == pytest.approx(1.0, abs=0.1)


def test_broadcast_clocks_start_at_zero(make_clip, inverter, tmp_path) -> None:
    times = [900_000 + 1001 * index for index in range(12)]
    source = make_clip("clip.ts", sound=None, times=times)
    assert frames(source)[0][0] > 1
    stylize_video(source, tmp_path / "out.mp4", inverter)
    times = [time for time, _ in frames(tmp_path / "out.mp4")]
    assert times[0] < Fraction(1, 10)
    assert len(times) == 12


def test_memory_does_not_grow_with_length(make_clip, inverter, tmp_path, monkeypatch) -> None:
    alive, most = 0, 0
    honest = ClipReader._frame

    class Counted(np.ndarray):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def counted(self, *args):
        nonlocal alive, most
        frame = honest(self, *args)
        alive += 1
        most = max(most, alive)
        return ClipFrame(frame.rgb.copy().view(Counted), frame.pts, frame.duration)

    monkeypatch.setattr(ClipReader, "_frame", counted)
    stylize_video(make_clip(frames=60, sound=None), tmp_path / "out.mp4", inverter, detail=1)
    assert most <= 12


def test_frames_drawn_at_a_time_are_those_drawn_alone(
    make_clip, inverter, tmp_path, monkeypatch
) -> None:
    source = make_clip(frames=12)
    made = {}
    for count in (1, 3):
        monkeypatch.setattr(video, "parallel_frames", lambda size, count=count: count)
        out = tmp_path / f"{count}.mp4"
        assert video.stylize_video(source, out, inverter).parallel == count
        made[count] = frames(out)
    for one, other in zip(made[1], made[3], strict=True):
        assert one[0] == other[0]
        assert difference(one[1], other[1]) < 0.1


def test_large_frames_are_drawn_one_at_a_time() -> None:
    assert video.parallel_frames((1080, 1920)) == 1
    assert 1 <= video.parallel_frames((64, 64)) <= video.MAX_PARALLEL


def test_a_clip_with_one_key_frame_is_glimpsed_once(make_clip) -> None:
    with ClipReader(make_clip(frames=20)) as clip:
        assert len(clip.probe(5)) == 1


class Interrupted(Stylizer):
    """Draws two frames, then someone presses Ctrl-C."""

    def __init__(self, error: type[BaseException]) -> None:
        self.left, self.error, self.eyes = 2, error, (32.0, 64.0)

    def with_streams(self, count):
        return self

    def at_scale(self, rgb, scale):
        self.left -= 1
        if self.left < 0:
            raise self.error("stop")
        return rgb


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_nothing_is_left_and_the_old_result_stays(make_clip, tmp_path, error) -> None:
    source, out = make_clip(frames=40), tmp_path / "out.mp4"
    out.write_bytes(b"an older result")
    with pytest.raises(error):
        stylize_video(source, out, Interrupted(error))
    assert out.read_bytes() == b"an older result"
    assert {path.name for path in tmp_path.iterdir()} == {"out.mp4", source.name}


@pytest.mark.skipif(os.name == "nt", reason="signals are sent as on Unix")
def test_ctrl_c_from_outside_ends_quickly_and_cleanly(make_clip, tmp_path, negative) -> None:
    source, out = make_clip(frames=300, size=(240, 320)), tmp_path / "out.mp4"
    code = (
        "import sys; from rosetail.stylizer.stylizer import Stylizer\n"
        "from rosetail.video.clip import stylize_video\n"
        "import time\n"
        "def slow(done, total): print(done, flush=True); time.sleep(0.05)\n"
        "stylize_video(sys.argv[1], sys.argv[2], Stylizer(sys.argv[3]), progress=slow)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(source), str(out), str(negative)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert any(path.name.startswith(".part-") for path in tmp_path.iterdir())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert b"KeyboardInterrupt" in errors
    assert {path.name for path in tmp_path.iterdir()} == {source.name}


def test_outputs_that_cannot_be_are_refused_first(make_clip, inverter, tmp_path) -> None:
    source = make_clip()
    for out, cause in (
        (tmp_path / "out.wmv", "cannot write '.wmv'"),
        (tmp_path / "missing" / "out.mp4", "does not exist"),
        (source, "is the source itself"),
    ):
        with pytest.raises(OutputError, match=cause):
            stylize_video(source, out, inverter)
    with pytest.raises(SettingsError, match="strength"):
        stylize_video(source, tmp_path / "out.mp4", inverter, strength=2)
    assert {path.name for path in tmp_path.iterdir()} == {source.name}


def cut(path: Path, to: Path, part: float) -> Path:
    data = path.read_bytes()
    to.write_bytes(data[: int(len(data) * part)])
    return to


def test_clips_that_were_cut_are_refused(make_clip, inverter, tmp_path) -> None:
    whole = {
        "end.mp4": make_clip("a.mp4", frames=60),
        "front.mp4": make_clip("b.mp4", frames=60, options={"movflags": "faststart"}),
        "pieces.mp4": make_clip(
            "c.mp4", frames=60, options={"movflags": "frag_every_frame+empty_moov"}
        ),
        "clip.mkv": make_clip("d.mkv", frames=60),
        "clip.avi": make_clip("e.avi", frames=60, codec="mpeg4", sound="mp2"),
    }
    for name, path in whole.items():
        stylize_video(path, tmp_path / "out.mp4", inverter)
        (tmp_path / "out.mp4").unlink()
        short = cut(path, tmp_path / f"cut-{name}", 0.6)
        with pytest.raises(InputError, match="cut off") as caught:
            stylize_video(short, tmp_path / "out.mp4", inverter)
        assert str(caught.value).startswith(f"{short}: ")
        assert "\n" not in str(caught.value)
        assert not list(tmp_path.glob("*out*"))


def bad_file(kind: str, folder: Path) -> Path:
    path = folder / "clip.mp4"
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("hello\n" * 200)
    elif kind == "random":
        path.write_bytes(np.random.default_rng(0).bytes(5000))
    elif kind == "playlist":
        path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n")
    elif kind == "concat":
        path.write_text("ffconcat version 1.0\nfile '/etc/hostname'\n")
    elif kind == "picture":
        from PIL import Image

        Image.new("RGB", (32, 32)).save(path, "JPEG")
    elif kind == "huge":
        path.write_bytes(b"YUV4MPEG2 W8192 H8192 F25:1 Ip\nFRAME\n" + bytes(100))
    elif kind == "folder":
        path.mkdir()
    return path


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("missing", "no such file"),
        ("folder", "is a folder"),
        ("empty", "empty file"),
        ("text", "not a video"),
        ("random", "not a video"),
        ("picture", "not a video"),
        ("playlist", "a playlist"),
        ("concat", "a playlist"),
        ("huge", "8192x8192"),
    ],
)
def test_files_that_are_no_clips_are_named(inverter, tmp_path, kind: str, cause: str) -> None:
    path = bad_file(kind, tmp_path)
    with pytest.raises(InputError, match=cause) as caught:
        stylize_video(path, tmp_path / "out.mp4", inverter)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.glob("*out*"))


def test_sound_alone_is_no_clip(make_clip, inverter, tmp_path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(make_clip(frames=30))) as source, av.open(str(path), "w") as out:
        copy = out.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = copy
                out.mux(packet)
    with pytest.raises(InputError, match="no video stream"):
        stylize_video(path, tmp_path / "out.mp4", inverter)


def test_damage_inside_is_counted(make_clip, inverter, tmp_path) -> None:
    source = make_clip(frames=60, size=(128, 128), sound=None)
    data = bytearray(source.read_bytes())
    start = data.find(b"mdat") + 1200
    for at in np.random.default_rng(0).integers(start, start + 1500, 12):
        data[at] ^= 0xFF
    (tmp_path / "spoilt.mp4").write_bytes(data)
    report = stylize_video(tmp_path / "spoilt.mp4", tmp_path / "out.mp4", inverter)
    assert report.damaged > 0
    assert report.frames + report.damaged == 60
