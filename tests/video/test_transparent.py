"""A transparent background of a clip stays where the file can hold it, else it becomes white."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rosetail.stylizer.stylizer import Stylizer
from rosetail.video.clip import stylize_video

CODERS = {
    "clear.mov": ("prores_ks", "yuva444p10le", {"profile": "4444"}),
    "clear.webm": ("libvpx-vp9", "yuva420p", {}),
    "old.webm": ("libvpx", "yuva420p", {"auto-alt-ref": "0"}),
}
HIDDEN = 250, 0, 250


@pytest.fixture(params=list(CODERS))
def clear(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Grey at the left; nothing, with a colour below, at the right."""
    codec, pix_fmt, options = CODERS[request.param]
    shown = np.full((64, 96, 4), 90, np.uint8)
    shown[:, :48, 3] = 255
    shown[:, 48:] = *HIDDEN, 0
    with av.open(str(tmp_path / request.param), "w") as file:
        video = file.add_stream(codec, rate=12, options=options)
        video.width, video.height, video.pix_fmt = 96, 64, pix_fmt
        for number in range(6):
            frame = av.VideoFrame.from_ndarray(shown, "rgba").reformat(format=pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, 12)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
    return tmp_path / request.param


@pytest.mark.parametrize("compare", [False, True])
def test_alpha_stays(clear: Path, inverter: Stylizer, compare: bool) -> None:
    target = clear.with_name("out.mov")
    report = stylize_video(clear, target, inverter, compare=compare)
    assert (report.frames, report.notes) == (6, [])
    with av.open(str(target)) as file:
        frames = [frame.to_ndarray(format="rgba").astype(int) for frame in file.decode(video=0)]
    assert len(frames) == 6
    for frame in frames:
        drawn = frame[:, 96:] if compare else frame
        assert drawn.shape == (64, 96, 4)
        assert drawn[:, 4:44, 3].min() > 250
        assert drawn[:, 52:, 3].max() < 5
        assert np.abs(drawn[:, 4:44, :3] - (255 - 90)).max() < 12


def test_white_where_the_file_has_no_alpha(clear: Path, inverter: Stylizer) -> None:
    target = clear.with_name("out.mp4")
    report = stylize_video(clear, target, inverter)
    (note,) = report.notes
    assert note.startswith("its transparent background became white; use .mov")
    with av.open(str(target)) as file:
        frame = next(file.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    assert frame[:, 60:].min() > 245
    assert np.abs(frame[:, 8:36] - (255 - 90)).max() < 12
