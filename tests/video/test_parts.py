"""A render that is killed continues with the part that it had begun."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rosetail.stylizer.stylizer import Stylizer
from rosetail.video import parts
from rosetail.video.clip import FrameStylizer, stylize_video
from tests.distributed.test_cluster import clip, contents


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The times of the frames that are drawn; parts of ten frames."""
    monkeypatch.setattr(parts, "FRAMES", 10)
    seen: list[int] = []
    draw = FrameStylizer.__call__

    def noting(self: FrameStylizer, frame: object) -> object:
        seen.append(frame.pts)  # type: ignore[attr-defined]
        return draw(self, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(FrameStylizer, "__call__", noting)
    return seen


def render(source: Path, target: Path, look: Path, folder: Path, die_at: int = 10**6) -> None:
    def progress(done: int, total: int | None) -> None:
        if done == die_at:
            raise Killed

    stylizer = Stylizer(str(look), "onnxruntime")
    stylize_video(source, target, stylizer, detail=1.0, progress=progress, parts=folder)


def test_a_killed_render_continues(tmp_path: Path, negative: Path, drawn: list[int]) -> None:
    source = clip(tmp_path / "clip.mp4", 45)
    render(source, tmp_path / "whole.mp4", negative, tmp_path / "parts")
    assert not (tmp_path / "parts").exists()
    times = sorted(drawn)
    assert len(times) == 45
    drawn.clear()
    with pytest.raises(Killed):
        render(source, tmp_path / "film.mp4", negative, tmp_path / "parts", die_at=38)
    kept = sorted(path.name for path in (tmp_path / "parts").glob("*.npz"))
    assert len(kept) in (2, 3)  # the encoder is some frames behind the drawing
    assert not (tmp_path / "film.mp4").exists()
    drawn.clear()
    render(source, tmp_path / "film.mp4", negative, tmp_path / "parts")
    assert sorted(drawn) == times[10 * len(kept) :]
    assert (tmp_path / "film.mp4").read_bytes() == (tmp_path / "whole.mp4").read_bytes()


def test_parts_give_the_same_film(tmp_path: Path, negative: Path, drawn: list[int]) -> None:
    source = clip(tmp_path / "clip.mp4", 33)
    render(source, tmp_path / "parts.mp4", negative, tmp_path / "parts")
    stylizer = Stylizer(str(negative), "onnxruntime")
    stylize_video(source, tmp_path / "one.mp4", stylizer, detail=1.0)
    one, joined = contents(tmp_path / "one.mp4"), contents(tmp_path / "parts.mp4")
    assert one[1:] == joined[1:]
    # Parts begin with key frames: the encoder's losses differ.
    assert np.abs(one[0].astype(int) - joined[0]).mean() < 2


def test_a_torn_part_is_left_out(tmp_path: Path, negative: Path, drawn: list[int]) -> None:
    source, folder = clip(tmp_path / "clip.mp4", 33), tmp_path / "parts"
    with pytest.raises(Killed):
        render(source, tmp_path / "film.mp4", negative, folder, die_at=30)
    (folder / "00000.npz").rename(folder / "00007.npz")
    (folder / "scratch.mp4").write_bytes(b"torn")
    drawn.clear()
    render(source, tmp_path / "film.mp4", negative, folder)
    assert len(drawn) == 33
    assert len(contents(tmp_path / "film.mp4")[1]) == 33
