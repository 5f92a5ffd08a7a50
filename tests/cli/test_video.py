"""``rosetail video``: a clip through the program, and the refusals a person meets."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

LIGHT, DARK = (200, 180, 160), (55, 75, 95)  # each other's negative
FRAMES, RATE, SOUND_RATE = 12, 12, 8000


def add_sound(container, stream, seconds: float) -> None:
    tone = np.sin(np.arange(int(SOUND_RATE * seconds)) / 10).astype(np.float32)[None]
    for start in range(0, tone.shape[1], 1024):
        piece = np.ascontiguousarray(tone[:, start : start + 1024])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SOUND_RATE, start
        frame.time_base = Fraction(1, SOUND_RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """One second of one colour with a tone, 64x48."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for _ in range(FRAMES):
            pixels = np.full((48, 64, 3), LIGHT, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(video.encode())
        add_sound(container, sound, 1.0)
    return path


@pytest.mark.parametrize("compare", [False, True])
def test_a_clip_becomes_anime(
    rosetail, negative: Path, clip: Path, tmp_path: Path, compare: bool
) -> None:
    target = tmp_path / "anime.mp4"
    ran = rosetail("video", clip, "-o", target, "-s", negative, *(["--compare"] if compare else []))
    assert (ran.status, ran.out.strip()) == (0, str(target)), ran.err
    with av.open(str(target)) as made:
        frames = [frame.to_ndarray(format="rgb24") for frame in made.decode(video=0)]
        assert len(made.streams.audio) == 1
    assert len(frames) == FRAMES
    assert frames[0].shape == (48, 128 if compare else 64, 3)
    assert np.abs(frames[5][24, -8].astype(int) - DARK).max() <= 6
    assert np.abs(frames[5][24, 8].astype(int) - (LIGHT if compare else DARK)).max() <= 6


def make_bad(path: Path, whole: Path) -> None:
    """Write the bad clip that the name asks for."""
    if path.name == "text.mp4":
        path.write_text("no video")
    elif path.name == "empty.mp4":
        path.touch()
    elif path.name == "cut.mp4":
        path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    elif path.name == "sound.m4a":
        with av.open(str(path), "w", format="mp4") as container:
            add_sound(container, container.add_stream("aac", rate=SOUND_RATE, layout="mono"), 0.5)


@pytest.mark.parametrize("name", ["missing.mp4", "text.mp4", "empty.mp4", "cut.mp4", "sound.m4a"])
def test_a_bad_clip_is_one_line_and_status_2(
    rosetail, negative: Path, clip: Path, tmp_path: Path, name: str
) -> None:
    bad = tmp_path / name
    make_bad(bad, clip)
    before = sorted(path.name for path in tmp_path.iterdir())
    ran = rosetail("video", bad, "-o", tmp_path / "anime.mp4", "-s", negative)
    assert ran.status == 2
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith(f"rosetail: {bad}: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_figures_want_characters(rosetail, clip: Path, tmp_path: Path) -> None:
    ran = rosetail("video", clip, "-o", tmp_path / "a.mov", "--figure")
    assert ran.status == 2
    assert ran.err.startswith("rosetail: --figure shows characters alone; add --character FILE")
    assert not (tmp_path / "a.mov").exists()


def test_unusable_outputs(rosetail, negative: Path, clip: Path, tmp_path: Path) -> None:
    before = clip.read_bytes()
    for target in (clip, tmp_path / "gone" / "a.mp4", tmp_path / "a.xyz", tmp_path):
        ran = rosetail("video", clip, "-o", target, "-s", negative)
        assert ran.status == 2, target
        assert ran.err.startswith(f"rosetail: {target}: ")
    assert clip.read_bytes() == before
