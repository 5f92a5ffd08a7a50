"""Clips written with PyAV, and a look that costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from rosetail.runtime.stylizer import Stylizer
from tests.runtime.clips import picture, tone

TICK, FRAME = Fraction(1, 30_000), Fraction(1001, 30_000)  # seconds
MakeClip = Callable[..., Path]


@pytest.fixture(scope="session")
def inverter(negative: Path) -> Stylizer:
    """A stylizer whose drawing is the negative."""
    return Stylizer(negative, "openvino")


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """Writes a clip: a red quarter at the top left, a grey lower half that grows lighter."""

    def make(
        name: str = "clip.mp4",
        *,
        frames: int = 12,
        size: tuple[int, int] = (64, 96),
        times: Sequence[int] | None = None,
        rotation: int = 0,
        sound: str | None = "aac",
        codec: str = "libx264",
        pix_fmt: str = "yuv420p",
        options: dict[str, str] | None = None,
        coder: dict[str, str] | None = None,
        draw: Callable[[tuple[int, int], int], NDArray[np.uint8]] = picture,
        heard: Callable[[int, str], AudioFrame] = tone,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", options=options or {}) as file:
            video = file.add_stream(codec, rate=1 / FRAME, options=coder or {})
            video.height, video.width, video.pix_fmt = *size, pix_fmt
            tick = TICK if codec == "libx264" else FRAME
            video.time_base = video.codec_context.time_base = tick
            audio = file.add_stream(sound, rate=44_100, layout="stereo") if sound else None
            if audio is not None:
                audio.bit_rate = 128_000
            if rotation:
                video.set_display_rotation(rotation)
            for index in range(frames):
                frame = VideoFrame.from_ndarray(draw(size, index), "rgb24")
                frame.pts = times[index] if times else index * int(FRAME / tick)
                frame.time_base = tick
                file.mux(video.encode(frame))
            file.mux(video.encode(None))
            if audio is not None:
                for start in range(0, int(frames * 44_100 * 1001 / 30_000), 1024):
                    file.mux(audio.encode(heard(start, audio.codec_context.format.name)))
                file.mux(audio.encode(None))
        return path

    return make
